import { formatCpuset } from "../model/cpuset.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Budget } from "./budget.ts";
import type { Guest } from "./resources/domain.ts";

/**
 * VMs without pins whose CPUs are not kept off those that other VMs are pinned to. The model knows no such
 * VM: in a fleet an unpinned VM floats over the shared CPUs only, and our component sees to it. A Domain that
 * somebody else wrote runs wherever `vcpuCpuset` lets it, by default everywhere.
 */
export function findTrespassers(guests: readonly Guest[], { hosts }: Budget): Finding[] {
  return guests.flatMap(({ vm, floatsOver }) => {
    if (floatsOver === undefined) return [];
    const others = guests.filter((g) => g.vm.host === vm.host && g.vm !== vm);
    const pinned = new Set(others.flatMap((g) => g.vm.pins ?? []).flat());
    const host = hosts.find((h) => h.name === vm.host);
    const cpus = host?.cells.flatMap((c) => c.cores.flat()) ?? [];
    const taken = (floatsOver === "all" ? cpus : floatsOver).filter((cpu) => pinned.has(cpu));
    if (taken.length === 0) return [];
    const owners = others.filter((g) => g.vm.pins?.some((pin) => pin.some((cpu) => taken.includes(cpu))));
    const free = cpus.filter((cpu) => !pinned.has(cpu) && !host?.reserved.cpus?.includes(cpu));
    return [
      finding({
        rule: "resource/floats-on-pinned",
        path: "vcpuCpuset",
        subject: `VM ${vm.name}`,
        need: formatCpuset(taken),
        limit: formatCpuset(free),
        unit: "CPUs",
        message: `VM ${vm.name} has no pins, and ${floatsOver === "all" ? "without `vcpuCpuset` it" : "by `vcpuCpuset` it"} may run on CPUs ${formatCpuset(taken)} of host ${vm.host}, which are pinned to ${owners.map((g) => g.vm.name).join(", ")}.`,
        remedy:
          free.length === 0
            ? "Move it to another host: this one has no CPU that is neither pinned nor reserved."
            : `Set \`vcpuCpuset\` to CPUs that are neither pinned nor reserved: ${formatCpuset(free)}.`,
      }),
    ];
  });
}
