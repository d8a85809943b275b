import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FleetError } from "../../model/finding.ts";
import { formatPath, parseFleet, requireFleet } from "../../model/fleet.ts";
import defaultStack from "../../stacks/default.ts";
import { change, complaints, soundFleet } from "./fleets.ts";

const FORM = "docs/reference.md tells its form.";
const SIZE = 'expected a size with its unit, like "120832 MiB" or "8 TB"';
const EFFECT = 'expected the effect "NoSchedule", "PreferNoSchedule" or "NoExecute"';

test("the sound fleet and the default stack are sound", () => {
  expect(parseFleet(soundFleet()).findings).toEqual([]);
  expect(parseFleet(defaultStack).findings).toEqual([]);
});

describe("one slip, one message that says what would be right", () => {
  test.each<[string, string, unknown, string]>([
    [
      "wrong unit",
      "vms[0].memory",
      "2 gib",
      `\`vms[0].memory\` is "2 gib"; ${SIZE}; there is no unit "gib", did you mean GB or GiB? Correct the value; ${FORM}`,
    ],
    [
      "figure without unit",
      "vms[0].memory",
      2048,
      `\`vms[0].memory\` is 2048; ${SIZE}. Correct the value; ${FORM}`,
    ],
    [
      "two VMs of one name",
      "vms[1].name",
      "a",
      '`vms[1].name` is "a", which `vms[0]` has already. Give one of them another name, or remove it.',
    ],
    [
      "a taint without effect",
      "vms[1].taints[0].effect",
      undefined,
      `\`vms[1].taints[0].effect\` is missing; ${EFFECT}. Add it; ${FORM}`,
    ],
    [
      "an effect in the wrong case",
      "vms[1].taints[0].effect",
      "noschedule",
      `\`vms[1].taints[0].effect\` is "noschedule"; ${EFFECT}. Correct the value; ${FORM}`,
    ],
    [
      "a misspelt property",
      "vms[0].vcpu",
      1,
      "`vms[0].vcpu` is no property of a fleet; did you mean `vcpus`? Write `vcpus`, or remove it.",
    ],
    [
      "a property as Kubernetes writes it",
      "nodes[0].allocatable.ephemeral-storage",
      "5Gi",
      '`nodes[0].allocatable["ephemeral-storage"]` is no property of a fleet; did you mean `ephemeralStorage`? Write `ephemeralStorage`, or remove it.',
    ],
    [
      "an unknown property",
      "colour",
      "red",
      "`colour` is no property of a fleet; expected one of hosts, vms, clusters, nodes, scaleSets, placement, placements, weights, policy. Remove it; docs/reference.md lists every property.",
    ],
    [
      "a host name for a connection",
      "hosts[0].uri",
      "numa1",
      `\`hosts[0].uri\` is "numa1"; expected a libvirt connection URI, like "qemu+ssh://root@numa1/system". Correct the value; ${FORM}`,
    ],
    [
      "a lane admitted twice",
      "policy.overflow[0].lanes[1]",
      { scaleSet: "s", gates: [], rollbackNode: "n" },
      '`policy.overflow[0].lanes[1].scaleSet` is "s", which `policy.overflow[0].lanes[0]` has already. Give one of them another name, or remove it.',
    ],
    [
      "a warm pool decided twice",
      "policy.warmPools",
      Array(2).fill({ scaleSet: "s", minRunners: 1, date: "2026-05-03", evidence: "e" }),
      '`policy.warmPools[1].scaleSet` is "s", which `policy.warmPools[0]` has already. Give one of them another name, or remove it.',
    ],
    [
      "an unknown page size",
      "hosts[0].cells[0].hugepages",
      { "4KiB": 1 },
      '`hosts[0].cells[0].hugepages["4KiB"]` is no property of a fleet; expected one of 2MiB, 1GiB. Remove it; docs/reference.md lists every property.',
    ],
    [
      "null",
      "vms",
      null,
      "`vms` is null; expected a list. Give it a value; a property with a default may be left out.",
    ],
    [
      "an object instead of a list",
      "vms",
      { a: 1 },
      '`vms` is {"a":1}; expected a list. Write a list; in YAML each entry begins with a dash.',
    ],
    [
      "a list instead of an object",
      "hosts[0].reserved",
      [],
      "`hosts[0].reserved` is []; expected an object with cpus, memoryPerCell. Write its properties without a list; in YAML without leading dashes.",
    ],
    [
      "a missing object",
      "nodes[0].recorded",
      undefined,
      `\`nodes[0].recorded\` is missing; expected an object with source, date, note. Add it; ${FORM}`,
    ],
    [
      "a list of labels",
      "nodes[0].labels",
      ["kvm"],
      '`nodes[0].labels` is ["kvm"]; expected an object. Write its properties without a list; in YAML without leading dashes.',
    ],
    [
      "a label value that YAML reads as a boolean",
      "nodes[0].labels",
      { kvm: true },
      `\`nodes[0].labels.kvm\` is true; expected a label value of at most 63 letters, digits, dashes, dots or underscores, in quotes. Correct the value; ${FORM}`,
    ],
    [
      "a label key with a blank",
      "nodes[0].labels",
      { "a b": "x" },
      '`nodes[0].labels` has the key "a b"; expected a label key, like "workload" or "capability.tinyland.dev/kvm". Rename the key, or remove it.',
    ],
    [
      "a pin that is no CPU set",
      "vms[1].pins[0]",
      "two",
      `\`vms[1].pins[0]\` is "two"; expected a CPU set, like "16-17,52-53". Correct the value; ${FORM}`,
    ],
    [
      "a pin range that goes down",
      "vms[1].pins[0]",
      "5-3",
      `\`vms[1].pins[0]\` is "5-3"; expected a CPU set, like "16-17,52-53"; did you mean 3-5? Correct the value; ${FORM}`,
    ],
    [
      "a VM without memory",
      "vms[1].memory",
      "0.0 GiB",
      `\`vms[1].memory\` is "0.0 GiB"; ${SIZE}, above 0. Correct the value; ${FORM}`,
    ],
    [
      "a disk of no size",
      "vms[1].disks[0].size",
      "0 GB",
      `\`vms[1].disks[0].size\` is "0 GB"; ${SIZE}, above 0. Correct the value; ${FORM}`,
    ],
    [
      "no weight at all, told once",
      "vms[0].weight",
      0,
      `\`vms[0].weight\` is 0; expected a CPU weight from 1 to 10000 (cgroup v2). Correct the value; ${FORM}`,
    ],
    [
      "a title that libvirt rejects",
      "vms[0].purpose",
      "two\nlines",
      `\`vms[0].purpose\` is "two\\nlines"; expected a text on one line, not empty. Correct the value; ${FORM}`,
    ],
    [
      "evidence that is blank",
      "policy.labels",
      [{ label: "kvm", ceiling: 1, date: "2026-05-03", evidence: "  " }],
      `\`policy.labels[0].evidence\` is "  "; expected a text that is not empty. Correct the value; ${FORM}`,
    ],
    [
      "a KVM label that no node can carry",
      "policy.kvm",
      { key: "a b", value: "true" },
      `\`policy.kvm.key\` is "a b"; expected a label key, like "workload" or "capability.tinyland.dev/kvm". Correct the value; ${FORM}`,
    ],
    [
      "a context with a blank",
      "scaleSets[0].cluster",
      "my cluster",
      `\`scaleSets[0].cluster\` is "my cluster"; expected the name of a kubeconfig context: 1 to 253 letters, digits and any of . _ @ : / - inside. Correct the value; ${FORM}`,
    ],
    [
      "a number that is none",
      "scaleSets[0].maxRunners",
      Number.NaN,
      `\`scaleSets[0].maxRunners\` is NaN; expected a whole number from 0. Correct the value; ${FORM}`,
    ],
    [
      "half a runner",
      "scaleSets[0].maxRunners",
      1.5,
      `\`scaleSets[0].maxRunners\` is 1.5; expected a whole number from 0. Correct the value; ${FORM}`,
    ],
    [
      "fewer than no runners",
      "scaleSets[0].maxRunners",
      -1,
      `\`scaleSets[0].maxRunners\` is -1; expected a whole number from 0. Correct the value; ${FORM}`,
    ],
    [
      "far too many runners",
      "scaleSets[0].maxRunners",
      1e9,
      `\`scaleSets[0].maxRunners\` is 1000000000; expected a whole number from 0, at most 1000000. Correct the value; ${FORM}`,
    ],
    [
      "a date as people write it",
      "hosts[0].recorded.date",
      "3.5.2026",
      `\`hosts[0].recorded.date\` is "3.5.2026"; expected a date, like "2026-05-03". Correct the value; ${FORM}`,
    ],
    [
      "a day that does not exist",
      "hosts[0].recorded.date",
      "2026-02-30",
      `\`hosts[0].recorded.date\` is "2026-02-30"; expected a date, like "2026-05-03". Correct the value; ${FORM}`,
    ],
    [
      "a toleration that tolerates nothing",
      "scaleSets[0].tolerations",
      [{ value: "x" }],
      `\`scaleSets[0].tolerations[0].key\` is missing; expected a key, or the operator "Exists". Add it; ${FORM}`,
    ],
    [
      "a toleration that Kubernetes rejects",
      "scaleSets[0].tolerations",
      [{ key: "a", operator: "Exists", value: "x" }],
      `\`scaleSets[0].tolerations[0].value\` is "x"; expected no value with the operator "Exists": Kubernetes rejects the pod. Correct the value; ${FORM}`,
    ],
    [
      "an unknown host",
      "vms[0].host",
      "g",
      '`vms[0].host` is "g", but there is no host of that name (known: h). Name a declared host, or declare it.',
    ],
    [
      "an unknown pool",
      "vms[1].disks[0].pool",
      "q",
      '`vms[1].disks[0].pool` is "q", but there is no pool of that name (known: p). Name a declared pool, or declare it.',
    ],
    [
      "an unknown bridge",
      "vms[0].bridge",
      "br1",
      '`vms[0].bridge` is "br1", but there is no bridge of that name (known: br0). Name a declared bridge, or declare it.',
    ],
    [
      "a node of an unknown VM",
      "nodes[0].vm",
      "c",
      '`nodes[0].vm` is "c", but there is no VM of that name (known: a, b). Name a declared VM, or declare it.',
    ],
    [
      "a ratio for an unknown host",
      "policy.oversubscription",
      { g: 2 },
      '`policy.oversubscription["g"]` is "g", but there is no host of that name (known: h). Name a declared host, or declare it.',
    ],
    [
      "a ballooning floor above the ceiling",
      "vms[0].minimumMemory",
      "3 GiB",
      "`vms[0].minimumMemory` is 3Gi, above the VM's memory 2Gi. Lower minimumMemory, or raise memory.",
    ],
    [
      "more kept warm than allowed",
      "scaleSets[0].minRunners",
      2,
      "`scaleSets[0].minRunners` is 2, above maxRunners 1. Lower minRunners, or raise maxRunners.",
    ],
    [
      "a CPU in two cores",
      "hosts[0].cells[0].cores[1]",
      "1-2",
      "`hosts[0].cells[0].cores[1]` lists CPU 2, which `hosts[0].cells[0].cores[0]` lists already. List each CPU of the host once, beside its siblings.",
    ],
    [
      "a path that climbs",
      "hosts[0].pools[0].path",
      "/p/../etc",
      `\`hosts[0].pools[0].path\` is "/p/../etc"; expected an absolute path without ".." and control characters. Correct the value; ${FORM}`,
    ],
    [
      "a weight that cgroup v2 rejects",
      "vms[0].weight",
      10_001,
      `\`vms[0].weight\` is 10001; expected a CPU weight from 1 to 10000 (cgroup v2). Correct the value; ${FORM}`,
    ],
    [
      "a scale set name that Helm rejects",
      "scaleSets[0].name",
      "S_1",
      `\`scaleSets[0].name\` is "S_1"; expected a name of lower-case letters, digits and dashes (it becomes a Helm release). Correct the value; ${FORM}`,
    ],
    [
      "a broken pattern",
      "policy.labelPattern",
      "(",
      `\`policy.labelPattern\` is "("; expected a regular expression. Correct the value; ${FORM}`,
    ],
    [
      "ages in the wrong order",
      "policy.recordAge",
      { warnDays: 5, refuseDays: 3 },
      `\`policy.recordAge\` is {"warnDays":5,"refuseDays":3}; expected warnDays not above refuseDays. Correct the value; ${FORM}`,
    ],
  ])("%s", (_, path, value, expected) => expect(complaints({ [path]: value })).toEqual([expected]));

  test.each([
    ["null", null, "null"],
    ["a list", [], "[]"],
    ["a text", "fleet", '"fleet"'],
    ["a function", () => 1, "a function"],
  ])("the fleet itself is %s", (_, value, shown) => {
    expect(parseFleet(value).findings.map((f) => `${f.message} ${f.remedy}`)).toEqual([
      `The fleet is ${shown}; expected an object with hosts, vms, clusters, nodes, scaleSets, placement, placements, weights, policy. Write a fleet; docs/examples has some to start from.`,
    ]);
  });
});

test.each(["admin@honey", "arn:aws:eks:eu-west-1:1:cluster/x", "default/api-x:6443/admin", "kind-x"])(
  "the kubeconfig context %s names a cluster",
  (context) => expect(complaints({ "scaleSets[0].cluster": context })).toEqual([]),
);

test("all slips are told at once, in a fixed order, each by its own path", () => {
  const fleet: unknown = soundFleet();
  const slips = {
    "vms[0].memory": "2 gib",
    "vms[1].pins[0]": "x",
    "nodes[0].allocatable.memory": "1GB",
    "scaleSets[0].maxRunners": -1,
    "hosts[0].uri": "",
    "policy.limitRatio": 0,
  };
  for (const [path, value] of Object.entries(slips)) change(fleet, path, value);
  const { findings } = parseFleet(fleet);
  expect(findings.map((f) => f.path)).toEqual(Object.keys(slips).sort());
  expect(new Set(findings.map((f) => f.severity))).toEqual(new Set(["refuse"]));
});

test("a key that zod drops in silence is told, at any place and once", () => {
  const value = JSON.parse('{"__proto__": "x", "a": "y"}');
  expect(complaints({ "nodes[0].labels": value })).toEqual([
    "`nodes[0].labels.__proto__` is no property of a fleet. Remove it; docs/reference.md lists every property.",
  ]);
  expect(complaints({ "policy.oversubscription": JSON.parse('{"__proto__": 2}') })).toHaveLength(1);
  expect(
    complaints({
      "vms[0]": JSON.parse('{"__proto__": {}, "name": "a", "host": "h", "vcpus": 1, "memory": "2 GiB"}'),
    }),
  ).toHaveLength(1);
});

test("requireFleet throws one error that lists every finding, without a stack of ours in its message", () => {
  const attempt = () => requireFleet({ vms: null, nodes: 3 });
  expect(attempt).toThrow(FleetError);
  expect(attempt).toThrow(
    [
      "The fleet is not valid:",
      "  - refuse model/invalid-value nodes: `nodes` is 3; expected a list. Write a list; in YAML each entry begins with a dash.",
      "  - refuse model/invalid-value vms: `vms` is null; expected a list. Give it a value; a property with a default may be left out.",
    ].join("\n"),
  );
});

test("what TypeScript can hold and JSON cannot is told, not thrown", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  expect(complaints({ "vms[0].name": cyclic })).toEqual([
    "`vms[0].name` is an object that is no plain data; expected a name. Correct the value; docs/reference.md tells its form.",
  ]);
  expect(complaints({ "vms[0].vcpus": 1n })).toEqual([
    "`vms[0].vcpus` is 1; expected a whole number from 1. Correct the value; docs/reference.md tells its form.",
  ]);
});

test("a long value is cut in the message", () => {
  const [message] = complaints({ "vms[0].name": `-${"x".repeat(5000)}` });
  expect(message?.length).toBeLessThan(300);
});

test("no value of any shape makes the parser throw, and what it refuses has a message that is a sentence", () => {
  fc.assert(
    fc.property(
      fc.anything(),
      fc.constantFrom("hosts", "vms[0]", "vms[1].pins", "nodes[0].labels", "policy"),
      (value, path) => {
        const fleet: unknown = soundFleet();
        change(fleet, path, value);
        for (const f of parseFleet(fleet).findings) expect(f.message).toMatch(/^[`T].*[.?]$/su);
      },
    ),
  );
});

test("parsing changes nothing in its input", () => {
  const before = structuredClone(defaultStack);
  parseFleet(defaultStack);
  expect(defaultStack).toEqual(before);
});

test.each([
  [[], ""],
  [["vms", 2, "pins", 0], "vms[2].pins[0]"],
  [["nodes", 0, "labels", "a b"], 'nodes[0].labels["a b"]'],
  [["$x", "_y"], "$x._y"],
])("formatPath %j is %s", (path, text) => expect(formatPath(path)).toBe(text));
