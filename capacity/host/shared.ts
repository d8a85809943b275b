import { formatCpuset } from "../../model/cpuset.ts";
import { compareText, type Finding, finding } from "../../model/finding.ts";
import { MOST_OVERSUBSCRIPTION } from "../../model/policy.ts";
import { type Amount, amount } from "../capacity.ts";
import { effective } from "./effective.ts";
import type { Machine } from "./machine.ts";
import { count, listVms } from "./names.ts";

/** CPUs that no VM has to itself, and the VMs that float over them. */

/**
 * The host's CPUs without those kept for the host and those that pinned VMs have to themselves, ascending.
 * An unpinned VM must be confined to them (libvirt's `vcpu cpuset`), or it would run on pinned CPUs too.
 */
export function sharedCpus(machine: Machine): number[] {
  return machine.cpus.filter((cpu) => !machine.dedicated.has(cpu) && !machine.reserved.has(cpu));
}

/** vCPUs of unpinned VMs against the shared CPUs × the policy's ratio, which pinned CPUs never see. */
export function placeShared(machine: Machine): { sharedVcpus: Amount; findings: Finding[] } {
  const { host } = machine;
  const ratio = machine.ratios.cpu;
  const cpus = sharedCpus(machine);
  const floating = machine.guests.filter((guest) => guest.pinned.length === 0);
  const requested = floating.reduce((sum, guest) => sum + guest.vm.vcpus, 0);
  const available = effective(cpus.length, ratio);
  const sharedVcpus = amount(available, 0, requested);
  if (requested <= available) return { sharedVcpus, findings: [] };
  const names = [...floating]
    .sort((a, b) => b.vm.vcpus - a.vm.vcpus || compareText(a.vm.name, b.vm.name))
    .map((guest) => guest.vm.name);
  const short = requested - available;
  // The least ratio that would do, in hundredths.
  const enough =
    cpus.length === 0 ? Number.POSITIVE_INFINITY : Math.ceil((requested * 100) / cpus.length) / 100;
  const shared =
    cpus.length === 0 ? "no shared CPU" : `${count(cpus.length, "shared CPU")} (${formatCpuset(cpus)})`;
  return {
    sharedVcpus,
    findings: [
      finding({
        rule: "host/shared-cpus",
        path: machine.path,
        subject: `host ${host.name}`,
        have: available,
        need: requested,
        limit: available,
        unit: "vCPUs",
        message: `Host ${host.name} has ${shared} for unpinned ${listVms(names)}: at ${ratio} vCPU per CPU requested ${requested}, available ${available}, short by ${short}.`,
        remedy:
          cpus.length === 0
            ? "Pin these VMs, move one to another host, or leave CPUs to share."
            : `Take ${count(short, "vCPU")} from these VMs, move one to another host${enough > MOST_OVERSUBSCRIPTION ? "" : `, or raise the host's ratio in policy.oversubscription to ${enough}`}.`,
      }),
    ],
  };
}
