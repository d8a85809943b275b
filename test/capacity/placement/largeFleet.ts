import { type Fleet, requireFleet } from "../../../model/fleet.ts";
import type { Host } from "../../../model/host.ts";
import type { VM } from "../../../model/vm.ts";
import type { HostInput, VmInput } from "../host/fleet.ts";

/** Fleets of any size, the same ones every time: for benchmarks, and for comparing two ways to place. */

/** A small generator of its own: the fleets must not change with somebody's library. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function hostOf(cells: number, cores: number, gibPerCell: number, pages: number): HostInput {
  const all = cells * cores;
  return {
    name: "h",
    uri: "test:///default",
    recorded: { source: "configured", date: "2026-05-03" },
    cells: Array.from({ length: cells }, (_, id) => ({
      id,
      cores: Array.from({ length: cores }, (_, c) => `${id * cores + c},${all + id * cores + c}`),
      memory: `${gibPerCell} GiB`,
      ...(pages > 0 ? { hugepages: { "1GiB": pages } } : {}),
    })),
    reserved: {
      cpus: Array.from({ length: cells }, (_, id) => `${id * cores},${all + id * cores}`).join(),
      memoryPerCell: "4 GiB",
    },
    pools: [
      { name: "fast", class: "ssd", path: "/fast", capacity: "8 TB" },
      { name: "slow", class: "hdd", path: "/slow", capacity: "40 TB" },
    ],
    bridges: [{ name: "br0", bandwidth: "25Gbps" }],
  };
}

const MAKES = [hostOf(2, 32, 256, 0), hostOf(2, 24, 192, 32), hostOf(4, 16, 192, 0)];

const VCPUS = [2, 2, 4, 4, 4, 8, 8, 16];
const GIB_PER_VCPU = [2, 4, 4, 8];

function vmOf(next: (below: number) => number): VmInput {
  const vcpus = VCPUS[next(VCPUS.length)] as number;
  const memory = vcpus * (GIB_PER_VCPU[next(GIB_PER_VCPU.length)] as number);
  const kind = next(20);
  return {
    name: "v",
    vcpus,
    memory: `${memory} GiB`,
    bridge: "br0",
    disks: [
      { name: "os", class: "ssd", size: `${40 * (1 + next(3))} GB` },
      ...(kind === 0 ? [{ name: "lake", class: "hdd" as const, size: "2 TB" }] : []),
    ],
    ...(kind < 4 ? { cpuPolicy: "shared" as const } : {}),
    ...(kind === 5 ? { guestCells: 2 } : {}),
    ...(kind === 6 ? { hugepages: "1GiB" as const } : {}),
  };
}

export interface LargeFleet {
  readonly hosts: number;
  readonly vms: number;
  readonly seed?: number;
  /** Bytes by which the memory of hosts and VMs differs from one to the next, as where it was found: none are alike. */
  readonly uneven?: boolean;
}

/** Hosts of three makes, VMs of some hundred shapes without a place; ten VMs a host fill about two thirds. */
export function largeFleet({ hosts, vms, seed = 1, uneven = false }: LargeFleet): Fleet {
  const next = generator(seed);
  const shapes = Array.from({ length: Math.min(vms, 400) }, () => vmOf(next));
  const base = requireFleet({
    hosts: MAKES.map((make, m) => ({ ...make, name: `make${m}` })),
    vms: shapes.map((shape, s) => ({ ...shape, name: `shape${s}` })),
  });
  const MIB = 1024 ** 2;
  return {
    ...base,
    hosts: Array.from({ length: hosts }, (_, i): Host => {
      const make = base.hosts[next(MAKES.length)] as Host;
      const cells = uneven
        ? make.cells.map((cell) => ({ ...cell, memory: cell.memory - next(64) * MIB }))
        : make.cells;
      return { ...make, name: `host-${String(i).padStart(6, "0")}`, cells };
    }),
    vms: Array.from({ length: vms }, (_, i): VM => {
      const shape = base.vms[next(shapes.length)] as VM;
      const memory =
        uneven && shape.hugepages === undefined ? shape.memory + 2 * next(256) * MIB : shape.memory;
      return { ...shape, name: `vm-${String(i).padStart(7, "0")}`, memory };
    }),
  };
}
