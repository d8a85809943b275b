/** Checking inputs against their schema: every failure at once, each with path, value and what would be right. */
import * as z from "zod";
import { inner, metaOf, structs } from "../schema/field.ts";
import { isUnsupported } from "../schema/unsupported.ts";
import type { CheckFailure } from "./failure.ts";
import {
  hasSecret,
  isList,
  isProperties,
  type Properties,
  plain,
  Secret,
  UNKNOWN,
  type Value,
} from "./values.ts";

type Path = readonly (string | number)[];

/** All failures of the inputs; what is not known yet is taken to be right. */
export function validate(object: z.ZodObject, inputs: Properties): CheckFailure[] {
  const unknown: Path[] = [];
  const known = withoutUnknown(plain(inputs) ?? {}, [], unknown);
  const result = object.safeParse(known);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    const path = issue.path.filter((step) => typeof step !== "symbol");
    if (unknown.some((at) => at.length === path.length && at.every((step, i) => step === path[i]))) return [];
    return render(object, inputs, issue, path);
  });
}

function withoutUnknown(value: Value, path: Path, unknown: Path[]): unknown {
  if (value === UNKNOWN) {
    unknown.push(path);
    return undefined;
  }
  if (isList(value)) return value.map((item, index) => withoutUnknown(item, [...path, index], unknown));
  if (!isProperties(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      item === undefined ? undefined : withoutUnknown(item, [...path, key], unknown),
    ]),
  );
}

function render(
  object: z.ZodObject,
  inputs: Properties,
  issue: z.core.$ZodIssue,
  path: Path,
): CheckFailure[] {
  if (issue.code === "unrecognized_keys") {
    const owner = schemaAt(object, path);
    const known = owner instanceof z.ZodObject ? Object.keys(owner.shape) : [];
    const title = owner && structs.get(owner)?.name;
    return issue.keys.map((key) => ({
      property: pathText([...path, key]),
      reason:
        title !== undefined && isUnsupported(title, key)
          ? "is a property of the typed provider that this one does not support. Leave it out; set it on the host by hand (virsh edit) if you need it, and updates keep it"
          : `there is no such property; ${suggestion(key, known)}`,
    }));
  }
  const property = pathText(path);
  const value = valueAt(inputs, path);
  if (value === undefined) return [{ property, reason: `is required: ${docAt(object, path)}` }];
  return [{ property, reason: `${shown(object, path, value)} ${problem(issue)}` }];
}

function problem(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${EXPECTED[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "too_small":
      return `must be ${issue.minimum} or more`;
    case "too_big":
      return `must be ${issue.maximum} or less`;
    default:
      return issue.message;
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
};

/** The value in a message: short, and nothing of a secret. */
function shown(object: z.ZodObject, path: Path, value: Value): string {
  if (hasSecret(value) || isSecretAt(object, path)) return "the value (a secret)";
  if (isList(value)) return "a list";
  if (isProperties(value)) return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}

/** Path as Pulumi writes it. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[A-Za-z_]\w*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

function step(schema: z.ZodType | undefined, at: string | number): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const next = schema.shape[at as string] as z.ZodType | undefined;
    return next && inner(next);
  }
  return schema instanceof z.ZodArray ? inner(schema.element as z.ZodType) : undefined;
}

function schemaAt(object: z.ZodObject, path: Path): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>(step, object);
}

function docAt(object: z.ZodObject, path: Path): string {
  const owner = schemaAt(object, path.slice(0, -1));
  const last = path.at(-1);
  const field =
    owner instanceof z.ZodObject ? (owner.shape[last as string] as z.ZodType | undefined) : undefined;
  return field ? metaOf(field).doc : "a value";
}

function isSecretAt(object: z.ZodObject, path: Path): boolean {
  let schema: z.ZodType | undefined = object;
  for (const at of path) {
    if (schema instanceof z.ZodObject) {
      const field = schema.shape[at as string] as z.ZodType | undefined;
      if (field && metaOf(field).secret) return true;
    }
    schema = step(schema, at);
  }
  return false;
}

/** The value at a path; marked secret when it lies inside a secret. */
function valueAt(inputs: Properties, path: Path): Value | undefined {
  let value: Value | undefined = inputs;
  let secret = false;
  for (const at of path) {
    if (value instanceof Secret) {
      secret = true;
      value = value.value;
    }
    if (isList(value)) value = value[at as number];
    else value = isProperties(value) ? value[at as string] : undefined;
  }
  if (value === null) return undefined;
  return secret && value !== undefined ? new Secret(value) : value;
}

function suggestion(key: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, distance: distance(key.toLowerCase(), name.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= Math.max(1, Math.floor(key.length / 3)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const [best] = near;
  if (best) return `did you mean ${best.name}?`;
  return `there are ${known.slice(0, 12).join(", ")}${known.length > 12 ? ` and ${known.length - 12} more` : ""}`;
}

/** Edits between two texts (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
