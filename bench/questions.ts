import { applyChanges } from "../capacity/questions/change.ts";
import { askLosses } from "../capacity/questions/losses.ts";
import { askMaxRunners } from "../capacity/questions/maxRunners.ts";
import { askSeats } from "../capacity/questions/seats.ts";
import { askWhatIf } from "../capacity/questions/whatIf.ts";
import { requireFleet } from "../model/fleet.ts";
import type { ScaleSet } from "../model/scaleset.ts";
import { largeFleet } from "../test/capacity/runners/fleets.ts";
import { type Figure, median } from "./figure.ts";

/** Records are of May 2026; a fixed day keeps their age, and so the work, the same in every run. */
const options = { today: "2026-05-06" };
const RUNS = 3;
/** An answer within seconds, on a machine of two cores. */
const TARGET = 8_000;

/** The questions of an operator, asked of 200 scale sets with 10,000 runners on 5,000 nodes. */
export function benchQuestions(): Figure[] {
  const fleet = requireFleet(largeFleet(200, 10_000, 5_000, { load: 0.6 }));
  const shape = { ...(fleet.scaleSets[0] as ScaleSet), selector: {}, labels: [] };
  const { cluster, name } = fleet.nodes[0] as (typeof fleet.nodes)[number];
  const all = [...fleet.scaleSets.keys()];
  const drop = { kind: "drop", node: { cluster, name } } as const;
  const seats = { shape, beside: "maxima", survive: true } as const;
  const exact = (answer: { readonly exact: boolean }) => (answer.exact ? "exact" : "bounds");
  return [
    measure("fleet max-runners", () => exact(askMaxRunners(fleet, all, options))),
    measure("fleet seats --survive 1", () => exact(askSeats(fleet, seats, options))),
    measure("fleet what-if --loss 1", () => exact(askLosses(fleet, options))),
    measure("fleet what-if --drop", () => {
      const after = applyChanges(fleet, [drop], { tolerationRestriction: false });
      return askWhatIf(fleet, after, options).after.placement.verdict;
    }),
  ];
}

function measure(name: string, ask: () => string): Figure {
  let detail = "";
  const times = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    detail = ask();
    return performance.now() - started;
  });
  return {
    name: `${name}, 200 scale sets, 10,000 runners, 5,000 nodes`,
    value: median(times),
    unit: "ms",
    target: TARGET,
    runs: RUNS,
    detail,
  };
}
