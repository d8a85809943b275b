import { type Machine, machines } from "../capacity/host/machine.ts";
import { isUnknown, type Unknown } from "../facts/asked.ts";
import type { HostFacts, Sample } from "../facts/hostFacts.ts";
import { type Finding, sortFindings } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Rehearsal } from "../model/rehearsal.ts";
import type { CheckId } from "./checks.ts";
import { hostRows } from "./hostRows.ts";
import { emulatorRows, numaRows, vmLoadRows } from "./loadRows.ts";
import { memoryRows } from "./memoryRows.ts";
import { neighbourRows } from "./neighbourRows.ts";
import { overcommitRows } from "./overcommitRows.ts";
import { pinRows } from "./pinRows.ts";
import { rehearsedFleet } from "./rehearsedFleet.ts";
import { findingOf, isOptional, type Row, row, unknownRow } from "./row.ts";
import { type Comparison, type Guest, hostSubject, vmSubject } from "./subject.ts";
import { tuningRows } from "./tuningRows.ts";
import { missingRow, vmRows } from "./vmRows.ts";

/** What a host said, or why it could not be asked. */
export interface HostAnswer {
  readonly facts: HostFacts | Unknown;
  readonly previous: Sample | undefined;
}

/** One host's part of the report. */
export interface VerifiedHost {
  readonly host: string;
  /** False: the host could not be asked, and nothing of it is known. */
  readonly reached: boolean;
  readonly rows: readonly Row[];
}

/**
 * `as-declared`: nothing differs, and nothing that counts is unknown; warnings may be there. `differs`: something is
 * not as declared. `unknown`: something could not be asked, whether or not something else differs.
 */
export type Verdict = "as-declared" | "differs" | "unknown";

/**
 * Compares each host of the fleet that there is an answer for, in declaration order. Pure.
 * @param rehearsal the machine that plays the hosts, if the fleet is rehearsed
 */
export function compareFleet(
  fleet: Fleet,
  answers: ReadonlyMap<string, HostAnswer>,
  rehearsal?: Rehearsal,
): VerifiedHost[] {
  return machines(rehearsedFleet(fleet, rehearsal)).flatMap((machine) => {
    const answer = answers.get(machine.host.name);
    return answer ? [compareHost(machine, answer, rehearsal !== undefined)] : [];
  });
}

function compareHost(machine: Machine, { facts, previous }: HostAnswer, isRehearsal: boolean): VerifiedHost {
  const subject = hostSubject(machine);
  const declared = "reachable";
  const { name: host } = machine.host;
  if (isUnknown(facts)) {
    return {
      host,
      reached: false,
      rows: [unknownRow("reachable", subject, facts, { declared, at: ".uri" })],
    };
  }
  const comparison: Comparison = { machine, facts, previous, isRehearsal };
  const domains = new Map(facts.domains.map((domain) => [domain.name, domain]));
  const guests: Guest[] = [];
  const missing: Row[] = [];
  for (const { vm, path } of machine.guests) {
    const domain = domains.get(vm.name);
    const at = vmSubject(vm, path);
    if (domain) guests.push({ vm, domain, subject: at });
    else missing.push(missingRow(at));
  }
  const rows = [
    row("reachable", subject, "ok", { declared, live: facts.versions, at: ".uri" }),
    ...hostRows(comparison),
    ...tuningRows(comparison),
    ...overcommitRows(comparison),
    ...numaRows(comparison),
    ...emulatorRows(guests, comparison),
    ...neighbourRows(comparison, guests),
    ...guests.flatMap((guest) => {
      const own = [
        ...vmRows(guest, comparison),
        ...pinRows(guest, comparison),
        ...memoryRows(guest, comparison),
        ...vmLoadRows(guest, comparison),
      ];
      return guest.vm.managed === false ? own.map(asOfOthers) : own;
    }),
    ...missing,
  ];
  return { host, reached: true, rows: bySubject(rows) };
}

/** How others run their VM, which takes nothing from the host that is promised to anybody. */
const AFFAIRS_OF_OTHERS: ReadonlySet<CheckId> = new Set([
  "autostart",
  "pending-restart",
  "emulator-pin",
  "emulator-affinity",
  "iothreads",
  "balloon",
  "weight",
  "interface",
]);

/** A row of a VM that others look after: no update mends it. */
function asOfOthers(own: Row): Row {
  if (own.status === "ok" || own.status === "info") return own;
  if (AFFAIRS_OF_OTHERS.has(own.check)) return { ...own, status: "info", remedy: "" };
  return {
    ...own,
    remedy: "Whoever looks after the VM has to change it; or record what it is now: fleet discover --into.",
  };
}

/** Rows of one subject beside each other, subjects in the order of their first row. */
function bySubject(rows: readonly Row[]): Row[] {
  return [...Map.groupBy(rows, (r) => r.subject).values()].flat();
}

export function verdictOf(hosts: readonly VerifiedHost[]): Verdict {
  const rows = hosts.flatMap((host) => host.rows);
  if (rows.some((r) => r.status === "unknown" && !isOptional(r.check))) return "unknown";
  return rows.some((r) => r.status === "differs") ? "differs" : "as-declared";
}

export function findingsOf(hosts: readonly VerifiedHost[]): Finding[] {
  return sortFindings(hosts.flatMap(({ rows }) => rows.flatMap((r) => findingOf(r) ?? [])));
}
