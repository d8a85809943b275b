import type { z } from "zod";
import * as core from "zod/v4/core";
import { bare, definition } from "./properties.ts";

/**
 * What is sound in a value that is not sound as a whole: every leaf that the schema takes, and undefined where
 * it does not. So names can be compared although a figure beside them is wrong, and all errors be told at once.
 */

/** `T` with a hole wherever the value may have been refused. Lists of numbers are leaves: a CPU set is one text. */
export type Outline<T> = T extends readonly number[]
  ? T
  : T extends readonly (infer E)[]
    ? readonly (Outline<E> | undefined)[]
    : T extends object
      ? { readonly [K in keyof T]?: Outline<T[K]> | undefined }
      : T;

/** The sound parts of a value; undefined if it is not even of the schema's kind. */
export function outline<T>(schema: z.ZodType<T>, value: unknown): Outline<T> | undefined {
  return soundPart(schema, value) as Outline<T> | undefined;
}

function soundPart(schema: core.$ZodType, value: unknown): unknown {
  const def = definition(bare(schema));
  if (def.type === "array" && Array.isArray(value))
    return value.map((entry) => soundPart(def.element, entry));
  if (def.type === "object" && isPlain(value)) {
    return Object.fromEntries(
      Object.entries(def.shape).map(([key, property]) => [
        key,
        soundPart(property, Object.hasOwn(value, key) ? value[key] : undefined),
      ]),
    );
  }
  const leaf = core.safeParse(schema, value);
  return leaf.success ? leaf.data : undefined;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Runs a check over the sound entries of a list, each with its path. */
export function eachSound<E, R>(
  list: readonly (E | undefined)[] | undefined,
  path: string,
  check: (entry: E, at: string) => R[],
): R[] {
  return (list ?? []).flatMap((entry, i) => (entry === undefined ? [] : check(entry, `${path}[${i}]`)));
}
