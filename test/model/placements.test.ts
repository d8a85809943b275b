import { describe, expect, it } from "vitest";
import { type FleetInput, parseFleet, requireFleet } from "../../model/fleet.ts";
import { PRESETS, ratiosOf } from "../../model/placement.ts";
import { isUnplaced } from "../../model/placements.ts";

const host = (name: string) => ({
  name,
  uri: "qemu:///system",
  recorded: { source: "configured", date: "2026-05-03" } as const,
  cells: [{ id: 0, cores: ["0,4", "1,5", "2,6", "3,7"], memory: "64 GiB" }],
  reserved: { memoryPerCell: "2 GiB" },
  pools: [{ name: "fast", class: "ssd", path: "/fast", capacity: "1 TB" } as const],
});

const fleet = (given: Partial<FleetInput>): FleetInput => ({
  hosts: [host("a"), host("b")],
  vms: [{ name: "db", vcpus: 2, memory: "4 GiB", disks: [{ name: "os", class: "ssd", size: "40 GB" }] }],
  ...given,
});

const record = { vm: "db", host: "b", cells: "0", pins: ["1", "5"], emulator: "0", pools: { os: "fast" } };

describe("a recorded placement", () => {
  it("gives the VM host, pins, emulator set, memory and pools", () => {
    const { vms } = requireFleet(fleet({ placements: [record] }));
    expect(vms[0]).toMatchObject({
      host: "b",
      pins: [[1], [5]],
      emulator: [0],
      numa: { mode: "strict", nodeset: [0] },
      disks: [{ name: "os", pool: "fast" }],
    });
    expect(isUnplaced(vms[0] as (typeof vms)[number])).toBe(false);
  });

  it("gives way to what the VM says itself, and is void for a VM on another host", () => {
    const vm = { name: "db", host: "a", cpuPolicy: "dedicated", vcpus: 2, memory: "4 GiB" } as const;
    const { vms } = requireFleet(fleet({ vms: [vm], placements: [record] }));
    expect(vms[0]).toMatchObject({ host: "a" });
    expect(vms[0]?.pins).toBeUndefined();
    const pinned = requireFleet(fleet({ vms: [{ ...vm, pins: ["2", "6"] }], placements: [record] }));
    expect(pinned.vms[0]?.pins).toEqual([[2], [6]]);
    const here = requireFleet(fleet({ vms: [{ ...vm, host: "b" }], placements: [record] }));
    expect(here.vms[0]?.pins).toEqual([[1], [5]]);
  });

  it.each<[string, Partial<FleetInput>, string]>([
    [
      "of an unknown VM",
      { placements: [{ ...record, vm: "dbb" }] },
      '`placements[0].vm` is "dbb", but there is no VM of that name (known: db).',
    ],
    [
      "on an unknown host",
      { placements: [{ ...record, host: "c" }] },
      '`placements[0].host` is "c", but there is no host of that name (known: a, b).',
    ],
    [
      "with another number of pins",
      { placements: [{ ...record, pins: ["1"] }] },
      "The placement of VM db has pins for 1 vCPUs, but the VM has 2.",
    ],
  ])("%s is refused", (_, given, message) => {
    expect(parseFleet(fleet(given)).findings.map((f) => f.message)).toEqual([message]);
  });

  it("stands once for a VM", () => {
    const { findings } = parseFleet(fleet({ placements: [record, record] }));
    expect(findings.map((f) => [f.rule, f.path])).toEqual([["model/duplicate-name", "placements[1].vm"]]);
  });
});

describe("a VM without a host", () => {
  it("names no CPUs or cells", () => {
    const vm = { name: "db", vcpus: 1, memory: "4 GiB", pins: ["1"], emulator: "0", numa: { nodeset: "0" } };
    expect(parseFleet(fleet({ vms: [vm] })).findings.map((f) => f.message)).toEqual([
      "`vms[0].emulator` names CPUs or cells of a host, but VM db names no host.",
      "`vms[0].numa` names CPUs or cells of a host, but VM db names no host.",
      "`vms[0].pins` names CPUs or cells of a host, but VM db names no host.",
    ]);
  });

  it("is not shared and pinned", () => {
    const vm = { name: "db", host: "a", vcpus: 1, memory: "4 GiB", pins: ["1"] };
    expect(
      parseFleet(fleet({ vms: [{ ...vm, cpuPolicy: "shared" }] })).findings.map((f) => f.message),
    ).toEqual(['`vms[0].cpuPolicy` is "shared", but the VM has pins.']);
  });
});

describe("ratios", () => {
  it.each(Object.entries(PRESETS))("of preset %s hold unless given", (preset, ratios) => {
    const of = (placement: FleetInput["placement"]) => ratiosOf(requireFleet({ placement }).placement);
    expect(of({ preset: preset as keyof typeof PRESETS })).toEqual(ratios);
    expect(
      of({ preset: preset as keyof typeof PRESETS, resources: { memory: { overcommitRatio: 0.9 } } }),
    ).toEqual({ ...ratios, memory: 0.9 });
  });

  it("are strict by default", () => {
    expect(ratiosOf(requireFleet({}).placement)).toEqual(PRESETS.strict);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 101, "2"])("%s is refused", (overcommitRatio) => {
    const placement = { resources: { cpu: { overcommitRatio } } };
    const [found] = parseFleet({ placement }).findings;
    expect(found?.path).toBe("placement.resources.cpu.overcommitRatio");
    expect(found?.message).toMatch(/expected a ratio above 0, at most 100\.$/);
  });
});
