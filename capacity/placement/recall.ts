import { compareText, type Finding, finding } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import { isUnplaced, type PlacementRecord, placedBy } from "../../model/placements.ts";
import { isDedicated } from "./demand.ts";

/**
 * Placements that the stack remembers from its last update, for VMs of which the fleet itself records none: so they
 * stay where they are without anybody having written it down. What the fleet records wins.
 */
export function recallPlacements(
  fleet: Fleet,
  remembered: readonly PlacementRecord[],
): { readonly fleet: Fleet; readonly findings: readonly Finding[] } {
  if (remembered.length === 0) return { fleet, findings: [] };
  const own = new Map(fleet.placements.map((record) => [record.vm, record]));
  const before = new Map(remembered.map((record) => [record.vm, record]));
  const hosts = new Set(fleet.hosts.map((host) => host.name));
  const added: PlacementRecord[] = [];
  const findings: Finding[] = [];
  const vms = fleet.vms.map((vm, i) => {
    const record = before.get(vm.name);
    const recorded = own.get(vm.name);
    if (record === undefined) return vm;
    if (recorded !== undefined) {
      if (recorded.host !== record.host) findings.push(moves(vm.name, record.host, recorded.host, i));
      return vm;
    }
    if (!isUnplaced(vm)) {
      if (vm.host !== record.host) findings.push(moves(vm.name, record.host, vm.host as string, i));
      return vm;
    }
    if (vm.host !== undefined && vm.host !== record.host) {
      findings.push(moves(vm.name, record.host, vm.host, i));
      return vm;
    }
    if (!hosts.has(record.host)) {
      findings.push(gone(vm.name, record.host, i));
      return vm;
    }
    const dedicated = isDedicated(vm);
    const count = record.pins?.length;
    if (dedicated === (count !== undefined) && (count ?? vm.vcpus) === vm.vcpus) {
      added.push(record);
      return placedBy(vm, record);
    }
    // It has become larger or smaller: its CPUs are chosen anew, on the host where its disks are.
    const cpuPolicy = dedicated ? "dedicated" : "shared";
    return placedBy({ ...vm, cpuPolicy }, { vm: vm.name, host: record.host, pools: record.pools });
  });
  return {
    fleet: { ...fleet, vms, placements: [...fleet.placements, ...added] },
    findings: findings.sort((a, b) => compareText(a.subject, b.subject)),
  };
}

function moves(vm: string, from: string, to: string, index: number): Finding {
  return finding({
    rule: "placement/moves",
    severity: "warn",
    path: `vms[${index}].host`,
    subject: `VM ${vm}`,
    message: `VM ${vm} moves from host ${from} to host ${to}: unless \`fleet move\` has taken it there, it is made anew, and its disks with it.`,
    remedy: `Move it with \`fleet move ${vm} --to ${to}\` before the update, or take the change back.`,
  });
}

function gone(vm: string, host: string, index: number): Finding {
  return finding({
    rule: "placement/host-gone",
    path: `vms[${index}]`,
    subject: `VM ${vm}`,
    message: `VM ${vm} is on host ${host}, which the fleet no longer has; placing it anew would make it anew, and its disks with it.`,
    remedy: `Keep the host declared (cordoned: true keeps new VMs off) until \`fleet move ${vm}\` has taken the VM elsewhere.`,
  });
}
