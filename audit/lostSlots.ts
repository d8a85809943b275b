import { isUnknown } from "../facts/asked.ts";
import type { ClusterFacts, ObjectName, PodFacts, RunnerFacts } from "../facts/clusterFacts.ts";
import type { LiveSet } from "./liveFleet.ts";
import { quotaFull } from "./quotaRows.ts";

/** Runners of one scale set that hold a slot and take no job, for one cause. */
export interface LostSlots {
  readonly context: string;
  readonly scaleSet: string;
  readonly phase: "failed" | "outdated" | "pending";
  readonly slots: number;
  readonly cause: string;
  /** At most three of them. */
  readonly runners: readonly string[];
}

/** How the runners of a scale set are. */
export interface RunnerCounts {
  readonly running: number;
  readonly pending: number;
  readonly failed: number;
}

export interface SlotQuestion {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** A runner may be pending for so long without being counted as lost. */
  readonly pendingMinutes: number;
}

export interface SlotAnswer {
  readonly counts: RunnerCounts;
  readonly lost: readonly LostSlots[];
}

const NAMES = 3;

/** Answers for each scale set of one cluster; nothing where its runners are not known. */
export function lostSlots(
  facts: ClusterFacts,
  sets: readonly LiveSet[],
  question: SlotQuestion,
): ReadonlyMap<LiveSet, SlotAnswer> {
  if (isUnknown(facts.runners)) return new Map();
  const runners = Map.groupBy(facts.runners, (r) => key(r.scaleSet));
  const pods = new Map(
    (isUnknown(facts.pods) ? [] : facts.pods).flatMap((pod): [string, PodFacts][] =>
      pod.role === "runner" ? [[key(pod.object), pod]] : [],
    ),
  );
  return new Map(
    sets.map((set) => [set, ofSet(set, runners.get(key(set.facts.object)) ?? [], pods, facts, question)]),
  );
}

function key({ namespace, name }: ObjectName): string {
  return `${namespace}/${name}`;
}

function ofSet(
  set: LiveSet,
  runners: readonly RunnerFacts[],
  pods: ReadonlyMap<string, PodFacts>,
  facts: ClusterFacts,
  question: SlotQuestion,
): SlotAnswer {
  const count = (phase: RunnerFacts["phase"]) => runners.filter((r) => r.phase === phase).length;
  const causes = new Map<string, { phase: LostSlots["phase"]; cause: string; names: string[] }>();
  const lose = (phase: LostSlots["phase"], cause: string, name: string) => {
    const found = causes.get(`${phase} ${cause}`);
    if (found) found.names.push(name);
    else causes.set(`${phase} ${cause}`, { phase, cause, names: [name] });
  };
  for (const runner of [...runners].sort((a, b) => (a.object.name < b.object.name ? -1 : 1))) {
    const pod = pods.get(key(runner.object));
    if (runner.phase === "failed") lose("failed", failure(runner, pod), runner.object.name);
    else if (runner.phase === "outdated")
      lose("outdated", "GitHub takes its runner version no more", runner.object.name);
    else if (runner.phase === "pending" && isOverdue(runner, question))
      lose("pending", waiting(set, runner, pod, facts), runner.object.name);
  }
  const { context } = set;
  const scaleSet = set.set.name;
  const lost = [...causes.values()].map(({ phase, cause, names }): LostSlots => {
    return { context, scaleSet, phase, slots: names.length, cause, runners: names.slice(0, NAMES) };
  });
  return {
    counts: { running: count("running"), pending: count("pending"), failed: count("failed") },
    lost: [...lost, ...switchedOff(set, lost)],
  };
}

/** ARC starts no runner of a scale set whose image is too old. */
function switchedOff(set: LiveSet, lost: readonly LostSlots[]): LostSlots[] {
  if (set.facts.phase !== "Outdated") return [];
  const rest = set.set.maxRunners - lost.reduce((sum, l) => sum + l.slots, 0);
  if (rest <= 0) return [];
  const cause = "ARC has switched the scale set off: GitHub takes the runner version of its image no more";
  return [
    { context: set.context, scaleSet: set.set.name, phase: "outdated", slots: rest, cause, runners: [] },
  ];
}

/** One whose age is not told may have waited for ever. */
function isOverdue({ created }: RunnerFacts, { nowMs, pendingMinutes }: SlotQuestion): boolean {
  return created === undefined || nowMs - created >= pendingMinutes * 60_000;
}

function failure({ reason, message, failures }: RunnerFacts, pod: PodFacts | undefined): string {
  const said = [reason, message].filter((part) => part !== "").join(": ");
  const cause = said || pod?.trouble || "ARC tells no reason";
  return failures > 1 ? `${cause} (${failures} failures)` : cause;
}

function waiting(set: LiveSet, runner: RunnerFacts, pod: PodFacts | undefined, facts: ClusterFacts): string {
  if (isUnknown(facts.pods)) return "unknown, since pods cannot be read";
  if (pod)
    return (
      pod.trouble || (pod.node === "" ? "its pod waits for a node" : "its pod starts and does not get ready")
    );
  const full = isUnknown(facts.quotas) ? undefined : quotaFull(set, facts.quotas);
  if (full !== undefined) return `it has no pod: ${full}`;
  const said = [runner.reason, runner.message].filter((part) => part !== "").join(": ");
  return said === "" ? "it has no pod" : `it has no pod: ${said}`;
}
