/** The marks that a domain carries in its metadata: whose it is, and that something waits for its next boot. */
import type { Host } from "../../virsh/host.ts";
import { childrenOf, element, ensure, find, remove, type XmlElement } from "../../xml/element.ts";
import { OWNER_ELEMENT, WAITING_ELEMENT } from "../../xml/foreign.ts";

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
