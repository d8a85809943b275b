/**
 * Resource properties as plain data. Inside the engine's analyzer a value that is only known after the update
 * throws when it is read, and the SDK turns that into an advisory note: a risky stack would pass. Here it is
 * read as `UNKNOWN`, so that a rule can refuse it. Exported stacks mark values and secrets in their own way.
 */

/** A value that exists but cannot be known now: computed by another resource, or an encrypted secret. */
export const UNKNOWN = Symbol("unknown");

export type Plain = string | number | boolean | null | typeof UNKNOWN | Plain[] | PlainObject;
export interface PlainObject {
  readonly [key: string]: Plain;
}

/** Key and values by which the engine marks special values. Source: pulumi sdk/go/common/resource/sig. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** The engine's sentinels for computed values by type. Source: pulumi sdk/go/common/resource/plugin/rpc.go. */
const SENTINELS: ReadonlySet<string> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Copies a value, reading what cannot be known as `UNKNOWN`. Absent properties stay absent, a copy copies as itself. */
export function plain(value: unknown): Plain {
  if (typeof value === "string") return SENTINELS.has(value) ? UNKNOWN : value;
  if (typeof value === "number" || typeof value === "boolean" || value === UNKNOWN) return value;
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value)) return Array.from(value.keys(), (index) => read(value, index));
  switch (read(value, SIGNATURE)) {
    case SECRET:
      return secret(value);
    case OUTPUT:
      return Object.hasOwn(value, "value") ? read(value, "value") : UNKNOWN;
    default:
      return plainObject(value);
  }
}

/** As `plain`, for the properties of a resource; anything that is no object has none. */
export function plainObject(value: unknown): PlainObject {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.keys(value)
      .filter((key) => key !== "__proto__")
      .map((key) => [key, read(value, key)]),
  );
}

/** The SDK guards properties with a proxy; only reading an unknown one throws. */
function read(owner: object, key: string | number): Plain {
  let value: unknown;
  try {
    value = (owner as Record<string | number, unknown>)[key];
  } catch {
    return UNKNOWN;
  }
  return plain(value);
}

/** Decrypted by `pulumi stack export --show-secrets`, or held in the clear; otherwise unknown. */
function secret(value: object): Plain {
  if (Object.hasOwn(value, "value")) return read(value, "value");
  const text = read(value, "plaintext");
  if (typeof text !== "string") return UNKNOWN;
  try {
    return plain(JSON.parse(text));
  } catch {
    return UNKNOWN;
  }
}
