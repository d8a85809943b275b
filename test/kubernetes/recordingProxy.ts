/** An API server's front that notes what is asked of it, and in which order. */
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { RunningCluster } from "../../tools/kube/cluster.ts";

export interface RecordingProxy {
  /** Path of a kubeconfig that leads here; its one context is called `lab`. */
  readonly kubeconfig: string;
  /** The requests that change something, as `METHOD PATH CODE note`. */
  readonly changes: string[];
  stop(): Promise<void>;
}

/** @param note is asked once for each request that changes something, before it is passed on */
export async function recordingProxy(
  cluster: RunningCluster,
  note: (request: string) => string,
): Promise<RecordingProxy> {
  const changes: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const what = `${incoming.method} ${(incoming.url ?? "").replace(/\?.*/, "")}`;
    const remark = incoming.method === "GET" ? "" : note(what);
    const url = new URL(incoming.url ?? "/", cluster.server);
    const options = { method: incoming.method, headers: incoming.headers, rejectUnauthorized: false };
    const forwarded = request(url, options, (answer) => {
      if (incoming.method !== "GET") changes.push(`${what} ${answer.statusCode} ${remark}`.trim());
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(cluster.folder, `proxy-${port}.kubeconfig`);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "lab",
    clusters: [
      { name: "lab", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } },
    ],
    users: [{ name: "admin", user: { token: cluster.token } }],
    contexts: [{ name: "lab", context: { cluster: "lab", user: "admin" } }],
  };
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  return {
    kubeconfig,
    changes,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
