/**
 * What is read out of an API server's JSON. Nothing of it is trusted: kinds are checked, and control characters,
 * which a terminal would obey, are replaced here and nowhere else.
 */
export type Json = Readonly<Record<string, unknown>>;

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A text; what is none is empty. */
export function text(value: unknown): string {
  return typeof value === "string" ? printable(value) : "";
}

export function printable(value: string): string {
  return value.replace(UNPRINTABLE, "?");
}

/** An object; what is none is one without properties. */
export function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects of a list; what is none is left out. */
export function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The texts of a list. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((v) => typeof v === "string").map(printable) : [];
}

/** The texts of an object, by their keys. */
export function labelsOf(value: unknown): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [key, label] of Object.entries(object(value))) {
    if (typeof label === "string" && key !== "__proto__") labels[printable(key)] = printable(label);
  }
  return labels;
}

/** A count as an API server has it; undefined if it is none. */
export function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Milliseconds since 1970 of a time; undefined if it is none. */
export function time(value: unknown): number | undefined {
  const parsed = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** One line of at most so many characters. */
export function line(value: unknown, most = 300): string {
  const characters = [...text(value).trim()];
  return characters.length <= most ? characters.join("") : `${characters.slice(0, most - 1).join("")}…`;
}
