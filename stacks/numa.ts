import { defineFleet, type FleetInput } from "../model/fleet.ts";

/**
 * The NUMA host and its four VMs, as the VM specification has them: 72 threads, two sockets of 18 cores,
 * the sibling of core n is thread n + 36.
 *
 * Not recorded in the specification, and so configured here: the cells' physical memory (128 GiB each), the
 * memory kept for the host (4 GiB a cell), the pools' capacities, the bridge's bandwidth, the connection URI and
 * the date. Replace them by an audit. The SSH key is shortened there, dots included: put your own in its place.
 */

type VM = NonNullable<FleetInput["vms"]>[number];

const socket = (first: number) => Array.from({ length: 18 }, (_, i) => `${first + i},${first + i + 36}`);
/** Pins core by core, both threads of a core beside each other, so that guest siblings are host siblings. */
const pinCores = (first: number, cores: number) =>
  Array.from({ length: cores }, (_, i) => [`${first + i}`, `${first + i + 36}`]).flat();

const images = "/var/lib/libvirt/images";
const admin = { name: "admin", sshAuthorizedKeys: ["ssh-rsa AAAAB3NzaC1yc2E... user@host"] };

const osDisk = (file: string) =>
  ({ name: "os", class: "ssd", size: "40 GB", file, baseImage: `${images}/base.qcow2` }) as const;

const common = (short: string) =>
  ({
    host: "numa",
    bridge: "br0",
    cloudInit: { users: [admin], seed: `${images}/${short}-cloud-init.iso` },
  }) satisfies Partial<VM>;

const taint = (value: string) => ({ key: "workload", value, effect: "NoSchedule" }) as const;

export const numa = defineFleet({
  hosts: [
    {
      name: "numa",
      uri: "qemu+ssh://root@numa/system",
      recorded: {
        source: "configured",
        date: "2026-05-03",
        note: "VM specification; 128 GiB a cell, the pools' capacities and 10Gbps are assumed, not recorded.",
      },
      cells: [
        { id: 0, cores: socket(0), memory: "128 GiB" },
        { id: 1, cores: socket(18), memory: "128 GiB" },
      ],
      reserved: { cpus: "16-17,34-35,52-53,70-71", memoryPerCell: "4 GiB" },
      pools: [
        { name: "images", class: "ssd", path: images, capacity: "960 GB" },
        { name: "lake", class: "hdd", path: "/var/lib/libvirt/lake", capacity: "10 TB" },
      ],
      bridges: [{ name: "br0", bandwidth: "10Gbps" }],
      tuning: {
        governor: "performance",
        numaBalancing: 0,
        transparentHugepages: { enabled: "always", defrag: "always" },
      },
    },
  ],
  vms: [
    {
      ...common("slm-heavy"),
      name: "k3s-worker-slm-heavy",
      purpose: "Heavy SLM inference workload",
      vcpus: 32,
      memory: "120832 MiB",
      pins: pinCores(0, 16),
      emulator: "16-17,52-53",
      numa: { nodeset: "0", mode: "strict" },
      disks: [osDisk("slm-heavy.qcow2")],
      role: "k3s-agent",
      taints: [taint("slm")],
    },
    {
      ...common("data"),
      name: "k3s-worker-data",
      purpose: "Database + data lake workload",
      vcpus: 12,
      memory: "61440 MiB",
      pins: pinCores(18, 6),
      emulator: "34-35,70-71",
      numa: { nodeset: "1", mode: "strict" },
      disks: [
        osDisk("data.qcow2"),
        {
          name: "hot",
          class: "ssd",
          size: "80 GB",
          precious: true,
          mount: "/data/hot",
          folders: ["clean", "staging"],
        },
        {
          name: "cold",
          class: "hdd",
          size: "8 TB",
          precious: true,
          mount: "/data/lake",
          folders: ["clean/bronze", "clean/silver", "clean/gold", "archive", "raw"],
        },
      ],
      role: "k3s-agent",
      taints: [taint("data")],
    },
    {
      ...common("slm"),
      name: "k3s-worker-slm",
      purpose: "Light SLM inference workload",
      vcpus: 8,
      memory: "32768 MiB",
      pins: pinCores(24, 4),
      emulator: "34-35,70-71",
      numa: { nodeset: "1", mode: "strict" },
      disks: [osDisk("slm.qcow2")],
      role: "k3s-agent",
      taints: [taint("slm")],
    },
    {
      ...common("tasks"),
      name: "k3s-server-tasks",
      purpose: "K3s control plane + heavy parallel processing",
      vcpus: 12,
      memory: "24576 MiB",
      pins: pinCores(28, 6),
      emulator: "34-35,70-71",
      numa: { nodeset: "1", mode: "strict" },
      disks: [osDisk("tasks.qcow2")],
      role: "k3s-server",
      taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }, taint("tasks")],
    },
  ],
});
