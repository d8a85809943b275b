/** Virtual CPUs: model, topology, guest NUMA cells, and how they are pinned and scheduled on the host. */
import { cacheTunes, memoryTunes } from "./cpuShare.ts";
import { choice, cpuSet, int, list, nest, onOff, onOffFlag, size, struct, text, unit } from "./field.ts";
import { caches, interconnects } from "./numaDetail.ts";

const QUOTA = { min: -1 };
// The kernel's bounds for a CFS period, in microseconds.
const PERIOD = { min: 1000, max: 1000000 };

const vcpuPin = struct(
  "DomainCpuTuneVcpuPin",
  "The host CPUs that one vCPU may run on.",
  {
    vcpu: int("@vcpu", "Number of the vCPU, from 0."),
    cpuSet: cpuSet("@cpuset", 'Host CPUs, such as "4" or "4,40".'),
  },
  ["vcpu", "cpuSet"],
);

const emulatorPin = struct(
  "DomainCpuTuneEmulatorPin",
  "The host CPUs that QEMU's own threads may run on.",
  { cpuSet: cpuSet("@cpuset", 'Host CPUs, such as "0-1,36-37".') },
  ["cpuSet"],
);

const ioThreadPin = struct(
  "DomainCpuTuneIoThreadPin",
  "The host CPUs that one I/O thread may run on.",
  {
    ioThread: int("@iothread", "Number of the I/O thread, from 1.", { min: 1 }),
    cpuSet: cpuSet("@cpuset", "Host CPUs."),
  },
  ["ioThread", "cpuSet"],
);

/** Scheduler class and priority, the same for all kinds of thread. */
const schedule = () => ({
  scheduler: choice("@scheduler", "Scheduler class.", ["batch", "idle", "fifo", "rr"]),
  priority: int("@priority", "Priority, 1 to 99; for fifo and rr only.", { min: 1, max: 99 }),
});

const vcpuSched = () =>
  struct(
    "DomainCpuTuneVcpuSched",
    "Scheduler class of some vCPUs.",
    { vcpus: cpuSet("@vcpus", "vCPUs that this holds for."), ...schedule() },
    ["vcpus"],
  );

const emulatorSched = () =>
  struct("DomainCpuTuneEmulatorSched", "Scheduler class of QEMU's own threads.", schedule());

const ioThreadSched = () =>
  struct(
    "DomainCpuTuneIoThreadSched",
    "Scheduler class of some I/O threads.",
    { ioThreads: cpuSet("@iothreads", "Numbers of the I/O threads that this holds for."), ...schedule() },
    ["ioThreads"],
  );

export const cpuTune = struct("DomainCpuTune", "CPU pinning and scheduling on the host.", {
  vcpuPins: list("vcpupin", vcpuPin, "Pins of vCPUs; one per vCPU.", { key: "vcpu", closed: true }),
  emulatorPin: nest("emulatorpin", emulatorPin, "Pin of QEMU's own threads."),
  ioThreadPins: list("iothreadpin", ioThreadPin, "Pins of I/O threads.", { key: "ioThread", closed: true }),
  shares: int(
    "shares",
    "Relative CPU weight against other VMs. cgroup v2 hosts take 1 to 10000, cgroup v1 hosts 2 to 262144. Default: the host's (100 or 1024).",
    { min: 1, max: 262144 },
  ),
  period: int("period", "Enforcement period of each vCPU's quota, in microseconds, 1000 to 1000000.", PERIOD),
  quota: int("quota", "CPU time each vCPU may use per period, in microseconds; -1: no limit.", QUOTA),
  globalPeriod: int("global_period", "Period of the whole VM's quota, in microseconds.", PERIOD),
  globalQuota: int(
    "global_quota",
    "CPU time of the whole VM per period, in microseconds; -1: no limit.",
    QUOTA,
  ),
  emulatorPeriod: int("emulator_period", "Period of the emulator's quota, in microseconds.", PERIOD),
  emulatorQuota: int(
    "emulator_quota",
    "CPU time of the emulator per period, in microseconds; -1: no limit.",
    QUOTA,
  ),
  ioThreadPeriod: int("iothread_period", "Period of the I/O threads' quota, in microseconds.", PERIOD),
  ioThreadQuota: int(
    "iothread_quota",
    "CPU time of each I/O thread per period, in microseconds; -1: no limit.",
    QUOTA,
  ),
  vcpuScheds: list("vcpusched", vcpuSched, "Scheduler classes of vCPUs.", { key: "vcpus" }),
  emulatorSched: nest("emulatorsched", emulatorSched, "Scheduler class of QEMU's own threads."),
  ioThreadScheds: list("iothreadsched", ioThreadSched, "Scheduler classes of I/O threads.", {
    key: "ioThreads",
  }),
  cacheTunes: cacheTunes(),
  memoryTunes: memoryTunes(),
});

const sibling = struct(
  "DomainCpuNumaCellDistancesSibling",
  "Distance to one guest cell.",
  {
    id: int("@id", "Number of the other guest cell."),
    value: int("@value", "Distance, 10 (the cell itself) to 255.", { min: 10, max: 255 }),
  },
  ["id", "value"],
);

const numaCell = struct(
  "DomainCpuNumaCell",
  "One NUMA cell as the guest sees it.",
  {
    id: int("@id", "Number of the cell, from 0."),
    cpus: cpuSet("@cpus", "vCPUs of the cell."),
    memory: size("@memory", "Memory of the cell, in `unit`.", "unit", "KiB"),
    unit: unit("@unit", "Unit of `memory`. Default: KiB."),
    memAccess: choice("@memAccess", "Whether other processes may map the memory.", ["shared", "private"]),
    discard: choice("@discard", "Whether memory is given back when the VM ends.", ["yes", "no"]),
    distances: nest(
      "distances",
      struct("DomainCpuNumaCellDistances", "Distances from a guest cell.", {
        siblings: list("sibling", sibling, "Distance to each cell.", { key: "id" }),
      }),
      "Distances to the other cells.",
    ),
    caches: caches(),
  },
  ["memory"],
);

export const cpu = struct("DomainCpu", "CPU model and topology as the guest sees them.", {
  mode: choice("@mode", "How the model is chosen.", ["custom", "host-model", "host-passthrough", "maximum"]),
  match: choice("@match", "How strictly the host must provide the model.", ["minimum", "exact", "strict"]),
  check: choice("@check", "How the CPU is checked before start.", ["none", "partial", "full"]),
  migratable: onOffFlag("@migratable", "Leave out features that block migration."),
  deprecatedFeatures: onOff(
    "@deprecated_features",
    "Whether features that the host's CPU model calls deprecated are on (s390x). Older hosts do not have it.",
  ),
  model: text("model", "Name of the model, for mode custom."),
  modelFallback: choice("model/@fallback", "Whether a similar model may be taken.", ["allow", "forbid"]),
  modelVendorId: text("model/@vendor_id", "Vendor id shown to the guest, 12 characters."),
  vendor: text("vendor", "Vendor that the host's CPU must have."),
  topology: nest(
    "topology",
    struct("DomainCpuTopology", "Sockets, cores and threads; their product is the maximum of vCPUs.", {
      sockets: int("@sockets", "Sockets.", { min: 1 }),
      dies: int("@dies", "Dies per socket. Default: 1.", { min: 1 }),
      clusters: int("@clusters", "Clusters per die. Default: 1.", { min: 1 }),
      cores: int("@cores", "Cores per die or cluster.", { min: 1 }),
      threads: int("@threads", "Threads per core.", { min: 1 }),
    }),
    "Topology.",
  ),
  features: list(
    "feature",
    struct("DomainCpuFeature", "One CPU feature.", {
      name: text("@name", "Name of the feature, such as `pdpe1gb`."),
      policy: choice("@policy", "What to do.", ["force", "require", "optional", "disable", "forbid"]),
    }),
    "Features added to or taken from the model.",
    { key: "name" },
  ),
  cache: nest(
    "cache",
    struct(
      "DomainCpuCache",
      "CPU cache as the guest sees it.",
      {
        mode: choice("@mode", "Kind.", ["emulate", "passthrough", "disable"]),
        level: int("@level", "Cache level."),
      },
      ["mode"],
    ),
    "Cache information.",
  ),
  maxPhysAddr: nest(
    "maxphysaddr",
    struct(
      "DomainCpuMaxPhysAddr",
      "Width of physical addresses.",
      {
        mode: choice("@mode", "How it is chosen.", ["emulate", "passthrough"]),
        bits: int("@bits", "Width in bits, for emulate."),
        limit: int("@limit", "Largest width in bits, for passthrough."),
      },
      ["mode"],
    ),
    "Width of physical addresses.",
  ),
  numa: nest(
    "numa",
    struct("DomainCpuNuma", "NUMA cells as the guest sees them.", {
      cells: list("cell", numaCell, "The cells.", { key: "id" }),
      interconnects: nest("interconnects", interconnects, "How fast cells reach each other's memory."),
    }),
    "Guest NUMA topology.",
  ),
});
