import fc from "fast-check";
import { expect, test } from "vitest";
import { hostRatios } from "../../../capacity/host/machine.ts";
import { Placer } from "../../../capacity/placement/placer.ts";
import { compareOrder, placeVms } from "../../../capacity/placement/placeVms.ts";
import { surviveLosses } from "../../../capacity/questions/hostLoss.ts";
import { fill, HostRoster } from "../../../capacity/questions/hostRoster.ts";
import { askVmSeats } from "../../../capacity/questions/vmSeats.ts";
import { type Fleet, type FleetInput, parseFleet, requireFleet } from "../../../model/fleet.ts";
import { asDeclared, isUnplaced } from "../../../model/placements.ts";
import type { VM } from "../../../model/vm.ts";
import type { HostInput, VmInput } from "../host/fleet.ts";
import { hostOf, pinnedVm, settings, unplacedVm } from "../placement/fleets.ts";
import { placesOf } from "../placement/oracle.ts";

const fleets: fc.Arbitrary<FleetInput> = fc
  .record({
    hosts: fc.tuple(...["a", "B", "c", "d"].map(hostOf)).chain((all) => fc.subarray(all, { minLength: 2 })),
    pinned: fc.tuple(pinnedVm("x"), pinnedVm("y")).chain((all) => fc.subarray(all)),
    asked: fc.tuple(...["n0", "n1", "n2"].map(unplacedVm)).chain((all) => fc.subarray(all)),
    placement: settings,
    alike: fc.boolean(),
  })
  .map(({ hosts: all, pinned, asked: each, placement, alike }) => {
    // Hosts and VMs of one kind each: what is known of one is used for the others.
    const hosts = alike ? all.map(({ name }) => ({ ...(all[0] as HostInput), name })) : all;
    const asked = alike ? each.map(({ name }) => ({ ...(each[0] as VmInput), name })) : each;
    return {
      hosts,
      vms: [...pinned.filter((vm) => hosts.some((host) => host.name === vm.host)), ...asked],
      placement: {
        ...placement,
        // Otherwise a host may take any number.
        resources: { ...placement?.resources, memory: { enabled: true, overcommitRatio: 1 } },
      },
    };
  });

const shapes = unplacedVm("seat").map((input) => requireFleet({ vms: [input] }).vms[0] as VM);

/** One more of the shape: no two have a vGPU in common. */
function seatOf(shape: VM, n: number): VM {
  const gpus = shape.gpus.map((gpu, i) =>
    gpu.vgpu === undefined ? gpu : { ...gpu, vgpu: { ...gpu.vgpu, uuid: `seat-${n}-${i}` } },
  );
  return { ...shape, name: `seat-${n}`, gpus };
}

/** VMs of the shape one after another, until no host has a place. */
function oneAfterAnother(placer: Placer, shape: VM): VM[] {
  const seats: VM[] = [];
  for (;;) {
    const placed = placer.place(seatOf(shape, seats.length));
    if (placed === undefined) return seats;
    seats.push(placed.vm);
  }
}

/** The placer of a fleet whose VMs have their places. */
function placerOf(fleet: Fleet): Placer {
  const placer = new Placer(fleet);
  for (const vm of fleet.vms) {
    if (!isUnplaced(vm)) placer.add(vm);
    else if (vm.host !== undefined) placer.host(vm.host)?.cpus.takeHelpers(vm);
  }
  return placer;
}

/** With a host lost: what was placed there is placed again, what names it is gone. */
function without(fleet: Fleet, lost: string, shape: VM) {
  const rest = { ...fleet, hosts: fleet.hosts.filter((host) => host.name !== lost) };
  const there = fleet.vms.filter((vm) => vm.host === lost);
  const declared = there.flatMap((vm) => asDeclared(vm) ?? []).filter((vm) => vm.host === undefined);
  const placer = placerOf({ ...rest, vms: fleet.vms.filter((vm) => vm.host !== lost) });
  const homeless = declared.sort(compareOrder).filter((vm) => placer.place(vm) === undefined);
  return {
    seats: homeless.length > 0 ? 0 : oneAfterAnother(placer, shape).length,
    homeless: homeless.map((vm) => vm.name),
    moved: declared.length - homeless.length,
    lost: there.map((vm) => vm.name).filter((name) => !declared.some((vm) => vm.name === name)),
  };
}

test("seats are what placing one after another comes to, also with any one host lost", () => {
  let some = 0;
  let homeless = 0;
  let survived = 0;
  fc.assert(
    fc.property(fleets, shapes, (input, shape) => {
      const { fleet } = parseFleet(input);
      fc.pre(fleet !== undefined);
      const placed = placeVms(fleet).fleet;
      const answer = askVmSeats(fleet, { shape, survive: true });
      const seats = oneAfterAnother(placerOf(placed), shape);
      expect(answer.seats).toEqual({ atLeast: seats.length, below: seats.length + 1, exact: true });
      const hosts = new Map(answer.where.map(({ host, seats: n }) => [host, n]));
      for (const { name } of fleet.hosts) {
        expect(hosts.get(name) ?? 0).toBe(seats.filter((vm) => vm.host === name).length);
      }
      const losses = fleet.hosts.map(({ name }) => ({ host: name, ...without(placed, name, shape) }));
      const fewest = Math.min(...losses.map((loss) => loss.seats));
      expect(answer.survive?.seats.atLeast).toBe(fewest);
      expect(losses).toContainEqual(answer.survive?.worst);
      if (losses.some((loss) => loss.homeless.length > 0)) {
        homeless++;
        expect(answer.survive?.worst?.homeless).not.toEqual([]);
      }
      if (seats.length > 0) some++;
      if (fewest > 0) survived++;
    }),
    { numRuns: 300 },
  );
  // A generator that leaves nothing to count would prove nothing.
  expect(Math.min(some, homeless, survived)).toBeGreaterThan(20);
}, 120_000);

test("no place is left that the judgement would take, by trying out all of them", () => {
  fc.assert(
    fc.property(fleets, shapes, (input, shape) => {
      const { fleet } = parseFleet({
        ...input,
        vms: (input.vms ?? []).filter((vm) => vm.host === undefined),
      });
      fc.pre(fleet !== undefined);
      const placed = placeVms(fleet).fleet;
      const all = { ...placed, vms: placed.vms.filter((vm) => vm.host !== undefined) };
      const answer = askVmSeats(fleet, { shape, survive: false });
      fc.pre((answer.seats.atLeast ?? 0) <= 4);
      const seats = oneAfterAnother(placerOf(all), shape);
      const full = { ...all, vms: [...all.vms, ...seats] };
      const places = (fleetNow: Fleet, n: number) =>
        placesOf(fleetNow, seatOf(shape, n), (host) => hostRatios(fleet, host)).length;
      expect(places(full, seats.length)).toBe(0);
      for (let n = 0; n < seats.length; n++) {
        expect(places({ ...all, vms: [...all.vms, ...seats.slice(0, n)] }, n)).toBeGreaterThan(0);
      }
      expect(answer.seats.atLeast).toBe(seats.length);
    }),
    { numRuns: 40 },
  );
}, 120_000);

test("another host never takes seats away, and a loss never adds any", () => {
  fc.assert(
    fc.property(fleets, hostOf("e"), shapes, (input, host, shape) => {
      const { fleet } = parseFleet(input);
      const more = parseFleet({ ...input, hosts: [...(input.hosts ?? []), host] }).fleet;
      fc.pre(fleet !== undefined && more !== undefined);
      // Where the fleet's own VMs go does not change.
      const settled = placeVms(fleet).fleet;
      const before = askVmSeats(settled, { shape, survive: true });
      const wider = { ...more, vms: settled.vms.filter((vm) => !isUnplaced(vm)) };
      const same = { ...settled, vms: wider.vms };
      const least = (f: Fleet) => askVmSeats(f, { shape, survive: false }).seats.atLeast as number;
      expect(least(wider)).toBeGreaterThanOrEqual(least(same));
      expect(before.survive?.seats.atLeast).toBeLessThanOrEqual(before.seats.atLeast as number);
    }),
    { numRuns: 100 },
  );
}, 120_000);

test("with too few steps to settle all losses the answer is a bound that holds", () => {
  fc.assert(
    fc.property(fleets, shapes, fc.integer({ min: 0, max: 30 }), (input, shape, steps) => {
      const { fleet } = parseFleet(input);
      fc.pre(fleet !== undefined);
      const roster = new HostRoster(placeVms(fleet).fleet, undefined);
      const demand = roster.demandOf(shape);
      const seats = roster.states.map((_, position) => fill(roster.copy(position), demand).seats);
      const exact = surviveLosses(roster, seats, demand).seats.atLeast as number;
      const bound = surviveLosses(roster, seats, demand, steps).seats;
      expect(bound.atLeast).toBeLessThanOrEqual(exact);
      expect(bound.below).toBeGreaterThan(exact);
    }),
    { numRuns: 150 },
  );
}, 120_000);

test("a loss that was not tried out leaves the answer open, and is never passed over", () => {
  const cells = [{ id: 0, cores: ["0,1", "2,3", "4,5", "6,7"], memory: "32 GiB" }];
  const names = ["a", "b", "c", "d"];
  const fleet = requireFleet({
    hosts: names.map((name) => ({
      name,
      uri: "test:///default",
      recorded: { source: "configured", date: "2026-05-03" },
      cells,
      reserved: { cpus: "0-1", memoryPerCell: "1 GiB" },
    })),
    vms: names.map((name, i) => ({ name: `v-${name}`, vcpus: 2, memory: `${i + 1} GiB` })),
  });
  const roster = new HostRoster(placeVms(fleet).fleet, undefined);
  const demand = roster.demandOf(
    requireFleet({ vms: [{ name: "s", vcpus: 2, memory: "1 GiB" }] }).vms[0] as VM,
  );
  const seats = roster.states.map((_, position) => fill(roster.copy(position), demand).seats);
  expect(seats).toEqual([2, 2, 2, 2]);
  expect(surviveLosses(roster, seats, demand).seats).toEqual({ atLeast: 5, below: 6, exact: true });
  expect(surviveLosses(roster, seats, demand, 0).seats).toEqual({ atLeast: 0, below: 6, exact: false });
});
