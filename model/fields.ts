import { z } from "zod";
import { CPUSET_PATTERN, cpusetHint, MAX_CPU, parseCpuset } from "./cpuset.ts";
import {
  BANDWIDTH_PATTERN,
  CPU_PATTERN,
  parseBandwidth,
  parseCpu,
  parseQuantity,
  parseSize,
  QUANTITY_PATTERN,
  QuantityError,
  type Rounding,
  SIZE_PATTERN,
} from "./quantity.ts";

/**
 * The building blocks of the fleet schema: each reads one kind of text and hands on a checked value.
 * Messages complete the sentence "`path`: got `value`, …".
 */

type Reader<I> = (value: I, rounding: Rounding) => number;

function reading<I>(base: z.ZodType<I, I>, read: Reader<I>, rounding: Rounding) {
  return base.transform((value, ctx): number => {
    try {
      return read(value, rounding);
    } catch (error) {
      if (!(error instanceof QuantityError)) throw error;
      ctx.issues.push({ code: "custom", message: error.message, input: value });
      return z.NEVER;
    }
  });
}

/** A text; `pattern` goes into the JSON Schema only, since the reader has the better messages. */
const text = (expected: string, pattern: string) =>
  z.string({ error: () => `expected ${expected}` }).meta({ pattern });
/** YAML hands unquoted figures over as numbers. */
const scalar = (expected: string, pattern: string) =>
  z.union([z.string().meta({ pattern }), z.number().meta({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })], {
    error: () => `expected ${expected}`,
  });

const SIZE = 'a size with its unit, like "120832 MiB" or "8 TB"';
/** A hardware size that is there to be used: rounded down below one byte. */
export const sizeCapacity = (description: string) =>
  reading(text(SIZE, SIZE_PATTERN).meta({ description, examples: ["128 GiB"] }), parseSize, "capacity");
/** A hardware size that is asked for: rounded up below one byte. */
export const sizeDemand = (description: string) =>
  reading(
    text(SIZE, SIZE_PATTERN).meta({ description, examples: ["120832 MiB", "8 TB"] }),
    parseSize,
    "demand",
  );
/** A hardware size that is asked for, and is of no use as zero. */
export const positiveSize = (description: string) =>
  reading(
    text(SIZE, `^(?=.*[1-9])${SIZE_PATTERN.slice(1)}`).meta({
      description,
      examples: ["120832 MiB", "8 TB"],
    }),
    (value, rounding) => {
      const bytes = parseSize(value, rounding);
      if (bytes === 0) throw new QuantityError(`${SIZE}, above 0`);
      return bytes;
    },
    "demand",
  );
const BANDWIDTH = 'a bandwidth with its unit, like "10Gbps" (bits) or "125MB/s" (bytes)';
/** libvirt counts an interface's rate in kilobytes a second, and takes none for no limit at all. */
const LEAST_BANDWIDTH = 8_000;
/** A bandwidth that is there to be used. */
export const bandwidthCapacity = (description: string) =>
  reading(
    text(BANDWIDTH, `^(?=.*[1-9])${BANDWIDTH_PATTERN.slice(1)}`).meta({ description, examples: ["10Gbps"] }),
    (value, rounding) => {
      const rate = parseBandwidth(value, rounding);
      if (rate < LEAST_BANDWIDTH) throw new QuantityError(`${BANDWIDTH}, of at least 8kbps`);
      return rate;
    },
    "capacity",
  );

const CPU = 'a CPU quantity, like "4" or "500m"';
const QUANTITY = 'a quantity, like "219.81Gi" or "66G"';
export const cpuCapacity = (description: string) =>
  reading(scalar(CPU, CPU_PATTERN).meta({ description, examples: ["32"] }), parseCpu, "capacity");
export const cpuDemand = (description: string) =>
  reading(scalar(CPU, CPU_PATTERN).meta({ description, examples: ["4", "500m"] }), parseCpu, "demand");
export const quantityCapacity = (description: string) =>
  reading(
    scalar(QUANTITY, QUANTITY_PATTERN).meta({ description, examples: ["219.81Gi"] }),
    parseQuantity,
    "capacity",
  );
export const quantityDemand = (description: string) =>
  reading(
    scalar(QUANTITY, QUANTITY_PATTERN).meta({ description, examples: ["32Gi"] }),
    parseQuantity,
    "demand",
  );

const CPUSET = 'a CPU set, like "16-17,52-53"';
/** A set of host CPUs; inside an ascending list. A single CPU may be a number, as YAML reads it. */
export const cpuset = (description: string) =>
  z
    .union([z.string().meta({ pattern: CPUSET_PATTERN }), z.int().meta({ minimum: 0, maximum: MAX_CPU })], {
      error: () => `expected ${CPUSET}`,
    })
    .meta({ description, examples: [0, "16-17,52-53"] })
    .transform((value, ctx): number[] => {
      const cpus = parseCpuset(String(value));
      if (cpus) return cpus;
      const message = `expected ${CPUSET}${cpusetHint(String(value))}`;
      ctx.issues.push({ code: "custom", message, input: value });
      return z.NEVER;
    });

const count = (expected: string, least: number, description: string) =>
  z
    .int({ error: () => `expected ${expected}` })
    .min(least, { error: () => `expected ${expected}` })
    .max(1_000_000, { error: () => `expected ${expected}, at most 1000000` })
    .meta({ description });

/** A whole number from 0. */
export const countFromZero = (description: string) => count("a whole number from 0", 0, description);
/** A whole number from 1. */
export const countFromOne = (description: string) => count("a whole number from 1", 1, description);

/** A switch. */
export const yesNo = (description: string) =>
  z.boolean({ error: () => "expected true or false" }).meta({ description });

/** A calendar day, `2026-05-03`. */
export const day = (description: string) =>
  z.iso.date({ error: () => 'expected a date, like "2026-05-03"' }).meta({ description });

/** Free text that is not empty; blanks alone say nothing either. */
export const nonEmpty = (description: string) =>
  z
    .string({ error: () => "expected a text" })
    .regex(/\S/, { error: () => "expected a text that is not empty" })
    .meta({ description });

/** Text on one line: what libvirt takes as a title. */
export const line = (description: string) =>
  z
    .string({ error: () => "expected a text" })
    .regex(/^[^\p{Cc}]*\S[^\p{Cc}]*$/u, { error: () => "expected a text on one line, not empty" })
    .meta({ description });

/** A kubeconfig context. `kubectl` takes any text; cloud vendors make it of ARNs, host names, users and ports. */
export const context = (description: string) =>
  z
    .string({ error: () => "expected the name of a kubeconfig context" })
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._@:/-]{0,251}[A-Za-z0-9])?$/, {
      error: () =>
        "expected the name of a kubeconfig context: 1 to 253 letters, digits and any of . _ @ : / - inside",
    })
    .meta({ description });

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
/** A name that libvirt, Kubernetes and file systems all take. */
export const name = (description: string) =>
  z
    .string({ error: () => "expected a name" })
    .regex(NAME, {
      error: () =>
        "expected a name of 1 to 63 letters, digits, dots, dashes or underscores that begins and ends with a letter or digit",
    })
    .meta({ description });

/** An absolute path without `..` and control characters. */
export const path = (description: string) =>
  z
    .string({ error: () => "expected an absolute path" })
    .regex(/^\/(?!(?:.*\/)?\.\.(?:\/|$))[^\p{Cc}]*$/u, {
      error: () => 'expected an absolute path without ".." and control characters',
    })
    .meta({ description });

const EXPECTED_MOUNT = 'expected an absolute path without "..", blanks, quotes and backslashes';
/** Where a file system is mounted. /etc/fstab holds it, so what would have to be escaped there is refused. */
export const mountPoint = (description: string) =>
  z
    .string({ error: () => EXPECTED_MOUNT })
    .regex(/^\/(?!(?:.*\/)?\.\.(?:\/|$))[^\p{Cc}\s\\"']*$/u, { error: () => EXPECTED_MOUNT })
    .meta({ description });

/** Where a figure comes from and from when. */
export const record = z
  .strictObject({
    source: z
      .enum(["detected", "configured"], { error: () => 'expected "detected" or "configured"' })
      .meta({ description: "`detected`: read off the machine. `configured`: written by a person." }),
    date: day("The day on which the figures were read or decided."),
    note: nonEmpty("What a reviewer should know of the figures.").optional(),
  })
  .meta({
    id: "Record",
    description: "Where figures were recorded, and when. Effect of a change: judged anew.",
  });
export type Provenance = z.output<typeof record>;

/** Provenance of one figure where it is not the host's own. */
export const ownRecord = record.meta({
  description:
    "Where these figures were recorded, and when; the host's own `recorded` by default. A `configured` figure is never overwritten by a detected one. Effect of a change: judged anew.",
});
