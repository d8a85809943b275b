import { eligibility } from "../../capacity/runners/eligibility.ts";
import { runnerEnvelope } from "../../capacity/runners/envelope.ts";
import { type FleetInput, requireFleet } from "../../model/fleet.ts";
import { generator } from "../capacity/runners/fleets.ts";
import { nodeDraft, setDraft, texts } from "./borderDrafts.ts";
import { type DaemonPod, daemonPods, runningOf } from "./daemonPods.ts";
import { type Dice, diceOf } from "./dice.ts";

/**
 * Fleets near the border of fitting, to be judged by us and by the real scheduler. A fleet is planted: its nodes
 * are filled at random until nothing more finds a seat, and the maxima are what was seated, or beside that. So it is
 * known how near the border a fleet is, whoever judges it.
 */

/** What becomes of a planted fleet. */
export type Aim =
  /** Less than half of what was planted. */
  | "easy"
  /** All that was planted, on nodes as they are. */
  | "full"
  /** The same on nodes that have exactly as much as was planted on them. */
  | "exact"
  /** The same with one unit of one resource less on one node. */
  | "short"
  /** One runner more than was planted. */
  | "crowded"
  /** One runner of another scale set in the place of one that was planted, on full nodes. */
  | "swapped"
  /** Far more than was planted. */
  | "hopeless";

/** Of twenty fleets: sixteen at the border, two that clearly fit, two that clearly do not. */
const AIMS: readonly Aim[] = [
  ...(["full", "exact", "short", "crowded", "swapped"] as const),
  ...(["full", "exact", "short", "swapped", "easy"] as const),
  ...(["full", "exact", "crowded", "swapped", "hopeless"] as const),
  ...(["full", "swapped", "swapped", "easy", "hopeless"] as const),
];

export interface BorderFleet {
  /** Of the fleet, and the beginning of all its names in the cluster. */
  readonly name: string;
  readonly aim: Aim;
  readonly input: FleetInput;
  /** What runs on its nodes already: the model's `running` is made of them. */
  readonly daemons: readonly DaemonPod[];
}

type Demand = [cpu: number, memory: number, storage: number, pods: number];

/** Runners of a fleet, about. */
const FEWEST = 4;
const MOST = 22;

/** The fleet of this number; the same for the same seed on every machine. */
export function borderFleet(seed: number, index: number): BorderFleet {
  const dice = diceOf(generator(Math.imul(seed, 1_000_003) + index));
  const name = `f${String(index).padStart(3, "0")}`;
  const aim = AIMS[index % AIMS.length] as Aim;
  for (;;) {
    const fleet = plant(name, aim, dice);
    if (fleet !== undefined) return fleet;
  }
}

/** undefined if the nodes seated too few for a fleet of interest, or so many that they may not be full. */
function plant(name: string, aim: Aim, dice: Dice): BorderFleet | undefined {
  const nodes = Array.from({ length: dice.between(2, 6) }, (_, i) => nodeDraft(`${name}-n${i}`, dice));
  const daemons = nodes.flatMap(({ name: node }) => daemonPods(node, dice));
  const sets = Array.from({ length: dice.between(1, 4) }, (_, i) => setDraft(`${name}-s${i}`, nodes, dice));
  const running = nodes.map((node) => runningOf(daemons.filter((d) => d.node === node.name)));
  const inputOf = (maxima: readonly number[]): FleetInput => ({
    nodes: nodes.map((node, n) => ({
      ...node,
      allocatable: texts(node.allocatable, dice),
      running: running[n],
    })),
    scaleSets: sets.map((set, s) => ({ ...set, maxRunners: maxima[s] as number })),
  });

  const { nodes: judged, scaleSets } = requireFleet(inputOf(sets.map(() => 1)));
  const index = eligibility(judged);
  const shapes = scaleSets.map((set) => ({
    eligible: index.eligible(set),
    pods: (runnerEnvelope(set).pods ?? []).map(
      (pod): Demand => [pod.cpu, pod.memory, pod.ephemeralStorage, pod.pods],
    ),
  }));
  const free = judged.map(
    ({ allocatable: a, running: r }): Demand => [
      (a.cpu ?? 0) - (r?.cpu ?? 0),
      (a.memory ?? 0) - (r?.memory ?? 0),
      (a.ephemeralStorage ?? 0) - (r?.ephemeralStorage ?? 0),
      (a.pods ?? 0) - (r?.pods ?? 0),
    ],
  );
  const seat = (s: number): boolean => {
    const taken: [Demand, Demand][] = [];
    for (const demand of shapes[s]?.pods ?? []) {
      const hosts = (shapes[s]?.eligible ?? []).map((n) => free[n] as Demand).filter((f) => fits(demand, f));
      if (hosts.length === 0) {
        for (const [host, back] of taken) take(host, back, -1);
        return false;
      }
      const host = dice.pick(hosts);
      take(host, demand, 1);
      taken.push([host, demand]);
    }
    return true;
  };
  const planted = sets.map(() => 0);
  let open = sets.map((_, s) => s);
  while (open.length > 0 && sum(planted) < MOST) {
    const s = dice.pick(open);
    if (seat(s)) planted[s] = (planted[s] as number) + 1;
    else open = open.filter((other) => other !== s);
  }
  if (sum(planted) < FEWEST || open.length > 0) return undefined;
  if (aim === "exact" || aim === "short" || (aim === "swapped" && dice.chance(50))) {
    nodes.forEach((node, n) => {
      const [cpu, memory, storage, pods] = free[n] as Demand;
      node.allocatable.cpu -= Math.max(0, cpu);
      node.allocatable.memory -= Math.max(0, memory);
      node.allocatable.storage -= Math.max(0, storage);
      node.allocatable.pods -= Math.max(0, pods);
    });
  }
  if (aim === "short") {
    const used = nodes.filter((node, n) => node.allocatable.pods > (running[n]?.pods ?? 0));
    const { allocatable } = dice.pick(used);
    const resource = dice.pick(
      (["cpu", "memory", "storage", "pods"] as const).filter((r) => allocatable[r] > 0),
    );
    allocatable[resource]--;
  }
  return { name, aim, input: inputOf(maximaFor(aim, planted, dice)), daemons };
}

function maximaFor(aim: Aim, planted: readonly number[], dice: Dice): number[] {
  if (aim === "easy") return planted.map((n) => Math.ceil(n * 0.4));
  const seated = planted.flatMap((n, s) => (n > 0 ? [s] : []));
  if (aim === "swapped") {
    const [less, more] = [dice.pick(seated), dice.pick(seated)];
    return planted.map((n, s) => n + (s === more ? 1 : 0) - (s === less ? 1 : 0));
  }
  if (aim !== "crowded" && aim !== "hopeless") return [...planted];
  // Now and then one that no node admits: that is a verdict too.
  const more = dice.chance(95) ? dice.pick(seated) : dice.below(planted.length);
  return planted.map((n, s) => (s === more ? n + (aim === "crowded" ? 1 : MOST) : n));
}

function fits(demand: Demand, free: Demand): boolean {
  return demand.every((need, d) => need === 0 || need <= (free[d] as number));
}

function take(free: Demand, demand: Demand, times: number): void {
  for (let d = 0; d < demand.length; d++) free[d] = (free[d] as number) - (demand[d] as number) * times;
}

const sum = (counts: readonly number[]) => counts.reduce((all, n) => all + n, 0);
