import { z } from "zod";
import { formatCpuset } from "./cpuset.ts";
import * as f from "./fields.ts";
import { type Finding, finding } from "./finding.ts";
import type { Host } from "./host.ts";
import { eachSound, type Outline } from "./outline.ts";

/** A GPU that VMs of a host can be given: as a whole, or in slices that its driver makes (vGPUs). */

const PCI_ADDRESS = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/;
const EXPECTED_ADDRESS = 'expected a PCI address, like "0000:65:00.0"';
const PCI_MODEL = /^[0-9a-f]{4}:[0-9a-f]{4}$/;
const EXPECTED_MODEL = 'expected vendor and device as PCI has them, like "10de:20b5"';

export const GPU_MODES = ["passthrough", "vgpu"] as const;

const gpuProfile = z
  .strictObject({
    type: f.line("The mediated device type, as the folder in `mdev_supported_types` is called."),
    name: f.line("What the driver calls it; absent if it names none.").optional(),
    instances: f.countFromZero(
      "vGPUs of this type that the GPU can hold at once if it holds no others: those that are free plus those in use.",
    ),
  })
  .meta({
    id: "GpuProfile",
    description: "A kind of vGPU that a GPU offers. Effect of a change: judged anew.",
    examples: [{ type: "nvidia-474", name: "NVIDIA A100-2-10C", instances: 4 }],
  });

export const gpu = z
  .strictObject({
    address: z
      .string({ error: () => EXPECTED_ADDRESS })
      .regex(PCI_ADDRESS, { error: () => EXPECTED_ADDRESS })
      .meta({ description: "The GPU's PCI address on its host.", examples: ["0000:65:00.0"] }),
    mode: z.enum(GPU_MODES, { error: () => 'expected the mode "passthrough" or "vgpu"' }).meta({
      description:
        "`passthrough`: a VM gets the whole function, which is one slot. `vgpu`: VMs get mediated devices, one to a virtual function.",
    }),
    model: z
      .string({ error: () => EXPECTED_MODEL })
      .regex(PCI_MODEL, { error: () => EXPECTED_MODEL })
      .optional()
      .meta({ description: "PCI vendor and device; not recorded by default.", examples: ["10de:20b5"] }),
    cell: f
      .countFromZero(
        "NUMA cell that the GPU is attached to; not recorded by default, as where there is one cell.",
      )
      .optional(),
    iommuGroup: f
      .countFromZero(
        "IOMMU group of a function for passthrough: all functions of a group go to one VM. Absent: the host's IOMMU is off, and nothing can be passed through.",
      )
      .optional(),
    functions: f
      .countFromZero(
        "SR-IOV virtual functions that are enabled; each carries one vGPU. Default: none, and the profiles tell how many vGPUs there can be.",
      )
      .default(0),
    profiles: z
      .array(gpuProfile)
      .default([])
      .meta({ description: "Kinds of vGPU that it offers; none by default." }),
    recorded: f.ownRecord.optional(),
  })
  .meta({ id: "Gpu", description: "A GPU of the host. Effect of a change: judged anew." });
export type Gpu = z.output<typeof gpu>;

/** VMs that can have a part of the GPU at once: functions or, without SR-IOV, the most vGPUs of one kind. */
export function gpuSlots(given: Pick<Gpu, "mode" | "functions" | "profiles" | "iommuGroup">): number {
  if (given.mode === "passthrough") return given.iommuGroup === undefined ? 0 : 1;
  if (given.functions > 0) return given.functions;
  return Math.max(0, ...given.profiles.map((profile) => profile.instances));
}

/** A GPU is attached to a cell that the host has; nothing is said where a cell itself is not sound. */
export function checkGpuCells(host: Outline<Host>, at: string): Finding[] {
  const ids = host.cells?.map((cell) => cell?.id) ?? [undefined];
  const known = ids.filter((id) => id !== undefined);
  if (known.length < ids.length) return [];
  return eachSound(host.gpus, `${at}.gpus`, ({ cell }, path) => {
    if (cell === undefined || known.includes(cell)) return [];
    return [
      finding({
        rule: "model/unknown-name",
        path: `${path}.cell`,
        subject: `host ${host.name ?? at}`,
        message: `\`${path}.cell\` is ${cell}, but the host has only cells ${formatCpuset(known)}.`,
        remedy: "Name a cell of the host, or record the missing one.",
      }),
    ];
  });
}
