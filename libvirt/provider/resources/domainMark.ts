/**
 * The marks that a domain carries in its metadata: whose it is, that something waits for its next boot, and that it
 * moves to another host.
 */
import type { Host } from "../../virsh/host.ts";
import {
  childrenOf,
  element,
  ensure,
  find,
  parseDocument,
  remove,
  type XmlElement,
} from "../../xml/element.ts";
import { MOVE_ELEMENT, OWNER_ELEMENT, WAITING_ELEMENT } from "../../xml/foreign.ts";
import { textAt } from "../../xml/location.ts";
import { ProviderError } from "../failure.ts";

const NAMESPACE = "urn:numafleet:libvirt:1";

/** The resource that a domain belongs to; undefined for a domain of somebody else's. */
export function ownerOf(root: XmlElement): string | undefined {
  const metadata = find(root, "metadata");
  return metadata && childrenOf(metadata, OWNER_ELEMENT)[0]?.attributes.urn;
}

/** Marks a domain as that of a resource. */
export function setOwner(root: XmlElement, urn: string): void {
  const metadata = ensure(root, "metadata");
  for (const old of childrenOf(metadata, OWNER_ELEMENT)) remove(metadata, old);
  metadata.children.push(element(OWNER_ELEMENT, { "xmlns:numafleet": NAMESPACE, urn }));
}

const WAITING_NAMESPACE = "urn:numafleet:libvirt:waiting:1";

/**
 * Whether a running domain is the one that something waits for. The number of a domain does not tell: numbers begin
 * anew when the host does, and a saved VM goes on under another one.
 */
export function isWaiting(running: XmlElement): boolean {
  const metadata = find(running, "metadata");
  return metadata !== undefined && childrenOf(metadata, WAITING_ELEMENT).length > 0;
}

/** Marks a running domain, and not its definition, so that the mark is gone once it was started from that. */
export async function markWaiting(host: Pick<Host, "run">, uuid: string): Promise<void> {
  const [key = "", name = ""] = WAITING_ELEMENT.split(":");
  const options = { domain: uuid, uri: WAITING_NAMESPACE, key, live: true, set: `<${name}/>` } as const;
  await host.run("metadata", options, "noting that changes wait for the next boot of a domain");
}

const MOVE_NAMESPACE = "urn:numafleet:libvirt:move:1";

/** A move of a domain to another host. */
export interface MoveMark {
  /** The other host, as the fleet calls it. */
  readonly to: string;
  /** Tells this move from any other. */
  readonly id: string;
}

/** The move that a domain is held for; undefined for one that is not. */
export function moveOf(root: XmlElement): MoveMark | undefined {
  const metadata = find(root, "metadata");
  const { host, id } = (metadata && childrenOf(metadata, MOVE_ELEMENT)[0]?.attributes) ?? {};
  return host === undefined || id === undefined ? undefined : { to: host, id };
}

/** Marks a domain as one that moves, or without a mark as one that does not. */
export function setMove(root: XmlElement, mark: MoveMark | undefined): void {
  const metadata = ensure(root, "metadata");
  for (const old of childrenOf(metadata, MOVE_ELEMENT)) remove(metadata, old);
  if (mark) {
    const attributes = { "xmlns:numafleet-move": MOVE_NAMESPACE, host: mark.to, id: mark.id };
    metadata.children.push(element(MOVE_ELEMENT, attributes));
  }
}

/** Why a domain that moves is left alone. */
export function heldForMove(name: string, { to }: MoveMark): ProviderError {
  return new ProviderError(
    `domain ${name} moves to host ${to}, or has gone there, so it is left alone here. ` +
      `Finish the move, which also points the stack to the VM there (fleet move ${name} --to ${to}, with --state), or take it back (--abandon)`,
  );
}

/** A VM that moves, and whose definition has this volume; undefined where there is none. */
export async function movingOwner(
  host: Pick<Host, "run" | "tryRun">,
  place: { readonly pool: string; readonly vol: string },
  path: string,
): Promise<string | undefined> {
  const off = await host.run("list", { inactive: true, uuid: true }, "looking for VMs that move");
  for (const domain of off.split("\n").map((line) => line.trim())) {
    if (domain === "") continue;
    const text = await host.tryRun("dumpxml", { domain, inactive: true }, "reading a domain");
    const root = text === undefined ? undefined : parseDocument(text);
    if (!root || !moveOf(root)) continue;
    const devices = find(root, "devices");
    const sources = devices
      ? childrenOf(devices, "disk").map((disk) => find(disk, "source")?.attributes)
      : [];
    const isUsed = sources.some(
      (source) => source?.file === path || (source?.pool === place.pool && source.volume === place.vol),
    );
    if (isUsed) return textAt(root, "name");
  }
  return undefined;
}
