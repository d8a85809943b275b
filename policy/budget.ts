import { type Finding, FleetError, finding, sortFindings } from "../model/finding.ts";
import { type Fleet, fleetSchema, parseFleet } from "../model/fleet.ts";
import type { ScaleSet } from "../model/scaleset.ts";
import type { VM } from "../model/vm.ts";

/**
 * What the pack's owner grants: hosts, nodes, ratios and policy of a fleet. Its VMs and scale sets do not count;
 * what is asked for comes from the stack alone.
 */
export type Budget = Pick<Fleet, "hosts" | "nodes" | "placement" | "policy">;

/** A budget may name VMs and scale sets that only the stacks declare. */
const FOREIGN =
  /^(?:nodes\[\d+\]\.vm|weights\[".*"\]|policy\.(?:overflow\[\d+\]\.lanes|ownerBudgets|warmPools)\[\d+\]\.scaleSet)$/;

/** Checks a budget. @throws FleetError with every finding */
export function requireBudget(value: unknown): Budget {
  const parsed = parseFleet(value);
  if (parsed.fleet) return parsed.fleet;
  const own = parsed.findings.filter((f) => f.rule !== "model/unknown-name" || !FOREIGN.test(f.path));
  if (own.length > 0) throw new FleetError("The budget is not valid:", own);
  return fleetSchema.parse(value);
}

/** What a stack asks for. */
export type Demand = Pick<Fleet, "vms" | "scaleSets">;

/**
 * The budget's part for a demand, as a fleet: the hosts of its VMs, the nodes of its clusters and of its VMs,
 * and the decisions about those. The rest cannot be touched by it, and is not judged with it.
 */
export function grant(budget: Budget, { vms, scaleSets }: Demand): Fleet {
  const hosts = budget.hosts.filter((h) => vms.some((vm) => vm.host === h.name));
  const nodes = budget.nodes
    .filter((n) => scaleSets.some((s) => s.cluster === n.cluster) || vms.some((vm) => vm.name === n.vm))
    .map((n) => withoutMissingVm(n, vms));
  return {
    hosts,
    vms,
    clusters: [],
    nodes,
    scaleSets,
    placement: budget.placement,
    placements: [],
    weights: {},
    policy: policyFor(budget, hosts, nodes, scaleSets),
  };
}

/** A plan's fleet under the budget's figures, and a refusal for each host and node that the budget lacks. */
export function grantPlan(budget: Budget, plan: Fleet): { fleet: Fleet; findings: Finding[] } {
  const hosts = budget.hosts.filter((h) => plan.hosts.some((p) => p.name === h.name));
  const nodes = budget.nodes.flatMap((n) => {
    const planned = plan.nodes.find((p) => p.name === n.name && p.cluster === n.cluster);
    if (planned === undefined) return [];
    return [
      withoutMissingVm(
        n.vm === undefined && planned.vm !== undefined ? { ...n, vm: planned.vm } : n,
        plan.vms,
      ),
    ];
  });
  const findings = [
    ...plan.hosts.flatMap((h, i) =>
      hosts.some((b) => b.name === h.name) ? [] : [unknown("host", h.name, `hosts[${i}]`, budget)],
    ),
    ...plan.nodes.flatMap((n, i) =>
      nodes.some((b) => b.name === n.name && b.cluster === n.cluster)
        ? []
        : [unknown("node", `${n.cluster}/${n.name}`, `nodes[${i}]`, budget)],
    ),
  ];
  const vms = plan.vms.filter((vm) => vm.host === undefined || hosts.some((h) => h.name === vm.host));
  const policy = policyFor(budget, hosts, nodes, plan.scaleSets);
  return {
    fleet: {
      hosts,
      vms,
      clusters: [],
      nodes,
      scaleSets: plan.scaleSets,
      placement: budget.placement,
      placements: plan.placements,
      weights: {},
      policy,
    },
    findings: sortFindings(findings),
  };
}

/** True if a plan has a host or node that the budget does not know. */
export function isElsewhere(budget: Budget, plan: Fleet): boolean {
  return grantPlan(budget, plan).findings.length > 0;
}

/** Says that a plan was judged by figures of its own, since the pack's config names no budget. */
export function ownFigures({ hosts, nodes }: Budget): Finding {
  const places = [...hosts.map((h) => h.name), ...nodes.map((n) => `${n.cluster}/${n.name}`)];
  const list = `${places.slice(0, 5).join(", ")}${places.length > 5 ? `, and ${places.length - 5} more` : ""}`;
  return finding({
    rule: "budget/own-figures",
    severity: "warn",
    path: "fleet",
    subject: "policy pack",
    message: `The policy pack's config names no budget, so the stack is judged by the hosts, nodes and ceilings that it states itself (${list}).`,
    remedy: "Name the budget that holds for it in the pack's config; docs/policies.md shows one.",
  });
}

/** A host or node of a plan that the budget does not know. */
function unknown(what: "host" | "node", name: string, path: string, budget: Budget): Finding {
  const known = {
    host: budget.hosts.map((h) => h.name),
    node: budget.nodes.map((n) => `${n.cluster}/${n.name}`),
  }[what];
  const list =
    known.length === 0
      ? `it knows no ${what}`
      : `it knows ${known.slice(0, 5).join(", ")}${known.length > 5 ? `, and ${known.length - 5} more` : ""}`;
  return finding({
    rule: "budget/unknown-place",
    path,
    subject: `${what} ${name}`,
    message: `The policy pack's budget has no ${what} ${name} (${list}): it cannot be proven that it fits.`,
    remedy: `Add the ${what} to the budget that the pack's config names, or use one that it knows.`,
  });
}

/** The link from a node to its VM holds only once the VM is there to be checked against. */
function withoutMissingVm(node: Fleet["nodes"][number], vms: readonly VM[]): Fleet["nodes"][number] {
  if (node.vm === undefined || vms.some((vm) => vm.name === node.vm)) return node;
  const { vm: _, ...rest } = node;
  return rest;
}

function policyFor(
  { policy }: Budget,
  hosts: Fleet["hosts"],
  nodes: Fleet["nodes"],
  scaleSets: readonly ScaleSet[],
): Fleet["policy"] {
  const knownHosts = new Set(hosts.map((h) => h.name));
  const knownNodes = new Set(nodes.map((n) => n.name));
  const knownSets = new Set(scaleSets.map((s) => s.name));
  const isDemanded = ({ scaleSet }: { readonly scaleSet: string }) => knownSets.has(scaleSet);
  return {
    ...policy,
    ownerBudgets: policy.ownerBudgets.filter(isDemanded),
    warmPools: policy.warmPools.filter(isDemanded),
    oversubscription: Object.fromEntries(
      Object.entries(policy.oversubscription).filter(([name]) => knownHosts.has(name)),
    ),
    overflow: policy.overflow
      .filter((o) => knownNodes.has(o.node))
      .map((o) => ({ ...o, lanes: o.lanes.filter(isDemanded) })),
  };
}
