import { compareText, type Finding, finding } from "../../model/finding.ts";
import { formatBytes } from "../../model/format.ts";
import { PAGE_BYTES, type PageSize } from "../../model/host.ts";
import type { Bytes } from "../../model/quantity.ts";
import { guestMemory } from "../../model/virtioMem.ts";
import { binding, evenParts } from "./binding.ts";
import { effective } from "./effective.ts";
import { distribute, type Shortage } from "./flow.ts";
import type { Guest, Machine } from "./machine.ts";
import { listCells, listVms, sentence } from "./names.ts";

/** Ordinary memory: guests that are not on hugepages, and QEMU's overhead of all, within the cells. */

const MIB = 1024 ** 2;

/** What a VM takes of one cell's ordinary memory. */
export interface Share {
  readonly guest: Guest;
  /** Index of the cell. */
  readonly place: number;
  readonly memory: Bytes;
  readonly overhead: Bytes;
}

/** A VM's demand, or the part of it that is due in one cell. */
interface Claim {
  readonly guest: Guest;
  readonly memory: Bytes;
  readonly overhead: Bytes;
  readonly places: readonly number[];
  /** The same with room elsewhere allowed, if it is. */
  readonly anywhere: readonly number[];
}

/** Bytes of a cell that are pages already, and so are no ordinary memory. */
export function hugepageBytes({ host }: Machine, place: number): Bytes {
  return Object.entries(host.cells[place]?.hugepages ?? {}).reduce(
    (sum, [size, pages]) => sum + pages * PAGE_BYTES[size as PageSize],
    0,
  );
}

/**
 * What may be promised of a cell's memory, hugepages included: these are there or not, and no ratio makes more of
 * them.
 */
export function promised(machine: Machine, place: number): Bytes {
  const pages = hugepageBytes(machine, place);
  const memory = machine.host.cells[place]?.memory ?? 0;
  return effective(memory - pages, machine.ratios.memory) + pages;
}

/** Deals the memory of all VMs out to the cells, exactly; a VM that lies in no cell is left out. */
export function placeMemory(machine: Machine): { shares: Share[]; findings: Finding[] } {
  const { host } = machine;
  const room = host.cells.map(
    (_, c) => promised(machine, c) - host.reserved.memoryPerCell - hugepageBytes(machine, c),
  );
  const claims = machine.guests.flatMap((guest) => claim(machine, guest));
  const amount = (c: Claim) => c.memory + c.overhead;
  const preferred = distribute(
    claims.map((c) => ({ amount: amount(c), places: c.places })),
    room,
  );
  const settled =
    preferred.shortages.length === 0 || claims.every((c) => c.anywhere === c.places)
      ? preferred
      : distribute(
          claims.map((c) => ({ amount: amount(c), places: c.anywhere })),
          room,
        );
  const refused = new Set(settled.shortages.flatMap((s) => s.places));
  const spilling =
    preferred === settled ? [] : preferred.shortages.filter((s) => !s.places.some((p) => refused.has(p)));
  const shares = claims.flatMap(({ guest, overhead }, i) => {
    let owed = overhead;
    return [...(settled.shares[i] ?? [])].map(([place, bytes]): Share => {
      const part = Math.min(owed, bytes);
      owed -= part;
      return { guest, place, memory: bytes - part, overhead: part };
    });
  });
  return {
    shares,
    findings: [
      ...checkReserve(machine),
      ...settled.shortages.map((s) => shortFinding(machine, claims, s)),
      ...spilling.flatMap((s) => spillFinding(machine, claims, s)),
    ],
  };
}

function claim(machine: Machine, guest: Guest): Claim[] {
  const { kind, places } = binding(machine, guest);
  if (places.length === 0) return [];
  const memory = guest.vm.hugepages === undefined ? guestMemory(guest.vm) : 0;
  if (kind === "even") {
    const memories = evenParts(memory, places.length);
    const overheads = evenParts(guest.overhead, places.length);
    return places.map((place, i) => {
      const only = [place];
      return {
        guest,
        memory: memories[i] as number,
        overhead: overheads[i] as number,
        places: only,
        anywhere: only,
      };
    });
  }
  const others = machine.host.cells.flatMap((_, c) => (places.includes(c) ? [] : [c]));
  const anywhere = kind === "preferred" && others.length > 0 ? [...places, ...others] : places;
  return [{ guest, memory, overhead: guest.overhead, places, anywhere }];
}

/** Names of the VMs with a claim, the largest first. */
function namesOf(claims: readonly Claim[], demands: readonly number[]): string[] {
  const total = new Map<string, number>();
  for (const demand of demands) {
    const { guest, memory, overhead } = claims[demand] as Claim;
    total.set(guest.vm.name, (total.get(guest.vm.name) ?? 0) + memory + overhead);
  }
  return [...total].sort(([a, x], [b, y]) => y - x || compareText(a, b)).map(([name]) => name);
}

function cellPath({ path }: Machine, places: readonly number[]): string {
  return places.length === 1 ? `${path}.cells[${places[0]}].memory` : `${path}.cells`;
}

function shortFinding(machine: Machine, claims: readonly Claim[], shortage: Shortage): Finding {
  const { host } = machine;
  const { places, requested, available } = shortage;
  const ids = places.map((p) => host.cells[p]?.id as number);
  const names = namesOf(claims, shortage.demands);
  const sum = (of: (place: number) => number) => places.reduce((total, p) => total + of(p), 0);
  const physical = sum((p) => host.cells[p]?.memory as number);
  const there = sum((p) => promised(machine, p));
  const ratio = there === physical ? "" : `, at ratio ${machine.ratios.memory} ${formatBytes(there)},`;
  const pages = sum((p) => hugepageBytes(machine, p));
  const less = [
    `${formatBytes(host.reserved.memoryPerCell * places.length)} kept for the host`,
    ...(pages === 0 ? [] : [`${formatBytes(pages)} of hugepages`]),
  ];
  const short = requested - available;
  const where = listCells(ids);
  return finding({
    rule: "host/cell-memory",
    path: cellPath(machine, places),
    subject: `${where} of host ${host.name}`,
    have: available,
    need: requested,
    limit: available,
    unit: "bytes",
    message: `${sentence(where)} of host ${host.name} cannot hold the memory of ${listVms(names)} with QEMU's overhead: requested ${formatBytes(requested)}, available ${formatBytes(available)} (${formatBytes(physical)}${ratio} less ${less.join(" and ")}), short by ${formatBytes(short)}.`,
    remedy: shortRemedy(machine, claims, shortage, names.length === 1),
  });
}

/** Ways out that exist: memory on hugepages cannot be lowered here, nor can a VM leave for a cell that is short too. */
function shortRemedy(
  { host }: Machine,
  claims: readonly Claim[],
  { places, demands, requested, available }: Shortage,
  alone: boolean,
): string {
  const mib = Math.ceil((requested - available) / MIB);
  const lowerable = demands.reduce((sum, d) => sum + (claims[d] as Claim).memory, 0);
  const pages = places.some((p) => Object.values(host.cells[p]?.hugepages ?? {}).some((n) => n > 0));
  const ways = [
    ...(mib * MIB < lowerable
      ? [
          alone
            ? `lower the memory that it has there by ${mib} MiB`
            : `lower the memory that they have there by ${mib} MiB in all`,
        ]
      : []),
    ...(pages ? ["reserve fewer hugepages there"] : []),
    `move ${alone ? "it" : "one of them"} to another ${places.length < host.cells.length ? "cell or host" : "host"}`,
  ];
  const last = ways.pop();
  return `${sentence(ways.length === 0 ? `${last}` : `${ways.join(", ")}, or ${last}`)}.`;
}

/** Only VMs that prefer a cell can spill, and only if the cells elsewhere had room. */
function spillFinding(machine: Machine, claims: readonly Claim[], shortage: Shortage): Finding[] {
  const spilling = shortage.demands.filter((d) => claims[d]?.anywhere !== claims[d]?.places);
  if (spilling.length === 0) return [];
  const { host } = machine;
  const { places, requested, available } = shortage;
  const where = listCells(places.map((p) => host.cells[p]?.id as number));
  const names = namesOf(claims, spilling);
  return [
    finding({
      rule: "host/cell-preferred",
      severity: "warn",
      path: cellPath(machine, places),
      subject: `${where} of host ${host.name}`,
      have: available,
      need: requested,
      limit: available,
      unit: "bytes",
      message: `${sentence(where)} of host ${host.name} cannot hold all that prefers to lie there: requested ${formatBytes(requested)}, available ${formatBytes(available)}, short by ${formatBytes(requested - available)}; memory of ${listVms(names)} will lie in other cells.`,
      remedy: "Lower the memory of a VM there, or accept memory that is further away.",
    }),
  ];
}

/** What is kept back must itself fit, whatever the VMs ask for. */
function checkReserve(machine: Machine): Finding[] {
  const { host } = machine;
  return host.cells.flatMap((cell, c) => {
    const need = host.reserved.memoryPerCell + hugepageBytes(machine, c);
    if (need <= cell.memory) return [];
    return [
      finding({
        rule: "host/cell-reserve",
        path: `${machine.path}.cells[${c}].memory`,
        subject: `cell ${cell.id} of host ${host.name}`,
        have: cell.memory,
        need,
        limit: cell.memory,
        unit: "bytes",
        message: `Cell ${cell.id} of host ${host.name} cannot hold what is kept back: requested ${formatBytes(need)} (${formatBytes(host.reserved.memoryPerCell)} kept for the host and ${formatBytes(hugepageBytes(machine, c))} of hugepages), available ${formatBytes(cell.memory)}, short by ${formatBytes(need - cell.memory)}.`,
        remedy: "Reserve fewer hugepages or less memory for the host, or correct the cell's memory.",
      }),
    ];
  });
}
