import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cpuTopology } from "../../components/cpuTopology.ts";
import { diskSerial, planDisks, targetDevice } from "../../components/diskArgs.ts";
import { domainArgs } from "../../components/domainArgs.ts";
import { macAddress } from "../../components/mac.ts";
import { memorySize } from "../../components/memorySize.ts";
import { seedPlan } from "../../components/seedPlan.ts";
import { aHost, aVm } from "./fixtures.ts";

const plan = { host: aHost(), type: "kvm" as const, disks: [], seed: undefined, sharedCpus: [] };

describe("domainArgs", () => {
  test("leaves out what a VM does not ask for", () => {
    const args = domainArgs(aVm(), plan);
    for (const key of [
      "title",
      "metadata",
      "vcpuCpuset",
      "ioThreads",
      "cpuTune",
      "numaTune",
      "memoryBacking",
    ]) {
      expect(args).not.toHaveProperty(key);
    }
    expect(args.devices).not.toHaveProperty("interfaces");
  });

  test("keeps a floating VM off the CPUs that others have to themselves", () => {
    expect(domainArgs(aVm(), { ...plan, sharedCpus: [2, 3, 6, 7] }).vcpuCpuset).toBe("2-3,6-7");
    const pinned = aVm({ pins: ["0", "4"] });
    expect(domainArgs(pinned, { ...plan, sharedCpus: [2, 3] })).not.toHaveProperty("vcpuCpuset");
  });

  test("has every kind of tuning", () => {
    const vm = aVm({
      iothreads: [{ cpus: "2,6" }, {}],
      weight: 200,
      numa: { nodeset: "0", mode: "restrictive" },
      hugepages: "1GiB",
      memory: "2 GiB",
      minimumMemory: "1 GiB",
    });
    expect(domainArgs(vm, plan)).toMatchObject({
      ioThreads: 2,
      cpuTune: { ioThreadPins: [{ ioThread: 1, cpuSet: "2,6" }], shares: 200 },
      numaTune: { memory: { mode: "restrictive", nodeset: "0" } },
      memoryBacking: { memoryHugePages: { hugepages: [{ size: 1048576, unit: "KiB" }] } },
      memory: 2048,
      metadata: { xml: '<numafleet:vm xmlns:numafleet="urn:numafleet:vm:1" minimumMemory="1073741824"/>' },
    });
  });

  test("says nothing of a balloon that a floor lets the controller move, and all of it otherwise", () => {
    const floor = domainArgs(aVm({ memory: "2 GiB", minimumMemory: "1 GiB" }), plan);
    expect(floor).not.toHaveProperty("currentMemory");
    expect(floor).not.toHaveProperty("currentMemoryUnit");
    for (const vm of [aVm({ memory: "2 GiB" }), aVm({ memory: "2 GiB", minimumMemory: "2 GiB" })]) {
      expect(domainArgs(vm, plan)).toMatchObject({ currentMemory: 2048, currentMemoryUnit: "MiB" });
    }
  });

  test("every VM has a balloon device from its first boot, with reports switched on", () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            vcpus: fc.integer({ min: 1, max: 8 }),
            memory: fc.constantFrom("1 GiB", "2 GiB", "64 GiB"),
            minimumMemory: fc.constantFrom("512 MiB", "1 GiB"),
            hugepages: fc.constant("1GiB" as const),
            weight: fc.integer({ min: 1, max: 10_000 }),
          },
          { requiredKeys: ["vcpus", "memory"] },
        ),
        fc.constantFrom("kvm" as const, "qemu" as const),
        (vm, type) => {
          const { devices } = domainArgs(aVm(vm), { ...plan, type });
          expect(devices).toMatchObject({
            memBalloon: { model: "virtio", autoDeflate: "on", stats: { period: 10 } },
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  test("gives libvirt the ledger's weight as the host's cgroups count it", () => {
    const shares = (cgroup?: "v1" | "v2") => {
      const host = { ...aHost(), ...(cgroup && { cgroup }) };
      return domainArgs(aVm({ weight: 1 }), { ...plan, host }).cpuTune;
    };
    expect(shares("v2")).toEqual({ shares: 2 });
    expect(shares("v1")).toEqual({ shares: 10 });
    expect(shares()).toEqual({ shares: 2 });
  });

  test("leaves room to grow: memory for larger VMs by default, and what is declared", () => {
    const room = (vm: Parameters<typeof aVm>[0]) => {
      const { vcpu, vcpuCurrent, maximumMemory, cpu } = domainArgs(aVm(vm), plan);
      const { topology, numa } = cpu as { topology?: unknown; numa?: unknown };
      return { vcpu, vcpuCurrent, maximumMemory, topology, numa };
    };
    expect(room({ memory: "3 GiB" })).toMatchObject({ maximumMemory: undefined, numa: undefined });
    expect(room({ memory: "4 GiB" })).toMatchObject({ maximumMemory: 8192 });
    expect(room({ memory: "118 GiB" })).toMatchObject({ maximumMemory: 262144 });
    expect(room({ memory: "126 GiB" })).toMatchObject({ maximumMemory: 262144 });
    expect(room({ memory: "8 GiB", headroom: { memory: "0 GiB" } })).toMatchObject({
      maximumMemory: undefined,
      numa: undefined,
    });
    expect(room({ memory: "1 GiB", headroom: { memory: "512 MiB", vcpus: 2 }, pins: ["0", "4"] })).toEqual({
      vcpu: 4,
      vcpuCurrent: 2,
      maximumMemory: 1536,
      topology: { sockets: 1, cores: 2, threads: 2 },
      numa: { cells: [{ id: 0, cpus: "0-3", memory: 1024, unit: "MiB" }] },
    });
    // An odd vCPU more would split a core: no threads are claimed then.
    expect(room({ headroom: { vcpus: 1 }, pins: ["0", "4"] })).toMatchObject({
      topology: { sockets: 1, cores: 3, threads: 1 },
    });
  });

  test("takes no host CPU where the hypervisor emulates", () => {
    expect(domainArgs(aVm(), { ...plan, type: "qemu" })).toMatchObject({
      type: "qemu",
      cpu: { mode: "maximum" },
    });
  });
});

describe("cpuTopology", () => {
  const host = aHost();
  test.each([
    { pins: ["0", "4", "1", "5"], threads: 2, why: "siblings side by side" },
    { pins: ["4", "0", "1", "5"], threads: 2, why: "siblings in any order" },
    { pins: ["0", "1", "4", "5"], threads: 1, why: "siblings apart" },
    { pins: ["0,4", "0,4", "1,5", "1,5"], threads: 1, why: "vCPUs that roam a core" },
    { pins: ["0", "4", "1", "6"], threads: 1, why: "a split core" },
    { pins: undefined, threads: 1, why: "no pins" },
  ])("$why: $threads", ({ pins, threads }) => {
    const vm = aVm({ vcpus: 4, ...(pins && { pins }) });
    expect(cpuTopology(vm, host)).toEqual({ sockets: 1, cores: 4 / threads, threads });
  });

  test("always has as many CPUs as the VM", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 9 }), (cpus) => {
        const { sockets, cores, threads } = cpuTopology(
          { vcpus: cpus.length, pins: cpus.map((cpu) => [cpu]) },
          host,
        );
        expect(sockets * cores * threads).toBe(cpus.length);
      }),
    );
  });
});

describe("disks", () => {
  test("are spread over the iothreads, named and sized", () => {
    const vm = aVm({
      iothreads: [{}, {}],
      disks: [
        { name: "os", class: "ssd", size: "1001 B", baseImage: "/pools/fast/base.img" },
        { name: "a", class: "ssd", size: "1 GB", iops: 500 },
        { name: "b", class: "hdd", size: "1 GB", precious: true },
      ],
    });
    const disks = planDisks(vm, aHost());
    expect(disks.map((d) => d.device.driver?.ioThread)).toEqual([1, 2, 1]);
    expect(disks.map((d) => d.device.ioTune)).toEqual([undefined, { totalIopsSec: 500 }, undefined]);
    expect(disks.map((d) => d.volume)).toEqual([
      {
        name: "v-os.qcow2",
        pool: "fast",
        capacity: 1024,
        target: { format: { type: "qcow2" } },
        backingStore: { path: "/pools/fast/base.img", format: { type: "raw" } },
      },
      { name: "v-a.qcow2", pool: "fast", capacity: 1_000_000_000, target: { format: { type: "qcow2" } } },
      {
        name: "v-b.qcow2",
        pool: "slow",
        capacity: 1_000_000_000,
        target: { format: { type: "qcow2" } },
        precious: true,
      },
    ]);
  });

  test("keep their place if one has no certain pool", () => {
    const host = aHost({ pools: [{ name: "fast", class: "ssd", path: "/p", capacity: "1 TB" }] });
    const vm = aVm({
      disks: [
        { name: "a", class: "hdd", size: "1 GB" },
        { name: "b", class: "ssd", size: "1 GB" },
      ],
    });
    expect(planDisks(vm, host).map((d) => d.device.target?.dev)).toEqual(["vdb"]);
  });

  test("have targets as the kernel counts", () => {
    expect([0, 25, 26, 51, 52].map(targetDevice)).toEqual(["vda", "vdz", "vdaa", "vdaz", "vdba"]);
  });

  test("have distinct serials of at most 20 characters", () => {
    expect(diskSerial("exactly-twenty-chars")).toBe("exactly-twenty-chars");
    const long = "a-name-of-more-than-twenty";
    const hash = createHash("sha256").update(long).digest("hex").slice(0, 8);
    expect(diskSerial(long)).toBe(`a-name-of-m-${hash}`);
    expect(diskSerial(`${long}-2`)).not.toBe(diskSerial(long));
  });
});

describe("seedPlan", () => {
  const cloudInit = (seed?: string) => ({ cloudInit: seed === undefined ? {} : { seed } });
  test.each([
    { vm: aVm(), seed: undefined, why: "nothing to tell" },
    { vm: aVm(cloudInit()), seed: { pool: "fast", volume: "v-cloud-init.iso" }, why: "first pool" },
    {
      vm: aVm({ ...cloudInit(), disks: [{ name: "a", class: "hdd", size: "1 GB" }] }),
      seed: { pool: "slow", volume: "v-cloud-init.iso" },
      why: "beside the first disk",
    },
    { vm: aVm(cloudInit("/pools/slow/x.iso")), seed: { pool: "slow", volume: "x.iso" }, why: "as given" },
    { vm: aVm(cloudInit("/elsewhere/x.iso")), seed: undefined, why: "in no pool" },
    { vm: aVm({ role: "k3s-agent" }), seed: { pool: "fast", volume: "v-cloud-init.iso" }, why: "a role" },
  ])("$why", ({ vm, seed }) => {
    expect(seedPlan(vm, aHost())).toEqual(seed);
  });
});

test("memory is exact in MiB or rounded up to KiB", () => {
  expect(memorySize(1024 ** 2)).toEqual({ value: 1, unit: "MiB" });
  expect(memorySize(1024 ** 2 + 1)).toEqual({ value: 1025, unit: "KiB" });
});

test("MAC addresses are locally administered, stable and of one form", () => {
  expect(macAddress("v")).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
  expect(macAddress("v")).toBe(macAddress("v"));
  expect(macAddress("w")).not.toBe(macAddress("v"));
});
