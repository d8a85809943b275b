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
        resolve({ code: incoming.statusCode ?? 0, body: read(Buffer.concat(chunks).toString("utf8")) });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** What is no JSON is a message: a server that shuts down, or has no time, answers in plain text. */
function read(text: string): object {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.trim() };
  }
}

/** The answer's body. @throws with the API server's message. */
// biome-ignore lint/suspicious/noExplicitAny: an API server's JSON, of whatever kind was asked for.
export async function expectOk(answer: Promise<ApiAnswer>): Promise<any> {
  const { code, body } = await answer;
  if (code >= 300) throw new Error(`the API server answered ${code}: ${body.message}`);
  return body;
}

/** Items that one page of a list holds. */
const PAGE = 500;

/** Deletes what a list holds, and waits until it is gone. @throws with the API server's message. */
export async function deleteAll(cluster: RunningCluster, path: string): Promise<void> {
  const url = new URL(path, cluster.server);
  url.searchParams.set("gracePeriodSeconds", "0");
  do await expectOk(callApi(cluster, "DELETE", url.pathname + url.search));
  while ((await listAll(cluster, path)).length > 0);
}

/** All items of a list, page by page. `path` may have a query. @throws with the API server's message. */
// biome-ignore lint/suspicious/noExplicitAny: an API server's JSON, of whatever kind was asked for.
export async function listAll(cluster: RunningCluster, path: string): Promise<any[]> {
  const items: object[] = [];
  let next: string | undefined;
  do {
    const url = new URL(path, cluster.server);
    url.searchParams.set("limit", String(PAGE));
    if (next) url.searchParams.set("continue", next);
    const { items: page, metadata } = await expectOk(callApi(cluster, "GET", url.pathname + url.search));
    items.push(...page);
    next = metadata.continue;
  } while (next);
  return items;
}

/**
 * Does something for each of many objects, some at a time: one after another an API server idles, and all at once
 * would be turned away.
 */
export async function forEachAtOnce<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  workers = 12,
): Promise<void> {
  const rest = [...items].reverse();
  const worker = async () => {
    try {
      for (let item = rest.pop(); item !== undefined; item = rest.pop()) await work(item);
    } catch (error) {
      rest.length = 0;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
