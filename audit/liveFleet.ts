import { isUnknown } from "../facts/asked.ts";
import type { ClusterFacts, NodeFacts, ObjectName, PodFacts, ScaleSetFacts } from "../facts/clusterFacts.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Node } from "../model/node.ts";
import type { Container, ScaleSet } from "../model/scaleset.ts";

/** A live scale set, with what of the fleet it is. */
export interface LiveSet {
  readonly context: string;
  readonly facts: ScaleSetFacts;
  /** Of the live fleet. Its name is that of `facts`, unless another scale set of the cluster has it. */
  readonly set: ScaleSet;
  /** The declared one of the same cluster and name, and its place in the fleet. */
  readonly declared: { readonly set: ScaleSet; readonly path: string } | undefined;
  /** Why its runners cannot be proven to fit, as parts of a sentence; empty if they can. */
  readonly unproven: readonly string[];
}

export interface LiveNode {
  readonly context: string;
  readonly facts: NodeFacts;
  readonly node: Node;
}

/** A cluster that answered. */
export interface LiveCluster {
  readonly context: string;
  readonly facts: ClusterFacts;
}

export interface LiveFleet {
  /** Scale sets of all clusters that told them, in the order of the clusters, then of the fleet, then by name. */
  readonly sets: readonly LiveSet[];
  /** Nodes of clusters that told nodes and pods. */
  readonly nodes: readonly LiveNode[];
  /** Clusters of which nodes, pods and scale sets are all known: only there anything is proven. */
  readonly judged: readonly string[];
  /** The live clusters as a fleet under the declared policy: what the one capacity engine judges. */
  readonly fleet: Fleet;
  /** Pods beside the runners that wait for a node, by cluster: they will take what is free. */
  readonly waiting: ReadonlyMap<string, number>;
}

/** Builds a fleet of what is live. Runner pods of the scale sets do not count as running: the engine seats all of them. */
export function liveFleet(declared: Fleet, clusters: readonly LiveCluster[], today: string): LiveFleet {
  const sets = clusters.flatMap(({ context, facts }) =>
    isUnknown(facts.scaleSets) ? [] : liveSets(declared, context, facts.scaleSets),
  );
  const nodes: LiveNode[] = [];
  const waiting = new Map<string, number>();
  for (const { context, facts } of clusters) {
    if (isUnknown(facts.nodes) || isUnknown(facts.pods)) continue;
    const own = sets.filter((s) => s.context === context).map((s) => s.facts);
    const { running, homeless } = runningPods(facts.pods, own);
    waiting.set(context, homeless);
    for (const node of inPlace(declared, context, facts.nodes)) {
      nodes.push({ context, facts: node, node: liveNode(node, context, running.get(node.name), today) });
    }
  }
  const judged = clusters
    .filter(({ facts }) => ![facts.nodes, facts.pods, facts.scaleSets].some(isUnknown))
    .map(({ context }) => context);
  return {
    sets,
    nodes,
    judged,
    waiting,
    fleet: {
      hosts: [],
      vms: [],
      clusters: [],
      nodes: nodes.filter((n) => judged.includes(n.context)).map((n) => n.node),
      scaleSets: sets.filter((s) => judged.includes(s.context)).map((s) => s.set),
      placement: declared.placement,
      placements: [],
      weights: {},
      policy: declared.policy,
    },
  };
}

/** In the order of the fleet, then by name. */
function inPlace(fleet: Fleet, context: string, nodes: readonly NodeFacts[]): NodeFacts[] {
  const ranks = new Map(fleet.nodes.flatMap((n, i) => (n.cluster === context ? [[n.name, i]] : [])));
  const rank = ({ name }: NodeFacts) => ranks.get(name) ?? fleet.nodes.length;
  return [...nodes].sort((a, b) => rank(a) - rank(b) || order(a.name, b.name));
}

function liveSets(fleet: Fleet, context: string, all: readonly ScaleSetFacts[]): LiveSet[] {
  const places = new Map(
    fleet.scaleSets.flatMap((set, i) =>
      set.cluster === context ? [[set.name, { set, path: `scaleSets[${i}]` }]] : [],
    ),
  );
  const ranks = new Map([...places.keys()].map((name, i) => [name, i]));
  const placeOf = ({ name }: ScaleSetFacts) => ranks.get(name) ?? ranks.size;
  const seen = new Map<string, ScaleSetFacts>();
  return [...all]
    .sort(
      (a, b) =>
        placeOf(a) - placeOf(b) || order(a.name, b.name) || order(a.object.namespace, b.object.namespace),
    )
    .map((facts) => {
      const first = seen.get(facts.name);
      if (!first) seen.set(facts.name, facts);
      const declared = first ? undefined : places.get(facts.name);
      // Of the same name at the same place they lock each other out, which the engine tells by the name.
      const isLocked =
        first &&
        first.scope.toLowerCase() === facts.scope.toLowerCase() &&
        first.runnerGroup.toLowerCase() === facts.runnerGroup.toLowerCase();
      const name = first && !isLocked ? `${facts.name}@${facts.object.namespace}` : facts.name;
      const unproven = whyUnproven(facts, declared?.set);
      return {
        context,
        facts,
        declared,
        unproven,
        set: liveSet(facts, context, name, declared?.set, unproven),
      };
    });
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function hasWorkflowPod({ mode }: ScaleSetFacts): boolean {
  return mode === "kubernetes" || mode === "kubernetes-novolume";
}

function workflowOf(declared: ScaleSet | undefined): Container | undefined {
  return declared?.containers.find((c) => c.name === "workflow");
}

function whyUnproven(facts: ScaleSetFacts, declared: ScaleSet | undefined): string[] {
  const missing = facts.unread.includes("envelope") ? [] : facts.envelope.missing;
  return [
    ...(facts.maxRunners === undefined && !facts.unread.includes("maximum")
      ? ["it states no maxRunners, so ARC starts as many as there are jobs"]
      : []),
    ...facts.faults,
    ...(missing.length === 0 ? [] : [`it states no ${missing.join(", no ")}`]),
    ...(hasWorkflowPod(facts) && !workflowOf(declared)
      ? ["its workflow pod's figures are in no object that is read, and the fleet does not declare them"]
      : []),
    ...(facts.runtimeClass !== "" && facts.runtimeClass !== declared?.runtimeClass?.name
      ? [`the fleet does not declare what its runtime class ${facts.runtimeClass} costs a pod`]
      : []),
    ...facts.constraints.map((c) => `${c} is not judged`),
  ];
}

/**
 * The scale set as the engine takes it: the runner pod's figures as the scheduler counts them, all in one container.
 * One that cannot be proven has none, so that nothing is proven of it.
 */
function liveSet(
  facts: ScaleSetFacts,
  cluster: string,
  name: string,
  declared: ScaleSet | undefined,
  unproven: readonly string[],
): ScaleSet {
  const { requests, limits } = facts.envelope;
  const workflow = hasWorkflowPod(facts) ? workflowOf(declared) : undefined;
  const runtimeClass = facts.runtimeClass === "" ? undefined : declared?.runtimeClass;
  return {
    name,
    cluster,
    scope: facts.scope,
    labels: listedLabels(facts),
    selector: { ...facts.selector },
    tolerations: [...facts.tolerations],
    minRunners: facts.minRunners,
    maxRunners: facts.maxRunners ?? facts.minRunners,
    runnerGroup: facts.runnerGroup,
    containerMode: hasWorkflowPod(facts) ? facts.mode : "none",
    image: facts.image,
    initContainers: [],
    ...(facts.affinity ? { affinity: facts.affinity } : {}),
    ...(runtimeClass ? { runtimeClass } : {}),
    containers:
      unproven.length > 0 ? [] : [{ name: "runner", requests, limits }, ...(workflow ? [workflow] : [])],
  };
}

/** The labels that it lists; without any, its name is the only one. */
export function listedLabels({ labels, name }: Pick<ScaleSetFacts, "labels" | "name">): string[] {
  return labels.length === 0 ? [name] : [...labels];
}

interface Sum {
  cpu: number;
  memory: number;
  memoryLimit: number;
  ephemeralStorage: number;
  pods: number;
}

function key({ namespace, name }: ObjectName): string {
  return `${namespace}/${name}`;
}

/** What runs on each node beside runners of the scale sets, and how many pods still wait for a node. */
export function runningPods(
  pods: readonly PodFacts[],
  sets: readonly Pick<ScaleSetFacts, "object">[],
): { readonly running: ReadonlyMap<string, Sum>; readonly homeless: number } {
  const known = new Set(sets.map((s) => key(s.object)));
  const isOwn = (pod: PodFacts) =>
    pod.role === "runner" && pod.scaleSet !== undefined && known.has(key(pod.scaleSet));
  const runners = new Set(pods.filter(isOwn).map((pod) => key(pod.object)));
  const running = new Map<string, Sum>();
  let homeless = 0;
  for (const pod of pods) {
    if (!pod.active || isOwn(pod)) continue;
    if (pod.runnerPod !== undefined && runners.has(`${pod.object.namespace}/${pod.runnerPod}`)) continue;
    if (pod.node === "") {
      homeless += 1;
      continue;
    }
    const sum = running.get(pod.node) ?? { cpu: 0, memory: 0, memoryLimit: 0, ephemeralStorage: 0, pods: 0 };
    const { requests, limits } = pod.envelope;
    sum.cpu += requests.cpu ?? 0;
    sum.memory += requests.memory ?? 0;
    // Without a limit it may take more than this, but no figure says how much.
    sum.memoryLimit += Math.max(limits.memory ?? 0, requests.memory ?? 0);
    sum.ephemeralStorage += requests.ephemeralStorage ?? 0;
    sum.pods += 1;
    running.set(pod.node, sum);
  }
  return { running, homeless };
}

function liveNode(facts: NodeFacts, cluster: string, sum: Sum | undefined, today: string): Node {
  const running = sum ?? { cpu: 0, memory: 0, memoryLimit: 0, ephemeralStorage: 0, pods: 0 };
  const { allocatable } = facts;
  return {
    name: facts.name,
    cluster,
    recorded: { source: "detected", date: today },
    // What it cannot start now has no seat there, also where it tolerates why.
    allocatable: facts.stopped ? { ...allocatable, pods: running.pods } : allocatable,
    running,
    labels: { "kubernetes.io/hostname": facts.name, ...facts.labels },
    taints: [...facts.taints, ...facts.coming],
    unschedulable: facts.unschedulable,
  };
}
