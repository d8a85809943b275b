/** Variants that exclude each other: an attribute has one value, so it chooses one of them. */
import * as z from "zod";
import { type FieldMeta, inner, propertiesOf } from "../schema/field.ts";
import type { CheckFailure } from "./failure.ts";
import { pathText } from "./validation.ts";
import { isList, isProperties, type Properties, plain, UNKNOWN, type Value } from "./values.ts";

type Path = readonly (string | number)[];

/** Every object that has two variants which exclude each other. */
export function variantFailures(object: z.ZodObject, inputs: Properties, path: Path = []): CheckFailure[] {
  const given = propertiesOf(object).filter(([name]) => isGiven(inputs[name]));
  const rivals = given.filter(([, , meta]) => given.some(([, , other]) => excludes(meta, other)));
  const below = given.flatMap(([name, schema]) => within(schema, inputs[name], [...path, name]));
  if (rivals.length === 0) return below;
  const reason = `has ${rivals.map(([name]) => name).join(" and ")}; exactly one is right`;
  return [{ property: pathText(path), reason }, ...below];
}

function within(schema: z.ZodType, value: Value | undefined, path: Path): CheckFailure[] {
  const bare = value === undefined ? undefined : (plain(value) as Value | undefined);
  if (schema instanceof z.ZodObject) return isProperties(bare) ? variantFailures(schema, bare, path) : [];
  if (!(schema instanceof z.ZodArray) || !isList(bare)) return [];
  const item = inner(schema.element as z.ZodType);
  return bare.flatMap((element, index) => within(item, element, [...path, index]));
}

/** A flag that is false says nothing; what is not known yet may turn out to be absent. */
const isGiven = (value: Value | undefined): boolean =>
  value !== undefined && value !== null && value !== false && value !== UNKNOWN;

function excludes(one: FieldMeta, other: FieldMeta): boolean {
  return Object.entries(one.when ?? {}).some(([location, value]) => {
    const wanted = other.when?.[location];
    return wanted !== undefined && wanted !== value;
  });
}
