/**
 * Inputs to XML, by the places that the schema gives. Only what differs between `before` and `after` is touched, so
 * the same code builds a new document and changes one of the host's without losing what the host has added to it.
 */
import * as z from "zod";
import { keysOf, pairs } from "../schema/changes.ts";
import { sameScalar } from "../schema/equality.ts";
import { type FieldMeta, inner, propertiesOf, structs } from "../schema/field.ts";
import { chosenBy, decode } from "./decode.ts";
import { childrenOf, element, ensure, find, parseElements, remove, type XmlElement } from "./element.ts";
import { namespaceOf } from "./foreign.ts";
import { clear, clearText, prune, setText, textAt } from "./location.ts";

type Item = { readonly [property: string]: unknown };

/** A new element with the inputs of an object. */
export function build(name: string, object: z.ZodObject, inputs: Item): XmlElement {
  const root = element(name);
  change(root, object, {}, inputs);
  return root;
}

/** Brings an element from the `before` inputs to the `after` inputs. */
export function change(target: XmlElement, object: z.ZodObject, before: Item, after: Item): void {
  const resized = new Set<string>();
  const fields = propertiesOf(object);
  // Variants share attributes: the one that goes must not take what the one that comes has put there.
  const isLeaving = ([name, , meta]: (typeof fields)[number]): boolean =>
    (meta.when ?? meta.given) !== undefined && after[name] === undefined;
  for (const [name, schema, meta] of [
    ...fields.filter(isLeaving),
    ...fields.filter((field) => !isLeaving(field)),
  ]) {
    if (meta.xml === "" && !meta.when) continue;
    if (resized.has(name)) writeUnit(target, meta, after[name]);
    else if (meta.unit && changeSize(target, meta, name, before, after)) resized.add(meta.unit.property);
    else if (schema instanceof z.ZodObject) changeObject(target, schema, meta, before[name], after[name]);
    else if (schema instanceof z.ZodArray)
      changeList(target, schema, meta, asList(before[name]), asList(after[name]));
    else changeScalar(target, object, meta, name, before, after);
  }
  for (const [attribute, value] of Object.entries(structs.get(object)?.attributes ?? {})) {
    target.attributes[attribute] ??= value;
  }
}

/** Writes a size that changes; the host may have it in another unit, so its unit has to be written as well. */
function changeSize(target: XmlElement, meta: FieldMeta, name: string, before: Item, after: Item): boolean {
  if (after[name] === undefined || sameScalar(meta, before[name], after[name], before, after)) return false;
  setText(target, meta.xml, String(after[name]));
  return true;
}

/** The unit of a size that was written; without one, libvirt takes the unit that the schema calls the default. */
function writeUnit(target: XmlElement, meta: FieldMeta, value: unknown): void {
  if (value === undefined) clear(target, meta.xml);
  else setText(target, meta.xml, String(value));
}

function changeScalar(
  target: XmlElement,
  object: z.ZodObject,
  meta: FieldMeta,
  name: string,
  before: Item,
  after: Item,
): void {
  const value = after[name];
  if (meta.when && value !== undefined && value !== false) choose(target, meta);
  if (sameScalar(meta, before[name], value, before, after)) return;
  if (meta.form === "xml") {
    replaceForeign(target, String(before[name] ?? ""), String(value ?? ""));
    return;
  }
  if (value === undefined || (meta.form === "flag" && value === false)) {
    // An element goes with all that the host keeps in it, unless another property still says something there.
    if (meta.xml !== "") {
      if (sharesElement(object, meta.xml, after)) clearText(target, meta.xml);
      else clear(target, meta.xml);
    }
    unchoose(target, meta);
    return;
  }
  if (meta.form === "flag") {
    if (meta.xml !== "") ensure(target, meta.xml);
  } else setText(target, meta.xml, spelled(meta, value));
}

function sharesElement(object: z.ZodObject, location: string, after: Item): boolean {
  return propertiesOf(object).some(
    ([name, , meta]) => meta.xml.startsWith(`${location}/`) && after[name] !== undefined,
  );
}

function spelled(meta: FieldMeta, value: unknown): string {
  switch (meta.form) {
    case "yesNo":
      return value === true ? "yes" : "no";
    case "onOff":
      return value === true ? "on" : "off";
    case "hex":
      return `0x${Number(value).toString(16).padStart(HEX_DIGITS, "0")}`;
    case "hexDigit":
      return `0x${Number(value).toString(16)}`;
    default:
      return String(value);
  }
}

/** libvirt prints a bus with two digits and a domain with four; it reads any number of them. */
const HEX_DIGITS = 2;

/** Sets the attributes that choose a variant. */
function choose(target: XmlElement, meta: FieldMeta): void {
  for (const [location, value] of chosenBy(meta)) {
    if (value === "") clear(target, location);
    else setText(target, location, value);
  }
}

/** Takes away the attributes that chose a variant which is left, so that it is not read back. */
function unchoose(target: XmlElement, meta: FieldMeta): void {
  for (const [location, value] of chosenBy(meta)) {
    if (textAt(target, location) === value) clear(target, location);
  }
}

function changeObject(
  target: XmlElement,
  schema: z.ZodObject,
  meta: FieldMeta,
  before: unknown,
  after: unknown,
): void {
  if (after === undefined) {
    if (before === undefined) return;
    const holder = find(target, meta.xml);
    if (holder) change(holder, schema, asItem(before), {});
    if (holder && holder !== target) {
      for (const [attribute, value] of Object.entries(structs.get(schema)?.attributes ?? {})) {
        if (holder.attributes[attribute] === value) delete holder.attributes[attribute];
      }
      prune(target, meta.xml);
    }
    unchoose(target, meta);
    return;
  }
  if (meta.when) choose(target, meta);
  change(ensure(target, meta.xml), schema, asItem(before), asItem(after));
  // A variant is chosen by an attribute; an element that holds nothing would only confuse.
  if (meta.when) prune(target, meta.xml);
}

/** Parent path and element name of a list. */
function split(location: string): readonly [string, string] {
  const at = location.lastIndexOf("/");
  return at < 0 ? [".", location] : [location.slice(0, at), location.slice(at + 1)];
}

function changeList(
  target: XmlElement,
  schema: z.ZodArray,
  meta: FieldMeta,
  before: readonly unknown[],
  after: readonly unknown[],
): void {
  if (before.length === 0 && after.length === 0) return;
  const [path, name] = split(meta.xml);
  const holder = ensure(target, path);
  const item = inner(schema.element as z.ZodType);
  const existing = childrenOf(holder, name);
  const items = item instanceof z.ZodObject ? existing.map((child) => decode(child, item)) : existing;
  const keys = keysOf(meta, before, items);
  const newKeys = keysOf(meta, after, items);
  for (const pair of pairs(meta, before, after)) {
    const index = pair.before?.index ?? -1;
    // One that is new here may be there already: so where the running thing alone has lost it.
    const old = pair.before
      ? existing[keys ? keys[1].indexOf(keys[0][index] ?? "") : index]
      : existing[newKeys ? newKeys[1].indexOf(newKeys[0][pair.after?.index ?? -1] ?? "") : -1];
    if (!pair.after) {
      if (old) remove(holder, old);
      continue;
    }
    const place = old ?? element(name);
    if (!old) holder.children.push(place);
    if (item instanceof z.ZodObject)
      change(place, item, old ? asItem(pair.before?.item) : {}, asItem(pair.after.item));
    else place.children = [String(pair.after.item)];
  }
  if (path !== ".") prune(target, path);
}

/** Replaces elements of the user's own in a `metadata` element, and leaves those of others alone. */
function replaceForeign(target: XmlElement, before: string, after: string): void {
  const [old, made] = [before, after].map((text) => parseElements(text)) as [XmlElement[], XmlElement[]];
  // libvirt keeps one element of a namespace, and drops any other without a word.
  const own = new Set([...old, ...made].map(namespaceOf));
  for (const child of childrenOf(target)) if (own.has(namespaceOf(child))) remove(target, child);
  target.children.push(...made);
}

const asItem = (value: unknown): Item => (typeof value === "object" && value !== null ? (value as Item) : {});
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
