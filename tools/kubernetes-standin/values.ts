/** What every resource does with property values: look inside, compare, keep secrets secret. */
import { type Properties, Secret, UNKNOWN, type Value } from "./wire.ts";

export function isObject(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

/** The object itself, also when it is secret; anything else is an empty object. */
export function asObject(value: Value | undefined): Properties {
  const plain = value instanceof Secret ? value.value : value;
  return isObject(plain) ? plain : {};
}

/** The text itself, also when it is secret; `undefined` for anything else, an unknown included. */
export function asText(value: Value | undefined): string | undefined {
  const plain = value instanceof Secret ? value.value : value;
  return typeof plain === "string" ? plain : undefined;
}

/** The same value with its secrets laid open and its nulls left out: what an API server is sent. */
export function reveal(value: Properties): Properties;
export function reveal(value: Value): Value;
export function reveal(value: Value): Value {
  if (value instanceof Secret) return reveal(value.value);
  if (Array.isArray(value)) return value.map((item) => reveal(item));
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, reveal(member)]));
}

export function hasUnknown(value: Value): boolean {
  if (value === UNKNOWN) return true;
  if (value instanceof Secret) return hasUnknown(value.value);
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

export function isEqual(left: Value | undefined, right: Value | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isEqual(item, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => isEqual(left[key], right[key]));
}

/** `target` with every member secret that is secret in `pattern`, at any depth. */
export function markSecrets(target: Value, pattern: Value | undefined): Value {
  if (pattern instanceof Secret) return target instanceof Secret ? target : new Secret(target);
  if (Array.isArray(target) && Array.isArray(pattern)) {
    return target.map((item, index) => markSecrets(item, pattern[index]));
  }
  if (!isObject(target) || !isObject(pattern)) return target;
  return Object.fromEntries(
    Object.entries(target).map(([key, member]) => [key, markSecrets(member, pattern[key])]),
  );
}

/**
 * Blanks out every secret text of `values` in a message, in its base64 form too: an API server quotes the
 * value that it refuses. Texts under 3 characters are left, as blanking them would garble the message and
 * tells nobody anything.
 */
export function redact(message: string, values: Value): string {
  const texts = secretTexts(values, false).flatMap((text) => [text, Buffer.from(text).toString("base64")]);
  const longestFirst = [...new Set(texts)]
    .filter((text) => text.length > 2)
    .sort((a, b) => b.length - a.length);
  return longestFirst.reduce((text, secret) => text.replaceAll(secret, "[secret]"), message);
}

function secretTexts(value: Value, inSecret: boolean): string[] {
  if (value instanceof Secret) return secretTexts(value.value, true);
  if (Array.isArray(value)) return value.flatMap((item) => secretTexts(item, inSecret));
  if (isObject(value)) return Object.values(value).flatMap((member) => secretTexts(member, inSecret));
  return inSecret && (typeof value === "string" || typeof value === "number") ? [String(value)] : [];
}
