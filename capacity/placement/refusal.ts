import { type Finding, finding } from "../../model/finding.ts";
import type { VM } from "../../model/vm.ts";
import { effective } from "../host/effective.ts";
import { listNames } from "../host/names.ts";
import { type FilteredByPressure, NO_PRESSURE, type PressureState } from "../pressure/exclusion.ts";
import type { Demand } from "./demand.ts";
import { propose } from "./fit.ts";
import type { HostState } from "./hostState.ts";
import type { Placer } from "./placer.ts";
import { whyNot } from "./whyNot.ts";

/**
 * Why a VM has no place, for programs: the scheduler guide's `no_eligible_nodes` with its own field names. Memory in
 * MiB and disk in bytes, as their names say; `effective` is what may be promised.
 */
export interface Refusal {
  readonly reason: "no_eligible_nodes";
  readonly vm: string;
  readonly details: {
    /**
     * `node_pressure`: there is a place on what is under pressure. `node_unknown`: there is none there either, but one on
     * a host of which the watch knows nothing now.
     */
    readonly reason?: "node_pressure" | "node_unknown";
    readonly filtered_due_to_pressure: readonly FilteredByPressure[];
    /** Every candidate; of more than a hundred the first hundred, and how many were left out. */
    readonly node_utilization: readonly NodeUtilization[];
    readonly omitted?: number;
  };
}

export interface NodeUtilization {
  readonly node: string;
  /**
   * The pool of the disk figures, where a pool is what is full. Where it is a file system of several pools, or the
   * host's limit, the figures are those of that, and `why` names it.
   */
  readonly pool?: string;
  readonly cpu_used: number;
  readonly cpu_total: number;
  readonly cpu_effective: number;
  readonly mem_used_mib: number;
  readonly mem_total_mib: number;
  readonly mem_effective_mib: number;
  readonly disk_used_bytes: number;
  readonly disk_total_bytes: number;
  readonly disk_effective_bytes: number;
  /** Of a VM that asks for GPUs. */
  readonly gpu_slots_used?: number;
  readonly gpu_slots_total?: number;
  /** What keeps the VM off this host, as part of a sentence. */
  readonly why: string;
}

/** VMs without a place that are explained host by host; more have one cause, and would fill pages. */
export const MOST_EXPLAINED = 100;
const MOST_HOSTS = 100;
const MIB = 1024 ** 2;

export function refusalOf(placer: Placer, vm: VM, pressure: PressureState = NO_PRESSURE): Refusal {
  const demand = placer.demandOf(vm);
  const states = placer.candidates(vm);
  const names = new Set(states.map((state) => state.spec.host.name));
  const concerns = ({ node, pool }: FilteredByPressure) =>
    names.has(node) &&
    (pool === undefined ||
      placer
        .host(node)
        ?.spec.pools.pools.some(
          (p) =>
            p.name === pool && demand.disks.some((d) => d.class === p.class && (d.pool ?? pool) === pool),
        ));
  // Only what is under pressure could have a place that it has not now.
  const pressed = states.filter(
    ({ spec }) => spec.pressed !== undefined || spec.pools.pools.some((p) => p.excluded),
  );
  const passing = pressed.filter((state) => propose(state, demand, { passPressure: true }) !== undefined);
  const unknown = new Set(pressure.unknown.map(({ node }) => node));
  const byPressure = passing.some(({ spec }) => !unknown.has(spec.host.name));
  const reason = byPressure ? "node_pressure" : passing.length > 0 ? "node_unknown" : undefined;
  const omitted = states.length - MOST_HOSTS;
  return {
    reason: "no_eligible_nodes",
    vm: vm.name,
    details: {
      ...(reason && { reason }),
      filtered_due_to_pressure: pressure.filtered.filter(concerns),
      node_utilization: states.slice(0, MOST_HOSTS).map((state) => utilization(state, demand)),
      ...(omitted > 0 ? { omitted } : {}),
    },
  };
}

function utilization(state: HostState, demand: Demand): NodeUtilization {
  const { host, ratios, pools } = state.spec;
  const { usable, dedicated, shared, floating } = state.cpus;
  const { text, store } = whyNot(state, demand);
  const pool = store === undefined ? undefined : pools.pools[store]?.name;
  const asked = new Set(demand.disks.map((disk) => disk.class as string));
  const shown =
    store === undefined ? pools.pools.flatMap((p, i) => (asked.has(p.class) ? [i] : [])) : [store];
  const sum = (of: (store: number) => number) => shown.reduce((total, s) => total + of(s), 0);
  return {
    node: host.name,
    ...(pool === undefined ? {} : { pool }),
    cpu_used: dedicated + floating,
    cpu_total: usable,
    cpu_effective: dedicated + effective(shared, ratios.cpu),
    mem_used_mib: Math.ceil(state.memoryUsed / MIB),
    mem_total_mib: Math.floor(host.cells.reduce((total, cell) => total + cell.memory, 0) / MIB),
    mem_effective_mib: Math.floor(state.memoryLimit / MIB),
    disk_used_bytes: sum((s) => state.pools.used(s)),
    disk_total_bytes: sum((s) => pools.capacities[s] as number),
    disk_effective_bytes: sum((s) => pools.stores[s] as number),
    ...(demand.vm.gpus.length === 0
      ? {}
      : { gpu_slots_used: state.gpus.used, gpu_slots_total: state.gpus.slots }),
    why: text,
  };
}

/** The refusal for people: who, what keeps it off which host, and a way out. */
export function refused({ vm, details }: Refusal, index: number): Finding {
  const { node_utilization: hosts, omitted = 0 } = details;
  const told = hosts.slice(0, 5).map(({ node, why }) => `${node} ${why}`);
  const more = hosts.length + omitted - told.length;
  const list =
    hosts.length === 0 ? "there is no host" : `${told.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
  return finding({
    rule: "placement/no-eligible-host",
    path: `vms[${index}]`,
    subject: `VM ${vm}`,
    have: 0,
    need: 1,
    limit: hosts.length + omitted,
    unit: "hosts",
    message: `No host has a place for VM ${vm}: ${list}.`,
    remedy: WAYS_OUT[details.reason ?? "none"],
  });
}

const WAYS_OUT = {
  node_pressure: "Relieve the host or the pool that is under pressure; nothing is placed there until then.",
  node_unknown: "See that fleet watch runs with this fleet and reaches the hosts that are unknown.",
  none: "Ask for less, free or add what is short, or uncordon a host.",
};

export function unexplained(rest: readonly { readonly i: number; readonly vm: VM }[]): Finding[] {
  const [first] = rest;
  if (first === undefined) return [];
  return [
    finding({
      rule: "placement/no-eligible-host",
      path: `vms[${first.i}]`,
      subject: `${rest.length} VMs`,
      have: 0,
      need: rest.length,
      unit: "VMs",
      message: `No host has a place for ${rest.length} more VMs either: ${listNames(rest.map(({ vm }) => vm.name))}.`,
      remedy: "Begin with the VMs that are told in full.",
    }),
  ];
}
