import { expect, test } from "vitest";
import { complaints } from "./fleets.ts";

test.each<[string, string, unknown, string]>([
  [
    "a gate evidenced twice",
    "policy.overflow[0].lanes[0].gates",
    Array(2).fill({ gate: "label", date: "2026-05-03", evidence: "e" }),
    '`policy.overflow[0].lanes[0].gates[1].gate` is "label", which `policy.overflow[0].lanes[0].gates[0]` has already. Give one of them another gate, or remove it.',
  ],
  [
    "two nodes of one name in a cluster",
    "nodes[1]",
    { name: "n", recorded: { source: "detected", date: "2026-05-03" }, allocatable: {} },
    '`nodes[1].name` is "n" in the cluster "default", which `nodes[0]` has already. Give one of them another name, or remove it.',
  ],
  [
    "two cells of one number",
    "hosts[0].cells[1]",
    { id: 0, cores: ["4"], memory: "1 GiB" },
    "`hosts[0].cells[1].id` is 0, which `hosts[0].cells[0]` has already. Give one of them another id, or remove it.",
  ],
  [
    "two pools in one directory",
    "hosts[0].pools[1]",
    { name: "q", class: "hdd", path: "/p", capacity: "1 GB" },
    '`hosts[0].pools[1].path` is "/p", which `hosts[0].pools[0]` has already. Give one of them another path, or remove it.',
  ],
  [
    "one taint with two values",
    "vms[1].taints[1]",
    { key: "workload", value: "y", effect: "NoSchedule" },
    '`vms[1].taints[1].key` is "workload" with the effect "NoSchedule", which `vms[1].taints[0]` has already. Give one of them another effect, or remove it.',
  ],
  [
    "a user made twice",
    "vms[0].cloudInit",
    { users: [{ name: "admin" }, { name: "admin" }] },
    '`vms[0].cloudInit.users[1].name` is "admin", which `vms[0].cloudInit.users[0]` has already. Give one of them another name, or remove it.',
  ],
  [
    "CPUs kept for the host that it lacks",
    "hosts[0].reserved.cpus",
    "3-5",
    "`hosts[0].reserved.cpus` names CPU 4-5, but the host has only CPUs 0-3. Name CPUs of the host, or record the missing ones in its cells.",
  ],
  [
    "a budget for an unknown scale set",
    "policy.ownerBudgets",
    [{ scaleSet: "t", maximum: 1, date: "2026-05-03", evidence: "e" }],
    '`policy.ownerBudgets[0].scaleSet` is "t", but there is no scale set of that name (known: s). Name a declared scale set, or declare it.',
  ],
  [
    "a warm pool of an unknown scale set",
    "policy.warmPools",
    [{ scaleSet: "t", minRunners: 1, date: "2026-05-03", evidence: "e" }],
    '`policy.warmPools[0].scaleSet` is "t", but there is no scale set of that name (known: s). Name a declared scale set, or declare it.',
  ],
])("%s", (_, path, value, expected) => expect(complaints({ [path]: value })).toEqual([expected]));

test("several slips in the references are told at once too", () => {
  const disk = { name: "d", class: "ssd", size: "1 GB" };
  const found = complaints({
    "vms[0].host": "g",
    "vms[0].minimumMemory": "3 GiB",
    "vms[0].disks": [disk, disk],
    "vms[1].bridge": "br9",
    "nodes[0].vm": "z",
  });
  expect(found.map((f) => f.split("`")[1])).toEqual([
    "vms[0].disks[1].name",
    "vms[0].minimumMemory",
    "nodes[0].vm",
    "vms[0].host",
    "vms[1].bridge",
  ]);
});

test("slips in values and in references are told together", () => {
  const found = complaints({
    "vms[0].memory": "2 gib",
    "vms[1].taints[0].effect": undefined,
    "vms[1].name": "a",
    "nodes[0].vm": "z",
    "policy.overflow[0].lanes[0].rollbackNode": "m",
    "hosts[0].uri": 3,
  });
  expect(found.map((f) => f.split("`")[1])).toEqual([
    "vms[1].name",
    "hosts[0].uri",
    "vms[0].memory",
    "vms[1].taints[0].effect",
    "nodes[0].vm",
    "policy.overflow[0].lanes[0].rollbackNode",
  ]);
});

test.each<[string, unknown]>([
  ["hosts[0].name", 3],
  ["hosts[0]", null],
  ["hosts", "h"],
  ["hosts", undefined],
])(
  "where %s is %j, what refers to the host by its name is blamed only if it is surely missing",
  (path, value) => {
    const blamed = complaints({ [path]: value }).filter((f) => f.includes("there is no host"));
    expect(blamed).toHaveLength(value === undefined ? 2 : 0);
  },
);
