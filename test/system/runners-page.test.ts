/**
 * The chapters of docs/runners.md that change a cluster, command by command in a shell, as an operator types them: in a
 * checkout of its own, with npm, against a real API server. What the page says of a change is read back there. The
 * default fleet has no hosts and VMs here, which nobody could reach; a stub stands for `helm`.
 */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../tools/engine/engine.ts";
import { callApi } from "../../tools/kube/api.ts";
import { missingTools } from "../../tools/kube/binaries.ts";
import { type RunningCluster, startCluster } from "../../tools/kube/cluster.ts";
import { createNode } from "../../tools/kube/nodes.ts";
import { findOnPath } from "../../tools/setup/command.mjs";
import { installKinds } from "../audit/crds.ts";
import { honey, type KubeObject } from "../audit/honey.ts";
import { writeContexts } from "../audit/rights.ts";
import { type Step, stepsOf } from "../docs/console.ts";
import { helmStub } from "./helmStub.ts";

const vendor = findOnPath("pulumi-resource-kubernetes", process.env.PATH);
const why =
  vendor === undefined
    ? missingTools().join("; ") || undefined
    : `the vendor's plugin is on PATH (${vendor})`;
if (why !== undefined) console.warn(`test/system/runners-page.test.ts is skipped: ${why}`);

const page = readFileSync(path.join(ROOT, "docs/runners.md"), "utf8");
const stepsOfChapter = (title: string): Step[] =>
  stepsOf(page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "");
const VM_TEST = "jesssullivan-nix-vm-test-kvm";
const EXPANSION = "dedicated.tinyland.dev/compute-expansion";
/** Not of a checkout, or large and never written. */
const LEFT_OUT = new Set([".git", ".numafleet", "node_modules"]);

describe.skipIf(why !== undefined)("docs/runners.md, typed in by an operator", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "numafleet-runners-page-"));
  const checkout = path.join(folder, "numafleet");
  let cluster: RunningCluster;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    cpSync(ROOT, checkout, {
      recursive: true,
      filter: (source) => !LEFT_OUT.has(path.relative(ROOT, source)),
    });
    symlinkSync(path.join(ROOT, "node_modules"), path.join(checkout, "node_modules"));
    const example = path.join(checkout, "docs/examples/default.yaml");
    const all = readFileSync(example, "utf8");
    writeFileSync(example, all.slice(all.indexOf("\nnodes:\n") + 1));

    const helm = await helmStub(path.join(folder, "bin"));
    cluster = await startCluster();
    await installKinds(cluster);
    for (const { metadata, spec, status } of honey().nodes) {
      const { name, labels } = metadata;
      await createNode(cluster, { name, labels, taints: spec.taints, allocatable: status.allocatable });
    }
    const { PULUMI_BACKEND_URL: _, PULUMI_STACK: __, PULUMI_HOME: ___, ...own } = process.env;
    env = {
      ...own,
      PATH: [helm.folder, own.PATH].join(path.delimiter),
      // Nobody is there to confirm.
      PULUMI_SKIP_CONFIRMATIONS: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    // What an operator's stack has already.
    const chart = (name: string) => archive(name);
    const charts = {
      scaleSet: chart("gha-runner-scale-set"),
      controller: chart("gha-runner-scale-set-controller"),
    };
    for (const [key, value] of [
      ["kubeconfig", writeContexts(cluster, "honey", {})],
      ["today", "2026-05-06"],
      ["arcCharts", JSON.stringify(charts)],
    ])
      expect(shell(`npm run --silent pulumi -- config set ${key} '${value}'`)).toMatchObject({ status: 0 });
  }, 20 * 60_000);

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await cluster?.stop();
  });

  /** A chart's archive, as `helm pull` writes it. */
  function archive(name: string): string {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, "Chart.yaml"), `apiVersion: v2\nname: ${name}\nversion: 0.14.2\n`);
    expect(spawnSync("tar", ["-czf", `${name}.tgz`, name], { cwd: folder }).status).toBe(0);
    return path.join(folder, `${name}.tgz`);
  }

  function shell(command: string): { status: number | null; printed: string } {
    const { status, stdout, stderr } = spawnSync("sh", ["-c", command], {
      cwd: checkout,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 300_000,
    });
    return { status, printed: `${stdout}${stderr}` };
  }

  /** Types a chapter in. Where the page shows a refusal, what fitted last is what goes up. */
  function type(chapter: string): void {
    const fleet = path.join(checkout, "fleet.yaml");
    const fitting = path.join(folder, "fitting.yaml");
    let ups = 0;
    for (const { command, shown } of stepsOfChapter(chapter)) {
      const isEngine = /^npm run (preview|up|pulumi)\b/.test(command);
      const isUp = command.startsWith("npm run up");
      if (isEngine && !isUp) copyFileSync(fitting, fleet);
      const { status, printed } = shell(command);
      if (isEngine) {
        expect(status, `${command}: ${printed}`).toBe(0);
        if (isUp) ups++;
        continue;
      }
      expect(`$ ${command}\n${printed.trim()}`).toBe(`$ ${command}\n${shown}`);
      expect(status).toBe(/^Refused/m.test(shown) ? 1 : 0);
      if (/^Fits/m.test(shown)) copyFileSync(fleet, fitting);
    }
    expect(ups).toBe(1);
  }

  const get = async (where: string): Promise<KubeObject> => (await callApi(cluster, "GET", where)).body;
  const runnerSet = async (name: string): Promise<KubeObject> =>
    (await get(`/apis/actions.github.com/v1alpha1/namespaces/arc-${name}/autoscalingrunnersets/${name}`))
      .spec;

  it("raises a maximum, admits an overflow node and rolls it back", async () => {
    type("Raise a maximum");
    expect((await runnerSet("tinyland-nix-kvm")).maxRunners).toBe(2);
    const quota = await get("/api/v1/namespaces/arc-tinyland-nix-kvm/resourcequotas/envelope");
    expect(quota.spec.hard.pods).toBe("2");

    type("Admit an overflow node");
    const admitted = (await runnerSet(VM_TEST)).template.spec;
    expect(admitted.tolerations).toMatchObject([{ key: EXPANSION, value: "true" }]);
    expect(admitted.nodeSelector).toEqual({ "capability.tinyland.dev/kvm": "true" });

    type("Roll it back");
    const back = (await runnerSet(VM_TEST)).template.spec;
    expect(back.tolerations ?? []).toEqual([]);
    expect(back.nodeSelector).toEqual({
      "capability.tinyland.dev/kvm": "true",
      "kubernetes.io/hostname": "honey",
    });
  }, 600_000);
});
