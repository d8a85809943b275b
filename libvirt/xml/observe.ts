/**
 * Declared inputs as the host has them: each declared property with the host's value where that differs in meaning,
 * and the declared spelling where it does not. What is not declared is the host's own affair and never drift.
 */
import * as z from "zod";
import { inUnit } from "../schema/byteSize.ts";
import { pairs } from "../schema/changes.ts";
import { sameScalar, sizeOf } from "../schema/equality.ts";
import { type FieldMeta, inner, propertiesOf } from "../schema/field.ts";
import { ownForeignXml } from "./foreign.ts";

type Item = { readonly [property: string]: unknown };

/** `only` limits the comparison to some properties, by their path without list positions. */
export function observe(
  object: z.ZodObject,
  declared: Item,
  actual: Item,
  only: (property: string) => boolean = () => true,
  path = "",
): Item {
  const out: Record<string, unknown> = { ...declared };
  const fields = propertiesOf(object);
  // A unit belongs to its size, which is compared by meaning.
  const units = new Set(fields.map(([, , meta]) => meta.unit?.property));
  for (const [name, schema, meta] of fields) {
    if (units.has(name)) continue;
    if (declared[name] === undefined || (meta.xml === "" && !meta.when)) continue;
    // The host does not give these back.
    if (meta.secret || meta.unkept) continue;
    const property = path ? `${path}.${name}` : name;
    if (schema instanceof z.ZodObject) {
      // An object without an element of its own cannot be absent, only empty.
      const isShared = meta.xml === "." && !meta.when;
      if (actual[name] === undefined && !isShared) dropIfGone(out, name, schema, only(property));
      else out[name] = observe(schema, asItem(declared[name]), asItem(actual[name]), only, property);
    } else if (!only(property)) continue;
    else if (schema instanceof z.ZodArray) {
      out[name] = observeList(schema, meta, asList(declared[name]), asList(actual[name]), only, property);
    } else observeScalar(out, meta, name, declared, actual);
  }
  return out;
}

/** An object that the host does not have is gone, unless it only holds settings that the host never shows. */
function dropIfGone(
  out: Record<string, unknown>,
  name: string,
  schema: z.ZodObject,
  compared: boolean,
): void {
  const shown = propertiesOf(schema).some(([, , meta]) => meta.xml !== "" || meta.when);
  if (shown && compared) delete out[name];
}

function observeScalar(
  out: Record<string, unknown>,
  meta: FieldMeta,
  name: string,
  declared: Item,
  host: Item,
): void {
  // Elements in other namespaces are another tool's.
  const isForeign = meta.form === "xml" && host[name] !== undefined;
  const actual = isForeign
    ? { ...host, [name]: ownForeignXml(String(declared[name]), String(host[name])) }
    : host;
  if (sameScalar(meta, declared[name], actual[name], declared, actual)) return;
  if (actual[name] === undefined) {
    if (meta.implied !== undefined && meta.implied === declared[name]) return;
    if (meta.impliedBy !== undefined && actual[meta.impliedBy] === declared[name]) return;
    if (meta.form === "flag") out[name] = false;
    else delete out[name];
    return;
  }
  out[name] = actual[name];
  if (!meta.unit) return;
  const unit = declared[meta.unit.property];
  const bytes = sizeOf(meta, actual[name], actual);
  const converted =
    bytes === undefined ? undefined : inUnit(bytes, typeof unit === "string" ? unit : meta.unit.fallback);
  // A size that is no whole number of the declared unit is shown in the host's own.
  if (converted !== undefined) out[name] = typeof actual[name] === "string" ? String(converted) : converted;
  else out[meta.unit.property] = actual[meta.unit.property] ?? meta.unit.fallback;
}

function observeList(
  schema: z.ZodArray,
  meta: FieldMeta,
  declared: readonly unknown[],
  actual: readonly unknown[],
  only: (property: string) => boolean,
  path: string,
): unknown[] {
  const item = inner(schema.element as z.ZodType);
  const out: unknown[] = [];
  const added: unknown[] = [];
  for (const { before, after } of pairs(meta, declared, actual)) {
    if (before && after) {
      out[before.index] =
        item instanceof z.ZodObject
          ? observe(item, asItem(before.item), asItem(after.item), only, path)
          : after.item;
    } else if (after && meta.closed) added.push(after.item);
  }
  return [...out.filter((value) => value !== undefined), ...added];
}

const asItem = (value: unknown): Item => (typeof value === "object" && value !== null ? (value as Item) : {});
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
