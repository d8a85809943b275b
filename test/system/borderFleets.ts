import { eligibility } from "../../capacity/runners/eligibility.ts";
import { runnerEnvelope } from "../../capacity/runners/envelope.ts";
import { type FleetInput, requireFleet } from "../../model/fleet.ts";
import { generator } from "../capacity/runners/fleets.ts";
import { type DaemonPod, daemonPods, runningOf } from "./daemonPods.ts";

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

export interface Dice {
  /** From 0, below `n`. */
  below(n: number): number;
  between(least: number, most: number): number;
  /** True in so many of 100 cases. */
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
}

type NodeInput = NonNullable<FleetInput["nodes"]>[number];
type SetInput = NonNullable<FleetInput["scaleSets"]>[number];
type Demand = [cpu: number, memory: number, storage: number, pods: number];

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
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

export function diceOf(random: (below: number) => number): Dice {
  const between = (least: number, most: number) => least + random(most - least + 1);
  return {
    below: random,
    between,
    chance: (percent) => random(100) < percent,
    pick: (list) => {
      if (list.length === 0) throw new RangeError("nothing to pick from");
      return list[random(list.length)] as (typeof list)[number];
    },
  };
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

interface NodeDraft extends Omit<NodeInput, "allocatable"> {
  readonly allocatable: { cpu: number; memory: number; storage: number; pods: number };
}

const KEYS = ["dedicated", "gpu", "spot"];
const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;

function nodeDraft(name: string, dice: Dice): NodeDraft {
  const taints = new Map<string, NonNullable<NodeInput["taints"]>[number]>();
  const add = (key: string, value: string, effect: (typeof EFFECTS)[number]) =>
    taints.set(`${key}:${effect}`, { key, value, effect });
  if (dice.chance(55))
    for (let i = dice.between(1, 2); i > 0; i--)
      add(dice.pick(KEYS), dice.pick(["", "true", "x"]), dice.pick(EFFECTS));
  // What a node's health leaves behind: every pod tolerates it for a while, but for one effect.
  if (dice.chance(8)) add("node.kubernetes.io/unreachable", "", dice.pick(EFFECTS));
  return {
    name,
    recorded: { source: "detected", date: "2026-11-21" },
    unschedulable: dice.chance(8),
    taints: [...taints.values()],
    labels: {
      zone: dice.pick(["a", "b", "c"]),
      ...(dice.chance(70) ? { cores: String(dice.between(1, 64)) } : {}),
      ...(dice.chance(60) ? { disk: dice.pick(["ssd", "hdd"]) } : {}),
      ...(dice.chance(20) ? { legacy: "" } : {}),
    },
    allocatable: {
      cpu: dice.between(15, 140) * 100,
      memory: dice.between(3072, 40_000) * MIB + dice.below(MIB),
      storage: dice.between(6, 80) * GIB,
      pods: dice.chance(45) ? dice.between(2, 9) : 110,
    },
  };
}

/** Figures in one of the forms that Kubernetes takes for them. */
function texts({ cpu, memory, storage, pods }: NodeDraft["allocatable"], dice: Dice) {
  return {
    cpu: cpuText(cpu, dice),
    memory: bytesText(memory, dice),
    ephemeralStorage: bytesText(storage, dice),
    pods,
  };
}

export function cpuText(millicores: number, dice: Dice): string {
  return dice.chance(50) ? `${millicores}m` : `${millicores / 1000}`;
}

export function bytesText(bytes: number, dice: Dice): string {
  const forms = [String(bytes)];
  for (const [suffix, unit] of [
    ["Ki", 1024],
    ["Mi", MIB],
    ["Gi", GIB],
    ["k", 1e3],
    ["e6", 1e6],
  ] as const) {
    const figure = bytes / unit;
    if (bytes > 0 && Number.isInteger(figure * 8)) forms.push(`${figure}${suffix}`);
  }
  return dice.pick(forms);
}

const MODES = {
  none: ["runner"],
  dind: ["runner", "dind"],
  kubernetes: ["runner", "workflow"],
  "kubernetes-novolume": ["runner", "workflow"],
} as const;

function setDraft(name: string, nodes: readonly NodeDraft[], dice: Dice): SetInput {
  const mode = dice.pick([
    "none",
    "none",
    "none",
    "dind",
    "dind",
    "kubernetes",
    "kubernetes-novolume",
  ] as const);
  const selector = dice.pick([
    {},
    {},
    {},
    { zone: dice.pick(["a", "b", "c"]) },
    { disk: "ssd" },
    { "kubernetes.io/hostname": dice.pick(nodes).name },
  ]);
  return {
    name,
    scope: "owner/repository",
    labels: ["border"],
    maxRunners: 0,
    image: "none",
    containerMode: mode,
    selector,
    ...(dice.chance(40) ? { affinity: affinityDraft(dice) } : {}),
    tolerations: dice.chance(60)
      ? Array.from({ length: dice.between(1, 3) }, () => tolerationDraft(dice))
      : [],
    containers: MODES[mode].map((container) => ({ name: container, ...figures(4, 8192, dice) })),
    initContainers: dice.chance(65)
      ? Array.from({ length: dice.between(1, 3) }, (_, i) => ({
          name: `init-${i}`,
          image: "none",
          sidecar: dice.chance(60),
          ...figures(5, 10_240, dice),
        }))
      : [],
    ...(dice.chance(20) ? { runtimeClass: { name, overhead: figures(1, 512, dice).requests } } : {}),
  };
}

/** @param cpus at most; @param mebibytes at most. */
function figures(cpus: number, mebibytes: number, dice: Dice) {
  const cpu = dice.chance(5) ? 0 : dice.between(1, cpus * 8) * 125;
  const memory = dice.between(64, mebibytes) * MIB + (dice.chance(20) ? dice.below(1000) : 0);
  const storage = dice.between(1, 12) * GIB;
  // A limit alone is the request too: so the API server defaults it.
  const [asked, most] = dice.pick([
    [false, false],
    [true, false],
    [true, true],
    [false, true],
  ] as const);
  const text = bytesText(storage, dice);
  return {
    requests: {
      cpu: cpuText(cpu, dice),
      memory: bytesText(memory, dice),
      ...(asked ? { ephemeralStorage: text } : {}),
    },
    limits: {
      cpu: `${cpu + 500}m`,
      memory: String(memory + MIB),
      ...(most ? { ephemeralStorage: text } : {}),
    },
  };
}

function affinityDraft(dice: Dice): NonNullable<SetInput["affinity"]> {
  return {
    required: Array.from({ length: dice.between(1, 2) }, () => ({
      matchExpressions: Array.from({ length: dice.between(1, 2) }, () => expressionDraft(dice)),
    })),
  };
}

function expressionDraft(dice: Dice) {
  const key = dice.pick(["zone", "cores", "disk", "legacy"]);
  const values = { zone: ["a", "b", "c"], cores: ["8", "16", "32"], disk: ["ssd", "hdd"], legacy: ["", "x"] }[
    key
  ];
  const one = () => dice.pick(values as string[]);
  const operator = dice.pick(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"] as const);
  if (operator === "Gt" || operator === "Lt")
    return { key: dice.chance(90) ? "cores" : key, operator, values: [String(dice.between(4, 60))] };
  if (operator === "In" || operator === "NotIn") return { key, operator, values: [one(), one()] };
  return { key, operator };
}

function tolerationDraft(dice: Dice): NonNullable<SetInput["tolerations"]>[number] {
  const effect = dice.chance(50) ? { effect: dice.pick(EFFECTS) } : {};
  const key = dice.chance(85)
    ? dice.pick(KEYS)
    : dice.pick(["node.kubernetes.io/unschedulable", "node.kubernetes.io/unreachable"]);
  return dice.pick([
    { operator: "Exists" as const, ...effect },
    { operator: "Exists" as const, key, ...effect },
    { operator: "Equal" as const, key, value: dice.pick(["true", "x"]), ...effect },
    { key, ...effect },
  ]);
}
