import { type FleetInput, parseFleet } from "../../model/fleet.ts";

/** A small sound fleet with one of everything; tests change one thing in it. */
export function soundFleet() {
  return {
    hosts: [
      {
        name: "h",
        uri: "qemu:///system",
        recorded: { source: "configured", date: "2026-05-03" },
        cells: [{ id: 0, cores: ["0,2", "1,3"], memory: "16 GiB" }],
        reserved: { memoryPerCell: "1 GiB" },
        pools: [{ name: "p", class: "ssd", path: "/p", capacity: "100 GB" }],
        bridges: [{ name: "br0" }],
      },
    ],
    vms: [
      { name: "a", host: "h", vcpus: 1, memory: "2 GiB", minimumMemory: "1 GiB", bridge: "br0" },
      {
        name: "b",
        host: "h",
        vcpus: 1,
        memory: "2 GiB",
        pins: ["2"],
        disks: [{ name: "os", class: "ssd", size: "10 GB", pool: "p" }],
        taints: [{ key: "workload", value: "x", effect: "NoSchedule" }],
      },
    ],
    nodes: [
      {
        name: "n",
        vm: "a",
        recorded: { source: "detected", date: "2026-05-03" },
        allocatable: { cpu: 1, memory: "1.5Gi", ephemeralStorage: "5Gi", pods: 110 },
      },
    ],
    scaleSets: [
      {
        name: "s",
        scope: "org",
        labels: ["kvm"],
        maxRunners: 1,
        containers: [{ name: "runner", requests: { cpu: "500m", memory: "1Gi" } }],
      },
    ],
    policy: {
      overflow: [
        {
          node: "n",
          taint: { key: "t", effect: "NoSchedule" },
          lanes: [{ scaleSet: "s", gates: [], rollbackNode: "n" }],
        },
      ],
    },
  } satisfies FleetInput;
}

/** Sets the value at a property path; `undefined` removes the property. */
export function change(root: unknown, path: string, value: unknown): void {
  const keys = path.split(/[.[\]]+/).filter((k) => k !== "");
  const last = keys.pop() as string;
  let at = root as Record<string, unknown>;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
}

/** The findings of the sound fleet after the changes, as `path: message remedy`. */
export function complaints(changes: Readonly<Record<string, unknown>>): string[] {
  const fleet: unknown = soundFleet();
  for (const [path, value] of Object.entries(changes)) change(fleet, path, value);
  return parseFleet(fleet).findings.map((f) => `${f.message} ${f.remedy}`);
}
