import type { types } from "@pulumi/libvirt";
import { pciParts, type VmGpu } from "../model/gpu.ts";

/**
 * A GPU as a device of the domain: the whole function, which libvirt takes from the host's driver, or a vGPU. None for
 * one that has no place: such a VM is refused.
 */
export function gpuDevice({ address, vgpu }: VmGpu): types.DomainDevicesHostdev[] {
  if (vgpu !== undefined) {
    return [{ subsysMDev: { model: "vfio-pci", source: { address: { uuid: vgpu.uuid } } } }];
  }
  if (address === undefined) return [];
  const [domain = 0, bus = 0, slot = 0, fn = 0] = pciParts(address);
  return [{ managed: true, subsysPci: { source: { address: { domain, bus, slot, function: fn } } } }];
}
