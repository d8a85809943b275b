import { formatCpuset } from "../../model/cpuset.ts";
import { type Finding, finding } from "../../model/finding.ts";
import type { Guest, Machine } from "./machine.ts";
import { listCpus, listVms } from "./names.ts";
import { shortOf } from "./shortfall.ts";
import { besideExclusive } from "./siblings.ts";

/** A CPU set of QEMU's threads that are no vCPUs. */
interface HelperSet {
  readonly kind: "emulator" | "iothread";
  /** `emulator set`, `set of iothread 1`. */
  readonly what: string;
  readonly path: string;
  readonly cpus: readonly number[];
}

/**
 * Emulator and iothread sets: on CPUs of the host, off every pinned vCPU of every VM, off the cores of
 * exclusive VMs. VMs may share a set, and it may lie on the CPUs that are kept for the host.
 */
export function checkHelpers(machine: Machine): Finding[] {
  const owners = ownersOf(machine);
  return machine.guests.flatMap((guest) => [
    ...helperSets(guest).flatMap((set) => [
      ...checkHost(machine, guest, set),
      ...checkPinned(machine, guest, set, owners),
      ...besideExclusive(machine, guest, set.what, set.path, set.cpus),
    ]),
    ...checkUnset(machine, guest),
  ]);
}

function helperSets({ vm, path }: Guest): HelperSet[] {
  const sets: HelperSet[] = [];
  if (vm.emulator) {
    sets.push({ kind: "emulator", what: "emulator set", path: `${path}.emulator`, cpus: vm.emulator });
  }
  vm.iothreads.forEach((thread, i) => {
    if (!thread.cpus) return;
    const at = `${path}.iothreads[${i}].cpus`;
    sets.push({ kind: "iothread", what: `set of iothread ${i + 1}`, path: at, cpus: thread.cpus });
  });
  return sets;
}

function checkHost({ host, cpus, cellOf }: Machine, { vm }: Guest, set: HelperSet): Finding[] {
  const outside = set.cpus.filter((cpu) => !cellOf.has(cpu));
  if (outside.length === 0) return [];
  const all = formatCpuset(cpus);
  const short = shortOf(set.cpus.length, set.cpus.length - outside.length, "CPU");
  return [
    finding({
      rule: `host/${set.kind}-outside-host`,
      path: set.path,
      subject: `VM ${vm.name}`,
      ...short.figures,
      message: `The ${set.what} of VM ${vm.name} takes ${listCpus(outside)}, but host ${host.name} has only CPUs ${all}: ${short.text}.`,
      remedy: `Choose CPUs of host ${host.name}, or record the missing CPUs in the host's cells.`,
    }),
  ];
}

/** Names of the VMs pinned to any CPU of a set. Sets are usually shared between VMs: each is looked up once. */
function ownersOf({ owners }: Machine): (cpus: readonly number[]) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (cpus) => {
    const key = cpus.join(",");
    let names = known.get(key);
    if (names === undefined) {
      names = [...new Set(cpus.flatMap((cpu) => owners.get(cpu) ?? []))].map((g) => g.vm.name).sort();
      known.set(key, names);
    }
    return names;
  };
}

function checkPinned(
  { host, owners }: Machine,
  { vm }: Guest,
  set: HelperSet,
  namesOf: (cpus: readonly number[]) => readonly string[],
): Finding[] {
  const taken = set.cpus.filter((cpu) => owners.has(cpu));
  if (taken.length === 0) return [];
  const names = namesOf(taken);
  const short = shortOf(set.cpus.length, set.cpus.length - taken.length, "CPU");
  return [
    finding({
      rule: `host/${set.kind}-on-pinned`,
      path: set.path,
      subject: `VM ${vm.name}`,
      ...short.figures,
      message: `The ${set.what} of VM ${vm.name} takes ${listCpus(taken)} of host ${host.name}, to which vCPUs of ${listVms(names)} are pinned: ${short.text}.`,
      remedy: "Choose CPUs to which no vCPU is pinned, such as those kept for the host.",
    }),
  ];
}

/** Left unset, libvirt lets these threads of a pinned VM run on every CPU of the host. */
function checkUnset({ host }: Machine, { vm, path, pinned }: Guest): Finding[] {
  if (pinned.length === 0) return [];
  const unset = [
    ...(vm.emulator
      ? []
      : [{ kind: "emulator", what: "its emulator threads have", path: `${path}.emulator` }]),
    ...vm.iothreads.flatMap((thread, i) =>
      thread.cpus
        ? []
        : [{ kind: "iothread", what: `its iothread ${i + 1} has`, path: `${path}.iothreads[${i}].cpus` }],
    ),
  ];
  return unset.map(({ kind, what, path: at }) =>
    finding({
      rule: `host/${kind}-unset`,
      severity: "warn",
      path: at,
      subject: `VM ${vm.name}`,
      message: `VM ${vm.name} on host ${host.name} is pinned, but ${what} no CPU set and may run on every CPU, pinned ones too.`,
      remedy: "Choose a CPU set off the pinned CPUs, such as the CPUs kept for the host.",
    }),
  );
}
