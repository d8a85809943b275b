import { describe, expect, test } from "vitest";
import type { PressureSettings } from "../../capacity/pressure/condition.ts";
import { pressureVerdict, pressureView, type WatchTarget } from "../../capacity/pressure/view.ts";
import { unwatched, withSample, withScan } from "../../capacity/pressure/watched.ts";
import type { WatchedHost } from "../../model/watchState.ts";
import { renderMetrics } from "../../report/exposition.ts";
import { renderHostPressure, renderPressure, renderPressureEvent } from "../../report/pressure.ts";
import { pressureMetrics } from "../../report/pressureMetrics.ts";

const GI = 1024 ** 3;
const settings: PressureSettings = {
  memory: { enabled: true, thresholdPercent: 10, consecutiveRequired: 3 },
  systemDisk: { enabled: true, thresholdPercent: 10, consecutiveRequired: 3 },
  disk: { enabled: true, thresholdPercent: 15, consecutiveRequired: 1 },
};
/** Just below a tenth of 16 GiB. */
const LEFT = Math.floor(1.6 * GI);
const NOW = Date.UTC(2026, 10, 21, 12);
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
const low = {
  memory: { total: 16 * GI, available: LEFT },
  systemDisk: { total: 100e9, available: 50e9 },
};

/** Five samples with too little memory, the last one now; one pool is full. */
function pressed(): WatchedHost {
  let host = unwatched("numa");
  for (const minutes of [7, 6, 5, 4, 0]) host = withSample(host, low, settings, ago(minutes)).host;
  const rooms = new Map([
    ["fast", { total: 100e9, available: 2e9 }],
    ["slow", { total: 8e12, available: 6e12 }],
  ]);
  return withScan(host, ["fast", "slow"], rooms, settings, ago(120)).host;
}
const targets: WatchTarget[] = [
  { name: "spare", cordoned: false, pools: ["lake"] },
  { name: "numa", cordoned: true, pools: ["slow", "fast"] },
];
const spare = withScan(
  withSample(unwatched("spare"), "no route to host.", settings, ago(0)).host,
  ["lake"],
  "no route to host.",
  settings,
  ago(0),
).host;
const view = (...hosts: WatchedHost[]) => pressureView(targets, { hosts, clockJumps: 1 }, settings);

describe("the table", () => {
  test("hosts and pools each with a status of their own, in declaration order, and why something is not known", () => {
    expect(renderPressure(view(pressed(), spare), NOW)).toBe(
      `
host   status                    memory free             system disk free          pressure
spare  unreachable               -                       -
numa   cordoned, under_pressure  1.60Gi of 16Gi (9.9 %)  50 GB of 100 GB (50.0 %)  memory_pressure for 5m

pool  host   status          free                    pressure
lake  spare  unknown         -
slow  numa   ready           6 TB of 8 TB (75.0 %)
fast  numa   under_pressure  2 GB of 100 GB (2.0 %)  disk_pressure for 2h

host spare does not answer: no route to host.`.slice(1),
    );
  });

  test("one host in full: a line for each of its conditions, and a section for each pool", () => {
    const { hosts } = view(pressed(), spare);
    expect(hosts.map((host) => renderHostPressure(host, NOW)).join("\n=\n")).toBe(
      `
host spare: unreachable
pressure:
  memory:      not known
  system_disk: not known

pool lake: unknown
pressure:
  disk: not known

host spare does not answer: no route to host.
=
host numa: cordoned, under_pressure
pressure:
  memory:      active since 5m ago (consecutive_count=5); 1.60Gi of 16Gi (9.9 %) free
  system_disk: ok; 50 GB of 100 GB (50.0 %) free

pool slow: ready
pressure:
  disk: ok; 6 TB of 8 TB (75.0 %) free

pool fast: under_pressure
pressure:
  disk: active since 2h ago (consecutive_count=1); 2 GB of 100 GB (2.0 %) free`.slice(1),
    );
  });

  test("counting, missing, disabled, and a time that a clock set back has made the future", () => {
    const one = (host: WatchedHost, given = settings, at = NOW) =>
      renderHostPressure(
        pressureView([{ name: "numa", cordoned: false, pools: [] }], { hosts: [host], clockJumps: 0 }, given)
          .hosts[0] as never,
        at,
      ).split("\n");
    const counting = withSample(unwatched("numa"), low, settings, ago(0)).host;
    expect(one(counting)[2]).toBe(
      "  memory:      ok (consecutive_count=1 of 3 below 10 %); 1.60Gi of 16Gi (9.9 %) free",
    );
    const none = { total: null, available: null };
    const missing = withSample(pressed(), { memory: none, systemDisk: none }, settings, ago(0)).host;
    expect(one(missing).slice(2, 4)).toEqual([
      "  memory:      active since 5m ago (consecutive_count=5); the last observation is missing",
      "  system_disk: not set; the last observation is missing",
    ]);
    const off = { ...settings, memory: { ...settings.memory, enabled: false } };
    expect(one(pressed(), off)[2]).toBe("  memory:      disabled; 1.60Gi of 16Gi (9.9 %) free");
    expect(one(pressed(), settings, NOW - 86_400_000)[2]).toMatch(/active since 0s ago/);
    expect(one(pressed(), settings, NOW + 3 * 86_400_000)[2]).toMatch(/active since 3d ago/);
  });
});

describe("a change", () => {
  const event = { node: "numa", condition: "memory_pressure" as const, settings: settings.memory };
  test.each([
    [
      { ...event, kind: "set" as const, observation: low.memory },
      "WARN host numa: memory_pressure is set: 1.60Gi of 16Gi (9.9 %) free, below 10 % in 3 observations in a row",
    ],
    [
      { ...event, kind: "cleared" as const, observation: { total: 16 * GI, available: 2 * GI } },
      "info host numa: memory_pressure is cleared: 2Gi of 16Gi (12.5 %) free, not below 10 %",
    ],
    [
      {
        kind: "set" as const,
        node: "numa",
        pool: "fast",
        condition: "disk_pressure" as const,
        settings: settings.disk,
        observation: { total: 100e9, available: 2e9 },
      },
      "WARN pool fast of host numa: disk_pressure is set: 2 GB of 100 GB (2.0 %) free, below 15 % in 1 observation",
    ],
  ])("is told in one line", (given, expected) => expect(renderPressureEvent(given)).toBe(expected));
});

describe("the verdict", () => {
  const ready = withScan(
    withSample(
      unwatched("numa"),
      { memory: { total: 9, available: 9 }, systemDisk: { total: 9, available: 9 } },
      settings,
      ago(0),
    ).host,
    ["slow", "fast"],
    new Map([
      ["slow", { total: 9, available: 9 }],
      ["fast", { total: 9, available: 9 }],
    ]),
    settings,
    ago(0),
  ).host;
  const only = (host: WatchedHost) =>
    pressureVerdict(pressureView([targets[1] as WatchTarget], { hosts: [host], clockJumps: 0 }, settings));

  test.each([
    ["ready: cordoned is no pressure", () => only(ready), "ready"],
    ["under pressure", () => only(pressed()), "under_pressure"],
    ["under pressure for a pool alone", () => only({ ...ready, pools: pressed().pools }), "under_pressure"],
    ["unknown before under pressure", () => pressureVerdict(view(pressed(), spare)), "unknown"],
    ["unknown for a pool that nobody saw", () => only({ ...ready, pools: [] }), "unknown"],
  ])("%s", (_, verdict, expected) => expect(verdict()).toBe(expected));
});

describe("the metrics", () => {
  const lines = (...hosts: WatchedHost[]) =>
    renderMetrics(pressureMetrics(view(...hosts)))
      .split("\n")
      .filter((line) => !line.startsWith("#") && line !== "")
      .map((line) => line.replace(/^numafleet_/, ""));

  test("tell each figure, flag and counter", () => {
    expect(lines(pressed(), spare)).toEqual([
      'host_reachable{host="spare"} 0',
      'host_reachable{host="numa"} 1',
      'host_cordoned{host="spare"} 0',
      'host_cordoned{host="numa"} 1',
      'host_pressure{host="numa",condition="memory_pressure"} 1',
      'host_pressure{host="numa",condition="system_disk_pressure"} 0',
      'host_pressure_observations{host="numa",condition="memory_pressure"} 5',
      'host_pressure_observations{host="numa",condition="system_disk_pressure"} 0',
      `host_pressure_since_timestamp_seconds{host="numa",condition="memory_pressure"} ${NOW / 1000 - 300}`,
      `host_memory_bytes{host="numa"} ${16 * GI}`,
      `host_memory_available_bytes{host="numa"} ${LEFT}`,
      'host_system_disk_bytes{host="numa"} 100000000000',
      'host_system_disk_available_bytes{host="numa"} 50000000000',
      'pool_pressure{host="numa",pool="slow"} 0',
      'pool_pressure{host="numa",pool="fast"} 1',
      'pool_pressure_observations{host="numa",pool="slow"} 0',
      'pool_pressure_observations{host="numa",pool="fast"} 1',
      `pool_pressure_since_timestamp_seconds{host="numa",pool="fast"} ${NOW / 1000 - 7200}`,
      'pool_capacity_bytes{host="numa",pool="slow"} 8000000000000',
      'pool_capacity_bytes{host="numa",pool="fast"} 100000000000',
      'pool_available_bytes{host="numa",pool="slow"} 6000000000000',
      'pool_available_bytes{host="numa",pool="fast"} 2000000000',
      `host_sampled_timestamp_seconds{host="numa"} ${NOW / 1000}`,
      `host_scanned_timestamp_seconds{host="numa"} ${NOW / 1000 - 7200}`,
      'host_samples_total{host="spare"} 0',
      'host_samples_total{host="numa"} 5',
      'host_failures_total{host="spare"} 1',
      'host_failures_total{host="numa"} 0',
      "watch_clock_jumps_total 1",
    ]);
  });

  test("tell nothing stale of a host that does not answer, but of its pools what was seen", () => {
    const gone = withSample(pressed(), "no route to host.", settings, ago(0)).host;
    const told = lines(gone);
    expect(told.filter((line) => /^host_(pressure|memory|system_disk)/.test(line))).toEqual([]);
    expect(told).toContain('host_reachable{host="numa"} 0');
    expect(told).toContain('pool_pressure{host="numa",pool="fast"} 1');
    expect(told).toContain('host_failures_total{host="numa"} 1');
  });

  test("have names and help by Prometheus' rules, each once", () => {
    const families = pressureMetrics(view(pressed()));
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
    for (const { name, type, help } of families) {
      expect(name).toMatch(/^numafleet_[a-z_]+$/);
      expect(name.endsWith("_total")).toBe(type === "counter");
      expect(help).toMatch(/^[A-Z0-9].*\.$/);
    }
  });
});
