import { describe, expect, test } from "vitest";
import { judge } from "../../capacity/judge.ts";
import { domainArgs } from "../../components/domainArgs.ts";
import type { FleetInput } from "../../model/fleet.ts";
import { requireFleet } from "../../model/fleet.ts";
import { rehearse } from "../../model/rehearsal.ts";
import { guestMemory } from "../../model/virtioMem.ts";
import { Facts } from "../../policy/facts.ts";
import { plainObject } from "../../policy/plain.ts";
import { vmFromDomain } from "../../policy/resources/domain.ts";
import { complaints, soundFleet } from "./fleets.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const device = { maximum: "4 GiB", requested: "1 GiB" };

function fleet(virtioMem: object, memory = "2 GiB") {
  const input = soundFleet() as unknown as FleetInput;
  for (const vm of input.vms ?? []) if (vm.name === "b") Object.assign(vm, { virtioMem, memory });
  return requireFleet(input);
}

const b = (virtioMem: object) => {
  const { vms, hosts } = fleet(virtioMem);
  const [vm] = vms.filter(({ name }) => name === "b");
  const [host] = hosts;
  if (!vm || !host) throw new Error("no such VM");
  return { vm, host };
};

describe("a virtio-mem device", () => {
  test.each([
    [{ maximum: "1 GiB" }, []],
    [device, []],
    [{ ...device, block: "128 MiB" }, []],
    [{ ...device, requested: "5 GiB" }, ["`vms[1].virtioMem.requested` is 5Gi, above the maximum of 4Gi."]],
    [
      { ...device, requested: "1025 MiB" },
      ["`vms[1].virtioMem.requested` is 1025 MiB, which is no whole number of blocks of 2Mi."],
    ],
    [
      { ...device, block: "3 MiB" },
      ["`vms[1].virtioMem.block` is 3Mi, and QEMU takes powers of two from 2Mi."],
    ],
    [{ maximum: "100 MiB" }, ["`vms[1].virtioMem.maximum` is 100Mi, and a guest maps whole 128Mi."]],
  ])("%j", (virtioMem, expected) => {
    expect(complaints({ "vms[1].virtioMem": virtioMem })).toEqual(
      expected.map((text) => expect.stringContaining(text)),
    );
  });

  test.each([
    ["hugepages", "2MiB", "the VM's memory is on hugepages, which are there or not"],
    ["minimumMemory", "1 GiB", "a balloon and virtio-mem would work against each other"],
  ])("does not go with %s", (name, value, why) => {
    const found = complaints({ "vms[1].virtioMem": device, [`vms[1].${name}`]: value });
    expect(found).toEqual([expect.stringContaining(why)]);
  });

  test("is judged at what is requested of it, and not at its maximum", () => {
    const { vm } = b(device);
    expect(guestMemory(vm)).toBe(3 * GIB);
    const refusals = (requested: string) =>
      judge(fleet({ maximum: "64 GiB", requested }), { today: "2026-05-03" }).findings.flatMap((f) =>
        f.rule === "host/cell-memory" ? [f.message] : [],
      );
    expect(refusals("1 GiB")).toEqual([]);
    expect(refusals("12 GiB")).toEqual([
      expect.stringMatching(/cannot hold the memory of .*b.* with QEMU's overhead: requested 16\.\d+Gi/),
    ]);
  });

  test("is rendered with room for it, and the policy pack reads the same memory from that", () => {
    const { vm, host } = b(device);
    const args = domainArgs(vm, { host, type: "kvm", disks: [], seed: undefined, sharedCpus: [] });
    expect(args).toMatchObject({
      memory: 6 * 1024,
      memoryUnit: "MiB",
      maximumMemory: 6 * 1024,
      maximumMemoryUnit: "MiB",
      maximumMemorySlots: 16,
      cpu: { numa: { cells: [{ id: 0, cpus: "0", memory: 2048, unit: "MiB" }] } },
      devices: {
        memorydevs: [
          {
            model: "virtio-mem",
            target: {
              size: 4096,
              sizeUnit: "MiB",
              node: 0,
              block: 2,
              blockUnit: "MiB",
              requested: 1024,
              requestedUnit: "MiB",
            },
          },
        ],
      },
    });
    expect(args).not.toHaveProperty("currentMemory");
    const facts = new Facts("VM b");
    const read = vmFromDomain(facts, plainObject(args), "b", "h");
    expect(facts.findings).toEqual([]);
    expect(read.vm.memory).toBe(3 * GIB);
  });

  test("requests less in a rehearsal, in whole blocks", () => {
    const { vm, host } = b({ ...device, block: "128 MiB" });
    const small = rehearse(vm, host, { cpus: 2, memory: 4 * GIB });
    expect(small.virtioMem).toEqual({ maximum: 4 * GIB, requested: 256 * MIB, block: 128 * MIB });
  });
});
