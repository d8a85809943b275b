import { type Finding, finding } from "../../model/finding.ts";
import { type Guest, type Machine, pinPath } from "./machine.ts";
import { listCpus, listNames, listVms } from "./names.ts";
import { shortOf } from "./shortfall.ts";

/** Cores of VMs that ask for exclusive cores: no other VM's vCPU beside theirs, and no thread left idle. */
export function checkSiblings(machine: Machine): Finding[] {
  return [...checkShared(machine), ...machine.guests.flatMap((guest) => checkSplit(machine, guest))];
}

/**
 * vCPUs of several VMs on threads of one core. VMs on the very same CPU are not counted here: that is
 * `host/pin-twice`, and would only be said again.
 */
function checkShared(machine: Machine): Finding[] {
  const groups = new Map<string, { guests: readonly Guest[]; cpus: number[]; cores: number }>();
  for (const cell of machine.host.cells) {
    for (const core of cell.cores) {
      const owners = core.flatMap((cpu) => machine.owners.get(cpu) ?? []);
      if (owners.every((guest) => guest === owners[0])) continue;
      const clash = clashOn(machine, core);
      if (clash.guests.length === 0) continue;
      const key = clash.guests.map((g) => g.vm.name).join("\n");
      const group = groups.get(key);
      if (group) {
        group.cpus.push(...clash.cpus);
        group.cores++;
      } else groups.set(key, { ...clash, cores: 1 });
    }
  }
  return [...groups.values()].map(({ guests, cpus, cores }) => {
    const names = guests.map((g) => g.vm.name);
    const exclusive = guests.filter((g) => g.vm.exclusiveCores).map((g) => g.vm.name);
    const short = shortOf(cores * guests.length, cores, "core");
    return finding({
      rule: "host/sibling-shared",
      path: pinPath(guests[guests.length - 1] as Guest, cpus),
      subject: listVms(names),
      ...short.figures,
      message: `${listVms(names)} are pinned to sibling threads of the same cores of host ${machine.host.name} (${listCpus(cpus)}), but ${listVms(exclusive)} must have ${exclusive.length === 1 ? "its" : "their"} cores alone: ${short.text}.`,
      remedy: "Move one of them to other cores, or set exclusiveCores to false for all of them.",
    });
  });
}

/** The VMs on a core of which one is exclusive and shares no thread, but the core, with another. */
function clashOn({ owners }: Machine, core: readonly number[]): { guests: Guest[]; cpus: number[] } {
  const threads = new Map<Guest, number[]>();
  for (const cpu of core) {
    for (const guest of owners.get(cpu) ?? []) {
      const list = threads.get(guest);
      if (list) list.push(cpu);
      else threads.set(guest, [cpu]);
    }
  }
  // VMs alike in threads and claim behave alike; there are few such sets on a core, however many VMs there are.
  const sets = new Map<string, { cpus: readonly number[]; guests: Guest[]; exclusive: boolean }>();
  for (const [guest, cpus] of threads) {
    const exclusive = guest.vm.exclusiveCores;
    const key = `${cpus.join(",")} ${exclusive}`;
    const set = sets.get(key) ?? { cpus, guests: [], exclusive };
    set.guests.push(guest);
    sets.set(key, set);
  }
  const clashing = [...sets.values()].filter((a) =>
    [...sets.values()].some(
      (b) => (a.exclusive || b.exclusive) && !a.cpus.some((cpu) => b.cpus.includes(cpu)),
    ),
  );
  const guests = new Set(clashing.flatMap((set) => set.guests));
  return {
    guests: [...threads.keys()].filter((g) => guests.has(g)).sort((a, b) => (a.vm.name < b.vm.name ? -1 : 1)),
    cpus: [...new Set(clashing.flatMap((set) => set.cpus))],
  };
}

/**
 * Threads beside an exclusive VM's pins that nobody may use, or that the host's own processes use. Threads of
 * emulator and iothread sets are used; a VM with a pin off the host is left out, for its fault is another.
 */
function checkSplit(machine: Machine, guest: Guest): Finding[] {
  const { vm } = guest;
  if (!vm.exclusiveCores || guest.pinned.some((cpu) => !machine.cellOf.has(cpu))) return [];
  const own = new Set(guest.pinned);
  const beside = (wanted: (sibling: number) => boolean) => {
    const siblings = new Set<number>();
    const pins = guest.pinned.filter((cpu) => {
      const found = (machine.coreOf.get(cpu) ?? []).filter(
        (s) => !own.has(s) && !machine.owners.has(s) && !machine.helpers.has(s) && wanted(s),
      );
      for (const sibling of found) siblings.add(sibling);
      return found.length > 0;
    });
    return { pins, siblings: [...siblings] };
  };
  const warn = (
    { pins, siblings }: { pins: readonly number[]; siblings: readonly number[] },
    state: (siblings: string) => string,
    remedy: string,
  ) =>
    siblings.length === 0
      ? []
      : [
          finding({
            rule: "host/sibling-split",
            severity: "warn",
            path: pinPath(guest, pins),
            subject: `VM ${vm.name}`,
            message: `VM ${vm.name} has its cores alone and is pinned to ${listCpus(pins)} of host ${machine.host.name}; ${state(listCpus(siblings))}.`,
            remedy,
          }),
        ];
  return [
    ...warn(
      beside((s) => !machine.reserved.has(s)),
      (cpus) => `the sibling ${cpus} can be used by nobody`,
      "Pin vCPUs in whole cores, or set exclusiveCores to false to let other VMs use the siblings.",
    ),
    ...warn(
      beside((s) => machine.reserved.has(s)),
      (cpus) => `the sibling ${cpus} is kept for the host, whose processes will share those cores`,
      "Reserve whole cores for the host, or set exclusiveCores to false.",
    ),
  ];
}

/**
 * Which exclusive VMs other than `self` have a sibling among the CPUs of an emulator or iothread set, and on
 * which of its CPUs. A CPU that is itself pinned is left out: the set is refused for it already.
 */
export function exclusiveNeighbours(
  { coreOf, owners }: Machine,
  self: Guest,
  set: readonly number[],
): { names: string[]; cpus: number[] } {
  const names = new Set<string>();
  const cpus = set.filter((cpu) => {
    if (owners.has(cpu)) return false;
    const neighbours = (coreOf.get(cpu) ?? [])
      .flatMap((sibling) => owners.get(sibling) ?? [])
      .filter((g) => g !== self && g.vm.exclusiveCores);
    for (const g of neighbours) names.add(g.vm.name);
    return neighbours.length > 0;
  });
  return { names: [...names].sort(), cpus };
}

/** The finding for a set of helper threads beside an exclusive VM. */
export function besideExclusive(
  machine: Machine,
  self: Guest,
  what: string,
  path: string,
  set: readonly number[],
): Finding[] {
  const { names, cpus } = exclusiveNeighbours(machine, self, set);
  if (cpus.length === 0) return [];
  const short = shortOf(set.length, set.length - cpus.length, "CPU");
  return [
    finding({
      rule: "host/sibling-shared",
      path,
      subject: `VM ${self.vm.name}`,
      ...short.figures,
      message: `The ${what} of VM ${self.vm.name} takes ${listCpus(cpus)} of host ${machine.host.name}, on cores that ${listVms(names)} must have alone: ${short.text}.`,
      remedy: `Take the set off the siblings of ${listNames(names)}.`,
    }),
  ];
}
