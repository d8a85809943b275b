import fc from "fast-check";
import { expect, test } from "vitest";
import { requireFleet } from "../../../model/fleet.ts";
import { place } from "./small.ts";

/** Hosts of up to eight cells of which some are full, with distances of any kind. */
const hosts = fc.record({
  cells: fc.integer({ min: 3, max: 8 }),
  distances: fc.array(fc.constantFrom(11, 12, 16, 20, 21, 32), { minLength: 64, maxLength: 64 }),
  full: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7], { maxLength: 3 }),
  guestCells: fc.integer({ min: 2, max: 5 }),
});

/** Of all groups of so many cells the least sum of distances, by trying out each. */
function least(distance: (a: number, b: number) => number, cells: readonly number[], size: number): number {
  const sums = cells
    .reduce<number[][]>((sets, cell) => sets.concat(sets.map((set) => [...set, cell])), [[]])
    .filter((set) => set.length === size)
    .map((set) => sumOf(distance, set));
  return Math.min(...sums);
}
const sumOf = (distance: (a: number, b: number) => number, set: readonly number[]) =>
  set.flatMap((a) => set.map((b) => (a === b ? 0 : distance(a, b)))).reduce((sum, d) => sum + d, 0);

test("a guest of several cells lies on those of which the sum of distances is the least of all", () => {
  let placed = 0;
  fc.assert(
    fc.property(hosts, ({ cells, distances, full, guestCells }) => {
      const ids = Array.from({ length: cells }, (_, id) => id);
      const distance = (a: number, b: number) => distances[8 * a + b] as number;
      const taken = full.filter((id) => id < cells);
      const { records } = place(
        requireInput({
          cells: ids.map((id) => ({
            id,
            cores: [`${id}`],
            memory: "4 GiB",
            distances: Object.fromEntries(ids.map((to) => [to, to === id ? 10 : distance(id, to)])),
          })),
          taken,
          guestCells,
        }),
      );
      const open = ids.filter((id) => !taken.includes(id));
      const record = records.find(({ vm }) => vm === "wide");
      expect(record !== undefined).toBe(open.length >= guestCells);
      if (record === undefined) return;
      placed++;
      expect(sumOf(distance, record.cells ?? [])).toBe(least(distance, open, guestCells));
    }),
    { numRuns: 300 },
  );
  expect(placed).toBeGreaterThan(50);
}, 60_000);

type Input = Parameters<typeof place>[0];

function requireInput({
  cells,
  taken,
  guestCells,
}: {
  cells: NonNullable<Input["hosts"]>[number]["cells"];
  taken: number[];
  guestCells: number;
}): Input {
  const input: Input = {
    hosts: [
      {
        name: "h",
        uri: "test:///default",
        recorded: { source: "configured", date: "2026-05-03" },
        cells,
        reserved: { memoryPerCell: "256 MiB" },
      },
    ],
    vms: [
      ...taken.map((id) => ({
        name: `x${id}`,
        host: "h",
        vcpus: 1,
        memory: "3 GiB",
        numa: { nodeset: `${id}` },
      })),
      { name: "wide", vcpus: guestCells, memory: `${guestCells} GiB`, guestCells, cpuPolicy: "shared" },
    ],
    placement: { resources: { cpu: { overcommitRatio: 4 } } },
  };
  requireFleet(input);
  return input;
}
