import { formatCpuset } from "../../model/cpuset.ts";
import { type Finding, finding } from "../../model/finding.ts";
import { type Demand, distribute } from "./flow.ts";
import { type Guest, type Machine, pinPath } from "./machine.ts";
import { count, listCells, listCpus, listVms } from "./names.ts";
import { shortOf } from "./shortfall.ts";

/** Pins of vCPUs: on CPUs of the host, beside the VM's memory, one per vCPU, each CPU once. */
export function checkPins(machine: Machine): Finding[] {
  return [
    ...machine.guests.flatMap((guest) => [
      ...checkCount(machine, guest),
      ...checkHost(machine, guest),
      ...checkCell(machine, guest),
      ...checkReserved(machine, guest),
      ...checkRoom(machine, guest),
    ]),
    ...checkOwners(machine),
  ];
}

/** A surplus pin is refused as well: it would take a CPU from others for no vCPU. */
function checkCount({ host }: Machine, { vm, path }: Guest): Finding[] {
  if (vm.pins === undefined || vm.pins.length === vm.vcpus) return [];
  const difference = vm.vcpus - vm.pins.length;
  const off = difference > 0 ? `short by ${difference}` : `${-difference} too many`;
  return [
    finding({
      rule: "host/pin-count",
      path: `${path}.pins`,
      subject: `VM ${vm.name}`,
      have: vm.pins.length,
      need: vm.vcpus,
      limit: vm.vcpus,
      unit: "pins",
      message: `VM ${vm.name} on host ${host.name} has ${count(vm.vcpus, "vCPU")} and ${count(vm.pins.length, "pin")}, ${off}; there must be one pin per vCPU.`,
      remedy:
        difference > 0
          ? `Add ${count(difference, "pin")}, in the order of the vCPUs.`
          : `Remove ${count(-difference, "pin")}, or raise vcpus to ${vm.pins.length}.`,
    }),
  ];
}

function checkHost(machine: Machine, guest: Guest): Finding[] {
  const outside = guest.pinned.filter((cpu) => !machine.cellOf.has(cpu));
  if (outside.length === 0) return [];
  const { vm } = guest;
  const { host } = machine;
  const short = shortOf(guest.pinned.length, guest.pinned.length - outside.length, "CPU");
  return [
    finding({
      rule: "host/pin-outside-host",
      path: pinPath(guest, outside),
      subject: `VM ${vm.name}`,
      ...short.figures,
      message: `VM ${vm.name} is pinned to ${listCpus(outside)}, but host ${host.name} has only CPUs ${formatCpuset(machine.cpus)}: ${short.text}.`,
      remedy: `Pin it to CPUs of host ${host.name} (${freeText(machine, memoryCells(machine, guest), [guest])}), or record the missing CPUs in the host's cells.`,
    }),
  ];
}

/** Memory that is only preferred to lie in a cell counts too: a pin beside it would defeat the preference. */
function checkCell(machine: Machine, guest: Guest): Finding[] {
  const { vm } = guest;
  const { host } = machine;
  if (vm.numa === undefined) return [];
  const cells = memoryCells(machine, guest);
  const outside = guest.pinned.filter((cpu) => {
    const cell = machine.cellOf.get(cpu);
    return cell !== undefined && !cells.includes(cell);
  });
  if (outside.length === 0) return [];
  const allowed = formatCpuset(cells.flatMap((c) => host.cells[c]?.cores.flat() ?? []));
  const there = listCells(cellIds(machine, outside));
  const short = shortOf(guest.pinned.length, guest.pinned.length - outside.length, "CPU");
  return [
    finding({
      rule: "host/pin-outside-cell",
      path: pinPath(guest, outside),
      subject: `VM ${vm.name}`,
      ...short.figures,
      message: `VM ${vm.name} is pinned to ${listCpus(outside)} in ${there} of host ${host.name}, but its memory lies in ${listCells(vm.numa.nodeset)} (CPUs ${allowed}): ${short.text}.`,
      remedy: `Pin it beside its memory (${freeText(machine, cells, [guest])}), or bind its memory to ${there} too.`,
    }),
  ];
}

function checkReserved(machine: Machine, guest: Guest): Finding[] {
  const { host, reserved } = machine;
  const taken = guest.pinned.filter((cpu) => reserved.has(cpu));
  if (taken.length === 0) return [];
  const short = shortOf(guest.pinned.length, guest.pinned.length - taken.length, "CPU");
  return [
    finding({
      rule: "host/pin-reserved",
      path: pinPath(guest, taken),
      subject: `VM ${guest.vm.name}`,
      ...short.figures,
      message: `VM ${guest.vm.name} is pinned to ${listCpus(taken)}, but host ${host.name} keeps ${listCpus([...reserved])} for itself: ${short.text}.`,
      remedy: `Pin its vCPUs to other CPUs (${freeText(machine, memoryCells(machine, guest), [guest])}); emulator and iothread sets may use the reserved ones.`,
    }),
  ];
}

/**
 * Within one VM each vCPU must find a CPU of its own among those of its pin. Wide pins may overlap or be
 * alike: the vCPUs float over the VM's own CPUs, as long as these suffice.
 */
function checkRoom(machine: Machine, guest: Guest): Finding[] {
  const { host } = machine;
  const { vm, pinned } = guest;
  if (vm.pins === undefined) return [];
  // The usual VM has a CPU of its own per vCPU, which needs no search.
  if (vm.pins.length === pinned.length && vm.pins.every((pin) => pin.length === 1)) return [];
  const place = new Map(pinned.map((cpu, i) => [cpu, i]));
  const demands = vm.pins.map(
    (pin): Demand => ({ amount: 1, places: pin.map((cpu) => place.get(cpu) as number) }),
  );
  const { shortages } = distribute(
    demands,
    pinned.map(() => 1),
  );
  const cpusOf = (places: readonly number[]) => places.map((p) => pinned[p] as number);
  const single = shortages.filter((s) => s.places.length === 1);
  const twice = cpusOf(single.flatMap((s) => s.places));
  const findings = shortages
    .filter((s) => s.places.length > 1)
    .map((s) => {
      const cpus = cpusOf(s.places);
      const short = shortOf(s.requested, s.available, "CPU");
      return finding({
        rule: "host/pin-oversubscribed",
        path: `${guest.path}.pins[${s.demands[0]}]`,
        subject: `VM ${vm.name}`,
        ...short.figures,
        message: `VM ${vm.name} pins ${count(s.requested, "vCPU")} to ${listCpus(cpus)} of host ${host.name}${inCells(machine, cpus)}: ${short.text}.`,
        remedy: `Give these vCPUs ${count(s.requested - s.available, "more CPU")}; a pinned CPU is never oversubscribed.`,
      });
    });
  if (twice.length > 0) {
    const vcpus = single.reduce((sum, s) => sum + s.requested, 0);
    const short = shortOf(vcpus, twice.length, "CPU");
    findings.push(
      finding({
        rule: "host/pin-twice",
        path: pinPath(guest, twice),
        subject: `VM ${vm.name}`,
        ...short.figures,
        message: `VM ${vm.name} pins more than one vCPU to ${listCpus(twice)} of host ${host.name}${inCells(machine, twice)}; a pinned CPU carries one vCPU: ${short.text}.`,
        remedy: "Pin each vCPU to a CPU of its own.",
      }),
    );
  }
  return findings;
}

/** One finding per set of VMs that claim the same CPUs, so that one wrong VM is not a page of findings. */
function checkOwners(machine: Machine): Finding[] {
  const { host, owners } = machine;
  const groups = new Map<string, { claimants: readonly Guest[]; cpus: number[] }>();
  for (const [cpu, claimants] of owners) {
    if (claimants.length < 2) continue;
    const key = claimants.map((g) => g.vm.name).join("\n");
    const group = groups.get(key);
    if (group) group.cpus.push(cpu);
    else groups.set(key, { claimants, cpus: [cpu] });
  }
  return [...groups.values()].map(({ claimants, cpus }) => {
    const names = claimants.map((g) => g.vm.name);
    const short = shortOf(cpus.length * claimants.length, cpus.length, "CPU");
    const cells = claimants.flatMap((guest) => memoryCells(machine, guest));
    return finding({
      rule: "host/pin-twice",
      path: pinPath(claimants[claimants.length - 1] as Guest, cpus),
      subject: listVms(names),
      ...short.figures,
      message: `${listVms(names)} are ${names.length === 2 ? "both" : "all"} pinned to ${listCpus(cpus)} of host ${host.name}${inCells(machine, cpus)}; a pinned CPU belongs to one VM: ${short.text}.`,
      remedy: `Move ${names.length === 2 ? "one of them" : "all but one of them"} to CPUs that no VM is pinned to (${freeText(machine, cells, claimants)}).`,
    });
  });
}

/** Indices of the cells that hold a VM's memory: all of the host's if it is bound to none that exists. */
function memoryCells({ host, cellIndex }: Machine, { vm }: Guest): number[] {
  const bound = vm.numa?.nodeset.flatMap((id) => cellIndex.get(id) ?? []) ?? [];
  return bound.length === 0 ? host.cells.map((_, i) => i) : bound;
}

/** Ids of the cells in which CPUs lie, each once; CPUs that the host lacks lie in none. */
function cellIds({ host, cellOf }: Machine, cpus: readonly number[]): number[] {
  const indices = new Set(cpus.flatMap((cpu) => cellOf.get(cpu) ?? []));
  return [...indices].map((c) => host.cells[c]?.id as number);
}

/** ` (cell 1)`; nothing for CPUs that lie in no cell. */
function inCells(machine: Machine, cpus: readonly number[]): string {
  const ids = cellIds(machine, cpus);
  return ids.length === 0 ? "" : ` (${listCells(ids)})`;
}

/**
 * Which CPUs of some cells the VMs could be pinned to as things are: `free: CPUs 24-27,60-63`. A single VM's
 * own idle siblings are free to it. Halves of cores are left out if one of the VMs wants its cores alone.
 */
function freeText(machine: Machine, cells: readonly number[], guests: readonly Guest[]): string {
  const { free, owners, helpers, cellOf, coreOf } = machine;
  const own = new Set(guests.length === 1 ? guests[0]?.dedicated : []);
  const idle = [...own].filter((cpu) => !owners.has(cpu) && !helpers.has(cpu));
  const whole = guests.some((guest) => guest.vm.exclusiveCores);
  const fitting = [...free, ...idle].filter(
    (cpu) =>
      cells.includes(cellOf.get(cpu) as number) &&
      (!whole || coreOf.get(cpu)?.every((sibling) => free.has(sibling) || own.has(sibling))),
  );
  return fitting.length === 0 ? "none is free there" : `free: ${listCpus(fitting)}`;
}
