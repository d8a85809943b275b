/** The mark of ownership that a domain carries in its metadata. */
import { OWN_PREFIX } from "../../xml/decode.ts";
import { childrenOf, element, ensure, find, remove, type XmlElement } from "../../xml/element.ts";

const NAMESPACE = "urn:numafleet:libvirt:1";
const OWNER = `${OWN_PREFIX}owner`;

/** The resource that a domain belongs to; undefined for a domain of somebody else's. */
export function ownerOf(root: XmlElement): string | undefined {
  const metadata = find(root, "metadata");
  return metadata && childrenOf(metadata, OWNER)[0]?.attributes.urn;
}

/** Marks a domain as that of a resource. */
export function setOwner(root: XmlElement, urn: string): void {
  const metadata = ensure(root, "metadata");
  for (const old of childrenOf(metadata, OWNER)) remove(metadata, old);
  metadata.children.push(element(OWNER, { "xmlns:numafleet": NAMESPACE, urn }));
}
