import type { Capacity } from "../capacity/capacity.ts";
import { judge } from "../capacity/judge.ts";
import { type FleetInput, requireFleet } from "../model/fleet.ts";
import defaultStack from "../stacks/default.ts";
import { largeFleet } from "../test/capacity/runners/fleets.ts";
import { type Figure, median } from "./figure.ts";

/** Records are of May 2026; a fixed day keeps their age, and so the work, the same in every run. */
const TODAY = "2026-05-06";

/** Ten rounds of many runs: the median of all is stable where one run is at the clock's grain. */
const DEFAULT_RUNS = 500;
const LARGE_RUNS = 3;
/** The generator's target loads: easy, full, and so full that no seating may exist. */
const LOADS = [0.6, 0.9, 1.2];

export function benchCapacity(): Figure[] {
  return [benchDefault(), ...LOADS.map(benchLarge)];
}

function benchDefault(): Figure {
  const { times, capacity } = timeJudge(defaultStack, DEFAULT_RUNS);
  return {
    name: "capacity of the default stack",
    value: median(times),
    unit: "ms",
    target: 5,
    runs: DEFAULT_RUNS,
    detail: `first call ${(times[0] as number).toFixed(1)} ms; ${capacity.placement.verdict}`,
  };
}

function benchLarge(load: number): Figure {
  const { times, capacity } = timeJudge(largeFleet(200, 10_000, 5_000, { load }), LARGE_RUNS);
  const { verdict, asked, bound } = capacity.placement;
  return {
    name: `200 scale sets, 10,000 runners, 5,000 nodes, ${percent(memoryLoad(capacity))} of memory asked`,
    value: median(times),
    unit: "ms",
    target: 1000,
    runs: LARGE_RUNS,
    detail: `${verdict}: ${asked} asked, at most ${bound} seated; first call ${(times[0] as number).toFixed(0)} ms`,
  };
}

/** Memory that all runners request, of what the nodes have left for them. */
function memoryLoad({ scaleSets, nodes }: Capacity): number {
  const asked = scaleSets.reduce((sum, s) => sum + s.maxRunners * (s.requests.memory ?? 0), 0);
  const left = nodes.reduce((sum, n) => sum + (n.memory ? n.memory.capacity - n.memory.reserved : 0), 0);
  return asked / left;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

function timeJudge(input: FleetInput, runs: number): { times: number[]; capacity: Capacity } {
  const fleet = requireFleet(input);
  const once = () => {
    const started = performance.now();
    const capacity = judge(fleet, { today: TODAY });
    return { capacity, elapsed: performance.now() - started };
  };
  const first = once();
  const rest = Array.from({ length: runs - 1 }, once);
  return { capacity: first.capacity, times: [first, ...rest].map((r) => r.elapsed) };
}
