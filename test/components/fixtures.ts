import { type FleetInput, requireFleet } from "../../model/fleet.ts";
import type { Host } from "../../model/host.ts";
import type { ScaleSet } from "../../model/scaleset.ts";
import type { VM } from "../../model/vm.ts";

type Written<K extends "hosts" | "vms" | "scaleSets"> = NonNullable<FleetInput[K]>[number];

const host: Written<"hosts"> = {
  name: "h",
  uri: "qemu:///system",
  recorded: { source: "configured", date: "2026-05-06" },
  cells: [{ id: 0, cores: ["0,4", "1,5", "2,6", "3,7"], memory: "64 GiB" }],
  reserved: { memoryPerCell: "1 GiB" },
  pools: [
    { name: "fast", class: "ssd", path: "/pools/fast", capacity: "1 TB" },
    { name: "slow", class: "hdd", path: "/pools/slow", capacity: "1 TB" },
  ],
  bridges: [{ name: "br0" }],
};

/** A host of four cores with two threads each, cores `n` and `n + 4`. */
export function aHost(change: Partial<Written<"hosts">> = {}): Host {
  return requireFleet({ hosts: [{ ...host, ...change }] }).hosts[0] as Host;
}

/** A VM that only has what must be there, with the given changes, checked as in a fleet. */
export function aVm(change: Partial<Written<"vms">> = {}): VM {
  const vm: Written<"vms"> = { name: "v", host: "h", vcpus: 2, memory: "1 GiB", ...change };
  return requireFleet({ hosts: [host], vms: [vm] }).vms[0] as VM;
}

/** A scale set of bare runners, with the given changes, checked as in a fleet. */
export function aScaleSet(change: Partial<Written<"scaleSets">> = {}): ScaleSet {
  const set: Written<"scaleSets"> = {
    name: "s",
    scope: "o/r",
    labels: ["l"],
    maxRunners: 2,
    image: "runner:1",
    containers: [
      {
        name: "runner",
        requests: { cpu: "500m", memory: "1Gi", ephemeralStorage: "2Gi" },
        limits: { cpu: "1", memory: "1536Mi", ephemeralStorage: "3Gi" },
      },
    ],
    ...change,
  };
  return requireFleet({ scaleSets: [set] }).scaleSets[0] as ScaleSet;
}
