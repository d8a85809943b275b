import { z } from "zod";
import * as f from "./fields.ts";

/** What a hypervisor host's kernel is set to for its VMs. */

const oneOf = <const T extends readonly [string, ...string[]]>(values: T, description: string) =>
  z
    .enum(values, { error: () => `expected one of ${values.join(", ")}` })
    .meta({ description })
    .optional();

const BALANCING = "expected 0 (off) or 1 (on)";

export const tuning = z
  .strictObject({
    governor: oneOf(
      ["performance", "powersave", "ondemand", "conservative", "schedutil", "userspace"],
      "Governor of the CPUs' frequency, on every CPU; left as it is by default. A virtual machine has none. Effect of a change: live.",
    ),
    numaBalancing: z
      .literal([0, 1], { error: () => BALANCING })
      .meta({
        description:
          "`kernel.numa_balancing`: 0 leaves memory where it was placed; left as it is by default. Effect of a change: live.",
      })
      .optional(),
    transparentHugepages: z
      .strictObject({
        enabled: oneOf(
          ["always", "madvise", "never"],
          "Who gets them: everyone, who asks for them (QEMU does for guest memory), or nobody; left as it is by default. Effect of a change: live.",
        ),
        defrag: oneOf(
          ["always", "defer", "defer+madvise", "madvise", "never"],
          "Whether a page fault waits until a huge page has been made; left as it is by default. Effect of a change: live.",
        ),
      })
      .meta({ description: "Transparent huge pages; left as they are by default." })
      .optional(),
    hugepages: f
      .yesNo(
        "Whether the `hugepages` of the cells are reserved by an update; otherwise they are taken to be there. Effect of a change: live.",
      )
      .default(false),
    allowDisruption: f
      .yesNo(
        "Whether a change that can hurt running guests is made while guests run. Otherwise it waits for the host's next boot, with a warning.",
      )
      .default(false),
  })
  .meta({ id: "Tuning", description: "Settings of the host's kernel, set and kept by an update." });
export type Tuning = z.output<typeof tuning>;
