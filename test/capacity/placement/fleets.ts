import fc from "fast-check";
import type { FleetInput } from "../../../model/fleet.ts";
import type { HostInput, VmInput } from "../host/fleet.ts";

/** Small fleets of every kind: hosts that differ in all that placement looks at, VMs that ask for all of it. */

const GIB = 1024 ** 3;

const cpusOf = (cells: readonly (readonly number[])[]) => cells.flat().reduce((sum, n) => sum + n, 0);

export const hostOf = (name: string): fc.Arbitrary<HostInput> =>
  fc
    .record({
      cells: fc.array(
        fc.record({
          cores: fc.oneof(
            { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }).map((n) => Array<number>(n).fill(2)) },
            fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 3 }),
          ),
          gib: fc.integer({ min: 2, max: 9 }),
          pages: fc.constantFrom(0, 0, 1, 3),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      reserved: fc.subarray([0, 1, 2, 3, 4], { maxLength: 2 }),
      pools: fc.array(
        fc.record({
          class: fc.constantFrom("ssd" as const, "ssd" as const, "hdd" as const),
          gb: fc.integer({ min: 5, max: 30 }),
          filesystem: fc.constantFrom(undefined, undefined, "/srv"),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      bridge: fc.constantFrom<{ name: string; bandwidth?: string }[]>(
        [],
        [{ name: "br0" }],
        [{ name: "br0", bandwidth: "1Gbps" }],
        [
          { name: "br0", bandwidth: "1Gbps" },
          { name: "br1", bandwidth: "700Mbps" },
        ],
        [{ name: "br0" }, { name: "br1", bandwidth: "700Mbps" }],
      ),
      diskBandwidth: fc.constantFrom(undefined, "200MB/s"),
      diskLimit: fc.constantFrom(undefined, undefined, "12 GB", "25 GB"),
      cordoned: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      gpus: fc.oneof(
        { weight: 1, arbitrary: fc.constant<GpuFacts[]>([]) },
        { weight: 3, arbitrary: fc.array(gpu, { minLength: 1, maxLength: 3 }) },
      ),
      far: fc.boolean(),
    })
    .map(({ cells, reserved, pools, bridge, diskBandwidth, diskLimit, cordoned, gpus, far }) => {
      let next = 0;
      const threads = cpusOf(cells.map((cell) => cell.cores));
      const kept = reserved.filter((cpu) => cpu < threads);
      return {
        name,
        uri: "test:///default",
        recorded: { source: "configured", date: "2026-05-03" },
        cordoned,
        cells: cells.map((cell, id) => ({
          id,
          cores: cell.cores.map((n) => Array.from({ length: n }, () => next++).join()),
          memory: `${cell.gib} GiB`,
          ...(cell.pages > 0 ? { hugepages: { "1GiB": Math.min(cell.pages, cell.gib - 1) } } : {}),
          ...(far
            ? {
                distances: Object.fromEntries(
                  cells.map((_, to) => [to, to === id ? 10 : 15 + 5 * Math.abs(to - id)]),
                ),
              }
            : {}),
        })),
        reserved: { memoryPerCell: "512 MiB", ...(kept.length === 0 ? {} : { cpus: kept.join() }) },
        pools: pools.map((pool, p) => ({
          name: `p${p}`,
          class: pool.class,
          path: `/p${p}`,
          capacity: `${pool.gb} GB`,
          ...(pool.filesystem === undefined ? {} : { filesystem: pool.filesystem }),
        })),
        bridges: bridge,
        gpus: gpus.map(({ cell, ...facts }, g) => ({
          address: `0000:0${g}:00.0`,
          ...facts,
          ...(cell === undefined || cell >= cells.length ? {} : { cell }),
        })),
        ...(diskBandwidth === undefined ? {} : { diskBandwidth }),
        ...(diskLimit === undefined ? {} : { limits: { disk: diskLimit } }),
      };
    });

type GpuInput = NonNullable<HostInput["gpus"]>[number];

type GpuFacts = Omit<GpuInput, "address">;

const gpu: fc.Arbitrary<GpuFacts> = fc
  .record({
    shared: fc.boolean(),
    model: fc.constantFrom(undefined, "10de:20b5"),
    cell: fc.constantFrom(undefined, 0, 1, 2),
    group: fc.constantFrom(undefined, 1, 1, 2, 3),
    functions: fc.constantFrom(0, 0, 2),
    few: fc.constantFrom(1, 2),
  })
  .map(({ shared, model, cell, group, functions, few }) => ({
    ...(model === undefined ? {} : { model }),
    ...(cell === undefined ? {} : { cell }),
    ...(shared
      ? {
          mode: "vgpu" as const,
          functions,
          profiles: [
            { type: "t-1", instances: 3 },
            { type: "t-2", instances: few },
          ],
        }
      : { mode: "passthrough" as const, ...(group === undefined ? {} : { iommuGroup: group }) }),
  }));

const uuid = (n: number) => `83b8f4f2-509f-382f-3c1e-e6bfe0fa100${n}`;
/** Few UUIDs, so that some are given twice. */
const vgpu = fc
  .record({ type: fc.constantFrom("t-1", "t-2"), n: fc.integer({ min: 0, max: 5 }) })
  .map(({ type, n }) => ({ vgpu: { type, uuid: uuid(n) } }));
type Wanted = NonNullable<VmInput["gpus"]>;
const wantedGpus: fc.Arbitrary<Wanted> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Wanted>([]) },
  {
    weight: 2,
    arbitrary: fc.array(fc.oneof(fc.constantFrom<Wanted[number]>({}, {}, { model: "10de:20b5" }), vgpu), {
      minLength: 1,
      maxLength: 2,
    }),
  },
);

const disks = fc.array(
  fc.record({
    class: fc.constantFrom("ssd" as const, "ssd" as const, "hdd" as const),
    gb: fc.integer({ min: 1, max: 12 }),
  }),
  { maxLength: 2 },
);

/** A VM that names no host. */
export const unplacedVm = (name: string): fc.Arbitrary<VmInput> =>
  fc
    .record({
      vcpus: fc.integer({ min: 1, max: 4 }),
      half: fc.integer({ min: 1, max: 8 }),
      cpuPolicy: fc.constantFrom(undefined, undefined, "shared" as const),
      exclusiveCores: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
      guestCells: fc.constantFrom(undefined, undefined, undefined, 2),
      hugepages: fc.constantFrom(undefined, undefined, undefined, "1GiB" as const),
      disks,
      bridge: fc.constantFrom(undefined, undefined, "br0", "br1"),
      bandwidth: fc.constantFrom(undefined, undefined, { upload: "600Mbps" }),
      diskBandwidth: fc.constantFrom(undefined, undefined, "150MB/s"),
      gpus: wantedGpus,
    })
    .map(
      ({
        bandwidth,
        diskBandwidth,
        vcpus,
        half,
        cpuPolicy,
        guestCells,
        hugepages,
        bridge,
        disks: list,
        exclusiveCores,
        gpus,
      }) => {
        const parts = guestCells ?? 1;
        // Parts of a guest's cells are alike, and pages are whole.
        const step = parts * (hugepages === undefined ? GIB / 2 : GIB);
        return {
          name,
          vcpus: Math.ceil(vcpus / parts) * parts,
          memory: `${(Math.max(1, Math.round((half * GIB) / 2 / step)) * step) / 1024 ** 2} MiB`,
          exclusiveCores,
          gpus,
          disks: list.map((disk, d) => ({ name: `d${d}`, class: disk.class, size: `${disk.gb} GB` })),
          ...(cpuPolicy === undefined ? {} : { cpuPolicy }),
          ...(guestCells === undefined ? {} : { guestCells }),
          ...(hugepages === undefined ? {} : { hugepages }),
          ...(bridge === undefined ? {} : { bridge }),
          ...(bandwidth === undefined ? {} : { bandwidth }),
          ...(diskBandwidth === undefined ? {} : { diskBandwidth }),
        };
      },
    );

/** A VM that was placed by hand, well or not. */
export const pinnedVm = (name: string): fc.Arbitrary<VmInput> =>
  fc
    .record({
      host: fc.constantFrom("a", "B", "c"),
      pins: fc.option(fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 3 }), {
        nil: undefined,
      }),
      vcpus: fc.integer({ min: 1, max: 3 }),
      emulator: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
      exclusiveCores: fc.boolean(),
      half: fc.integer({ min: 1, max: 6 }),
      numa: fc.option(
        fc.record({
          nodeset: fc.subarray([0, 1, 2], { minLength: 1 }).map((ids) => ids.join()),
          mode: fc.constantFrom("strict" as const, "interleave" as const, "preferred" as const),
        }),
        { nil: undefined },
      ),
      gpu: fc.option(fc.oneof(fc.constant({}), vgpu), { nil: undefined }),
      disk: fc.option(fc.record({ pool: fc.constantFrom("p0", "p1"), gb: fc.integer({ min: 1, max: 12 }) }), {
        nil: undefined,
      }),
    })
    .map(({ host, pins, vcpus, emulator, exclusiveCores, half, numa, disk, gpu: own }) => ({
      name,
      gpus: own === undefined ? [] : [{ address: "0000:00:00.0", ...own }],
      host,
      vcpus: pins?.length ?? vcpus,
      memory: `${half * 512} MiB`,
      exclusiveCores,
      ...(pins === undefined ? {} : { pins: pins.map(String) }),
      ...(emulator === undefined ? {} : { emulator: String(emulator) }),
      ...(numa === undefined ? {} : { numa }),
      disks:
        disk === undefined
          ? []
          : [{ name: "os", class: "ssd" as const, size: `${disk.gb} GB`, pool: disk.pool }],
    }));

export const settings: fc.Arbitrary<NonNullable<FleetInput["placement"]>> = fc.record({
  algorithm: fc.constantFrom("resource_aware" as const, "resource_aware" as const, "least_vm_count" as const),
  resources: fc.record({
    cpu: resource(0.5, 1, 1.5, 4),
    memory: resource(0.9, 1, 1, 1.2),
    disk: resource(0.8, 1, 1, 1.1),
    network: resource(1, 1.5),
    diskIo: resource(1, 2),
  }),
  defaultLimits: fc.boolean(),
});

function resource(...ratios: number[]) {
  return fc.record({
    enabled: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
    overcommitRatio: fc.constantFrom(...ratios),
  });
}
