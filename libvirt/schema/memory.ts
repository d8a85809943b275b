/** Memory: host NUMA binding, backing pages, limits. */
import { choice, cpuSet, flag, int, list, nest, size, struct, unit } from "./field.ts";

const MODES = ["strict", "preferred", "interleave", "restrictive"] as const;
const MODE_DOC =
  "How the nodes bind: strict fails rather than going elsewhere; restrictive leaves the choice to the cpuset cgroup and can be moved while the VM runs.";

export const numaTune = struct("DomainNumaTune", "Host NUMA nodes that the memory comes from.", {
  memory: nest(
    "memory",
    struct("DomainNumaTuneMemory", "Binding of all memory.", {
      mode: choice("@mode", MODE_DOC, MODES),
      nodeset: cpuSet("@nodeset", 'Host NUMA nodes, such as "0" or "0-1".'),
      placement: choice("@placement", "Who chooses the nodes. Default: static with a nodeset.", [
        "static",
        "auto",
      ]),
    }),
    "Binding of all memory.",
  ),
  memNodes: list(
    "memnode",
    struct(
      "DomainNumaTuneMemNode",
      "Binding of one guest cell's memory.",
      {
        cellId: int("@cellid", "Number of the guest cell."),
        mode: choice("@mode", MODE_DOC, MODES),
        nodeset: cpuSet("@nodeset", "Host NUMA nodes."),
      },
      ["cellId", "mode", "nodeset"],
    ),
    "Binding per guest cell.",
    { key: "cellId", closed: true },
  ),
});

const hugepage = struct(
  "DomainMemoryBackingMemoryHugePagesHugepage",
  "A page size, and the guest cells that take it.",
  {
    size: size("@size", "Page size, in `unit`.", "unit", "KiB"),
    unit: unit("@unit", "Unit of `size`. Default: KiB."),
    nodeset: cpuSet("@nodeset", "Guest cells. Default: all."),
  },
  ["size"],
);

export const memoryBacking = struct("DomainMemoryBacking", "How guest memory is backed on the host.", {
  memoryHugePages: nest(
    "hugepages",
    struct("DomainMemoryBackingMemoryHugePages", "Huge pages.", {
      hugepages: list("page", hugepage, "Page sizes. Without any: the host's default huge page."),
    }),
    "Back memory by huge pages of the host; they must have been reserved there.",
  ),
  memoryNosharepages: flag("nosharepages", "Keep the host from merging equal pages (KSM)."),
  memoryLocked: flag("locked", "Lock memory in RAM; wants a hard limit in `memoryTune`."),
  memorySource: nest(
    "source",
    struct("DomainMemoryBackingMemorySource", "Kind of backing.", {
      type: choice("@type", "Kind.", ["anonymous", "file", "memfd"]),
    }),
    "Kind of backing.",
  ),
  memoryAccess: nest(
    "access",
    struct("DomainMemoryBackingMemoryAccess", "Sharing of memory with other processes.", {
      mode: choice("@mode", "Mode.", ["shared", "private"]),
    }),
    "Sharing of memory with other processes, as vhost-user needs.",
  ),
  memoryAllocation: nest(
    "allocation",
    struct("DomainMemoryBackingMemoryAllocation", "When memory is allocated.", {
      mode: choice("@mode", "On demand or at start.", ["immediate", "ondemand"]),
      threads: int("@threads", "Threads that allocate.", { min: 1 }),
    }),
    "When memory is allocated.",
  ),
  memoryDiscard: flag("discard", "Discard memory when the VM ends."),
});

export const memoryTune = struct("DomainMemoryTune", "Limits of the host memory that QEMU may use in all.", {
  hardLimit: size(
    "hard_limit",
    "Most memory, in `hardLimitUnit`; QEMU is killed beyond it.",
    "hardLimitUnit",
    "KiB",
  ),
  hardLimitUnit: unit("hard_limit/@unit", "Unit of `hardLimit`. Default: KiB."),
  softLimit: size(
    "soft_limit",
    "Limit under host memory pressure, in `softLimitUnit`.",
    "softLimitUnit",
    "KiB",
  ),
  softLimitUnit: unit("soft_limit/@unit", "Unit of `softLimit`. Default: KiB."),
  swapHardLimit: size("swap_hard_limit", "Most memory and swap together.", "swapHardLimitUnit", "KiB"),
  swapHardLimitUnit: unit("swap_hard_limit/@unit", "Unit of `swapHardLimit`. Default: KiB."),
  minGuarantee: size(
    "min_guarantee",
    "Guaranteed memory; not every hypervisor has it.",
    "minGuaranteeUnit",
    "KiB",
  ),
  minGuaranteeUnit: unit("min_guarantee/@unit", "Unit of `minGuarantee`. Default: KiB."),
});
