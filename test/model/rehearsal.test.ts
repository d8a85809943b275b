import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { requireFleet } from "../../model/fleet.ts";
import { rehearsal, rehearse, rehearseCpus } from "../../model/rehearsal.ts";
import type { VM } from "../../model/vm.ts";
import { numa } from "../../stacks/numa.ts";

const fleet = requireFleet(numa);
const host = fleet.hosts[0] ?? { cells: [] };
const vm = (name: string) => fleet.vms.find((v) => v.name === name) as VM;
const machine = rehearsal.parse({ cpus: 2, memory: "2 GiB" });
const MIB = 1024 ** 2;

describe("a rehearsal", () => {
  test("puts pins and sets on the CPUs of the machine, memory into its first cell, and scales it", () => {
    const data = rehearse(vm("k3s-worker-data"), host, machine);
    expect(data.pins?.flat()).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1]);
    expect(data.emulator).toEqual([0, 1]);
    expect(data.numa).toEqual({ mode: "strict", nodeset: [0] });
    expect(data.memory).toBe(480 * MIB);
  });

  test("changes nothing else", () => {
    for (const declared of fleet.vms) {
      const { pins: _p, emulator: _e, numa: _n, memory: _m, ...rest } = rehearse(declared, host, machine);
      const { pins: _p2, emulator: _e2, numa: _n2, memory: _m2, ...was } = declared;
      expect(rest).toEqual(was);
    }
  });

  test("that there is none leaves all as it is", () => {
    for (const declared of fleet.vms) expect(rehearse(declared, host, undefined)).toBe(declared);
    expect(rehearseCpus([3, 70], undefined)).toEqual([3, 70]);
  });

  test("keeps hugepages whole and iothreads without a set free", () => {
    const declared: VM = {
      ...vm("k3s-worker-slm"),
      hugepages: "1GiB",
      memory: 64 * 1024 * MIB,
      iothreads: [{}, { cpus: [70, 71] }],
    };
    const small = rehearse(declared, host, { cpus: 2, memory: 16 * 1024 * MIB });
    expect(small.memory).toBe(4 * 1024 * MIB);
    expect(rehearse(declared, host, machine).memory).toBe(1024 * MIB);
    expect(small.iothreads).toEqual([{}, { cpus: [0, 1] }]);
  });

  test("uses only CPUs that the machine has, and never more memory than is written", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 1024 ** 4 }),
        fc.constantFrom(...fleet.vms),
        (cpus, memory, declared) => {
          const small = rehearse(declared, host, { cpus, memory });
          for (const cpu of small.pins?.flat() ?? []) expect(cpu).toBeLessThan(cpus);
          for (const cpu of small.emulator ?? []) expect(cpu).toBeLessThan(cpus);
          expect(small.pins).toHaveLength(declared.vcpus);
          expect(small.memory).toBeLessThanOrEqual(declared.memory);
          expect(small.memory % MIB).toBe(0);
          expect(small.memory).toBeGreaterThanOrEqual(16 * MIB);
        },
      ),
    );
  });

  test.each([
    {},
    { cpus: 0, memory: "1 GiB" },
    { cpus: 2, memory: "much" },
    { cpus: 2, memory: "1 GiB", cells: 2 },
  ])("is not %j", (given) => {
    expect(rehearsal.safeParse(given).success).toBe(false);
  });
});
