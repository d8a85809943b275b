import { formatCpuset } from "../../model/cpuset.ts";
import { type Finding, finding } from "../../model/finding.ts";
import { type Demand, distribute } from "./flow.ts";
import { type Guest, type Machine, pinPath } from "./machine.ts";
import { count, listCells, listCpus, listVms } from "./names.ts";

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
  return [
    finding({
      rule: "host/pin-count",
      path: `${path}.pins`,
      subject: `VM ${vm.name}`,
      have: vm.pins.length,
      need: vm.vcpus,
      limit: vm.vcpus,
      unit: "pins",
      message: `VM ${vm.name} on host ${host.name} has ${count(vm.vcpus, "vCPU")} and ${count(vm.pins.length, "pin")}; there must be one pin per vCPU.`,
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
  const all = formatCpuset(machine.cpus);
  return [
    finding({
      rule: "host/pin-outside-host",
      path: pinPath(guest, outside),
      subject: `VM ${vm.name}`,
      have: all,
      need: formatCpuset(outside),
      limit: all,
      unit: "CPUs",
      message: `VM ${vm.name} is pinned to ${listCpus(outside)}, but host ${host.name} has only CPUs ${all}.`,
      remedy: `Pin it to CPUs of host ${host.name}, or record the missing CPUs in the host's cells.`,
    }),
  ];
}

/** Memory that is only preferred to lie in a cell counts too: a pin beside it would defeat the preference. */
function checkCell(machine: Machine, guest: Guest): Finding[] {
  const { vm } = guest;
  const { host } = machine;
  if (vm.numa === undefined) return [];
  const { nodeset } = vm.numa;
  const cells = nodeset.flatMap((id) => {
    const index = machine.cellIndex.get(id);
    return index === undefined ? [] : [index];
  });
  if (cells.length === 0) return [];
  const outside = guest.pinned.filter((cpu) => {
    const cell = machine.cellOf.get(cpu);
    return cell !== undefined && !cells.includes(cell);
  });
  if (outside.length === 0) return [];
  const allowed = formatCpuset(cells.flatMap((c) => host.cells[c]?.cores.flat() ?? []));
  const there = new Set(outside.map((cpu) => host.cells[machine.cellOf.get(cpu) as number]?.id as number));
  return [
    finding({
      rule: "host/pin-outside-cell",
      path: pinPath(guest, outside),
      subject: `VM ${vm.name}`,
      have: allowed,
      need: formatCpuset(outside),
      limit: allowed,
      unit: "CPUs",
      message: `VM ${vm.name} is pinned to ${listCpus(outside)} in ${listCells([...there])} of host ${host.name}, but its memory lies in ${listCells(nodeset)} (CPUs ${allowed}).`,
      remedy: `Pin it to CPUs ${allowed}, or bind its memory to ${listCells([...there])} too.`,
    }),
  ];
}

function checkReserved({ host, reserved }: Machine, guest: Guest): Finding[] {
  const taken = guest.pinned.filter((cpu) => reserved.has(cpu));
  if (taken.length === 0) return [];
  const kept = formatCpuset(reserved);
  return [
    finding({
      rule: "host/pin-reserved",
      path: pinPath(guest, taken),
      subject: `VM ${guest.vm.name}`,
      need: formatCpuset(taken),
      limit: kept,
      unit: "CPUs",
      message: `VM ${guest.vm.name} is pinned to ${listCpus(taken)}, which host ${host.name} keeps for itself (CPUs ${kept}).`,
      remedy: "Pin its vCPUs to other CPUs; emulator and iothread sets may use the reserved ones.",
    }),
  ];
}

/**
 * Within one VM each vCPU must find a CPU of its own among those of its pin. Wide pins may overlap or be
 * alike: the vCPUs float over the VM's own CPUs, as long as these suffice.
 */
function checkRoom({ host }: Machine, guest: Guest): Finding[] {
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
  const twice = cpusOf(shortages.flatMap((s) => (s.places.length === 1 ? s.places : [])));
  const findings = shortages
    .filter((s) => s.places.length > 1)
    .map((s) => {
      const cpus = cpusOf(s.places);
      const short = s.requested - s.available;
      return finding({
        rule: "host/pin-oversubscribed",
        path: `${guest.path}.pins[${s.demands[0]}]`,
        subject: `VM ${vm.name}`,
        have: s.available,
        need: s.requested,
        limit: s.available,
        unit: "CPUs",
        message: `VM ${vm.name} pins ${count(s.requested, "vCPU")} to ${listCpus(cpus)} of host ${host.name}: requested ${s.requested} CPUs, available ${s.available}, short by ${short}.`,
        remedy: `Give these vCPUs ${count(short, "more CPU")}; a pinned CPU is never oversubscribed.`,
      });
    });
  if (twice.length > 0) {
    findings.push(
      finding({
        rule: "host/pin-twice",
        path: pinPath(guest, twice),
        subject: `VM ${vm.name}`,
        need: formatCpuset(twice),
        unit: "CPUs",
        message: `VM ${vm.name} pins more than one vCPU to ${listCpus(twice)} of host ${host.name}; a pinned CPU carries one vCPU.`,
        remedy: "Pin each vCPU to a CPU of its own.",
      }),
    );
  }
  return findings;
}

/** One finding per set of VMs that claim the same CPUs, so that one wrong VM is not a page of findings. */
function checkOwners({ host, owners }: Machine): Finding[] {
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
    return finding({
      rule: "host/pin-twice",
      path: pinPath(claimants[claimants.length - 1] as Guest, cpus),
      subject: listVms(names),
      need: formatCpuset(cpus),
      unit: "CPUs",
      message: `${listVms(names)} are ${names.length === 2 ? "both" : "all"} pinned to ${listCpus(cpus)} of host ${host.name}; a pinned CPU belongs to one VM.`,
      remedy: `Move ${names.length === 2 ? "one of them" : "all but one of them"} to CPUs that no VM is pinned to.`,
    });
  });
}
