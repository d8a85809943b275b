/** XML elements: read from text and written to text by a library, with every value escaped. */
import { createRequire } from "node:module";
import type * as libraryModule from "fast-xml-parser";

export interface XmlElement {
  readonly name: string;
  /** Attributes by name, in order. */
  attributes: Record<string, string>;
  children: XmlNode[];
}

export type XmlNode = XmlElement | string;

/** One node as the library has it, in document order. */
type LibraryNode = { ":@"?: Record<string, string> } & { [name: string]: LibraryNode[] | string };

const TEXT = "#text";
const CDATA = "#cdata";

interface Library {
  readonly validate: (xml: string) => boolean;
  readonly parser: libraryModule.XMLParser;
  readonly builder: libraryModule.XMLBuilder;
}

let loaded: Library | undefined;

/** The library, loaded when XML is first needed: checks and previews do for metadata only. */
function library(): Library {
  if (loaded) return loaded;
  const { XMLBuilder, XMLParser, XMLValidator } = createRequire(import.meta.url)(
    "fast-xml-parser",
  ) as typeof libraryModule;
  loaded = {
    validate: (xml) => XMLValidator.validate(xml) === true,
    parser: new XMLParser({
      preserveOrder: true,
      ignoreAttributes: false,
      attributeNamePrefix: "",
      parseTagValue: false,
      parseAttributeValue: false,
      trimValues: false,
      // libvirt writes line feeds in attributes as numbers, which the library counts among the HTML entities.
      htmlEntities: true,
      cdataPropName: CDATA,
      ignoreDeclaration: true,
      ignorePiTags: true,
    }),
    builder: new XMLBuilder({
      preserveOrder: true,
      ignoreAttributes: false,
      attributeNamePrefix: "",
      suppressEmptyNode: true,
      suppressBooleanAttributes: false,
      // The library would leave line feeds in attributes, which a reader turns into blanks.
      processEntities: false,
      tagValueProcessor: (_name: string, value: unknown) => escapeText(String(value)),
      attributeValueProcessor: (_name: string, value: unknown) => escapeAttribute(String(value)),
    }),
  };
  return loaded;
}

function escapeText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\r/g, "&#13;");
}

function escapeAttribute(text: string): string {
  return escapeText(text)
    .replace(/"/g, "&quot;")
    .replace(/[\t\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A new element. */
export function element(
  name: string,
  attributes: Record<string, string> = {},
  children: XmlNode[] = [],
): XmlElement {
  return { name, attributes, children };
}

/** Whether a text is one well-formed element. */
export function isWellFormed(xml: string): boolean {
  return library().validate(xml);
}

/** The elements of a document or fragment; throws when it is not well-formed. */
export function parseElements(xml: string): XmlElement[] {
  // The library takes no element at all for a mistake.
  if (xml.trim() === "") return [];
  const nodes = library().parser.parse(xml, true) as LibraryNode[];
  return fromLibrary(nodes).filter((node) => typeof node !== "string");
}

/** The root element of a document; throws when it is not well-formed. */
export function parseDocument(xml: string): XmlElement {
  const [root] = parseElements(xml);
  if (!root) throw new Error("the XML has no element");
  return root;
}

/** Text of an element, two blanks of indentation per level; elements below `metadata` stay as they are. */
export function serialise(root: XmlElement): string {
  return `${library().builder.build([toLibrary(indented(root, 0))]) as string}\n`;
}

/** Text of elements without any indentation. */
export function serialiseFragment(elements: readonly XmlElement[]): string {
  return elements.map((item) => library().builder.build([toLibrary(item)]) as string).join("");
}

function indented(item: XmlElement, depth: number): XmlElement {
  if (item.name === "metadata" || item.children.length === 0) return item;
  const elements = item.children.filter((child) => typeof child !== "string");
  // Blanks beside a text would become part of it.
  if (elements.length === 0 || textOf(item).trim() !== "") return item;
  const margin = `\n${"  ".repeat(depth + 1)}`;
  const children: XmlNode[] = elements.flatMap((child) => [margin, indented(child, depth + 1)]);
  return { ...item, children: [...children, `\n${"  ".repeat(depth)}`] };
}

function fromLibrary(nodes: readonly LibraryNode[]): XmlNode[] {
  return nodes.flatMap((node): XmlNode[] => {
    const name = Object.keys(node).find((key) => key !== ":@");
    if (name === undefined) return [];
    const content = node[name] ?? [];
    if (name === TEXT) return [String(content)];
    if (name === CDATA) return [(content as LibraryNode[]).map((part) => String(part[TEXT] ?? "")).join("")];
    return [element(name, { ...node[":@"] }, fromLibrary(content as LibraryNode[]))];
  });
}

function toLibrary(node: XmlNode): LibraryNode {
  if (typeof node === "string") return { [TEXT]: node } as LibraryNode;
  const out = { [node.name]: node.children.map(toLibrary) } as LibraryNode;
  if (Object.keys(node.attributes).length > 0) out[":@"] = { ...node.attributes };
  return out;
}

/** Text directly inside an element. */
export function textOf(item: XmlElement): string {
  return item.children.filter((child) => typeof child === "string").join("");
}

/** Child elements, of one name or all. */
export function childrenOf(item: XmlElement, name?: string): XmlElement[] {
  return item.children.filter(
    (child): child is XmlElement => typeof child !== "string" && (name === undefined || child.name === name),
  );
}

/**
 * One step of a path: an element's name, and the attribute that tells it from others of that name, as in
 * `source[mode=bind]`.
 */
function stepOf(text: string): {
  readonly name: string;
  readonly told: readonly [string, string] | undefined;
} {
  const at = text.indexOf("[");
  if (at < 0) return { name: text, told: undefined };
  const [attribute = "", value = ""] = text.slice(at + 1, -1).split("=");
  return { name: text.slice(0, at), told: [attribute, value] };
}

function childAt(item: XmlElement, step: string): XmlElement | undefined {
  const { name, told } = stepOf(step);
  return childrenOf(item, name).find((child) => !told || child.attributes[told[0]] === told[1]);
}

/** The first element at a path such as `a/b`; the element itself for `.`. */
export function find(item: XmlElement, path: string): XmlElement | undefined {
  if (path === "" || path === ".") return item;
  return path.split("/").reduce<XmlElement | undefined>((from, step) => from && childAt(from, step), item);
}

/** The same, made where it is missing. */
export function ensure(item: XmlElement, path: string): XmlElement {
  if (path === "" || path === ".") return item;
  return path.split("/").reduce((from, step) => {
    const existing = childAt(from, step);
    if (existing) return existing;
    const { name, told } = stepOf(step);
    const made = element(name, told && { [told[0]]: told[1] });
    from.children.push(made);
    return made;
  }, item);
}

/** Whether an element has no attribute but the one that a step tells it by, no child and no text but white space. */
export function isEmpty(item: XmlElement, step = item.name): boolean {
  const { told } = stepOf(step);
  return (
    Object.keys(item.attributes).every((name) => name === told?.[0]) &&
    item.children.every((child) => typeof child === "string" && child.trim() === "")
  );
}

/** Removes a child element. */
export function remove(item: XmlElement, child: XmlElement): void {
  item.children = item.children.filter((candidate) => candidate !== child);
}
