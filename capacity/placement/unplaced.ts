import { type Finding, finding } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import { isUnplaced } from "../../model/placements.ts";

/** VMs that have no place: what they take is counted nowhere, so that nothing is proven of the fleet. */
export function checkUnplaced({ vms }: Fleet): Finding[] {
  return vms.flatMap((vm, i) => {
    if (!isUnplaced(vm)) return [];
    const what = vm.host === undefined ? "names no host" : "names no CPUs to have to itself";
    return [
      finding({
        rule: "placement/unplaced",
        path: `vms[${i}]`,
        subject: `VM ${vm.name}`,
        message: `VM ${vm.name} ${what}, and no placement of it is recorded.`,
        remedy: "Name its host and its pins, or record a placement in `placements`.",
      }),
    ];
  });
}
