import { z } from "zod";
import { formatCpuset } from "./cpuset.ts";
import * as f from "./fields.ts";
import { type Finding, finding } from "./finding.ts";
import type { Host } from "./host.ts";
import { eachSound, type Outline } from "./outline.ts";

/** A GPU that VMs of a host can be given: as a whole, or in slices that its driver makes (vGPUs). */

const PCI_ADDRESS = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/;
const EXPECTED_ADDRESS = 'expected a PCI address, like "0000:65:00.0"';
export const pciAddress = z
  .string({ error: () => EXPECTED_ADDRESS })
  .regex(PCI_ADDRESS, { error: () => EXPECTED_ADDRESS });

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
    address: pciAddress.meta({
      description: "The GPU's PCI address on its host.",
      examples: ["0000:65:00.0"],
    }),
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

/** As libvirt writes a mediated device's. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const EXPECTED_UUID = 'expected a UUID in lower case, like "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001"';

export const vmGpu = z
  .strictObject({
    address: pciAddress.optional().meta({
      description:
        "PCI address of the host's GPU. Absent: placement chooses one with a free slot. Effect of a change: next boot.",
    }),
    model: z
      .string({ error: () => EXPECTED_MODEL })
      .regex(PCI_MODEL, { error: () => EXPECTED_MODEL })
      .optional()
      .meta({
        description:
          "PCI vendor and device that it has to be, as the host's record has them; any by default. Effect of a change: judged anew.",
        examples: ["10de:20b5"],
      }),
    vgpu: z
      .strictObject({
        type: f.line("The mediated device type, one of the GPU's `profiles`."),
        uuid: z
          .string({ error: () => EXPECTED_UUID })
          .regex(UUID, { error: () => EXPECTED_UUID })
          .meta({ description: "UUID of the mediated device, which the host has to have (mdevctl)." }),
      })
      .optional()
      .meta({
        description:
          "A share of the GPU; absent: the whole function is passed through. Effect of a change: next boot.",
      }),
  })
  .meta({ id: "VmGpu", description: "A GPU, or a share of one, that a VM has to itself." });
export type VmGpu = z.output<typeof vmGpu>;

/** Whether a GPU is what is asked for, free or not. */
export function offers(given: Outline<Gpu>, { address, model, vgpu }: Outline<VmGpu>): boolean {
  if ((address ?? given.address) !== given.address || (model ?? given.model) !== given.model) return false;
  if (vgpu === undefined) return given.mode === "passthrough";
  return given.mode === "vgpu" && (given.profiles?.some((profile) => profile?.type === vgpu.type) ?? false);
}

/** What a VM asks for has to be offered by its host in that way. */
export function checkVmGpus(
  {
    name,
    gpus,
  }: { readonly name?: string | undefined; readonly gpus?: Outline<readonly VmGpu[]> | undefined },
  at: string,
  host: Outline<Host> | undefined,
): Finding[] {
  if (host === undefined || host.gpus?.includes(undefined)) return [];
  return eachSound(gpus, `${at}.gpus`, ({ address, model, vgpu }, path) => {
    const offered = host.gpus?.find((g) => g?.address === address);
    const wrong = (message: string, remedy: string) => [
      finding({ rule: "model/unknown-name", path, subject: `VM ${name ?? at}`, message, remedy }),
    ];
    if (address === undefined) return [];
    if (offered === undefined) {
      const known = host.gpus?.flatMap((g) => g?.address ?? []) ?? [];
      return wrong(
        `\`${path}.address\` is ${JSON.stringify(address)}, but host ${host.name ?? ""} has no GPU there (${known.length === 0 ? "none is recorded" : `recorded: ${known.join(", ")}`}).`,
        "Name a recorded GPU, or record it: fleet discover.",
      );
    }
    if (model !== undefined && offered.model !== model) {
      return wrong(
        `\`${path}.model\` is ${model}, but GPU ${address} of host ${host.name ?? ""} is ${offered.model ?? "recorded without one"}.`,
        "Correct one of the two, or remove the model: the address is enough.",
      );
    }
    if (offered.mode === "passthrough" && vgpu !== undefined) {
      return wrong(
        `\`${path}.vgpu\` asks for a share of GPU ${address}, which is passed through as a whole.`,
        "Remove `vgpu`, or record the GPU with the mode vgpu.",
      );
    }
    if (offered.mode === "vgpu" && vgpu === undefined) {
      return wrong(
        `\`${path}\` asks for GPU ${address} as a whole, which is shared in vGPUs.`,
        "Name type and uuid of a vGPU in `vgpu`, or record the GPU with the mode passthrough.",
      );
    }
    const types = offered.profiles?.map((p) => p?.type) ?? [];
    if (vgpu?.type === undefined || types.includes(vgpu.type) || types.includes(undefined)) return [];
    return wrong(
      `\`${path}.vgpu.type\` is ${JSON.stringify(vgpu.type)}, which GPU ${address} does not offer (${types.join(", ") || "none is recorded"}).`,
      "Name one of its types.",
    );
  });
}

/** Domain, bus, slot and function of a PCI address. */
export function pciParts(address: string): number[] {
  return address.split(/[:.]/).map((part) => Number.parseInt(part, 16));
}

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
