import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge } from "../../../capacity/judge.ts";
import { placeVms } from "../../../capacity/placement/placeVms.ts";
import { type FleetInput, requireFleet } from "../../../model/fleet.ts";
import type { PlacementRecord } from "../../../model/placements.ts";
import { type HostInput, texts, type VmInput } from "../host/fleet.ts";
import { hostOf, settings, unplacedVm } from "./fleets.ts";
import { host, place, vm, where } from "./small.ts";

const written = (records: readonly PlacementRecord[]): NonNullable<FleetInput["placements"]> =>
  records.map(({ vm: name, host: on, pools, cells, pins, emulator, gpus }) => ({
    vm: name,
    host: on,
    pools,
    ...(gpus === undefined ? {} : { gpus }),
    ...(cells === undefined ? {} : { cells: cells.join() }),
    ...(pins === undefined ? {} : { pins: pins.map((pin) => pin.join()) }),
    ...(emulator === undefined ? {} : { emulator: emulator.join() }),
  }));

describe("a VM that names no host", () => {
  it("gets a cell, whole cores with siblings side by side, the host's own CPUs for its emulator, and memory there", () => {
    const { fleet, made } = place({ hosts: [host("h")], vms: [vm("db", { iothreads: [{}] })] });
    expect(made).toEqual([
      { vm: "db", host: "h", cells: [0], pins: [[0], [8], [1], [9]], emulator: [3, 11], pools: {} },
    ]);
    expect(fleet.vms[0]).toMatchObject({
      host: "h",
      pins: [[0], [8], [1], [9]],
      emulator: [3, 11],
      iothreads: [{ cpus: [3, 11] }],
      numa: { mode: "strict", nodeset: [0] },
    });
  });

  it("gets a pool of the class of each disk: the one with the largest share left, by name among equals", () => {
    const pools: HostInput["pools"] = [
      { name: "b", class: "ssd", path: "/b", capacity: "100 GB" },
      { name: "a", class: "ssd", path: "/a", capacity: "100 GB" },
      { name: "slow", class: "hdd", path: "/slow", capacity: "1 TB" },
    ];
    const disks: VmInput["disks"] = [
      { name: "os", class: "ssd", size: "40 GB" },
      { name: "log", class: "ssd", size: "40 GB" },
      { name: "lake", class: "hdd", size: "40 GB" },
      { name: "own", class: "ssd", size: "10 GB", pool: "a" },
    ];
    const { made } = place({ hosts: [host("h", { pools })], vms: [vm("db", { disks })] });
    expect(made[0]?.pools).toEqual({ os: "a", log: "b", lake: "slow", own: "a" });
  });

  it("gets the pools that hold all its disks, if the roomiest for one leaves none for another", () => {
    const pools: HostInput["pools"] = [
      { name: "a", class: "ssd", path: "/a", capacity: "100 GB" },
      { name: "b", class: "ssd", path: "/b", capacity: "90 GB" },
    ];
    const disks: VmInput["disks"] = [
      { name: "os", class: "ssd", size: "90 GB" },
      { name: "data", class: "ssd", size: "100 GB" },
    ];
    const { made } = place({ hosts: [host("h", { pools })], vms: [vm("db", { disks })] });
    expect(made[0]?.pools).toEqual({ os: "b", data: "a" });
  });

  it("gets the pools of which the fullest keeps the largest share", () => {
    const pools: HostInput["pools"] = [
      { name: "a", class: "ssd", path: "/a", capacity: "16 GB" },
      { name: "b", class: "ssd", path: "/b", capacity: "13 GB" },
    ];
    const disks: VmInput["disks"] = [
      { name: "os", class: "ssd", size: "2 GB" },
      { name: "data", class: "ssd", size: "11 GB" },
    ];
    const { made } = place({ hosts: [host("h", { pools })], vms: [vm("db", { disks })] });
    expect(made[0]?.pools).toEqual({ os: "b", data: "a" });
  });

  it("lies on the cells of which it takes the fewest CPUs, where cores are of several sizes", () => {
    const cells: HostInput["cells"] = [["0,1", "2,3"], ["4", "5"], ["6"]].map((cores, id) => ({
      id,
      cores,
      memory: "8 GiB",
    }));
    const { made } = place({
      hosts: [host("h", { cells, reserved: { memoryPerCell: "1 GiB" } })],
      vms: [vm("wide", { vcpus: 2, guestCells: 2 })],
    });
    expect(made[0]).toMatchObject({ cells: [1, 2], pins: [[4], [6]] });
  });

  it("floats over shared CPUs and is bound to no cell if it shares", () => {
    const { made, fleet } = place({ hosts: [host("h")], vms: [vm("web", { cpuPolicy: "shared" })] });
    expect(made).toEqual([{ vm: "web", host: "h", pools: {} }]);
    expect(fleet.vms[0]?.pins).toBeUndefined();
    expect(fleet.vms[0]?.numa).toBeUndefined();
  });

  it("lies on as many cells as its guest has, in equal parts, near together", () => {
    const far = [
      [10, 40, 20, 40],
      [40, 10, 40, 30],
      [20, 40, 10, 40],
      [40, 30, 40, 10],
    ];
    const cells: HostInput["cells"] = far.map((distances, id) => ({
      id,
      cores: [`${2 * id}`, `${2 * id + 1}`],
      memory: "8 GiB",
      distances: Object.fromEntries(distances.entries()),
    }));
    const { made } = place({
      hosts: [host("h", { cells, reserved: { memoryPerCell: "1 GiB", cpus: "1" } })],
      vms: [vm("wide", { vcpus: 2, guestCells: 2 })],
    });
    expect(made[0]).toMatchObject({ cells: [0, 2], pins: [[0], [4]], emulator: [1] });
  });

  it("finds cells for its guest that another VM, which lies in some of several, leaves together", () => {
    const pair = (c: number) => (c < 2 ? 0 : 1);
    const cells: HostInput["cells"] = [0, 1, 2, 3].map((id) => ({
      id,
      cores: [`${id}`],
      memory: "5 GiB",
      distances: Object.fromEntries(
        [0, 1, 2, 3].map((to) => [to, to === id ? 10 : pair(to) === pair(id) ? 15 : 40]),
      ),
    }));
    const wide = vm("wide", { vcpus: 2, memory: "6 GiB", guestCells: 2, cpuPolicy: "shared" });
    const beside = ["0,1", "2,3"].map(
      (nodeset, i): VmInput => ({ name: `x${i}`, host: "h", vcpus: 1, memory: "5 GiB", numa: { nodeset } }),
    );
    const { made } = place({
      hosts: [host("h", { cells, reserved: { memoryPerCell: "512 MiB" } })],
      vms: [...beside, wide],
    });
    expect(made[0]?.cells).toEqual([0, 2]);
  });

  it("stays on the host that it names, if that is all it names", () => {
    const named = vm("db", { host: "b", cpuPolicy: "dedicated" });
    const { made } = place({ hosts: [host("a"), host("b")], vms: [named] });
    expect(made[0]).toMatchObject({ host: "b", pins: [[0], [8], [1], [9]] });
  });

  it("takes the cell that it names there, and the memory mode with it", () => {
    const named = vm("db", { host: "h", cpuPolicy: "dedicated", numa: { nodeset: "1", mode: "preferred" } });
    const { made, fleet } = place({ hosts: [host("h")], vms: [named] });
    expect(made[0]).toMatchObject({ cells: [1], pins: [[4], [12], [5], [13]] });
    expect(fleet.vms[0]?.numa).toEqual({ nodeset: [1], mode: "preferred" });
  });

  it("goes where its bridge is", () => {
    const hosts = [host("a"), host("b", { bridges: [{ name: "br0" }] })];
    expect(where(place({ hosts, vms: [vm("db", { bridge: "br0" })] }))).toEqual(["db: b"]);
  });
});

describe("the algorithm", () => {
  const two = [host("b"), host("A")];

  it("spreads by what is left, and settles ties by the name in lower case", () => {
    const vms = ["w", "x", "y", "z"].map((name) => vm(name, { vcpus: 2 }));
    expect(where(place({ hosts: two, vms }))).toEqual(["w: A", "x: b", "y: A", "z: b"]);
  });

  it("resource_aware counts what the VMs on a host take, least_vm_count how many they are", () => {
    const pinned: VmInput[] = [
      { ...vm("big"), host: "A", vcpus: 4, memory: "12 GiB", pins: ["0", "8", "1", "9"], emulator: "3" },
      { ...vm("s1"), host: "b", vcpus: 1, memory: "256 MiB", pins: ["0"], emulator: "3" },
      { ...vm("s2"), host: "b", vcpus: 1, memory: "256 MiB", pins: ["1"], emulator: "3" },
    ];
    const by = (algorithm: "resource_aware" | "least_vm_count") =>
      where(place({ hosts: two, vms: [...pinned, vm("new")], placement: { algorithm } }));
    expect(by("resource_aware")).toEqual(["new: b"]);
    expect(by("least_vm_count")).toEqual(["new: A"]);
  });

  it("least_vm_count passes over a host that cannot hold the VM", () => {
    const hosts = [
      host("a", {
        cells: [{ id: 0, cores: ["0", "1"], memory: "16 GiB" }],
        reserved: { memoryPerCell: "1 GiB" },
      }),
      host("b"),
    ];
    const pinned: VmInput = { ...vm("s1"), host: "b", vcpus: 1, pins: ["0"], emulator: "3" };
    const placed = place({ hosts, vms: [pinned, vm("db")], placement: { algorithm: "least_vm_count" } });
    expect(where(placed)).toEqual(["db: b"]);
  });

  it("leaves a disabled resource out of the score, so that the mean is of the others", () => {
    // A has CPUs left and b has memory left.
    const pinned: VmInput[] = [
      { ...vm("m"), host: "A", vcpus: 1, memory: "14 GiB", pins: ["0"], emulator: "3" },
      {
        ...vm("c"),
        host: "b",
        vcpus: 8,
        memory: "1 GiB",
        pins: ["0", "8", "1", "9", "4", "12", "5", "13"],
        emulator: "3",
      },
    ];
    const without = (...names: ("cpu" | "memory")[]) =>
      where(
        place({
          hosts: two,
          vms: [...pinned, vm("new", { vcpus: 2, memory: "512 MiB" })],
          placement: { resources: Object.fromEntries(names.map((name) => [name, { enabled: false }])) },
        }),
      );
    expect(without("memory")).toEqual(["new: A"]);
    expect(without("cpu")).toEqual(["new: b"]);
  });

  it("counts VMs where nothing is enabled, as least_vm_count does", () => {
    const off = { enabled: false };
    const resources = { cpu: off, memory: off, disk: off };
    const pinned: VmInput = {
      ...vm("s1"),
      host: "A",
      vcpus: 1,
      memory: "256 MiB",
      pins: ["0"],
      emulator: "3",
    };
    const vms = [pinned, vm("x"), vm("y"), vm("z")];
    const counted = where(place({ hosts: two, vms, placement: { resources } }));
    expect(counted).toEqual(["x: b", "y: A", "z: b"]);
    expect(where(place({ hosts: two, vms, placement: { algorithm: "least_vm_count" } }))).toEqual(counted);
  });

  it("leaves a disabled resource out of the fit: what is short of it is told, and refused no more", () => {
    const wide = vm("wide", { vcpus: 2, memory: "20 GiB" });
    const memory = (enabled: boolean) =>
      judge(
        requireFleet({ hosts: [host("h")], vms: [wide], placement: { resources: { memory: { enabled } } } }),
        {
          today: "2026-05-06",
        },
      ).findings.map((f) => `${f.severity} ${f.rule}`);
    expect(memory(true)).toEqual(["refuse placement/no-eligible-host"]);
    expect(memory(false)).toEqual(["warn host/cell-memory"]);
  });

  it("promises a resource times its ratio, and shared CPUs only", () => {
    const fits = (resources: NonNullable<FleetInput["placement"]>["resources"], facts: Partial<VmInput>) =>
      place({ hosts: [host("h")], vms: [vm("db", facts)], placement: { resources } }).made.length === 1;
    // 15 GiB of a cell are for VMs.
    expect(fits({ memory: { overcommitRatio: 1 } }, { memory: "16 GiB" })).toBe(false);
    expect(fits({ memory: { overcommitRatio: 1.2 } }, { memory: "16 GiB" })).toBe(true);
    expect(fits({ memory: { overcommitRatio: 0.5 } }, { memory: "8 GiB" })).toBe(false);
    // 12 CPUs are not kept for the host, 6 in each cell.
    expect(fits({ cpu: { overcommitRatio: 1 } }, { vcpus: 24, cpuPolicy: "shared" })).toBe(false);
    expect(fits({ cpu: { overcommitRatio: 2 } }, { vcpus: 24, cpuPolicy: "shared" })).toBe(true);
    expect(fits({ cpu: { overcommitRatio: 2 } }, { vcpus: 8 })).toBe(false);
    const disks: VmInput["disks"] = [{ name: "os", class: "ssd", size: "110 GB" }];
    expect(fits({ disk: { overcommitRatio: 1 } }, { disks })).toBe(false);
    expect(fits({ disk: { overcommitRatio: 1.5 } }, { disks })).toBe(true);
  });

  it("counts a placement before the host has seen it", () => {
    const vms = ["x", "y", "z"].map((name) => vm(name, { vcpus: 6 }));
    const { made, findings } = place({ hosts: [host("h")], vms });
    expect(made.map((r) => r.cells)).toEqual([[0], [1]]);
    expect(findings.map((f) => f.rule)).toEqual(["placement/no-eligible-host"]);
  });
});

describe("placements that were made", () => {
  const sizes = fc.tuple(hostOf("a"), hostOf("B"), hostOf("c"));

  it("are the same whatever the order of declaration", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.tuple(...["v", "w", "x", "y"].map(unplacedVm)),
        settings,
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        (list, vms, placement, order, hostOrder) => {
          const one = place({ hosts: list, vms, placement });
          const other = place({
            hosts: hostOrder.map((i) => list[i] as HostInput),
            vms: order.map((i) => vms[i] as VmInput),
            placement,
          });
          const byName = (a: PlacementRecord, b: PlacementRecord) => (a.vm < b.vm ? -1 : 1);
          expect([...other.records].sort(byName)).toEqual([...one.records].sort(byName));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("are kept when a VM or a host is added: nothing moves", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.tuple(...["v", "w", "x", "a0"].map(unplacedVm)),
        settings,
        (list, vms, placement) => {
          const before = place({ hosts: list.slice(0, 2), vms: vms.slice(0, 3), placement });
          const after = place({
            hosts: list,
            vms: [...vms].reverse(),
            placement,
            placements: written(before.records),
          });
          for (const record of before.records) expect(after.records).toContainEqual(record);
          expect(after.made.map((r) => r.vm)).not.toContain(before.records[0]?.vm);
          expect(after.moved).toEqual([]);
          expect(after.findings.filter((f) => f.rule !== "placement/no-eligible-host")).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  const record = { vm: "db", host: "a", cells: "0", pins: ["0", "8"], emulator: "3,11", pools: {} };
  const db = vm("db", { vcpus: 2 });

  it("stay on a host that was cordoned since, which is told", () => {
    const { findings } = judge(
      requireFleet({ hosts: [host("a", { cordoned: true }), host("b")], vms: [db], placements: [record] }),
      { today: "2026-05-06" },
    );
    expect(texts(findings)).toEqual([
      "warn placement/kept-cordoned placements[0]: VM db stays on host a, which is cordoned: a recorded placement is kept. | Place it anew with `fleet place --again db` and take it there with `fleet move`, or leave it there.",
    ]);
  });

  it("are refused where they no longer fit, with the way out", () => {
    const taker: VmInput = {
      ...vm("x"),
      host: "a",
      vcpus: 1,
      pins: ["8"],
      emulator: "3",
      numa: { nodeset: "0" },
    };
    const { findings } = judge(requireFleet({ hosts: [host("a")], vms: [db, taker], placements: [record] }), {
      today: "2026-05-06",
    });
    expect(texts(findings).filter((text) => text.includes("placement/"))).toEqual([
      "refuse placement/kept-unfit placements[0]: The recorded placement of VM db no longer fits host a: CPUs 0,8 are taken. | Place it anew with `fleet place --again db`, and take it there with `fleet move`; or give it back what it had.",
    ]);
  });

  it("are made anew where that is asked for, and the move is told", () => {
    const input = {
      hosts: [host("a"), host("b")],
      vms: [db, vm("x", { host: "a", cpuPolicy: "dedicated" })],
      placements: [record],
    };
    expect(place(input).moved).toEqual([]);
    const { moved, records } = place(input, { again: ["db"] });
    expect(moved.map(({ vm: name, from, to }) => [name, from.host, to.host])).toEqual([["db", "a", "b"]]);
    expect(records.map((r) => [r.vm, r.host])).toEqual([
      ["db", "b"],
      ["x", "a"],
    ]);
  });
});

describe("a fleet in which every VM has its place", () => {
  it("is handed back as it is", () => {
    const fleet = requireFleet({ hosts: [host("h")], vms: [{ ...vm("x"), host: "h" }] });
    expect(placeVms(fleet).fleet).toBe(fleet);
  });

  it("has its placements in the judgement", () => {
    const input = { hosts: [host("h")], vms: [vm("x")] };
    const { placements } = judge(requireFleet(input), { today: "2026-05-06" });
    expect(placements.map(({ vm: name, made }) => [name, made])).toEqual([["x", true]]);
    const kept = judge(requireFleet({ ...input, placements: written(placements) }), { today: "2026-05-06" });
    expect(kept.placements.map(({ vm: name, made }) => [name, made])).toEqual([["x", false]]);
    expect(kept.findings).toEqual([]);
  });
});
