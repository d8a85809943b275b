import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bytesQuantity, cpuQuantity } from "../components/podResources.ts";
import { runnerPod } from "../components/runnerPod.ts";
import { type Fleet, requireFleet } from "../model/fleet.ts";
import { formatBytes } from "../model/format.ts";
import { largeFleet } from "../test/capacity/runners/fleets.ts";
import { callApi, expectOk, forEachAtOnce } from "../tools/kube/api.ts";
import { missingTools } from "../tools/kube/binaries.ts";
import { type RunningCluster, startCluster } from "../tools/kube/cluster.ts";
import { createNode } from "../tools/kube/nodes.ts";
import { type RunningScheduler, startScheduler } from "../tools/kube/scheduler.ts";
import { run } from "../tools/setup/command.mjs";
import { withProgress } from "../tools/setup/progress.mjs";
import { type Figure, median } from "./figure.ts";
import { BenchmarkError } from "./process.ts";

const NAME = "10,000 runners on 5,000 nodes placed / bound by kube-scheduler";
/** 20× as fast. */
const TARGET = 0.05;
const RUNS = 3;
const SETS = 200;
const RUNNERS = 10_000;
const NODES = 5_000;
const PAUSE = 250;
const PODS = "/api/v1/namespaces/default/pods";

/** All runners at maximum, judged by us, and bound one by one by the real scheduler with nothing else to do. */
export async function benchScheduler(): Promise<Figure[]> {
  const missing = missingTools();
  if (missing.length > 0)
    return [{ name: NAME, value: null, unit: "×", target: TARGET, runs: 0, detail: missing.join("; ") }];
  const fleet = requireFleet(largeFleet(SETS, RUNNERS, NODES));
  const cluster = await startCluster();
  try {
    await withProgress("Creating nodes and runner pods", () => create(cluster, fleet));
    const scheduler = await startScheduler(cluster);
    try {
      const bound = await withProgress("The scheduler binds the pods", () => timeBinding(scheduler));
      return [figure(await timeEngine(), bound)];
    } finally {
      await scheduler.stop();
    }
  } finally {
    await cluster.stop();
  }
}

async function create(cluster: RunningCluster, fleet: Fleet): Promise<void> {
  await forEachAtOnce(fleet.nodes, ({ name, labels, taints, allocatable: a, running: r }) =>
    createNode(cluster, {
      name,
      labels,
      taints,
      // Less what runs there: the same room as with those pods, which would have to be created too.
      allocatable: {
        cpu: cpuQuantity((a.cpu ?? 0) - (r?.cpu ?? 0)),
        memory: bytesQuantity((a.memory ?? 0) - (r?.memory ?? 0)),
        "ephemeral-storage": bytesQuantity((a.ephemeralStorage ?? 0) - (r?.ephemeralStorage ?? 0)),
        pods: String((a.pods ?? 0) - (r?.pods ?? 0)),
      },
    }),
  );
  const pods = fleet.scaleSets.flatMap((set) =>
    Array.from({ length: set.maxRunners }, (_, i) => ({
      metadata: { name: `${set.name}-${i}` },
      spec: runnerPod(set, "workflow"),
    })),
  );
  await forEachAtOnce(pods, (pod) => expectOk(callApi(cluster, "POST", PODS, pod)));
}

interface Binding {
  /** From the first pods that are seen bound to the last one. */
  readonly milliseconds: number;
  readonly residentBytes: number;
  readonly bound: number;
  readonly pending: number;
}

async function timeBinding(scheduler: RunningScheduler): Promise<Binding> {
  let started: number | undefined;
  for (;;) {
    const metrics = await scheduler.metrics();
    const bound = sum(metrics, /^scheduler_schedule_attempts_total\{.*result="scheduled".*\} (\S+)$/gm);
    const pending = sum(metrics, /^scheduler_pending_pods\{queue="unschedulable"\} (\S+)$/gm);
    const residentBytes = sum(metrics, /^process_resident_memory_bytes (\S+)$/gm);
    if (bound > 0) started ??= performance.now();
    if (started !== undefined && bound + pending >= RUNNERS)
      return { milliseconds: performance.now() - started, residentBytes, bound, pending };
    await sleep(PAUSE);
  }
}

function sum(metrics: string, line: RegExp): number {
  return [...metrics.matchAll(line)].reduce((all, [, figure]) => all + Number(figure), 0);
}

interface Judging {
  readonly milliseconds: number;
  readonly residentBytes: number;
}

/** Our engine in processes of its own, so that its memory is its own too. */
async function timeEngine(): Promise<Judging[]> {
  const program = join(import.meta.dirname, "judgeRunners.ts");
  const runs: Judging[] = [];
  for (let i = 0; i < RUNS; i++) {
    const { code, stdout, stderr } = await run(process.execPath, [
      program,
      ...[SETS, RUNNERS, NODES].map(String),
    ]);
    if (code !== 0) throw new BenchmarkError(`${program} ended with exit code ${code}:\n${stderr}`);
    const judged: Judging & { verdict: string } = JSON.parse(stdout);
    if (judged.verdict !== "placed") throw new BenchmarkError(`our engine answered ${judged.verdict}`);
    runs.push(judged);
  }
  return runs;
}

function figure(ours: readonly Judging[], theirs: Binding): Figure {
  const took = median(ours.map((o) => o.milliseconds));
  const held = Math.max(...ours.map((o) => o.residentBytes));
  const value = took / theirs.milliseconds;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  const detail = [
    `${seconds(took)} in ${formatBytes(held)} of a process (all findings and largest maxima included)`,
    `against ${seconds(theirs.milliseconds)} in ${formatBytes(theirs.residentBytes)}: ${Math.floor(1 / value)}× as fast;`,
    `it bound ${theirs.bound} and left ${theirs.pending}`,
  ].join(" ");
  return { name: NAME, value, unit: "×", target: TARGET, runs: RUNS, detail };
}
