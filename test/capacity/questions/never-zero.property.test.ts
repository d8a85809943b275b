import fc from "fast-check";
import { expect, it } from "vitest";
import { askMaxRunners } from "../../../capacity/questions/maxRunners.ts";
import { judgeRunners } from "../../../capacity/runners/runners.ts";
import { requireFleet } from "../../../model/fleet.ts";
import { formatOneMore } from "../../../report/stops.ts";
import { smallFleet } from "../runners/arbitrary.ts";
import { sharedFleet } from "./arbitrary.ts";
import { holds } from "./seed.ts";

const options = { today: "2026-05-06" };
/** `lower it to 0`, `the largest maxRunners that passes is 0`, `a maximum of 0`. */
const ZERO = /\b(?:to|is|of|at|=|as) 0\b(?!\.\d)/;

it("no way out that a judgement or an answer tells is a maximum of 0", () => {
  const told = new Set<string>();
  holds(
    "never a maximum of 0",
    600,
    fc.property(fc.oneof(smallFleet({ novolume: true }), sharedFleet()), (input) => {
      const fleet = requireFleet(input);
      const answer = askMaxRunners(fleet, [...fleet.scaleSets.keys()], options);
      const ways = [
        ...judgeRunners(fleet, options).findings.map((f) => f.remedy),
        ...answer.findings.map((f) => f.remedy),
        ...answer.scaleSets.flatMap(({ stops }) => stops.policy.map(formatOneMore)),
      ];
      for (const way of ways) {
        const nameless = way.replace(/(?:set|node)-\d/g, "NAME");
        told.add(nameless.replace(/\d+/g, "…"));
        expect(nameless).not.toMatch(ZERO);
      }
      for (const { combinations } of [...answer.together.capacity, ...answer.together.policy])
        for (const { maxima } of combinations) expect(Math.min(...maxima)).toBeGreaterThan(0);
    }),
  );
  // The cases in which nothing above 0 passes are among them.
  const all = [...told].join("\n");
  expect(all).toContain("beside the others no maxRunners above … passes");
  expect(all).toContain("let one scale set alone land there, with a maximum of …");
  expect(all).toContain("lower the maximum to …");
});
