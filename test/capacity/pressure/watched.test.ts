import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Observation, PressureSettings } from "../../../capacity/pressure/condition.ts";
import { hostStatus, poolStatus } from "../../../capacity/pressure/status.ts";
import {
  type HostAnswer,
  type PoolAnswer,
  unwatched,
  withSample,
  withScan,
} from "../../../capacity/pressure/watched.ts";
import { type WatchedHost, watchState } from "../../../model/watchState.ts";

const settings: PressureSettings = {
  memory: { enabled: true, thresholdPercent: 10, consecutiveRequired: 3 },
  systemDisk: { enabled: true, thresholdPercent: 10, consecutiveRequired: 3 },
  disk: { enabled: true, thresholdPercent: 15, consecutiveRequired: 1 },
};
const at = (step: number) => new Date(Date.UTC(2026, 10, 21, 0, 0, step)).toISOString();
const low: Observation = { total: 1000, available: 20 };
const high: Observation = { total: 1000, available: 500 };
const missing: Observation = { total: null, available: null };

function sampled(answers: readonly HostAnswer[], start: WatchedHost = unwatched("numa")) {
  return answers.reduce<{ host: WatchedHost; events: string[] }>(
    ({ host, events }, answer, step) => {
      const next = withSample(host, answer, settings, at(step));
      return { host: next.host, events: [...events, ...next.events.map((e) => `${e.kind} ${e.condition}`)] };
    },
    { host: start, events: [] },
  );
}

describe("a host", () => {
  test("memory and system disk are debounced apart from each other", () => {
    const { host, events } = sampled([
      { memory: low, systemDisk: high },
      { memory: low, systemDisk: low },
      { memory: low, systemDisk: low },
      { memory: high, systemDisk: low },
    ]);
    expect(events).toEqual(["set memory_pressure", "cleared memory_pressure", "set system_disk_pressure"]);
    expect(host.memory).toEqual({ ...high, count: 0, since: null });
    expect(host.systemDisk).toEqual({ ...low, count: 3, since: at(3) });
    expect(host).toMatchObject({ samples: 4, failures: 0, sampledAt: at(3), unreachable: null });
  });

  test("that tells half of it keeps the other half: its figures go, its counter stays", () => {
    const { host } = sampled([
      { memory: low, systemDisk: low },
      { memory: low, systemDisk: missing },
      { memory: low, systemDisk: low },
    ]);
    expect(host.memory.count).toBe(3);
    expect(host.systemDisk).toEqual({ ...low, count: 2, since: null });
    expect(sampled([{ memory: low, systemDisk: missing }], host).host.systemDisk).toEqual({
      ...missing,
      count: 2,
      since: null,
    });
  });

  test("that does not answer keeps flags, counters and figures, and is counted", () => {
    const before = sampled(Array.from({ length: 4 }, () => ({ memory: low, systemDisk: low }))).host;
    const { host, events } = sampled(["no route", "no route"], before);
    expect(host).toEqual({ ...before, unreachable: "no route", failures: 2 });
    expect(events).toEqual([]);
  });

  test("figures that run backwards or cannot be are no observation, and not kept", () => {
    const before = sampled([
      { memory: low, systemDisk: low },
      { memory: low, systemDisk: low },
    ]).host;
    const odd = { memory: { total: 10, available: 11 }, systemDisk: { total: -1, available: Number.NaN } };
    const { host } = sampled([odd], before);
    expect(host.memory).toEqual({ ...missing, count: 2, since: null });
    expect(host.systemDisk).toEqual({ ...missing, count: 2, since: null });
  });
});

describe("pools", () => {
  const scan = (...answers: PoolAnswer[]) =>
    answers.reduce(
      (host, answer, step) => withScan(host, ["slow", "fast"], answer, settings, at(step)).host,
      unwatched("numa"),
    );

  test("each has a condition of its own, set by the first scan below", () => {
    const { host, events } = withScan(
      unwatched("numa"),
      ["slow", "fast"],
      new Map([
        ["fast", low],
        ["slow", high],
      ]),
      settings,
      at(0),
    );
    expect(host.pools).toEqual([
      { name: "fast", ...low, count: 1, since: at(0) },
      { name: "slow", ...high, count: 0, since: null },
    ]);
    expect(events).toEqual([
      {
        kind: "set",
        node: "numa",
        pool: "fast",
        condition: "disk_pressure",
        observation: low,
        settings: settings.disk,
      },
    ]);
    expect(host).toMatchObject({ samples: 0, sampledAt: null, scannedAt: at(0) });
  });

  test("a pool that a scan did not see carries forward, and so does a scan that failed", () => {
    const before = scan(new Map([["fast", low]]));
    expect(before.pools[1]).toEqual({ name: "slow", ...missing, count: 0, since: null });
    const host = scan(new Map([["fast", low]]), new Map(), "libvirt is down");
    expect(host.pools[0]).toEqual({ name: "fast", ...missing, count: 1, since: at(0) });
    expect(host).toMatchObject({ scanFailure: "libvirt is down", scannedAt: at(1) });
  });

  test("a pool that is no longer declared stays as it was", () => {
    const before = scan(new Map([["fast", low]]));
    const { host } = withScan(before, ["slow"], new Map([["slow", high]]), settings, at(5));
    expect(host.pools[0]).toEqual(before.pools[0]);
  });
});

describe("the status", () => {
  const pressed = (...which: ("memory" | "systemDisk")[]): WatchedHost => {
    const sample = {
      memory: which.includes("memory") ? low : high,
      systemDisk: which.includes("systemDisk") ? low : high,
    };
    return sampled([sample, sample, sample]).host;
  };
  const down = (host: WatchedHost) => sampled(["no route"], host).host;

  test.each<[string, WatchedHost | undefined, boolean, string]>([
    ["nothing is wrong", pressed(), false, "ready"],
    ["memory pressure", pressed("memory"), false, "under_pressure"],
    ["system disk pressure", pressed("systemDisk"), false, "under_pressure"],
    ["both", pressed("memory", "systemDisk"), false, "under_pressure"],
    ["cordoned", pressed(), true, "cordoned"],
    ["cordoned, memory pressure", pressed("memory"), true, "cordoned, under_pressure"],
    ["cordoned, both", pressed("memory", "systemDisk"), true, "cordoned, under_pressure"],
    ["unreachable: its pressure is not shown", down(pressed("memory", "systemDisk")), false, "unreachable"],
    ["unreachable and cordoned", down(pressed("memory")), true, "unreachable"],
    ["never seen, and no answer", down(unwatched("numa")), false, "unreachable"],
    ["never asked", unwatched("numa"), false, "unknown"],
    ["not there", undefined, true, "unknown"],
  ])("%s", (_, host, cordoned, expected) => expect(hostStatus(host, cordoned, settings)).toBe(expected));

  test("disabled conditions are not shown, though they were set", () => {
    const off: PressureSettings = {
      memory: { ...settings.memory, enabled: false },
      systemDisk: { ...settings.systemDisk, enabled: false },
      disk: { ...settings.disk, enabled: false },
    };
    const full = withScan(
      pressed("memory", "systemDisk"),
      ["fast"],
      new Map([["fast", low]]),
      settings,
      at(9),
    );
    expect(hostStatus(full.host, false, off)).toBe("ready");
    expect(poolStatus(full.host.pools[0], full.host, off)).toBe("ready");
    expect(poolStatus(full.host.pools[0], full.host, settings)).toBe("under_pressure");
  });

  test("a pool has its own, whatever its host's is, and gives its host none", () => {
    const { host } = withScan(
      pressed(),
      ["fast", "slow"],
      new Map([
        ["fast", low],
        ["slow", high],
      ]),
      settings,
      at(9),
    );
    expect(host.pools.map((pool) => poolStatus(pool, host, settings))).toEqual(["under_pressure", "ready"]);
    expect(hostStatus(host, false, settings)).toBe("ready");
    const gone = down(host);
    expect(gone.pools.map((pool) => poolStatus(pool, gone, settings))).toEqual(["under_pressure", "ready"]);
  });

  test("a pool that nobody has seen is unknown, and one that was full stays it", () => {
    const { host } = withScan(unwatched("numa"), ["fast"], new Map([["fast", low]]), settings, at(0));
    const failed = withScan(host, ["fast", "new"], "libvirt is down", settings, at(1)).host;
    expect(poolStatus(failed.pools[0], failed, settings)).toBe("under_pressure");
    expect(poolStatus(undefined, failed, settings)).toBe("unknown");
    const unseen = withScan(unwatched("numa"), ["fast"], new Map(), settings, at(0)).host;
    expect(poolStatus(unseen.pools[0], unseen, settings)).toBe("unknown");
  });
});

describe("any history of samples and scans", () => {
  const figure = fc.option(fc.oneof(fc.integer({ min: -3, max: 50 }), fc.constant(Number.NaN), fc.double()));
  const observation = fc.record({ total: figure, available: figure });
  const step = fc.oneof(
    fc.record({ sample: fc.oneof(fc.record({ memory: observation, systemDisk: observation }), fc.string()) }),
    fc.record({
      scan: fc.oneof(
        fc.string(),
        fc
          .array(fc.tuple(fc.constantFrom("fast", "slow"), observation))
          .map((pools): PoolAnswer => new Map(pools)),
      ),
    }),
  );

  test("leaves a state that its file takes back as it was", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let host = unwatched("numa");
        for (const [i, one] of steps.entries()) {
          host =
            "sample" in one
              ? withSample(host, one.sample, settings, at(i)).host
              : withScan(host, ["fast", "slow"], one.scan, settings, at(i)).host;
        }
        const state = {
          kind: "numafleet/pressure",
          version: 1,
          intervals: { hosts: 30, pools: 900 },
          clockJumps: 0,
          hosts: [host],
        };
        expect(watchState.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
      }),
    );
  });
});
