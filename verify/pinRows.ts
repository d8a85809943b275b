import { sharedCpus } from "../capacity/host/shared.ts";
import { isUnknown, unknown } from "../facts/asked.ts";
import type { DomainTuning } from "../facts/hostFacts.ts";
import { formatCpuset } from "../model/cpuset.ts";
import type { VM } from "../model/vm.ts";
import { sharesOf } from "../model/weight.ts";
import { askedRow, type Row, row, unknownRow } from "./row.ts";
import { type Comparison, type Guest, isActive, listed } from "./subject.ts";

/** Pins as libvirt has them, and as the kernel has them: a thread that was moved past libvirt is seen by the second. */

const UP = "Run `pulumi refresh` and then `pulumi up`, which pins it live.";
const NOT_DECLARED = "not declared";

type Cpus = readonly number[];

export function pinRows(guest: Guest, comparison: Comparison): Row[] {
  const shared = sharedCpus(comparison.machine);
  return [
    vcpuPinRow(guest, shared),
    affinityRow(guest, shared),
    emulatorPinRow(guest),
    emulatorThreadsRow(guest, comparison),
    iothreadRow(guest),
    numaRow(guest),
    weightRow(guest, comparison),
  ];
}

function vcpuPinRow(guest: Guest, shared: Cpus): Row {
  const init = { declared: declaredPins(guest.vm, shared), at: ".pins" };
  return askedRow("vcpu-pins", guest.subject, guest.domain.tuning, init, ({ vcpuPins }) =>
    pinsRow("vcpu-pins", guest, shared, vcpuPins, UP),
  );
}

/** The kernel's own word; libvirt's answer alone would hide a `taskset`. */
function affinityRow(guest: Guest, shared: Cpus): Row {
  const { vm, domain, subject } = guest;
  const init = { declared: declaredPins(vm, shared), at: ".pins" };
  if (!isActive(domain)) return row("vcpu-affinity", subject, "info", { ...init, live: "not running" });
  return askedRow("vcpu-affinity", subject, domain.tuning, init, ({ vcpuAffinity }) =>
    pinsRow(
      "vcpu-affinity",
      guest,
      shared,
      vcpuAffinity,
      "The kernel binds a thread elsewhere than libvirt says (taskset, a cpuset): pin it anew with virsh vcpupin.",
    ),
  );
}

function pinsRow(
  check: "vcpu-pins" | "vcpu-affinity",
  { vm, subject }: Guest,
  shared: Cpus,
  live: readonly Cpus[],
  remedy: string,
): Row {
  const declared = declaredPins(vm, shared);
  const { pins } = vm;
  if (pins === undefined) {
    const apart = live.every((cpus) => cpus.every((cpu) => shared.includes(cpu)));
    const sets = new Set(live.filter((cpus) => cpus.length > 0).map((cpus) => formatCpuset(cpus)));
    return row(check, subject, shared.length === 0 ? "info" : apart ? "ok" : "differs", {
      declared,
      live: `floats on ${listed([...sets])}`,
      at: ".pins",
      remedy,
    });
  }
  const wrong = pins.flatMap((cpus, i) => {
    const now = live[i];
    if (now === undefined || now.length === 0) return [`vCPU ${i} is not there`];
    return sameSet(cpus, now) ? [] : [`vCPU ${i} on ${formatCpuset(now)}, not ${formatCpuset(cpus)}`];
  });
  return row(check, subject, wrong.length === 0 ? "ok" : "differs", {
    declared,
    live: wrong.length === 0 ? `${pins.length} as declared` : listed(wrong, 2),
    at: ".pins",
    remedy,
  });
}

/** A VM without pins floats over the CPUs that no VM has to itself. */
function declaredPins({ pins, vcpus }: VM, shared: Cpus): string {
  if (pins === undefined) return shared.length === 0 ? NOT_DECLARED : `floats on ${formatCpuset(shared)}`;
  return `${vcpus} on ${formatCpuset(pins.flat())}`;
}

function emulatorPinRow({ vm, domain, subject }: Guest): Row {
  const declared = vm.emulator === undefined ? NOT_DECLARED : formatCpuset(vm.emulator);
  const init = { declared, at: ".emulator" };
  return askedRow("emulator-pin", subject, domain.tuning, init, ({ emulatorPin }) =>
    row(
      "emulator-pin",
      subject,
      vm.emulator === undefined ? "info" : sameSet(vm.emulator, emulatorPin) ? "ok" : "differs",
      { ...init, live: formatCpuset(emulatorPin), remedy: UP },
    ),
  );
}

function emulatorThreadsRow({ vm, domain, subject }: Guest, { facts }: Comparison): Row {
  const declared = vm.emulator === undefined ? NOT_DECLARED : formatCpuset(vm.emulator);
  const init = { declared, at: ".emulator" };
  if (!isActive(domain)) return row("emulator-affinity", subject, "info", { ...init, live: "not running" });
  const { kernel } = facts.sample;
  return askedRow("emulator-affinity", subject, kernel, init, ({ threads }) => {
    const own = threads.filter((t) => t.uuid === domain.uuid && t.kind === "emulator" && t.cpus.length > 0);
    if (own.length === 0) {
      return unknownRow("emulator-affinity", subject, unknown("no QEMU process of it is seen"), init);
    }
    const sets = [...new Set(own.map((t) => formatCpuset(t.cpus)))];
    const stray = own.filter((t) => vm.emulator !== undefined && !sameSet(vm.emulator, t.cpus));
    const status = vm.emulator === undefined ? "info" : stray.length === 0 ? "ok" : "differs";
    return row("emulator-affinity", subject, status, {
      ...init,
      live:
        stray.length === 0
          ? `${own.length} on ${listed(sets)}`
          : `${stray.length} of ${own.length} on ${listed([...new Set(stray.map((t) => formatCpuset(t.cpus)))])}`,
      remedy:
        "The kernel binds a thread elsewhere than libvirt says: pin the emulator anew with virsh emulatorpin.",
    });
  });
}

function iothreadRow({ vm, domain, subject }: Guest): Row {
  const text = (pins: readonly (Cpus | undefined)[]) =>
    pins.length === 0
      ? "none"
      : listed(pins.map((cpus, i) => `${i + 1} on ${cpus === undefined ? "any" : formatCpuset(cpus)}`));
  const declared = text(vm.iothreads.map(({ cpus }) => cpus));
  const init = { declared, at: ".iothreads" };
  return askedRow("iothreads", subject, domain.tuning, init, ({ iothreadPins }) => {
    const live = [...iothreadPins].sort(([a], [b]) => a - b);
    const same =
      live.length === vm.iothreads.length &&
      vm.iothreads.every(({ cpus }, i) => {
        const now = iothreadPins.get(i + 1);
        return now !== undefined && (cpus === undefined || sameSet(cpus, now));
      });
    return row("iothreads", subject, same ? "ok" : "differs", {
      ...init,
      live: live.length === 0 ? "none" : listed(live.map(([id, cpus]) => `${id} on ${formatCpuset(cpus)}`)),
      remedy: "Run `pulumi refresh` and then `pulumi up`: pins move live, the number at the next boot.",
    });
  });
}

/** A strict nodeset does not move on a running domain, so the way out is a restart. */
function numaRow({ vm, domain, subject }: Guest): Row {
  const text = (numa: DomainTuning["numa"] | VM["numa"]) =>
    numa === undefined ? "none" : `${numa.mode} ${formatCpuset(numa.nodeset)}`;
  const declared = vm.numa === undefined ? NOT_DECLARED : text(vm.numa);
  const init = { declared, at: ".numa" };
  return askedRow("numa-binding", subject, domain.tuning, init, ({ numa }) => {
    const same =
      numa !== undefined &&
      vm.numa !== undefined &&
      numa.mode === vm.numa.mode &&
      sameSet(numa.nodeset, vm.numa.nodeset);
    const status = vm.numa === undefined ? "info" : same ? "ok" : "differs";
    return row("numa-binding", subject, status, {
      ...init,
      live: text(numa),
      remedy:
        "Run `pulumi refresh` and `pulumi up`, then restart the VM: a running one keeps the cells it was started with.",
    });
  });
}

function weightRow({ vm, domain, subject }: Guest, { machine: { host } }: Comparison): Row {
  const shares = vm.weight === undefined ? undefined : sharesOf(vm.weight, host.cgroup);
  const declared =
    shares === undefined
      ? NOT_DECLARED
      : shares === vm.weight
        ? `${shares}`
        : `${vm.weight} (${shares} shares)`;
  const init = { declared, at: ".weight" };
  return askedRow("weight", subject, domain.tuning, init, ({ weight }) =>
    row("weight", subject, shares === undefined ? "info" : weight === shares ? "ok" : "differs", {
      ...init,
      live: weight === undefined ? "none" : String(weight),
      remedy: UP,
    }),
  );
}

export function sameSet(a: Cpus, b: Cpus): boolean {
  return a.length === b.length && a.every((cpu, i) => cpu === b[i]);
}

/** CPUs that libvirt lets any thread of a domain but its vCPUs run on. */
export function helperCpus({ tuning }: Guest["domain"]): Cpus {
  if (isUnknown(tuning)) return [];
  return [...new Set([...tuning.emulatorPin, ...[...tuning.iothreadPins.values()].flat()])];
}
