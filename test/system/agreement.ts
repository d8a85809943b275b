import type { Placement as Verdict } from "../../capacity/capacity.ts";
import { eligibility } from "../../capacity/runners/eligibility.ts";
import { judgeRunners } from "../../capacity/runners/runners.ts";
import { podEnvelope } from "../../facts/podEnvelope.ts";
import { FIGURES, type Figures, newReading } from "../../facts/resourceFigures.ts";
import { type Fleet, requireFleet } from "../../model/fleet.ts";
import type { Placement } from "../../tools/kube/nodes.ts";
import type { BorderFleet } from "./borderFleets.ts";
import { type RunnerPod, runnerPods } from "./runnerPods.ts";

/** Where pods are, and why the others are nowhere; one that was never created is not in it. */
export type Placements = ReadonlyMap<string, Placement>;

/** A fleet with our verdict. */
export interface Judged {
  readonly border: BorderFleet;
  readonly fleet: Fleet;
  readonly placement: Verdict;
  readonly pods: readonly RunnerPod[];
}

/** A fleet with our verdict, and what the scheduler made of it. */
export interface Case extends Judged {
  /** In the order of creation that chance gave. */
  readonly free: Placements;
  /** Where we say that all fit: on the nodes of our placement. Else: the largest first, anywhere. */
  readonly second: Placements;
}

export function judged(border: BorderFleet): Judged {
  const fleet = requireFleet(border.input);
  const { placement } = judgeRunners(fleet, { today: "2026-11-21" });
  return { border, fleet, placement, pods: runnerPods(fleet) };
}

export function saysPlaced({ placement }: Judged): boolean {
  return placement.verdict === "placed";
}

export function pendingOf({ pods }: Judged, placements: Placements): RunnerPod[] {
  return pods.filter(({ name }) => nodeOf(placements, name) === undefined);
}

export function nodeOf(placements: Placements, pod: string): string | undefined {
  const placement = placements.get(pod);
  return placement && "node" in placement ? placement.node : undefined;
}

/** The scheduler's own words. */
export function reason(placements: Placements, { name }: RunnerPod): string {
  const placement = placements.get(name);
  return placement && "pending" in placement ? placement.pending : "its runner is pending";
}

/** Runners all of whose pods have a node. */
export function seatedRunners({ fleet, pods }: Judged, placements: Placements): number {
  let seated = 0;
  for (const set of fleet.scaleSets) {
    const own = pods.filter((p) => p.set === set);
    const bound = (role: RunnerPod["role"]) =>
      own.filter((p) => p.role === role && nodeOf(placements, p.name) !== undefined).length;
    const isTwo = own.some((p) => p.role === "workflow");
    seated += isTwo ? Math.min(bound("runner"), bound("workflow")) : bound("runner");
  }
  return seated;
}

/**
 * Our own account of what the scheduler did: no pod is on a node that we say does not admit it or has no room, and
 * none is pending while we say that a node has. The second holds at the end too, as nothing was freed.
 */
export function contradictions(judgement: Judged, placements: Placements): string[] {
  const { fleet, pods } = judgement;
  const index = eligibility(fleet.nodes);
  const admits = ({ set }: RunnerPod) => index.eligible(set).map((n) => fleet.nodes[n]?.name ?? "");
  const free = new Map(fleet.nodes.map((node) => [node.name, freeOf(node)]));
  const found: string[] = [];
  for (const pod of pods) {
    const node = nodeOf(placements, pod.name);
    const there = free.get(node ?? "");
    if (node === undefined || there === undefined) continue;
    if (!admits(pod).includes(node)) found.push(`${pod.name} is on ${node}, which we say does not admit it.`);
    for (const figure of FIGURES) {
      const asked = pod.requests[figure] ?? 0;
      there[figure] -= asked;
      // Who asks for none of it may be where less than none is left.
      if (asked > 0 && there[figure] < 0) found.push(`${pod.name} is on ${node}, past its ${figure}.`);
    }
    there.pods--;
    if (there.pods < 0) found.push(`${pod.name} is on ${node}, past its pods.`);
  }
  for (const pod of pendingOf(judgement, placements)) {
    const runner = pod.beside === undefined ? undefined : nodeOf(placements, pod.beside);
    if (pod.beside !== undefined && runner === undefined) continue;
    const room = admits(pod).find((node) => {
      if (runner !== undefined && node !== runner) return false;
      const left = free.get(node) ?? { cpu: 0, memory: 0, ephemeralStorage: 0, pods: 0 };
      return left.pods > 0 && FIGURES.every((f) => !pod.requests[f] || pod.requests[f] <= left[f]);
    });
    if (room !== undefined)
      found.push(`${pod.name} is pending (${reason(placements, pod)}), and we say that ${room} has room.`);
  }
  return found;
}

function freeOf({ allocatable, running }: Fleet["nodes"][number]) {
  return {
    cpu: (allocatable.cpu ?? 0) - (running?.cpu ?? 0),
    memory: (allocatable.memory ?? 0) - (running?.memory ?? 0),
    ephemeralStorage: (allocatable.ephemeralStorage ?? 0) - (running?.ephemeralStorage ?? 0),
    pods: (allocatable.pods ?? 0) - (running?.pods ?? 0),
  };
}

/**
 * Where the reader of live pods finds another request in a pod, as the API server has it after admission, than
 * capacity counted for it: in runners, and in what runs on the nodes beside them.
 */
export function misread({ border, fleet, pods }: Judged, specs: ReadonlyMap<string, object>): string[] {
  const read = (pod: string) => {
    const spec = specs.get(pod);
    if (spec === undefined) throw new Error(`the API server has no pod ${pod}`);
    return podEnvelope(spec as Parameters<typeof podEnvelope>[0], pod, newReading()).requests;
  };
  const differs = (one: Figures, other: Figures) => FIGURES.some((f) => (one[f] ?? 0) !== (other[f] ?? 0));
  const show = (figures: Figures) => JSON.stringify(FIGURES.map((f) => figures[f] ?? 0));
  const runners = pods.flatMap(({ name, requests, beside }) => {
    // One beside a runner that got no node was never created.
    if (beside !== undefined && !specs.has(name)) return [];
    const live = read(name);
    return differs(live, requests) ? [`${name} asks for ${show(live)}, we count ${show(requests)}.`] : [];
  });
  const nodes = fleet.nodes.flatMap(({ name, running }) => {
    const live = { cpu: 0, memory: 0, ephemeralStorage: 0 };
    for (const daemon of border.daemons.filter((d) => d.node === name)) {
      const requests = read(daemon.name);
      for (const figure of FIGURES) live[figure] += requests[figure] ?? 0;
    }
    return differs(live, running ?? {})
      ? [`${name} runs ${show(live)}, we count ${show(running ?? {})}.`]
      : [];
  });
  return [...runners, ...nodes];
}

/** The fleet whole, to be looked at by itself. */
export function tell({ border, placement }: Judged): string {
  return `${border.name} (${border.aim}, we say ${placement.verdict}): ${JSON.stringify(border.input)}`;
}
