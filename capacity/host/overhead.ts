import type { Bytes } from "../../model/quantity.ts";
import { guestMemory } from "../../model/virtioMem.ts";
import type { VM } from "../../model/vm.ts";

/**
 * Memory that a VM takes from its host beyond what its guest sees.
 *
 * Source: KubeVirt, `KvmHypervisorBackend.GetMemoryOverhead` (pkg/hypervisor/kvm/hypervisorbackend.go at
 * commit 03ede70ad21c), its figures for x86-64. Left out is what exists only in KubeVirt's pods:
 * virt-launcher and its monitor, a virtlogd and a virtqemud of its own per VM, exec probes, and the 100 MiB
 * that keep a guaranteed pod away from its cgroup's limit. On a libvirt host the daemons run once, and the
 * host's reserve holds them. Left out too is what no VM of the model can have: SEV, a TPM.
 */

const MIB = 1024 ** 2;

/** QEMU's resident set without the guest's memory and its page tables. */
export const QEMU_BYTES = 50 * MIB;
/** Per vCPU thread. */
export const VCPU_BYTES = 8 * MIB;
/** Per iothread. A VM without one is counted with one, as KubeVirt does: QEMU's main loop does its I/O. */
export const IOTHREAD_BYTES = 8 * MIB;
/** Video memory; a VM has a video card unless it is taken away on purpose. */
export const VIDEO_BYTES = 32 * MIB;
/** For the address space of devices, where a VM has any of the host's. */
export const VFIO_BYTES = 1024 * MIB;
/** Page tables take one byte for so many bytes of guest memory. Hugepages need less; they are not credited. */
export const PAGETABLE_DIVISOR = 512;

export interface OverheadPart {
  readonly name: string;
  /** With the VM's own figures, for people. */
  readonly formula: string;
  readonly bytes: Bytes;
}

export interface Overhead {
  readonly bytes: Bytes;
  readonly parts: readonly OverheadPart[];
}

/** What the overhead follows from. */
type Causes = Pick<VM, "memory" | "virtioMem" | "vcpus" | "iothreads"> & Partial<Pick<VM, "gpus">>;

interface Part {
  readonly name: string;
  readonly formula: (vm: Causes) => string;
  readonly bytes: (vm: Causes) => Bytes;
}

const iothreads = (vm: Causes) => Math.max(1, vm.iothreads.length);

const PARTS: readonly Part[] = [
  {
    name: "page tables",
    formula: (vm) => `${guestMemory(vm)} / ${PAGETABLE_DIVISOR}, rounded up`,
    bytes: (vm) => Math.ceil(guestMemory(vm) / PAGETABLE_DIVISOR),
  },
  { name: "QEMU process", formula: () => "50 MiB", bytes: () => QEMU_BYTES },
  { name: "vCPU threads", formula: (vm) => `${vm.vcpus} × 8 MiB`, bytes: (vm) => vm.vcpus * VCPU_BYTES },
  {
    name: "iothreads",
    formula: (vm) => `${iothreads(vm)} × 8 MiB`,
    bytes: (vm) => iothreads(vm) * IOTHREAD_BYTES,
  },
  { name: "video memory", formula: () => "32 MiB", bytes: () => VIDEO_BYTES },
];
const DEVICES: Part = {
  name: "passed-through devices",
  formula: () => "1 GiB",
  bytes: () => VFIO_BYTES,
};

function partsOf({ gpus = [] }: Causes): readonly Part[] {
  return gpus.length === 0 ? PARTS : [...PARTS, DEVICES];
}

/** QEMU's overhead for a VM, in bytes, with the parts that it is the sum of. An estimate, as its source is. */
export function overhead(vm: Causes): Overhead {
  const parts = partsOf(vm).map(({ name, formula, bytes }) => ({
    name,
    formula: formula(vm),
    bytes: bytes(vm),
  }));
  return { bytes: overheadBytes(vm), parts };
}

/** The sum alone: a fleet has many VMs, and few are explained. */
export function overheadBytes(vm: Causes): Bytes {
  return partsOf(vm).reduce((sum, part) => sum + part.bytes(vm), 0);
}
