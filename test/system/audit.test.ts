import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runFleetCommand } from "../../cli/fleetcommand.ts";
import { ApiReader } from "../../live/kube/apiReader.ts";
import { chooseContext, loadContexts } from "../../live/kube/kubeconfig.ts";
import { LISTS, readCluster } from "../../live/kube/readCluster.ts";
import { callApi } from "../../tools/kube/api.ts";
import { missingTools } from "../../tools/kube/binaries.ts";
import { type RunningCluster, startCluster } from "../../tools/kube/cluster.ts";
import { createNode } from "../../tools/kube/nodes.ts";
import { freePort } from "../../tools/setup/freePorts.ts";
import { commandsOf } from "../audit/chapter.ts";
import { installKinds } from "../audit/crds.ts";
import { honey, type KubeObject, pod, runner, runnerLabels, runnerPod } from "../audit/honey.ts";
import { tokenOf, writeContexts } from "../audit/rights.ts";
import { captured } from "../cli/captured.ts";

const missing = missingTools();
if (missing.length > 0) console.warn(`test/system/audit.test.ts is skipped: ${missing.join("; ")}`);

const ROOT = join(import.meta.dirname, "../..");
const VM_TEST = "jesssullivan-nix-vm-test-kvm";
const TODAY = ["--today", "2026-05-06"];

/** The role that docs/audit.md gives. */
function documentedRules(): { apiGroups: string[]; resources: string[]; verbs: string[] }[] {
  const page = readFileSync(join(ROOT, "docs/audit.md"), "utf8");
  const role = /```yaml\n(apiVersion: rbac[\s\S]*?)```/.exec(page)?.[1] ?? "";
  return parse(role).rules;
}

describe.skipIf(missing.length > 0)("fleet audit of a real API server", { timeout: 60_000 }, () => {
  let cluster: RunningCluster;
  let kubeconfig: string;
  /** What was found before ARC's kinds were there. */
  let withoutKinds: string[];
  const folder = mkdtempSync(join(tmpdir(), "numafleet-audit-system-"));

  const make = async (path: string, body: object, method = "POST", type?: string) => {
    const answer = await callApi(cluster, method, path, body, type);
    if (answer.code >= 300) throw new Error(`${method} ${path}: ${answer.code} ${answer.body.message}`);
    return answer.body;
  };
  const arc = (namespace: string, plural: string) =>
    `/apis/actions.github.com/v1alpha1/namespaces/${namespace}/${plural}`;

  beforeAll(async () => {
    cluster = await startCluster();
    kubeconfig = writeContexts(cluster, "honey", {});
    withoutKinds = await messages();
    await installKinds(cluster);
    const objects = honey();
    for (const { metadata, spec, status } of objects.nodes) {
      const { name, labels } = metadata;
      await createNode(cluster, { name, labels, taints: spec.taints, allocatable: status.allocatable });
    }
    for (const set of objects.autoscalingrunnersets) {
      const { namespace } = set.metadata;
      await make("/api/v1/namespaces", { metadata: { name: namespace } });
      await make(arc(namespace, "autoscalingrunnersets"), set);
    }
    for (const quota of objects.resourcequotas)
      await make(`/api/v1/namespaces/${quota.metadata.namespace}/resourcequotas`, quota);
    const rules = documentedRules();
    const lame = rules.map((r) => ({
      ...r,
      resources: r.resources.filter((x) => x !== "pods" && x !== "resourcequotas"),
    }));
    kubeconfig = writeContexts(cluster, "honey", {
      reader: await tokenOf(cluster, "reader", rules),
      lame: await tokenOf(cluster, "lame", lame),
      stale: "not-a-token",
    });
  }, 20 * 60_000);

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await cluster?.stop();
  });

  const fleet = (...args: string[]) => captured((streams) => runFleetCommand(args, streams));
  const audit = (...args: string[]) => fleet("audit", "--kubeconfig", kubeconfig, ...TODAY, ...args);
  const report = async (...args: string[]): Promise<KubeObject> =>
    JSON.parse((await audit("--json", ...args)).out);
  const messages = async (...args: string[]): Promise<string[]> =>
    (await report(...args)).findings.map((f: KubeObject) => f.message);

  /** The default stack with another cluster's name, so that a context of another user may be asked for it. */
  function fleetOf(context: string): string {
    const file = join(folder, `${context}.yaml`);
    const text = readFileSync(join(ROOT, "docs/examples/default.yaml"), "utf8");
    writeFileSync(file, text.replaceAll("cluster: honey", `cluster: ${context}`));
    return file;
  }

  it("prints what docs/runners.md shows, command by command", async () => {
    const before = process.env.KUBECONFIG;
    process.env.KUBECONFIG = kubeconfig;
    try {
      const [first, second, third] = commandsOf("Read the audit");
      expect(await fleet(...(first?.args ?? []))).toEqual({ code: 0, out: `${first?.output}\n`, err: "" });
      const two = await fleet(...(second?.args ?? []));
      expect(two.code).toBe(2);
      expect(two.out).toContain("UNKNOWN Cluster comb is not known: kubeconfig");
      const recorded = await fleet(...(third?.args ?? []));
      expect(recorded.code).toBe(0);
      expect(recorded.err).toBe("3 of 3 nodes recorded; nothing is written without --write.\n");
      expect(commandsOf("Read the audit")).toHaveLength(3);
    } finally {
      if (before === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = before;
    }
  });

  it("is in order where the cluster is as declared, also for who may only read", async () => {
    const { code, out, err } = await audit("--fleet", fleetOf("reader"));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("All 4 runners at maximum have a seat at once, beside what runs now (reader).");
  });

  it("asks for what its role grants and for nothing else, by GET alone", async () => {
    const granted = documentedRules().flatMap(({ apiGroups, resources, verbs }) => {
      expect(verbs).toEqual(["get", "list"]);
      return resources.map((r) => (apiGroups[0] === "" ? r : `${r}.${apiGroups[0]}`));
    });
    expect(granted.toSorted()).toEqual([...new Set(Object.values(LISTS).map((l) => l.resource))].toSorted());
    // The role is too little for anything else: a write with its token is refused.
    const token = JSON.parse(readFileSync(kubeconfig, "utf8")).users.find(
      (u: KubeObject) => u.name === "reader",
    ).user.token;
    const asReader = { ...cluster, token };
    for (const [method, path] of [
      ["DELETE", "/api/v1/nodes/honey"],
      ["POST", "/api/v1/namespaces/default/pods"],
      ["GET", "/api/v1/secrets"],
      ["DELETE", `${arc("arc-tinyland-nix-kvm", "autoscalingrunnersets")}/tinyland-nix-kvm`],
    ] as const)
      expect(
        (await callApi(asReader, method, path, method === "POST" ? { metadata: { name: "x" } } : undefined))
          .code,
      ).toBe(403);
  });

  it("tells which right is missing, and stays unknown", async () => {
    const { code } = await audit("--fleet", fleetOf("lame"));
    expect(code).toBe(2);
    const user = '"system:serviceaccount:default:lame"';
    expect(await messages("--fleet", fleetOf("lame"))).toEqual(
      expect.arrayContaining([
        `Cluster lame is not known in full: the right to list pods in all namespaces is missing: ${user} does not have it.`,
        `Cluster lame is not known in full: the right to list resourcequotas in all namespaces is missing: ${user} does not have it.`,
      ]),
    );
  });

  it("has one message for each way not to reach a cluster", async () => {
    const port = await freePort();
    const elsewhere = join(folder, "elsewhere.json");
    const config = JSON.parse(readFileSync(kubeconfig, "utf8"));
    const context = (name: string, entry: object, user: object) => ({ name, entry, user });
    const ca = config.clusters[0].cluster["certificate-authority-data"];
    const all = [
      context(
        "dead",
        { server: `https://127.0.0.1:${port}`, "certificate-authority-data": ca },
        { token: "x" },
      ),
      context("untrusted", { server: cluster.server }, { token: "x" }),
      context(
        "plugin",
        { server: cluster.server, "certificate-authority-data": ca },
        { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "no-such-plugin" } },
      ),
      context("serverless", {}, {}),
    ];
    writeFileSync(
      elsewhere,
      JSON.stringify({
        ...config,
        clusters: all.map(({ name, entry }) => ({ name, cluster: entry })),
        users: all.map(({ name, user }) => ({ name, user })),
        contexts: all.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
      }),
    );
    const names = [...all.map(({ name }) => name), "ded"];
    const { out, code } = await fleet(
      "audit",
      "--json",
      "--kubeconfig",
      elsewhere,
      "--timeout",
      "5",
      ...names.flatMap((n) => ["--context", n]),
    );
    expect(code).toBe(2);
    const whys = JSON.parse(out).clusters.map((c: KubeObject) => c.unknown[0].why);
    expect(whys).toEqual([
      `no API server answers at https://127.0.0.1:${port}: the connection is refused`,
      `no API server answers at ${cluster.server}: its certificate is not of the context's authority`,
      "the credential plugin no-such-plugin of the context is not installed",
      `context "serverless" of kubeconfig ${elsewhere} names no API server`,
      `kubeconfig ${elsewhere} has no context "ded"; did you mean dead?`,
    ]);
    const stale = await report("--context", "stale");
    expect(stale.clusters[0]).toMatchObject({
      reached: false,
      unknown: [{ why: "the API server does not accept the credentials of the context (401)" }],
    });
    const none = JSON.parse((await fleet("audit", "--json", "--kubeconfig", join(folder, "none"))).out);
    expect(none.clusters[0].unknown[0].why).toBe(`kubeconfig ${join(folder, "none")} cannot be read: ENOENT`);
    writeFileSync(join(folder, "junk"), "token: [secret-of-mine");
    const junk = (await fleet("audit", "--kubeconfig", join(folder, "junk"))).out;
    expect(junk).toContain(`kubeconfig ${join(folder, "junk")} is no kubeconfig`);
    expect(junk).not.toContain("secret-of-mine");
  });

  it("seats runners beside pods that run, sees slots that are lost, and what was changed by hand", async () => {
    const resources = { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } };
    const container = { name: "db", image: "none", resources };
    const space = `arc-${VM_TEST}`;
    const big = { ...container, resources: { requests: { memory: "150Gi" } } };
    await make(
      "/api/v1/namespaces/default/pods",
      pod("default", "db", { containers: [big], nodeName: "honey" }),
    );
    for (let i = 0; i < 3; i++) {
      const spec = { containers: [{ ...container, name: `c${i}` }], nodeName: "bumble" };
      await make("/api/v1/namespaces/default/pods", pod("default", `small-${i}`, spec));
    }
    const stuck = runner(VM_TEST, "stuck", {}, "2020-01-01T00:00:00Z");
    await make(arc(space, "ephemeralrunners"), {
      apiVersion: "actions.github.com/v1alpha1",
      kind: "EphemeralRunner",
      ...stuck,
    });
    const requests = { cpu: "4", memory: "32Gi" };
    const template = { ...runnerPod(requests, requests), restartPolicy: "Never" };
    await make(`/api/v1/namespaces/${space}/pods`, {
      ...pod(space, "stuck", template, {}, runnerLabels(VM_TEST)),
    });
    const condition = {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message: "0/3 nodes are available.",
    };
    await make(
      `/api/v1/namespaces/${space}/pods/stuck/status`,
      { status: { conditions: [condition] } },
      "PATCH",
      "application/merge-patch+json",
    );
    await make(
      `${arc(space, "autoscalingrunnersets")}/${VM_TEST}`,
      { spec: { maxRunners: 3 } },
      "PATCH",
      "application/merge-patch+json",
    );
    const { verdict, placement, lost, nodes, findings } = await report("--pending", "0");
    expect(verdict).toBe("differs");
    expect(nodes.map((n: KubeObject) => [n.name, n.running.pods])).toEqual([
      ["honey", 1],
      ["sting", 0],
      ["bumble", 3],
    ]);
    expect(placement).toMatchObject({ verdict: "impossible", asked: 5, bound: 4 });
    expect(lost).toEqual([
      {
        context: "honey",
        scaleSet: VM_TEST,
        phase: "pending",
        slots: 1,
        cause: "Unschedulable: 0/3 nodes are available.",
        runners: ["stuck"],
      },
    ]);
    expect(findings.map((f: KubeObject) => f.message)).toContain(
      `Scale set honey/${VM_TEST}: maximum: declared is 2, live is 3.`,
    );
    expect((await audit()).code).toBe(1);
  });

  it("reads lists page by page, without a request per object", async () => {
    const contexts = await loadContexts(kubeconfig);
    const config = chooseContext(contexts, "honey");
    if ("unknown" in config) throw new Error(config.unknown);
    const reader = new ApiReader(config, 10_000, 3);
    const names = await reader.list(LISTS.pods, (item: KubeObject) => item.metadata.name);
    expect(names.toSorted()).toEqual(["db", "small-0", "small-1", "small-2", "stuck"]);
    expect(reader.requests).toBe(2);
    reader.close();
    const facts = await readCluster(contexts, "honey", { timeoutMs: 10_000 });
    expect("unknown" in facts).toBe(false);
  });

  it("records the nodes with what runs there, and the audit is content with them", async () => {
    const file = join(folder, "record.yaml");
    copyFileSync(join(ROOT, "docs/examples/default.yaml"), file);
    const { code, out } = await fleet(
      "record",
      "nodes",
      "--kubeconfig",
      kubeconfig,
      "--fleet",
      file,
      "--write",
    );
    expect(code).toBe(0);
    expect(out).toContain(
      '+    running: { cpu: "0", memory: "150Gi", ephemeralStorage: "0", pods: 1, memoryLimit: 150Gi }',
    );
    const { rows } = await report("--fleet", file);
    const running = rows.filter((r: KubeObject) => r.check === "running");
    expect(running.map((r: KubeObject) => [r.subject, r.status])).toEqual([
      ["node honey/honey", "info"],
      ["node honey/sting", "info"],
      ["node honey/bumble", "info"],
    ]);
  });

  it("tells that ARC's kinds are missing", () => {
    expect(withoutKinds).toEqual(
      expect.arrayContaining([
        "Cluster honey is not known in full: the cluster has no autoscalingrunnersets.actions.github.com: ARC's CRDs are missing.",
        "Cluster honey is not known in full: the cluster has no ephemeralrunners.actions.github.com: ARC's CRDs are missing.",
      ]),
    );
  });
});
