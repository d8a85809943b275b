import { compareText, type Finding, finding } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import type { Host } from "../../model/host.ts";
import {
  isUnplaced,
  outdated,
  type PlacementRecord,
  placedBy,
  poolGone,
  unreadPlacements,
} from "../../model/placements.ts";
import type { VM } from "../../model/vm.ts";
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
  const recorded = new Set(fleet.placements.map((record) => record.vm));
  const before = new Map(remembered.map((record) => [record.vm, record]));
  const hosts = new Map(fleet.hosts.map((host) => [host.name, host]));
  const added: PlacementRecord[] = [];
  const findings: Finding[] = [];
  const vms = fleet.vms.map((vm, i) => {
    const record = before.get(vm.name);
    if (record === undefined) return vm;
    // What the fleet says or records of its host is in the VM already.
    if (vm.host !== undefined && vm.host !== record.host) {
      findings.push(moves(vm.name, record.host, vm.host, i));
      return vm;
    }
    if (recorded.has(vm.name) || !isUnplaced(vm)) return vm;
    const host = hosts.get(record.host);
    if (host === undefined) {
      findings.push(gone(vm.name, record.host, i));
      return vm;
    }
    findings.push(...poolsGone(vm, record, host, i));
    if (outdated(vm, record, host) === undefined && isDedicated(vm) === (record.pins !== undefined)) {
      added.push(record);
      return placedBy(vm, record);
    }
    // It has changed: its CPUs and cells are chosen anew, on the host where its disks are.
    const cpuPolicy = isDedicated(vm) ? "dedicated" : "shared";
    const kept = { vm: vm.name, host: record.host, pools: record.pools };
    const placed = placedBy({ ...vm, cpuPolicy }, kept);
    if (!isUnplaced(placed)) added.push(kept);
    return placed;
  });
  return {
    fleet: { ...fleet, vms, placements: [...fleet.placements, ...added] },
    findings: findings.sort((a, b) => compareText(a.subject, b.subject)),
  };
}

/** VMs whose remembered placement cannot be read: placed anew they would be made anew, maybe elsewhere. */
export function checkRemembered(fleet: Fleet, written: unknown): Finding[] {
  const unread = new Set(unreadPlacements(written));
  return fleet.vms.flatMap((vm, i) => {
    if (!unread.has(vm.name) || !isUnplaced(vm)) return [];
    return [
      finding({
        rule: "placement/unread-record",
        path: `vms[${i}]`,
        subject: `VM ${vm.name}`,
        message: `The stack remembers a placement of VM ${vm.name} that this version of numafleet does not read; placing it anew could make it anew elsewhere, and its disks with it.`,
        remedy:
          "Use the version that made the last update, or record in `placements` where it is (`pulumi stack output placements`).",
      }),
    ];
  });
}

/**
 * VMs that only the stack could know the place of, where its outputs cannot be had: placed anew they would be made
 * anew, maybe elsewhere.
 */
export function forgotten(fleet: Fleet, reason: string): Finding[] {
  const names = fleet.vms.filter(isUnplaced).map(({ name }) => name);
  const [first] = names;
  if (first === undefined) return [];
  const more = names.length > 1 ? ` and of ${names.length - 1} more` : "";
  return [
    finding({
      rule: "placement/unread-record",
      path: `vms[${fleet.vms.findIndex(isUnplaced)}]`,
      subject: `VM ${first}`,
      message: `The outputs of the last update cannot be read (${reason}), and the place of VM ${first}${more} is recorded nowhere else; placing them anew could make them anew elsewhere, and their disks with them.`,
      remedy: "Mend what keeps the engine from reading the stack, or record in `placements` where they are.",
    }),
  ];
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

function poolsGone(vm: VM, { host, pools }: PlacementRecord, { pools: known }: Host, i: number): Finding[] {
  return vm.disks.flatMap((disk, d) => {
    const pool = Object.hasOwn(pools, disk.name) ? pools[disk.name] : undefined;
    if (disk.pool !== undefined || pool === undefined || known.some(({ name }) => name === pool)) return [];
    return [poolGone({ path: `vms[${i}].disks[${d}]`, vm: vm.name, disk: disk.name, pool, host })];
  });
}
