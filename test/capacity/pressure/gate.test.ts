import { describe, expect, test } from "vitest";
import { diffCapacity } from "../../../capacity/diff.ts";
import { judge } from "../../../capacity/judge.ts";
import type { PressureState } from "../../../capacity/pressure/exclusion.ts";
import { checkPressure } from "../../../capacity/pressure/gate.ts";
import { type Residents, residentsOf } from "../../../capacity/pressure/residents.ts";
import { formatFinding } from "../../../model/finding.ts";
import { type FleetInput, requireFleet } from "../../../model/fleet.ts";
import { readResidents, residentOutputs } from "../../../report/residents.ts";

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

const fleetOf = (vms: FleetInput["vms"]) => requireFleet({ hosts: [host("numa"), host("other")], vms });

/** What is said of an update from some VMs to others, by sums: an earlier version has left nothing else. */
function told(state: Partial<PressureState>, before: FleetInput["vms"], after: FleetInput["vms"]): string[] {
  return check(state, before, after, undefined);
}

/** The same with the VMs of the last update, as its outputs tell them. */
function toldByVms(
  state: Partial<PressureState>,
  before: FleetInput["vms"],
  after: FleetInput["vms"],
): string[] {
  const outputs: unknown = JSON.parse(JSON.stringify(residentOutputs(fleetOf(before))));
  return check(state, before, after, readResidents(outputs) ?? expect.unreachable());
}

function check(
  state: Partial<PressureState>,
  before: FleetInput["vms"],
  after: FleetInput["vms"],
  residents: Residents | undefined,
): string[] {
  const capacity = (vms: FleetInput["vms"]) => judge(fleetOf(vms), { today: "2026-11-21" });
  const diff = diffCapacity(before && capacity(before), capacity(after));
  const now = residentsOf(fleetOf(after));
  return checkPressure({ filtered: [], unknown: [], ...state }, diff, { before: residents, after: now }).map(
    formatFinding,
  );
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
        /^refuse pressure\/asks-more: Host numa is under pressure \(memory_pressure since 2026-11-21T12:00:00\.000Z\), and more is asked of it: cpus \+1, memory \+\d\.\d\dGi, pool fast storage \+10 GB\. Free room there, or put what is new on another host\.$/,
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
      expect.stringContaining("more is asked of it: memory +4"),
    ]);
    const larger = [vm("a", "numa", { disks: [{ name: "os", class: "ssd", size: "20 GB" }] })];
    expect(told({ filtered: [memory] }, one, larger)).toEqual([
      expect.stringContaining("more is asked of it: pool fast storage +10 GB."),
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
      "refuse pressure/asks-more: Pool fast of host numa is under pressure (disk_pressure since 2026-11-21T12:00:00.000Z), and more is asked of it: pool fast storage +10 GB. Free room there, or put what is new into another pool.",
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
        /^refuse pressure\/asks-more: Whether host numa is under pressure is not known \(it did not answer: no route\), and more is asked of it: .* See that fleet watch runs with this fleet and reaches the host\.$/,
      ),
    ]);
    expect(told({ unknown: [unseen] }, one, one)).toEqual([
      "warn pressure/nothing-new: Whether host numa is under pressure is not known (it did not answer: no route): nothing new is placed there. See that fleet watch runs with this fleet and reaches the host.",
    ]);
  });
});

describe("an update whose predecessor told its VMs", () => {
  const WHAT = "is under pressure (memory_pressure since 2026-11-21T12:00:00.000Z)";
  const refusal = (what: string) =>
    `refuse pressure/asks-more: Host numa ${WHAT}, and more is asked of it: ${what}. Free room there, or put what is new on another host.`;
  const passes = [
    `warn pressure/nothing-new: Host numa ${WHAT}: nothing new is placed there. Free room there, or move VMs away.`,
  ];
  const pressed = (before: FleetInput["vms"], after: FleetInput["vms"]) =>
    toldByVms({ filtered: [memory] }, before, after);
  const NEW = (name: string) => `new VM ${name} (vCPUs +1, memory +4Gi, disk os in pool fast +10 GB)`;

  test("is refused a VM in place of an equal one, which sums do not show", () => {
    const instead = [vm("b", "numa")];
    expect(told({ filtered: [memory] }, one, instead)).toEqual(passes);
    expect(pressed(one, instead)).toEqual([refusal(NEW("b"))]);
    expect(toldByVms({ unknown: [unseen] }, one, instead)).toEqual([
      expect.stringContaining(`and more is asked of it: ${NEW("b")}. See that fleet watch runs`),
    ]);
  });

  test("is refused a VM that comes from another host, and one that grows by what another gives up", () => {
    expect(pressed([vm("a", "other")], one)).toEqual([refusal(NEW("a"))]);
    const [small, large] = [{ memory: "4 GiB" }, { memory: "8 GiB" }];
    expect(
      pressed(
        [vm("a", "numa", small), vm("b", "numa", large)],
        [vm("a", "numa", large), vm("b", "numa", small)],
      ),
    ).toEqual([refusal("VM a (memory +4Gi)")]);
  });

  test("is refused a larger disk, and a disk in place of an equal one", () => {
    const disks = (name: string, size: string, kind = "ssd") => ({ disks: [{ name, class: kind, size }] });
    expect(pressed(one, [vm("a", "numa", disks("os", "12 GB"))])).toEqual([
      refusal("VM a (disk os in pool fast +2 GB)"),
    ]);
    expect(pressed(one, [vm("a", "numa", disks("data", "10 GB"))])).toEqual([
      refusal("VM a (disk data in pool fast +10 GB)"),
    ]);
    const moved = [vm("a", "numa", disks("os", "10 GB", "hdd"))];
    expect(pressed(one, moved)).toEqual([refusal("VM a (disk os in pool slow +10 GB)")]);
    // A full pool minds its own disks alone.
    expect(toldByVms({ filtered: [full] }, one, moved)).toEqual([expect.stringMatching(/^warn/)]);
    expect(toldByVms({ filtered: [full] }, moved, one)).toEqual([
      expect.stringContaining("more is asked of it: VM a (disk os in pool fast +10 GB). Free room there"),
    ]);
    expect(toldByVms({ filtered: [full] }, one, [vm("a", "numa", { memory: "8 GiB" })])).toEqual([
      expect.stringMatching(/^warn/),
    ]);
  });

  test("passes with what stays, changes place within the host, becomes less, or exists without the stack", () => {
    expect(pressed(one, one)).toEqual(passes);
    expect(pressed(one, [vm("a", "numa", { pins: [2], memory: "2 GiB", disks: [] })])).toEqual(passes);
    expect(pressed([...one, vm("b", "numa")], one)).toEqual(passes);
    expect(pressed(one, [...one, vm("b", "other")])).toEqual(passes);
    expect(pressed(one, [vm("a", "numa", { diskBandwidth: "100MB/s" })])).toEqual(passes);
    const theirs = (memory: string) => [...one, vm("b", "numa", { managed: false, memory })];
    expect(pressed(one, theirs("4 GiB"))).toEqual(passes);
    expect(pressed(theirs("4 GiB"), theirs("8 GiB"))).toEqual(passes);
  });

  test("tells five of many", () => {
    const many = ["b", "c"].map((name) => vm(name, "numa"));
    const shared = ["d", "e", "f", "g"].map((name) => {
      return { name, host: "numa", vcpus: 1, memory: "1 GiB", disks: [] };
    });
    expect(pressed([], [...many, ...shared])[0]).toMatch(
      /new VM b .*, new VM c .*, new VM d \(vCPUs \+1, memory \+1Gi\), new VM e .*, new VM f .*, 1 more\. Free/,
    );
  });
});

test.each([
  ["nothing", undefined],
  ["no object", []],
  ["another shape", { a: { host: 1 } }],
  ["no quantity", { a: { host: "numa", vcpus: 1, memory: "much" } }],
])("outputs that are %s tell no VMs", (_, outputs) => expect(readResidents(outputs)).toBeUndefined());

test("without pressure nothing is said", () => expect(told({}, undefined, one)).toEqual([]));
