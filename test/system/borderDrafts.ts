import type { FleetInput } from "../../model/fleet.ts";
import { MODE_CONTAINERS } from "../../model/scaleset.ts";
import type { Dice } from "./dice.ts";

/** Nodes and scale sets of generated fleets, with everything that the scheduler judges by. */

export type NodeInput = NonNullable<FleetInput["nodes"]>[number];
export type SetInput = NonNullable<FleetInput["scaleSets"]>[number];

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** A node whose figures may still be changed. */
export interface NodeDraft extends Omit<NodeInput, "allocatable"> {
  readonly allocatable: { cpu: number; memory: number; storage: number; pods: number };
}

const KEYS = ["dedicated", "gpu", "spot"];
const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;

export function nodeDraft(name: string, dice: Dice): NodeDraft {
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
export function texts({ cpu, memory, storage, pods }: NodeDraft["allocatable"], dice: Dice) {
  return {
    cpu: cpuText(cpu, dice),
    memory: bytesText(memory, dice),
    ephemeralStorage: bytesText(storage, dice),
    pods,
  };
}

function cpuText(millicores: number, dice: Dice): string {
  return dice.pick([
    `${millicores}m`,
    `${millicores}m`,
    `${millicores / 1000}`,
    `${millicores / 1000}`,
    `${millicores * 1000}u`,
    `${millicores}e-3`,
    `+${millicores / 1000}E0`,
  ]);
}

function bytesText(bytes: number, dice: Dice): string {
  const forms = [String(bytes), `${bytes}.`, `${bytes}e0`, `${bytes}000m`];
  for (const [suffix, unit] of [
    ["Ki", 1024],
    ["Mi", MIB],
    ["Gi", GIB],
    ["k", 1e3],
    ["e6", 1e6],
    ["G", 1e9],
  ] as const) {
    const figure = bytes / unit;
    if (bytes > 0 && Number.isInteger(figure * 8)) forms.push(`${figure}${suffix}`);
  }
  return dice.pick(forms);
}

export function setDraft(name: string, nodes: readonly NodeDraft[], dice: Dice): SetInput {
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
    containers: MODE_CONTAINERS[mode].map((container) => ({ name: container, ...figures(4, 8192, dice) })),
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
