import { type Machine, machines } from "../capacity/host/machine.ts";
import { judge } from "../capacity/judge.ts";
import { isUnknown, type Unknown } from "../facts/asked.ts";
import type { HostInventory } from "../facts/inventory.ts";
import type { Provenance } from "../model/fields.ts";
import { type Finding, finding, refuses } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Host } from "../model/host.ts";
import { CHECKS } from "../verify/checks.ts";
import { recordRows } from "../verify/hostRows.ts";
import { isOptional, type Row } from "../verify/row.ts";
import { liveHost } from "./liveHost.ts";

/**
 * The gate before anything is created: a host that has less than its record says. The record was read off the host and
 * reviewed; VMs are judged by it, so it must be true.
 */

/** Whether some figure of a host was read off it, so that it can have become less. */
export function hasDetected(host: Host): boolean {
  const own = [...host.cells, ...host.pools, ...host.bridges, ...host.gpus].map((item) => item.recorded);
  return [host.recorded, host.systemDisk?.recorded, ...own].some(
    (recorded) => recorded?.source === "detected",
  );
}

/** What the hosts that were asked have less of than their records; each figure by name. Pure. */
export function judgeDrift(
  fleet: Fleet,
  answers: ReadonlyMap<string, HostInventory | Unknown>,
  today: string,
): Finding[] {
  const live = new Map<string, Host>();
  const findings = machines(fleet).flatMap((machine) => {
    const answer = answers.get(machine.host.name);
    if (answer === undefined) return [];
    if (isUnknown(answer)) return [unknownHost(machine, answer)];
    live.set(machine.host.name, liveHost(machine.host, answer));
    const rows = recordRows({ machine, facts: answer, isRehearsal: false });
    return [
      ...rows.filter(({ less }) => less).map((row) => lessThanRecord(machine, row)),
      ...unknownFigures(machine, rows),
    ];
  });
  if (refuses(findings) || findings.every(({ rule }) => rule !== "host/below-configured")) return findings;
  return [...findings, ...belowCommitted(fleet, live, today)];
}

function unknownHost({ host, path }: Machine, why: Unknown): Finding {
  return finding({
    rule: "host/record-unknown",
    severity: "warn",
    path,
    subject: `host ${host.name}`,
    message: `Whether host ${host.name} still has what is recorded is unknown: ${why.unknown.replace(/\.$/, "")}.`,
    remedy: why.remedy || "Reach the host and preview again, or go on with what is recorded.",
  });
}

/** What could not be asked of a host that answered, in one finding for each reason. */
function unknownFigures({ host, path }: Machine, rows: readonly Row[]): Finding[] {
  const silent = rows.filter(({ status, check }) => status === "unknown" && !isOptional(check));
  return [...Map.groupBy(silent, ({ live }) => live)].map(([why, list]) => {
    const names = [...new Set(list.map(figureOf))];
    return finding({
      rule: "host/record-unknown",
      severity: "warn",
      path,
      subject: `host ${host.name}`,
      message: `Host ${host.name} does not tell ${names.join(", ")}: ${why.replace(/^unknown: /, "").replace(/\.$/, "")}.`,
      remedy: list[0]?.remedy ?? "",
    });
  });
}

function figureOf({ subject, check, item }: Row): string {
  return `${CHECKS[check].title}${item === "" ? "" : ` ${item}`} of ${subject}`;
}

function lessThanRecord(machine: Machine, row: Row): Finding {
  const { host } = machine;
  const { source, date } = provenanceOf(machine, row.path);
  const isConfigured = source === "configured";
  const told = `${figureOf(row)} is recorded as ${row.declared} (${source}, ${date}), and is ${row.live}`;
  return finding({
    rule: isConfigured ? "host/below-configured" : "host/below-record",
    severity: isConfigured ? "warn" : "refuse",
    path: row.path,
    subject: row.subject,
    message: isConfigured
      ? `Host ${host.name} has less than was configured, and the configured figure counts: ${told}.`
      : `Host ${host.name} has less than its record: ${told}.`,
    remedy: row.remedy,
  });
}

const ITEM = /\.(cells|pools|bridges|gpus)\[(\d+)\]/;

/** Where a figure is recorded: its own item's record, or the host's. */
function provenanceOf({ host }: Machine, path: string): Provenance {
  const [, list, index] = ITEM.exec(path) ?? [];
  if (list === undefined)
    return (path.includes(".systemDisk") ? host.systemDisk?.recorded : undefined) ?? host.recorded;
  return host[list as "cells" | "pools" | "bridges" | "gpus"][Number(index)]?.recorded ?? host.recorded;
}

/** Configured figures count as long as what is asked of the host is there in truth. */
function belowCommitted(fleet: Fleet, live: ReadonlyMap<string, Host>, today: string): Finding[] {
  const known = new Set(
    judge(fleet, { today })
      .findings.filter(({ severity }) => severity === "refuse")
      .map(({ rule, path }) => `${rule} ${path}`),
  );
  const real = { ...fleet, hosts: fleet.hosts.map((host) => live.get(host.name) ?? host) };
  return judge(real, { today })
    .findings.filter(({ severity, rule, path }) => severity === "refuse" && !known.has(`${rule} ${path}`))
    .map((found) =>
      finding({
        ...found,
        rule: "host/below-committed",
        message: `By what the hosts have now (${found.rule}): ${found.message}`,
      }),
    );
}
