import { describe, expect, test } from "vitest";
import { diffCapacity } from "../../../capacity/diff.ts";
import { judge } from "../../../capacity/judge.ts";
import type { PressureState } from "../../../capacity/pressure/exclusion.ts";
import { checkPressure } from "../../../capacity/pressure/gate.ts";
import { formatFinding } from "../../../model/finding.ts";
import { type FleetInput, requireFleet } from "../../../model/fleet.ts";

const SINCE = "2026-11-21T12:00:00.000Z";
const host = (name: string) => ({
  name,
  uri: "qemu:///system",
  recorded: { source: "configured" as const, date: "2026-11-21" },
  cells: [{ id: 0, cores: ["0", "1", "2", "3"], memory: "64 GiB" }],
  reserved: { memoryPerCell: "1 GiB" },
  pools: [
    { name: "fast", class: "ssd" as const, path: "/fast", capacity: "1 TB" },
    { name: "slow", class: "hdd" as const, path: "/slow", capacity: "1 TB" },
  ],
  diskBandwidth: "1GB/s",
});
const vm = (name: string, at: string, more: object = {}) => ({
  name,
  host: at,
  vcpus: 1,
  memory: "4 GiB",
  pins: [name.charCodeAt(0) - 97],
  emulator: "3",
  numa: { nodeset: 0 },
  disks: [{ name: "os", class: "ssd" as const, size: "10 GB" }],
  ...more,
});

/** What is said of an update from some VMs to others. */
function told(state: Partial<PressureState>, before: FleetInput["vms"], after: FleetInput["vms"]): string[] {
  const capacity = (vms: FleetInput["vms"]) =>
    judge(requireFleet({ hosts: [host("numa"), host("other")], vms }), { today: "2026-11-21" });
  const diff = diffCapacity(before && capacity(before), capacity(after));
  return checkPressure({ filtered: [], unknown: [], ...state }, diff).map(formatFinding);
}

const memory = {
  node: "numa",
  conditions: ["memory_pressure" as const],
  memory_pressure_since: SINCE,
};
const full = {
  node: "numa",
  pool: "fast",
  conditions: ["disk_pressure" as const],
  disk_pressure_since: SINCE,
};
const unseen = { node: "numa", why: "it did not answer: no route" };
const one = [vm("a", "numa")];

describe("an update while a host is under pressure", () => {
  test("that adds a VM there is refused, with what it asks for", () => {
    expect(told({ filtered: [memory] }, one, [...one, vm("b", "numa")])).toEqual([
      expect.stringMatching(
        /^refuse pressure\/asks-more: Host numa is under pressure \(memory_pressure since 2026-11-21T12:00:00\.000Z\), and this update asks more of it: cpus \+1, memory \+\d\.\d\dGi, pool fast storage \+10 GB\. Free room there, or put what is new on another host\.$/,
      ),
    ]);
  });

  test("of a new stack is refused as a whole", () => {
    expect(told({ filtered: [memory] }, undefined, one)).toEqual([expect.stringMatching(/^refuse/)]);
  });

  test("that adds a VM elsewhere, changes nothing there, or takes something away is told so", () => {
    const warned = [
      "warn pressure/nothing-new: Host numa is under pressure (memory_pressure since 2026-11-21T12:00:00.000Z): nothing new is placed there. Free room there, or move VMs away.",
    ];
    expect(told({ filtered: [memory] }, one, [...one, vm("b", "other")])).toEqual(warned);
    expect(told({ filtered: [memory] }, one, one)).toEqual(warned);
    expect(told({ filtered: [memory] }, [...one, vm("b", "numa")], one)).toEqual(warned);
    expect(told({ filtered: [memory] }, one, [vm("a", "numa", { pins: [2] })])).toEqual(warned);
  });

  test("that gives a VM there more memory, or a larger disk, is refused", () => {
    expect(told({ filtered: [memory] }, one, [vm("a", "numa", { memory: "8 GiB" })])).toEqual([
      expect.stringContaining("asks more of it: memory +4"),
    ]);
    const larger = [vm("a", "numa", { disks: [{ name: "os", class: "ssd", size: "20 GB" }] })];
    expect(told({ filtered: [memory] }, one, larger)).toEqual([
      expect.stringContaining("asks more of it: pool fast storage +10 GB."),
    ]);
  });

  test("that only lets a VM's disks go faster is not", () => {
    expect(told({ filtered: [memory] }, one, [vm("a", "numa", { diskBandwidth: "100MB/s" })])).toEqual([
      expect.stringMatching(/^warn/),
    ]);
  });

  test("tells both conditions with their times", () => {
    const both = {
      node: "numa",
      conditions: ["memory_pressure" as const, "system_disk_pressure" as const],
      memory_pressure_since: SINCE,
      system_disk_pressure_since: "2026-11-21T13:00:00.000Z",
    };
    expect(told({ filtered: [both] }, one, one)[0]).toContain(
      "Host numa is under pressure (memory_pressure since 2026-11-21T12:00:00.000Z, system_disk_pressure since 2026-11-21T13:00:00.000Z): nothing new",
    );
  });
});

describe("an update while a pool is under pressure", () => {
  test("that puts a disk there is refused, and one in another pool of the host is not", () => {
    expect(told({ filtered: [full] }, one, [...one, vm("b", "numa")])).toEqual([
      "refuse pressure/asks-more: Pool fast of host numa is under pressure (disk_pressure since 2026-11-21T12:00:00.000Z), and this update asks more of it: pool fast storage +10 GB. Free room there, or put what is new into another pool.",
    ]);
    const slow = vm("b", "numa", { disks: [{ name: "os", class: "hdd", size: "10 GB" }] });
    expect(told({ filtered: [full] }, one, [...one, slow])).toEqual([
      "warn pressure/nothing-new: Pool fast of host numa is under pressure (disk_pressure since 2026-11-21T12:00:00.000Z): nothing new is placed there. Free room there, or move VMs away.",
    ]);
  });
});

describe("an update while nobody knows how a host is", () => {
  test("that adds a VM there is refused, else it is told", () => {
    expect(told({ unknown: [unseen] }, one, [...one, vm("b", "numa")])).toEqual([
      expect.stringMatching(
        /^refuse pressure\/asks-more: Whether host numa is under pressure is not known \(it did not answer: no route\), and this update asks more of it: .* See that fleet watch runs with this fleet and reaches the host\.$/,
      ),
    ]);
    expect(told({ unknown: [unseen] }, one, one)).toEqual([
      "warn pressure/nothing-new: Whether host numa is under pressure is not known (it did not answer: no route): nothing new is placed there. See that fleet watch runs with this fleet and reaches the host.",
    ]);
  });
});

test("without pressure nothing is said", () => expect(told({}, undefined, one)).toEqual([]));
