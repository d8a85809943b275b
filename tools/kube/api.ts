/** Plain requests to a cluster of `cluster.ts`, for tests to arrange and to look: nodes without kubelets, other owners' fields. */
import { request as httpsRequest } from "node:https";
import type { RunningCluster } from "./cluster.ts";

export interface ApiAnswer {
  code: number;
  // biome-ignore lint/suspicious/noExplicitAny: an API server's JSON, of whatever kind was asked for.
  body: any;
}

/**
 * @param path with its query, `/api/v1/nodes/a?fieldManager=x`.
 * @param type of the body; an API server tells kinds of PATCH apart by it.
 */
export function callApi(
  cluster: RunningCluster,
  method: string,
  path: string,
  body?: object,
  type = "application/json",
): Promise<ApiAnswer> {
  const headers = {
    authorization: `Bearer ${cluster.token}`,
    "content-type": type,
    accept: "application/json",
  };
  return new Promise((resolve, reject) => {
    const url = new URL(path, cluster.server);
    const outgoing = httpsRequest(url, { method, headers, rejectUnauthorized: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        resolve({ code: incoming.statusCode ?? 0, body: parse(Buffer.concat(chunks).toString("utf8")) });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A path that the server does not serve (yet) is answered in plain words. */
function parse(text: string): ApiAnswer["body"] {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.trim() };
  }
}
