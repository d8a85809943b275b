import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseFleet, requireFleet } from "../../model/fleet.ts";
import { builtInStack, loadFleet } from "../../stacks/load.ts";

const EXAMPLES = join(import.meta.dirname, "../../docs/examples");
const GI = 1024 ** 3;

test.each(readdirSync(EXAMPLES))("docs/examples/%s is a sound fleet", async (name) => {
  expect(parseFleet(await loadFleet(name, EXAMPLES)).findings).toEqual([]);
});

test("docs/examples/default.yaml is the default stack", async () => {
  const written = requireFleet(await loadFleet("default.yaml", EXAMPLES));
  expect(written).toEqual(requireFleet(builtInStack("default")));
});

test("the four VMs are as the VM specification has them", () => {
  const { vms } = requireFleet(builtInStack("numa"));
  const shown = vms.map((v) => ({
    name: v.name,
    vcpus: v.vcpus,
    memoryMiB: v.memory / 1024 ** 2,
    cores: [...new Set((v.pins ?? []).flat().map((cpu) => cpu % 36))],
    pins: v.pins?.length,
    emulator: v.emulator,
    numa: v.numa,
    role: v.role,
  }));
  const range = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
  const cell = (id: number) => ({ mode: "strict", nodeset: [id] });
  const upper = [34, 35, 70, 71];
  expect(shown).toEqual([
    {
      name: "k3s-worker-slm-heavy",
      vcpus: 32,
      memoryMiB: 120_832,
      cores: range(0, 16),
      pins: 32,
      emulator: [16, 17, 52, 53],
      numa: cell(0),
      role: "k3s-agent",
    },
    {
      name: "k3s-worker-data",
      vcpus: 12,
      memoryMiB: 61_440,
      cores: range(18, 6),
      pins: 12,
      emulator: upper,
      numa: cell(1),
      role: "k3s-agent",
    },
    {
      name: "k3s-worker-slm",
      vcpus: 8,
      memoryMiB: 32_768,
      cores: range(24, 4),
      pins: 8,
      emulator: upper,
      numa: cell(1),
      role: "k3s-agent",
    },
    {
      name: "k3s-server-tasks",
      vcpus: 12,
      memoryMiB: 24_576,
      cores: range(28, 6),
      pins: 12,
      emulator: upper,
      numa: cell(1),
      role: "k3s-server",
    },
  ]);
});

test("the data VM's hot and cold disks are precious, the others are not", () => {
  const { vms } = requireFleet(builtInStack("numa"));
  const precious = vms.flatMap((v) =>
    v.disks.filter((d) => d.precious).map((d) => [v.name, d.name, d.class, d.size]),
  );
  expect(precious).toEqual([
    ["k3s-worker-data", "hot", "ssd", 80_000_000_000],
    ["k3s-worker-data", "cold", "hdd", 8_000_000_000_000],
  ]);
});

test("the nodes and scale sets are as the capacity policy recorded them", () => {
  const { nodes, scaleSets } = requireFleet(builtInStack("runners"));
  expect(
    nodes.map((n) => [
      n.name,
      n.allocatable.cpu,
      Math.round(((n.allocatable.memory ?? 0) / GI) * 100),
      n.allocatable.pods,
      n.taints.length,
    ]),
  ).toEqual([
    ["honey", 32_000, 21_981, 110, 0],
    ["sting", 32_000, 5_468, 110, 1],
    ["bumble", 4_000, 1_506, 110, 0],
  ]);
  expect(scaleSets.map((s) => [s.name, s.scope, s.minRunners, s.maxRunners])).toEqual([
    ["tinyland-nix-kvm", "tinyland-inc", 0, 1],
    ["jesssullivan-nix-kvm", "Jesssullivan/jesssullivan-infra", 0, 1],
    ["jesssullivan-nix-vm-test-kvm", "Jesssullivan/nix-vm-test", 0, 2],
  ]);
});
