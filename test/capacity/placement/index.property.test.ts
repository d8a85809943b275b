import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Placer } from "../../../capacity/placement/placer.ts";
import type { PressureState } from "../../../capacity/pressure/exclusion.ts";
import { type Fleet, requireFleet } from "../../../model/fleet.ts";
import { isUnplaced, type PlacementRecord } from "../../../model/placements.ts";
import type { HostInput, VmInput } from "../host/fleet.ts";
import { hostOf, settings, unplacedVm } from "./fleets.ts";
import { largeFleet } from "./largeFleet.ts";

/** What is placed where, by the index from the first host on, or by looking at every host. */
function placements(
  fleet: Fleet,
  indexFrom: number,
  pressure?: PressureState,
): (PlacementRecord | undefined)[] {
  const placer = new Placer(fleet, pressure, indexFrom);
  return fleet.vms.map((vm) => {
    if (isUnplaced(vm)) return placer.place(vm)?.record;
    placer.add(vm);
    return undefined;
  });
}

const NEVER = Number.POSITIVE_INFINITY;

/** Some hosts, most of them several times: alike until something is placed on them. */
const hosts = fc
  .tuple(...["a", "b", "c"].map(hostOf))
  .chain((makes) => fc.array(fc.constantFrom(...makes), { minLength: 1, maxLength: 12 }))
  .map((list) => list.map((make, i): HostInput => ({ ...make, name: `${i % 2 ? "H" : "h"}${i}` })));

/** Few shapes, so that VMs meet hosts that are alike; some files that one pool cannot hold twice. */
const vms = fc
  .tuple(...["p", "q", "r"].map(unplacedVm))
  .chain((shapes) => fc.array(fc.constantFrom(...shapes), { maxLength: 25 }))
  .map((list) =>
    list.map((shape, i) => ({
      ...shape,
      name: `v${i}`,
      disks: (shape.disks ?? []).map((disk) => (i % 5 === 0 ? { ...disk, file: `same-${disk.name}` } : disk)),
    })),
  );

/** VMs placed by hand whose memory may lie in some of several cells, which makes cells differ that look alike. */
const bound = fc.array(
  fc.record({
    host: fc.integer({ min: 0, max: 3 }),
    nodeset: fc.constantFrom("0,1", "0,2", "1,2"),
    gib: fc.integer({ min: 1, max: 8 }),
    at: fc.integer({ min: 0, max: 20 }),
  }),
  { maxLength: 4 },
);

const pressure: PressureState = {
  filtered: [
    { node: "h0", conditions: ["memory_pressure"] },
    { node: "H1", pool: "p0", conditions: ["disk_pressure"] },
  ],
  unknown: [],
};

describe("the index", () => {
  test("places every VM where the scan places it", () => {
    let made = 0;
    let none = 0;
    fc.assert(
      fc.property(hosts, vms, bound, settings, fc.boolean(), (list, asked, hand, placement, isPressed) => {
        const all: VmInput[] = [...asked];
        for (const [i, { host, nodeset, gib, at }] of hand.entries()) {
          const { name, cells } = list[host % list.length] as HostInput;
          if (cells.length < 3) continue;
          all.splice(at, 0, { name: `x${i}`, host: name, vcpus: 1, memory: `${gib} GiB`, numa: { nodeset } });
        }
        const fleet = requireFleet({ hosts: list, vms: all, placement });
        const found = placements(fleet, 0, isPressed ? pressure : undefined);
        expect(found).toEqual(placements(fleet, NEVER, isPressed ? pressure : undefined));
        for (const record of found)
          if (record) made++;
          else none++;
      }),
      { numRuns: 500 },
    );
    expect(made).toBeGreaterThan(300);
    expect(none).toBeGreaterThan(300);
  });

  test.each([
    ["alike hosts", {}],
    ["hosts and VMs of which no two are alike", { uneven: true }],
  ])("does so on %s of three makes, until nothing fits any more", (_, kind) => {
    const fleet = largeFleet({ hosts: 40, vms: 900, ...kind });
    const found = placements(fleet, 0);
    expect(found).toEqual(placements(fleet, NEVER));
    expect(found).toContain(undefined);
  });

  test("does so by the number of VMs", () => {
    const large = largeFleet({ hosts: 40, vms: 900 });
    const fleet: Fleet = { ...large, placement: { ...large.placement, algorithm: "least_vm_count" } };
    expect(placements(fleet, 0)).toEqual(placements(fleet, NEVER));
  });
});
