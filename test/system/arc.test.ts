/**
 * The cluster side of a runner fleet through the real engine, against a real API server: what is made is read back,
 * the cluster itself refuses what is above the budget, a lane goes back by one switch, and all of it is taken down in
 * order. The stand-in serves the vendor's plugin's types, and a stub stands for `helm`, which makes the
 * AutoscalingRunnerSets that ARC's charts would make; a loop here does the one thing of ARC's controller that matters.
 */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../tools/engine/engine.ts";
import { findEngine } from "../../tools/engine/findEngine.ts";
import { callApi } from "../../tools/kube/api.ts";
import { missingTools } from "../../tools/kube/binaries.ts";
import { type RunningCluster, startCluster } from "../../tools/kube/cluster.ts";
import { finalizeNamespaces } from "../../tools/kube/namespaces.ts";
import { createNode } from "../../tools/kube/nodes.ts";
import { putQuotaIntoForce } from "../../tools/kube/quotas.ts";
import { findOnPath } from "../../tools/setup/command.mjs";
import { expansion, fleet, kvm } from "./arcFleet.ts";
import { createStack, succeeded, type TestStack } from "./engine.ts";
import { type HelmStub, helmStub } from "./helmStub.ts";

const vendor = findOnPath("pulumi-resource-kubernetes", process.env.PATH);
const why =
  vendor === undefined
    ? missingTools().join("; ") || undefined
    : `the vendor's plugin is on PATH (${vendor})`;
if (why !== undefined) console.warn(`test/system/arc.test.ts is skipped: ${why}`);

const FINALIZER = "autoscalingrunnerset.actions.github.com/finalizer";
const TOKEN = "ghp-sesame-open";
const SETS = "/apis/actions.github.com/v1alpha1";
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
/** The smallest CRD that takes ARC's objects as they are. */
const definition = (plural: string, kind: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.actions.github.com`, annotations: { "from-the-chart": "yes" } },
  spec: {
    group: "actions.github.com",
    scope: "Namespaced",
    names: { plural, kind },
    versions: [
      {
        name: "v1alpha1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: { spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
          },
        },
      },
    ],
  },
});

interface SetMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: string[];
}

describe.skipIf(why !== undefined)("the cluster side of a runner fleet", () => {
  let folder: string;
  let cluster: RunningCluster;
  let finalizer: { stop(): Promise<void> };
  let helm: HelmStub;
  let controller: { stop(): Promise<void> };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "numafleet-arc-"));
    helm = await helmStub(path.join(folder, "bin"));
    cluster = await startCluster();
    finalizer = finalizeNamespaces(cluster);
    controller = arcController();
    const quantities = (memory: string) => ({ cpu: "32", memory, "ephemeral-storage": "66Gi", pods: "110" });
    const theirs = { key: "theirs", value: "1", effect: "PreferNoSchedule" };
    await createNode(cluster, { name: "honey", labels: { zone: "a" }, allocatable: quantities("219Gi") });
    await createNode(cluster, { name: "sting", taints: [theirs], allocatable: quantities("54Gi") });
    await chart("gha-runner-scale-set", []);
    await chart("gha-runner-scale-set-controller", [
      definition("autoscalingrunnersets", "AutoscalingRunnerSet"),
      definition("ephemeralrunners", "EphemeralRunner"),
    ]);
  }, 20 * 60_000);
  afterAll(async () => {
    await controller?.stop();
    await finalizer?.stop();
    await cluster?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  /** A chart's archive, as `helm pull` writes it. */
  async function chart(name: string, crds: object[]): Promise<void> {
    await mkdir(path.join(folder, name, "crds"), { recursive: true });
    await writeFile(
      path.join(folder, name, "Chart.yaml"),
      `apiVersion: v2\nname: ${name}\nversion: 0.14.2\n`,
    );
    for (const [i, crd] of crds.entries())
      await writeFile(path.join(folder, name, "crds", `${i}.yaml`), JSON.stringify(crd));
    const packed = spawnSync("tar", ["-czf", `${name}-0.14.2.tgz`, name], { cwd: folder, encoding: "utf8" });
    expect(packed.status, packed.stderr).toBe(0);
  }

  const chartPaths = () => ({
    scaleSet: path.join(folder, "gha-runner-scale-set-0.14.2.tgz"),
    controller: path.join(folder, "gha-runner-scale-set-controller-0.14.2.tgz"),
  });
  const get = async (where: string) => (await callApi(cluster, "GET", where)).body;
  const code = async (where: string) => (await callApi(cluster, "GET", where)).code;
  const runnerSet = (name: string) => `${SETS}/namespaces/arc-${name}/autoscalingrunnersets/${name}`;
  const allSets = async (): Promise<{ metadata: SetMetadata }[]> =>
    (await get(`${SETS}/autoscalingrunnersets`)).items ?? [];

  /** Holds every set by a finalizer; lets it go when it is deleted, and notes what was still there then. */
  function arcController(): { stop(): Promise<void> } {
    const stopping = new AbortController();
    const loop = (async () => {
      while (!stopping.signal.aborted) {
        for (const { metadata } of await allSets()) {
          const { name, namespace, deletionTimestamp, finalizers = [] } = metadata;
          const where = `${SETS}/namespaces/${namespace}/autoscalingrunnersets/${name}`;
          const patch = (value: string[]) =>
            callApi(
              cluster,
              "PATCH",
              where,
              { metadata: { finalizers: value } },
              "application/merge-patch+json",
            );
          if (deletionTimestamp === undefined && !finalizers.includes(FINALIZER)) await patch([FINALIZER]);
          if (deletionTimestamp !== undefined && finalizers.includes(FINALIZER)) {
            const secret = await code(`/api/v1/namespaces/${namespace}/secrets/github-config`);
            await helm.note(`gone ${name}, secret ${secret}`);
            await patch([]);
          }
        }
        await sleep(100, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    })();
    return {
      stop: async () => {
        stopping.abort();
        await loop;
      },
    };
  }

  async function declare(...change: Parameters<typeof fleet>): Promise<void> {
    await writeFile(path.join(folder, "fleet.json"), JSON.stringify(fleet(...change)));
  }

  async function newStack(): Promise<TestStack> {
    const engine = await findEngine();
    const standIn = path.join(ROOT, "tools", "kubernetes-standin");
    await declare(false);
    const stack = await createStack({
      directory: ROOT,
      env: { PATH: [helm.folder, standIn, engine.env.PATH ?? process.env.PATH].join(path.delimiter) },
      config: {
        "numafleet:fleet": path.join(folder, "fleet.json"),
        "numafleet:today": "2026-05-06",
        "numafleet:kubeconfig": cluster.kubeconfig,
        "numafleet:arcCharts": JSON.stringify(chartPaths()),
      },
    });
    const key = 'numafleet:githubCredentials["tinyland-inc"].token';
    succeeded(await stack.setConfig("--secret", "--path", key, TOKEN));
    return stack;
  }

  /** Asks until the API server's own caches know, which quotas and policies take a moment for. */
  async function until<T>(ask: () => Promise<T>, isThere: (answer: T) => boolean): Promise<T> {
    for (let tries = 1; ; tries++) {
      const answer = await ask();
      if (isThere(answer)) return answer;
      if (tries === 100) throw new Error(`still ${JSON.stringify(answer)}`);
      await sleep(200);
    }
  }

  it("goes up, refuses what is above the budget, rolls back, and comes down in order", async () => {
    const stack = await newStack();
    const up = succeeded(await stack.up());
    expect(up.stdout).not.toContain(TOKEN);
    const state = JSON.stringify(await stack.exportStack());
    expect(state).not.toContain(TOKEN);
    expect(state).not.toContain(Buffer.from(TOKEN).toString("base64"));
    succeeded(await stack.preview("--expect-no-changes"));

    await readBack();
    await refusesTheFifthRunner();
    await refusesAboveTheBudget();
    await rollsBack(stack);
    await keepsDefinitions(stack);
    await comesDown(stack);
  });

  async function readBack(): Promise<void> {
    expect((await get("/api/v1/namespaces/arc-burst/resourcequotas/envelope")).spec.hard).toEqual({
      pods: "4",
      "requests.cpu": "4",
      "requests.memory": "8Gi",
      "limits.cpu": "8",
      "limits.memory": "16Gi",
    });
    expect((await get("/api/v1/namespaces/arc-burst/limitranges/envelope")).spec.limits).toEqual([
      {
        type: "Container",
        default: { cpu: "2", memory: "4Gi" },
        defaultRequest: { cpu: "1", memory: "2Gi" },
      },
    ]);
    expect(await get("/apis/scheduling.k8s.io/v1/priorityclasses/runners")).toMatchObject({
      value: 1000,
      preemptionPolicy: "Never",
    });
    const secret = await get("/api/v1/namespaces/arc-burst/secrets/github-config");
    expect(secret.data).toEqual({ github_token: Buffer.from(TOKEN).toString("base64") });
    // Another owner's Secret was made by hand, and is only referred to.
    expect(await code("/api/v1/namespaces/arc-vm-test/secrets/github-config")).toBe(404);

    const honey = await get("/api/v1/nodes/honey");
    expect(honey.metadata.labels).toMatchObject({ ...kvm, zone: "a" });
    const sting = await get("/api/v1/nodes/sting");
    expect(sting.metadata.labels).toMatchObject(kvm);
    expect(sting.spec.taints).toEqual(
      expect.arrayContaining([expansion, { key: "theirs", value: "1", effect: "PreferNoSchedule" }]),
    );

    expect(
      (await get(`${CRDS}/autoscalingrunnersets.actions.github.com`)).metadata.annotations,
    ).toMatchObject({ "from-the-chart": "yes" });
    const burst = await get(runnerSet("burst"));
    expect(burst.metadata.labels).toEqual({ "app.kubernetes.io/version": "0.14.2" });
    expect(burst.spec).toMatchObject({
      githubConfigUrl: "https://github.com/tinyland-inc",
      githubConfigSecret: "github-config",
      runnerScaleSetLabels: ["tinyland-nix-kvm"],
      minRunners: 0,
      maxRunners: 4,
    });
    const lane = (await get(runnerSet("vm-test"))).spec;
    expect(lane.githubConfigSecret).toBe("made-by-hand");
    for (const { spec } of [lane.template, lane.listenerTemplate]) {
      expect(spec).toMatchObject({ nodeSelector: kvm, tolerations: [{ ...expansion, operator: "Equal" }] });
    }
  }

  async function refusesTheFifthRunner(): Promise<void> {
    await putQuotaIntoForce(cluster, "arc-burst", "envelope");
    const { template } = (await get(runnerSet("burst"))).spec;
    const start = async (runner: number) => {
      const pod = { metadata: { name: `runner-${runner}` }, spec: template.spec };
      return (await callApi(cluster, "POST", "/api/v1/namespaces/arc-burst/pods", pod)) as {
        code: number;
        body: { message: string; spec: { priority: number } };
      };
    };
    // The quota counts once the API server has seen its status.
    const first = await until(
      () => start(1),
      (answer) => answer.code === 201,
    );
    expect(first.body.spec.priority).toBe(1000);
    for (const runner of [2, 3, 4]) expect((await start(runner)).code).toBe(201);
    const fifth = await start(5);
    expect(fifth.code).toBe(403);
    expect(fifth.body.message).toContain(
      "exceeded quota: envelope, requested: limits.cpu=2,limits.memory=4Gi,pods=1,requests.cpu=1,requests.memory=2Gi, used: limits.cpu=8,limits.memory=16Gi,pods=4,requests.cpu=4,requests.memory=8Gi, limited: limits.cpu=8,limits.memory=16Gi,pods=4,requests.cpu=4,requests.memory=8Gi",
    );
    for (const runner of [1, 2, 3, 4])
      await callApi(
        cluster,
        "DELETE",
        `/api/v1/namespaces/arc-burst/pods/runner-${runner}?gracePeriodSeconds=0`,
      );
  }

  async function refusesAboveTheBudget(): Promise<void> {
    const raise = (name: string, maxRunners: number | null) =>
      callApi(
        cluster,
        "PATCH",
        `${runnerSet(name)}?dryRun=All`,
        { spec: { maxRunners } },
        "application/merge-patch+json",
      );
    const stranger = (name: string, spec: object) =>
      callApi(cluster, "POST", `${SETS}/namespaces/default/autoscalingrunnersets?dryRun=All`, {
        apiVersion: "actions.github.com/v1alpha1",
        kind: "AutoscalingRunnerSet",
        metadata: { name },
        spec,
      });
    const refused = await until(
      () => raise("burst", 5),
      (answer) => answer.code !== 200,
    );
    expect(refused.code).toBe(422);
    expect(refused.body.message).toContain(
      "scale set arc-burst/burst asks for up to 5 runners, its budget is 4. Raise it in the fleet, where it is judged.",
    );
    expect((await raise("burst", 4)).code).toBe(200);
    expect((await raise("burst", 1)).code).toBe(200);
    expect((await raise("vm-test", 3)).body.message).toContain(
      "arc-vm-test/vm-test asks for up to 3 runners, its budget is 2",
    );
    expect((await raise("burst", null)).body.message).toContain(
      "scale set arc-burst/burst states no maxRunners: ARC would start as many runners as there are jobs.",
    );

    const shared = { runnerScaleSetLabels: ["gpu", "Tinyland-Nix-KVM"] };
    expect((await stranger("other", { ...shared, maxRunners: 2 })).body.message).toContain(
      "scale set default/other is not declared in the fleet and advertises a label with a ceiling: it asks for up to 2 runners, 1 is the most without a budget.",
    );
    expect((await stranger("other", shared)).body.message).toContain("default/other states no maxRunners");
    expect((await stranger("other", { ...shared, maxRunners: 1 })).code).toBe(201);
    expect((await stranger("tinyland-nix-kvm", { maxRunners: 2 })).code).toBe(422);
    expect((await stranger("other", { runnerScaleSetLabels: ["gpu"] })).code).toBe(201);
  }

  async function rollsBack(stack: TestStack): Promise<void> {
    await declare(true);
    const preview = succeeded(await stack.preview());
    // The plan, which says so, and the lane's release.
    expect(preview.stdout).toMatch(/~ 2 to update/);
    expect(preview.stdout).toContain(
      "overflow/rolled-back: Lane vm-test is rolled back from sting to honey alone: it does not tolerate dedicated.tinyland.dev/compute-expansion=true:NoSchedule, and 2 of its 2 runners have a seat on honey.",
    );
    await declare(true, 3);
    succeeded(await stack.up());
    const back = (await get(runnerSet("vm-test"))).spec;
    for (const { spec } of [back.template, back.listenerTemplate]) {
      expect(spec.nodeSelector).toEqual({ ...kvm, "kubernetes.io/hostname": "honey" });
    }
    expect(back.template.spec.tolerations).toBeUndefined();
    expect((await get("/api/v1/nodes/sting")).spec.taints).toEqual(expect.arrayContaining([expansion]));

    // A maximum is raised in the budget first: the cluster would refuse it otherwise, by what it knows at once.
    expect((await get(runnerSet("burst"))).spec.maxRunners).toBe(3);
    await declare(true, 4);
    succeeded(await stack.up());
    expect((await get(runnerSet("burst"))).spec.maxRunners).toBe(4);
  }

  /** With the CRDs every scale set would go, and with the namespace the controller. */
  async function keepsDefinitions(stack: TestStack): Promise<void> {
    const charts = JSON.stringify({ scaleSet: path.join(folder, "gha-runner-scale-set-0.14.2.tgz") });
    succeeded(await stack.setConfig("numafleet:arcCharts", charts));
    const refused = await stack.preview();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain(
      "build/crds-would-go: The CRDs of ARC in cluster test are this stack's, and no controller's chart is named on this machine any more",
    );
    succeeded(await stack.setConfig("numafleet:arcCharts", JSON.stringify(chartPaths())));

    const uids = async () => {
      const objects = [`${CRDS}/autoscalingrunnersets.actions.github.com`, runnerSet("burst")];
      const all = [...objects, "/api/v1/namespaces/arc-systems"];
      return Promise.all(all.map(async (where) => (await get(where)).metadata.uid));
    };
    const before = await uids();
    await declare(true, 4, "second");
    succeeded(await stack.up());
    expect(await uids()).toEqual(before);
    const calls = await helm.calls();
    expect(calls.indexOf("install second")).toBeGreaterThan(0);
    expect(calls.indexOf("uninstall arc")).toBeGreaterThan(calls.indexOf("install second"));
  }

  async function comesDown(stack: TestStack): Promise<void> {
    const before = (await helm.calls()).length;
    succeeded(await stack.destroy());
    const calls = (await helm.calls()).slice(before);
    const position = (line: string) => {
      expect(calls, line).toContain(line);
      return calls.indexOf(line);
    };
    // The Secret is there until its set is gone: the controller signs the runners off with it.
    expect(position("uninstall burst")).toBeLessThan(position("gone burst, secret 200"));
    expect(position("gone burst, secret 200")).toBeLessThan(position("uninstalled burst"));
    for (const name of ["burst", "vm-test"])
      expect(position(`uninstalled ${name}`)).toBeLessThan(position("uninstall second"));
    const definitions = await get(CRDS);
    expect(definitions.items).toEqual([]);
    for (const namespace of ["arc-burst", "arc-vm-test", "arc-systems"])
      expect(await code(`/api/v1/namespaces/${namespace}`)).toBe(404);

    const honey = await get("/api/v1/nodes/honey");
    expect(honey.metadata.labels).toEqual({ zone: "a" });
    expect((await get("/api/v1/nodes/sting")).spec.taints).toEqual([
      { key: "theirs", value: "1", effect: "PreferNoSchedule" },
    ]);
  }
});
