/** The difference between two sets of inputs, property by property, by meaning rather than by spelling. */
import * as z from "zod";
import { sameScalar } from "./equality.ts";
import { type FieldMeta, inner, propertiesOf } from "./field.ts";

export type ChangeKind = "add" | "delete" | "update";

export interface Change {
  /** Path with list positions, such as `cpuTune.vcpuPins[3].cpuSet`. */
  readonly path: string;
  /** The same without positions, as the table of change classes has it. */
  readonly property: string;
  readonly kind: ChangeKind;
}

type Item = { readonly [property: string]: unknown };

/** Items of two lists, paired by key or position; either side may be missing. */
export interface Pair {
  readonly before: { readonly index: number; readonly item: unknown } | undefined;
  readonly after: { readonly index: number; readonly item: unknown } | undefined;
}

/** The value at a dotted path inside an object. */
export function valueAt(item: unknown, path: string): unknown {
  let value: unknown = item;
  for (const step of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Item)[step];
  }
  return value;
}

/** Pairs the items of two lists: by their keys where every item has one, else by position. */
export function pairs(meta: FieldMeta, before: readonly unknown[], after: readonly unknown[]): Pair[] {
  const keys = keysOf(meta, before, after);
  if (!keys) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => ({
      before: index < before.length ? { index, item: before[index] } : undefined,
      after: index < after.length ? { index, item: after[index] } : undefined,
    }));
  }
  const [keysBefore, keysAfter] = keys;
  const out: Pair[] = after.map((item, index) => {
    const from = keysBefore.indexOf(keysAfter[index] as string);
    return {
      before: from < 0 ? undefined : { index: from, item: before[from] },
      after: { index, item },
    };
  });
  for (const [index, item] of before.entries()) {
    if (!keysAfter.includes(keysBefore[index] as string))
      out.push({ before: { index, item }, after: undefined });
  }
  return out;
}

/**
 * What tells the items of two lists apart: the first of their keys that every item has, with a count where several
 * share one; undefined when there is no such key, so that only positions are left.
 */
export function keysOf(
  meta: FieldMeta,
  before: readonly unknown[],
  after: readonly unknown[],
): readonly [before: string[], after: string[]] | undefined {
  for (const key of typeof meta.key === "string" ? [meta.key] : (meta.key ?? [])) {
    const keysBefore = keysBy(key, before);
    const keysAfter = keysBefore && keysBy(key, after);
    if (keysBefore && keysAfter) return [keysBefore, keysAfter];
  }
  return undefined;
}

function keysBy(key: string, items: readonly unknown[]): string[] | undefined {
  const seen = new Map<string, number>();
  const keys: string[] = [];
  for (const item of items) {
    const values = key.split(" ").map((path) => valueAt(item, path));
    if (!values.every((value) => typeof value === "string" || typeof value === "number")) return undefined;
    // MAC addresses come in both cases; for other keys it does no harm, as the count still tells items apart.
    const folded = values.join(" ").toLowerCase();
    const count = seen.get(folded) ?? 0;
    seen.set(folded, count + 1);
    keys.push(`${folded} ${count}`);
  }
  return keys;
}

/** All changes from `before` to `after` below an object. */
export function changesOf(
  object: z.ZodObject,
  before: Item,
  after: Item,
  path = "",
  property = "",
): Change[] {
  const fields = propertiesOf(object);
  // A unit belongs to its size, which is compared by meaning.
  const units = new Set(fields.map(([, , meta]) => meta.unit?.property));
  return fields
    .filter(([name]) => !units.has(name))
    .flatMap(([name, schema, meta]) => {
      const at = { path: path ? `${path}.${name}` : name, property: property ? `${property}.${name}` : name };
      return fieldChanges(schema, meta, before, after, name, at);
    });
}

interface Place {
  readonly path: string;
  readonly property: string;
}

function fieldChanges(
  schema: z.ZodType,
  meta: FieldMeta,
  ownerBefore: Item,
  ownerAfter: Item,
  name: string,
  at: Place,
): Change[] {
  const before = ownerBefore[name];
  const after = ownerAfter[name];
  if (typeof after === "symbol") return [{ ...at, kind: before === undefined ? "add" : "update" }];
  if (schema instanceof z.ZodArray) return listChanges(schema, meta, before, after, at);
  if (schema instanceof z.ZodObject) return objectChanges(schema, before, after, at);
  if (sameScalar(meta, before, after, ownerBefore, ownerAfter)) return [];
  return [{ ...at, kind: kindOf(before, after) }];
}

function objectChanges(schema: z.ZodObject, before: unknown, after: unknown, at: Place): Change[] {
  if (before === undefined && after === undefined) return [];
  const below = changesOf(schema, asItem(before), asItem(after), at.path, at.property);
  if (below.length > 0 || (before === undefined) === (after === undefined)) return below;
  return [{ ...at, kind: kindOf(before, after) }];
}

function listChanges(
  schema: z.ZodArray,
  meta: FieldMeta,
  before: unknown,
  after: unknown,
  at: Place,
): Change[] {
  const item = inner(schema.element as z.ZodType);
  const changes = pairs(meta, asList(before), asList(after)).flatMap((pair): Change[] => {
    const index = pair.after?.index ?? pair.before?.index;
    const place = { path: `${at.path}[${index}]`, property: at.property };
    if (!pair.before) return [{ ...place, kind: "add" }];
    if (!pair.after) return [{ ...place, kind: "delete" }];
    if (typeof pair.after.item === "symbol") return [{ ...place, kind: "update" }];
    if (item instanceof z.ZodObject) {
      return changesOf(item, asItem(pair.before.item), asItem(pair.after.item), place.path, place.property);
    }
    return pair.before.item === pair.after.item ? [] : [{ ...place, kind: "update" }];
  });
  return merged(changes);
}

/** An item that makes way for another at its position is one change of that position. */
function merged(changes: readonly Change[]): Change[] {
  const byPath = new Map<string, Change>();
  for (const change of changes) {
    byPath.set(change.path, byPath.has(change.path) ? { ...change, kind: "update" } : change);
  }
  return [...byPath.values()];
}

function kindOf(before: unknown, after: unknown): ChangeKind {
  if (before === undefined) return "add";
  return after === undefined ? "delete" : "update";
}

const asItem = (value: unknown): Item => (typeof value === "object" && value !== null ? (value as Item) : {});
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
