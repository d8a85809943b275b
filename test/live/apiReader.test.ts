import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { isUnknown } from "../../facts/asked.ts";
import { chooseContext, loadContexts } from "../../live/kube/kubeconfig.ts";
import { readCluster, readNodes } from "../../live/kube/readCluster.ts";
import { ROOT } from "../architecture/files.ts";

const folder = mkdtempSync(join(tmpdir(), "numafleet-api-reader-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

/** Reads the nodes of a server that answers as it is told to; its other lists are empty. */
async function nodesOf(answer: Answer, { timeoutMs = 5_000, base = "", user = {} } = {}) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    if (url.pathname === `${base}/api/v1/nodes`) answer(request, response, url);
    else response.end(JSON.stringify({ items: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const file = join(folder, "config.json");
  const entry = { server: `http://127.0.0.1:${port}${base}`, "insecure-skip-tls-verify": true };
  writeFileSync(
    file,
    JSON.stringify({
      clusters: [{ name: "c", cluster: entry }],
      users: [{ name: "u", user }],
      contexts: [{ name: "honey", context: { cluster: "c", user: "u" } }],
    }),
  );
  try {
    const facts = await readNodes(await loadContexts(file), "honey", { timeoutMs });
    const nodes = isUnknown(facts) ? facts : facts.nodes;
    const told = isUnknown(nodes) ? nodes.unknown.replace(String(port), "PORT") : nodes.map((n) => n.name);
    return { told, reached: !isUnknown(facts), asked: asked.filter((a) => a.includes("/nodes")) };
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const list = (names: string[], token = "") =>
  JSON.stringify({
    metadata: token ? { continue: token } : {},
    items: names.map((name) => ({ metadata: { name } })),
  });
const failing = (code: number, message: string) => (_: IncomingMessage, response: ServerResponse) => {
  response.statusCode = code;
  response.end(JSON.stringify({ kind: "Status", message }));
};

describe("reading an API server", () => {
  it("follows the pages of a list, below a path too", async () => {
    const pages: Record<string, string> = {
      "": list(["a", "b"], "t&1"),
      "t&1": list(["c"], "t2"),
      t2: list(["d"]),
    };
    const { told, asked } = await nodesOf(
      (_, response, url) => response.end(pages[url.searchParams.get("continue") ?? ""]),
      { base: "/k8s/clusters/c-1" },
    );
    expect(told).toEqual(["a", "b", "c", "d"]);
    expect(asked).toEqual([
      "GET /k8s/clusters/c-1/api/v1/nodes?limit=500",
      "GET /k8s/clusters/c-1/api/v1/nodes?limit=500&continue=t%261",
      "GET /k8s/clusters/c-1/api/v1/nodes?limit=500&continue=t2",
    ]);
  });

  it("begins a list anew that the server has forgotten, but not for ever", async () => {
    let begun = 0;
    const once: Answer = (request, response, url) => {
      if (!url.searchParams.has("continue")) response.end(list([`a${++begun}`], "t"));
      else if (begun === 1) failing(410, "The provided continue parameter is too old")(request, response);
      else response.end(list(["b"]));
    };
    expect((await nodesOf(once)).told).toEqual(["a2", "b"]);
    const always: Answer = (request, response, url) => {
      if (!url.searchParams.has("continue")) response.end(list(["a"], "t"));
      else failing(410, "too old")(request, response);
    };
    const { told, asked } = await nodesOf(always);
    expect(told).toBe("the API server answers 410 to the list of nodes: too old");
    expect(asked).toHaveLength(6);
  });

  it("asks a busy server again", async () => {
    let turned = 0;
    const { told } = await nodesOf((request, response) => {
      response.setHeader("retry-after", "0");
      if (turned++ < 2) failing(429, "busy")(request, response);
      else response.end(list(["a"]));
    });
    expect(told).toEqual(["a"]);
  });

  const cases: readonly [string, Answer, boolean, string][] = [
    [
      "401",
      failing(401, "Unauthorized"),
      false,
      "the API server does not accept the credentials of the context (401)",
    ],
    [
      "403",
      failing(403, 'nodes is forbidden: User "eve\u001b" cannot list resource "nodes"'),
      true,
      'the right to list nodes in all namespaces is missing: "eve?" does not have it',
    ],
    ["404", failing(404, "not found"), true, "what answers knows no nodes (404): it is no API server"],
    [
      "500",
      failing(500, "etcd\u0007 is down"),
      true,
      "the API server answers 500 to the list of nodes: etcd? is down",
    ],
    [
      "a page for people",
      (_, response) => response.end("<html>sign in</html>"),
      true,
      "what answers at http://127.0.0.1:PORT is no API server's list of nodes",
    ],
    [
      "a cut",
      (request) => request.socket.destroy(),
      false,
      "no API server answers at http://127.0.0.1:PORT: the connection is cut",
    ],
  ];
  it.each(cases)("has one message for %s", async (_, answer, reached, message) => {
    expect(await nodesOf(answer)).toMatchObject({ told: message, reached });
  });

  const pluginOf = (script: string, more: object = {}) => {
    const apiVersion = "client.authentication.k8s.io/v1";
    return { exec: { apiVersion, command: "sh", args: ["-c", script], ...more } };
  };

  it("does not wait for ever, neither for a server nor for a credential plugin", async () => {
    const silent = await nodesOf(() => {}, { timeoutMs: 100 });
    expect(silent).toMatchObject({
      reached: false,
      told: "no API server answers at http://127.0.0.1:PORT: no answer in 0.1 s",
    });
    const hanging = await nodesOf(() => {}, { timeoutMs: 100, user: pluginOf("exec sleep 60") });
    expect(hanging).toEqual({
      reached: false,
      told: "the credentials of the context are not there after 0.1 s",
      asked: [],
    });
  });

  it.each([
    ["echo secret-token >&2; echo secret-token; exit 1", "fails"],
    ["echo secret-token", "answers with no credential"],
    [`echo '{"status": {"token": ""}, "secret-token": 1}'`, "answers with no credential"],
    ["yes secret-token", "answers with no credential"],
  ])("never repeats what a credential plugin says: %s", async (script, what) => {
    expect((await nodesOf(() => {}, { user: pluginOf(script) })).told).toBe(
      `the credential plugin sh of the context ${what}`,
    );
  });

  it("sends the token of a plugin, which is asked once and told what answer is wanted", async () => {
    const seen = new Set<string>();
    const count = join(folder, "count");
    const script = `echo >> "$COUNT"; cat; printf '{"status": {"token": "%s"}}' "$(printf %s "$KUBERNETES_EXEC_INFO" | base64 -w0)"`;
    await nodesOf(
      (request, response) => {
        seen.add(request.headers.authorization ?? "");
        response.end(list([]));
      },
      { user: pluginOf(script, { env: [{ name: "COUNT", value: count }] }) },
    );
    const info =
      '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}';
    expect([...seen]).toEqual([`Bearer ${Buffer.from(info).toString("base64")}`]);
    expect(readFileSync(count, "utf8")).toBe("\n");
  });

  it("ends, and its plugin with it, though that waits for somebody", async () => {
    const pid = join(folder, "pid");
    const file = join(folder, "hanging.json");
    const user = pluginOf(`echo $$ > ${pid}; while :; do sleep 1; done`);
    writeFileSync(
      file,
      JSON.stringify({
        clusters: [{ name: "c", cluster: { server: "http://127.0.0.1:9" } }],
        users: [{ name: "u", user }],
        contexts: [{ name: "honey", context: { cluster: "c", user: "u" } }],
      }),
    );
    const args = [join(ROOT, "cli/fleet.ts"), "audit", "--kubeconfig", file, "--timeout", "1"];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 });
    expect(stdout).toContain("the credentials of the context are not there after 1 s");
    expect(status).toBe(2);
    const plugin = Number(readFileSync(pid, "utf8"));
    await vi.waitFor(() => expect(() => process.kill(plugin, 0)).toThrow("ESRCH"), { timeout: 10_000 });
  }, 90_000);

  it("sends the token of the context", async () => {
    let seen = "";
    await nodesOf(
      (request, response) => {
        seen = request.headers.authorization ?? "";
        response.end(list([]));
      },
      { user: { token: "own" } },
    );
    expect(seen).toBe("Bearer own");
  });

  it("goes through no proxy of the environment to this machine", async () => {
    const before = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = "http://127.0.0.1:9";
    try {
      expect((await nodesOf((_, response) => response.end(list(["a"])))).told).toEqual(["a"]);
    } finally {
      if (before === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = before;
    }
  });

  it("takes the first of several files to name something, and passes over what is not there", async () => {
    const one = join(folder, "one.json");
    const two = join(folder, "two.json");
    const config = (server: string, context: string) => ({
      clusters: [{ name: "c", cluster: { server } }],
      users: [{ name: "u", user: {} }],
      contexts: [{ name: context, context: { cluster: "c", user: "u" } }],
    });
    writeFileSync(one, JSON.stringify(config("https://one", "honey")));
    writeFileSync(two, JSON.stringify(config("https://two", "comb")));
    const before = process.env.KUBECONFIG;
    process.env.KUBECONFIG = [join(folder, "absent"), one, two].join(":");
    try {
      const contexts = await loadContexts(undefined);
      for (const name of ["honey", "comb"]) {
        const chosen = chooseContext(contexts, name);
        expect(isUnknown(chosen) || chosen.getCurrentCluster()?.server).toBe("https://one");
      }
      const facts = await readCluster(contexts, "hony", { timeoutMs: 100 });
      expect(facts).toMatchObject({
        unknown: expect.stringMatching(/has no context "hony"; did you mean honey\?$/),
      });
    } finally {
      if (before === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = before;
    }
  });
});
