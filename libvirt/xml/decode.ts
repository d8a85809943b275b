/** XML to inputs, by the places that the schema gives. */
import * as z from "zod";
import { type FieldMeta, inner, propertiesOf } from "../schema/field.ts";
import { childrenOf, find, serialiseFragment, type XmlElement } from "./element.ts";
import { OWN_ELEMENTS } from "./foreign.ts";
import { textAt } from "./location.ts";

type Item = { [property: string]: unknown };

/** What the schema can say about an element. */
export function decode(source: XmlElement, object: z.ZodObject): Item {
  const out: Item = {};
  for (const [name, schema, meta] of propertiesOf(object)) {
    if (meta.xml === "" && !meta.when) continue;
    if (meta.when && !chosen(source, meta)) continue;
    if (Object.entries(meta.given ?? {}).some(([place, value]) => textAt(source, place) !== value)) continue;
    const value = decodeField(source, schema, meta);
    if (value !== undefined) out[name] = value;
  }
  return out;
}

function chosen(source: XmlElement, meta: FieldMeta): boolean {
  return chosenBy(meta).every(([location, value]) => (textAt(source, location) ?? "") === value);
}

/** The places that choose a variant, each with its text; an empty one means that nothing is there. */
export function chosenBy(meta: FieldMeta): readonly (readonly [location: string, value: string])[] {
  return Object.entries(meta.when ?? {}).map(([location, value]) => [
    location.includes("@") ? location : `@${location}`,
    value,
  ]);
}

function decodeField(source: XmlElement, schema: z.ZodType, meta: FieldMeta): unknown {
  if (schema instanceof z.ZodObject) return decodeObject(source, schema, meta);
  if (schema instanceof z.ZodArray) return decodeList(source, schema, meta);
  if (meta.form === "flag") return meta.xml === "" || find(source, meta.xml) ? true : undefined;
  if (meta.form === "xml") return foreign(source);
  const text = textAt(source, meta.xml);
  if (text === undefined) return undefined;
  if (meta.form === "yesNo") return text === "yes";
  if (meta.form === "onOff") return text === "on";
  if (!(schema instanceof z.ZodNumber)) return text.trim() === "" && isElement(meta) ? undefined : text;
  const value = Number(text);
  return text.trim() !== "" && Number.isSafeInteger(value) ? value : undefined;
}

const isElement = (meta: FieldMeta): boolean => !meta.xml.includes("@");

function decodeObject(source: XmlElement, schema: z.ZodObject, meta: FieldMeta): Item | undefined {
  const holder = find(source, meta.xml);
  // A variant is told by its attribute alone when nothing more is said about it.
  if (!holder) return meta.when && allOptional(schema) ? {} : undefined;
  const value = decode(holder, schema);
  // An element of its own says something by being there; one that is shared does not.
  const said = meta.when !== undefined || holder !== source;
  const present = Object.keys(value).length > 0 || (said && allOptional(schema));
  return present ? value : undefined;
}

function allOptional(schema: z.ZodObject): boolean {
  return Object.values(schema.shape).every((field) => field instanceof z.ZodOptional);
}

function decodeList(source: XmlElement, schema: z.ZodArray, meta: FieldMeta): unknown[] | undefined {
  const at = meta.xml.lastIndexOf("/");
  const holder = find(source, at < 0 ? "." : meta.xml.slice(0, at));
  const elements = holder ? childrenOf(holder, meta.xml.slice(at + 1)) : [];
  if (elements.length === 0) return undefined;
  const item = inner(schema.element as z.ZodType);
  return elements.map((found) =>
    item instanceof z.ZodObject ? decode(found, item) : textAt(found, "text()"),
  );
}

function foreign(source: XmlElement): string | undefined {
  const elements = childrenOf(source).filter((child) => !OWN_ELEMENTS.has(child.name));
  return elements.length > 0 ? serialiseFragment(elements) : undefined;
}
