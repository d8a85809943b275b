import { diskFile } from "../../capacity/host/files.ts";
import { type Machine, machines } from "../../capacity/host/machine.ts";
import { sharedCpus } from "../../capacity/host/shared.ts";
import { targetDevice } from "../../components/diskArgs.ts";
import { unknown } from "../../facts/asked.ts";
import type { HardwareFacts } from "../../facts/hardware.ts";
import type {
  DomainFacts,
  DomainSample,
  HostFacts,
  KernelFacts,
  KernelSample,
  Sample,
  ThreadSample,
} from "../../facts/hostFacts.ts";
import type { Fleet } from "../../model/fleet.ts";
import { PAGE_BYTES, PAGE_SIZES } from "../../model/host.ts";
import type { Rehearsal } from "../../model/rehearsal.ts";
import type { VM } from "../../model/vm.ts";
import { compareFleet, type HostAnswer, type VerifiedHost } from "../../verify/compare.ts";
import { rehearsedFleet } from "../../verify/rehearsedFleet.ts";

/** What hosts say on which everything is exactly as declared, idle and well placed. */

/** A plain, mutable copy of facts, so that a test can change one of them. */
export type Plain<T> =
  T extends ReadonlyMap<infer K, infer V>
    ? Map<K, Plain<V>>
    : T extends readonly (infer E)[]
      ? Plain<E>[]
      : T extends object
        ? { -readonly [P in keyof T]: Plain<T[P]> }
        : T;

export type PlainFacts = Plain<HostFacts> & { kernel: Plain<KernelFacts>; previous: Plain<Sample> };

export const uuidOf = (vm: Pick<VM, "name">) =>
  `00000000-0000-4000-8000-${Buffer.from(vm.name).toString("hex").padStart(12, "0").slice(-12)}`;

export function soundFacts(machine: Machine): PlainFacts {
  const { host, guests } = machine;
  const shared = sharedCpus(machine);
  const vms = guests.map(({ vm }) => vm);
  const at = (second: number): Sample => ({
    libvirtAtMs: 1000 * second,
    domains: new Map(vms.map((vm) => [uuidOf(vm), domainSample(vm, second, machine)])),
    kernel: kernelSample(machine, second),
  });
  const facts: HostFacts = {
    versions: "libvirt 9.0.0, QEMU 7.2.22",
    cells: host.cells.map((cell) => ({
      id: cell.id,
      memory: cell.memory,
      cores: cell.cores,
      hugepages: new Map(PAGE_SIZES.map((size) => [PAGE_BYTES[size], cell.hugepages[size] ?? 0])),
      distances: new Map(Object.entries(cell.distances).map(([to, far]) => [Number(to), far])),
    })),
    onlineCpus: machine.cpus,
    pools: host.pools.map((pool) => ({
      name: pool.name,
      type: "dir",
      active: true,
      path: pool.path,
      capacity: pool.capacity,
      available: pool.capacity,
    })),
    domains: vms.map((vm) => domainFacts(vm, machine, shared)),
    kernel: kernelFacts(machine),
    hardware: hardwareFacts(machine),
    sample: at(102),
  };
  return { ...facts, previous: at(100) } as unknown as PlainFacts;
}

function domainFacts(vm: VM, { host, cpus }: Machine, shared: readonly number[]): DomainFacts {
  const floating = shared.length === 0 ? cpus : shared;
  const pins = vm.pins ?? Array.from({ length: vm.vcpus }, () => floating);
  return {
    uuid: uuidOf(vm),
    name: vm.name,
    state: "running",
    persistent: true,
    autostart: true,
    pendingRestart: [],
    definition: {
      vcpus: vm.vcpus,
      maximumVcpus: vm.vcpus,
      memory: vm.memory,
      hugepages: vm.hugepages === undefined ? [] : [PAGE_BYTES[vm.hugepages]],
      iothreads: vm.iothreads.length,
      disks: vm.disks.map((disk, i) => ({
        target: targetDevice(i),
        source: `${poolName(disk.class, host)}/${diskFile(vm, disk)}`,
        device: "disk",
      })),
      interfaces: vm.bridge === undefined ? [] : [{ bridge: vm.bridge, device: `vnet-${vm.name}` }],
    },
    tuning: {
      vcpuPins: pins,
      vcpuAffinity: pins.map((cpus) => [...cpus]),
      emulatorPin: vm.emulator ?? floating,
      iothreadPins: new Map(vm.iothreads.map((thread, i) => [i + 1, thread.cpus ?? cpus])),
      numa: vm.numa,
      weight: vm.weight ?? 100,
    },
  };
}

const poolName = (kind: string, host: Machine["host"]) =>
  host.pools.find((pool) => pool.class === kind)?.name ?? "";

/** A bridge's uplink is a NIC of its own name and an `e`. */
function hardwareFacts({ host, cpus }: Machine): HardwareFacts {
  return {
    cpuModel: "Xeon",
    presentCpus: cpus,
    onlineCpus: cpus,
    sockets: host.sockets ?? 2,
    memory: host.cells.reduce((sum, cell) => sum + cell.memory, 0),
    swap: host.swap ?? 0,
    overcommit: 0,
    overcommitRatio: 50,
    commitLimit: 2 ** 45,
    cgroup: host.cgroup,
    links: host.bridges.flatMap(({ name, bandwidth }) => [
      { ...LINK, name, isBridge: true, speed: unknown("a bridge has none") },
      { ...LINK, name: `${name}e`, isPhysical: true, master: name, speed: bandwidth ?? 1e9 },
    ]),
    gpus: host.gpus.map((gpu) => ({
      address: gpu.address,
      model: gpu.model ?? "10de:20b5",
      cell: gpu.cell,
      driver: "vfio-pci",
      iommuGroup: gpu.iommuGroup,
      isConsole: false,
      hasVendorVgpus: false,
      functions: gpu.functions,
      profiles: gpu.profiles.map(({ type, name = "", instances }) => ({
        type,
        name,
        available: instances,
        used: 0,
        uuids: [],
      })),
    })),
    filesystems: new Map(
      ["/", ...host.pools.map(({ path }) => path)].map((path) => [
        path,
        {
          mount: host.pools.find((pool) => pool.path === path)?.filesystem ?? "/",
          device: "/dev/sda1",
          type: "xfs",
          capacity:
            path === "/"
              ? (host.systemDisk?.capacity ?? 1e11)
              : (host.pools.find((pool) => pool.path === path)?.capacity ?? 1e12),
          available: path === "/" ? 5e10 : 9e11,
          rotational: false,
        },
      ]),
    ),
  };
}

const LINK = { isPhysical: false, isBridge: false, isBond: false, master: "", lowers: [] };

/** A vCPU that uses a tenth of its CPU and waits a ten-thousandth of the time. */
function domainSample(vm: VM, second: number, { host }: Machine): DomainSample {
  return {
    cpuTimeNs: second * 1e9,
    balloon: vm.memory,
    vcpus: Array.from({ length: vm.vcpus }, (_, number) => ({
      number,
      timeNs: second * 1e8,
      waitNs: second * 1e5,
    })),
    diskCapacity: new Map(vm.disks.map((disk, i) => [targetDevice(i), Math.ceil(disk.size / 512) * 512])),
    diskPath: new Map(
      vm.disks.map((disk, i) => [
        targetDevice(i),
        `${host.pools.find((p) => p.class === disk.class)?.path}/${diskFile(vm, disk)}`,
      ]),
    ),
  };
}

function kernelFacts({ host, cpus, guests }: Machine): KernelFacts {
  return {
    governors: new Map(cpus.map((cpu) => [cpu, "performance"])),
    numaBalancing: "0",
    thp: "always",
    thpDefrag: "always",
    memory: host.cells.map((cell) => ({ cell: cell.id, total: cell.memory, free: cell.memory / 2 })),
    interfaces: [
      ...host.bridges.map(({ name }) => ({ name, isBridge: true, bridge: "", state: "up" })),
      ...guests.flatMap(({ vm }) =>
        vm.bridge === undefined
          ? []
          : [{ name: `vnet-${vm.name}`, isBridge: false, bridge: vm.bridge, state: "unknown" }],
      ),
    ],
    guests: new Map(
      guests.map(({ vm }) => [
        uuidOf(vm),
        { cells: new Map([[vm.numa?.nodeset[0] ?? 0, vm.memory]]), policyCells: vm.numa?.nodeset ?? [] },
      ]),
    ),
    cache: new Map(guests.map(({ vm }) => [uuidOf(vm), unknown("ask with --perf", "Verify with --perf.")])),
  };
}

function kernelSample({ host, guests, cpus }: Machine, second: number): KernelSample {
  return {
    uptime: second,
    ticksPerSecond: 100,
    numastat: host.cells.map((cell) => ({ cell: cell.id, hit: second * 1000, miss: 0, foreign: 0 })),
    threads: guests.flatMap(({ vm }, i): ThreadSample[] => [
      {
        uuid: uuidOf(vm),
        tid: 1000 + i,
        kind: "emulator",
        number: 0,
        ticks: second,
        cpus: vm.emulator ?? cpus,
      },
    ]),
    processes: [{ pid: 1, started: 1, name: "systemd", ticks: 7, lastCpu: 0, cpus: [...cpus] }],
  };
}

/** The fleet's only host, with one thing changed. */
export function verify(
  fleet: Fleet,
  change: (facts: PlainFacts, machine: Machine) => void = () => undefined,
  rehearsal?: Rehearsal,
): VerifiedHost {
  const [machine] = machines(rehearsedFleet(fleet, rehearsal));
  if (!machine) throw new Error("the fleet has no host");
  const facts = structuredClone(soundFacts(machine));
  change(facts, machine);
  const answer: HostAnswer = { facts, previous: facts.previous as Sample };
  const [host] = compareFleet(fleet, new Map([[machine.host.name, answer]]), rehearsal);
  if (!host) throw new Error("the host was not compared");
  return host;
}
