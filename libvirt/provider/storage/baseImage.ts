/** Base images, looked at before a volume is based on one: libvirt takes any file for what it is said to be. */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { Host } from "../../virsh/host.ts";
import { HostError } from "../../virsh/hostError.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { setText, textAt } from "../../xml/location.ts";
import { ProviderError } from "../failure.ts";
import { asText, objectOf } from "../resource.ts";
import type { Properties } from "../values.ts";
import { volumeXml } from "./lookUp.ts";
import { alone, refreshPool } from "./poolTurns.ts";
import { isVital, namesOf, usesOf } from "./volumeUse.ts";

export interface BaseImage {
  /** Undefined when it cannot be told, as for a device that is in no pool. */
  readonly format: string | undefined;
}

/** The base image of a new volume, found fit; throws where it is not. Undefined: the volume has none. */
export async function baseImage(
  host: Host,
  inputs: Properties,
  capacity: bigint | undefined,
): Promise<BaseImage | undefined> {
  const declared = objectOf(inputs, "backingStore");
  const path = asText(declared.path);
  if (path === undefined) return undefined;
  const root = (await volumeXml(host, { vol: path })) ?? (await fromFolder(host, path));
  if (!root) return { format: undefined };
  const format = textAt(root, "target/format/@type");
  const wanted = asText(objectOf(declared, "format").type);
  if (wanted !== undefined && format !== undefined && wanted !== format && !isRaw(wanted, format)) {
    throw new ProviderError(
      `backingStore: ${path} is of format ${format}, but backingStore.format.type is ${JSON.stringify(wanted)}; a VM would read it wrongly. Give ${JSON.stringify(format)}`,
    );
  }
  const size = BigInt(textAt(root, "capacity") ?? 0);
  if (capacity !== undefined && capacity < size) {
    throw new ProviderError(
      `backingStore: ${path} has ${size} bytes, but capacity is ${capacity}; a VM would not see its end. Give at least that much, or leave capacity out`,
    );
  }
  await refuseInUse(host, path);
  return { format };
}

/** Whatever libvirt recognises (an ISO image, say) can be read as raw bytes, unless it is a disk format of its own. */
const DISK_FORMATS = new Set(["qcow2", "qcow", "qed", "vmdk", "vdi", "vpc", "vhdx", "cow", "luks"]);
const isRaw = (wanted: string, format: string): boolean => wanted === "raw" && !DISK_FORMATS.has(format);

async function refuseInUse(host: Host, path: string): Promise<void> {
  for (const use of await usesOf(host, path)) {
    if (use.isBase || !(await isVital(host, use))) continue;
    throw new ProviderError(
      `backingStore: ${path} is a disk that ${namesOf([use])} writes to, which would destroy what is based on it. Base the volume on a copy (create.from)`,
    );
  }
}

/** Attempts, as another process may look at the same folder and clean up at the same time. */
const ATTEMPTS = 3;

/**
 * An image that is in no pool that libvirt has in view. A pool that knows of it only needs a refresh; otherwise one of
 * its folder is made for the moment, and its name follows from the folder, so that the next look takes away one that
 * was left behind.
 */
function fromFolder(host: Host, path: string): Promise<XmlElement | undefined> {
  const place = posix.normalize(path);
  // Devices have no format that could be looked up.
  if (place.startsWith("/dev/")) return Promise.resolve(undefined);
  const folder = posix.dirname(place);
  const name = `pulumi-look-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`;
  // VMs that are made together mostly have one base image: each look would take away the pool of another.
  return alone(host, name, () => look(host, name, folder, path));
}

async function look(host: Host, name: string, folder: string, path: string): Promise<XmlElement | undefined> {
  const vol = posix.basename(posix.normalize(path));
  for (let attempt = 1; ; attempt++) {
    try {
      await host.withDefinition("pool-create", folderPool(name, folder), {}, `looking into ${folder}`);
    } catch (failure) {
      const message = failure instanceof Error ? failure.message : "";
      const owner = /conflict with pool: '(.*?)'/.exec(message)?.[1];
      if (/No such file|cannot open (path|directory)|not found/i.test(message)) throw vanished(path);
      if (owner !== undefined && owner !== name) return fromPool(host, owner, vol, path);
      const isLeft = owner === name || (failure instanceof HostError && failure.code === "exists");
      // Without rights to look, libvirt's own check that the file exists has to do.
      if (!isLeft) return undefined;
    }
    try {
      const root = await volumeXml(host, { pool: name, vol });
      if (root || attempt === ATTEMPTS) {
        if (!root) throw vanished(path);
        return root;
      }
    } finally {
      await host.tryRun("pool-destroy", { pool: name }, "ending a look").catch(() => undefined);
    }
  }
}

async function fromPool(
  host: Host,
  pool: string,
  vol: string,
  path: string,
): Promise<XmlElement | undefined> {
  const isOff = (failure: unknown): boolean => failure instanceof Error && /not active/.test(failure.message);
  try {
    await refreshPool(host, pool);
  } catch (failure) {
    if (isOff(failure)) return undefined;
    throw failure;
  }
  const root = await volumeXml(host, { pool, vol });
  if (!root) throw vanished(path);
  return root;
}

function vanished(path: string): ProviderError {
  return new ProviderError(
    `backingStore: the base image ${path} does not exist on the host. Put it there, or correct backingStore.path; nothing was made`,
  );
}

function folderPool(name: string, folder: string): XmlElement {
  const root = element("pool", { type: "dir" });
  setText(root, "name", name);
  setText(root, "target/path", folder);
  return root;
}
