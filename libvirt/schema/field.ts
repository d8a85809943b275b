/**
 * How one property of a resource is written down: a zod schema for its value, plus where it lives in libvirt's
 * XML and what it means. Everything else (validation, schema.json, the SDK's types, building and reading XML,
 * comparing) is derived from these declarations, so a property is described once.
 */
import * as z from "zod";
import { foreignXmlProblem } from "../xml/foreign.ts";
import { parseCpuSet } from "./cpuSet.ts";

/** How a value is spelled in XML where that differs from its own text. */
export type Form =
  | "text"
  /** An element that is there or not. */
  | "flag"
  /** A boolean spelled yes or no. */
  | "yesNo"
  /** A boolean spelled on or off. */
  | "onOff"
  /** A number spelled 0x…, as PCI addresses are. */
  | "hex"
  /** The same without a leading zero, as libvirt's schema wants PCI functions. */
  | "hexDigit"
  /** XML of the user's own, kept as it is apart from insignificant white space. */
  | "xml";

/** How two values of a property are compared. */
export type Comparison = "exact" | "cpuSet" | "size" | "caseless" | "number" | "machine" | "octal" | "xml";

export interface FieldMeta {
  /** Place below the enclosing element: `@attribute`, `element`, `element/@attribute`, `text()`, or `.`; empty when the property is no part of the XML. */
  readonly xml: string;
  readonly doc: string;
  readonly form?: Form;
  readonly compare?: Comparison;
  /** For a size: the sibling property that holds the unit, and the unit when that is absent. */
  readonly unit?: { readonly property: string; readonly fallback: string };
  /** Attributes of the enclosing element that choose this variant, such as `{ type: "file" }`; an empty text: there is none. */
  readonly when?: Readonly<Record<string, string>>;
  /** Places of which another property tells the text, such as `{ "@type": "usb" }`: with others this one is not read. */
  readonly given?: Readonly<Record<string, string>>;
  /**
   * For a list: the property path that tells its items apart, or several with blanks between them; of more than one
   * such key the first that all items have. Without any the position does.
   */
  readonly key?: string | readonly string[];
  /** For a list: items present on the host but not declared are drift (true) or the host's own affair (false). */
  readonly closed?: boolean;
  readonly secret?: boolean;
  /** The host takes it and does not keep it in the definition, so that its absence there says nothing. */
  readonly unkept?: boolean;
  /** A value that the host does not write down, as it goes without saying. */
  readonly implied?: string | number | boolean;
  /** A sibling whose value the host does not write down a second time here. */
  readonly impliedBy?: string;
}

/** The declarations, by the zod schema that carries them. */
export const fields = z.registry<FieldMeta>();

export interface StructMeta {
  readonly name: string;
  readonly doc: string;
  /** Attributes of the element that are written when no declared property sets them. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Named objects, by their zod schema. */
export const structs = z.registry<StructMeta>();

export type Shape = Record<string, z.ZodType>;
type StructShape<S extends Shape, R extends keyof S> = {
  [K in keyof S]: K extends R ? S[K] : z.ZodOptional<S[K]>;
};

/** A named object type. Properties are optional unless listed in `required`. */
export function struct<S extends Shape, const R extends keyof S & string = never>(
  name: string,
  doc: string,
  shape: S,
  required: readonly R[] = [],
  attributes: Readonly<Record<string, string>> = {},
): z.ZodObject<StructShape<S, R>, z.core.$strict> {
  const out: Shape = {};
  for (const [property, schema] of Object.entries(shape)) {
    out[property] = (required as readonly string[]).includes(property) ? schema : schema.optional();
  }
  const object = z.strictObject(out as StructShape<S, R>);
  structs.add(object, { name, doc, attributes });
  return object;
}

type Extra = Partial<Omit<FieldMeta, "xml" | "doc">>;

function declare<T extends z.ZodType>(schema: T, xml: string, doc: string, extra: Extra = {}): T {
  fields.add(schema, { xml, doc, ...extra });
  return schema;
}

// XML 1.0 forbids these even when escaped; virsh reads commands line by line, so they could never be passed on.
const CONTROL = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/u;
const allowed = (value: string): boolean => !CONTROL.test(value) && value.isWellFormed();

/** Free text. */
export function text(xml: string, doc: string, extra: Extra = {}): z.ZodString {
  const schema = z.string().refine(allowed, { error: "must not hold control characters" }) as z.ZodString;
  return declare(schema, xml, doc, extra);
}

/** Text of one line. */
export function line(xml: string, doc: string, extra: Extra = {}) {
  return pattern(xml, doc, /^[^\p{Cc}\ufffe\uffff]*$/u, "one line without control characters", extra);
}

/** XML elements of the user's own. */
export function xml(place: string, doc: string) {
  const schema = z.string().check((context) => {
    const problem = foreignXmlProblem(context.value);
    if (problem !== undefined) {
      context.issues.push({ code: "custom", message: problem, input: context.value });
    }
  }) as z.ZodString;
  return declare(schema, place, doc, { form: "xml", compare: "xml" });
}

/** Text of one of a few values. */
export function choice(xml: string, doc: string, values: readonly [string, ...string[]], extra: Extra = {}) {
  return declare(z.enum(values), xml, `${doc} One of ${values.map((v) => `\`${v}\``).join(", ")}.`, extra);
}

/** Text that has to match a pattern; `right` says what would be right. */
export function pattern(xml: string, doc: string, regex: RegExp, right: string, extra: Extra = {}) {
  const schema = z.string().regex(regex, { error: `must be ${right}` });
  return declare(schema, xml, doc, extra);
}

/** A whole number, 0 or more unless told otherwise. */
export function int(xml: string, doc: string, range: { min?: number; max?: number } = {}, extra: Extra = {}) {
  const schema = z.int().min(range.min ?? 0);
  return declare(range.max === undefined ? schema : schema.max(range.max), xml, doc, extra);
}

/** A size whose unit is held by a sibling property. */
export function size(xml: string, doc: string, property: string, fallback: string) {
  return int(xml, doc, {}, { compare: "size", unit: { property, fallback } });
}

const UNIT = /^([bB]|bytes?|[KMGTPE](i?B)?|k|KB|kB)$/;
/** The same where the typed provider has a text. */
export function sizeText(xml: string, doc: string, property: string, fallback: string) {
  const extra: Extra = { compare: "size", unit: { property, fallback } };
  return pattern(xml, doc, /^\d{1,15}$/, "a whole number", extra);
}
/** The unit of a size. */
export function unit(xml: string, doc: string) {
  const right = "a unit such as B, KiB, MiB, GiB, TiB (of 1024) or KB, MB, GB, TB (of 1000)";
  return pattern(xml, doc, UNIT, right);
}

/** Host or guest CPUs, or NUMA nodes, as numbers and ranges. */
export function cpuSet(xml: string, doc: string) {
  const schema = z.string().check((context) => {
    if ((parseCpuSet(context.value)?.length ?? 0) > 0) return;
    const message = 'must be numbers and ascending ranges such as "0-3,8,^2", and name at least one';
    context.issues.push({ code: "custom", message, input: context.value });
  }) as z.ZodString;
  return declare(schema, xml, doc, { compare: "cpuSet" });
}

/** A boolean spelled yes/no in XML. */
export const yesNo = (xml: string, doc: string, extra: Extra = {}) =>
  declare(z.boolean(), xml, doc, { form: "yesNo", ...extra });
/** A boolean spelled on/off in XML. */
export const onOffFlag = (xml: string, doc: string) => declare(z.boolean(), xml, doc, { form: "onOff" });
/** An element that is there (true) or not. */
export const flag = (xml: string, doc: string, extra: Extra = {}) =>
  declare(z.boolean(), xml, doc, { form: "flag", ...extra });
/** A boolean that is no part of the XML. */
export const option = (doc: string) => declare(z.boolean(), "", doc);
/** Text spelled on or off, as libvirt's many toggles are. */
export const onOff = (xml: string, doc: string) => choice(xml, doc, ["on", "off"]);
/** Text spelled yes or no. */
export const yesNoText = (xml: string, doc: string) => choice(xml, doc, ["yes", "no"]);

/**
 * A nested object. Given as a function it is only built when something below it is used: most programs use a tenth
 * of the schema, and each plugin process would pay for all of it.
 */
export function nest<T extends z.ZodObject>(
  xml: string,
  object: T | (() => T),
  doc: string,
  extra: Extra = {},
): T {
  if (typeof object === "function") return declare(later(object), xml, doc, extra);
  const info = structs.get(object);
  const schema = object.clone() as T;
  if (info) structs.add(schema, info);
  return declare(schema, xml, doc, extra);
}

/** A list of objects: one element each. A function builds its item when it is first used, as with `nest`. */
export function list<T extends z.ZodObject>(
  xml: string,
  item: T | (() => T),
  doc: string,
  extra: Extra = {},
) {
  return declare(z.array(typeof item === "function" ? later(item) : item), xml, doc, extra);
}

/** To those who use a schema it is the object: `inner` is what they see it by. */
function later<T extends z.ZodObject>(make: () => T): T {
  let made: T | undefined;
  return z.lazy(() => {
    made ??= make();
    return made;
  }) as unknown as T;
}

/** A list of texts: one element each. */
export function texts(xml: string, doc: string, extra: Extra = {}) {
  return declare(
    z.array(z.string().refine(allowed, { error: "must not hold control characters" })),
    xml,
    doc,
    extra,
  );
}

/** The schema itself: without `optional()`, and built if it was not yet. */
export function inner(schema: z.ZodType): z.ZodType {
  const own = required(schema);
  return own instanceof z.ZodLazy ? (own.unwrap() as z.ZodType) : own;
}

function required(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
}

/** The declaration of a property, whether it is optional or not. */
export function metaOf(schema: z.ZodType): FieldMeta {
  const meta = fields.get(required(schema));
  if (!meta) throw new Error("a property of the schema is not declared");
  return meta;
}

export type Property = readonly [name: string, schema: z.ZodType, meta: FieldMeta];

const properties = new WeakMap<z.ZodObject, readonly Property[]>();

/** The properties of an object, in the order of their declaration. */
export function propertiesOf(object: z.ZodObject): readonly Property[] {
  const known = properties.get(object);
  if (known) return known;
  const found = Object.entries(object.shape).map(
    ([name, schema]): Property => [name, inner(schema as z.ZodType), metaOf(schema as z.ZodType)],
  );
  properties.set(object, found);
  return found;
}
