import type { VM } from "../../model/vm.ts";
import type { Demand } from "../placement/demand.ts";
import type { Counts, HostState } from "../placement/hostState.ts";
import type { Placer } from "../placement/placer.ts";
import { compareRated, type Rated, rate } from "../placement/scan.ts";
import { meanOf, type Share } from "../placement/score.ts";
import { whyNot } from "../placement/whyNot.ts";

/** A host that a VM could be placed on, as it was rated just before the VM was. */
export interface Candidate {
  readonly host: string;
  /** Mean of the shares, from 0 to 1; null where nothing is scored, or the VM has no place here. */
  readonly score: number | null;
  /** What would be left there of each resource that counts, as part of the whole. */
  readonly shares: readonly ScoredShare[];
  /** VMs that were there. */
  readonly vms: number;
  /** What keeps the VM off it, as part of a sentence; null if it has a place. */
  readonly why: string | null;
  readonly chosen: boolean;
}

export interface ScoredShare {
  readonly resource: keyof Counts;
  /** CPUs, bytes or bits a second; a vCPU that floats takes its part of a CPU. */
  readonly left: number;
  readonly limit: number;
  /** `left / limit`. */
  readonly share: number;
}

/** Cells of the chosen host, as they were just before. */
export interface CellRoom {
  readonly cell: number;
  /** Free CPUs, in whole cores where the VM wants whole ones. */
  readonly cpus: number;
  /** Free ordinary memory, in bytes. */
  readonly memory: number;
}

export interface Candidates {
  /** The best first; then those without a place, by name. */
  readonly hosts: readonly Candidate[];
  readonly cells: readonly CellRoom[];
}

/** Rates every host for a VM that is about to be placed, as placement itself does. */
export function rateCandidates(placer: Placer, vm: VM, byCount: boolean): Candidates {
  const demand = placer.demandOf(vm);
  const entries = placer.candidates(vm).map((state) => ({ state, rated: rate(state, demand, byCount) }));
  const fitting = entries.flatMap(({ rated }) => rated ?? []).sort(compareRated);
  const [best] = fitting;
  return {
    hosts: [
      ...fitting.map((rated) => candidate(rated, demand, rated === best)),
      ...entries.filter(({ rated }) => rated === undefined).map(({ state }) => fallen(state, demand)),
    ],
    cells: best === undefined ? [] : roomOf(best.proposal.state, demand),
  };
}

function candidate({ proposal, score }: Rated, demand: Demand, chosen: boolean): Candidate {
  const { state } = proposal;
  const resources = scored(state, demand);
  return {
    host: state.spec.host.name,
    score: score.shares.length === 0 ? null : meanOf(score),
    shares: score.shares.map((share, i) => written(share, resources[i] as keyof Counts, state)),
    vms: state.vms,
    why: null,
    chosen,
  };
}

/** A share of CPU is counted in fractions of one where the ratio is not 1. */
function written({ left, limit }: Share, resource: keyof Counts, { cpus }: HostState): ScoredShare {
  const unit = resource === "cpu" ? limit / cpus.usable : 1;
  return { resource, left: left / unit, limit: limit / unit, share: left / limit };
}

/** The resources of a score's shares, in their order. */
function scored({ spec: { counts } }: HostState, { disks, traffic }: Demand): (keyof Counts)[] {
  const asked: Counts = { cpu: true, memory: true, disk: disks.length > 0, ...traffic };
  return (["cpu", "memory", "disk", "network", "diskIo"] as const).filter(
    (name) => counts[name] && asked[name],
  );
}

function fallen(state: HostState, demand: Demand): Candidate {
  const { text } = whyNot(state, demand);
  return { host: state.spec.host.name, score: null, shares: [], vms: state.vms, why: text, chosen: false };
}

function roomOf(state: HostState, { wholeCores }: Demand): CellRoom[] {
  return state.spec.host.cells.map(({ id }, c) => ({
    cell: id,
    cpus: wholeCores ? state.cpus.wholeIn(c) : state.cpus.freeIn(c),
    memory: state.memory.inCell(c),
  }));
}
