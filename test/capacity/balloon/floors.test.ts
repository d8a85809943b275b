import { describe, expect, it } from "vitest";
import { cellPools } from "../../../capacity/balloon/cells.ts";
import { boundsOf, checkFloors } from "../../../capacity/balloon/floors.ts";
import type { GuestSample } from "../../../capacity/balloon/sample.ts";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { type Machine, machines } from "../../../capacity/host/machine.ts";
import { fleetOf, floating, texts, type VmInput, vm } from "../host/fleet.ts";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

function machine(vms: VmInput[], facts: Parameters<typeof fleetOf>[1] = {}): Machine {
  return machines(fleetOf(vms, facts))[0] as Machine;
}

describe("floors", () => {
  it("are what is declared, and all of the memory where nothing is, in whole KiB", () => {
    const bounds = (facts: Partial<VmInput>) => boundsOf(machine([vm("a", facts)]).guests[0] as never);
    expect(bounds({ minimumMemory: "1 GiB" })).toEqual({
      minimum: GIB,
      maximum: 4 * GIB,
      overhead: 114 * MIB,
      onHugepages: false,
    });
    expect(bounds({})).toMatchObject({ minimum: 4 * GIB, maximum: 4 * GIB });
    // What is requested of a virtio-mem device is memory of the VM, and stays.
    expect(bounds({ virtioMem: { maximum: "8 GiB", requested: "2 GiB" } })).toMatchObject({
      minimum: 6 * GIB,
      maximum: 6 * GIB,
    });
    expect(bounds({ memory: "1000001 kB", minimumMemory: "1 MB" })).toMatchObject({
      minimum: 977 * 1024,
      maximum: 976_563 * 1024,
    });
  });

  it("fit to the byte with QEMU's overhead, and not by one KiB more", () => {
    // A cell of 16 GiB less 1 GiB; overheads as fleet.ts has them, page tables by the memory.
    const two = (minimumMemory: string) => [
      vm("a", { memory: "8 GiB", minimumMemory, pins: ["0", "8"] }),
      vm("b", { memory: "8 GiB", minimumMemory, pins: ["1", "9"] }),
    ];
    const fits = `${15 * 512 - 122} MiB`;
    expect(texts(checkFloors(machine(two(fits))))).toEqual([]);
    expect(texts(checkFloors(machine(two(`${(15 * 512 - 122) * 1024 + 1} KiB`))))).toEqual([
      "refuse host/balloon-floors hosts[0].cells[0].memory: Cell 0 of host h cannot keep the floors of VMs a and b (minimumMemory, or all memory where none is declared) with QEMU's overhead: requested 15.00Gi, available 15Gi, short by 2Ki. | Lower a minimumMemory, or move a VM to another cell or host.",
    ]);
  });

  it("of VMs over all cells are judged by the host", () => {
    const vms = ["a", "b", "c"].map((name) => floating(name, { memory: "20 GiB", minimumMemory: "10 GiB" }));
    expect(texts(checkFloors(machine(vms)))).toEqual([
      "refuse host/balloon-floors hosts[0].cells: Cells 0-1 of host h cannot keep the floors of VMs a, b and c (minimumMemory, or all memory where none is declared) with QEMU's overhead: requested 30.43Gi, available 30Gi, short by 438Mi. | Lower a minimumMemory, or move a VM to another host.",
    ]);
    expect(checkFloors(machine(vms.slice(1)))).toEqual([]);
  });

  it("are not looked at where no VM has one: its memory is judged as a whole", () => {
    expect(checkFloors(machine([vm("a", { memory: "100 GiB" })]))).toEqual([]);
  });

  it("and hugepages exclude each other, before anything is applied", () => {
    const cells = [
      { id: 0, cores: ["0,8", "1,9", "2,10", "3,11"], memory: "16 GiB", hugepages: { "1GiB": 8 } },
    ];
    const fleet = fleetOf(
      [vm("a", { hugepages: "1GiB", minimumMemory: "1 GiB" }), floating("b", { hugepages: "1GiB" })],
      { cells, reserved: { cpus: "3,11", memoryPerCell: "1 GiB" } },
    );
    expect(texts(judgeHosts(fleet).findings)).toEqual([
      "refuse host/balloon-forbidden vms[0].minimumMemory: VM a has a floor for its balloon, but it has memory on hugepages: its memory cannot be moved. | Remove its minimumMemory, or what it has there.",
    ]);
  });

  it("and a GPU of the host exclude each other too", () => {
    const gpus = [{ address: "0000:65:00.0", mode: "passthrough", iommuGroup: 1 } as const];
    const fleet = fleetOf([vm("a", { minimumMemory: "1 GiB", gpus: [{ address: "0000:65:00.0" }] })], {
      gpus,
    });
    expect(texts(judgeHosts(fleet).findings)).toEqual([
      "refuse host/balloon-forbidden vms[0].minimumMemory: VM a has a floor for its balloon, but it has a passed-through device: its memory cannot be moved. | Remove its minimumMemory, or what it has there.",
    ]);
  });

  it("floors, hugepages and maxima that are wrong are told together", () => {
    const fleet = fleetOf([
      vm("a", { memory: "40 GiB", minimumMemory: "20 GiB" }),
      floating("b", { hugepages: "1GiB", minimumMemory: "1 GiB" }),
    ]);
    expect(new Set(judgeHosts(fleet).findings.map(({ rule }) => rule))).toEqual(
      new Set(["host/cell-memory", "host/hugepages", "host/balloon-floors", "host/balloon-forbidden"]),
    );
  });
});

describe("cellPools", () => {
  const samplesOf = (vms: readonly VmInput[]) =>
    vms.map(({ name, memory = "4 GiB" }): GuestSample => {
      const minimum = Number.parseInt(String(memory), 10) * GIB;
      const bounds = { minimum, maximum: minimum, overhead: 0, onHugepages: false };
      return { name, uuid: name, bounds, live: undefined };
    });

  it("has an account for each nodeset that guests are bound to, and none for who may lie anywhere", () => {
    const vms = [
      vm("a"),
      vm("b", { pins: ["4", "12"], numa: { nodeset: "1" } }),
      vm("c", { pins: ["1", "9"] }),
      floating("d"),
      floating("e", { numa: { nodeset: "0", mode: "preferred" } }),
      floating("f", { numa: { nodeset: "0-1" } }),
    ];
    expect(cellPools(machine(vms), samplesOf(vms), [])).toEqual([
      { name: "cell 0", available: 15 * GIB, guests: ["a", "c"] },
      { name: "cell 1", available: 15 * GIB, guests: ["b"] },
    ]);
    expect(cellPools(machine(vms.slice(3)), samplesOf(vms.slice(3)), [])).toEqual([]);
  });

  it("leaves out what others are bound to there, and a part of all memory of who lies in more cells", () => {
    const three = [
      { id: 0, cores: ["0,8", "1,9", "2,10", "3,11"], memory: "16 GiB" },
      { id: 1, cores: ["4,12", "5,13"], memory: "16 GiB" },
      { id: 2, cores: ["6,14", "7,15"], memory: "16 GiB" },
    ];
    const vms = [vm("a"), floating("b", { memory: "6 GiB", numa: { nodeset: "0-1", mode: "interleave" } })];
    const strangers = [
      { bytes: 2 * GIB, nodeset: [0] },
      { bytes: 3 * GIB, nodeset: undefined },
      { bytes: 4 * GIB, nodeset: [0, 1] },
    ];
    const on = machine(vms, { cells: three });
    expect(cellPools(on, samplesOf(vms), strangers)).toEqual([
      { name: "cell 0", available: 10 * GIB, guests: ["a"] },
      { name: "cells 0-1", available: 24 * GIB, guests: ["a", "b"] },
    ]);
  });
});
