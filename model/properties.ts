import type { z } from "zod";

/** What the schema says about the properties at a path, for messages that tell what would be right. */

/** The property names that the schema allows at `path`; undefined if it has no object there, or one of free keys. */
export function propertiesAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] | undefined {
  let at: z.core.$ZodType | undefined = bare(schema);
  for (const key of path) {
    if (at === undefined) return undefined;
    at = step(at, key);
  }
  const def = at && definition(at);
  if (def?.type === "object") return Object.keys(def.shape);
  const key = def?.type === "record" ? definition(def.keyType) : undefined;
  return key?.type === "enum" ? Object.values(key.entries).map(String) : undefined;
}

function step(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  const def = definition(schema);
  if (def.type === "array") return bare(def.element);
  if (def.type === "record") return bare(def.valueType);
  if (def.type !== "object") return undefined;
  const next = Object.hasOwn(def.shape, key) ? def.shape[String(key)] : undefined;
  return next && bare(next);
}

/** Takes off what does not change the written form: defaults, optionality, transforms. */
export function bare(schema: z.core.$ZodType): z.core.$ZodType {
  const def = definition(schema);
  if (def.type === "optional" || def.type === "default" || def.type === "prefault")
    return bare(def.innerType);
  return def.type === "pipe" ? bare(def.in) : schema;
}

/** What a schema is made of, as zod keeps it. */
export function definition(schema: z.core.$ZodType) {
  return (schema as z.core.$ZodTypes)._zod.def;
}

/** The known name that a misspelt one most likely means; undefined if none is near. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const loose = (name: string) => name.toLowerCase().replace(/[-_. ]/g, "");
  const ranked = known
    .map((name) => ({ name, distance: editDistance(loose(given), loose(name)) }))
    .filter(({ name, distance }) => distance <= (name.length < 5 ? 1 : 2))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.name;
}

/** Levenshtein's distance, row by row; hostile lengths are cut, since they are near to nothing anyway. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
