import { compareText, type Finding, finding } from "../../model/finding.ts";
import { formatBytes } from "../../model/format.ts";
import { PAGE_BYTES, PAGE_SIZES, type PageSize } from "../../model/host.ts";
import { type Amount, amount } from "../capacity.ts";
import { binding, evenParts } from "./binding.ts";
import { distribute } from "./flow.ts";
import type { Guest, Machine } from "./machine.ts";
import { count, listCells, listVms, sentence } from "./names.ts";

/** Guest memory on hugepages: whole pages, of the size asked for, in the cells of the nodeset. */

/** Pages of one size that a VM takes of one cell. */
export interface PageShare {
  readonly guest: Guest;
  /** Index of the cell. */
  readonly place: number;
  readonly size: PageSize;
  readonly pages: number;
}

export interface Pages {
  readonly shares: readonly PageShare[];
  /** Per cell; only sizes that the cell has or a VM may want there. */
  readonly cells: readonly Partial<Record<PageSize, Amount>>[];
  readonly findings: readonly Finding[];
}

/** Deals hugepages out to VMs, exactly. A page is never split or replaced by ordinary memory. */
export function placePages(machine: Machine): Pages {
  const cells: Partial<Record<PageSize, Amount>>[] = machine.host.cells.map(() => ({}));
  const shares: PageShare[] = [];
  const findings: Finding[] = machine.guests.flatMap(checkMultiple);
  for (const size of PAGE_SIZES) {
    const guests = machine.guests.filter((g) => g.vm.hugepages === size);
    const placed = placeSize(machine, size, guests);
    shares.push(...placed.shares);
    findings.push(...placed.findings);
    machine.host.cells.forEach((cell, c) => {
      const pages = cell.hugepages[size];
      if (pages === undefined && !placed.wanted.has(c)) return;
      const taken = placed.shares.reduce((sum, s) => sum + (s.place === c ? s.pages : 0), 0);
      (cells[c] as Partial<Record<PageSize, Amount>>)[size] = amount(pages ?? 0, 0, taken);
    });
  }
  return { shares, cells, findings };
}

function placeSize(machine: Machine, size: PageSize, guests: readonly Guest[]) {
  const { host } = machine;
  const claims = guests.flatMap((guest) => {
    const { kind, places } = binding(machine, guest);
    if (places.length === 0) return [];
    const pages = Math.ceil(guest.vm.memory / PAGE_BYTES[size]);
    if (kind !== "even") return [{ guest, amount: pages, places }];
    const parts = evenParts(pages, places.length);
    return places.map((place, i) => ({ guest, amount: parts[i] as number, places: [place] }));
  });
  const { shares, shortages } = distribute(
    claims,
    host.cells.map((cell) => cell.hugepages[size] ?? 0),
  );
  return {
    wanted: new Set(claims.flatMap((c) => c.places)),
    shares: claims.flatMap(({ guest }, i) =>
      [...(shares[i] ?? [])].map(([place, pages]): PageShare => ({ guest, place, size, pages })),
    ),
    findings: shortages.map(({ places, demands, requested, available }) => {
      const where = listCells(places.map((p) => host.cells[p]?.id as number));
      const names = [...new Set(demands.map((d) => claims[d]?.guest.vm.name as string))].sort(compareText);
      const short = requested - available;
      return finding({
        rule: "host/hugepages",
        path: `${machine.path}.cells${places.length === 1 ? `[${places[0]}].hugepages` : ""}`,
        subject: `${where} of host ${host.name}`,
        have: available,
        need: requested,
        limit: available,
        unit: "pages",
        message: `${sentence(where)} of host ${host.name} cannot back the memory of ${listVms(names)} with ${size} pages: requested ${requested}, available ${available}, short by ${short}.`,
        remedy: `Reserve ${count(short, `more ${size} page`)} there, or ${available === 0 ? "move the VM to cells that have them" : `lower the memory of a VM by ${formatBytes(short * PAGE_BYTES[size])}`}.`,
      });
    }),
  };
}

function checkMultiple({ vm, path }: Guest): Finding[] {
  if (vm.hugepages === undefined) return [];
  const bytes = PAGE_BYTES[vm.hugepages];
  const over = vm.memory % bytes;
  if (over === 0) return [];
  return [
    finding({
      rule: "host/hugepages",
      path: `${path}.memory`,
      subject: `VM ${vm.name}`,
      have: vm.memory - over,
      need: vm.memory,
      limit: vm.memory - over,
      unit: "bytes",
      message: `VM ${vm.name} on host ${vm.host} asks for ${formatBytes(vm.memory)} of memory on ${vm.hugepages} pages, which is no whole number of pages: ${vm.memory} bytes leave ${over} over.`,
      remedy: `Ask for ${formatBytes(vm.memory - over)} or ${formatBytes(vm.memory - over + bytes)}.`,
    }),
  ];
}
