/**
 * Property values as the provider works with them, and their form on the wire: JSON with a few marked objects for
 * secrets, assets and references, and marked texts for values that are not known yet (Pulumi's wire protocol).
 */

/** A value that is not known before the update runs. */
export const UNKNOWN: unique symbol = Symbol("unknown");
export type Unknown = typeof UNKNOWN;

/** A value that is encrypted wherever it is kept. */
export class Secret {
  readonly value: Value;
  constructor(value: Value) {
    this.value = value;
  }
}

export type Value = string | number | boolean | null | Unknown | Secret | readonly Value[] | Properties;
export interface Properties {
  readonly [key: string]: Value | undefined;
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** The texts that stand for an unknown text, boolean, number, list, asset, archive and object. */
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS = new Set([
  UNKNOWN_TEXT,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Wire to value. */
export function decode(json: unknown): Value {
  if (typeof json === "string") return UNKNOWNS.has(json) ? UNKNOWN : json;
  if (typeof json !== "object" || json === null) return json as number | boolean | null;
  if (Array.isArray(json)) return json.map(decode);
  const object = json as Record<string, unknown>;
  if (SIGNATURE in object) return decodeMarked(object);
  return decodeProperties(object);
}

/** Wire to properties. */
export function decodeProperties(object: Readonly<Record<string, unknown>>): Properties {
  const out: Record<string, Value> = {};
  for (const [key, value] of Object.entries(object)) out[key] = decode(value);
  return out;
}

function decodeMarked(object: Record<string, unknown>): Value {
  switch (object[SIGNATURE]) {
    case SECRET:
      return new Secret(decode(object.value));
    case OUTPUT: {
      const value = "value" in object ? decode(object.value) : UNKNOWN;
      return object.secret === true ? new Secret(value) : value;
    }
    case RESOURCE:
      // A resource stands for its id.
      return decode(object.id ?? UNKNOWN_TEXT);
    default:
      throw new Error("assets and archives are not taken by any property of this provider");
  }
}

/** Value to wire. */
export function encode(value: Value): Json {
  if (value === UNKNOWN) return UNKNOWN_TEXT;
  if (value instanceof Secret) return { [SIGNATURE]: SECRET, value: encode(value.value) };
  if (typeof value !== "object" || value === null) return value as string | number | boolean | null;
  if (isList(value)) return value.map(encode);
  return encodeProperties(value);
}

/** Properties to wire; absent ones are left out. */
export function encodeProperties(properties: Properties): { [key: string]: Json } {
  const out: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(properties)) if (value !== undefined) out[key] = encode(value);
  return out;
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function isProperties(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

/** The value without its marks of secrecy, at any depth; null counts as absent. */
export function plain(value: Value | undefined): Value | undefined {
  if (value === null) return undefined;
  if (value instanceof Secret) return plain(value.value);
  if (isList(value)) return value.map((item) => plain(item) ?? null);
  if (isProperties(value)) return plainProperties(value);
  return value;
}

/** The properties without marks of secrecy. */
export function plainProperties(properties: Properties): Properties {
  const out: Record<string, Value> = {};
  for (const [key, value] of Object.entries(properties)) {
    const bare = plain(value);
    if (bare !== undefined) out[key] = bare;
  }
  return out;
}

/** Whether a value, or anything in it, is not known yet. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (value instanceof Secret) return hasUnknown(value.value);
  if (isList(value)) return value.some(hasUnknown);
  return isProperties(value) && Object.values(value).some(hasUnknown);
}

/** Whether a value, or anything in it, is a secret. */
export function hasSecret(value: Value | undefined): boolean {
  if (value instanceof Secret) return true;
  if (isList(value)) return value.some(hasSecret);
  return isProperties(value) && Object.values(value).some(hasSecret);
}

/**
 * The `next` values with the marks of secrecy that `marked` has in the same places, so that what went in as a
 * secret comes out as one.
 */
export function remark(next: Value, marked: Value | undefined): Value {
  if (marked instanceof Secret) return next instanceof Secret ? next : new Secret(next);
  if (isList(next) && isList(marked)) return next.map((item, index) => remark(item, marked[index]));
  if (isProperties(next) && isProperties(marked)) {
    const out: Record<string, Value> = {};
    for (const [key, value] of Object.entries(next)) {
      if (value !== undefined) out[key] = remark(value, marked[key]);
    }
    return out;
  }
  return next;
}
