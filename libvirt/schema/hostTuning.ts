/** Settings of a host's kernel; no part of libvirt's XML. */
import { choice, int, list, nest, option, pattern, struct, texts } from "./field.ts";

/** Sizes of hugepages that Linux has on some machine. */
export const HUGEPAGE_SIZES = ["64KiB", "1MiB", "2MiB", "16MiB", "32MiB", "512MiB", "1GiB", "16GiB"] as const;

/** NUMA cells that Linux can have at all (MAX_NUMNODES). */
const MAX_CELL = 1023;
/** What a 64-bit count of pages can sensibly be. */
const MAX_PAGES = 2 ** 40;

const governor = (doc: string) =>
  pattern("", doc, /^[a-z][a-z_]{0,14}$/, 'the name of a governor, such as "performance"');

const numaBalancing = (doc: string) => int("", doc, { max: 3 });

const transparentHugepages = (doc: string) =>
  nest(
    "",
    struct("HostTuningTransparentHugepages", "Transparent huge pages.", {
      enabled: choice(
        "",
        "Who gets them: everyone, who asks for them (QEMU does for guest memory), or nobody. Default: left as it is.",
        ["always", "madvise", "never"],
      ),
      defrag: choice(
        "",
        "Whether a page fault waits until a huge page has been made by moving memory. Default: left as it is.",
        ["always", "defer", "defer+madvise", "madvise", "never"],
      ),
    }),
    doc,
  );

const hugepages = (doc: string) =>
  list(
    "",
    struct(
      "HostTuningHugepages",
      "Hugepages of one size in one NUMA cell.",
      {
        cell: int("", "The NUMA cell's number.", { max: MAX_CELL }),
        size: choice("", "Size of a page.", HUGEPAGE_SIZES as unknown as [string, ...string[]]),
        count: int("", "Number of pages that are kept for who asks for this size.", { max: MAX_PAGES }),
      },
      ["cell", "size", "count"],
    ),
    doc,
    { key: "cell size" },
  );

export const hostTuning = struct(
  "HostTuning",
  "Settings of the host's kernel that pinned VMs want: set at once, kept over a reboot, compared at each refresh, and set back to what they were when the resource is deleted. One for each host. It needs root on the host, by the connection's user or by sudo without a password, and a connection that carries commands (local, or qemu+ssh).",
  {
    governor: governor(
      "Governor of the CPUs' frequency, on all of them. Default: left as it is. Any but `performance` can hurt running guests.",
    ),
    numaBalancing: numaBalancing(
      "`kernel.numa_balancing`: 0 leaves memory where it was placed. Default: left as it is. More than 0 can hurt running guests.",
    ),
    transparentHugepages: transparentHugepages(
      "Transparent huge pages. Default: left as they are. A change from or to `never`, and to a `defrag` that waits, can hurt running guests.",
    ),
    hugepages: hugepages(
      "Hugepages by NUMA cell and size; what is not listed is left as it is. Fewer than are in use, and more than fit into free memory, can hurt running guests.",
    ),
    allowDisruption: option(
      "Whether a change that can hurt running guests is made while guests run. Without it such a change is written for the next boot and listed in `pending`, with a warning. Default: false.",
    ),
  },
);

const values = (name: string, doc: string) =>
  struct(name, doc, {
    governor: pattern(
      "",
      "Governor; where CPUs differ, each governor with its CPUs, such as `powersave:0-35 performance:36-71`.",
      /^[a-z_]{1,15}$|^[a-z_]{1,15}:[\d,-]+( [a-z_]{1,15}:[\d,-]+)*$/,
      "governors with their CPUs",
    ),
    numaBalancing: numaBalancing("`kernel.numa_balancing`."),
    transparentHugepages: transparentHugepages("Transparent huge pages."),
    hugepages: hugepages("Hugepages by NUMA cell and size."),
  });

/** Values of declared settings, as the outputs and the note on the host have them. */
export const hostTuningValues = values("HostTuningValues", "Values of the settings that are declared.");

export const hostTuningOutputs = struct(
  "HostTuningOutputs",
  "What the host adds.",
  {
    before: nest(
      "",
      hostTuningValues,
      "What the declared settings were before; a setting that is no longer declared is set back to it.",
    ),
    live: nest("", hostTuningValues, "What the declared settings are."),
    pending: texts("", "Settings that wait for the next boot or for `allowDisruption`, and why."),
  },
  ["before", "live", "pending"],
);
