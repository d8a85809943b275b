import type { VM } from "../model/vm.ts";

const GIB = 1024 ** 3;

/**
 * A VM's memory from which on it gets room to grow by itself: below it, a Linux guest that may grow beyond 4 GiB sets
 * aside 64 MiB (swiotlb) which it would miss.
 */
const ROOMY_BYTES = 4 * GIB;

/** The most memory that the running VM can be given, in bytes. */
export function mostMemory(vm: Pick<VM, "memory" | "headroom" | "guestCells">): number {
  // Of several cells none can be told from outside which a module should go to.
  if ((vm.guestCells ?? 1) > 1) return vm.memory;
  const declared = vm.headroom?.memory;
  if (declared !== undefined) return vm.memory + declared;
  if (vm.memory < ROOMY_BYTES) return vm.memory;
  // A power of two, so that it stays the same while the VM grows: a change of it would wait for the next boot.
  return 2 ** Math.ceil(Math.log2(2 * vm.memory));
}

/** The most vCPUs that the running VM can be given. */
export function mostVcpus(vm: Pick<VM, "vcpus" | "headroom">): number {
  return vm.vcpus + (vm.headroom?.vcpus ?? 0);
}
