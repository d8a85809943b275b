import { Placer } from "../capacity/placement/placer.ts";
import { placeVms } from "../capacity/placement/placeVms.ts";
import type { VM } from "../model/vm.ts";
import { largeFleet } from "../test/capacity/placement/largeFleet.ts";
import { plainScan } from "./plainScan.ts";

/**
 * `node bench/placeFleet.ts WHAT HOSTS VMS`: places a large fleet in a process of its own, whose memory is its own
 * too, and prints what it took. WHAT is `all` (every VM by the index), `uneven` (the same of hosts and VMs
 * of which no two are alike), `scan` (by looking at every host), `plain` (a
 * scan that knows neither cells nor pins) or `one` (one more VM at a time into the full fleet).
 */

const [what, hosts, vms] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

/** One more VM, and one more, of shapes that the fleet has not seen. */
const MORE = 400;

// What the engine compiles on its first thousands of placements is no matter of size.
placeVms(largeFleet({ hosts: 60, vms: 900, seed: 7 }));
const fleet = largeFleet({ hosts, vms, uneven: what === "uneven" });
const before = { cpu: process.cpuUsage(), at: performance.now() };
const answer = measure();
const cpu = process.cpuUsage(before.cpu);
console.log(
  JSON.stringify({
    milliseconds: performance.now() - before.at,
    cpuMilliseconds: (cpu.user + cpu.system) / 1000,
    // The system tells it in KiB.
    residentBytes: process.resourceUsage().maxRSS * 1024,
    ...answer,
  }),
);

function measure(): object {
  if (what === "all" || what === "uneven") return { placed: placeVms(fleet).made.length };
  if (what === "plain") return { placed: plainScan(fleet) };
  if (what === "scan")
    return { placed: placeEach(new Placer(fleet, undefined, Number.POSITIVE_INFINITY), fleet.vms) };
  return more();
}

function placeEach(placer: Placer, list: readonly VM[]): number {
  return list.filter((vm) => placer.place(vm) !== undefined).length;
}

/** Into the fleet as it is when all its VMs have been placed: by the index, and then by looking at every host. */
function more(): object {
  const full = placeVms(fleet).fleet;
  const extra = largeFleet({ hosts: 1, vms: MORE, seed: 2, uneven: true }).vms;
  const read = (indexFrom?: number) => {
    const placer = new Placer(full, undefined, indexFrom);
    for (const vm of full.vms) placer.add(vm);
    return placer;
  };
  const started = performance.now();
  const placer = read();
  const reading = performance.now() - started;
  const indexed = extra.map((vm, i) => timeOne(placer, { ...vm, name: `more-${i}` }));
  const scanning = read(Number.POSITIVE_INFINITY);
  const scanned = extra.slice(0, 50).map((vm, i) => timeOne(scanning, { ...vm, name: `more-${i}` }));
  // The first one makes the index.
  return { reading, first: indexed[0], indexed: indexed.slice(1), scanned };
}

function timeOne(placer: Placer, vm: VM): number {
  const started = performance.now();
  placer.place(vm);
  return performance.now() - started;
}
