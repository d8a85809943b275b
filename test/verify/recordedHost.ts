import { type FleetInput, requireFleet } from "../../model/fleet.ts";

/** A host of which every figure is recorded, with one VM on it. */
export function recordedHost(source: "detected" | "configured" = "detected"): FleetInput {
  return {
    hosts: [
      {
        name: "lab",
        uri: "qemu:///system",
        recorded: { source, date: "2026-05-03" },
        sockets: 2,
        cells: [
          {
            id: 0,
            cores: ["0,4", "1,5"],
            memory: "64 GiB",
            hugepages: { "2MiB": 512, "1GiB": 4 },
            distances: { "0": 10, "1": 21 },
          },
          { id: 1, cores: ["2,6", "3,7"], memory: "64 GiB", distances: { "0": 21, "1": 10 } },
        ],
        reserved: { memoryPerCell: "2 GiB" },
        pools: [{ name: "fast", class: "ssd", path: "/srv/fast", capacity: "1 TB", filesystem: "/srv/fast" }],
        bridges: [{ name: "br0", bandwidth: "25Gbps" }],
        cgroup: "v2",
        swap: "16 GiB",
        systemDisk: { capacity: "100 GB" },
        gpus: [
          {
            address: "0000:65:00.0",
            mode: "vgpu",
            model: "10de:20b5",
            functions: 16,
            profiles: [{ type: "nvidia-474", name: "A100-2-10C", instances: 4 }],
          },
          { address: "0000:ca:00.0", mode: "passthrough", iommuGroup: 17 },
        ],
      },
    ],
    vms: [
      {
        name: "db",
        host: "lab",
        vcpus: 2,
        memory: "30 GiB",
        pins: [0, 4],
        emulator: 1,
        numa: { nodeset: 0 },
        disks: [{ name: "os", class: "ssd", size: "100 GB" }],
      },
    ],
  };
}

export const fleetOf = (input: FleetInput) => requireFleet(input);
