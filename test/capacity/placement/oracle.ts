import { judgeHosts } from "../../../capacity/host/host.ts";
import { type Machine, machines } from "../../../capacity/host/machine.ts";
import { overhead } from "../../../capacity/host/overhead.ts";
import { DEFAULT_DISK_IO, networkShare, trafficLimits } from "../../../capacity/host/traffic.ts";
import { refuses } from "../../../model/finding.ts";
import type { Fleet } from "../../../model/fleet.ts";
import { checkVmGpus } from "../../../model/gpu.ts";
import { type Host, PAGE_BYTES, type PageSize } from "../../../model/host.ts";
import type { Ratios } from "../../../model/placement.ts";
import { guestMemory } from "../../../model/virtioMem.ts";
import type { VM } from "../../../model/vm.ts";

/**
 * Every place of a VM in a fleet, tried out: all hosts, all sets of cells, all choices of whole cores, all pools, all
 * GPUs, all CPUs for the emulator threads. A place is one that the judgement takes, and its score is written down anew from the
 * definition, in fractions.
 */
export interface Place {
  readonly host: string;
  readonly vm: VM;
  /** Sum of the shares; -VMs where nothing is scored. */
  readonly score: Fraction;
}

export type Fraction = readonly [bigint, bigint];

export function compareFractions([a, b]: Fraction, [c, d]: Fraction): number {
  const difference = a * d - c * b;
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d];

/** All places of a VM, one per host and score at most: any with the same score will do. */
export function placesOf(
  fleet: Fleet,
  vm: VM,
  ratios: (host: string) => Ratios,
  pressed: (host: string, pool?: string) => boolean = () => false,
): Place[] {
  return fleet.hosts.flatMap((host) => {
    if (pressed(host.name)) return [];
    if (host.cordoned || (vm.bridge !== undefined && !host.bridges.some((b) => b.name === vm.bridge)))
      return [];
    const alone = { ...fleet, hosts: [host], vms: fleet.vms.filter((v) => v.host === host.name) };
    const found = new Map<string, Place>();
    const gpus = gpusOf(alone, host, vm);
    if (gpus === undefined) return [];
    const open = { ...host, pools: host.pools.filter((pool) => !pressed(host.name, pool.name)) };
    for (const placed of tries(alone, open, { ...vm, gpus })) {
      const after = { ...alone, vms: [...alone.vms, placed] };
      if (refuses(judgeHosts(after).findings)) continue;
      const score = scoreOf(after, host, placed, ratios(host.name));
      const key = score.join("/");
      if (!found.has(key)) found.set(key, { host: host.name, vm: placed, score });
    }
    return [...found.values()];
  });
}

/**
 * GPUs that the judgement takes, of all that the host could give; which ones it is changes nothing of the rest. What a
 * fleet may not even say (a share of a whole one, a type that is not offered) is asked of the model.
 */
function gpusOf(alone: Fleet, host: Host, vm: VM): VM["gpus"] | undefined {
  return product(vm.gpus.map((want) => host.gpus.map((gpu) => ({ ...want, address: gpu.address })))).find(
    (gpus) => {
      const floating = { ...vm, host: host.name, gpus, disks: [], cpuPolicy: "shared" as const };
      if (checkVmGpus(floating, "vms[0]", host).length > 0) return false;
      return judgeHosts({ ...alone, vms: [...alone.vms, floating] }).findings.every(
        ({ rule }) => !rule.startsWith("host/gpu"),
      );
    },
  );
}

/** The best of them: by score, then by the host's name. */
export function bestOf(places: readonly Place[]): Place | undefined {
  const key = ({ host }: Place) => `${host.toLowerCase()} ${host}`;
  return [...places].sort((a, b) => compareFractions(b.score, a.score) || (key(a) < key(b) ? -1 : 1))[0];
}

function* tries(fleet: Fleet, host: Host, vm: VM): Generator<VM> {
  const machine = machines(fleet)[0] as Machine;
  const dedicated = vm.cpuPolicy !== "shared";
  const cells = vm.guestCells ?? 1;
  const sets =
    dedicated || cells > 1
      ? subsets(
          host.cells.map((_, c) => c),
          cells,
        )
      : [undefined];
  const pools = product(
    vm.disks.map((disk) =>
      host.pools.filter((p) => p.class === disk.class && (disk.pool ?? p.name) === p.name).map((p) => p.name),
    ),
  );
  for (const set of sets) {
    for (const pins of dedicated ? pinsIn(machine, vm, set ?? []) : [undefined]) {
      for (const emulator of dedicated ? machine.cpus : [undefined]) {
        for (const names of pools) {
          yield {
            ...vm,
            host: host.name,
            ...(pins === undefined ? {} : { pins: pins.map((cpu) => [cpu]) }),
            ...(emulator === undefined ? {} : { emulator: [emulator] }),
            ...(set === undefined
              ? {}
              : { numa: { mode: "strict", nodeset: set.map((c) => host.cells[c]?.id as number) } }),
            disks: vm.disks.map((disk, d) => ({ ...disk, pool: names[d] as string })),
          };
        }
      }
    }
  }
}

/** Whole free cores, in every choice that is not more than enough; for halves of cores the first threads. */
function pinsIn(machine: Machine, vm: VM, set: readonly number[]): number[][] {
  const part = vm.vcpus / set.length;
  const choices = set.map((c) => {
    const cores = machine.host.cells[c]?.cores ?? [];
    if (!vm.exclusiveCores) {
      const free = cores.flat().filter((cpu) => machine.free.has(cpu));
      return free.length < part ? [] : [free.slice(0, part), free.slice(-part)];
    }
    const whole = cores.filter((core) => core.every((cpu) => machine.free.has(cpu)));
    return allSubsets(whole)
      .filter((list) => {
        const threads = list.flat().length;
        return threads >= part && list.every((core) => threads - core.length < part);
      })
      .map((list) => list.flat().slice(0, part));
  });
  return product(choices).map((list) => list.flat());
}

function scoreOf(after: Fleet, host: Host, vm: VM, ratios: Ratios): Fraction {
  const { algorithm, resources } = after.placement;
  const machine = machines(after)[0] as Machine;
  const shares: Fraction[] = [];
  if (algorithm === "resource_aware") {
    if (resources.cpu.enabled) shares.push(cpuShare(machine, ratios.cpu));
    if (resources.memory.enabled) shares.push(memoryShare(machine, host, ratios.memory));
    if (resources.disk.enabled && vm.disks.length > 0) shares.push(diskShare(after, host, vm, ratios.disk));
  }
  if (algorithm === "resource_aware") shares.push(...trafficShares(after, machine, host, vm, ratios));
  if (shares.length === 0) return [BigInt(-after.vms.length), 1n];
  return shares.reduce(plus);
}

const exact = (ratio: number): bigint => BigInt(Math.round(ratio * 1e6));

/** A vCPU on shared CPUs takes `1 / ratio` of one. */
function cpuShare(machine: Machine, ratio: number): Fraction {
  const usable = machine.cpus.filter((cpu) => !machine.reserved.has(cpu));
  const own = usable.filter((cpu) => machine.dedicated.has(cpu)).length;
  const floating = machine.guests.reduce((sum, g) => sum + (g.pinned.length === 0 ? g.vm.vcpus : 0), 0);
  const whole = BigInt(usable.length - own);
  return [whole * exact(ratio) - BigInt(floating) * 1_000_000n, BigInt(usable.length) * exact(ratio)];
}

const promised = (capacity: number, ratio: number): bigint => (BigInt(capacity) * exact(ratio)) / 1_000_000n;

function memoryShare(machine: Machine, host: Host, ratio: number): Fraction {
  let limit = 0n;
  for (const cell of host.cells) {
    const pages = Object.entries(cell.hugepages).reduce(
      (s, [size, n]) => s + n * PAGE_BYTES[size as PageSize],
      0,
    );
    const ordinary = promised(cell.memory - pages, ratio) - BigInt(host.reserved.memoryPerCell);
    limit += (ordinary > 0n ? ordinary : 0n) + BigInt(pages);
  }
  const used = machine.guests.reduce((sum, { vm }) => sum + guestMemory(vm) + overhead(vm).bytes, 0);
  return [limit - BigInt(used), limit];
}

function diskShare(after: Fleet, host: Host, vm: VM, ratio: number): Fraction {
  const used = (names: readonly string[]) =>
    BigInt(
      after.vms
        .flatMap((v) => v.disks)
        .reduce((sum, disk) => sum + (names.includes(disk.pool ?? "") ? disk.size : 0), 0),
    );
  const shares = host.pools
    .filter((pool) => vm.disks.some((disk) => disk.pool === pool.name))
    .map((pool): Fraction => {
      const limit = promised(pool.capacity, ratio);
      const own = limit - used([pool.name]);
      const beside = host.pools.filter(
        (p) => pool.filesystem !== undefined && p.filesystem === pool.filesystem,
      );
      const all =
        beside.length < 2
          ? own
          : promised(Math.max(...beside.map((p) => p.capacity)), ratio) - used(beside.map((p) => p.name));
      const configured = host.limits?.disk;
      const inAll =
        configured === undefined ? own : promised(configured, ratio) - used(host.pools.map((p) => p.name));
      const left = [own, all, inAll].toSorted((a, b) => (a < b ? -1 : 1))[0] as bigint;
      return [left, limit];
    });
  return shares.reduce((least, share) => (compareFractions(share, least) < 0 ? share : least));
}

/** Only of traffic that the VM has a limit for; a host that tells no figure has nothing left. */
function trafficShares(after: Fleet, machine: Machine, host: Host, vm: VM, ratios: Ratios): Fraction[] {
  const { placement } = after;
  const hasDefaults = placement.defaultLimits ?? placement.preset === "resources";
  const share = (capacity: number | undefined, ratio: number, of: (vm: VM) => number): Fraction => {
    const limit = capacity === undefined ? 0n : promised(capacity, ratio);
    if (limit === 0n) return [0n, 1n];
    return [limit - BigInt(machine.guests.reduce((sum, guest) => sum + of(guest.vm), 0)), limit];
  };
  const shares: Fraction[] = [];
  if (placement.resources.network.enabled && vm.bridge !== undefined && (hasDefaults || vm.bandwidth)) {
    const speeds = host.bridges.flatMap((bridge) => bridge.bandwidth ?? []);
    const capacity = speeds.length === 0 ? undefined : speeds.reduce((sum, speed) => sum + speed, 0);
    const isKnown = (v: VM) => host.bridges.some((b) => b.name === v.bridge && b.bandwidth !== undefined);
    const taken = (v: VM) => (isKnown(v) ? networkShare(trafficLimits(machine, v)) : 0);
    shares.push(share(capacity, ratios.network, taken));
  }
  if (placement.resources.diskIo.enabled && vm.disks.length > 0 && (hasDefaults || vm.diskBandwidth)) {
    const capacity = host.diskBandwidth ?? DEFAULT_DISK_IO;
    shares.push(share(capacity, ratios.diskIo, (v) => trafficLimits(machine, v).diskIo?.rate ?? 0));
  }
  return shares;
}

function subsets<T>(list: readonly T[], size: number): T[][] {
  return allSubsets(list).filter((s) => s.length === size);
}

function allSubsets<T>(list: readonly T[]): T[][] {
  return list.reduce<T[][]>((sets, entry) => sets.concat(sets.map((set) => [...set, entry])), [[]]);
}

function product<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>(
    (all, list) => all.flatMap((head) => list.map((entry) => [...head, entry])),
    [[]],
  );
}
