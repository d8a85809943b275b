/**
 * Inputs that the schema allows, for property tests, made from the schema itself. Only what a sample holds is built:
 * the schema has thousands of properties, and a sample of all of them would take minutes.
 */
import fc from "fast-check";
import * as z from "zod";
import { type FieldMeta, inner, metaOf, type Property, propertiesOf } from "../../libvirt/schema/field.ts";

export type Inputs = Record<string, unknown>;

/** Texts that one pattern or another of the schema takes. */
const EXAMPLES = [
  "GiB",
  "0-3,8",
  "52:54:00:00:00:01",
  "0x1d6b",
  "0755",
  "7",
  "192.0.2.7",
  "/srv/images",
  "3e3fce45-4f53-4fa7-bb32-11f34168b82b",
  "5001a4a93526d0a1",
];

/** Text with what XML escapes. */
const AWKWARD = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .map((text) => `${text}<&>"'`)
  .filter((text) => text.trim() === text && !/[\p{Cc}\ufffe\uffff]/u.test(text));

/** Optional properties that an object of a sample has at most, by its depth: fewer the deeper it is. */
const WIDTHS = [6, 5, 4, 3, 2];
const LAST_WIDTH = 1;

/**
 * Inputs of an object: all required properties, some optional ones, and one variant where variants exclude each
 * other. `wanted` is a property that every sample has.
 */
export function arbitraryInputs(
  object: z.ZodObject,
  widths: readonly number[] = WIDTHS,
  wanted?: string,
): fc.Arbitrary<Inputs> {
  const fields = propertiesOf(object).filter(([, , meta]) => isInXml(meta));
  const names = (isMeant: (field: (typeof fields)[number]) => boolean) =>
    fields.filter(isMeant).map(([name]) => name);
  const required = names(([name, , meta]) => !meta.when && isRequired(object, name));
  const optional = names(([name, , meta]) => !meta.when && !isRequired(object, name));
  const allVariants = names(([, , meta]) => meta.when !== undefined);
  const variants = wanted !== undefined && allVariants.includes(wanted) ? [wanted] : allVariants;
  const always = wanted !== undefined && optional.includes(wanted) ? [...required, wanted] : required;
  const [width = LAST_WIDTH, ...below] = widths;
  const some = fc.subarray(optional, { maxLength: Math.min(width, optional.length) });
  const variant =
    variants.length === 0 ? fc.constant([]) : fc.constantFrom(...variants).map((name) => [name]);
  return fc.tuple(some, variant).chain(([others, chosen]) => {
    const { kept, told } = agreeing(fields, [...always, ...chosen, ...others]);
    const value = (name: string): fc.Arbitrary<unknown> =>
      told.has(name) ? fc.constant(told.get(name)) : arbitraryValue(object, name, below);
    return fc.record(Object.fromEntries([...kept, ...told.keys()].map((name) => [name, value(name)])));
  });
}

/** Some properties are only read where another one has a certain text: those that agree, and the texts of the others. */
function agreeing(
  fields: readonly Property[],
  names: readonly string[],
): { readonly kept: readonly string[]; readonly told: ReadonlyMap<string, string> } {
  const told = new Map<string, string>();
  const kept = names.filter((name) => {
    const meta = fields.find(([field]) => field === name)?.[2];
    const wants = Object.entries(meta?.given ?? {}).flatMap(([place, text]) =>
      fields.filter(([, , { xml }]) => xml === place).map(([field]) => [field, text] as const),
    );
    const fits = wants.every(([field, text]) => (told.get(field) ?? text) === text);
    if (fits) for (const [field, text] of wants) told.set(field, text);
    return fits;
  });
  return { kept, told };
}

/** A value of one property. */
function arbitraryValue(
  object: z.ZodObject,
  name: string,
  widths: readonly number[] = WIDTHS,
): fc.Arbitrary<unknown> {
  const field = object.shape[name] as z.ZodType;
  if (metaOf(field).form === "xml") return fc.constant('<a:x xmlns:a="urn:a">1</a:x>');
  return arbitrary(inner(field), widths, name);
}

function arbitrary(schema: z.ZodType, widths: readonly number[], name: string): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodArray) {
    const item = arbitrary(inner(schema.element as z.ZodType), widths, name);
    return fc.array(item, { minLength: 1, maxLength: 2 });
  }
  if (schema instanceof z.ZodObject) return arbitraryInputs(schema, widths);
  if (schema instanceof z.ZodBoolean) return fc.constant(true);
  if (schema instanceof z.ZodNumber) {
    const { minimum, maximum } = schema._zod.bag as { minimum?: number; maximum?: number };
    const min = Math.max(0, minimum ?? 0);
    return fc.integer({ min, max: Math.min(min + 100000, maximum ?? Number.MAX_SAFE_INTEGER) });
  }
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  return arbitraryText(schema, name);
}

const texts = new WeakMap<z.ZodType, fc.Arbitrary<string>>();

/** Never a filter over texts of which none may pass: that would look for one for ever. */
function arbitraryText(schema: z.ZodType, name: string): fc.Arbitrary<string> {
  const known = texts.get(schema);
  if (known) return known;
  const passes = (text: string): boolean => schema.safeParse(text).success;
  const examples = EXAMPLES.filter(passes);
  const choices = [
    ...(examples.length > 0 ? [fc.constantFrom(...examples)] : []),
    ...(passes(`a<&>"'`) ? [AWKWARD.filter(passes)] : []),
  ];
  if (choices.length === 0) {
    const pattern = patternOf(schema);
    if (!pattern) throw new Error(`no text is known that ${name} takes: add one to EXAMPLES`);
    choices.push(fc.stringMatching(pattern));
  }
  const made = fc.oneof(...choices);
  texts.set(schema, made);
  return made;
}

function patternOf(schema: z.ZodType): RegExp | undefined {
  const checks = schema instanceof z.ZodString ? (schema.def.checks ?? []) : [];
  return checks.flatMap(({ _zod: { def } }) => ("pattern" in def ? [def.pattern as RegExp] : []))[0];
}

/** Inputs without what is no part of the XML. */
export function withoutOptions(object: z.ZodObject, inputs: Inputs): Inputs {
  const kept = propertiesOf(object).filter(([, , meta]) => isInXml(meta));
  return Object.fromEntries(
    kept.flatMap(([name]) => (inputs[name] === undefined ? [] : [[name, inputs[name]]])),
  );
}

const isInXml = (meta: FieldMeta): boolean => meta.xml !== "" || meta.when !== undefined;

function isRequired(object: z.ZodObject, name: string): boolean {
  return !(object.shape[name] instanceof z.ZodOptional);
}
