import { describe, expect, it } from "vitest";
import { decide } from "../../../capacity/balloon/decide.ts";
import { type History, withPromises } from "../../../capacity/balloon/history.ts";
import type { GuestSample, LiveGuest, PoolSample } from "../../../capacity/balloon/sample.ts";
import { BALLOON_SETTINGS } from "../../../capacity/balloon/settings.ts";

const MIB = 1024 ** 2;

/** MiB; the rest as of a guest that is well. */
interface Given {
  readonly current?: number;
  readonly used?: number;
  readonly live?: Partial<LiveGuest>;
  readonly report?: Partial<LiveGuest["report"]>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly isOff?: boolean;
}

function guest(look: number, given: Given = {}): GuestSample {
  const { current = 1000, used = 700, minimum = 300, maximum = 1000 } = given;
  const report = {
    lastUpdate: 1000 + 10 * look,
    available: 990 * MIB,
    usable: (current - used) * MIB,
    swapIn: 0,
    swapOut: 0,
    ...given.report,
  };
  return {
    name: "a",
    uuid: "a",
    bounds: { minimum: minimum * MIB, maximum: maximum * MIB, overhead: 100 * MIB, onHugepages: false },
    live: given.isOff
      ? undefined
      : {
          running: true,
          current: current * MIB,
          whole: 1000 * MIB,
          onHugepages: false,
          obstacles: [],
          period: 5,
          report,
          ...given.live,
        },
  };
}

function sample(look: number, guests: readonly GuestSample[], more: Partial<PoolSample> = {}): PoolSample {
  return {
    atMs: look * 10_000,
    physical: 1200 * MIB,
    free: 1200 * MIB,
    kept: 0,
    hugepages: 0,
    others: 0,
    cells: [],
    guests,
    ...more,
  };
}

/** What is decided of one guest after three looks at which all was well and it was as it is now. */
function last(given: Given, more: Partial<PoolSample> = {}, before: Given = given) {
  let history: History | undefined;
  const calm = { ...before, live: { ...before.live }, report: {} };
  for (const look of [1, 2, 3]) {
    history = decide(history, sample(look, [guest(look, calm)]), BALLOON_SETTINGS).history;
  }
  const { guests } = decide(history, sample(4, [guest(4, given)], more), BALLOON_SETTINGS);
  const [{ action, current = 0, target = 0, reason } = {} as never] = guests;
  return [action, (target - current) / MIB, reason];
}

describe("what is decided, and why", () => {
  it.each<[string, Given, ReturnType<typeof last>]>([
    ["in need", { current: 900, used: 800 }, ["grow", 100, "in need with 11.1 % free, below 20 %"]],
    [
      "in need with all of its memory",
      { used: 900 },
      ["stay", 0, "in need with 10 % free, but it has all of its memory"],
    ],
    ["neither", { used: 750 }, ["stay", 0, "it has 25 % free"]],
    ["at the threshold of need", { used: 800 }, ["stay", 0, "it has 20 % free"]],
    ["at the threshold of idleness", { used: 700 }, ["stay", 0, "it has 30 % free"]],
    [
      "idle",
      { used: 200 },
      ["shrink", -50, "idle for 3 observations with 80 % free; the host has 8.3 % free"],
    ],
    ["off", { isOff: true }, ["off", 0, "it does not run; its minimum is kept for it"]],
    ["paused", { live: { running: false } }, ["hands-off", 0, "it is not running"]],
    [
      "with a driver that never reported",
      { report: { lastUpdate: 0 } },
      ["hands-off", 0, "its balloon driver has reported nothing"],
    ],
    [
      "with a driver that leaves a figure out",
      { report: { usable: undefined } },
      ["hands-off", 0, "its balloon driver does not report all that is needed"],
    ],
    [
      "with a report that cannot be true",
      { report: { usable: 995 * MIB } },
      ["hands-off", 0, "its report contradicts itself"],
    ],
    [
      "with counters that ran backwards",
      { report: { swapOut: -1 } },
      ["hands-off", 0, "its counters ran backwards: it was started anew"],
    ],
    [
      "with an old report",
      { report: { lastUpdate: 1030 } },
      ["wait", 0, "it has not reported since the last round"],
    ],
    [
      "with a device of the host",
      { live: { obstacles: ["a passed-through device"] } },
      ["hands-off", 0, "it has a passed-through device"],
    ],
    ["without a floor", { minimum: 1000 }, ["hands-off", 0, "no minimumMemory below its memory is declared"]],
    [
      "started before its memory was raised",
      { maximum: 2000 },
      ["hands-off", 0, "it was started with less memory than is declared"],
    ],
    [
      "not started since its memory was lowered",
      { maximum: 900 },
      ["hands-off", 0, "it has more memory than is declared"],
    ],
  ])("a guest %s", (_, given, expected) => expect(last(given)).toEqual(expected));

  it("takes a size that libvirt has rounded up to whole MiB for the one that is declared", () => {
    expect(last({ maximum: 999.2, used: 200 }).slice(0, 2)).toEqual(["shrink", -50]);
    expect(last({ maximum: 998.9, used: 200 }).slice(0, 2)).toEqual(["hands-off", 0]);
  });

  it("takes who reports no more for gone, and counts all that it may have", () => {
    const room = { physical: 3000 * MIB, free: 3000 * MIB };
    const small = (look: number, reported: number) =>
      sample(
        look,
        [guest(look, { current: 600, used: 420, report: { lastUpdate: 1000 + 10 * reported } })],
        room,
      );
    let history: History | undefined;
    for (const look of [1, 2]) history = decide(history, small(look, look), BALLOON_SETTINGS).history;
    const seen = [3, 4, 5, 6].map((look) => {
      const { guests, pool, history: next } = decide(history, small(look, 2), BALLOON_SETTINGS);
      history = next;
      return [guests[0]?.reason, pool.promised / MIB];
    });
    const silent = ["it has not reported since the last round", 700];
    expect(seen).toEqual([silent, silent, silent, ["its balloon driver reports no more", 1100]]);
  });

  it("takes the first report for no more than a beginning", () => {
    const silent = sample(1, [guest(1, { report: { lastUpdate: 0 } })]);
    const { history } = decide(undefined, silent, BALLOON_SETTINGS);
    const [first] = decide(history, sample(2, [guest(2)]), BALLOON_SETTINGS).guests;
    expect(first).toMatchObject({ action: "wait", reason: "it is seen for the first time" });
  });

  it("counts what a guest was told to grow to until it has it, and takes one for lost that does not follow", () => {
    const room = { physical: 1300 * MIB, free: 1300 * MIB };
    const needy = (look: number) => sample(look, [guest(look, { current: 500, used: 480 })], room);
    let history: History | undefined;
    for (const look of [1, 2]) history = decide(history, needy(look), BALLOON_SETTINGS).history;
    const { guests, history: seen } = decide(history, needy(3), BALLOON_SETTINGS);
    expect(guests[0]).toMatchObject({ action: "grow", target: 600 * MIB });
    history = withPromises(seen, [{ uuid: "a", target: 600 * MIB }]);
    const rounds = [4, 5, 6, 7].map((look) => {
      const next = decide(history, needy(look), BALLOON_SETTINGS);
      history = next.history;
      return [next.guests[0]?.action, next.guests[0]?.reason, next.pool.promised / MIB];
    });
    const waits = ["wait", "it was told to grow, and has not yet", 700];
    const lost = ["hands-off", "its balloon does not follow: it was told to grow, and has not", 1100];
    expect(rounds).toEqual([waits, waits, waits, lost]);
    // It does at last, bit by bit, and is known again.
    const some = sample(8, [guest(8, { current: 550, used: 480 })], room);
    const begun = decide(history, some, BALLOON_SETTINGS);
    expect([begun.guests[0]?.reason, begun.pool.promised / MIB]).toEqual([waits[1], 1100]);
    history = begun.history;
    const grown = (look: number) => sample(look, [guest(look, { current: 600, used: 480 })], room);
    const moved = decide(history, grown(9), BALLOON_SETTINGS);
    expect(moved.guests[0]?.reason).toBe("its balloon has moved since the last round");
    expect(decide(moved.history, grown(10), BALLOON_SETTINGS).guests[0]?.action).not.toBe("hands-off");
  });

  it("takes no hugepages for memory that the host lacks", () => {
    // 1000 of 6000 MiB are no hugepages' and nearly all of them free.
    const host = { physical: 6000 * MIB, kept: 4000 * MIB, hugepages: 4000 * MIB, free: 1900 * MIB };
    expect(last({ used: 200 }, host).slice(0, 2)).toEqual(["stay", 0]);
    const [grown] = [last({ current: 900, used: 200 }, host)];
    expect(grown?.slice(0, 2)).toEqual(["grow", 45]);
  });

  it("counts a guest's memory where it is, on hugepages or not", () => {
    const promised = (now: boolean, declared: boolean) => {
      const given = guest(1, { live: { onHugepages: now } });
      const it = { ...given, bounds: { ...given.bounds, onHugepages: declared } };
      return decide(undefined, sample(1, [it]), BALLOON_SETTINGS).pool.promised / MIB;
    };
    expect([promised(true, true), promised(false, true), promised(true, false)]).toEqual([100, 1100, 100]);
    const off = guest(1, { isOff: true });
    const bounds = { ...off.bounds, onHugepages: true };
    expect(decide(undefined, sample(1, [{ ...off, bounds }]), BALLOON_SETTINGS).pool.promised / MIB).toBe(
      100,
    );
  });

  it("brings a guest back to its floor at once, however much it has free", () => {
    expect(last({ current: 200, used: 50 })).toEqual(["grow", 100, "below its minimum of 300Mi"]);
  });

  it("gives back only what is over once those in need have theirs", () => {
    const room = { physical: 1872 * MIB, free: 1872 * MIB };
    const two = (look: number) => [
      guest(look, { current: 500, used: 480 }),
      { ...guest(look, { current: 500, used: 380 }), name: "b", uuid: "b" },
    ];
    let history: History | undefined;
    for (const look of [1, 2])
      history = decide(history, sample(look, two(look), room), BALLOON_SETTINGS).history;
    const { guests } = decide(history, sample(3, two(3), room), BALLOON_SETTINGS);
    // 110.4 MiB are above 30 %; 100 of them go to who is in need.
    expect(guests.map(({ target = 0 }) => target / MIB)).toEqual([600, 510]);
  });

  it("never goes below the floor", () => {
    const low = { physical: 450 * MIB, free: 450 * MIB };
    expect(last({ current: 300, used: 100 }, low)).toEqual([
      "stay",
      0,
      "idle with 66.6 % free, at its minimum",
    ]);
    expect(last({ current: 310, used: 100 }, low).slice(0, 2)).toEqual(["shrink", -10]);
  });

  it("stops where what is used has its margin, also on a critical host", () => {
    const critical = { physical: 1120 * MIB, free: 1120 * MIB };
    expect(last({ used: 690 }, critical).slice(0, 2)).toEqual(["shrink", -80]);
    expect(last({ used: 600 }, critical).slice(0, 2)).toEqual(["shrink", -100]);
  });

  it("takes nothing from a guest that was idle but once, or swaps", () => {
    const once = ["stay", 0, "idle with 80 % free; nothing is taken from it now"];
    expect(last({ used: 200 }, {}, { used: 750 })).toEqual(once);
    expect(last({ used: 200, report: { swapOut: 5 } })).toEqual(["stay", 0, "it has 80 % free"]);
  });

  it("waits while a balloon moves, and for a swapping guest takes the middle for need", () => {
    const now = { current: 950, used: 200 };
    expect(last(now, {}, { used: 200 })).toEqual(["wait", 0, "its balloon has moved since the last round"]);
    const swaps = { current: 900, used: 680, report: { swapOut: 5 } };
    expect(last(swaps)).toEqual(["grow", 45, "it swaps with 24.4 % free"]);
  });

  it.each<[string, Partial<PoolSample>, Given, string]>([
    [
      "a host that does not say what it has free",
      { free: undefined },
      {},
      "the host does not say how much memory it has free",
    ],
    ["a host's clock that was set back", {}, { report: { lastUpdate: 500 } }, "the host's clock has jumped"],
    ["a host's clock that jumped ahead", {}, { report: { lastUpdate: 5000 } }, "the host's clock has jumped"],
    [
      "a clock of the controller's own that runs backwards",
      { atMs: 20_000 },
      {},
      "the controller's clock ran backwards",
    ],
    [
      "a pause of the controller",
      { atMs: 300_000 },
      { report: { lastUpdate: 1310 } },
      "the last round is too long ago",
    ],
    ["a round right after the last one", { atMs: 31_000 }, {}, "the last round is too recent"],
  ])("keeps its hands off for a round after %s", (_, more, given, why) => {
    expect(last({ current: 900, used: 850, ...given }, more)).toEqual(["wait", 0, why]);
  });

  it("gives the rest of the pool to guests in need in proportion, and takes more from idle ones on a critical host", () => {
    const three = (look: number) => [
      guest(look, { current: 500, used: 480 }),
      { ...guest(look, { current: 500, used: 480 }), name: "b", uuid: "b" },
      { ...guest(look, { used: 200 }), name: "c", uuid: "c" },
    ];
    const room = { physical: 2350 * MIB, free: 2350 * MIB };
    let history: History | undefined;
    for (const look of [1, 2, 3])
      history = decide(history, sample(look, three(look), room), BALLOON_SETTINGS).history;
    const { guests, pool } = decide(history, sample(4, three(4), room), BALLOON_SETTINGS);
    expect(pool).toMatchObject({ state: "critical", free: 50 * MIB, poolAvailable: 1450 * MIB });
    expect(guests.map(({ target = 0 }) => target / MIB)).toEqual([525, 525, 900]);
    expect(guests[0]?.reason).toBe(
      "in need with 4 % free, below 20 %; the pool has only this of the 100Mi that it wants",
    );
  });

  it("gives a guest that is bound to a cell what that cell has, and lets its neighbours there pay", () => {
    const bound = (look: number) => [
      guest(look, { current: 500, used: 480 }),
      { ...guest(look, { used: 200 }), name: "b", uuid: "b" },
      { ...guest(look, { used: 200 }), name: "c", uuid: "c" },
    ];
    const cells = [{ name: "cell 0", available: 1740 * MIB, guests: ["a", "b"] }];
    const room = { physical: 8000 * MIB, free: 8000 * MIB, cells };
    let history: History | undefined;
    for (const look of [1, 2, 3])
      history = decide(history, sample(look, bound(look), room), BALLOON_SETTINGS).history;
    const { guests, pool } = decide(history, sample(4, bound(4), room), BALLOON_SETTINGS);
    expect(pool.state).toBe("enough");
    expect(guests.map(({ action, target = 0, reason }) => [action, target / MIB, reason])).toEqual([
      ["grow", 540, "in need with 4 % free, below 20 %; the pool has only this of the 100Mi that it wants"],
      ["shrink", 900, "idle for 3 observations with 80 % free; cell 0 has 2.2 % free"],
      ["stay", 1000, "idle with 80 % free; nothing is taken from it now"],
    ]);
  });

  it("takes from a guest what the account wants that wants most", () => {
    const cells = [{ name: "cell 0", available: 1370 * MIB, guests: ["a"] }];
    // The cell lacks 4 MiB of its 20 %; the host is critical.
    expect(last({ used: 200 }, { physical: 1120 * MIB, free: 1120 * MIB, cells })).toEqual([
      "shrink",
      -100,
      "idle for 3 observations with 80 % free; the host has 1.7 % free",
    ]);
    expect(last({ used: 200 }, { physical: 8000 * MIB, free: 8000 * MIB, cells }).slice(0, 2)).toEqual([
      "shrink",
      -4,
    ]);
  });

  it("gives memory back while the host has plenty, and stops before it would want it again", () => {
    const room = { physical: 2000 * MIB, free: 2000 * MIB };
    const calm = (look: number) => sample(look, [guest(look, { current: 600, used: 420 })], room);
    let history: History | undefined;
    for (const look of [1, 2]) history = decide(history, calm(look), BALLOON_SETTINGS).history;
    const [given] = decide(history, calm(3), BALLOON_SETTINGS).guests;
    expect(given).toMatchObject({
      action: "grow",
      target: 630 * MIB,
      reason: "given back: the host has 65 % free, above 30 %",
    });
    const tight = { physical: 1000 * MIB, free: 1000 * MIB };
    const [kept] = decide(history, { ...calm(3), ...tight }, BALLOON_SETTINGS).guests;
    expect(kept).toMatchObject({ action: "stay" });
  });
});
