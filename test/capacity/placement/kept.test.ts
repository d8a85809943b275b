import { describe, expect, it } from "vitest";
import { type PlacedFleet, placeVms } from "../../../capacity/placement/placeVms.ts";
import { recallPlacements } from "../../../capacity/placement/recall.ts";
import { type FleetInput, parseFleet, requireFleet } from "../../../model/fleet.ts";
import { type PlacementRecord, writtenPlacement } from "../../../model/placements.ts";
import { type HostInput, texts, type VmInput } from "../host/fleet.ts";
import { host, place, vm } from "./small.ts";

/** Placed VMs that have changed since. `a` and `b` have room for each of them; db was placed on the fuller one. */
const pools: HostInput["pools"] = [
  { name: "slow", class: "ssd", path: "/slow", capacity: "100 GB" },
  { name: "fast", class: "ssd", path: "/fast", capacity: "100 GB" },
];
const hosts = [host("a", { pools }), host("b", { pools })];
const os = { name: "os", class: "ssd", size: "10 GB" } as const;
const db = vm("db", { disks: [os] });
const record: PlacementRecord = {
  vm: "db",
  host: "b",
  cells: [0],
  pins: [[0], [8], [1], [9]],
  emulator: [3, 11],
  pools: { os: "fast" },
};
const other: VmInput = { ...vm("x"), host: "b", vcpus: 1, pins: ["6"], emulator: "3" };

/** By the stack's memory of its last update. */
function recalled(now: VmInput, facts: FleetInput = {}) {
  const recall = recallPlacements(requireFleet({ hosts, vms: [now], ...facts }), [record]);
  return { ...recall, placed: placeVms(recall.fleet) };
}
/** By the fleet's own record. */
const told = (now: VmInput, facts: FleetInput = {}) =>
  texts(parseFleet({ hosts, vms: [now], placements: [writtenPlacement(record)], ...facts }).findings);
const only = ({ records }: PlacedFleet) => records.map(writtenPlacement);

describe("a placed VM that has changed stays on its host, and its record is kept", () => {
  it.each<[string, Partial<VmInput>, Partial<ReturnType<typeof writtenPlacement>>]>([
    ["as it was", {}, writtenPlacement(record)],
    ["with more vCPUs", { vcpus: 6 }, { cells: "0", pins: ["0", "8", "1", "9", "2", "10"] }],
    ["with fewer vCPUs", { vcpus: 2 }, { cells: "0", pins: ["0", "8"] }],
    ["with a guest of two cells", { guestCells: 2 }, { cells: "0-1", pins: ["0", "8", "4", "12"] }],
    ["with a cell that it names by its own CPUs", { cpuPolicy: "dedicated" }, { cells: "0" }],
    ["on shared CPUs", { cpuPolicy: "shared" }, {}],
    ["on shared CPUs, with a guest of two cells", { cpuPolicy: "shared", guestCells: 2 }, { cells: "0-1" }],
  ])("%s", (_, now, expected) => {
    const { placed, findings } = recalled({ ...db, ...now });
    expect(findings).toEqual([]);
    expect(placed.findings).toEqual([]);
    const [first] = only(placed);
    expect(first).toMatchObject({ vm: "db", host: "b", pools: { os: "fast" }, ...expected });
    if (now.cpuPolicy === "shared") expect(first).not.toHaveProperty("pins");
    expect(placed.moved).toEqual([]);
    // What the stack remembers of this update keeps it in the next one.
    const next = recallPlacements(requireFleet({ hosts, vms: [{ ...db, ...now }] }), placed.records);
    expect(only(placeVms(next.fleet))).toEqual([first]);
  });

  it("with another disk, which gets a pool there beside all that is placed", () => {
    const now = { ...db, disks: [os, { name: "data", class: "ssd", size: "95 GB" } as const] };
    const expected = { ...writtenPlacement(record), pools: { os: "fast", data: "slow" } };
    for (const placed of [
      recalled(now).placed,
      place({ hosts, vms: [now], placements: [writtenPlacement(record)] }),
    ]) {
      expect(only(placed)).toEqual([expected]);
      expect(placed.fleet.vms[0]?.disks.map((disk) => disk.pool)).toEqual(["fast", "slow"]);
      expect(placed.grown.map((each) => each.pools)).toEqual([{ data: "slow" }]);
      expect([...placed.made, ...placed.moved, ...placed.findings]).toEqual([]);
    }
    const full = { ...db, disks: [os, { name: "data", class: "ssd", size: "101 GB" } as const] };
    expect(texts(recalled(full).placed.findings)).toEqual([
      "refuse placement/kept-unfit placements[0]: The recorded placement of VM db no longer fits host b: no pool that takes new disks has room for data. | Place it anew with `fleet place --again db`, and take it there with `fleet move`; or give it back what it had.",
    ]);
  });

  it("with a weight of the ledger", () => {
    const placed = place({
      hosts,
      vms: [db],
      weights: { db: 200 },
      placements: [writtenPlacement(record)],
    });
    expect(only(placed)).toEqual([writtenPlacement(record)]);
    expect(placed.fleet.vms[0]?.weight).toBe(200);
  });
});

describe("a record of the fleet's own", () => {
  const remedy =
    "Take `pins`, `cells`, `emulator` and `gpus` out of the entry, so that they are chosen anew on its host.";
  it.each<[string, Partial<VmInput>, string]>([
    ["of another number of vCPUs", { vcpus: 6 }, "has pins for 4 vCPUs, but the VM has 6"],
    ["with pins for a VM that shares", { cpuPolicy: "shared" }, "has pins, but the VM shares its CPUs now"],
    ["of another number of cells", { guestCells: 2 }, "has 1 cell of the host, but the VM's guest has 2"],
    [
      "of other cells than the VM names",
      { host: "b", cpuPolicy: "dedicated", numa: { nodeset: "1" } },
      "has cells 0, but the VM names 1",
    ],
  ])("%s is refused, and what stays of it keeps the host", (_, now, why) => {
    const changed = { ...db, ...now };
    expect(told(changed)).toEqual([
      `refuse placement/outdated-record placements[0]: The placement of VM db ${why}. | ${remedy}`,
    ]);
    const { vm: name, host: on, pools: own } = record;
    const placed = place({ hosts, vms: [changed, other], placements: [{ vm: name, host: on, pools: own }] });
    expect(placed.records[0]).toMatchObject({ host: "b", pools: { os: "fast" } });
    expect(placed.records[0]?.pins?.length).toBe(changed.cpuPolicy === "shared" ? undefined : changed.vcpus);
    expect(placed.findings).toEqual([]);
  });

  it("of a pool that is gone is refused, by memory too: its disk would be made anew in another", () => {
    const gone = { hosts: hosts.map((each) => ({ ...each, pools: pools.slice(0, 1) })) };
    const text = (path: string) =>
      `refuse placement/pool-gone ${path}: Disk os of VM db is in pool fast, which host b no longer has; in another pool it would be made anew. | Keep pool fast declared, or take the data out, remove the disk, and add it again.`;
    expect(told(db, gone)).toEqual([text("placements[0].pools.os")]);
    expect(texts(recalled(db, gone).findings)).toEqual([text("vms[0].disks[0]")]);
    expect(told({ ...db, disks: [] }, gone)).toEqual([]);
  });

  it("does not hide that the VM moves from where the stack remembers it", () => {
    const moves = [
      "warn placement/moves vms[0].host: VM db moves from host b to host a: unless `fleet move` has taken it there, it is made anew, and its disks with it. | Move it with `fleet move db --to a` before the update, or take the change back.",
    ];
    const named = { ...db, host: "a" };
    expect(texts(recalled(named).findings)).toEqual(moves);
    expect(texts(recalled(named, { placements: [writtenPlacement(record)] }).findings)).toEqual(moves);
    const elsewhere = { placements: [{ ...writtenPlacement(record), host: "a" }] };
    expect(texts(recalled(db, elsewhere).findings)).toEqual(moves);
  });
});

it("a VM that others look after is where it is: nothing of it is chosen", () => {
  const refused = (facts: Partial<VmInput>) =>
    texts(parseFleet({ hosts, vms: [{ ...db, managed: false, ...facts }] }).findings);
  const text = (what: string, remedy: string) =>
    `refuse model/invalid-value vms[0].managed: \`vms[0].managed\` is false, so VM db is somewhere already, but nothing tells ${what}. | ${remedy}`;
  expect(refused({})).toEqual([text("on which host", "Name its host.")]);
  expect(refused({ host: "b", cpuPolicy: "dedicated" })).toEqual([
    text("on which CPUs of it", "Name its `pins`, or give it the cpuPolicy shared."),
  ]);
  expect(refused({ host: "b", cpuPolicy: "shared", guestCells: 2 })).toEqual([
    text("in which cells of it", "Name them in `numa.nodeset`."),
  ]);
  expect(refused({ host: "b" })).toEqual([]);
});
