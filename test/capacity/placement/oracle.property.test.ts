import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { hostRatios } from "../../../capacity/host/machine.ts";
import { Placer } from "../../../capacity/placement/placer.ts";
import type { PressureState } from "../../../capacity/pressure/exclusion.ts";
import { refuses } from "../../../model/finding.ts";
import { type Fleet, requireFleet } from "../../../model/fleet.ts";
import type { VM } from "../../../model/vm.ts";
import type { HostInput, VmInput } from "../host/fleet.ts";
import { hostOf, pinnedVm, settings, unplacedVm } from "./fleets.ts";
import { bestOf, placesOf } from "./oracle.ts";

const fleets = fc.record({
  hosts: fc.tuple(hostOf("a"), hostOf("B"), hostOf("c")).chain((all) => fc.subarray(all, { minLength: 1 })),
  pinned: fc.tuple(...["x", "y", "z"].map(pinnedVm)).chain((all) => fc.subarray(all)),
  asked: fc.tuple(...["n0", "n1", "n2"].map(unplacedVm)).chain((all) => fc.subarray(all, { minLength: 1 })),
  placement: settings,
  pressed: fc.subarray<PressureState["filtered"][number]>([
    { node: "a", conditions: ["memory_pressure"] },
    { node: "B", pool: "p0", conditions: ["disk_pressure"] },
    { node: "c", pool: "p1", conditions: ["disk_pressure"] },
  ]),
});

/** The fleet with as many of the pinned VMs as it can take. */
function sound(hosts: HostInput[], pinned: VmInput[], rest: object): Fleet {
  return pinned.reduce(
    (fleet, vm) => {
      if (!hosts.some((host) => host.name === vm.host)) return fleet;
      const pools = hosts.find((host) => host.name === vm.host)?.pools ?? [];
      const [gpu] = hosts.find((host) => host.name === vm.host)?.gpus ?? [];
      const isOffered = vm.gpus?.every(
        ({ vgpu }) => gpu?.mode === (vgpu === undefined ? "passthrough" : "vgpu"),
      );
      if (!isOffered) return fleet;
      if (!(vm.disks ?? []).every((disk) => pools.some((pool) => pool.name === disk.pool))) return fleet;
      const more = requireFleet({ ...rest, hosts, vms: [...fleet.inputs, vm] });
      return refuses(judgeHosts(more).findings) ? fleet : { ...more, inputs: [...fleet.inputs, vm] };
    },
    { ...requireFleet({ ...rest, hosts }), inputs: [] as VmInput[] },
  );
}

test("a VM is placed where the best of all places is, is accepted there, and is refused only if there is none", () => {
  let placed = 0;
  let refused = 0;
  let withGpu = 0;
  fc.assert(
    fc.property(fleets, ({ hosts, pinned, asked, placement, pressed }) => {
      let fleet = sound(hosts, pinned, { placement });
      const isPressed = (host: string, pool?: string) =>
        pressed.some((each) => each.node === host && each.pool === pool);
      const placer = new Placer(fleet, { filtered: pressed, unknown: [] });
      for (const vm of fleet.vms) placer.add(vm);
      for (const input of asked) {
        const vm = requireFleet({ vms: [input] }).vms[0] as VM;
        const places = placesOf(fleet, vm, (host) => hostRatios(fleet, host), isPressed);
        const best = bestOf(places);
        const found = placer.place(vm);
        expect(found?.vm.host).toBe(best?.host);
        if (best === undefined || found === undefined) {
          refused++;
          continue;
        }
        placed++;
        if (vm.gpus.length > 0) withGpu++;
        const after = { ...fleet, vms: [...fleet.vms, found.vm] };
        expect(judgeHosts(after).findings.filter((f) => f.severity === "refuse")).toEqual([]);
        fleet = after;
      }
    }),
    {
      numRuns: 250,
    },
  );
  // A generator that leaves nothing to decide would prove nothing.
  expect(placed).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(20);
  expect(withGpu).toBeGreaterThan(0);
}, 120_000);

/** Hosts of up to six cells that are filled unevenly, and VMs whose guests have up to four. */
const wide = fc.record({
  cells: fc.array(fc.record({ cores: fc.integer({ min: 1, max: 3 }), gib: fc.integer({ min: 2, max: 6 }) }), {
    minLength: 2,
    maxLength: 6,
  }),
  distance: fc.array(fc.integer({ min: 11, max: 40 }), { minLength: 36, maxLength: 36 }),
  floating: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 2 }),
  guestCells: fc.integer({ min: 2, max: 4 }),
  vcpus: fc.integer({ min: 1, max: 3 }),
  half: fc.integer({ min: 1, max: 8 }),
  shared: fc.boolean(),
});

test("cells for a guest of several are found if there are any, without trying their permutations", () => {
  let placed = 0;
  let refused = 0;
  fc.assert(
    fc.property(wide, ({ cells, distance, floating, guestCells, vcpus, half, shared }) => {
      let next = 0;
      const host: HostInput = {
        name: "h",
        uri: "test:///default",
        recorded: { source: "configured", date: "2026-05-03" },
        cells: cells.map(({ cores, gib }, id) => ({
          id,
          cores: Array.from({ length: cores }, () => `${next++}`),
          memory: `${gib} GiB`,
          distances: Object.fromEntries(
            cells.map((_, to) => [to, to === id ? 10 : (distance[6 * id + to] as number)]),
          ),
        })),
        reserved: { memoryPerCell: "256 MiB" },
      };
      const fleet = requireFleet({
        hosts: [host],
        vms: floating.map((gib, i) => ({ name: `f${i}`, host: "h", vcpus: 1, memory: `${gib} GiB` })),
      });
      const vm = requireFleet({
        vms: [
          {
            name: "wide",
            guestCells,
            vcpus: vcpus * guestCells,
            memory: `${half * guestCells * 512} MiB`,
            ...(shared ? { cpuPolicy: "shared" as const } : {}),
          },
        ],
      }).vms[0] as VM;
      if (refuses(judgeHosts(fleet).findings)) return;
      const placer = new Placer(fleet);
      for (const other of fleet.vms) placer.add(other);
      const found = placer.place(vm);
      const isPossible = placesOf(fleet, vm, (name) => hostRatios(fleet, name)).length > 0;
      expect(found !== undefined).toBe(isPossible);
      if (found === undefined) refused++;
      else {
        placed++;
        expect(refuses(judgeHosts({ ...fleet, vms: [...fleet.vms, found.vm] }).findings)).toBe(false);
      }
    }),
    { numRuns: 200 },
  );
  expect(placed).toBeGreaterThan(20);
  expect(refused).toBeGreaterThan(20);
}, 60_000);

/** What a VM that names its host may say of its cells too. */
const named = fc.record({
  host: fc.constantFrom("a", "B", "c"),
  nodeset: fc.subarray([0, 1, 2], { minLength: 1 }),
  mode: fc.constantFrom("strict" as const, "interleave" as const, "preferred" as const),
  equal: fc.boolean(),
  iothread: fc.boolean(),
});

test("a VM that names host and cells is accepted where it gets its CPUs", () => {
  let placed = 0;
  fc.assert(
    fc.property(fleets, named, ({ hosts, pinned, asked, placement }, says) => {
      const host = hosts.find(({ name }) => name === says.host);
      const nodeset = says.nodeset.filter((id) => host?.cells.some((cell) => cell.id === id));
      if (host === undefined || nodeset.length === 0) return;
      const fleet = sound(hosts, pinned, { placement });
      const {
        bridge: _bridge,
        disks: _disks,
        guestCells: _cells,
        gpus: _gpus,
        ...rest
      } = asked[0] as VmInput;
      const parts = says.equal && says.mode === "strict" ? nodeset.length : 1;
      const input: VmInput = {
        ...rest,
        host: says.host,
        cpuPolicy: "dedicated",
        vcpus: rest.vcpus * parts,
        memory: `${1024 * parts} MiB`,
        numa: { nodeset: nodeset.join(), mode: says.mode },
        ...(parts > 1 ? { guestCells: parts } : {}),
        ...(says.iothread ? { iothreads: [{}] } : {}),
      };
      const vm = requireFleet({ hosts: [{ ...host, bridges: [] }], vms: [input] }).vms[0] as VM;
      const placer = new Placer(fleet);
      for (const other of fleet.vms) placer.add(other);
      const found = placer.place(vm);
      if (found === undefined) return;
      placed++;
      const { findings } = judgeHosts({ ...fleet, vms: [...fleet.vms, found.vm] });
      expect(findings.filter((f) => f.severity === "refuse")).toEqual([]);
      expect(found.vm.pins).toHaveLength(vm.vcpus);
    }),
    { numRuns: 300 },
  );
  expect(placed).toBeGreaterThan(20);
}, 60_000);
