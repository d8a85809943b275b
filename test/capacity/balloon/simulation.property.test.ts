import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../../capacity/balloon/decide.ts";
import { GRAIN } from "../../../capacity/balloon/share.ts";
import { anyPlan, type Round, SETTINGS, simulate, steadyPlan } from "./simulatedHost.ts";

/** Random histories of guests that do anything: load, lost drivers, jumping clocks, kills of the controller. */

const HISTORIES = 10_000;
const seed = Number(process.env.BALLOON_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`balloon simulation: ${HISTORIES} histories, BALLOON_SEED=${seed}`);

function holds(is: boolean, what: string, ...figures: unknown[]): void {
  if (!is) throw new Error(`${what}: ${JSON.stringify(figures)}`);
}

function checkRound(round: Round): void {
  const { sample, decision, heldBefore, heldAfter, available, cell, isFirst, guests } = round;
  const { promised } = decision.pool;
  holds(promised >= heldBefore, "guests are not taken for smaller than they are", promised, heldBefore);
  holds(heldAfter <= Math.max(available, heldBefore), "only what there is is promised", heldAfter, available);
  const isKept = sample.cells.length === 0 || cell.heldAfter <= Math.max(cell.available, cell.heldBefore);
  holds(isKept, "only what a cell has is promised to who is bound to it", cell);
  decision.guests.forEach(({ action, current = 0, target = 0 }, i) => {
    const guest = guests[i] as Round["guests"][number];
    const { minimum, maximum, ballooned } = guest.init;
    if (action !== "grow" && action !== "shrink") {
      holds(target === current, "who is not moved keeps what it has", target, current);
      return;
    }
    holds(!round.moving[i], "a balloon that moves comes to rest first", guest);
    // A driver that has gone since its last report cannot be told from one that is there; one round earlier it can.
    const silentMs = sample.atMs - guest.activeAtMs;
    const isThere = guest.running && !guest.isOff && silentMs < SETTINGS.interval * 1500;
    holds(!isFirst && isThere && ballooned, "hands off what is not known", guest, isFirst);
    holds(sample.free !== undefined, "hands off a host that does not answer");
    holds(target <= maximum, "never above the maximum", target, maximum);
    if (action === "grow") {
      const most = Math.max(minimum, current * (1 + SETTINGS.growStep)) + GRAIN;
      holds(target > current && target <= most, "growth keeps its rate", current, target);
      return;
    }
    const used = current - (sample.guests[i]?.live?.report.usable ?? 0);
    const least = current * (1 - SETTINGS.criticalStep);
    holds(target < current && target >= least, "shrinking keeps its rate", current, target);
    holds(target >= minimum, "never below the minimum", target, minimum);
    holds(target - used >= SETTINGS.guestFree * target, "what it uses and a margin stay", target, used);
  });
}

describe("the controller over random histories", () => {
  it("keeps floor, ceiling, margin, rate and pool, and its hands off what it does not know", () => {
    let moves = 0;
    fc.assert(
      fc.property(anyPlan, (plan) => {
        simulate(plan, (round) => {
          checkRound(round);
          moves += round.decision.guests.filter(
            ({ action }) => action === "grow" || action === "shrink",
          ).length;
        });
      }),
      { numRuns: HISTORIES, seed },
    );
    // A controller that did nothing would hold all of it.
    expect(moves).toBeGreaterThan(HISTORIES / 4);
  });

  it("gives a needy guest what the pool has within bounded rounds, and then rests", () => {
    fc.assert(
      fc.property(steadyPlan, (plan) => {
        let lastMove = -1;
        let end: Round | undefined;
        simulate(plan, (round, index) => {
          checkRound(round);
          if (round.decision.guests.some(({ action }) => action === "grow" || action === "shrink"))
            lastMove = index;
          end = round;
        });
        holds(lastMove < plan.rounds.length - 10, "a steady load comes to rest", lastMove);
        const { decision, sample, guests, cell } = end as Round;
        const { pool } = decision;
        const ofHost = Math.min(pool.free, (sample.free ?? 0) - SETTINGS.hostCritical * sample.physical);
        const ofCell = Math.min(ofHost, cell.available - cell.heldAfter);
        decision.guests.forEach(({ current = 0 }, i) => {
          const { init, used } = guests[i] as Round["guests"][number];
          const isInNeed = init.ballooned && current - used < SETTINGS.guestFree * current;
          if (!isInNeed || init.maximum - current <= SETTINGS.leastMove * current) return;
          // Less is left than makes a move for each of them: a MiB, or the least part of what it has.
          const least = ({ current: size = 0 }) => GRAIN + SETTINGS.leastMove * size;
          const crumbs = decision.guests.reduce((sum, other) => sum + least(other), 0);
          const budget = sample.cells.length > 0 && i % 2 === 1 ? ofCell : ofHost;
          holds(budget < crumbs, "the pool has nothing left for who is in need", budget, current, used);
        });
      }),
      { numRuns: HISTORIES / 10, seed },
    );
  });

  it("says the same to the same history", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        simulate(plan, ({ sample, decision }) => {
          expect(decide(decision.history, { ...sample, atMs: sample.atMs + 10_000 }, SETTINGS)).toEqual(
            decide(decision.history, { ...sample, atMs: sample.atMs + 10_000 }, SETTINGS),
          );
        });
      }),
      { numRuns: 200, seed },
    );
  });
});
