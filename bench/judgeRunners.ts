import { judge } from "../capacity/judge.ts";
import { requireFleet } from "../model/fleet.ts";
import { largeFleet } from "../test/capacity/runners/fleets.ts";

/**
 * `node bench/judgeRunners.ts SETS RUNNERS NODES`: judges a large fleet once, and prints how long that took and the
 * most memory that the process held.
 */

const [sets = 0, runners = 0, nodes = 0] = process.argv.slice(2).map(Number);
const fleet = requireFleet(largeFleet(sets, runners, nodes));
const started = performance.now();
const { placement } = judge(fleet, { today: "2026-05-06" });
const milliseconds = performance.now() - started;
// The system tells it in KiB.
const residentBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ milliseconds, residentBytes, verdict: placement.verdict }));
