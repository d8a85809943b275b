import type { ConditionView, HostView, PressureView } from "../capacity/pressure/view.ts";
import type { PressureEvent } from "../capacity/pressure/watched.ts";
import { formatBytes, formatStorage } from "../model/format.ts";
import type { Bytes } from "../model/quantity.ts";
import { renderTable } from "./table.ts";

/** What `fleet watch` knows, for people. */

/** Hosts, then pools, then why something is not known. @param nowMs the time from which ages are told */
export function renderPressure(view: PressureView, nowMs: number): string {
  const hosts = view.hosts.map((host) => [
    host.name,
    host.status,
    room(host.memory, formatBytes),
    room(host.systemDisk, formatStorage),
    [
      ...condition("memory_pressure", host.memory, nowMs),
      ...condition("system_disk_pressure", host.systemDisk, nowMs),
    ].join(", "),
  ]);
  const pools = view.hosts.flatMap((host) =>
    host.pools.map((pool) => [
      pool.name,
      host.name,
      pool.status,
      room(pool.disk, formatStorage),
      condition("disk_pressure", pool.disk, nowMs).join(),
    ]),
  );
  const why = view.hosts.flatMap(reasons);
  return [
    renderTable(["host", "status", "memory free", "system disk free", "pressure"], hosts, 5),
    ...(pools.length === 0
      ? []
      : ["", renderTable(["pool", "host", "status", "free", "pressure"], pools, 5)]),
    ...(why.length === 0 ? [] : ["", ...why]),
  ].join("\n");
}

/** One host with a line for each of its conditions, and then its pools in the same way. */
export function renderHostPressure(host: HostView, nowMs: number): string {
  return [
    `host ${host.name}: ${host.status}`,
    "pressure:",
    `  memory:      ${state(host.memory, nowMs, formatBytes)}`,
    `  system_disk: ${state(host.systemDisk, nowMs, formatStorage)}`,
    ...host.pools.flatMap(({ name, status, disk }) => [
      "",
      `pool ${name}: ${status}`,
      "pressure:",
      `  disk: ${state(disk, nowMs, formatStorage)}`,
    ]),
    ...reasons(host).flatMap((why, i) => (i === 0 ? ["", why] : [why])),
  ].join("\n");
}

/** A condition that was set or cleared, as one line. */
export function renderPressureEvent({
  kind,
  node,
  pool,
  condition: name,
  observation,
  settings,
}: PressureEvent): string {
  const format = name === "memory_pressure" ? formatBytes : formatStorage;
  const where = pool === undefined ? `host ${node}` : `pool ${pool} of host ${node}`;
  const free = share(observation.available, observation.total, format);
  const { thresholdPercent: percent, consecutiveRequired: required } = settings;
  return kind === "set"
    ? `WARN ${where}: ${name} is set: ${free} free, below ${percent} % in ${required} ${required === 1 ? "observation" : "observations in a row"}`
    : `info ${where}: ${name} is cleared: ${free} free, not below ${percent} %`;
}

type Format = (bytes: Bytes) => string;

function room(view: ConditionView | null, format: Format): string {
  return view ? share(view.available, view.total, format) : "-";
}

/** `1.20Gi of 16Gi (7.5 %)`: rounded down, so that what is below a threshold never reads as at it. */
function share(available: Bytes | null, total: Bytes | null, format: Format): string {
  if (available === null || total === null) return "-";
  const tenths = Number((BigInt(available) * 1000n) / BigInt(total));
  return `${format(available)} of ${format(total)} (${(tenths / 10).toFixed(1)} %)`;
}

function condition(name: string, view: ConditionView | null, nowMs: number): string[] {
  return view?.pressure ? [`${name} for ${age(view.since, nowMs)}`] : [];
}

function state(view: ConditionView | null, nowMs: number, format: Format): string {
  if (view === null) return "not known";
  const isMissing = view.total === null;
  const free = isMissing ? "the last observation is missing" : `${room(view, format)} free`;
  if (!view.enabled) return `disabled; ${free}`;
  if (view.pressure) {
    return `active since ${age(view.since, nowMs)} ago (consecutive_count=${view.count}); ${free}`;
  }
  const counting =
    view.count === 0
      ? ""
      : ` (consecutive_count=${view.count} of ${view.consecutiveRequired} below ${view.thresholdPercent} %)`;
  return `${isMissing ? "not set" : "ok"}${counting}; ${free}`;
}

function reasons({ name, unreachable, scanFailure }: HostView): string[] {
  return [
    ...(unreachable === null ? [] : [`host ${name} does not answer: ${unreachable}`]),
    ...(scanFailure === null || scanFailure === unreachable
      ? []
      : [`pools of host ${name} could not be scanned: ${scanFailure}`]),
  ];
}

/** The largest whole unit; a time in the future, which a clock that was set back makes, is none. */
function age(since: string | null, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(since ?? "")) / 1000)) || 0;
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
