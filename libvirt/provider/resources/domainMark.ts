/** The mark of ownership that a domain carries in its metadata. */
import { childrenOf, element, ensure, find, remove, type XmlElement } from "../../xml/element.ts";
import { OWNER_ELEMENT } from "../../xml/foreign.ts";

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
