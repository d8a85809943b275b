/** Metadata of the user's own: what libvirt keeps as it is, and when two texts say the same. */
import {
  childrenOf,
  isWellFormed,
  parseElements,
  serialiseFragment,
  textOf,
  type XmlElement,
} from "./element.ts";

/** The element by which the provider marks what is its own; none of the user's. */
export const OWNER_ELEMENT = "numafleet:owner";

/** The element by which it marks a running domain that changes wait for. */
export const WAITING_ELEMENT = "numafleet-waiting:boot";

/** The element by which `fleet move` marks a domain that is on its way to another host, or has gone there. */
export const MOVE_ELEMENT = "numafleet-move:to";

/** Elements that are the provider's own. */
export const OWN_ELEMENTS: ReadonlySet<string> = new Set([OWNER_ELEMENT, WAITING_ELEMENT, MOVE_ELEMENT]);

/** What is wrong with a text of metadata elements; undefined when nothing is. */
export function foreignXmlProblem(text: string): string | undefined {
  if (/<!DOCTYPE/i.test(text)) return "must not hold a document type";
  // Wrapped, since several elements side by side are one well-formed content.
  if (!isWellFormed(`<metadata>${text}</metadata>`)) {
    return 'must be well-formed XML, such as <app:note xmlns:app="urn:example:app">text</app:note>';
  }
  const [root] = parseElements(`<metadata>${text}</metadata>`);
  const elements = root ? childrenOf(root) : [];
  if (root && textOf(root).trim() !== "") return "must be elements only, with no text beside them";
  if (elements.length === 0) return "must hold at least one element";
  const own = elements.find(({ name }) => OWN_ELEMENTS.has(name));
  if (own) return `must not hold <${own.name}>, the provider's own mark`;
  const bare = elements.find((item) => namespaceOf(item) === "");
  // libvirt drops an element without a namespace, and without a word.
  return bare && `must give each element a namespace of its own; <${bare.name}> declares none`;
}

/** The prefix of an element's name; empty when it has none. */
export function prefixOf({ name }: XmlElement): string {
  return name.includes(":") ? name.slice(0, name.indexOf(":")) : "";
}

/** The namespace that an element declares for itself; empty when it declares none. */
export function namespaceOf(item: XmlElement): string {
  const prefix = prefixOf(item);
  return item.attributes[prefix ? `xmlns:${prefix}` : "xmlns"] ?? "";
}

/** Of the elements that a host has, those in the namespaces of the declared ones; undefined when there are none. */
export function ownForeignXml(declared: string, actual: string): string | undefined {
  const own = new Set(parseElements(declared).map(namespaceOf));
  const kept = parseElements(actual).filter((item) => own.has(namespaceOf(item)));
  return kept.length > 0 ? serialiseFragment(kept) : undefined;
}

/** Whether two texts are the same elements, whatever their white space, quotes and order of attributes. */
export function sameForeignXml(a: string, b: string): boolean {
  return a === b || canonical(a) === canonical(b);
}

function canonical(text: string): string {
  return serialiseFragment(parseElements(text).map(ordered));
}

function ordered(item: XmlElement): XmlElement {
  const attributes = Object.fromEntries(Object.entries(item.attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
  const elements = childrenOf(item);
  // White space between elements means nothing in metadata; text of an element does.
  const children = elements.length > 0 ? elements.map(ordered) : item.children;
  return { ...item, attributes, children };
}
