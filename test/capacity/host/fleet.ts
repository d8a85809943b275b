import type { Finding } from "../../../model/finding.ts";
import { type Fleet, type FleetInput, requireFleet } from "../../../model/fleet.ts";

/** A small host that tests vary: two cells of four cores with two threads each (sibling = core + 8). */

export type HostInput = NonNullable<FleetInput["hosts"]>[number];
export type VmInput = NonNullable<FleetInput["vms"]>[number];
export type NodeInput = NonNullable<FleetInput["nodes"]>[number];

export const host: HostInput = {
  name: "h",
  uri: "test:///default",
  recorded: { source: "configured", date: "2026-05-03" },
  cells: [
    { id: 0, cores: ["0,8", "1,9", "2,10", "3,11"], memory: "16 GiB" },
    { id: 1, cores: ["4,12", "5,13", "6,14", "7,15"], memory: "16 GiB" },
  ],
  reserved: { cpus: "3,11,7,15", memoryPerCell: "1 GiB" },
  pools: [
    { name: "fast", class: "ssd", path: "/fast", capacity: "100 GB" },
    { name: "slow", class: "hdd", path: "/slow", capacity: "1 TB" },
  ],
};

/** A VM that breaks no rule on the small host; its overhead is 8 + 50 + 16 + 8 + 32 = 114 MiB. */
export function vm(name: string, facts: Partial<VmInput> = {}): VmInput {
  return {
    name,
    host: "h",
    vcpus: 2,
    memory: "4 GiB",
    pins: ["0", "8"],
    emulator: "3,11",
    numa: { nodeset: "0" },
    ...facts,
  };
}

/** Floats over the shared CPUs. */
export function floating(name: string, facts: Partial<VmInput> = {}): VmInput {
  const { pins: _pins, numa: _numa, emulator: _emulator, ...rest } = vm(name);
  return { ...rest, ...facts };
}

export function fleetOf(
  vms: VmInput[],
  facts: Partial<HostInput> = {},
  more: Partial<FleetInput> = {},
): Fleet {
  return requireFleet({ hosts: [{ ...host, ...facts }], vms, ...more });
}

/** The parts of findings that people read. */
export function texts(findings: readonly Finding[]): string[] {
  return findings.map((f) => `${f.severity} ${f.rule} ${f.path}: ${f.message} | ${f.remedy}`);
}
