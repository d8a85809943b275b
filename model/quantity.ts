/**
 * Exact quantities. A figure is read as an exact decimal fraction (two BigInts), and only then turned into
 * an integer number of bytes, millicores or bits per second. Where the fraction does not come out whole the
 * caller says which way is safe: a capacity is rounded down, a demand is rounded up, so that rounding can
 * refuse by one byte but never pass by one.
 */

/** Integer bytes. */
export type Bytes = number;
/** Integer thousandths of a CPU. */
export type Millicores = number;
/** Integer bits per second. */
export type BitsPerSecond = number;

/** What a figure is for; decides the direction of rounding below one unit. */
export type Rounding = "capacity" | "demand";

/** A rejected figure. `expected` completes the sentence "expected …". */
export class QuantityError extends Error {
  readonly expected: string;
  constructor(expected: string) {
    super(`expected ${expected}`);
    this.name = "QuantityError";
    this.expected = expected;
  }
}

const KI = 1024n;
const K = 1000n;

/** Suffixes of hardware sizes, as vendors and IEC 80000-13 write them. */
const SIZE_UNITS: ReadonlyMap<string, bigint> = new Map([
  ["B", 1n],
  ["kB", K],
  ["MB", K ** 2n],
  ["GB", K ** 3n],
  ["TB", K ** 4n],
  ["PB", K ** 5n],
  ["KiB", KI],
  ["MiB", KI ** 2n],
  ["GiB", KI ** 3n],
  ["TiB", KI ** 4n],
  ["PiB", KI ** 5n],
]);

/** Decimal suffixes of Kubernetes quantities (apimachinery `resource.Quantity`); `m` and below are handled apart. */
const DECIMAL_UNITS: ReadonlyMap<string, bigint> = new Map([
  ["", 1n],
  ["k", K],
  ["M", K ** 2n],
  ["G", K ** 3n],
  ["T", K ** 4n],
  ["P", K ** 5n],
  ["E", K ** 6n],
]);

/** All suffixes of Kubernetes quantities. */
const KUBERNETES_UNITS: ReadonlyMap<string, bigint> = new Map([
  ...DECIMAL_UNITS,
  ["Ki", KI],
  ["Mi", KI ** 2n],
  ["Gi", KI ** 3n],
  ["Ti", KI ** 4n],
  ["Pi", KI ** 5n],
  ["Ei", KI ** 6n],
]);

const RATE_UNITS: ReadonlyMap<string, bigint> = new Map([
  ["bps", 1n],
  ["kbps", K],
  ["Mbps", K ** 2n],
  ["Gbps", K ** 3n],
  ["Tbps", K ** 4n],
  ["bit/s", 1n],
  ["kbit/s", K],
  ["Mbit/s", K ** 2n],
  ["Gbit/s", K ** 3n],
  ["Tbit/s", K ** 4n],
  ["B/s", 8n],
  ["kB/s", 8n * K],
  ["MB/s", 8n * K ** 2n],
  ["GB/s", 8n * K ** 3n],
  ["KiB/s", 8n * KI],
  ["MiB/s", 8n * KI ** 2n],
  ["GiB/s", 8n * KI ** 3n],
]);

/** `unit|unit` for a regular expression; units have no special characters. */
const anyOf = (units: ReadonlyMap<string, bigint>) => [...units.keys()].filter((u) => u !== "").join("|");

const DECIMAL = "[0-9]+(\\.[0-9]+)?";
/** Kubernetes takes `5.` and `.5` too. */
const KUBERNETES_DECIMAL = "([0-9]+(\\.[0-9]*)?|\\.[0-9]+)";
/** The written forms, for editors. The parsers below decide; a test holds both to the same answers. */
export const SIZE_PATTERN = `^\\s*${DECIMAL}\\s*(${anyOf(SIZE_UNITS)})\\s*$`;
export const BANDWIDTH_PATTERN = `^\\s*${DECIMAL}\\s*(${anyOf(RATE_UNITS)})\\s*$`;
const quantityPattern = (units: string) => `^\\+?${KUBERNETES_DECIMAL}(m|u|n|${units}|[eE][+-]?[0-9]{1,2})?$`;
export const QUANTITY_PATTERN = quantityPattern(anyOf(KUBERNETES_UNITS));
export const CPU_PATTERN = quantityPattern(anyOf(DECIMAL_UNITS));

/** A non-negative rational: `numerator / denominator`, the denominator a power of ten. */
interface Exact {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Longer texts are no figure that anybody measured; the bound keeps hostile input cheap. */
const MAX_TEXT = 64;
const NUMBER = /^(\d+)(?:\.(\d+))?/;
const KUBERNETES_NUMBER = /^(?=\.?\d)(\d*)(?:\.(\d*))?/;

function splitNumber(text: string, form = NUMBER): { value: Exact; rest: string } | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const match = form.exec(text);
  if (!match) return undefined;
  const fraction = match[2] ?? "";
  return {
    value: { numerator: BigInt((match[1] ?? "") + fraction), denominator: 10n ** BigInt(fraction.length) },
    rest: text.slice(match[0].length),
  };
}

function toInteger({ numerator, denominator }: Exact, rounding: Rounding, what: string): number {
  const whole =
    rounding === "capacity" ? numerator / denominator : (numerator + denominator - 1n) / denominator;
  if (whole > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new QuantityError(`${what} that can be counted exactly (at most ${Number.MAX_SAFE_INTEGER})`);
  }
  return Number(whole);
}

function parseWithUnits(
  text: string,
  units: ReadonlyMap<string, bigint>,
  expected: string,
  rounding: Rounding,
  what: string,
): number {
  const split = splitNumber(text.trim());
  if (!split) throw new QuantityError(`${expected}${signHint(text)}`);
  const unit = split.rest.trim();
  const factor = units.get(unit);
  if (factor === undefined) throw new QuantityError(`${expected}${hint(unit, units)}`);
  return toInteger(
    { numerator: split.value.numerator * factor, denominator: split.value.denominator },
    rounding,
    what,
  );
}

function signHint(text: string): string {
  return /^\s*-/.test(text) ? "; it is negative" : "";
}

/** Names the units that differ from the given one by case, by a dropped `i` or `B`, or by the way a rate is written. */
function hint(given: string, units: ReadonlyMap<string, bigint>): string {
  const unit = given.trim();
  if (given === "") return "; the unit is missing";
  if (units.has(unit)) return `; there is a blank ${/^\s+\S/.test(given) ? "before the unit" : "at the end"}`;
  const bare = (u: string) =>
    u
      .toLowerCase()
      .replace(/(?:\/s|ps)$/, "")
      .replace(/bit$/, "b")
      .replace(/i(?=b|$)/, "")
      .replace(/(?<=^.)b$/, "");
  const near = [...units.keys()].filter((u) => u !== "" && bare(u) === bare(unit));
  return near.length === 0
    ? `; there is no unit ${JSON.stringify(unit)}`
    : `; there is no unit ${JSON.stringify(unit)}, did you mean ${near.join(" or ")}?`;
}

/**
 * Reads a hardware size: `120832 MiB`, `8 TB`, `128GiB`. The unit is required, its case counts
 * (`MB` is 1,000,000 bytes, `MiB` 1,048,576).
 * @throws QuantityError for anything else
 */
export function parseSize(text: string, rounding: Rounding): Bytes {
  return parseWithUnits(
    text,
    SIZE_UNITS,
    'a size with its unit, like "120832 MiB" or "8 TB"',
    rounding,
    "a size",
  );
}

/**
 * Reads a bandwidth into bits per second: `10Gbps`, `1GB/s`, `125MB/s`. Lower-case `b` is bits, `B` bytes.
 * @throws QuantityError for anything else
 */
export function parseBandwidth(text: string, rounding: Rounding): BitsPerSecond {
  return parseWithUnits(
    text,
    RATE_UNITS,
    'a bandwidth with its unit, like "10Gbps" (bits) or "125MB/s" (bytes)',
    rounding,
    "a bandwidth",
  );
}

const EXPONENT = /^[eE]([+-]?\d{1,2})$/;
const SUBUNITS: ReadonlyMap<string, bigint> = new Map([
  ["m", K],
  ["u", K ** 2n],
  ["n", K ** 3n],
]);
const SUBUNIT = /[mun]$/;

/** A Kubernetes quantity as an exact fraction of its base unit. */
function parseKubernetes(
  value: string | number,
  expected: string,
  units: ReadonlyMap<string, bigint> = KUBERNETES_UNITS,
): Exact {
  const text = (typeof value === "number" ? plainNumber(value, expected) : value).replace(/^\+/, "");
  const split = splitNumber(text, KUBERNETES_NUMBER);
  if (!split) throw new QuantityError(`${expected}${signHint(text)}`);
  const { numerator, denominator } = split.value;
  const exponent = EXPONENT.exec(split.rest);
  if (exponent) {
    const power = Number(exponent[1]);
    return power >= 0
      ? { numerator: numerator * 10n ** BigInt(power), denominator }
      : { numerator, denominator: denominator * 10n ** BigInt(-power) };
  }
  const sub = SUBUNITS.get(split.rest);
  if (sub !== undefined) return { numerator, denominator: denominator * sub };
  const factor = units.get(split.rest);
  if (factor === undefined) throw new QuantityError(`${expected}${hint(split.rest, units)}`);
  return { numerator: numerator * factor, denominator };
}

/** YAML hands unquoted figures over as numbers; their decimal text is exact up to what they print. */
function plainNumber(value: number, expected: string): string {
  if (!Number.isFinite(value)) throw new QuantityError(expected);
  if (value < 0) throw new QuantityError(`${expected}; it is negative`);
  // Some digits may be lost by then: the text has to say so, since the number no longer can.
  if (value > Number.MAX_SAFE_INTEGER)
    throw new QuantityError(`${expected}; a bare number is exact only up to ${Number.MAX_SAFE_INTEGER}`);
  return String(value);
}

/**
 * Reads a Kubernetes CPU quantity (`2`, `0.5`, `500m`) into millicores. Kubernetes takes `8Gi` for 8,589,934,592
 * CPUs; nobody means that, so binary suffixes are refused.
 * @throws QuantityError for anything else
 */
export function parseCpu(value: string | number, rounding: Rounding): Millicores {
  const { numerator, denominator } = parseKubernetes(
    value,
    'a CPU quantity, like "4" or "500m"',
    DECIMAL_UNITS,
  );
  return toInteger({ numerator: numerator * K, denominator }, rounding, "a CPU quantity");
}

/**
 * Reads a Kubernetes memory or storage quantity (`219.81Gi`, `128974848`, `129e6`, `129M`) into bytes.
 * Kubernetes takes `400m` for 0.4 bytes; nobody means that, so it is refused.
 * @throws QuantityError for anything else
 */
export function parseQuantity(value: string | number, rounding: Rounding): Bytes {
  const expected = 'a quantity, like "219.81Gi" or "66G"';
  const exact = parseKubernetes(value, expected);
  const sub = SUBUNIT.exec(String(value))?.[0];
  if (sub !== undefined && exact.numerator % exact.denominator !== 0n) {
    const meant = sub === "m" ? ", did you mean M or Mi?" : "";
    throw new QuantityError(`${expected}; "${sub}" is a fraction of a byte${meant}`);
  }
  return toInteger(exact, rounding, "a quantity");
}

/**
 * Reads a quantity as an API server takes it, in thousandths or whole units: `1.5Gi`, `1e3`, `100m`, `2k`. What
 * people write is read by `parseCpu` and `parseQuantity`, which refuse what nobody means; a live object may hold it
 * all the same. Below one unit it is rounded.
 * @throws QuantityError for what no API server takes, for negative figures, and for those above 2^53
 */
export function parseLiveQuantity(value: string | number, unit: "milli" | "one", rounding: Rounding): number {
  const { numerator, denominator } = parseKubernetes(
    value,
    'a quantity, like "1.5Gi", "1e3", "100m" or "2k"',
  );
  return toInteger(
    { numerator: unit === "milli" ? numerator * K : numerator, denominator },
    rounding,
    "a quantity",
  );
}
