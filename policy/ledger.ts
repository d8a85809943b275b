import { machines } from "../capacity/host/machine.ts";
import { placeDisks } from "../capacity/host/pools.ts";
import { judge } from "../capacity/judge.ts";
import { type Finding, refuses } from "../model/finding.ts";
import { type Fleet, parseFleet } from "../model/fleet.ts";
import { checkReferences } from "../model/references.ts";
import type { Rehearsal } from "../model/rehearsal.ts";
import type { ScaleSet } from "../model/scaleset.ts";
import type { VM } from "../model/vm.ts";
import { type Budget, grant, grantPlan, isElsewhere, ownFigures } from "./budget.ts";
import { clusterOf, hostOf } from "./connection.ts";
import { Facts, isObject } from "./facts.ts";
import { nameAmong } from "./namesakes.ts";
import { type Plain, type PlainObject, UNKNOWN } from "./plain.ts";
import { rehearsalOf, standsFor } from "./rehearsal.ts";
import { kindOf, type Resource } from "./resource.ts";
import { attachedDisks } from "./resources/attachments.ts";
import { type Guest, vmFromDomain } from "./resources/domain.ts";
import { readGpus } from "./resources/hostdevs.ts";
import {
  refusePatch,
  scaleSetFromRelease,
  scaleSetFromRunnerSet,
  scaleSetPaths,
} from "./resources/runners.ts";
import { claimFromVolume, type PoolClaim } from "./resources/volume.ts";
import type { Settings } from "./settings.ts";
import { findTrespassers } from "./trespass.ts";

/**
 * The running total of one update: what the stack has asked for so far, in the order of registration. Each
 * resource is judged together with those before it, and before it is created. It stays in the total only if
 * it passes: a refused one is not created, and must not be held against those after it. Entries are keyed by
 * URN, so that a resource that is analysed again (preview and update, a replacement) counts once.
 */
export class Ledger {
  readonly #settings: Settings;
  #budget: Budget;
  #notice: Finding | undefined;
  #plan: Fleet | undefined;
  #rehearsal: Rehearsal | undefined;
  readonly #guests = new Map<string, Guest>();
  readonly #claims = new Map<string, PoolClaim>();
  readonly #lanes = new Map<string, readonly Lane[]>();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#budget = settings.budget;
  }

  /** The findings that a resource causes; none if it fits, or if capacity has no interest in its type. */
  judge(resource: Resource): readonly Finding[] {
    const kind = kindOf(resource.type);
    if (kind === "plan") return this.#judgePlan(resource);
    if (isUntargeted(resource)) return [];
    switch (kind) {
      case "domain":
        return this.#judgeDomain(resource);
      case "volume":
        return this.#judgeVolume(resource);
      case "release":
        return this.#judgeRelease(resource);
      case "runnerSet":
        return this.#judgeRunnerSet(resource);
      case "runnerSetPatch":
        return judgePatch(resource);
      case undefined:
        return [];
    }
  }

  /** What the last plan was judged by, if that was its own figures. */
  get notice(): Finding | undefined {
    return this.#notice;
  }

  /** Judges the fleet that the plan carries; the verdict it carries too is the stack's own, and not believed. */
  #judgePlan({ inputs, name }: Resource): readonly Finding[] {
    const facts = new Facts(`plan ${name}`);
    refuseUnknown(facts, inputs.fleet, "fleet");
    facts.required(inputs.fleet ?? undefined, "fleet", "Register the plan with the whole fleet.");
    if (facts.findings.length > 0) return facts.findings;
    const parsed = parseFleet(inputs.fleet);
    if (!parsed.fleet) return parsed.findings;
    const { fleet, findings } = this.#grant(parsed.fleet);
    const all = [...findings, ...this.#judgeFleet(fleet)];
    if (refuses(all)) return all;
    this.#plan = parsed.fleet;
    // Whoever names a budget has Domains judged by what they are: on those hosts nothing is rehearsed.
    this.#rehearsal = this.#settings.isBuiltIn ? rehearsalOf(inputs) : undefined;
    return all;
  }

  /**
   * The plan under the pack's budget. Without a configured one the built-in holds only for its own site: a plan
   * of other hosts or nodes brings the budget for itself and for what follows, and that is told.
   */
  #grant(plan: Fleet): { fleet: Fleet; findings: readonly Finding[] } {
    const { budget, isBuiltIn } = this.#settings;
    if (!isBuiltIn || !isElsewhere(budget, plan)) return grantPlan(budget, plan);
    this.#budget = plan;
    this.#notice = ownFigures(plan);
    return { fleet: plan, findings: [this.#notice] };
  }

  #judgeDomain(resource: Resource): readonly Finding[] {
    const { inputs, urn } = resource;
    const facts = new Facts(`VM ${nameOf(resource)}`);
    const name = nameOf(resource);
    const host = hostOf(facts, resource.provider, this.#budget, this.#settings);
    const declared = this.#plan?.vms.find((vm) => vm.name === name && vm.host === host);
    const asked = vmFromDomain(facts, inputs, name, host, declared);
    const read = this.#rehearsal ? standsFor(asked, declared, this.#plan, this.#rehearsal) : asked;
    const guest = {
      ...read,
      vm: {
        ...read.vm,
        disks: this.#disks(facts, inputs, read.vm, declared?.disks),
        gpus: readGpus(
          facts,
          inputs,
          this.#budget.hosts.find((h) => h.name === host),
          declared?.gpus,
        ),
      },
    };
    const others = without(this.#guests, urn).map((g) => ({ name: g.vm.name, place: g.vm.host }));
    const unique = nameAmong(facts, { name, place: host }, "host", others);
    if (facts.findings.length > 0) return facts.findings;
    const named = { ...guest, vm: { ...guest.vm, name: unique } };
    return this.#accept(this.#guests, urn, named, (total) => {
      const guests = [...total.values()];
      return [...this.#judgeDemand(guests, []), ...findTrespassers(guests, this.#budget)];
    });
  }

  #disks(facts: Facts, inputs: PlainObject, vm: VM, declared?: VM["disks"]): VM["disks"] {
    const { hosts, nodes } = this.#budget;
    if (!nodes.some((n) => n.vm === vm.name)) return [];
    const host = hosts.find((h) => h.name === vm.host);
    return attachedDisks(facts, inputs, vm, host, [...this.#claims.values()], declared);
  }

  #judgeVolume(resource: Resource): readonly Finding[] {
    const { inputs, urn } = resource;
    const facts = new Facts(`volume ${nameOf(resource)}`);
    const name = nameOf(resource);
    const claim = claimFromVolume(
      facts,
      inputs,
      name,
      hostOf(facts, resource.provider, this.#budget, this.#settings),
    );
    if (facts.findings.length > 0) return facts.findings;
    const host = this.#budget.hosts.find((h) => h.name === claim.host);
    if (!host?.pools.some((p) => p.name === claim.pool)) {
      facts.add({
        rule: "budget/unknown-place",
        path: "pool",
        message: `The policy pack's budget has no pool ${claim.pool} on host ${claim.host} (it knows ${host?.pools.map((p) => p.name).join(", ") || "none"}): it cannot be proven that volume ${name} fits.`,
        remedy: "Add the pool with its class and capacity to the budget, or use one that it knows.",
      });
      return facts.findings;
    }
    return this.#accept(this.#claims, urn, claim, (claims) => this.#judgeClaims([...claims.values()]));
  }

  #judgeRelease(resource: Resource): readonly Finding[] {
    const facts = new Facts(`release ${nameOf(resource)}`);
    const chart = facts.text(resource.inputs, "chart", "chart");
    if (facts.findings.length > 0) return facts.findings;
    const paths = chart === undefined ? [] : scaleSetPaths(chart, resource.inputs.values);
    if (paths.length === 0) return [];
    const { namespace } = resource.inputs;
    return this.#judgeLanes(resource, namespace, (...reader) =>
      paths.map((at) => scaleSetFromRelease(...reader, at)),
    );
  }

  #judgeRunnerSet(resource: Resource): readonly Finding[] {
    const { metadata } = resource.inputs;
    const namespace = isObject(metadata) ? metadata.namespace : undefined;
    return this.#judgeLanes(resource, namespace, (...reader) => [scaleSetFromRunnerSet(...reader)]);
  }

  /** @param namespace of the resource; one that is not known yet counts as one of its own */
  #judgeLanes(
    { inputs, name, urn, provider }: Resource,
    namespace: Plain | undefined,
    read: (...reader: Parameters<typeof scaleSetFromRunnerSet>) => ScaleSet[],
  ): readonly Finding[] {
    const facts = new Facts(`scale set ${nameOf({ inputs, name })}`);
    const cluster = clusterOf(facts, provider, this.#budget, this.#settings);
    const declared = (of: string) =>
      this.#plan?.scaleSets.find((s) => s.name === of && s.cluster === cluster);
    const place = namespaceOf(namespace ?? provider.namespace, name);
    const others = without(this.#lanes, urn).flat();
    const lanes: Lane[] = [];
    for (const set of read(facts, inputs, name, cluster, declared)) {
      const near = [...others, ...lanes]
        .filter((lane) => lane.set.cluster === cluster)
        .map((lane) => ({ name: lane.set.name, place: lane.place }));
      const unique = nameAmong(facts, { name: set.name, place }, "namespace", near);
      lanes.push({ set: { ...set, name: unique }, place });
    }
    if (facts.findings.length > 0) return facts.findings;
    return this.#accept(this.#lanes, urn, lanes, (total) =>
      this.#judgeDemand(
        [...this.#guests.values()],
        [...total.values()].flat().map((lane) => lane.set),
      ),
    );
  }

  /** Judges the total with the entry; keeps it only if nothing refuses. */
  #accept<T>(
    total: Map<string, T>,
    urn: string,
    entry: T,
    judgeTotal: (total: ReadonlyMap<string, T>) => readonly Finding[],
  ): readonly Finding[] {
    const proposed = new Map(total).set(urn, entry);
    const findings = judgeTotal(proposed);
    if (!refuses(findings)) total.set(urn, entry);
    return findings;
  }

  #judgeDemand(guests: readonly Guest[], scaleSets: readonly ScaleSet[]): readonly Finding[] {
    const vms = guests.map((guest) => guest.vm);
    return withoutPaths(this.#judgeFleet(grant(this.#budget, { vms, scaleSets })));
  }

  #judgeFleet(fleet: Fleet): readonly Finding[] {
    const findings = checkReferences(fleet);
    return findings.length > 0 ? findings : judge(fleet, { today: this.#settings.today }).findings;
  }

  /** Volumes are no VM's yet: each stands for itself, and only the pools are judged. */
  #judgeClaims(claims: readonly PoolClaim[]): readonly Finding[] {
    const { hosts, placement, policy } = this.#budget;
    const vms = claims.map((claim) => carrier(claim, hosts));
    const fleet = {
      hosts,
      vms,
      clusters: [],
      nodes: [],
      scaleSets: [],
      placement,
      placements: [],
      weights: {},
      policy,
    };
    return withoutPaths(machines(fleet).flatMap((machine) => placeDisks(machine).findings));
  }
}

/** A scale set of the total, and the namespace that its name is unique in. */
interface Lane {
  readonly set: ScaleSet;
  readonly place: string;
}

/** What the total holds of other resources. */
function without<T>(total: ReadonlyMap<string, T>, urn: string): T[] {
  return [...total].flatMap(([other, entry]) => (other === urn ? [] : [entry]));
}

function namespaceOf(given: Plain | undefined, name: string): string {
  if (given === undefined || given === null) return "default";
  return typeof given === "string" ? given : name;
}

function judgePatch(resource: Resource): readonly Finding[] {
  const facts = new Facts(`patch ${nameOf(resource)}`);
  refusePatch(facts, resource.inputs);
  return facts.findings;
}

/**
 * With --target the engine shows the resources that it leaves alone too: by their last inputs, and those that
 * do not exist yet by none. No provider accepts any of ours without inputs, so none is created that way.
 */
function isUntargeted({ inputs }: Resource): boolean {
  return Object.keys(inputs).length === 0;
}

/** The total is a fleet that nobody wrote: paths into it would lead nowhere. */
function withoutPaths(findings: readonly Finding[]): Finding[] {
  return findings.map((f) => ({ ...f, path: "" }));
}

/** The name that is given; one that is not known yet is no figure, and Pulumi's own stands in. */
function nameOf({ inputs, name }: Pick<Resource, "inputs" | "name">): string {
  const given = inputs.name;
  return typeof given === "string" ? given : name;
}

function refuseUnknown(facts: Facts, value: PlainObject[string] | undefined, path: string): void {
  if (value === UNKNOWN) facts.unknown(path);
  if (typeof value !== "object" || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, entry] of Object.entries(value)) {
    refuseUnknown(facts, entry, isList ? `${path}[${key}]` : `${path}.${key}`);
  }
}

function carrier({ name, host, pool, size }: PoolClaim, hosts: Fleet["hosts"]): VM {
  const diskClass = hosts.find((h) => h.name === host)?.pools.find((p) => p.name === pool)?.class ?? "ssd";
  return {
    name: `${name} (volume)`,
    host,
    vcpus: 1,
    exclusiveCores: false,
    iothreads: [],
    memory: 0,
    disks: [{ name, class: diskClass, size, pool, precious: false, folders: [] }],
    gpus: [],
    taints: [],
    labels: {},
  };
}
