import { formatCpuset } from "../../model/cpuset.ts";
import { type Finding, finding } from "../../model/finding.ts";
import type { Guest, Machine } from "./machine.ts";
import { listCells } from "./names.ts";
import { shortOf } from "./shortfall.ts";

/** Where a VM's memory may lie: what libvirt's numatune mode means for the budget. */
export interface Binding {
  /**
   * `bound`: anywhere in `places` (strict and restrictive; unbound VMs over all cells).
   * `even`: in equal parts over `places` (interleave).
   * `preferred`: in `places` while there is room, then in any cell.
   */
  readonly kind: "bound" | "even" | "preferred";
  /** Indices of cells, ascending; empty if the VM names only cells that the host lacks. */
  readonly places: readonly number[];
}

const KINDS = { strict: "bound", restrictive: "bound", interleave: "even", preferred: "preferred" } as const;

/** The cells that may hold a VM's memory, QEMU's overhead with it: libvirt binds the whole process. */
export function binding(
  { host, cellIndex }: Pick<Machine, "host" | "cellIndex">,
  { vm }: Pick<Guest, "vm">,
): Binding {
  if (vm.numa === undefined) return { kind: "bound", places: host.cells.map((_, i) => i) };
  const places = vm.numa.nodeset.flatMap((id) => cellIndex.get(id) ?? []).sort((a, b) => a - b);
  // Each of the guest's cells lies on one of them, with its part of the memory.
  return { kind: (vm.guestCells ?? 1) > 1 ? "even" : KINDS[vm.numa.mode], places };
}

/** Integer parts that sum up to the amount; the first ones take what does not divide evenly. */
export function evenParts(amount: number, parts: number): number[] {
  const least = Math.floor(amount / parts);
  return Array.from({ length: parts }, (_, i) => least + (i < amount - least * parts ? 1 : 0));
}

/** Pinned VMs whose memory is bound to no cell: it may lie in one without any of their pins. */
export function checkUnbound({ host, cellOf, guests }: Machine): Finding[] {
  return guests.flatMap(({ vm, path, pinned }) => {
    const cells = new Set(pinned.flatMap((cpu) => cellOf.get(cpu) ?? []));
    if (vm.numa !== undefined || cells.size === 0 || cells.size === host.cells.length) return [];
    const ids = [...cells].map((c) => host.cells[c]?.id as number);
    return [
      finding({
        rule: "host/memory-unbound",
        severity: "warn",
        path: `${path}.numa`,
        subject: `VM ${vm.name}`,
        message: `VM ${vm.name} is pinned to CPUs of ${listCells(ids)} of host ${host.name}, but its memory is bound to no cell and may lie in another.`,
        remedy: `Bind its memory to ${listCells(ids)}: numa.nodeset "${formatCpuset(ids)}".`,
      }),
    ];
  });
}

/** Nodesets that name cells which the host lacks: libvirt would refuse to start the VM. */
export function checkNodesets({ host, cellIndex, guests }: Machine): Finding[] {
  const known = host.cells.map((c) => c.id);
  return guests.flatMap(({ vm, path }) => {
    const wanted = vm.numa?.nodeset ?? [];
    const missing = wanted.filter((id) => !cellIndex.has(id));
    if (missing.length === 0) return [];
    const short = shortOf(wanted.length, wanted.length - missing.length, "cell");
    return [
      finding({
        rule: "host/cell-missing",
        path: `${path}.numa.nodeset`,
        subject: `VM ${vm.name}`,
        ...short.figures,
        message: `The memory of VM ${vm.name} is bound to ${listCells(missing)}, but host ${host.name} has only ${listCells(known)}: ${short.text}.`,
        remedy: `Bind it to cells of host ${host.name}, or record the missing cells.`,
      }),
    ];
  });
}
