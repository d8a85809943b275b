import { isUnknown, unknown } from "../facts/asked.ts";
import type { DomainFacts, KernelSample, ProcessSample } from "../facts/hostFacts.ts";
import { formatCpuset } from "../model/cpuset.ts";
import { LEAST_CPU_USE } from "./checks.ts";
import { helperCpus } from "./pinRows.ts";
import { askedRow, type Row, row } from "./row.ts";
import { type Comparison, type Guest, hostSubject, isActive, listed } from "./subject.ts";

/** Who else is on the CPUs that declared VMs have to themselves. */

export function neighbourRows(comparison: Comparison, guests: readonly Guest[]): Row[] {
  const pinned = new Set(comparison.machine.guests.flatMap((guest) => guest.pinned));
  return [
    emulatorsRow(comparison, guests, pinned),
    processesRow(comparison, pinned),
    undeclaredRow(comparison, pinned),
  ];
}

const among = (cpus: readonly number[], pinned: ReadonlySet<number>) => cpus.filter((cpu) => pinned.has(cpu));

function emulatorsRow({ machine }: Comparison, guests: readonly Guest[], pinned: ReadonlySet<number>): Row {
  const subject = hostSubject(machine);
  const thieves = guests.flatMap(({ vm, domain }) => {
    const stolen = isActive(domain) ? among(helperCpus(domain), pinned) : [];
    return stolen.length === 0 ? [] : [`${vm.name} on ${formatCpuset(stolen)}`];
  });
  return row("emulator-apart", subject, thieves.length === 0 ? "ok" : "warn", {
    declared: "none on pinned CPUs",
    live: thieves.length === 0 ? "none" : listed(thieves),
    remedy: "Give each VM an emulator set (and iothread sets) apart from all pinned CPUs.",
  });
}

const HIDDEN = unknown("processes of others are hidden (hidepid)", "Connect as root, or allow sudo.");

/** Bound to pinned CPUs, or seen running on them: what merely might be scheduled there does no harm yet. */
function processesRow({ machine, facts, previous }: Comparison, pinned: ReadonlySet<number>): Row {
  const subject = hostSubject(machine);
  const init = { declared: "none on pinned CPUs" };
  const { kernel } = facts.sample;
  // Everybody sees the first process, unless processes of others are hidden.
  const seen = isUnknown(kernel) || kernel.processes.some(({ pid }) => pid === 1) ? kernel : HIDDEN;
  return askedRow("other-processes", subject, seen, init, (now) => {
    const useOf = cpuUses(now, previous && !isUnknown(previous.kernel) ? previous.kernel : undefined);
    const found = now.processes
      .flatMap((other) => {
        const use = useOf(other);
        const bound =
          other.cpus.length > 0 &&
          other.cpus.length < machine.cpus.length &&
          other.cpus.every((cpu) => pinned.has(cpu));
        const isOn = pinned.has(other.lastCpu) && use >= LEAST_CPU_USE;
        return bound || isOn ? [{ other, use, bound }] : [];
      })
      .sort((a, b) => b.use - a.use || a.other.pid - b.other.pid);
    return row("other-processes", subject, found.length === 0 ? "ok" : "warn", {
      ...init,
      live:
        found.length === 0
          ? "none"
          : listed(
              found.map(({ other: { name, pid, lastCpu, cpus }, bound }) =>
                bound ? `${name} (${pid}) bound to ${formatCpuset(cpus)}` : `${name} (${pid}) on ${lastCpu}`,
              ),
              2,
            ),
      remedy:
        "Keep the host's own processes off pinned CPUs: AllowedCPUs= of system.slice and user.slice in systemd, or isolcpus.",
    });
  });
}

/** Share of one CPU that each process used between the samples; 0 without an earlier one of it. */
function cpuUses(now: KernelSample, before: KernelSample | undefined): (other: ProcessSample) => number {
  const key = ({ pid, started }: ProcessSample) => `${pid} ${started}`;
  const earlier = new Map(before?.processes.map((other) => [key(other), other.ticks]));
  const ticks = (now.uptime - (before?.uptime ?? now.uptime)) * now.ticksPerSecond;
  return (other) => {
    const was = earlier.get(key(other));
    return was === undefined || ticks <= 0 ? 0 : (other.ticks - was) / ticks;
  };
}

/** A VM that nobody declared, on CPUs that are promised to another. */
function undeclaredRow({ machine, facts }: Comparison, pinned: ReadonlySet<number>): Row {
  const subject = hostSubject(machine);
  const declared = new Set(machine.guests.map(({ vm }) => vm.name));
  const others = facts.domains.filter(({ name }) => !declared.has(name));
  const running = others.filter(isActive);
  const intruders = running.flatMap((domain) => {
    const taken = isUnknown(domain.tuning) ? [] : among([...new Set(domain.tuning.vcpuPins.flat())], pinned);
    return taken.length === 0 ? [] : [`${domain.name} on ${formatCpuset(taken)}`];
  });
  const init = { declared: "none on pinned CPUs" };
  if (intruders.length > 0) {
    return row("undeclared-vms", subject, "differs", {
      ...init,
      live: listed(intruders),
      remedy: "Declare it in the fleet, pin it elsewhere, or stop it: pinned CPUs are promised to one VM.",
    });
  }
  const unread = running.find((domain): domain is DomainFacts => isUnknown(domain.tuning));
  if (unread && isUnknown(unread.tuning)) {
    return askedRow("undeclared-vms", subject, unread.tuning, init, () =>
      row("undeclared-vms", subject, "ok", { ...init, live: "" }),
    );
  }
  const emulators = running.flatMap((domain) => {
    const taken = among(helperCpus(domain), pinned);
    return taken.length === 0 ? [] : [`emulator of ${domain.name} on ${formatCpuset(taken)}`];
  });
  if (emulators.length > 0) {
    return row("undeclared-vms", subject, "warn", {
      ...init,
      live: listed(emulators),
      remedy: "Pin its emulator and iothreads elsewhere, with virsh emulatorpin and iothreadpin.",
    });
  }
  const live =
    others.length === 0 ? "none" : `${listed(others.map(({ name }) => name))}, none on pinned CPUs`;
  return row("undeclared-vms", subject, "ok", { ...init, live });
}
