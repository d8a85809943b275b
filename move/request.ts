/** What is asked of `fleet move`, made of the fleet: which VM, from where to where. */

import { placeVms } from "../capacity/placement/placeVms.ts";
import { describeFiltered, type PressureState, pressureFilter } from "../capacity/pressure/exclusion.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Host as DeclaredHost } from "../model/host.ts";
import { asDeclared, isUnplaced, type PlacementRecord, placedBy } from "../model/placements.ts";
import { nearest } from "../model/properties.ts";
import type { VM } from "../model/vm.ts";
import type { MovePlan } from "./journal.ts";
import { aboutVm, refused } from "./refusal.ts";

/** A VM of the fleet by its name. @throws FleetError */
export function vmNamed({ vms }: Fleet, name: string): VM {
  const vm = vms.find((each) => each.name === name);
  if (vm) return vm;
  const known = vms.map((each) => each.name);
  const meant = nearest(name, known);
  throw refused([
    finding({
      rule: "model/unknown-name",
      path: "vms",
      subject: `VM ${name}`,
      message: `${JSON.stringify(name)} names no VM of the fleet; ${meant ? `did you mean ${meant}?` : `expected one of ${known.join(", ") || "none: it declares no VM"}.`}`,
      remedy: "Name a VM as the fleet does.",
    }),
  ]);
}

/** A fleet with a VM on its new host. */
export interface Aimed {
  readonly fleet: Fleet;
  /** Where it was placed there; undefined for a VM whose place is written by hand, or was recorded before. */
  readonly record: PlacementRecord | undefined;
}

/**
 * The fleet with a VM on another host. What a VM says itself of CPUs, cells and pools is then said of that host; one
 * whose place was found by placement is placed there, beside all that is there.
 * @throws FleetError where it has no place there
 */
export function onHost(fleet: Fleet, vm: VM, host: string, pressure?: PressureState): Aimed {
  const unknown = fleet.vms.filter(
    (other) => other.name !== vm.name && isUnplaced(other) && (other.host ?? host) === host,
  );
  if (unknown.length > 0) throw refused([othersUnknown(vm.name, host, unknown)]);
  const written = asDeclared(vm) ?? (vm.host === undefined ? vm : undefined);
  if (written === undefined || vm.host === host) {
    return { fleet: withVm(fleet, { ...vm, host }), record: undefined };
  }
  const open = { ...written, host, cpuPolicy: written.cpuPolicy ?? ("dedicated" as const) };
  const others = fleet.placements.filter((record) => record.vm !== vm.name);
  const placed = placeVms({ ...withVm(fleet, open), placements: others }, pressure && { pressure });
  const wrong = placed.findings.filter(({ severity }) => severity === "refuse");
  if (wrong.length > 0) throw refused(wrong);
  const made = placed.made.find((record) => record.vm === vm.name);
  const record = made ?? { vm: vm.name, host, pools: {} };
  return { fleet: { ...placed.fleet, placements: [...others, record] }, record };
}

/**
 * Why a host takes no VM, whoever has chosen it: a VM that names its host is not placed, and goes there all the same.
 * @param pools that the VM's files go to
 */
export function whyClosed(
  vm: string,
  { name, cordoned }: DeclaredHost,
  pools: readonly string[],
  pressure: PressureState | undefined,
): Finding[] {
  const closed = (message: string, remedy: string) =>
    finding({ rule: "move/host-closed", path: "hosts", subject: `host ${name}`, message, remedy });
  const findings: Finding[] = [];
  if (cordoned) {
    const remedy = "Name another host, or uncordon it.";
    findings.push(closed(`Host ${name} is cordoned, so VM ${vm} does not go there.`, remedy));
  }
  if (pressure === undefined) return findings;
  const filter = pressureFilter(pressure);
  const relieve = "Name another host, or relieve it; fleet watch tells when it takes VMs again.";
  for (const entry of [filter.host(name), ...pools.map((pool) => filter.pool(name, pool))]) {
    if (entry === undefined) continue;
    findings.push(
      "conditions" in entry
        ? closed(
            `VM ${vm} does not go to ${describeFiltered(entry)}: what is under pressure takes none.`,
            relieve,
          )
        : closed(`Nothing is known of ${name} now, so VM ${vm} does not go there: ${entry.why}.`, relieve),
    );
  }
  return findings;
}

function othersUnknown(vm: string, host: string, others: readonly VM[]): Finding {
  const names = others.map((other) => other.name);
  return finding({
    rule: "move/others-unknown",
    path: "placements",
    subject: `host ${host}`,
    message: `Nobody has recorded where ${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""} are, so what is free for VM ${vm} on ${host} is not known.`,
    remedy:
      "Let the command know what the stack remembers (--outputs FILE, of pulumi stack output --json), or record it with fleet place --write.",
  });
}

function withVm(fleet: Fleet, vm: VM): Fleet {
  return { ...fleet, vms: fleet.vms.map((each) => (each.name === vm.name ? vm : each)) };
}

/**
 * The fleet with VMs where moves take them that are under way, or were never written down: what they have there is not
 * free. A VM that the fleet has on another host than the move has left is none of that move's.
 */
export function withMoves(
  fleet: Fleet,
  plans: readonly Pick<MovePlan, "vm" | "from" | "to" | "record">[],
): { readonly fleet: Fleet; readonly counted: readonly string[] } {
  const counted: string[] = [];
  const vms = fleet.vms.map((vm) => {
    const plan = plans.find((each) => each.vm === vm.name);
    const isOf = plan && (vm.host === plan.from || (vm.host === undefined && plan.record !== undefined));
    if (!isOf || !fleet.hosts.some((host) => host.name === plan.to)) return vm;
    counted.push(vm.name);
    const written = asDeclared(vm) ?? vm;
    const there = written.host === undefined && plan.record ? written : { ...written, host: plan.to };
    return placedBy(there, plan.record);
  });
  const moved = new Map(plans.map((plan) => [plan.vm, plan.record]));
  const placements = fleet.placements.map((record) =>
    counted.includes(record.vm) ? (moved.get(record.vm) ?? record) : record,
  );
  return { fleet: { ...fleet, vms, placements }, counted };
}

/** Why a VM cannot be on the host that it is to leave. */
export function checkEnds(name: string, from: DeclaredHost, to: DeclaredHost): readonly Finding[] {
  if (from.name !== to.name && from.uri !== to.uri) return [];
  return [
    aboutVm("move/same-host", name, {
      message: `VM ${name} is to go from ${from.name} to ${to.name}, which ${from.name === to.name ? "is the same host" : "have one connection URI"}.`,
      remedy: "Name another host.",
    }),
  ];
}
