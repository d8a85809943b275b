import { describe, expect, test } from "vitest";
import {
  describeFiltered,
  NO_PRESSURE,
  pressureFilter,
  pressureOf,
} from "../../../capacity/pressure/exclusion.ts";
import { asOf, staleAfterSeconds } from "../../../capacity/pressure/stale.ts";
import { unwatched } from "../../../capacity/pressure/watched.ts";
import type { WatchedHost, WatchState } from "../../../model/watchState.ts";

const settings = {
  memory: { enabled: true, thresholdPercent: 10, consecutiveRequired: 3 },
  systemDisk: { enabled: true, thresholdPercent: 10, consecutiveRequired: 3 },
  disk: { enabled: true, thresholdPercent: 15, consecutiveRequired: 1 },
};
const NOW = Date.UTC(2026, 10, 21, 12);
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const condition = (since: string | null) => ({
  total: 1000,
  available: since === null ? 500 : 20,
  count: since === null ? 0 : 4,
  since,
});
const host = (name: string, more: Partial<WatchedHost> = {}): WatchedHost => ({
  ...unwatched(name),
  sampledAt: ago(5),
  scannedAt: ago(60),
  samples: 9,
  memory: condition(null),
  systemDisk: condition(null),
  ...more,
});
const state = (...hosts: WatchedHost[]): WatchState => ({
  kind: "numafleet/pressure",
  version: 1,
  intervals: { hosts: 30, pools: 900 },
  clockJumps: 0,
  hosts,
});
/** Hosts as a fleet declares them, with these pools. */
const declared = (names: readonly string[], pools = ["fast", "slow"]) =>
  names.map((name) => ({ name, pools: pools.map((pool) => ({ name: pool })) }));
const full = { name: "fast", ...condition(ago(600)) };
const roomy = { name: "slow", ...condition(null) };

describe("what a placement may not use", () => {
  test("nothing, where all hosts are ready", () => {
    expect(
      pressureOf(state(host("a"), host("b", { pools: [roomy] })), declared(["a", "b"]), settings, NOW),
    ).toEqual(NO_PRESSURE);
  });

  test("a host under pressure, with each condition and its time; a full pool, alone; in one order", () => {
    const watched = state(
      host("c", { systemDisk: condition(ago(30)) }),
      host("b", { pools: [full, roomy] }),
      host("a", { memory: condition(ago(300)), systemDisk: condition(ago(30)), pools: [full] }),
    );
    const expected = {
      filtered: [
        {
          node: "a",
          conditions: ["memory_pressure", "system_disk_pressure"],
          memory_pressure_since: ago(300),
          system_disk_pressure_since: ago(30),
        },
        { node: "a", pool: "fast", conditions: ["disk_pressure"], disk_pressure_since: ago(600) },
        { node: "b", pool: "fast", conditions: ["disk_pressure"], disk_pressure_since: ago(600) },
        { node: "c", conditions: ["system_disk_pressure"], system_disk_pressure_since: ago(30) },
      ],
      unknown: [],
    };
    expect(pressureOf(watched, declared(["a", "b", "c"]), settings, NOW)).toEqual(expected);
    expect(pressureOf(watched, declared(["c", "a", "b"]), settings, NOW)).toEqual(expected);
    expect(pressureOf(watched, declared(["c"]), settings, NOW).filtered).toEqual(expected.filtered.slice(3));
  });

  test("pool and root on one file system: both, for both are true", () => {
    const watched = state(host("a", { systemDisk: condition(ago(30)), pools: [full] }));
    expect(pressureOf(watched, declared(["a"]), settings, NOW).filtered.map(describeFiltered)).toEqual([
      "a (system_disk_pressure)",
      "pool fast of a (disk_pressure)",
    ]);
  });

  test("nothing for a condition that is disabled, though it was set", () => {
    const watched = state(
      host("a", { memory: condition(ago(9)), systemDisk: condition(ago(9)), pools: [full] }),
    );
    const off = <T extends keyof typeof settings>(...names: T[]) =>
      Object.fromEntries(
        Object.entries(settings).map(([name, s]) => [
          name,
          { ...s, enabled: !(names as string[]).includes(name) },
        ]),
      ) as typeof settings;
    expect(pressureOf(watched, declared(["a"]), off("memory", "systemDisk", "disk"), NOW)).toEqual(
      NO_PRESSURE,
    );
    expect(pressureOf(watched, declared(["a"]), off("memory", "disk"), NOW).filtered).toEqual([
      { node: "a", conditions: ["system_disk_pressure"], system_disk_pressure_since: ago(9) },
    ]);
  });

  test("nothing for a pool that is no longer declared: nobody scans it any more", () => {
    const watched = state(host("a", { pools: [full, { ...full, name: "old" }] }));
    const { filtered } = pressureOf(watched, declared(["a"]), settings, NOW);
    expect(filtered.map(({ pool }) => pool)).toEqual(["fast"]);
    expect(pressureOf(watched, declared(["a"], []), settings, NOW)).toEqual(NO_PRESSURE);
  });

  test("nobody unknown where neither of a host's conditions is looked for; a full pool all the same", () => {
    const off = {
      ...settings,
      memory: { ...settings.memory, enabled: false },
      systemDisk: { ...settings.systemDisk, enabled: false },
    };
    const watched = state(host("a", { unreachable: "no route", pools: [full] }));
    expect(pressureOf(watched, declared(["a", "new"]), off, NOW)).toMatchObject({
      filtered: [{ node: "a", pool: "fast" }],
      unknown: [],
    });
    const one = { ...off, memory: settings.memory };
    expect(pressureOf(watched, declared(["a", "new"]), one, NOW).unknown).toHaveLength(2);
  });

  test.each<[string, WatchedHost | undefined, string | undefined]>([
    ["seen at the limit", host("a", { sampledAt: ago(90) }), undefined],
    [
      "seen longer ago",
      host("a", { sampledAt: ago(91) }),
      "fleet watch saw it last at 2026-11-21T11:58:29.000Z, 91 s ago; after 90 s that is no longer taken for true",
    ],
    ["a clock that is a little ahead", host("a", { sampledAt: ago(-60) }), undefined],
    [
      "a clock that is ahead",
      host("a", { sampledAt: ago(-61) }),
      "fleet watch saw it last at 2026-11-21T12:01:01.000Z, which is in the future: one of the two clocks is wrong",
    ],
    ["unreachable", host("a", { unreachable: "no route" }), "it did not answer: no route"],
    ["never sampled", unwatched("a"), "fleet watch has not seen it"],
    ["not in the file", undefined, "fleet watch has not seen it"],
  ])("a host of which nothing is known now: %s", (_, watched, why) => {
    const { unknown } = pressureOf(state(...(watched ? [watched] : [])), declared(["a"]), settings, NOW);
    expect(unknown).toEqual(why === undefined ? [] : [{ node: "a", why }]);
  });

  test("an unreachable host's own conditions are stale and not told; its full pool stays out", () => {
    const watched = state(host("a", { unreachable: "no route", memory: condition(ago(9)), pools: [full] }));
    expect(pressureOf(watched, declared(["a"]), settings, NOW).filtered.map(describeFiltered)).toEqual([
      "pool fast of a (disk_pressure)",
    ]);
  });

  test("the limit is three observations, and 90 s at least", () => {
    expect([1, 30, 31, 900].map(staleAfterSeconds)).toEqual([90, 90, 93, 2700]);
  });
});

describe("a state as of a time", () => {
  test("while all is fresh is the state itself", () => {
    const fresh = state(host("a", { pools: [full] }), unwatched("b"), host("c", { unreachable: "no route" }));
    expect(asOf(fresh, NOW)).toEqual(fresh);
  });

  test("has what was seen too long ago unreachable, and pools scanned too long ago not known; flags stay", () => {
    const watched = host("a", {
      sampledAt: ago(91),
      scannedAt: ago(2701),
      memory: condition(ago(300)),
      pools: [full],
    });
    expect(asOf(state(watched), NOW).hosts).toEqual([
      {
        ...watched,
        unreachable:
          "fleet watch saw it last at 2026-11-21T11:58:29.000Z, 91 s ago; after 90 s that is no longer taken for true",
        scanFailure:
          "fleet watch saw it last at 2026-11-21T11:14:59.000Z, 2701 s ago; after 2700 s that is no longer taken for true",
      },
    ]);
  });

  test("keeps the reason why it did not answer", () => {
    const down = host("a", { unreachable: "no route", sampledAt: ago(999), scanFailure: "down" });
    expect(asOf(state(down), NOW).hosts).toEqual([down]);
  });
});

describe("the filter of a placement", () => {
  test("finds what keeps a host or a pool out", () => {
    const watched = state(host("a", { memory: condition(ago(9)) }), host("b", { pools: [full, roomy] }));
    const filter = pressureFilter(pressureOf(watched, declared(["a", "b", "new"]), settings, NOW));
    expect(filter.host("a")).toMatchObject({ conditions: ["memory_pressure"] });
    expect(filter.host("b")).toBeUndefined();
    expect(filter.host("new")).toEqual({ node: "new", why: "fleet watch has not seen it" });
    expect(filter.pool("b", "fast")).toMatchObject({ pool: "fast", conditions: ["disk_pressure"] });
    expect(filter.pool("b", "slow")).toBeUndefined();
    expect(filter.pool("a", "fast")).toBeUndefined();
  });
});
