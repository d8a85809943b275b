import { Placer } from "../capacity/placement/placer.ts";
import { type Fleet, requireFleet } from "../model/fleet.ts";
import type { VM } from "../model/vm.ts";
import { type Figure, median } from "./figure.ts";
import type { Point } from "./plot.ts";

/** A guest of so many cells on a host of so many: Nova took 6 minutes for 8 on 16 before it kept a cache. */
const HOST_CELLS = [2, 4, 8, 16, 32, 64];
const CELLS = 16;
const RUNS = 50;

export function benchCells(): Figure[] {
  const points = HOST_CELLS.map((cells): Point => ({ x: cells, y: median(timeFit(cells)) }));
  const times = timeFit(CELLS);
  return [
    {
      name: "NUMA fit, 16 host cells × 8 guest cells",
      value: median(times),
      unit: "ms",
      target: 50,
      runs: RUNS,
      detail: `the slowest ${Math.max(...times).toFixed(2)} ms, with pins, on a host whose cells are unevenly full`,
      curve: {
        name: "placement-cells",
        title: "NUMA fit of a guest with half as many cells as its host",
        x: "host cells",
        y: "ms",
        lines: [{ name: "fit", points }],
      },
    },
  ];
}

function timeFit(cells: number): number[] {
  const fleet = hostOf(cells);
  const [wide, ...others] = fleet.vms as [VM, ...VM[]];
  return Array.from({ length: RUNS }, () => {
    const placer = new Placer(fleet);
    for (const vm of others) placer.place(vm);
    const started = performance.now();
    placer.place(wide);
    return performance.now() - started;
  });
}

/** Cells in a ring, of which the distance grows with the way; small VMs fill every third one. */
function hostOf(cells: number): Fleet {
  const cores = 8;
  const way = (a: number, b: number) => Math.min(Math.abs(a - b), cells - Math.abs(a - b));
  return requireFleet({
    hosts: [
      {
        name: "h",
        uri: "test:///default",
        recorded: { source: "configured", date: "2026-05-03" },
        cells: Array.from({ length: cells }, (_, id) => ({
          id,
          cores: Array.from({ length: cores }, (_, c) => `${id * cores + c}`),
          memory: "64 GiB",
          distances: Object.fromEntries(
            Array.from({ length: cells }, (_, to) => [to, to === id ? 10 : 10 + 4 * way(id, to)]),
          ),
        })),
        reserved: { cpus: "0", memoryPerCell: "2 GiB" },
      },
    ],
    vms: [
      { name: "wide", vcpus: 2 * cells, guestCells: Math.max(1, cells / 2), memory: `${16 * cells} GiB` },
      ...Array.from({ length: Math.floor(cells / 3) }, (_, i) => ({
        name: `small${i}`,
        vcpus: 5,
        memory: "40 GiB",
      })),
    ],
  });
}
