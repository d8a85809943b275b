import { expect, test } from "vitest";
import { judge } from "../../../capacity/judge.ts";
import { checkOvercommit } from "../../../capacity/placement/overcommit.ts";
import type { FleetInput } from "../../../model/fleet.ts";
import { fleetOf, texts, vm } from "../host/fleet.ts";

const told = (placement: FleetInput["placement"]) =>
  texts(checkOvercommit(fleetOf([vm("a")], {}, { placement })));

test.each<[string, FleetInput["placement"], string[]]>([
  ["the default", {}, []],
  ["production", { preset: "production" }, []],
  ["a ratio below 1.0", { resources: { memory: { overcommitRatio: 0.8 } } }, []],
  [
    "memory above 1.0",
    { resources: { memory: { overcommitRatio: 1.5 } } },
    [
      "warn placement/overcommit placement.resources.memory.overcommitRatio: Memory is promised 1.50 times over (overcommit): the kernel kills a QEMU process when the host runs out of memory. | Set `placement.resources.memory.overcommitRatio` to 1.0, or accept it; docs/hosts.md tells what to watch.",
    ],
  ],
  [
    "2.0 is not yet extreme",
    { resources: { cpu: { overcommitRatio: 2 } } },
    [
      "warn placement/overcommit placement.resources.cpu.overcommitRatio: CPU is promised 2.00 times over (overcommit): VMs wait for each other's CPU time. | Set `placement.resources.cpu.overcommitRatio` to 1.0, or accept it; docs/hosts.md tells what to watch.",
    ],
  ],
  [
    "above 2.0 is extreme",
    { resources: { disk: { overcommitRatio: 2.5 } } },
    [
      "warn placement/overcommit placement.resources.disk.overcommitRatio: Disk is promised 2.50 times over (extreme overcommit): guests lose writes when thin disks fill their pool. | Set `placement.resources.disk.overcommitRatio` to 1.0, or accept it; docs/hosts.md tells what to watch.",
    ],
  ],
  [
    "a preset's ratios",
    { preset: "resources" },
    [
      "warn placement/overcommit placement.preset: CPU is promised 4.00 times over by the preset resources (extreme overcommit): VMs wait for each other's CPU time. | Set `placement.resources.cpu.overcommitRatio` to 1.0, or accept it; docs/hosts.md tells what to watch.",
      "warn placement/overcommit placement.preset: Network is promised 2.00 times over by the preset resources (overcommit): VMs slow each other down when they send at once. | Set `placement.resources.network.overcommitRatio` to 1.0, or accept it; docs/hosts.md tells what to watch.",
      "warn placement/overcommit placement.preset: Disk I/O is promised 2.00 times over by the preset resources (overcommit): VMs slow each other down when they read and write at once. | Set `placement.resources.diskIo.overcommitRatio` to 1.0, or accept it; docs/hosts.md tells what to watch.",
    ],
  ],
  [
    "under least_vm_count too, which keeps the configuration honest",
    { algorithm: "least_vm_count", resources: { memory: { overcommitRatio: 1.2 } } },
    [
      "warn placement/overcommit placement.resources.memory.overcommitRatio: Memory is promised 1.20 times over (overcommit): the kernel kills a QEMU process when the host runs out of memory. | Set `placement.resources.memory.overcommitRatio` to 1.0, or accept it; docs/hosts.md tells what to watch.",
    ],
  ],
  [
    "all three disabled",
    { resources: { cpu: { enabled: false }, memory: { enabled: false }, disk: { enabled: false } } },
    [
      "warn placement/nothing-counted placement.resources: CPU, memory and disk are all disabled: but for the bandwidth of VMs with limits nothing is scored, and a VM goes to the host with the fewest VMs, as with least_vm_count. | Enable one of them, or set `placement.algorithm` to least_vm_count.",
    ],
  ],
  [
    "all five disabled, under least_vm_count too",
    {
      algorithm: "least_vm_count",
      resources: Object.fromEntries(
        ["cpu", "memory", "disk", "network", "diskIo"].map((name) => [name, { enabled: false }]),
      ),
    },
    [
      "warn placement/nothing-counted placement.resources: CPU, memory and disk are all disabled: nothing is scored, and a VM goes to the host with the fewest VMs, as with least_vm_count. | Enable one of them: they count nothing under resource_aware either.",
    ],
  ],
])("%s", (_, placement, expected) => {
  expect(told(placement)).toEqual(expected);
});

test("a host's own CPU ratio is told like the fleet's", () => {
  const told = (h: number) =>
    texts(checkOvercommit(fleetOf([], {}, { policy: { oversubscription: { h } } })));
  const text = (times: string) =>
    `warn placement/overcommit policy.oversubscription.h: CPU of host h is promised ${times}: VMs wait for each other's CPU time. | Take the host out of \`policy.oversubscription\`, or accept it; docs/hosts.md tells what to watch.`;
  expect(told(1)).toEqual([]);
  expect(told(2)).toEqual([text("2.00 times over (overcommit)")]);
  expect(told(6)).toEqual([text("6.00 times over (extreme overcommit)")]);
});

test("a fleet without hosts is told nothing, and the judgement of one with hosts is", () => {
  const placement = { preset: "homelab" } as const;
  expect(checkOvercommit({ ...fleetOf([], {}, { placement }), hosts: [] })).toEqual([]);
  const { findings } = judge(fleetOf([vm("a")], {}, { placement }), { today: "2026-05-03" });
  expect(findings.map((f) => f.subject)).toEqual(["CPU", "disk", "memory"]);
});

test("swap by the rule of thumb: 16 GiB at 1.5 want 8 GiB", () => {
  const cells = [{ id: 0, cores: ["0", "1"], memory: "16 GiB" }];
  const at = (swap: string | undefined, overcommitRatio = 1.5) =>
    texts(
      checkOvercommit(
        fleetOf(
          [],
          { cells, reserved: { memoryPerCell: "1 GiB" }, ...(swap === undefined ? {} : { swap }) },
          { placement: { resources: { memory: { overcommitRatio } } } },
        ),
      ),
    ).filter((text) => text.includes("placement/swap"));
  expect(at("4 GiB")).toEqual([
    "warn placement/swap hosts[0].swap: Host h has 4Gi of swap; with memory promised 1.50 times over it wants 8Gi, short by 4Gi. | Add swap and record it, or lower the memory ratio.",
  ]);
  expect(at("8 GiB")).toEqual([]);
  expect(at(undefined)).toEqual([]);
  expect(at("0 GiB", 1)).toEqual([]);
});
