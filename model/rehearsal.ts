import { z } from "zod";
import * as f from "./fields.ts";
import { type Host, PAGE_BYTES } from "./host.ts";
import type { Bytes } from "./quantity.ts";
import type { VirtioMem } from "./virtioMem.ts";
import type { VM } from "./vm.ts";

/**
 * A rehearsal: VMs that are judged for their host, and created on a smaller machine that plays it. CPU numbers
 * and memory are those of the machine; everything else stays as it is written, the number of vCPUs included.
 */

export const rehearsal = z.strictObject({
  cpus: f.countFromOne("Number of CPUs of the machine; CPU n of the host becomes CPU n modulo this."),
  memory: f.positiveSize(
    "Memory of the machine that the VMs of one host share, in proportion to the host's.",
  ),
});
export type Rehearsal = z.output<typeof rehearsal>;

/** libvirt and QEMU start with less, but a firmware does not. */
const LEAST_MEMORY: Bytes = 16 * 1024 ** 2;
const MIB: Bytes = 1024 ** 2;

/**
 * The VM as it is created in a rehearsal: pins, emulator and iothread sets on the CPUs that the machine has, memory
 * bound to its first NUMA cell, sizes of memory scaled. Without a rehearsal it is the VM itself.
 */
export function rehearse(vm: VM, host: Pick<Host, "cells">, machine: Rehearsal | undefined): VM {
  if (machine === undefined) return vm;
  const cpus = (set: readonly number[]) => rehearseCpus(set, machine);
  const memory = (bytes: Bytes) =>
    scaled(bytes, host, machine, vm.hugepages ? PAGE_BYTES[vm.hugepages] : MIB);
  return {
    ...vm,
    ...(vm.pins && { pins: vm.pins.map(cpus) }),
    ...(vm.emulator && { emulator: cpus(vm.emulator) }),
    iothreads: vm.iothreads.map((thread) => (thread.cpus ? { ...thread, cpus: cpus(thread.cpus) } : thread)),
    ...(vm.numa && { numa: { ...vm.numa, nodeset: [0] } }),
    memory: memory(vm.memory),
    ...(vm.minimumMemory !== undefined && { minimumMemory: memory(vm.minimumMemory) }),
    ...(vm.virtioMem && { virtioMem: scaledDevice(vm.virtioMem, memory) }),
    ...(vm.headroom?.memory && { headroom: { ...vm.headroom, memory: memory(vm.headroom.memory) } }),
  };
}

/** CPUs of the host as CPUs of the machine that plays it, ascending, each once. */
export function rehearseCpus(cpus: readonly number[], machine: Rehearsal | undefined): number[] {
  if (machine === undefined) return [...cpus];
  return [...new Set(cpus.map((cpu) => cpu % machine.cpus))].sort((a, b) => a - b);
}

/** What it can give stays: only what is requested takes memory of the machine. */
function scaledDevice(device: VirtioMem, memory: (bytes: Bytes) => Bytes): VirtioMem {
  const { requested, block } = device;
  return { ...device, requested: Math.floor(Math.min(requested, memory(requested)) / block) * block };
}

/** A machine with more memory than the host does not make VMs larger. Whole MiB, or whole hugepages. */
function scaled(bytes: Bytes, { cells }: Pick<Host, "cells">, machine: Rehearsal, unit: Bytes): Bytes {
  const total = cells.reduce((sum, cell) => sum + cell.memory, 0);
  if (machine.memory >= total) return bytes;
  const share = Math.floor((bytes * (machine.memory / total)) / unit) * unit;
  return Math.min(bytes, Math.max(share, LEAST_MEMORY, unit));
}
