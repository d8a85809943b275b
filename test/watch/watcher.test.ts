import { describe, expect, test } from "vitest";
import type { PressureSettings } from "../../capacity/pressure/condition.ts";
import type { HostAnswer, PoolAnswer } from "../../capacity/pressure/watched.ts";
import type { WatchState } from "../../model/watchState.ts";
import { type WatchedTarget, Watcher } from "../../watch/watcher.ts";
import { FakeClock, FakeHosts, HIGH, LOW, settle } from "./fakeHosts.ts";

const settings: PressureSettings = {
  memory: { enabled: true, thresholdPercent: 10, consecutiveRequired: 3 },
  systemDisk: { enabled: true, thresholdPercent: 10, consecutiveRequired: 3 },
  disk: { enabled: true, thresholdPercent: 15, consecutiveRequired: 1 },
};
const calm: HostAnswer = { memory: HIGH, systemDisk: HIGH };
const pressed: HostAnswer = { memory: LOW, systemDisk: HIGH };
const target = (name: string, ...pools: string[]): WatchedTarget => ({
  name,
  uri: name,
  cordoned: false,
  pools,
});

function start(
  targets: readonly WatchedTarget[],
  hosts: (clock: FakeClock) => FakeHosts,
  { before, clock = new FakeClock() }: { before?: WatchState; clock?: FakeClock } = {},
) {
  const fake = hosts(clock);
  const events: string[] = [];
  const watcher = new Watcher(
    { targets, settings, intervals: { hosts: 30, pools: 900 }, before },
    fake.asking(),
    clock,
    {
      onChange: () => undefined,
      onEvent: ({ kind, node, pool, condition }) =>
        events.push([kind, node, pool ?? "", condition].join(" ")),
      onClockJump: (byMs) => events.push(`jump ${byMs}`),
    },
  );
  const controller = new AbortController();
  return {
    watcher,
    clock,
    events,
    asked: fake.asked,
    signal: controller.signal,
    stop: () => controller.abort(),
  };
}

const host = (state: WatchState, name: string) => state.hosts.find((entry) => entry.name === name);
const never = () => new Promise<never>(() => undefined);

describe("a watcher", () => {
  test("samples hosts every 30 s and scans pools every 15 min", async () => {
    const { watcher, clock, asked, signal, stop } = start(
      [target("a", "fast")],
      (c) => new FakeHosts(c, { a: () => calm }, { a: () => new Map([["fast", HIGH]]) }),
    );
    const done = watcher.run(signal);
    await clock.pass(65_000);
    expect(asked).toEqual(["0 a", "0 a: fast", "30 a", "60 a"]);
    await clock.pass(900_000);
    expect(asked.filter((line) => line.includes("fast"))).toEqual(["0 a: fast", "900 a: fast"]);
    expect(host(watcher.state(), "a")).toMatchObject({ samples: 33, failures: 0 });
    stop();
    await done;
  });

  test("sets memory pressure after 60 s, at the third observation, and clears it with the next one above", async () => {
    let answer = pressed;
    const { watcher, clock, events, signal, stop } = start(
      [target("a")],
      (c) => new FakeHosts(c, { a: () => answer }),
    );
    void watcher.run(signal);
    await clock.pass(59_000);
    expect(events).toEqual([]);
    await clock.pass(1000);
    expect(events).toEqual(["set a  memory_pressure"]);
    expect(host(watcher.state(), "a")?.memory).toEqual({
      ...LOW,
      count: 3,
      since: "2026-11-21T12:01:00.000Z",
    });
    answer = calm;
    await clock.pass(30_000);
    expect(events).toEqual(["set a  memory_pressure", "cleared a  memory_pressure"]);
    stop();
  });

  test("a host that hangs, and one that is down, hold the others up in nothing", async () => {
    const { watcher, clock, asked, signal, stop } = start(
      [target("hangs", "fast"), target("down"), target("b")],
      (c) => new FakeHosts(c, { hangs: never, down: () => "no route", b: () => calm }, { hangs: never }),
    );
    void watcher.run(signal);
    await clock.pass(600_000);
    expect(asked.filter((line) => line.endsWith(" b"))).toHaveLength(21);
    expect(asked.filter((line) => line.includes("hangs"))).toEqual(["0 hangs", "0 hangs: fast"]);
    expect(host(watcher.state(), "hangs")).toBeUndefined();
    expect(host(watcher.state(), "down")).toMatchObject({ unreachable: "no route", failures: 21 });
    stop();
  });

  test("ends at once, and what comes in later counts no more", async () => {
    let answer: (figures: HostAnswer) => void = () => undefined;
    const { watcher, clock, signal, stop } = start(
      [target("a")],
      (c) => new FakeHosts(c, { a: () => new Promise<HostAnswer>((resolve) => (answer = resolve)) }),
    );
    const done = watcher.run(signal);
    await clock.pass(1000);
    stop();
    answer(calm);
    await done;
    expect(watcher.state().hosts).toEqual([]);
  });

  test("a scan that failed is tried again with the next sample; one that is through is not", async () => {
    const answers: PoolAnswer[] = ["libvirt is down", "libvirt is down", new Map([["fast", LOW]])];
    const { watcher, clock, asked, events, signal, stop } = start(
      [target("a", "fast")],
      (c) => new FakeHosts(c, { a: () => calm }, { a: () => answers.shift() ?? "no more" }),
    );
    void watcher.run(signal);
    await clock.pass(300_000);
    expect(asked.filter((line) => line.includes("fast"))).toEqual(["0 a: fast", "30 a: fast", "60 a: fast"]);
    expect(events).toEqual(["set a fast disk_pressure"]);
    stop();
  });

  test("what takes longer than the interval is begun again at once, and nothing is made up for", async () => {
    let takesMs = 100_000;
    const { watcher, clock, asked, signal, stop } = start(
      [target("a")],
      (c) =>
        new FakeHosts(c, {
          a: async () => {
            await c.sleep(takesMs, new AbortController().signal);
            takesMs = 0;
            return calm;
          },
        }),
    );
    void watcher.run(signal);
    await clock.pass(170_000);
    expect(asked).toEqual(["0 a", "100 a", "130 a", "160 a"]);
    stop();
  });

  test("begins hosts beyond 32 a quarter of a second later", async () => {
    const names = Array.from({ length: 65 }, (_, i) => `h${i}`);
    const { watcher, clock, asked, signal, stop } = start(
      names.map((name) => target(name)),
      (c) => new FakeHosts(c, Object.fromEntries(names.map((name) => [name, () => calm]))),
    );
    const done = watcher.once(signal);
    await clock.pass(1000);
    await done;
    const at = (seconds: string) => asked.filter((line) => line.startsWith(`${seconds} `)).length;
    expect([at("0"), at("0.25"), at("0.5")]).toEqual([32, 32, 1]);
    stop();
  });
});

describe("a watcher that is started again", () => {
  const run = async (before?: WatchState, clock?: FakeClock, answer = pressed) => {
    const given = { ...(before ? { before } : {}), ...(clock ? { clock } : {}) };
    const started = start(
      [target("a", "fast")],
      (c) => new FakeHosts(c, { a: () => answer }, { a: () => new Map([["fast", LOW]]) }),
      given,
    );
    void started.watcher.run(started.signal);
    await started.clock.pass(31_000);
    started.stop();
    await settle();
    return started;
  };

  test("counts on where it stopped, and waits for the next scan that is due", async () => {
    const first = await run();
    expect(host(first.watcher.state(), "a")).toMatchObject({ samples: 2, memory: { count: 2, since: null } });
    const state = JSON.parse(JSON.stringify(first.watcher.state())) as WatchState;
    const second = await run(state, first.clock);
    expect(second.asked).toEqual(["60 a"]);
    expect(second.events).toEqual(["set a  memory_pressure"]);
    expect(host(second.watcher.state(), "a")).toMatchObject({
      samples: 3,
      memory: { count: 3, since: "2026-11-21T12:01:00.000Z" },
      pools: [{ name: "fast", count: 1, since: "2026-11-21T12:00:00.000Z" }],
    });
  });

  test("again and again sets nothing sooner: each observation waits for its time", async () => {
    let last = await run();
    for (let n = 0; n < 5; n++) {
      const next = start([target("a", "fast")], (c) => new FakeHosts(c, { a: () => pressed }), {
        before: last.watcher.state(),
        clock: last.clock,
      });
      void next.watcher.run(next.signal);
      await next.clock.pass(1000);
      next.stop();
      await settle();
      expect(next.asked).toEqual([]);
      last = { ...last, watcher: next.watcher };
    }
    expect(host(last.watcher.state(), "a")?.memory).toMatchObject({ count: 2, since: null });
  });

  test("scans at once where a pool was declared since", async () => {
    const first = await run();
    const second = start([target("a", "fast", "new")], (c) => new FakeHosts(c, { a: () => pressed }), {
      before: first.watcher.state(),
      clock: first.clock,
    });
    void second.watcher.run(second.signal);
    await second.clock.pass(1000);
    expect(second.asked).toEqual(["31 a: fast,new"]);
    second.stop();
  });

  test("long after it was ended shows nothing old as if it were so now, and counts on all the same", async () => {
    const first = await run();
    await first.clock.pass(3_600_000);
    const second = start([target("a", "fast")], (c) => new FakeHosts(c, { a: never }, { a: never }), {
      before: first.watcher.state(),
      clock: first.clock,
    });
    void second.watcher.run(second.signal);
    await second.clock.pass(10_000);
    expect(host(second.watcher.state(), "a")).toMatchObject({
      unreachable: expect.stringMatching(/^fleet watch saw it last at 2026-11-21T12:00:30\.000Z, 3601 s ago/),
      memory: { count: 2 },
    });
    second.stop();
    const third = await run(second.watcher.state(), first.clock);
    expect(third.events).toEqual(["set a  memory_pressure"]);
    expect(host(third.watcher.state(), "a")).toMatchObject({ unreachable: null, memory: { count: 4 } });
  });

  test("with a clock that was set back meanwhile scans at once, and its flags stay", async () => {
    const first = await run();
    first.clock.setBackMs = 7_200_000;
    const second = await run(first.watcher.state(), first.clock);
    expect(second.asked.some((line) => line.includes("fast"))).toBe(true);
    expect(host(second.watcher.state(), "a")?.pools).toMatchObject([
      { count: 2, since: "2026-11-21T12:00:00.000Z" },
    ]);
  });

  test("keeps what it knows of a host that is no longer declared, however old", async () => {
    const first = await run();
    await first.clock.pass(3_600_000);
    const before: WatchState = {
      ...first.watcher.state(),
      hosts: first.watcher.state().hosts.map((entry) => ({ ...entry, name: "old" })),
    };
    const second = await run(before, first.clock);
    expect(second.watcher.state().hosts.map(({ name }) => name)).toEqual(["a", "old"]);
    expect(host(second.watcher.state(), "old")).toEqual(before.hosts[0]);
  });
});

describe("a clock that jumps", () => {
  test.each([
    ["back by a day", 86_400_000],
    ["forwards by a day", -86_400_000],
  ])("%s: told once, counted, and no flag comes or goes by it", async (_, setBackMs) => {
    let answer = pressed;
    const { watcher, clock, events, asked, signal, stop } = start(
      [target("a")],
      (c) => new FakeHosts(c, { a: () => answer }),
    );
    void watcher.run(signal);
    await clock.pass(31_000);
    clock.setBackMs = setBackMs;
    await clock.pass(28_000);
    expect(events).toEqual([]);
    await clock.pass(1000);
    expect(events).toEqual([`jump ${-setBackMs}`, "set a  memory_pressure"]);
    await clock.pass(60_000);
    expect(asked).toHaveLength(5);
    expect(watcher.state().clockJumps).toBe(1);
    expect(host(watcher.state(), "a")?.memory.count).toBe(5);
    answer = calm;
    await clock.pass(30_000);
    expect(events.slice(2)).toEqual(["cleared a  memory_pressure"]);
    stop();
  });

  test("a small correction is none", async () => {
    const { watcher, clock, events, signal, stop } = start(
      [target("a")],
      (c) => new FakeHosts(c, { a: () => calm }),
    );
    void watcher.run(signal);
    await clock.pass(31_000);
    clock.setBackMs = 4900;
    await clock.pass(60_000);
    expect(events).toEqual([]);
    stop();
  });
});
