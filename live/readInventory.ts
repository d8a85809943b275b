/** What a host has, in one go. */
import type { Unknown } from "../facts/asked.ts";
import type { HostInventory, UsedHost } from "../facts/inventory.ts";
import { connected } from "./connected.ts";
import { directoriesOf, readHardware } from "./readHardware.ts";

/** The host itself, with no question about its VMs. */
export function readInventory(uri: string, timeoutMs: number): Promise<HostInventory | Unknown> {
  return connected(uri, timeoutMs, async (libvirt, kernel) => {
    const found = await libvirt.host();
    return { ...found, hardware: await readHardware(kernel, directoriesOf(found.pools)) };
  });
}

/** The host with the VMs on it. */
export function readUsedHost(uri: string, timeoutMs: number): Promise<UsedHost | Unknown> {
  return connected(uri, timeoutMs, async (libvirt, kernel) => {
    const { domains, ...found } = await libvirt.facts();
    const samples = await libvirt.sample();
    return { ...found, domains, samples, hardware: await readHardware(kernel, directoriesOf(found.pools)) };
  });
}
