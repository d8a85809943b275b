/** Growing a volume where it is: through QEMU while a VM runs with it, else through libvirt. */
import type { Host } from "../../virsh/host.ts";
import { HostError } from "../../virsh/hostError.ts";
import type { XmlElement } from "../../xml/element.ts";
import { textAt } from "../../xml/location.ts";
import { ProviderError } from "../failure.ts";
import { explained, type Place, volumeXml } from "../storage/lookUp.ts";
import { isVital, namesOf, usesOf } from "../storage/volumeUse.ts";

/** Attempts, as a VM may start between the look and the change; QEMU's lock on its image then refuses the change. */
const ATTEMPTS = 3;

/** Brings a volume to a capacity in bytes; one that has it already, or more, stays as it is. */
export async function grow(host: Host, place: Place, root: XmlElement, wanted: bigint): Promise<void> {
  const path = textAt(root, "target/path") ?? "";
  let has = BigInt(textAt(root, "capacity") ?? 0);
  for (let attempt = 1; has < wanted; attempt++) {
    try {
      await growOnce(host, place, path, wanted);
      return;
    } catch (failure) {
      const isLocked = failure instanceof HostError && /Failed to get "?write"? lock/i.test(failure.message);
      if (!isLocked) throw await explained(host, place.pool, failure);
      if (attempt === ATTEMPTS) {
        throw new ProviderError(
          `volume ${place.vol} of pool ${place.pool} cannot grow: a process of the host has it open, such as a VM that reaches it by another path. End that first. (${failure.message})`,
        );
      }
      const now = await volumeXml(host, place);
      has = BigInt((now && textAt(now, "capacity")) ?? 0);
    }
  }
}

async function growOnce(host: Host, place: Place, path: string, wanted: bigint): Promise<void> {
  const uses = [];
  for (const use of await usesOf(host, path)) if (await isVital(host, use)) uses.push(use);
  const [use] = uses;
  if (!use) {
    await host.run("vol-resize", { ...place, capacity: `${wanted}B` }, `growing volume ${place.vol}`);
    return;
  }
  if (uses.length > 1 || use.isBase) {
    const why = use.isBase
      ? "a disk of a running VM is based on it"
      : "more than one running VM writes to it, and each would see another size";
    throw new ProviderError(
      `volume ${place.vol} of pool ${place.pool} cannot grow: ${why}, ${namesOf(uses)}. Shut down first`,
    );
  }
  await growDevice(host, place, wanted);
  // The guest sees the new size at once.
  const options = { domain: use.domain, path: use.target, size: `${wanted}B` };
  await host.run("blockresize", options, `growing volume ${place.vol} under running VM ${use.domain}`);
}

/** A device has to grow before QEMU can use more of it; a file grows by QEMU's own hand. */
async function growDevice(host: Host, place: Place, wanted: bigint): Promise<void> {
  const root = await volumeXml(host, place);
  if (root?.attributes.type !== "block") return;
  await host.run("vol-resize", { ...place, capacity: `${wanted}B` }, `growing volume ${place.vol}`);
}
