import { type Machine, machines } from "../capacity/host/machine.ts";
import { judge } from "../capacity/judge.ts";
import { isUnknown, type Unknown } from "../facts/asked.ts";
import { uplinkOf } from "../facts/hardware.ts";
import type { HostInventory } from "../facts/inventory.ts";
import type { Provenance } from "../model/fields.ts";
import { type Finding, finding, refuses } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { type Host, PAGE_BYTES, PAGE_SIZES } from "../model/host.ts";
import { CHECKS } from "../verify/checks.ts";
import { recordRows } from "../verify/hostRows.ts";
import { isOptional, type Row } from "../verify/row.ts";

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

/** What could not be asked of a host that answered, in one finding. */
function unknownFigures({ host, path }: Machine, rows: readonly Row[]): Finding[] {
  const silent = rows.filter(({ status, check }) => status === "unknown" && !isOptional(check));
  const [first] = silent;
  if (first === undefined) return [];
  const names = [...new Set(silent.map(figureOf))];
  return [
    finding({
      rule: "host/record-unknown",
      severity: "warn",
      path,
      subject: `host ${host.name}`,
      message: `Host ${host.name} does not tell ${names.join(", ")}: ${first.live.replace(/^unknown: /, "").replace(/\.$/, "")}.`,
      remedy: first.remedy,
    }),
  ];
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

/** The host with the lesser of each figure: what is recorded, and what it has. What is unknown stays as recorded. */
function liveHost(host: Host, { cells, onlineCpus, pools, hardware }: HostInventory): Host {
  const online = isUnknown(onlineCpus) ? undefined : new Set(onlineCpus);
  const links = isUnknown(hardware) || isUnknown(hardware.links) ? [] : hardware.links;
  return {
    ...host,
    cells: host.cells.map((cell) => {
      const found = isUnknown(cells) ? cell : cells.find(({ id }) => id === cell.id);
      const pagesOf = (size: (typeof PAGE_SIZES)[number]) =>
        isUnknown(cells)
          ? (cell.hugepages[size] ?? 0)
          : (cells.find(({ id }) => id === cell.id)?.hugepages.get(PAGE_BYTES[size]) ?? 0);
      return {
        ...cell,
        memory: Math.min(cell.memory, found?.memory ?? 0),
        cores: cell.cores
          .map((core) => core.filter((cpu) => online?.has(cpu) ?? true))
          .filter((core) => core.length > 0),
        hugepages: Object.fromEntries(
          PAGE_SIZES.map((size) => [size, Math.min(cell.hugepages[size] ?? 0, pagesOf(size))]),
        ),
      };
    }),
    pools: host.pools.map((pool) => {
      const found = isUnknown(pools) ? undefined : pools.find(({ name }) => name === pool.name);
      // A pool that is not there yet is made by the update.
      return found?.active ? { ...pool, capacity: Math.min(pool.capacity, found.capacity) } : pool;
    }),
    bridges: host.bridges.map((bridge) => {
      const speed = uplinkOf(links, bridge.name)?.speed;
      return bridge.bandwidth === undefined || speed === undefined || isUnknown(speed)
        ? bridge
        : { ...bridge, bandwidth: Math.min(bridge.bandwidth, speed) };
    }),
  };
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
