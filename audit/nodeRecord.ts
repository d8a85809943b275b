import { isUnknown } from "../facts/asked.ts";
import type { ClusterFacts, NodeFacts } from "../facts/clusterFacts.ts";
import { isStateTaint } from "../facts/liveNode.ts";
import type { Edit } from "../model/documentEdit.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Node } from "../model/node.ts";
import { formatTaint } from "../model/taint.ts";
import { runningPods } from "./liveFleet.ts";
import { relevantLabels } from "./nodeRows.ts";

/** A cluster's nodes and pods, all read. */
export interface NodeAnswer {
  readonly context: string;
  readonly facts: Pick<ClusterFacts, "nodes" | "pods">;
}

export interface NodeRecord {
  readonly edits: readonly Edit[];
  /** `honey/sting`: recorded anew. */
  readonly recorded: readonly string[];
  /** Declared and not there: left as they are. */
  readonly missing: readonly string[];
  /** They do not tell all figures that are recorded: left as they are, since an old figure is not of today. */
  readonly unreadable: readonly string[];
  /** Live and not declared: added where that is asked for. */
  readonly others: readonly string[];
}

/** What has to change in a fleet file so that it holds the node budget of today. Pure. */
export function nodeRecord(
  fleet: Fleet,
  answers: readonly NodeAnswer[],
  { today, add }: { readonly today: string; readonly add: boolean },
): NodeRecord {
  const edits: Edit[] = [];
  const recorded: string[] = [];
  const missing: string[] = [];
  const unreadable: string[] = [];
  const others: string[] = [];
  const fresh: object[] = [];
  const keys = relevantLabels(fleet, []);
  for (const { context, facts } of answers) {
    if (isUnknown(facts.nodes) || isUnknown(facts.pods)) continue;
    const { running } = runningPods(facts.pods, ownSets(fleet, context, facts.pods));
    const live = new Map(facts.nodes.map((node) => [node.name, node]));
    fleet.nodes.forEach((node, i) => {
      if (node.cluster !== context) return;
      const found = live.get(node.name);
      if (!found) {
        missing.push(`${context}/${node.name}`);
        return;
      }
      live.delete(node.name);
      if (lacks(node, found)) {
        unreadable.push(`${context}/${node.name}`);
        return;
      }
      recorded.push(`${context}/${node.name}`);
      edits.push(...nodeEdits(node, i, found, running.get(node.name) ?? NOTHING, keys, today));
    });
    for (const node of live.values()) {
      others.push(`${context}/${node.name}`);
      if (add) fresh.push(entryOf(node, context, running.get(node.name) ?? NOTHING, keys, today));
    }
  }
  const appended = fresh.map((value, i): Edit => ({ path: ["nodes", fleet.nodes.length + i], value }));
  const isFirst = fleet.nodes.length === 0 && fresh.length > 0;
  return {
    edits: [...edits, ...(isFirst ? [{ path: ["nodes"], value: fresh }] : appended)],
    recorded,
    missing,
    unreadable,
    others,
  };
}

const NOTHING = { cpu: 0, memory: 0, memoryLimit: 0, ephemeralStorage: 0, pods: 0 };
type Running = typeof NOTHING;

/** The runners of the fleet's own scale sets, which are counted by their maxima and not as running. */
function ownSets(
  fleet: Fleet,
  context: string,
  pods: readonly { scaleSet: { namespace: string; name: string } | undefined }[],
) {
  const names = new Set(fleet.scaleSets.filter((s) => s.cluster === context).map((s) => s.name));
  return pods.flatMap(({ scaleSet }) => (scaleSet && names.has(scaleSet.name) ? [{ object: scaleSet }] : []));
}

/** Whether a node does not tell a figure that its record has or that every runner needs. */
function lacks(node: Node, { allocatable }: NodeFacts): boolean {
  const needed = ["cpu", "memory", "pods"] as const;
  const stored = node.allocatable.ephemeralStorage !== undefined;
  return (
    needed.some((f) => allocatable[f] === undefined) || (stored && allocatable.ephemeralStorage === undefined)
  );
}

/** Budgets are recorded in hundredths of a GiB. */
const HUNDREDTH = 1024 ** 3 / 100;

function nodeEdits(
  node: Node,
  index: number,
  live: NodeFacts,
  running: Running,
  keys: ReadonlySet<string>,
  today: string,
): Edit[] {
  const at = (...rest: string[]) => ["nodes", index, ...rest];
  const edits: Edit[] = [];
  if (node.recorded.source !== "detected") edits.push({ path: at("recorded", "source"), value: "detected" });
  if (node.recorded.date !== today) edits.push({ path: at("recorded", "date"), value: today });
  for (const [name, value, unit] of offered(live)) {
    if (value !== undefined && !isSame(node.allocatable[name], value, unit))
      edits.push({ path: at("allocatable", name), value: text(value, unit, "capacity") });
  }
  const declared = node.running;
  if (!declared) edits.push({ path: at("running"), value: runningOf(running) });
  else
    for (const [name, unit] of RUNNING) {
      const have = name === "memoryLimit" ? (declared.memoryLimit ?? declared.memory) : declared[name];
      if (!isSame(have, running[name], unit))
        edits.push({ path: at("running", name), value: text(running[name], unit, "demand") });
    }
  const labels = labelsOf(live, new Set([...keys, ...Object.keys(node.labels)]));
  if (pairs(labels) !== pairs(withoutHost(node.labels, node.name)))
    edits.push({ path: at("labels"), value: labels });
  const taints = taintsOf(live);
  const sorted = (list: Node["taints"]) => list.map(formatTaint).sort().join();
  if (sorted(taints) !== sorted(node.taints)) edits.push({ path: at("taints"), value: plainTaints(taints) });
  return edits;
}

type Unit = "millicores" | "bytes" | "pods";

const RUNNING = [
  ["cpu", "millicores"],
  ["memory", "bytes"],
  ["memoryLimit", "bytes"],
  ["ephemeralStorage", "bytes"],
  ["pods", "pods"],
] as const satisfies readonly (readonly [keyof Running, Unit])[];

function offered({ allocatable }: NodeFacts) {
  return [
    ["cpu", allocatable.cpu, "millicores"],
    ["memory", allocatable.memory, "bytes"],
    ["ephemeralStorage", allocatable.ephemeralStorage, "bytes"],
    ["pods", allocatable.pods, "pods"],
  ] as const;
}

function isSame(recorded: number | undefined, live: number, unit: Unit): boolean {
  if (recorded === undefined) return false;
  return unit === "bytes" ? Math.abs(recorded - live) < HUNDREDTH : recorded === live;
}

/** As a fleet writes it. What a node offers is rounded down, what runs there up. */
function text(value: number, unit: Unit, rounding: "capacity" | "demand"): string | number {
  if (unit === "pods") return value;
  if (unit === "millicores") return value % 1000 === 0 ? String(value / 1000) : `${value}m`;
  const round = rounding === "capacity" ? Math.floor : Math.ceil;
  const hundredths = round(value / HUNDREDTH);
  if (value === 0) return "0";
  if (hundredths < 100) return `${round(value / 1024 ** 2)}Mi`;
  return hundredths % 100 === 0 ? `${hundredths / 100}Gi` : `${(hundredths / 100).toFixed(2)}Gi`;
}

function runningOf(running: Running): object {
  return Object.fromEntries(RUNNING.map(([name, unit]) => [name, text(running[name], unit, "demand")]));
}

function withoutHost(labels: Readonly<Record<string, string>>, name: string): Record<string, string> {
  const { "kubernetes.io/hostname": host, ...rest } = labels;
  return host === undefined || host === name ? rest : { ...rest, "kubernetes.io/hostname": host };
}

function labelsOf({ labels, name }: NodeFacts, keys: ReadonlySet<string>): Record<string, string> {
  return withoutHost(
    Object.fromEntries(
      Object.entries(labels)
        .filter(([key]) => keys.has(key))
        .sort(),
    ),
    name,
  );
}

function pairs(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort());
}

function taintsOf({ taints }: NodeFacts): Node["taints"] {
  return taints.filter((t) => !isStateTaint(t));
}

function plainTaints(taints: Node["taints"]): object[] {
  return taints.map(({ key, value, effect }) => ({ key, ...(value === "" ? {} : { value }), effect }));
}

function entryOf(
  node: NodeFacts,
  cluster: string,
  running: Running,
  keys: ReadonlySet<string>,
  today: string,
): object {
  const labels = labelsOf(node, keys);
  const taints = plainTaints(taintsOf(node));
  return {
    name: node.name,
    cluster,
    recorded: { source: "detected", date: today },
    allocatable: Object.fromEntries(
      offered(node).flatMap(([name, value, unit]) =>
        value === undefined ? [] : [[name, text(value, unit, "capacity")]],
      ),
    ),
    running: runningOf(running),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(taints.length === 0 ? {} : { taints }),
  };
}
