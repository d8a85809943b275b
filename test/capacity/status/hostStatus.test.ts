import { describe, expect, test } from "vitest";
import { machines } from "../../../capacity/host/machine.ts";
import { type HostReport, hostStatus, type Instance } from "../../../capacity/status/hostStatus.ts";
import { breakdownOf, type VolumeFacts } from "../../../facts/hostUse.ts";
import type { FleetInput } from "../../../model/fleet.ts";
import { fleetOf, floating, type HostInput, type VmInput, vm } from "../host/fleet.ts";

const GIB = 1024 ** 3;
const Gbps = 1_000_000_000;
const NO_DISKS = { images_bytes: 0, oci_cache_bytes: 0, volumes_bytes: 0, overlays_bytes: 0 };

const instance = (name: string, facts: Partial<Instance> = {}): Instance => ({
  id: `id-${name}`,
  name,
  state: "running",
  vcpus: 4,
  memory: 8 * GIB,
  disk: 10 * GIB,
  download: 0,
  upload: 0,
  diskIo: 0,
  hostdevs: [],
  ...facts,
});
const reportOf = (instances: Instance[], facts: Partial<HostReport> = {}): HostReport => ({
  instances,
  disk: NO_DISKS,
  poolsFree: [50e9],
  ...facts,
});
const statusOf = (
  report: HostReport,
  vms: VmInput[] = [],
  host: Partial<HostInput> = {},
  more: Partial<FleetInput> = {},
) => {
  const [machine] = machines(fleetOf(vms, host, more));
  if (!machine) throw new Error("no host");
  return hostStatus(machine, report);
};

/** The document's host of 64 CPUs at a ratio of 2.0. */
const wide: Partial<HostInput> = {
  cells: [{ id: 0, cores: Array.from({ length: 64 }, (_, i) => `${i}`), memory: "128 GiB" }],
  reserved: { memoryPerCell: "0 GiB" },
  bridges: [{ name: "br0", bandwidth: "10Gbps" }],
};
const twice: Partial<FleetInput> = { placement: { resources: { cpu: { overcommitRatio: 2 } } } };

test("the room of a file system that pools share is there once", () => {
  const pool = (name: string, capacity: string, filesystem?: string) => ({
    name,
    class: "ssd" as const,
    path: `/srv/${name}`,
    capacity,
    ...(filesystem === undefined ? {} : { filesystem }),
  });
  const pools = [
    pool("a", "100 GB", "/srv"),
    pool("b", "90 GB", "/srv"),
    pool("c", "50 GB", "/c"),
    pool("d", "7 GB"),
  ];
  const { disk, image_storage } = statusOf(reportOf([]), [], { pools });
  expect([disk.capacity, image_storage.limit]).toEqual([157e9, 31.4e9]);
});

test("a pool that nobody could read is told, and is no reason to take another for full", () => {
  const unread = [{ pool: "dead", why: "its server is gone" }];
  const blocked = (facts: Partial<HostReport>) => {
    const { unread_pools, image_storage } = statusOf(reportOf([], facts));
    return [unread_pools, image_storage.blocked];
  };
  expect(blocked({})).toEqual([[], ""]);
  expect(blocked({ unread })).toEqual([unread, ""]);
  expect(blocked({ unread, poolsFree: [] })).toEqual([unread, "no pool that answered has the reserve free"]);
});

describe("the documented response", () => {
  const status = statusOf(
    reportOf(
      Array.from({ length: 12 }, (_, i) =>
        instance(`vm${i}`, { download: Gbps, upload: 2 * Gbps, diskIo: Gbps }),
      ),
      {
        disk: {
          images_bytes: 214748364800,
          oci_cache_bytes: 53687091200,
          volumes_bytes: 107374182400,
          overlays_bytes: 227633306624,
        },
      },
    ),
    [],
    { ...wide, diskBandwidth: "4GB/s" },
    twice,
  );

  test("has its fields, and CPU as in its example", () => {
    expect(status.cpu).toMatchObject({
      capacity: 64,
      effective_limit: 128,
      allocated: 48,
      available: 80,
      oversub_ratio: 2,
    });
    expect(Object.keys(status)).toEqual(
      expect.arrayContaining([
        "cpu",
        "memory",
        "disk",
        "network",
        "disk_io",
        "disk_breakdown",
        "allocations",
      ]),
    );
  });

  test("sums memory, and disk over images, cache, volumes and overlays", () => {
    expect(status.memory).toMatchObject({ capacity: 128 * GIB, allocated: 96 * GIB, available: 32 * GIB });
    expect(status.disk).toMatchObject({ capacity: 1.1e12, allocated: 603442945024 });
  });

  test("counts the larger direction of each VM, in bytes a second", () => {
    expect(status.network).toMatchObject({ capacity: 1.25e9, allocated: 12 * 250e6, available: -1.75e9 });
    expect(status.disk_io).toMatchObject({
      capacity: 4e9,
      allocated: 12 * 125e6,
      available: 2.5e9,
      source: "configured",
    });
  });

  test("tells each VM's part", () => {
    expect(status.allocations[0]).toEqual({
      instance_id: "id-vm0",
      instance_name: "vm0",
      cpu: 4,
      memory_bytes: 8589934592,
      disk_bytes: 10737418240,
      network_download_bps: 125000000,
      network_upload_bps: 250000000,
      disk_io_bps: 125000000,
    });
  });
});

test.each([
  ["running", true],
  ["blocked", true],
  ["paused", true],
  ["in shutdown", true],
  ["suspended", true],
  ["shut off", false],
  // libvirt keeps its QEMU, with all that it holds.
  ["crashed", true],
  ["no state", true],
])("a VM that is %s counts: %s", (state, counts) => {
  const { cpu, allocations } = statusOf(reportOf([instance("a", { state })]), [], wide);
  expect(cpu.allocated).toBe(counts ? 4 : 0);
  expect(allocations.map((a) => a.instance_name)).toEqual(counts ? ["a"] : []);
});

test("a ratio applies to shared CPUs, dedicated ones are 1.0, reserved ones nobody's", () => {
  // 16 threads: 4 reserved, 2 dedicated to `a`, 10 shared at 4.0.
  const { cpu } = statusOf(reportOf([]), [vm("a")], {}, { placement: { preset: "resources" } });
  expect(cpu).toMatchObject({ capacity: 16, reserved: 4, effective_limit: 2 + 40, oversub_ratio: 4 });
});

test("threads that exclusive cores keep from others are nobody's to be given", () => {
  // `a` has two vCPUs on two cores: their siblings idle.
  const alone = vm("a", { pins: ["0", "1"], exclusiveCores: true });
  const { cpu } = statusOf(reportOf([instance("a", { vcpus: 2 })]), [alone]);
  expect(cpu).toMatchObject({
    capacity: 16,
    reserved: 4 + 2,
    effective_limit: 10,
    allocated: 2,
    available: 8,
  });
});

test("a figure that a person has configured is told as theirs, on a host that was read", () => {
  const date = "2026-05-03";
  const detected = { source: "detected", date } as const;
  const configured = { source: "configured", date } as const;
  const sources = (facts: Partial<HostInput>) => {
    const { cpu, memory, disk, network } = statusOf(reportOf([]), [], {
      ...wide,
      recorded: detected,
      ...facts,
    });
    return [cpu, memory, disk, network].map((r) => r?.source);
  };
  expect(sources({})).toEqual(["detected", "detected", "detected", "detected"]);
  expect(sources({ bridges: [{ name: "br0", bandwidth: "10Gbps", recorded: configured }] })[3]).toBe(
    "configured",
  );
  expect(
    sources({ pools: [{ name: "p", class: "ssd", path: "/p", capacity: "1 TB", recorded: configured }] })[2],
  ).toBe("configured");
  const cells = (wide.cells ?? []).map((cell) => ({ ...cell, recorded: configured }));
  expect(sources({ cells }).slice(0, 2)).toEqual(["configured", "configured"]);
  expect(
    sources({ recorded: configured, bridges: [{ name: "br0", bandwidth: "1Gbps", recorded: detected }] }),
  ).toEqual(["configured", "configured", "configured", "detected"]);
});

test("what is declared and not there yet is promised already", () => {
  const { cpu, memory, disk, network, pending } = statusOf(
    reportOf([instance("there", { vcpus: 2, memory: GIB })]),
    [
      floating("there"),
      floating("later", {
        bridge: "br0",
        bandwidth: { download: "1Gbps" },
        disks: [{ name: "os", class: "ssd", size: "20 GB" }],
      }),
    ],
    { bridges: [{ name: "br0", bandwidth: "10Gbps" }] },
  );
  expect(pending).toEqual(["later"]);
  expect(cpu).toMatchObject({ allocated: 2, pending: 2, available: 10, effective_available: 8 });
  expect(memory).toMatchObject({ allocated: GIB, pending: 4 * GIB, effective_available: 25 * GIB });
  expect(disk).toMatchObject({ pending: 20e9, effective_available: 1.1e12 - 20e9 });
  expect(network).toMatchObject({ pending: 125e6 });
});

test("a configured limit wins over what was found, and says so", () => {
  const found = { recorded: { source: "detected", date: "2026-05-03" } as const };
  const without = statusOf(reportOf([]), [], { ...wide, ...found });
  expect([without.disk.source, without.network?.source]).toEqual(["detected", "detected"]);
  const limits = { disk: "500 GB", network: "1Gbps" };
  const limited = statusOf(reportOf([]), [], { ...wide, ...found, limits });
  expect(limited.disk).toMatchObject({ capacity: 500e9, source: "configured" });
  expect(limited.network).toMatchObject({ capacity: 125e6, source: "configured" });
  expect(limited.cpu.source).toBe("detected");
});

test("a host without a recorded speed has no network figure, and no disk I/O without limits", () => {
  const status = statusOf(reportOf([]));
  expect([status.network, status.disk_io]).toEqual([null, null]);
  const byDefault = statusOf(reportOf([]), [], {}, { placement: { preset: "resources" } });
  expect(byDefault.disk_io).toMatchObject({ capacity: 1e9, effective_limit: 2e9 });
});

describe("images", () => {
  const stored = (images_bytes: number, poolsFree: number[], limits?: HostInput["limits"]) =>
    statusOf(
      reportOf([], { disk: { ...NO_DISKS, images_bytes }, poolsFree }),
      [],
      limits === undefined ? {} : { limits },
    ).image_storage;

  test.each<[string, ReturnType<typeof stored>, string]>([
    ["below a fifth of the pools, with room", stored(219e9, [5e9]), ""],
    ["at a fifth of the pools", stored(220e9, [50e9]), "images take all that they may"],
    ["with less than 5 GB free", stored(0, [4_999_999_999]), "no pool has the reserve free"],
    ["with one roomy pool", stored(0, [1e9, 6e9]), ""],
    ["with limits of their own", stored(300e9, [3e9], { imageStorage: 0.5, imageReserve: "2 GB" }), ""],
  ])("%s", (_, { blocked }, expected) => {
    expect(blocked).toBe(expected);
  });
});

test("volumes are images, overlays, VMs' own, or kept", () => {
  const volume = (path: string, facts: Partial<VolumeFacts> = {}): VolumeFacts => ({
    pool: "fast",
    path,
    capacity: 100,
    allocation: 10,
    backing: undefined,
    ...facts,
  });
  const volumes = [
    volume("/p/base"),
    volume("/p/overlay", { backing: "/p/base" }),
    volume("/p/data"),
    volume("/p/old"),
    // A pool of the same folder lists it again.
    volume("/p/data"),
    // Preallocated metadata may make a full volume larger than its size.
    volume("/p/full", { allocation: 120 }),
    // What lies in a pool that the fleet does not know is no part of what the host is recorded with.
    volume("/other/data", { pool: "other" }),
    volume("/other/overlay", { pool: "other", backing: "/p/base" }),
  ];
  const disks = new Set(["/p/overlay", "/p/data", "/p/full", "/other/data"]);
  expect(breakdownOf(volumes, disks, new Set(["fast", "again"]))).toEqual({
    images_bytes: 10,
    oci_cache_bytes: 10,
    volumes_bytes: 220,
    overlays_bytes: 100,
  });
});
