import type { DomainArgs } from "@pulumi/libvirt";
import fc from "fast-check";
import { expect, test } from "vitest";
import { explainVm } from "../../../capacity/explain/explain.ts";
import { type Machine, machines } from "../../../capacity/host/machine.ts";
import { sharedCpus } from "../../../capacity/host/shared.ts";
import { trafficLimits } from "../../../capacity/host/traffic.ts";
import { judge } from "../../../capacity/judge.ts";
import { placeVms } from "../../../capacity/placement/placeVms.ts";
import { builtFigures } from "../../../components/builtFigures.ts";
import { planDisks } from "../../../components/diskArgs.ts";
import { domainArgs } from "../../../components/domainArgs.ts";
import { seedPlan } from "../../../components/seedPlan.ts";
import { formatCpuset } from "../../../model/cpuset.ts";
import { refuses } from "../../../model/finding.ts";
import { type FleetInput, parseFleet } from "../../../model/fleet.ts";
import { PAGE_BYTES, type PageSize } from "../../../model/host.ts";
import { hostOf, pinnedVm, settings, unplacedVm } from "../placement/fleets.ts";

/** What is told of a VM is what its domain gets and what the judgement counts, whatever the fleet. */

const MIB = 1024 ** 2;

const extras = fc.record(
  {
    weight: fc.integer({ min: 1, max: 10_000 }),
    iothreads: fc.integer({ min: 1, max: 2 }).map((n) => Array.from({ length: n }, () => ({}))),
    headroom: fc.record({ vcpus: fc.constantFrom(0, 2) }),
    cloudInit: fc.constant({}),
    virtioMem: fc.constantFrom(undefined, undefined, { maximum: "1 GiB", requested: "256 MiB" }),
  },
  { requiredKeys: [] },
);

const fleets: fc.Arbitrary<FleetInput> = fc
  .record({
    hosts: fc.tuple(hostOf("a"), hostOf("B"), hostOf("c")),
    vms: fc.tuple(pinnedVm("x"), pinnedVm("y"), unplacedVm("n0"), unplacedVm("n1"), unplacedVm("n2")),
    extras: fc.tuple(extras, extras, extras, extras, extras),
    cgroup: fc.constantFrom("v1" as const, "v2" as const, undefined),
    placement: settings,
  })
  .map(({ hosts, vms, extras: more, cgroup, placement }) => ({
    hosts: hosts.map((host) => ({ ...host, ...(cgroup && { cgroup }) })),
    vms: vms.map((vm, i) => ({ ...vm, ...more[i] })),
    placement,
  }));

const bytes = (value: unknown, unit: unknown) => Number(value) * (unit === "KiB" ? 1024 : MIB);

/** The figures that a domain's arguments hold, by the names that the explanation gives them. */
function ofDomain(args: DomainArgs): Record<string, unknown> {
  const plain = JSON.parse(JSON.stringify(args)) as {
    [key: string]: never;
  } & {
    vcpu: number;
    vcpuCurrent?: number;
    memory: number;
    memoryUnit: string;
    maximumMemory?: number;
    maximumMemoryUnit?: string;
    vcpuCpuset?: string;
    ioThreads?: number;
    cpuTune?: {
      vcpuPins?: { cpuSet: string }[];
      emulatorPin?: { cpuSet: string };
      ioThreadPins?: { ioThread: number; cpuSet: string }[];
      shares?: number;
    };
    numaTune?: { memory: { nodeset: string; mode: string } };
    memoryBacking?: { memoryHugePages: { hugepages: { size: number }[] } };
    cpu: { topology: object; numa?: { cells: { memory: number; unit: string }[] } };
    devices: {
      memorydevs?: { target: { requested: number; requestedUnit: string } }[];
      interfaces?: {
        mac: { address: string };
        source: { bridge: { bridge: string } };
        bandwidth?: { inbound?: { average: number }; outbound?: { average: number; peak?: number } };
      }[];
      disks: {
        target: { dev: string };
        source: { volume: { pool: string; volume: string } };
        ioTune?: { totalBytesSec?: number };
      }[];
    };
  };
  const { cpuTune = {}, devices, numaTune, memoryBacking } = plain;
  const [card] = devices.interfaces ?? [];
  return {
    vCPUs: plain.vcpuCurrent ?? plain.vcpu,
    "most vCPUs": plain.vcpu,
    "memory with virtio-mem": bytes(plain.memory, plain.memoryUnit),
    "maximum memory": bytes(plain.maximumMemory ?? plain.memory, plain.maximumMemoryUnit ?? plain.memoryUnit),
    pins: cpuTune.vcpuPins?.map((pin) => pin.cpuSet),
    "shared CPUs": plain.vcpuCpuset,
    "emulator set": cpuTune.emulatorPin?.cpuSet,
    iothreads: plain.ioThreads ?? 0,
    "iothread sets": cpuTune.ioThreadPins?.map(({ ioThread, cpuSet }) => `${ioThread}: ${cpuSet}`) ?? [],
    "CPU shares": cpuTune.shares,
    cells: numaTune?.memory.nodeset,
    "virtio-mem": devices.memorydevs?.map(({ target }) => bytes(target.requested, target.requestedUnit))[0],
    hugepages: memoryBacking?.memoryHugePages.hugepages[0]?.size,
    topology: plain.cpu.topology,
    "guest cells": plain.cpu.numa?.cells.length ?? 1,
    MAC: card?.mac.address,
    bridge: card?.source.bridge.bridge,
    download: card?.bandwidth?.inbound?.average,
    upload: card?.bandwidth?.outbound?.average,
    "upload, burst": card?.bandwidth?.outbound?.peak,
    disks: devices.disks.map(
      ({ target, source }) => `${target.dev} ${source.volume.pool} ${source.volume.volume}`,
    ),
    "disk bandwidth": devices.disks[0]?.ioTune?.totalBytesSec,
  };
}

test("an explanation says what the domain is given, and what the judgement counts", () => {
  let explained = 0;
  const seen = new Set<string>();
  fc.assert(
    fc.property(fleets, (written) => {
      const { fleet } = parseFleet(written);
      fc.pre(fleet !== undefined);
      const placed = placeVms(fleet);
      const capacity = judge(fleet, { today: "2026-05-06" });
      for (const { name, host: on } of placed.fleet.vms) {
        const { figures, host, place } = explainVm(fleet, written, name, builtFigures);
        expect(host).toBe(on ?? null);
        const machine = machines(placed.fleet).find((m) => m.host.name === host) as Machine;
        if (place.hosts.length > 0) expect(place.hosts.find((h) => h.chosen)?.host ?? null).toBe(host);
        if (host === null) continue;
        const guest = machine.guests.find((g) => g.vm.name === name) as Machine["guests"][number];
        const { vm } = guest;
        const limits = trafficLimits(machine, vm);
        const plans = planDisks(vm, machine.host, limits);
        // A disk whose pool is not certain is refused, and never built.
        if (plans.length < vm.disks.length) continue;
        explained++;
        const value = (figure: string) => figures.find((f) => f.name === figure)?.value ?? undefined;
        const cpus = (list: unknown) => (list === undefined ? undefined : formatCpuset(list as number[]));
        const sharedList = sharedCpus(machine);
        const args = domainArgs(vm, {
          host: machine.host,
          type: "kvm",
          disks: plans.map((plan) => plan.device),
          seed: undefined,
          sharedCpus: sharedList,
          limits,
        });
        const pages = value("hugepages") as { size: PageSize; pages: number } | undefined;
        const kilobytes = (rate: unknown) =>
          rate === undefined ? undefined : Math.max(1, Math.floor((rate as number) / 8000));
        expect({
          ...Object.fromEntries(
            [
              "vCPUs",
              "most vCPUs",
              "maximum memory",
              "virtio-mem",
              "iothreads",
              "CPU shares",
              "MAC",
              "bridge",
            ].map((n) => [n, value(n)]),
          ),
          "memory with virtio-mem":
            (value("memory") as number) + ((value("virtio-mem, maximum") as number | undefined) ?? 0),
          pins: (value("pins") as number[][] | undefined)?.map((pin) => formatCpuset(pin)),
          "shared CPUs": sharedList.length === 0 ? undefined : cpus(value("shared CPUs")),
          "emulator set": cpus(value("emulator set")),
          "iothread sets": vm.iothreads.flatMap((_, i) => {
            const set = cpus(value(`iothread ${i + 1}`));
            return set === undefined ? [] : [`${i + 1}: ${set}`];
          }),
          cells: cpus(value("cells")),
          hugepages: pages && PAGE_BYTES[pages.size] / 1024,
          topology: value("guest topology"),
          // A guest that may grow has one cell, too.
          "guest cells": value("guest cells"),
          download: kilobytes(value("download")),
          upload: kilobytes(value("upload")),
          "upload, burst": kilobytes(value("upload, burst")),
          disks: vm.disks.map(
            ({ name: d }) =>
              `${value(`disk ${d}: target`)} ${value(`disk ${d}: pool`)} ${String(value(`disk ${d}: file`))
                .split("/")
                .at(-1)}`,
          ),
          "disk bandwidth":
            value("disk bandwidth") === undefined
              ? undefined
              : Math.max(1, Math.floor((value("disk bandwidth") as number) / 8)),
        }).toEqual(ofDomain(args));
        expect(vm.disks.map(({ name: d }) => value(`disk ${d}: size`))).toEqual(
          plans.map((plan) => plan.volume.capacity),
        );
        const seed = seedPlan(vm, machine.host);
        expect(String(value("seed")).split("/").at(-1)).toBe(seed?.volume ?? "undefined");

        const judged = capacity.hosts.find((h) => h.name === host);
        const parts = judged?.cells.flatMap(({ id, vms }) =>
          vms.flatMap((v) => (v.name === name ? [[`in cell ${id}`, v.memory + v.overhead] as const] : [])),
        );
        expect(figures.flatMap((f) => (f.name.startsWith("in cell") ? [[f.name, f.value]] : []))).toEqual(
          parts,
        );
        expect(value("overhead")).toBe(guest.overhead);
        const inCells = figures.filter((f) => f.name.startsWith("in cell"));
        if (vm.hugepages === undefined && inCells.length > 0) {
          const dealt = inCells.reduce((sum, f) => sum + (f.value as number), 0);
          expect(dealt).toBeLessThanOrEqual(value("memory on the host") as number);
          if (!refuses(capacity.findings)) expect(dealt).toBe(value("memory on the host"));
        }
        const overheads = figures.filter((f) => f.name.startsWith("overhead: "));
        expect(overheads.reduce((sum, f) => sum + (f.value as number), 0)).toBe(guest.overhead);
        const idle = value("idle siblings") as number[] | undefined;
        const there = guest.pinned.filter((cpu) => machine.cellOf.has(cpu));
        expect((idle?.length ?? 0) + there.length).toBe(guest.dedicated.length);
        for (const f of figures) seen.add(f.by);
      }
    }),
    { numRuns: 150 },
  );
  // A generator that leaves nothing to explain would prove nothing.
  expect(explained).toBeGreaterThan(150);
  expect([...seen].sort()).toEqual(["default", "placed", "set"]);
}, 120_000);

test("scores are the mean of what is left, and nobody who has a place is better than the chosen one", () => {
  let rated = 0;
  fc.assert(
    fc.property(fleets, (written) => {
      const { fleet } = parseFleet(written);
      fc.pre(fleet !== undefined);
      for (const { name } of fleet.vms) {
        const { place } = explainVm(fleet, written, name, builtFigures);
        const fitting = place.hosts.filter((host) => host.why === null);
        expect(fitting.filter((host) => host.chosen)).toEqual(fitting.slice(0, 1));
        for (const host of fitting) {
          rated++;
          if (host.score === null) expect(host.vms).toBeGreaterThanOrEqual(fitting[0]?.vms as number);
          else {
            const mean = host.shares.reduce((sum, s) => sum + s.left / s.limit, 0) / host.shares.length;
            expect(host.score).toBeCloseTo(mean, 9);
            expect(host.score).toBeLessThanOrEqual((fitting[0]?.score as number) + 1e-9);
          }
        }
      }
    }),
    { numRuns: 100 },
  );
  expect(rated).toBeGreaterThan(50);
}, 120_000);
