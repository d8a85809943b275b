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
  if (elements.some(({ name }) => name === OWNER_ELEMENT)) {
    return `must not hold <${OWNER_ELEMENT}>, the provider's own mark`;
  }
  const bare = elements.find(({ name, attributes }) => {
    const prefix = name.includes(":") ? `xmlns:${name.slice(0, name.indexOf(":"))}` : "xmlns";
    return !attributes[prefix];
  });
  // libvirt drops an element without a namespace, and without a word.
  return bare && `must give each element a namespace of its own; <${bare.name}> declares none`;
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
