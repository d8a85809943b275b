/** Finding a volume on its host, and telling one that is gone from one that cannot be seen. */
import type { Host } from "../../virsh/host.ts";
import { HostError } from "../../virsh/hostError.ts";
import { parseDocument, type XmlElement } from "../../xml/element.ts";
import { textAt } from "../../xml/location.ts";
import { ProviderError } from "../failure.ts";
import { humanBytes } from "./progress.ts";

export interface Place {
  readonly pool: string;
  readonly vol: string;
}

/** The pool is there and does not run, so that nobody can tell what is in it. */
export class PoolOff extends ProviderError {}

/** The definition of a volume; undefined when libvirt has none, or its file is gone. */
export async function volumeXml(
  host: Host,
  place: { readonly vol: string; readonly pool?: string },
): Promise<XmlElement | undefined> {
  try {
    const text = await host.tryRun("vol-dumpxml", place, `reading volume ${place.vol}`);
    return text === undefined ? undefined : parseDocument(text);
  } catch (failure) {
    if (!(failure instanceof HostError) || !/pool .* is not active/.test(failure.message)) throw failure;
    throw new PoolOff(
      `pool ${place.pool} does not run, so its volume ${place.vol} cannot be seen. Start it: pulumi up after a refresh, where the pool is a resource, or virsh pool-start. (${failure.message})`,
    );
  }
}

export type PoolState = "active" | "inactive" | "missing";

/** Whether libvirt can see what is in a pool. */
export async function poolState(host: Host, pool: string): Promise<PoolState> {
  const info = await host.tryRun("pool-info", { pool }, `reading pool ${pool}`);
  if (info === undefined) return "missing";
  return /^State:\s+running/m.test(info) ? "active" : "inactive";
}

/** The key of a volume, which is its path for files. */
export function idOf(root: XmlElement): string {
  return textAt(root, "key") ?? textAt(root, "target/path") ?? "";
}

/** Whether the host has no room left, in the words of the kernel, of LVM and of libvirt. */
export const isFull = (message: string): boolean =>
  /No space left on device|insufficient free space|Disk quota exceeded|not enough (free )?space/i.test(
    message,
  );

/** The same failure; where the pool has no room left, with what there is. */
export async function explained(host: Host, pool: string, failure: unknown): Promise<unknown> {
  if (!(failure instanceof HostError) || !isFull(failure.message)) return failure;
  return noRoom(await poolRoom(host, pool), pool, failure);
}

/** What a pool holds and has free, as libvirt has it; undefined if that is not known. */
export async function poolRoom(
  host: Host,
  pool: string,
): Promise<{ readonly available: number; readonly capacity: number } | undefined> {
  const text = await host.tryRun("pool-dumpxml", { pool }, `reading pool ${pool}`).catch(() => undefined);
  if (text === undefined) return undefined;
  const root = parseDocument(text);
  return {
    available: Number(textAt(root, "available") ?? 0),
    capacity: Number(textAt(root, "capacity") ?? 0),
  };
}

export function noRoom(
  room: Awaited<ReturnType<typeof poolRoom>>,
  pool: string,
  { message }: Error,
): HostError {
  const free = room
    ? `${humanBytes(room.available)} of ${humanBytes(room.capacity)} are free`
    : "how much is free is not known";
  return new HostError(
    "failed",
    `pool ${pool} has no room left (${free}). Free some, or take another pool or a smaller capacity. (${message})`,
  );
}
