import type { DomainArgs, types } from "@pulumi/libvirt";
import type * as pulumi from "@pulumi/pulumi";
import { isBallooned } from "../capacity/balloon/floors.ts";
import type { TrafficLimits } from "../capacity/host/traffic.ts";
import { formatCpuset } from "../model/cpuset.ts";
import { type Host, PAGE_BYTES } from "../model/host.ts";
import { type Rehearsal, rehearse, rehearseCpus } from "../model/rehearsal.ts";
import type { VirtioMem } from "../model/virtioMem.ts";
import type { VM } from "../model/vm.ts";
import { sharesOf } from "../model/weight.ts";
import { cpuTopology } from "./cpuTopology.ts";
import { gpuDevice } from "./gpuDevice.ts";
import { mostMemory, mostVcpus } from "./headroom.ts";
import { macAddress } from "./mac.ts";
import { type MemorySize, memorySize } from "./memorySize.ts";
import { interfaceBandwidth, UNLIMITED } from "./trafficArgs.ts";

/** What a domain's arguments follow from, beside the VM. */
export interface DomainPlan {
  readonly host: Host;
  /** `kvm`; `qemu` emulates where there is no hardware virtualisation. */
  readonly type: DomainType;
  readonly disks: readonly types.DomainDevicesDisk[];
  /** Pool and volume of the cloud-init seed; none if the VM has none. */
  readonly seed: { readonly pool: string; readonly volume: string } | undefined;
  /** CPUs that an unpinned VM floats over: those that no VM has to itself. Ignored for a pinned VM. */
  readonly sharedCpus: readonly number[];
  /** Limits of its interface; none by default. Those of its disks are part of `disks`. */
  readonly limits?: TrafficLimits | undefined;
  /** The cluster's node in the VM, which leaves the cluster before the VM is deleted; none by default. */
  readonly node?: DomainNode | undefined;
  /** The machine that plays the host; by default it is the host itself. */
  readonly rehearsal?: Rehearsal | undefined;
}

/** The cluster's node in a VM: how it is found, and what happens where it cannot be emptied. */
export interface DomainNode {
  readonly name: string;
  readonly context: string;
  /** Path or content; by default as kubectl finds it. */
  readonly kubeconfig?: pulumi.Output<string>;
  readonly whenBlocked: "refuse" | "proceed";
}

export const domainTypes = ["kvm", "qemu"] as const;
export type DomainType = (typeof domainTypes)[number];

/** How long a guest may take to shut down before it is ended; k3s gives its pods up to 90 seconds. */
const SHUTDOWN_SECONDS = 120;

/** Far behind the disks, which are vda, vdb and so on. */
const SEED_TARGET = "vdzz";

/** Where the hypervisor keeps a note on the VM. A URN, since nothing is to be fetched from a namespace. */
const METADATA = "urn:numafleet:vm:1";

/** The arguments of a VM's domain. Plain values only: a policy can judge each of them before it exists. */
export function domainArgs(declared: VM, plan: DomainPlan): DomainArgs {
  const vm = rehearse(declared, plan.host, plan.rehearsal);
  // libvirt counts the whole of a memory device into the memory.
  const memory = memorySize(vm.memory + (vm.virtioMem?.maximum ?? 0));
  return {
    name: vm.name,
    type: plan.type,
    ...(vm.purpose === undefined ? {} : { title: vm.purpose }),
    ...(vm.minimumMemory === undefined
      ? {}
      : {
          metadata: {
            xml: `<numafleet:vm xmlns:numafleet="${METADATA}" minimumMemory="${vm.minimumMemory}"/>`,
          },
        }),
    ...vcpuCount(vm),
    ...floating(vm, rehearseCpus(plan.sharedCpus, plan.rehearsal)),
    ...ioThreads(vm),
    ...cpuTune(vm, plan.host),
    ...numaTune(vm),
    memory: memory.value,
    memoryUnit: memory.unit,
    ...roomToGrow(vm),
    // A VM starts with all its memory; taking some back is an operation on the running VM. Where a floor lets
    // `fleet balloon` do that, an update says nothing of it, and so never undoes it.
    ...(isBallooned(vm) || vm.virtioMem !== undefined
      ? {}
      : { currentMemory: memory.value, currentMemoryUnit: memory.unit }),
    ...(vm.hugepages === undefined
      ? {}
      : {
          memoryBacking: {
            memoryHugePages: { hugepages: [{ size: PAGE_BYTES[vm.hugepages] / 1024, unit: "KiB" }] },
          },
        }),
    cpu: {
      // Emulation has no host CPU to pass through; `maximum` is all that it can do.
      mode: plan.type === "kvm" ? "host-passthrough" : "maximum",
      // A rehearsal keeps the topology: which CPUs are siblings is known of the host, not of the machine.
      topology: cpuTopology(declared, plan.host),
      ...guestCell(vm),
    },
    os: { type: "hvm", typeArch: "x86_64", typeMachine: "q35", bootDevices: [{ dev: "hd" }] },
    features: { acpi: true, apic: {} },
    clock: { offset: "utc" },
    devices: devices(vm, plan),
    autostart: true,
    running: true,
    // A guest with data is asked before it is ended. Emulated ones are a laboratory's, and often answer to nobody.
    ...deletion(plan),
  };
}

function deletion({ type, node }: DomainPlan): Partial<DomainArgs> {
  const destroy = {
    ...(type === "kvm" ? { shutdown: { timeout: SHUTDOWN_SECONDS } } : {}),
    ...(node === undefined ? {} : { kubernetesNode: node }),
  };
  return Object.keys(destroy).length === 0 ? {} : { destroy };
}

function vcpuCount(vm: VM): Partial<DomainArgs> {
  const most = mostVcpus(vm);
  return most === vm.vcpus ? { vcpu: most } : { vcpu: most, vcpuCurrent: vm.vcpus };
}

/** Memory modules that can be plugged in one after another; what libvirt's own examples have. */
const MODULE_SLOTS = 16;

function roomToGrow(vm: VM): Partial<DomainArgs> {
  const most = mostMemory(vm) + (vm.virtioMem?.maximum ?? 0);
  if (most === vm.memory) return {};
  const { value, unit } = memorySize(most);
  return { maximumMemory: value, maximumMemoryUnit: unit, maximumMemorySlots: MODULE_SLOTS };
}

/** Each cell of the guest lies on one of the host: the first on the lowest, and so on. */
function numaTune({ numa, guestCells = 1 }: VM): Pick<DomainArgs, "numaTune"> {
  if (numa === undefined) return {};
  const memory = { mode: numa.mode, nodeset: formatCpuset(numa.nodeset) };
  if (guestCells === 1) return { numaTune: { memory } };
  const memNodes = numa.nodeset.map((cell, cellId) => ({ cellId, mode: numa.mode, nodeset: `${cell}` }));
  return { numaTune: { memory, memNodes } };
}

/**
 * Cells of the guest: those that are asked for, vCPUs in order and memory in equal parts; else one, if there is to be
 * room to grow, since modules are plugged into a cell. vCPUs that come later belong to the last one.
 */
function guestCell(vm: VM): Pick<types.DomainCpu, "numa"> {
  const { guestCells = 1 } = vm;
  if (guestCells === 1 && mostMemory(vm) === vm.memory && vm.virtioMem === undefined) return {};
  const { value, unit } = memorySize(vm.memory / guestCells);
  const part = vm.vcpus / guestCells;
  const cells = Array.from({ length: guestCells }, (_, id) => {
    const last = id === guestCells - 1 ? mostVcpus(vm) - 1 : (id + 1) * part - 1;
    const first = id * part;
    return { id, cpus: first === last ? `${first}` : `${first}-${last}`, memory: value, unit };
  });
  return { numa: { cells } };
}

function floating(vm: VM, sharedCpus: readonly number[]): Partial<DomainArgs> {
  return vm.pins !== undefined || sharedCpus.length === 0 ? {} : { vcpuCpuset: formatCpuset(sharedCpus) };
}

function ioThreads(vm: VM): Partial<DomainArgs> {
  return vm.iothreads.length === 0 ? {} : { ioThreads: vm.iothreads.length };
}

function cpuTune(vm: VM, host: Host): Partial<DomainArgs> {
  const ioThreadPins = vm.iothreads.flatMap(({ cpus }, i) =>
    cpus === undefined ? [] : [{ ioThread: i + 1, cpuSet: formatCpuset(cpus) }],
  );
  const tune = {
    ...(vm.pins === undefined
      ? {}
      : { vcpuPins: vm.pins.map((cpus, vcpu) => ({ vcpu, cpuSet: formatCpuset(cpus) })) }),
    ...(vm.emulator === undefined ? {} : { emulatorPin: { cpuSet: formatCpuset(vm.emulator) } }),
    ...(ioThreadPins.length === 0 ? {} : { ioThreadPins }),
    ...(vm.weight === undefined ? {} : { shares: sharesOf(vm.weight, host.cgroup) }),
  };
  return Object.keys(tune).length === 0 ? {} : { cpuTune: tune };
}

function devices(vm: VM, { disks, seed, limits = UNLIMITED }: DomainPlan): types.DomainDevices {
  const bandwidth = interfaceBandwidth(limits);
  return {
    // One port names the highest number; libvirt makes those below it.
    controllers: [{ type: "pci", index: pciePorts(disks.length + vm.gpus.length), model: "pcie-root-port" }],
    disks: [...disks, ...(seed === undefined ? [] : [seedDevice(seed)])],
    ...(vm.bridge === undefined
      ? {}
      : {
          interfaces: [
            {
              source: { bridge: { bridge: vm.bridge } },
              mac: { address: macAddress(vm.name) },
              model: { type: "virtio" },
              ...(bandwidth === undefined ? {} : { bandwidth }),
            },
          ],
        }),
    ...(vm.gpus.length === 0 ? {} : { hostdevs: vm.gpus.flatMap(gpuDevice) }),
    channels: [{ source: { unix: {} }, target: { virtIo: { name: "org.qemu.guest_agent.0" } } }],
    serials: [{ source: { pty: {} }, target: { port: 0 } }],
    consoles: [{ source: { pty: {} }, target: { type: "serial", port: 0 } }],
    ...(vm.virtioMem === undefined ? {} : { memorydevs: [memoryDevice(vm.virtioMem)] }),
    rngs: [{ model: "virtio", backend: { random: "/dev/urandom" } }],
    memBalloon: { model: "virtio", autoDeflate: "on", freePageReporting: "on", stats: { period: 10 } },
  };
}

/** It belongs to the guest's first cell, which is its only one. */
function memoryDevice({ maximum, requested, block }: VirtioMem): types.DomainDevicesMemorydev {
  const [size, step, now] = [maximum, block, requested].map(memorySize) as [
    MemorySize,
    MemorySize,
    MemorySize,
  ];
  return {
    model: "virtio-mem",
    target: {
      size: size.value,
      sizeUnit: size.unit,
      node: 0,
      block: step.value,
      blockUnit: step.unit,
      requested: now.value,
      requestedUnit: now.unit,
    },
  };
}

/** Devices on a port of their own beside the disks: seed, interface, USB, channels, random numbers, balloon. */
const OTHER_DEVICES = 6;

/** Ports to plug disks and interfaces into while the VM runs, at least. */
const SPARE_PORTS = 4;

/**
 * PCIe ports of a VM, a multiple of 16: libvirt itself leaves one free, and a number that followed the disks would
 * change with each of them, which takes a restart.
 */
function pciePorts(disks: number): number {
  return 16 * Math.ceil((disks + OTHER_DEVICES + SPARE_PORTS) / 16);
}

/**
 * The seed is a read-only disk on the bus that the guest boots from, and no CD: the kernel of Debian's cloud images
 * has no driver for the SATA ports of this machine type, so a guest of theirs would never see it. Its name is one
 * that no disk comes to.
 */
function seedDevice(seed: { readonly pool: string; readonly volume: string }): types.DomainDevicesDisk {
  return {
    device: "disk",
    driver: { name: "qemu", type: "raw" },
    source: { volume: seed },
    target: { dev: SEED_TARGET, bus: "virtio" },
    readOnly: true,
  };
}
