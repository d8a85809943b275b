import type { Fleet } from "../../model/fleet.ts";
import type { Node } from "../../model/node.ts";
import type { Container, ScaleSet } from "../../model/scaleset.ts";
import { type Taint, type Toleration, untolerated } from "../../model/taint.ts";

/** Changes of a fleet that are only asked about, as plain data. Everything else stays as it is declared. */

/** A thing of one cluster. */
export interface Target {
  readonly cluster: string;
  readonly name: string;
}

export type Figures = { readonly [figure in "cpu" | "memory" | "ephemeralStorage"]?: number };

export type Change =
  /** The node is gone, with all that ran on it. */
  | { readonly kind: "drop" | "cordon" | "uncordon"; readonly node: Target }
  | { readonly kind: "pressure"; readonly of: "memory" | "disk" | "pid"; readonly node: Target }
  | { readonly kind: "add"; readonly node: Node }
  | {
      readonly kind: "requests" | "limits";
      readonly scaleSet: Target;
      readonly container: Container["name"];
      readonly figures: Figures;
    }
  | { readonly kind: "max-runners"; readonly scaleSet: Target; readonly maximum: number }
  | { readonly kind: "ceiling"; readonly label: string; readonly ceiling: number }
  | { readonly kind: "budget"; readonly scaleSet: string; readonly maximum: number; readonly date: string }
  | { readonly kind: "limit-ratio"; readonly ratio: number };

export interface ChangeOptions {
  /**
   * True: the API server runs the admission plugin PodTolerationRestriction (it is off by default), which
   * gives every pod that is not BestEffort a toleration of memory pressure.
   */
  readonly tolerationRestriction: boolean;
}

/** The taint that the node lifecycle controller puts on a node for its condition. Source: Kubernetes 1.36. */
export function pressureTaint(of: "memory" | "disk" | "pid"): Taint {
  return { key: `node.kubernetes.io/${of}-pressure`, value: "", effect: "NoSchedule" };
}

/** The fleet after all changes, in their order. Names in them are the fleet's. */
export function applyChanges(fleet: Fleet, changes: readonly Change[], options: ChangeOptions): Fleet {
  const changed = changes.reduce(apply, fleet);
  const pressed = changes.flatMap((c) => (c.kind === "pressure" ? [c] : []));
  const admitted = options.tolerationRestriction && pressed.some((c) => c.of === "memory");
  const scaleSets = admitted ? changed.scaleSets.map(toleratePressure) : changed.scaleSets;
  const closed = pressed.filter((c) => c.of !== "memory");
  const nodes = changed.nodes.map((node) =>
    closed.some((c) => is(c.node, node) && scaleSets.some((s) => reaches(s, node, c.of))) ? full(node) : node,
  );
  return { ...changed, scaleSets, nodes };
}

function apply(fleet: Fleet, change: Change): Fleet {
  const { nodes, scaleSets, policy } = fleet;
  const editNode = (target: Target, edit: (node: Node) => Node): Fleet => ({
    ...fleet,
    nodes: nodes.map((n) => (is(target, n) ? edit(n) : n)),
  });
  const editSet = (target: Target, edit: (set: ScaleSet) => ScaleSet): Fleet => ({
    ...fleet,
    scaleSets: scaleSets.map((s) => (is(target, s) ? edit(s) : s)),
  });
  switch (change.kind) {
    case "drop":
      return { ...fleet, nodes: nodes.filter((n) => !is(change.node, n)) };
    case "cordon":
    case "uncordon":
      return editNode(change.node, (n) => ({ ...n, unschedulable: change.kind === "cordon" }));
    case "pressure":
      return editNode(change.node, (n) => ({ ...n, taints: [...n.taints, pressureTaint(change.of)] }));
    case "add":
      return { ...fleet, nodes: [...nodes, change.node] };
    case "requests":
    case "limits":
      return editSet(change.scaleSet, (set) => ({
        ...set,
        containers: set.containers.map((c) =>
          c.name === change.container ? { ...c, [change.kind]: { ...c[change.kind], ...change.figures } } : c,
        ),
      }));
    case "max-runners":
      return editSet(change.scaleSet, (set) => ({ ...set, maxRunners: change.maximum }));
    case "ceiling": {
      const labels = policy.labels.map((l) =>
        l.label === change.label ? { ...l, ceiling: change.ceiling } : l,
      );
      return { ...fleet, policy: { ...policy, labels } };
    }
    case "budget": {
      const { scaleSet, maximum, date } = change;
      const others = policy.ownerBudgets.filter((b) => b.scaleSet !== scaleSet);
      const ownerBudgets = [...others, { scaleSet, maximum, date, evidence: "Asked about." }];
      return { ...fleet, policy: { ...policy, ownerBudgets } };
    }
    case "limit-ratio":
      return { ...fleet, policy: { ...policy, limitRatio: change.ratio } };
  }
}

function is(target: Target, { cluster, name }: Target): boolean {
  return target.cluster === cluster && target.name === name;
}

const TOLERATION: Toleration = {
  key: pressureTaint("memory").key,
  operator: "Exists",
  value: "",
  effect: "NoSchedule",
};

function toleratePressure(set: ScaleSet): ScaleSet {
  return isBestEffort(set) ? set : { ...set, tolerations: [...set.tolerations, TOLERATION] };
}

/** True if some pod of a runner requests and limits neither CPU nor memory. Init containers count. */
export function isBestEffort({ containers, initContainers, containerMode }: ScaleSet): boolean {
  const apart = containerMode === "kubernetes" || containerMode === "kubernetes-novolume";
  const runner = containers.filter((c) => !apart || c.name !== "workflow");
  const pods = [
    [...runner, ...initContainers],
    ...(apart ? [containers.filter((c) => c.name === "workflow")] : []),
  ];
  const stated = ({ requests, limits }: Pick<Container, "requests" | "limits">) =>
    [requests.cpu, requests.memory, limits.cpu, limits.memory].some((figure) => (figure ?? 0) > 0);
  return pods.some((pod) => !pod.some(stated));
}

/** True if the scale set's pods tolerate the pressure, so that the scheduler would still bind them there. */
export function reaches(set: ScaleSet, node: Node, of: "memory" | "disk" | "pid"): boolean {
  return set.cluster === node.cluster && untolerated([pressureTaint(of)], set.tolerations).length === 0;
}

/**
 * Under disk or PID pressure the kubelet admits no pod, whatever it tolerates (only critical ones), so that a
 * runner that is bound there fails. Source: pkg/kubelet/eviction, Admit.
 */
function full(node: Node): Node {
  return { ...node, allocatable: { ...node.allocatable, pods: node.running?.pods ?? 0 } };
}
