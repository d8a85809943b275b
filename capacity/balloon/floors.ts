import { compareText, type Finding, finding } from "../../model/finding.ts";
import { formatBytes } from "../../model/format.ts";
import type { Bytes } from "../../model/quantity.ts";
import { guestMemory } from "../../model/virtioMem.ts";
import type { VM } from "../../model/vm.ts";
import { binding, evenParts } from "../host/binding.ts";
import { distribute } from "../host/flow.ts";
import type { Guest, Machine } from "../host/machine.ts";
import { hugepageBytes } from "../host/memory.ts";
import { listCells, listVms, sentence } from "../host/names.ts";
import { OBSTACLES } from "./obstacles.ts";
import type { GuestBounds } from "./sample.ts";

/** The floors of ballooned VMs: what no controller goes below, and so what their host has to have in any case. */

const KIB = 1024;

/** Whether the VM's memory may be less than all of it. */
export function isBallooned({ memory, minimumMemory }: Pick<VM, "memory" | "minimumMemory">): boolean {
  return minimumMemory !== undefined && minimumMemory < memory;
}

/** Between what the balloon may move, in whole KiB, as libvirt counts. */
export function boundsOf({ vm, overhead }: Guest): GuestBounds {
  const memory = guestMemory(vm);
  const maximum = Math.floor(memory / KIB) * KIB;
  return {
    minimum: Math.min(maximum, Math.ceil((vm.minimumMemory ?? memory) / KIB) * KIB),
    maximum,
    overhead,
    onHugepages: vm.hugepages !== undefined,
  };
}

/** What is wrong with the floors of a host's VMs. Silent where no VM has one: their memory is judged as a whole. */
export function checkFloors(machine: Machine): Finding[] {
  if (!machine.guests.some(({ vm }) => isBallooned(vm))) return [];
  return [...machine.guests.flatMap(forbidden), ...shortFloors(machine)];
}

function forbidden({ vm, path }: Guest): Finding[] {
  if (!isBallooned(vm)) return [];
  const obstacles = [
    ...(vm.hugepages === undefined ? [] : [OBSTACLES.hugepages]),
    ...(vm.gpus.length === 0 ? [] : [OBSTACLES.passedThrough]),
  ];
  return obstacles.length === 0
    ? []
    : [forbiddenFinding(`VM ${vm.name}`, `${path}.minimumMemory`, obstacles)];
}

/** @param obstacles texts of OBSTACLES, at least one */
export function forbiddenFinding(subject: string, path: string, obstacles: readonly string[]): Finding {
  return finding({
    rule: "host/balloon-forbidden",
    path,
    subject,
    message: `${subject} has a floor for its balloon, but it has ${obstacles.join(" and ")}: its memory cannot be moved.`,
    remedy: "Remove its minimumMemory, or what it has there.",
  });
}

interface Claim {
  readonly guest: Guest;
  readonly amount: Bytes;
  readonly places: readonly number[];
}

function shortFloors(machine: Machine): Finding[] {
  const { host } = machine;
  const room = host.cells.map(
    (cell, c) => cell.memory - host.reserved.memoryPerCell - hugepageBytes(machine, c),
  );
  const claims = machine.guests.flatMap((guest) => claim(machine, guest));
  return distribute(claims, room).shortages.map(({ places, demands, requested, available }) => {
    const ids = places.map((place) => host.cells[place]?.id as number);
    const names = [...new Set(demands.map((d) => claims[d]?.guest.vm.name as string))].sort(compareText);
    const where = listCells(ids);
    const short = requested - available;
    return finding({
      rule: "host/balloon-floors",
      path: `${machine.path}.cells${places.length === 1 ? `[${places[0]}].memory` : ""}`,
      subject: `${where} of host ${host.name}`,
      have: available,
      need: requested,
      limit: available,
      unit: "bytes",
      message: `${sentence(where)} of host ${host.name} cannot keep the floors of ${listVms(names)} (minimumMemory, or all memory where none is declared) with QEMU's overhead: requested ${formatBytes(requested)}, available ${formatBytes(available)}, short by ${formatBytes(short)}.`,
      remedy: `Lower a minimumMemory, or move a VM to another ${places.length < host.cells.length ? "cell or host" : "host"}.`,
    });
  });
}

/** As memory.ts deals memory out, but the floors; who prefers a cell may lie in any. */
function claim(machine: Machine, guest: Guest): Claim[] {
  const { kind, places } = binding(machine, guest);
  if (places.length === 0) return [];
  const { minimum, onHugepages, overhead } = boundsOf(guest);
  const amount = overhead + (onHugepages ? 0 : minimum);
  if (kind === "preferred") return [{ guest, amount, places: machine.host.cells.map((_, c) => c) }];
  if (kind === "bound") return [{ guest, amount, places }];
  return evenParts(amount, places.length).map((part, i) => {
    return { guest, amount: part, places: [places[i] as number] };
  });
}
