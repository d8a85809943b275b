import { pciParts, type VmGpu } from "../../model/gpu.ts";
import type { Host } from "../../model/host.ts";
import type { Facts } from "../facts.ts";
import type { PlainObject } from "../plain.ts";

/**
 * The GPUs among a Domain's devices of the host: functions that the budget's host records as GPUs, and vGPUs that the
 * plan declares (a UUID does not tell which GPU it is of). Other devices take no slot of anything.
 */
export function readGpus(
  facts: Facts,
  inputs: PlainObject,
  host: Host | undefined,
  declared: readonly VmGpu[] | undefined,
): VmGpu[] {
  const devices = facts.object(inputs, "devices", "devices");
  return facts.objects(devices, "hostdevs", "devices.hostdevs").flatMap(({ item, at }): VmGpu[] => {
    const pci = facts.object(item, "subsysPci", `${at}.subsysPci`);
    const place = `${at}.subsysPci.source.address`;
    const address = facts.object(facts.object(pci, "source", `${at}.subsysPci.source`), "address", place);
    const part = (key: string) => facts.count(address, key, `${place}.${key}`, 0);
    const parts = [part("domain") ?? 0, part("bus"), part("slot"), part("function") ?? 0];
    const gpu = host?.gpus.find((g) => parts.every((value, i) => value === pciParts(g.address)[i]));
    if (gpu !== undefined) return [{ address: gpu.address }];
    const mdev = facts.object(item, "subsysMDev", `${at}.subsysMDev`);
    const source = facts.object(mdev, "source", `${at}.subsysMDev.source`);
    const uuid = facts.text(
      facts.object(source, "address", `${at}.subsysMDev.source.address`),
      "uuid",
      `${at}.subsysMDev.source.address.uuid`,
    );
    return declared?.filter(({ vgpu }) => vgpu !== undefined && vgpu.uuid === uuid?.toLowerCase()) ?? [];
  });
}
