import { expect, test } from "vitest";
import { diffLines } from "../../../capacity/diff.ts";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { judgeLayers } from "../../../capacity/layers/layers.ts";
import { capacityLines } from "../../../capacity/lines.ts";
import { type FleetInput, requireFleet } from "../../../model/fleet.ts";
import defaultStack from "../../../stacks/default.ts";
import { texts, type VmInput } from "./fleet.ts";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

function change(name: string, facts: Partial<VmInput>): FleetInput {
  return {
    ...defaultStack,
    vms: (defaultStack.vms ?? []).map((vm) => (vm.name === name ? { ...vm, ...facts } : vm)),
  };
}

test("the default stack has nothing to say of its hosts and layers", () => {
  const fleet = requireFleet(defaultStack);
  expect(judgeHosts(fleet).findings).toEqual([]);
  expect(judgeLayers(fleet)).toEqual([]);
});

test("the default stack's figures, added up by hand", () => {
  const [host] = judgeHosts(requireFleet(defaultStack)).hosts;
  // Overheads: memory / 512 + 50 + 8 × vCPUs + 8 + 32 MiB.
  const heavy = 118 * GIB + (236 + 50 + 256 + 8 + 32) * MIB;
  const data = 60 * GIB + (120 + 50 + 96 + 8 + 32) * MIB;
  const slm = 32 * GIB + (64 + 50 + 64 + 8 + 32) * MIB;
  const tasks = 24 * GIB + (48 + 50 + 96 + 8 + 32) * MIB;
  const cell = (committed: number) => ({
    capacity: 128 * GIB,
    reserved: 4 * GIB,
    committed,
    free: 124 * GIB - committed,
  });
  expect(host?.cells.map((c) => c.memory)).toEqual([cell(heavy), cell(data + slm + tasks)]);
  expect(host?.cells.map((c) => c.cpus)).toEqual([
    { capacity: 36, reserved: 4, committed: 32, free: 0 },
    { capacity: 36, reserved: 4, committed: 32, free: 0 },
  ]);
  expect(host?.cells.map((c) => c.vms.map((vm) => vm.name))).toEqual([
    ["k3s-worker-slm-heavy"],
    ["k3s-worker-data", "k3s-worker-slm", "k3s-server-tasks"],
  ]);
  expect(host?.cpus).toEqual({ capacity: 72, reserved: 8, committed: 64, free: 0 });
  expect(host?.sharedVcpus).toEqual({ capacity: 0, reserved: 0, committed: 0, free: 0 });
  expect(host?.pools.map((p) => p.storage.committed)).toEqual([240e9, 8e12]);
});

test("slm moved onto CPUs of data is refused, by name", () => {
  const pins = ["18", "54", "19", "55", "20", "56", "21", "57"];
  expect(texts(judgeHosts(requireFleet(change("k3s-worker-slm", { pins }))).findings)).toEqual([
    "refuse host/pin-twice vms[2].pins[0]: VMs k3s-worker-data and k3s-worker-slm are both pinned to CPUs 18-21,54-57 of host numa (cell 1); a pinned CPU belongs to one VM: requested 16 CPUs, available 8, short by 8. | Move one of them to CPUs that no VM is pinned to (free: CPUs 24-27,60-63).",
  ]);
});

test("a free CPU is named to a VM: the idle sibling of its own is one, half of another's core is none", () => {
  const pins = ["24", "60", "25", "61", "26", "62", "27", "0"];
  const remedy = (input: FleetInput) =>
    judgeHosts(requireFleet(input)).findings.filter((f) => f.rule === "host/pin-outside-cell")[0]?.remedy;
  expect(remedy(change("k3s-worker-slm", { pins }))).toBe(
    "Pin it beside its memory (free: CPU 63), or bind its memory to cell 0 too.",
  );
  const shared = change("k3s-server-tasks", { pins: ["28", "64", "29", "65", "30", "66"], vcpus: 6 });
  expect(
    remedy({
      ...shared,
      vms: shared.vms?.map((vm) => (vm.name === "k3s-worker-slm" ? { ...vm, pins } : vm)),
    }),
  ).toBe("Pin it beside its memory (free: CPUs 31-33,63,67-69), or bind its memory to cell 0 too.");
});

test("a pin of 99 is one clear message", () => {
  const pins = ["24", "60", "25", "61", "26", "62", "27", "99"];
  expect(texts(judgeHosts(requireFleet(change("k3s-worker-slm", { pins }))).findings)).toEqual([
    "refuse host/pin-outside-host vms[2].pins[7]: VM k3s-worker-slm is pinned to CPU 99, but host numa has only CPUs 0-71: requested 8 CPUs, available 7, short by 1. | Pin it to CPUs of host numa (free: CPU 63), or record the missing CPUs in the host's cells.",
  ]);
});

test("one VM grown by 8 GiB changes one host row and one cell row, by 8 GiB plus 16 MiB of page tables", () => {
  const rows = (input: FleetInput) =>
    capacityLines({
      hosts: judgeHosts(requireFleet(input)).hosts,
      placements: [],
      nodes: [],
      labels: [],
      scaleSets: [],
      placement: { verdict: "placed", seats: [], workflowSeats: [], unseated: [], bound: 0, asked: 0 },
      findings: [],
    });
  const grown = change("k3s-worker-slm", { memory: "40960 MiB" });
  const diff = diffLines(rows(defaultStack), rows(grown));
  expect(diff.rows.map((r) => [r.kind, r.subject, r.resource, r.change])).toEqual([
    ["host", "numa", "memory", 8 * GIB + 16 * MIB],
    ["cell", "numa/1", "memory", 8 * GIB + 16 * MIB],
  ]);
});

test("the heavy VM at its cell's raw memory does not fit, though the host's total would hold it", () => {
  expect(
    texts(judgeHosts(requireFleet(change("k3s-worker-slm-heavy", { memory: "128 GiB" }))).findings),
  ).toEqual([
    "refuse host/cell-memory hosts[0].cells[0].memory: Cell 0 of host numa cannot hold the memory of VM k3s-worker-slm-heavy with QEMU's overhead: requested 128.59Gi, available 124Gi (128Gi less 4Gi kept for the host), short by 4.59Gi. | Lower the memory that it has there by 4698 MiB, or move it to another cell or host.",
  ]);
});
