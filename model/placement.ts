import { z } from "zod";
import * as f from "./fields.ts";

/** How VMs that name no host are placed, by how much resources are overcommitted, and when a host is under pressure. */

/** Resources that a ratio applies to, in the order in which they are told. */
export const RATIO_RESOURCES = ["cpu", "memory", "disk", "network", "diskIo"] as const;
export type RatioResource = (typeof RATIO_RESOURCES)[number];

export type Ratios = Readonly<Record<RatioResource, number>>;

/**
 * Ratios by the name of a preset. `strict` promises nothing twice, and is what pinned hosts want; `production`,
 * `homelab` and `scratch` are the scheduler guide's recommended ratios, which name none for network and disk I/O;
 * `resources` has the defaults of the resources document.
 */
export const PRESETS = {
  strict: { cpu: 1, memory: 1, disk: 1, network: 1, diskIo: 1 },
  production: { cpu: 1, memory: 1, disk: 1, network: 1, diskIo: 1 },
  homelab: { cpu: 2, memory: 1.2, disk: 1.1, network: 1, diskIo: 1 },
  scratch: { cpu: 4, memory: 1.5, disk: 1.5, network: 1, diskIo: 1 },
  resources: { cpu: 4, memory: 1, disk: 1, network: 2, diskIo: 2 },
} as const satisfies Readonly<Record<string, Ratios>>;
export type Preset = keyof typeof PRESETS;
const presets = Object.keys(PRESETS) as [Preset, ...Preset[]];

/** A ratio above it is a slip of the pen: a hundred VMs' promises for each that can be kept. */
const MOST_RATIO = 100;
const EXPECTED_RATIO = `expected a ratio above 0, at most ${MOST_RATIO}`;

const overcommitRatio = z
  .number({ error: () => EXPECTED_RATIO })
  .positive({ error: () => EXPECTED_RATIO })
  .max(MOST_RATIO, { error: () => EXPECTED_RATIO })
  .optional()
  .meta({
    description:
      "Multiplies what there is: 1.0 promises what there is, above 1.0 promises more, below 1.0 keeps some back. By default the preset's. Effect of a change: judged anew.",
  });

const resource = (what: string) =>
  z
    .strictObject({
      enabled: f
        .yesNo(
          `Whether ${what} counts where a VM is placed: false leaves it out of the fit and of the score. Default true. Effect of a change: judged anew.`,
        )
        .default(true),
      overcommitRatio,
    })
    .prefault({})
    .meta({ description: `How ${what} is counted.` });

const EXPECTED_PERCENT = "expected a percentage from 1 to 99";

const condition = (what: string, thresholdPercent: number, consecutiveRequired: number) =>
  z
    .strictObject({
      enabled: f
        .yesNo(
          "Whether it is looked for; false never sets it. Default true. Effect of a change: judged anew.",
        )
        .default(true),
      thresholdPercent: z
        .int({ error: () => EXPECTED_PERCENT })
        .min(1, { error: () => EXPECTED_PERCENT })
        .max(99, { error: () => EXPECTED_PERCENT })
        .default(thresholdPercent)
        .meta({
          description: `Set when less than this part of it is free. Default ${thresholdPercent}.`,
        }),
      consecutiveRequired: f
        .countFromOne(
          `Observations in a row below the threshold that set it; the first one at or above clears it. Default ${consecutiveRequired}.`,
        )
        .default(consecutiveRequired),
    })
    .prefault({})
    .meta({ description: what });

export const placement = z
  .strictObject({
    algorithm: z
      .enum(["resource_aware", "least_vm_count"], {
        error: () => 'expected "resource_aware" or "least_vm_count"',
      })
      .default("resource_aware")
      .meta({
        description:
          "`resource_aware` (default): the host with most left over the enabled resources (LeastAllocated). `least_vm_count`: the host with the fewest VMs. Ties go to the first name in lower case. Effect of a change: VMs that are not placed yet.",
      }),
    preset: z
      .enum(presets, { error: () => `expected one of ${presets.join(", ")}` })
      .default("strict")
      .meta({
        description:
          "Overcommit ratios by name: `strict` (default) and `production` 1.0 throughout; `homelab` CPU 2.0, memory 1.2, disk 1.1; `scratch` 4.0, 1.5, 1.5; `resources` CPU 4.0, network 2.0, disk I/O 2.0. Effect of a change: judged anew.",
      }),
    resources: z
      .strictObject({
        cpu: resource("CPU").meta({
          description:
            "How CPU is counted. Its ratio applies to shared CPUs only; dedicated ones are always 1.0.",
        }),
        memory: resource("memory"),
        disk: resource("disk"),
        network: resource("network"),
        diskIo: resource("disk I/O"),
      })
      .prefault({})
      .meta({ description: "What counts, and by which ratio." }),
    pressure: z
      .strictObject({
        memory: condition("Memory pressure of a host: available against total memory.", 10, 3),
        systemDisk: condition("System disk pressure of a host: its root file system.", 10, 3),
        disk: condition("Disk pressure of a pool; other pools of the host stay eligible.", 15, 1),
      })
      .prefault({})
      .meta({ description: "When `fleet watch` takes a host or a pool out of placement." }),
    defaultLimits: f
      .yesNo(
        "Whether interfaces and disks without limits of their own get them in proportion to the VM's vCPUs. Default: true under the preset `resources`, else false. Effect of a change: live.",
      )
      .optional(),
  })
  .meta({
    id: "Placement",
    description: "How VMs without a host are placed, and what may be overcommitted.",
  });
export type Placement = z.output<typeof placement>;

/** Whether limits are derived: as the fleet says, else only under the preset of the document that has them. */
export function hasDefaultLimits({ preset, defaultLimits }: Placement): boolean {
  return defaultLimits ?? preset === "resources";
}

/** The ratios that hold: the given ones, else the preset's. */
export function ratiosOf({ preset, resources }: Placement): Ratios {
  const ratio = (name: RatioResource) => resources[name].overcommitRatio ?? PRESETS[preset][name];
  return {
    cpu: ratio("cpu"),
    memory: ratio("memory"),
    disk: ratio("disk"),
    network: ratio("network"),
    diskIo: ratio("diskIo"),
  };
}
