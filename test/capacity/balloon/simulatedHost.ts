import fc from "fast-check";
import { type Decision, decide } from "../../../capacity/balloon/decide.ts";
import { type History, withPromises } from "../../../capacity/balloon/history.ts";
import type { GuestSample, PoolSample } from "../../../capacity/balloon/sample.ts";
import { BALLOON_SETTINGS, type BalloonSettings } from "../../../capacity/balloon/settings.ts";

/** A host and its guests as they might behave, well or badly, with the controller at work on them. */

const MIB = 1024 ** 2;
export const SETTINGS: BalloonSettings = { ...BALLOON_SETTINGS, period: 5, interval: 10 };

export interface GuestInit {
  readonly minimum: number;
  readonly maximum: number;
  /** What it has at the beginning. */
  readonly current: number;
  /** What its kernel and processes use, as a part of `maximum`. */
  readonly load: number;
  readonly ballooned: boolean;
}

/** What befalls guest number `guest`, or the host, before a round. */
export type Event =
  | { readonly kind: "load"; readonly guest: number; readonly load: number }
  | {
      readonly kind: "driver" | "pause" | "reset" | "give-in" | "off" | "swap" | "stall";
      readonly guest: number;
    }
  | { readonly kind: "slow"; readonly guest: number; readonly part: number }
  | { readonly kind: "clock"; readonly seconds: number }
  | { readonly kind: "free"; readonly part: number | undefined }
  /** A domain that nobody declared, as a part of what the host has; it may be more than is left. */
  | { readonly kind: "stranger"; readonly part: number }
  | {
      readonly kind: "garbage";
      readonly guest: number;
      readonly field: Field;
      readonly value: number | undefined;
    }
  | { readonly kind: "late"; readonly seconds: number }
  | { readonly kind: "kill" | "refuse" };

type Field = "available" | "usable" | "lastUpdate" | "swapOut";

export interface Plan {
  readonly guests: readonly GuestInit[];
  /** Memory of the host as a part of what its guests have at the beginning. */
  readonly room: number;
  /** Memory of the cell that every other guest is bound to, as a part of what those have at the beginning. */
  readonly cell?: number | undefined;
  readonly rounds: readonly (readonly Event[])[];
}

interface SimGuest {
  readonly init: GuestInit;
  actual: number;
  target: number;
  used: number;
  alive: boolean;
  running: boolean;
  isOff: boolean;
  lastUpdate: number;
  /** When its driver was last at work, by the clock of the rounds. */
  activeAtMs: number;
  swapOut: number;
  /** Part of an inflation that is done by the next round. */
  pace: number;
  /** It reports, and its balloon does not move. */
  isStalled: boolean;
  /** The controller that told it its target. */
  toldBy: number;
  garbage: Map<Field, number | undefined>;
}

export interface Round {
  readonly sample: PoolSample;
  readonly decision: Decision;
  /** What the guests can have taken before and after the moves: what they have, or were last told to grow to. */
  readonly heldBefore: number;
  readonly heldAfter: number;
  readonly available: number;
  /** The same of the guests that are bound to a cell. */
  readonly cell: { readonly heldBefore: number; readonly heldAfter: number; readonly available: number };
  /** Whether the controller had just been started. */
  readonly isFirst: boolean;
  readonly guests: readonly Readonly<SimGuest>[];
  /** Whether the balloon has moved since the last round, by guest. */
  readonly moving: readonly boolean[];
}

/** Runs a history; `look` sees each round right after its moves. */
export function simulate(plan: Plan, look: (round: Round, index: number) => void): void {
  const guests = plan.guests.map((init): SimGuest => {
    return {
      init,
      actual: init.current,
      target: init.current,
      used: Math.min(init.load * init.maximum, init.current),
      alive: true,
      running: true,
      isOff: false,
      lastUpdate: 1_800_000_000,
      activeAtMs: 0,
      swapOut: 0,
      pace: 1,
      isStalled: false,
      toldBy: 0,
      garbage: new Map(),
    };
  });
  const kept = 64 * MIB;
  const available = Math.floor(plan.room * guests.reduce((sum, g) => sum + g.init.current + OVERHEAD, 0));
  // Every other guest is bound to a cell of its own, which has its part of the host's memory.
  const members = guests.filter((_, i) => i % 2 === 1);
  const first = Math.floor((plan.cell ?? 0) * members.reduce((sum, g) => sum + g.init.current + OVERHEAD, 0));
  const uuids = guests.flatMap((_, i) => (i % 2 === 1 ? [`uuid${i}`] : []));
  const cells = plan.cell === undefined ? [] : [{ name: "cell 1", available: first, guests: uuids }];
  let history: History | undefined;
  let atMs = 1000;
  let clock = 1_800_000_000;
  let freePart: number | undefined = 1;
  let others = 0;
  let controller = 0;
  let seenSizes: number[] = [];
  for (const [index, events] of plan.rounds.entries()) {
    let late = 0;
    let isRefused = false;
    for (const event of events) {
      const guest = "guest" in event ? guests[event.guest % guests.length] : undefined;
      if (event.kind === "clock") clock += event.seconds;
      else if (event.kind === "free") freePart = event.part;
      else if (event.kind === "late") late = event.seconds;
      else if (event.kind === "stranger") others = Math.floor(event.part * available);
      else if (event.kind === "kill") {
        history = undefined;
        controller += 1;
      } else if (event.kind === "refuse") isRefused = true;
      else if (guest) befall(guest, event);
    }
    const seconds = Math.max(0, SETTINGS.interval + late);
    atMs += seconds * 1000;
    clock += seconds;
    const sizes = seenSizes;
    for (const guest of guests) proceed(guest, clock, atMs, controller);
    seenSizes = guests.map(({ actual }) => actual);
    const moving = seenSizes.map((size, i) => sizes[i] !== undefined && size !== sizes[i]);
    const held = (some = guests) => some.reduce((sum, guest) => sum + holding(guest), 0);
    const heldByAll = () => held() + others;
    const [heldBefore, cellBefore] = [heldByAll(), held(members)];
    const physical = available + kept;
    const sample: PoolSample = {
      atMs,
      physical,
      kept,
      hugepages: 0,
      free: freePart === undefined ? undefined : freePart * physical,
      others,
      cells,
      guests: guests.map((guest, i) => sampleOf(guest, i)),
    };
    for (const guest of guests) guest.garbage.clear();
    const decision = decide(history, sample, SETTINGS);
    const isFirst = history === undefined;
    const told: { uuid: string; target: number }[] = [];
    decision.guests.forEach(({ uuid, action, target }, i) => {
      const guest = guests[i] as SimGuest;
      if (isRefused || target === undefined || (action !== "grow" && action !== "shrink")) return;
      guest.target = target;
      guest.toldBy = controller;
      if (action === "grow") told.push({ uuid, target });
    });
    history = withPromises(decision.history, told);
    const cell = { heldBefore: cellBefore, heldAfter: held(members), available: first };
    look(
      { sample, decision, heldBefore, heldAfter: heldByAll(), available, cell, isFirst, guests, moving },
      index,
    );
  }
}

const OVERHEAD = 100 * MIB;

function befall(guest: SimGuest, event: Event): void {
  if (event.kind === "load") guest.used = Math.min(event.load * guest.init.maximum, guest.actual);
  if (event.kind === "driver") guest.alive = !guest.alive;
  if (event.kind === "pause") guest.running = !guest.running;
  if (event.kind === "slow") guest.pace = event.part;
  if (event.kind === "swap") guest.swapOut += 100;
  if (event.kind === "garbage") guest.garbage.set(event.field, event.value);
  if (event.kind === "stall") guest.isStalled = !guest.isStalled;
  if (event.kind === "reset") guest.swapOut = 0;
  // Out of memory, the driver takes all of it back by itself.
  if (event.kind === "give-in" && guest.alive && guest.running)
    guest.actual = guest.target = guest.init.maximum;
  if (event.kind === "off") {
    guest.isOff = !guest.isOff;
    if (guest.isOff) return;
    guest.actual = guest.target = guest.init.maximum;
    guest.swapOut = guest.lastUpdate = 0;
  }
}

/** What happens in the guest up to the next round. A deflation is done at once or waits; an inflation may lack pages. */
function proceed(guest: SimGuest, clock: number, atMs: number, controller: number): void {
  if (!guest.alive || !guest.running || guest.isOff) return;
  if (guest.isStalled && guest.toldBy === controller) {
    // Nothing is done yet. What a controller said that is gone can only be seen by the balloon's moving.
  } else if (guest.target >= guest.actual) guest.actual = guest.target;
  else {
    const next = guest.actual - Math.ceil(guest.pace * (guest.actual - guest.target));
    guest.actual = Math.max(next, Math.min(guest.actual, Math.ceil(guest.used)));
  }
  guest.lastUpdate = clock;
  guest.activeAtMs = atMs;
}

function holding(guest: SimGuest): number {
  return OVERHEAD + (guest.isOff ? guest.init.minimum : Math.max(guest.actual, guest.target));
}

function sampleOf(guest: SimGuest, i: number): GuestSample {
  const { init, garbage } = guest;
  const bounds = {
    minimum: init.ballooned ? init.minimum : init.maximum,
    maximum: init.maximum,
    overhead: OVERHEAD,
    onHugepages: false,
  };
  const base = { name: `vm${i}`, uuid: `uuid${i}`, bounds };
  if (guest.isOff) return { ...base, live: undefined };
  const report = {
    lastUpdate: guest.lastUpdate as number | undefined,
    available: init.maximum as number | undefined,
    usable: Math.max(0, Math.floor(guest.actual - guest.used)) as number | undefined,
    swapIn: 0,
    swapOut: guest.swapOut as number | undefined,
  };
  for (const [field, value] of garbage) report[field] = value;
  return {
    ...base,
    live: {
      running: guest.running,
      current: guest.actual,
      whole: init.maximum,
      onHugepages: false,
      obstacles: [],
      period: SETTINGS.period,
      report,
    },
  };
}

const size = (least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((mebibytes) => mebibytes * MIB);

const guestInit: fc.Arbitrary<GuestInit> = fc
  .record({
    maximum: size(64, 4096),
    floor: fc.double({ min: 0.05, max: 1, noNaN: true }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    load: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ maximum, floor, at, load }) => {
    const minimum = Math.ceil((floor * maximum) / 1024) * 1024;
    const current = minimum + Math.floor((at * (maximum - minimum)) / 4096) * 4096;
    return { maximum, minimum, current, load, ballooned: floor < 0.95 };
  });

const part = fc.double({ min: 0, max: 1, noNaN: true });
const number = fc.nat({ max: 3 });
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("load" as const), guest: number, load: part }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom("driver", "pause", "reset", "give-in", "off", "swap", "stall" as const),
      guest: number,
    }) as fc.Arbitrary<Event>,
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("slow" as const), guest: number, part }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("clock" as const),
      seconds: fc.integer({ min: -5000, max: 5000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("stranger" as const), part }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("free" as const), part: fc.option(part, { nil: undefined }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("garbage" as const),
      guest: number,
      field: fc.constantFrom("available", "usable", "lastUpdate", "swapOut" as const),
      value: fc.option(fc.constantFrom(0, 1, 2 ** 40, 2 ** 53), { nil: undefined }),
    }) as fc.Arbitrary<Event>,
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("late" as const),
      seconds: fc.constantFrom(-20, -10, -9, -4, 3, 15, 500),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("kill", "refuse" as const) }) as fc.Arbitrary<Event>,
  },
);

export const anyPlan: fc.Arbitrary<Plan> = fc.record({
  guests: fc.array(guestInit, { minLength: 1, maxLength: 4 }),
  room: fc.double({ min: 0.6, max: 2.5, noNaN: true }),
  cell: fc.option(fc.double({ min: 0.6, max: 2.5, noNaN: true }), { nil: undefined }),
  rounds: fc.array(fc.array(anyEvent, { maxLength: 2 }), { minLength: 3, maxLength: 16 }),
});

/** All is well and nothing changes: what the controller makes of it has to come to an end. */
export const steadyPlan: fc.Arbitrary<Plan> = fc.record({
  guests: fc.array(guestInit, { minLength: 1, maxLength: 4 }),
  room: fc.double({ min: 0.6, max: 2.5, noNaN: true }),
  cell: fc.option(fc.double({ min: 0.6, max: 2.5, noNaN: true }), { nil: undefined }),
  rounds: fc.constant(Array.from({ length: 160 }, () => [])),
});
