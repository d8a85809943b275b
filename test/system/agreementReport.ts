import { podFigures } from "../../capacity/runners/envelope.ts";
import type { Fleet } from "../../model/fleet.ts";
import { renderTable } from "../../report/table.ts";
import { type Case, nodeOf, pendingOf, saysPlaced } from "./agreement.ts";
import type { Aim } from "./borderFleets.ts";

/** What the fleets were, how the two verdicts fell, and where the scheduler's being greedy explains the difference. */
export function describeAgreement(cases: readonly Case[]): string {
  const pods = cases.reduce((sum, c) => sum + c.pods.length, 0);
  const nodes = cases.reduce((sum, c) => sum + c.fleet.nodes.length, 0);
  return [
    `${cases.length} fleets, ${nodes} nodes, ${pods} pods of runners`,
    verdicts(cases),
    features(cases),
    ...greedy(cases),
  ].join("\n\n");
}

const bothPlaced = (c: Case) => saysPlaced(c) && pendingOf(c, c.free).length === 0;
/** We proved a placement, and the scheduler's own choices left pods over. */
export const isGreedy = (c: Case) => saysPlaced(c) && pendingOf(c, c.free).length > 0;

const AIMS: readonly Aim[] = ["easy", "full", "exact", "short", "crowded", "swapped", "hopeless"];

function verdicts(cases: readonly Case[]): string {
  const row = (name: string, of: readonly Case[]) => [
    name,
    String(of.length),
    String(of.filter(bothPlaced).length),
    String(of.filter(isGreedy).length),
    String(of.filter((c) => c.placement.verdict === "impossible").length),
    String(of.filter((c) => c.placement.verdict === "undecided").length),
  ];
  const head = ["fleets", "", "placed by both", "placed by us, greedy left pods", "impossible", "undecided"];
  const rows = AIMS.map((aim) =>
    row(
      aim,
      cases.filter((c) => c.border.aim === aim),
    ),
  );
  return renderTable(head, [...rows, row("all", cases)], 1);
}

type Set = Fleet["scaleSets"][number];
type Node = Fleet["nodes"][number];

const OF_SETS: Readonly<Record<string, (set: Set) => boolean>> = {
  selector: (s) => Object.keys(s.selector).length > 0,
  "node affinity": (s) => s.affinity !== undefined,
  "toleration, empty key": (s) => s.tolerations.some((t) => t.key === undefined),
  "toleration, Exists with key": (s) =>
    s.tolerations.some((t) => t.key !== undefined && t.operator === "Exists"),
  "toleration, Equal": (s) => s.tolerations.some((t) => t.operator === "Equal"),
  "init container": (s) => s.initContainers.some((c) => !c.sidecar),
  "sidecar container": (s) => s.initContainers.some((c) => c.sidecar),
  "pod overhead": (s) => s.runtimeClass !== undefined,
  "ephemeral storage": (s) =>
    podFigures(s).some((p) => p.containers.some((c) => c.requests.ephemeralStorage)),
  "mode dind": (s) => s.containerMode === "dind",
  "mode kubernetes": (s) => s.containerMode === "kubernetes",
  "mode kubernetes-novolume": (s) => s.containerMode === "kubernetes-novolume",
};

const OF_NODES: Readonly<Record<string, (node: Node) => boolean>> = {
  "taint NoSchedule": (n) => n.taints.some((t) => t.effect === "NoSchedule"),
  "taint PreferNoSchedule": (n) => n.taints.some((t) => t.effect === "PreferNoSchedule"),
  "taint NoExecute": (n) => n.taints.some((t) => t.effect === "NoExecute"),
  cordoned: (n) => n.unschedulable,
  "fewer than 12 pods": (n) => (n.allocatable.pods ?? 0) < 12,
  "daemon pods": (n) => (n.running?.pods ?? 0) > 0,
};

/** In how many fleets each of them is; scale sets that run nothing do not count. */
export function featureCounts(cases: readonly Case[]): Map<string, number> {
  const active = ({ fleet }: Case) => fleet.scaleSets.filter((s) => s.maxRunners > 0);
  return new Map([
    ...Object.entries(OF_SETS).map(
      ([name, has]) => [name, cases.filter((c) => active(c).some(has)).length] as const,
    ),
    ...Object.entries(OF_NODES).map(
      ([name, has]) => [name, cases.filter((c) => c.fleet.nodes.some(has)).length] as const,
    ),
  ]);
}

function features(cases: readonly Case[]): string {
  const rows = [...featureCounts(cases)].map(([name, count]) => [name, String(count)]);
  return renderTable(["in fleets with", ""], rows, 1);
}

/** The scheduler places pod after pod, prefers empty nodes, never moves one, and knows no pod that is yet to come. */
function greedy(cases: readonly Case[]): string[] {
  const left = cases.filter(isGreedy).map((c) => pendingOf(c, c.free).map((pod) => ({ c, pod })));
  const isBeside = ({ c, pod }: (typeof left)[number][number]) =>
    pod.beside !== undefined && nodeOf(c.free, pod.beside) !== undefined;
  const hooks = left.filter((pods) => pods.some(isBeside));
  const impossible = cases.filter((c) => c.placement.verdict === "impossible");
  const placed = impossible.filter((c) => [c.free, c.second].some((p) => pendingOf(c, p).length === 0));
  return [
    [
      `Greedy: in ${left.length} fleets that fit, the scheduler left ${left.flat().length} pods pending;`,
      `told our nodes, it bound every pod of ${left.filter(([one]) => one && pendingOf(one.c, one.c.second).length === 0).length}.`,
      `In ${hooks.length} of them a workflow pod has no room beside its runner, which was placed without regard to it.`,
    ].join(" "),
    `Of ${impossible.length} fleets that we call impossible the scheduler placed ${placed.length} whole, in two orders each.`,
  ];
}
