/** Metrics over HTTP, for whoever scrapes them: one path, read only. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EXPOSITION_TYPE } from "../report/exposition.ts";

export interface ListenAddress {
  /** An IP address; loopback unless somebody says otherwise. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

export interface MetricsServer {
  /** `http://127.0.0.1:9845/metrics`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Who connects and says nothing is let go after so long. */
const PATIENCE_MS = 10_000;
const MOST_CONNECTIONS = 64;

/**
 * @param text made anew for each request
 * @throws Error of Node.js' if the address cannot be listened on
 */
export async function serveMetrics(address: ListenAddress, text: () => string): Promise<MetricsServer> {
  const server = createServer(
    { requestTimeout: PATIENCE_MS, headersTimeout: PATIENCE_MS },
    (request, response) => {
      const path = (request.url ?? "").split("?", 1)[0];
      if (request.method !== "GET" && request.method !== "HEAD") {
        response.writeHead(405, { allow: "GET, HEAD" }).end();
      } else if (path !== "/metrics") {
        response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("see /metrics\n");
      } else {
        const body = text();
        response
          .writeHead(200, { "content-type": EXPOSITION_TYPE, "content-length": Buffer.byteLength(body) })
          .end(request.method === "HEAD" ? undefined : body);
      }
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return {
    url: `http://${host}:${port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
