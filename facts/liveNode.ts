import type { Taint } from "../model/taint.ts";
import type { NodeFacts, QuotaFacts } from "./clusterFacts.ts";
import { type Json, labelsOf, object, objects, text } from "./kubeText.ts";
import { figuresOf, newReading, quantityOf, RESOURCES } from "./resourceFigures.ts";

/** Taints of this kind are a node's state, which its cluster puts on and takes off by itself. */
const STATE = "node.kubernetes.io/";
const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;

export function isStateTaint({ key }: Taint): boolean {
  return key.startsWith(STATE);
}

/** A node. `taints` hold all of them, those of its state included. */
export function nodeFacts(item: Json): NodeFacts {
  const metadata = object(item.metadata);
  const spec = object(item.spec);
  const status = object(item.status);
  const name = text(metadata.name);
  const reading = newReading();
  const stated = object(status.allocatable);
  const pods = quantityOf(stated.pods, "one", "capacity");
  const taints = objects(spec.taints).flatMap((taint): Taint[] => {
    const effect = EFFECTS.find((e) => e === taint.effect);
    return effect ? [{ key: text(taint.key), value: text(taint.value), effect }] : [];
  });
  const unschedulable = spec.unschedulable === true;
  return {
    name,
    labels: { "kubernetes.io/hostname": name, ...labelsOf(metadata.labels) },
    taints,
    unschedulable,
    ...statesOf(unschedulable, taints, status),
    allocatable: {
      ...figuresOf(status.allocatable, "status.allocatable", "capacity", reading),
      ...(pods === undefined ? {} : { pods }),
    },
    faults: reading.faults,
  };
}

/** Conditions that keep pods off where they are true, and the taint that the control plane puts on for each. */
const TROUBLES: Readonly<Record<string, string>> = {
  DiskPressure: "disk-pressure",
  MemoryPressure: "memory-pressure",
  PIDPressure: "pid-pressure",
  NetworkUnavailable: "network-unavailable",
};
/** A kubelet in one of these starts no pod, whatever the pod tolerates. */
const STOPPED = ["not-ready", "unreachable", "disk-pressure", "pid-pressure", "network-unavailable"];

function statesOf(
  unschedulable: boolean,
  taints: readonly Taint[],
  status: Json,
): Pick<NodeFacts, "states" | "coming" | "stopped"> {
  const conditions = new Map(objects(status.conditions).map((c) => [text(c.type), text(c.status)]));
  const ready = conditions.get("Ready");
  const told = [
    ...(ready !== undefined && ready !== "True" ? ["not-ready"] : []),
    ...Object.entries(TROUBLES).flatMap(([type, key]) => (conditions.get(type) === "True" ? [key] : [])),
  ];
  const put = taints
    .filter((taint) => taint.effect !== "PreferNoSchedule" && isStateTaint(taint))
    .map((taint) => taint.key.slice(STATE.length));
  const all = [...(unschedulable ? ["unschedulable"] : []), ...told, ...put];
  return {
    states: [...new Set(all.map((key) => WORDS[key] ?? key))],
    coming: told
      .filter((key) => !put.includes(key))
      .map((key) => ({ key: `${STATE}${key}`, value: "", effect: "NoSchedule" })),
    stopped: all.some((key) => STOPPED.includes(key)),
  };
}

const WORDS: Readonly<Record<string, string>> = {
  unschedulable: "cordoned",
  "not-ready": "not ready",
  unreachable: "unreachable",
  "disk-pressure": "under disk pressure",
  "memory-pressure": "under memory pressure",
  "pid-pressure": "short of process ids",
  "network-unavailable": "without network",
};

export function quotaFacts(item: Json): QuotaFacts {
  const metadata = object(item.metadata);
  const spec = object(item.spec);
  const status = object(item.status);
  return {
    object: { namespace: text(metadata.namespace), name: text(metadata.name) },
    hard: amounts(status.hard ?? spec.hard, "capacity"),
    used: amounts(status.used, "demand"),
    scoped: Array.isArray(spec.scopes) || spec.scopeSelector !== undefined,
  };
}

function amounts(list: unknown, rounding: "capacity" | "demand"): Map<string, number> {
  const found = new Map<string, number>();
  for (const [name, value] of Object.entries(object(list))) {
    const amount = quantityOf(value, isCpu(name) ? "milli" : "one", rounding);
    if (amount !== undefined) found.set(text(name), amount);
  }
  return found;
}

/** True for a quota's CPU figures, which are counted in thousandths. */
export function isCpu(resource: string): boolean {
  return [RESOURCES.cpu, "requests.cpu", "limits.cpu"].includes(resource);
}
