import { type Host, PAGE_BYTES, type PageSize } from "../../model/host.ts";
import type { Bytes } from "../../model/quantity.ts";
import { guestMemory } from "../../model/virtioMem.ts";
import type { Disk, VM } from "../../model/vm.ts";
import { evenParts } from "../host/binding.ts";
import { diskFile } from "../host/files.ts";
import { overheadBytes } from "../host/overhead.ts";

/** What a VM asks of the host that it is placed on. */
export interface Demand {
  readonly vm: VM;
  readonly vcpus: number;
  /** True: CPUs of its own. False: it floats over the shared ones. */
  readonly dedicated: boolean;
  /** True: whole cores, whose other threads nobody else gets. */
  readonly wholeCores: boolean;
  /** Cells of the host that it needs: as many as the guest has. 0: its memory may lie anywhere. */
  readonly cells: number;
  /** Its memory and QEMU's overhead, ordinary and pages. */
  readonly allMemory: Bytes;
  /** Ordinary memory in all, QEMU's overhead included. */
  readonly memory: Bytes;
  /** The largest of the parts that its cells hold of memory, and of pages; all of it where it has one cell or none. */
  readonly part: { readonly memory: Bytes; readonly pages: number };
  /** QEMU's own part of it. */
  readonly overhead: Bytes;
  readonly pages: { readonly size: PageSize; readonly count: number } | undefined;
  readonly disks: readonly AskedDisk[];
  /** Cells that the VM names itself, ascending. */
  readonly fixed: readonly number[] | undefined;
  /** Whether it takes part in the host's traffic: it has limits, its own or default ones. */
  readonly traffic: { readonly network: boolean; readonly diskIo: boolean };
  /** False for memory that no host could back with whole pages. */
  readonly isPossible: boolean;
}

export interface AskedDisk extends Pick<Disk, "name" | "class" | "size" | "pool"> {
  readonly file: string;
}

/** Dedicated unless it says that it shares: a VM that is placed gets CPUs of its own. */
export function isDedicated(vm: Pick<VM, "cpuPolicy">): boolean {
  return vm.cpuPolicy !== "shared";
}

/** @param host the host that the VM names, if it names one: its cells are meant where the VM names some */
export function demandOf(vm: VM, hasDefaultLimits: boolean, host?: Pick<Host, "cells">): Demand {
  const dedicated = isDedicated(vm);
  const guestCells = vm.guestCells ?? 1;
  const over = overheadBytes(vm);
  const ordinary = vm.hugepages === undefined ? guestMemory(vm) : 0;
  const pages = vm.hugepages === undefined ? 0 : Math.ceil(vm.memory / PAGE_BYTES[vm.hugepages]);
  const most = (amount: number) => evenParts(amount, guestCells)[0] as number;
  return {
    vm,
    vcpus: vm.vcpus,
    dedicated,
    wholeCores: vm.exclusiveCores,
    cells: dedicated || guestCells > 1 ? guestCells : 0,
    overhead: over,
    allMemory: guestMemory(vm) + over,
    memory: ordinary + over,
    part: { memory: most(ordinary) + most(over), pages: most(pages) },
    pages: vm.hugepages === undefined ? undefined : { size: vm.hugepages, count: pages },
    disks: vm.disks.map((disk) => ({
      name: disk.name,
      class: disk.class,
      size: disk.size,
      pool: disk.pool,
      file: diskFile(vm, disk),
    })),
    fixed: vm.numa && host?.cells.flatMap((cell, c) => (vm.numa?.nodeset.includes(cell.id) ? [c] : [])),
    traffic: {
      network: vm.bridge !== undefined && (hasDefaultLimits || vm.bandwidth !== undefined),
      diskIo: vm.disks.length > 0 && (hasDefaultLimits || vm.diskBandwidth !== undefined),
    },
    isPossible: vm.hugepages === undefined || vm.memory % PAGE_BYTES[vm.hugepages] === 0,
  };
}
