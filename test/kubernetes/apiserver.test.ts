import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NOTICE } from "../../tools/kubernetes-standin/server.ts";
import type { Properties } from "../../tools/kubernetes-standin/wire.ts";
import { ProviderClient } from "./client.ts";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const SETTINGS: Properties = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "ci" },
  data: { a: "1" },
};

interface Reply {
  code: number;
  body: object;
  headers?: Record<string, string>;
}

/** Replies by "METHOD path"; the first of several is used up by its request. The real server is tested in test/system. */
let replies: Record<string, Reply[]>;
let requests: string[];
let server: Server;
let folder: string;
let provider: ProviderClient;

function status(code: number, reason: string, message: string): Reply {
  return { code, body: { kind: "Status", code, reason, message } };
}

function answerOf(request: IncomingMessage): Reply {
  const name = `${request.method} ${request.url?.split("?")[0]}`;
  requests.push(name);
  const list = replies[name] ?? [];
  return (list.length > 1 ? list.shift() : list[0]) ?? status(404, "NotFound", "not found");
}

function kubeconfig(port: number): object {
  const server = `http://127.0.0.1:${port}`;
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "lab",
    clusters: [{ name: "lab", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "me", user: { token: "t" } }],
    contexts: [{ name: "lab", context: { cluster: "lab", user: "me", namespace: "team" } }],
  };
}

beforeEach(async () => {
  requests = [];
  replies = {
    "GET /api/v1": [
      { code: 200, body: { resources: [{ name: "configmaps", kind: "ConfigMap", namespaced: true }] } },
    ],
    "PATCH /api/v1/namespaces/ci/configmaps/settings": [{ code: 201, body: SETTINGS }],
  };
  server = createServer((request, response) => {
    const { code, body, headers } = answerOf(request);
    request.resume();
    response.writeHead(code, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  folder = await mkdtemp(path.join(tmpdir(), "numafleet-kubeconfig-"));
  const file = path.join(folder, "config");
  await writeFile(file, JSON.stringify(kubeconfig((server.address() as AddressInfo).port)));
  provider = await ProviderClient.start({ kubeconfig: file });
});

afterEach(async () => {
  provider.stop();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

describe("an API server", () => {
  it("is asked again after it was too busy", async () => {
    const busy = { ...status(429, "TooManyRequests", "busy"), headers: { "retry-after": "0.01" } };
    replies["PATCH /api/v1/namespaces/ci/configmaps/settings"]?.unshift(busy);
    expect((await provider.create(CONFIG_MAP, "settings", SETTINGS)).id).toBe("ci/settings");
    expect(requests).toEqual([
      "GET /api/v1",
      "GET /api/v1/namespaces/ci/configmaps/settings",
      "PATCH /api/v1/namespaces/ci/configmaps/settings",
      "PATCH /api/v1/namespaces/ci/configmaps/settings",
    ]);
  });

  it("has its warnings passed on", async () => {
    const headers = { warning: '299 - "v1 ConfigMap is deprecated"' };
    replies["PATCH /api/v1/namespaces/ci/configmaps/settings"] = [{ code: 201, body: SETTINGS, headers }];
    await provider.create(CONFIG_MAP, "settings", SETTINGS);
    expect(provider.log).toEqual([NOTICE, "kubernetes: the API server warns: v1 ConfigMap is deprecated"]);
  });

  it.each([
    [
      status(401, "Unauthorized", "Unauthorized"),
      "401 Unauthorized",
      "Unauthorized",
      "Renew the credentials in the kubeconfig.",
    ],
    [
      status(403, "Forbidden", 'configmaps is forbidden: User "me" cannot patch'),
      "403 Forbidden",
      'configmaps is forbidden: User "me" cannot patch',
      "Have this user granted the missing right, or name another context.",
    ],
    [
      status(403, "Forbidden", "exceeded quota: envelope, requested: configmaps=1"),
      "403 Forbidden",
      "exceeded quota: envelope, requested: configmaps=1",
      "Lower the request, or raise the ResourceQuota.",
    ],
    [
      status(503, "ServiceUnavailable", "etcd is away"),
      "503 ServiceUnavailable",
      "etcd is away",
      "Run the update again when the API server is well.",
    ],
    [{ code: 502, body: {} }, "502", "{}", "Run the update again when the API server is well."],
  ])("that answers %j is quoted, with a way out", async (reply, answer, reason, wayOut) => {
    replies["PATCH /api/v1/namespaces/ci/configmaps/settings"] = [reply];
    await expect(provider.create(CONFIG_MAP, "settings", SETTINGS)).rejects.toThrow(
      `ConfigMap "ci/settings" was not created: the API server answered ${answer}.\n  - ${reason}\n${wayOut}`,
    );
  });

  it("gives the namespace of its context to what names none", async () => {
    const { inputs } = await provider.check(CONFIG_MAP, "settings", { ...SETTINGS, metadata: { name: "a" } });
    expect(inputs.metadata).toEqual({ name: "a", namespace: "team" });
    expect(requests).toEqual([]);
  });
});

describe("a kubeconfig", () => {
  async function failure(config: Properties): Promise<string> {
    const client = await ProviderClient.start(config);
    const message = await client.create(CONFIG_MAP, "settings", SETTINGS).then(
      () => "",
      (error: Error) => error.message.replace('ConfigMap "ci/settings" was not created: ', ""),
    );
    client.stop();
    return message;
  }

  it("of several files is read as kubectl does: missing ones are passed over, the first to name a thing is right", async () => {
    const [first, second] = [path.join(folder, "first"), path.join(folder, "second")];
    await writeFile(first, JSON.stringify(kubeconfig(1)));
    await writeFile(second, JSON.stringify({ ...kubeconfig(2), "current-context": "other" }));
    const files = [path.join(folder, "none"), first, second].join(path.delimiter);
    expect(await failure({ kubeconfig: files })).toBe(
      'no API server answers at http://127.0.0.1:1 (ECONNREFUSED); check context "lab" of the kubeconfig',
    );
  });

  it("is named, with what is wrong in it", async () => {
    const file = path.join(folder, "config");
    expect(await failure({ kubeconfig: file, context: "prod" })).toBe(
      `kubeconfig ${file} has no context "prod" (there: lab)`,
    );
    expect(await failure({ kubeconfig: file, cluster: "prod" })).toBe(
      `kubeconfig ${file} has no cluster "prod" (there: lab)`,
    );
    const broken = path.join(folder, "broken");
    await writeFile(broken, "{ not yaml");
    expect(await failure({ kubeconfig: broken })).toContain(`kubeconfig ${broken} cannot be read: `);
  });

  it("may be content, and its server may be away", async () => {
    const content = JSON.stringify(kubeconfig(1));
    expect(await failure({ kubeconfig: content })).toBe(
      'no API server answers at http://127.0.0.1:1 (ECONNREFUSED); check context "lab" of the kubeconfig',
    );
  });
});
