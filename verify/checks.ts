/**
 * Every check of `fleet verify`: its title in the table, and which check of the VM specification it is. docs/verify.md
 * tells source, threshold and remedy of each; a test holds the two together.
 */
export interface Check {
  readonly title: string;
  /** The specification's own words for it; undefined for checks beyond the specification. */
  readonly specification?: string;
  /** True: that it is unknown does not change the exit code, as its tools are often absent. */
  readonly optional?: true;
}

const VERIFICATION = "VM CPU Affinity Verification";
const TUNING = "Performance Tuning Parameters";
const MONITORING = "Monitoring";
const TROUBLE = "Troubleshooting";

export const CHECKS = {
  reachable: { title: "connection" },
  "cpus-online": { title: "CPUs online" },
  "cell-cores": { title: "cores" },
  "cell-memory": { title: "memory" },
  "cell-hugepages": { title: "hugepages" },
  "cell-distances": { title: "distances" },
  sockets: { title: "sockets" },
  cgroup: { title: "cgroups" },
  swap: { title: "swap" },
  "system-disk": { title: "system disk" },
  "pool-filesystem": { title: "file system" },
  uplink: { title: "uplink", optional: true },
  gpu: { title: "GPU" },
  governor: {
    title: "CPU governor",
    specification: `${TUNING}: CPU Governor; ${TROUBLE}: vCPU Scheduling Delays, CPU governor is set to performance`,
  },
  "numa-balancing": { title: "NUMA balancing", specification: `${TUNING}: NUMA Balancing (Disable)` },
  "transparent-hugepages": { title: "THP", specification: `${TUNING}: Transparent Huge Pages, enabled` },
  "thp-defrag": { title: "THP defrag", specification: `${TUNING}: Transparent Huge Pages, defrag` },
  "overcommit-swap": { title: "swap" },
  "overcommit-memory": { title: "memory overcommit" },
  pool: { title: "pool" },
  bridge: { title: "bridge" },
  "free-memory": {
    title: "free memory",
    specification: `${MONITORING}: Memory usage per NUMA node (numastat -m)`,
  },
  "numa-foreign": {
    title: "foreign pages",
    specification: `${TROUBLE}: High Cross-NUMA Traffic, numa_foreign > 1% of total`,
  },
  "emulator-cpu": {
    title: "emulator CPU",
    specification: `${MONITORING}: Emulator CPU usage; ${TROUBLE}: Emulator CPU Bottleneck, > 50%`,
  },
  "emulator-apart": {
    title: "emulators apart",
    specification: `${TROUBLE}: vCPU Scheduling Delays, emulator isn't stealing vCPU cores`,
  },
  "other-processes": {
    title: "other processes",
    specification: `${TROUBLE}: vCPU Scheduling Delays, no other processes using pinned CPUs`,
  },
  "undeclared-vms": {
    title: "undeclared VMs",
    specification: `${TROUBLE}: vCPU Scheduling Delays, no other processes using pinned CPUs`,
  },
  state: { title: "state" },
  autostart: { title: "autostart" },
  "pending-restart": { title: "pending restart" },
  vcpus: { title: "vCPUs" },
  "vcpu-pins": { title: "vCPU pins", specification: `${VERIFICATION}: virsh vcpupin` },
  "vcpu-affinity": { title: "vCPU threads", specification: `${VERIFICATION}: virsh vcpupin` },
  "emulator-pin": { title: "emulator pin", specification: `${VERIFICATION}: virsh emulatorpin` },
  "emulator-affinity": { title: "emulator threads", specification: `${VERIFICATION}: virsh emulatorpin` },
  iothreads: { title: "iothreads" },
  "numa-binding": {
    title: "NUMA binding",
    specification: `${VERIFICATION}: virsh numatune; ${TROUBLE}: High Cross-NUMA Traffic, numa_memory.mode = strict`,
  },
  memory: { title: "memory" },
  balloon: { title: "current memory" },
  "virtio-mem": { title: "virtio-mem" },
  weight: { title: "CPU weight" },
  hugepages: { title: "hugepages" },
  disk: { title: "disk" },
  interface: { title: "interface" },
  "cpu-use": {
    title: "CPU use",
    specification: `${MONITORING}: CPU utilization per VM (virsh domstats --vcpu)`,
  },
  "vcpu-wait": {
    title: "vCPU wait",
    specification: `${TROUBLE}: vCPU Scheduling Delays, vcpu.wait time`,
  },
  "memory-per-cell": {
    title: "memory per cell",
    specification: `${MONITORING}: NUMA statistics (numastat -c qemu-kvm)`,
  },
  "remote-memory": {
    title: "remote memory",
    specification: `${TROUBLE}: High Cross-NUMA Traffic, remote memory access`,
  },
  "memory-policy": {
    title: "memory policy",
    specification: `${TROUBLE}: High Cross-NUMA Traffic, explicitly requesting memory from remote node`,
  },
  "cache-misses": {
    title: "LLC misses",
    specification: `${MONITORING}: Cache hit rates (if available)`,
    optional: true,
  },
} as const satisfies Readonly<Record<string, Check>>;

export type CheckId = keyof typeof CHECKS;

/** Share of the emulator set above which it is a bottleneck. Source: VM specification. */
export const MOST_EMULATOR_SHARE = 0.5;
/** Share of a guest's memory, and of pages, off their cell. Source: VM specification. */
export const MOST_REMOTE_SHARE = 0.01;
/**
 * Share of the time that a pinned vCPU may wait for its CPU. The specification names none; a CPU that nobody else
 * uses gives well below a thousandth, and 1 % are 10 ms of every second.
 */
export const MOST_WAIT_SHARE = 0.01;
/** Share of one CPU from which a process counts as one that uses a pinned CPU. */
export const LEAST_CPU_USE = 0.01;
