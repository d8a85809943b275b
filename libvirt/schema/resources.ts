/** The resources of the package: tokens, inputs, outputs. */
import type * as z from "zod";
import { domain, domainOutputs } from "./domain.ts";
import { guestFile, guestFileOutputs } from "./guestFile.ts";
import { hostTuning, hostTuningOutputs } from "./hostTuning.ts";
import { network, networkOutputs } from "./network.ts";
import { cloudinitDisk, cloudinitDiskOutputs, pool, poolOutputs } from "./storage.ts";
import { volume, volumeOutputs } from "./volume.ts";

export interface ResourceSchema {
  readonly token: string;
  readonly kind: "CloudinitDisk" | "Domain" | "GuestFile" | "HostTuning" | "Network" | "Pool" | "Volume";
  readonly inputs: z.ZodObject;
  readonly outputs: z.ZodObject;
}

export const RESOURCES: readonly ResourceSchema[] = [
  {
    token: "libvirt:index/cloudinitDisk:CloudinitDisk",
    kind: "CloudinitDisk",
    inputs: cloudinitDisk,
    outputs: cloudinitDiskOutputs,
  },
  { token: "libvirt:index/domain:Domain", kind: "Domain", inputs: domain, outputs: domainOutputs },
  {
    token: "libvirt:index/guestFile:GuestFile",
    kind: "GuestFile",
    inputs: guestFile,
    outputs: guestFileOutputs,
  },
  {
    token: "libvirt:index/hostTuning:HostTuning",
    kind: "HostTuning",
    inputs: hostTuning,
    outputs: hostTuningOutputs,
  },
  { token: "libvirt:index/network:Network", kind: "Network", inputs: network, outputs: networkOutputs },
  { token: "libvirt:index/pool:Pool", kind: "Pool", inputs: pool, outputs: poolOutputs },
  { token: "libvirt:index/volume:Volume", kind: "Volume", inputs: volume, outputs: volumeOutputs },
];

/** The schema of a resource type; undefined for a type that the package does not have. */
export function resourceSchema(token: string): ResourceSchema | undefined {
  return RESOURCES.find((resource) => resource.token === token);
}
