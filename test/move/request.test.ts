import { describe, expect, test } from "vitest";
import { recallPlacements } from "../../capacity/placement/recall.ts";
import type { PressureState } from "../../capacity/pressure/exclusion.ts";
import { type FleetInput, requireFleet } from "../../model/fleet.ts";
import type { Host } from "../../model/host.ts";
import { readPlacements } from "../../model/placements.ts";
import { judgeOnTarget } from "../../move/plan.ts";
import { onHost, vmNamed, whyClosed, withMoves } from "../../move/request.ts";

const TODAY = "2026-05-06";

const host = (name: string, more: object = {}) => ({
  name,
  uri: `qemu+ssh://${name}/system`,
  recorded: { source: "configured", date: TODAY },
  cells: [{ id: 0, cores: ["0", "1", "2", "3"], memory: "8 GiB" }],
  reserved: { cpus: "0", memoryPerCell: "1 GiB" },
  pools: [{ name: `${name}-ssd`, class: "ssd", path: "/p", capacity: "20 GB" }],
  ...more,
});

const vm = (name: string, more: object = {}) => ({
  name,
  vcpus: 1,
  memory: "1 GiB",
  exclusiveCores: false,
  disks: [{ name: "os", class: "ssd", size: "1 GiB" }],
  ...more,
});

const fleetOf = (input: object) => requireFleet(input as FleetInput);

const refusalOf = (work: () => unknown): readonly string[] => {
  try {
    work();
  } catch (error) {
    return (error as { findings: { message: string }[] }).findings.map(({ message }) => message);
  }
  return [];
};

describe("a VM that placement has placed", () => {
  const open = () => fleetOf({ hosts: [host("left"), host("right")], vms: [vm("web"), vm("db"), vm("log")] });

  test("is not placed beside VMs of which nobody knows where they are", () => {
    const fleet = open();
    expect(refusalOf(() => onHost(fleet, vmNamed(fleet, "web"), "right"))).toEqual([
      "Nobody has recorded where db, log are, so what is free for VM web on right is not known.",
    ]);
  });

  test("is placed beside what the stack remembers, and alone is recorded", () => {
    const remembered = readPlacements([
      { vm: "web", host: "left", pins: ["1"], cells: "0", emulator: "0" },
      { vm: "db", host: "right", pins: ["1"], cells: "0", emulator: "0" },
      { vm: "log", host: "left", pins: ["2"], cells: "0", emulator: "0" },
    ]);
    const { fleet } = recallPlacements(open(), remembered);
    const { record } = onHost(fleet, vmNamed(fleet, "web"), "right");
    expect(record).toEqual({
      vm: "web",
      host: "right",
      pins: [[2]],
      cells: [0],
      emulator: [0],
      pools: { os: "right-ssd" },
    });
  });
});

describe("VMs that move as well", () => {
  const right = { vm: "db", host: "right", pins: ["1"], cells: "0", emulator: "0" };
  const fleet = fleetOf({
    hosts: [host("left"), host("right")],
    vms: [vm("web"), vm("db"), vm("log", { host: "left", cpuPolicy: "shared" })],
    placements: [
      { ...right, vm: "web", host: "left" },
      { ...right, host: "left", pins: ["2"] },
    ],
  });
  const [record] = readPlacements([right]);
  const pins = (of: typeof fleet) => onHost(of, vmNamed(of, "web"), "right").record?.pins;

  test("count where they go, though nobody has written it down", () => {
    expect(pins(fleet)).toEqual([[1]]);
    const plans = [
      { vm: "db", from: "left", to: "right", record },
      { vm: "log", from: "left", to: "right" },
    ];
    const beside = withMoves(fleet, plans);
    expect(beside.counted).toEqual(["db", "log"]);
    expect(pins(beside.fleet)).toEqual([[2]]);
    expect(vmNamed(beside.fleet, "log").host).toBe("right");
  });

  test("are none of the fleet's where it has them elsewhere", () => {
    const plans = [
      { vm: "db", from: "third", to: "right", record },
      { vm: "log", from: "left", to: "fourth" },
    ];
    expect(withMoves(fleet, plans)).toEqual({ fleet, counted: [] });
  });
});

describe("a host", () => {
  const declared = (cordoned: boolean) =>
    fleetOf({ hosts: [host("left"), host("right", { cordoned })], vms: [vm("web", { host: "left" })] })
      .hosts[1] as Host;
  const since = "2026-05-06T10:00:00.000Z";
  const pool = (name: string) => ({
    node: "right",
    pool: name,
    conditions: ["disk_pressure"] as const,
    disk_pressure_since: since,
  });

  test.each([
    [true, { filtered: [], unknown: [] }, ["Host right is cordoned, so VM web does not go there."]],
    [false, { filtered: [pool("other")], unknown: [] }, []],
    [
      false,
      { filtered: [pool("right-ssd")], unknown: [] },
      ["VM web does not go to pool right-ssd of right (disk_pressure): what is under pressure takes none."],
    ],
    [
      false,
      {
        filtered: [{ node: "right", conditions: ["memory_pressure"], memory_pressure_since: since }],
        unknown: [],
      },
      ["VM web does not go to right (memory_pressure): what is under pressure takes none."],
    ],
    [
      false,
      { filtered: [], unknown: [{ node: "right", why: "fleet watch has not seen it" }] },
      ["Nothing is known of right now, so VM web does not go there: fleet watch has not seen it."],
    ],
  ] as readonly (readonly [boolean, PressureState, string[]])[])(
    "cordoned %s, under pressure %j",
    (cordoned, pressure, messages) => {
      const findings = whyClosed("web", declared(cordoned), ["right-ssd"], pressure);
      expect(findings.map(({ message }) => message)).toEqual(messages);
    },
  );
});

describe("the judgement of a move", () => {
  /** Two VMs of 4 GiB are too much for a host that has lost half of its memory. */
  const judged = (rightMemory: string, webMemory = "4 GiB") => {
    const before = fleetOf({
      hosts: [
        host("left", { cells: [{ id: 0, cores: ["0", "1", "2", "3"], memory: "4 GiB" }] }),
        host("right", { cells: [{ id: 0, cores: ["0", "1", "2", "3"], memory: rightMemory }] }),
      ],
      vms: [
        vm("web", { host: "left", memory: webMemory }),
        vm("db", { host: "left", memory: "4 GiB" }),
        vm("log", { host: "right", memory: "4 GiB" }),
      ],
    });
    const { fleet } = onHost(before, vmNamed(before, "web"), "right");
    return judgeOnTarget({ fleet, before, today: TODAY }).map(({ subject }) => subject);
  };

  test("lets a host be emptied that is too small for what it has", () => {
    expect(judged("32 GiB")).toEqual([]);
  });

  test("refuses what the move makes too much, and what it makes worse", () => {
    expect(judged("8 GiB")).toEqual([expect.stringContaining("right")]);
    expect(judged("4 GiB")).toEqual([expect.stringContaining("right")]);
  });
});
