import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
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
} from "../../model/quantity.ts";

/** The unit tables once more, written out by hand, so that a slip in the product's tables is seen. */
const SIZE: Record<string, bigint> = {
  B: 1n,
  kB: 1_000n,
  MB: 1_000_000n,
  GB: 1_000_000_000n,
  TB: 1_000_000_000_000n,
  PB: 1_000_000_000_000_000n,
  KiB: 1n << 10n,
  MiB: 1n << 20n,
  GiB: 1n << 30n,
  TiB: 1n << 40n,
  PiB: 1n << 50n,
};
const KUBERNETES: Record<string, bigint> = {
  "": 1n,
  k: 1_000n,
  M: 1_000_000n,
  G: 1_000_000_000n,
  T: 1_000_000_000_000n,
  P: 1_000_000_000_000_000n,
  E: 1_000_000_000_000_000_000n,
  Ki: 1n << 10n,
  Mi: 1n << 20n,
  Gi: 1n << 30n,
  Ti: 1n << 40n,
  Pi: 1n << 50n,
  Ei: 1n << 60n,
};
const BITS: Record<string, bigint> = {
  bps: 1n,
  kbps: 1_000n,
  Mbps: 1_000_000n,
  Gbps: 1_000_000_000n,
  Tbps: 1_000_000_000_000n,
  "bit/s": 1n,
  "kbit/s": 1_000n,
  "Mbit/s": 1_000_000n,
  "Gbit/s": 1_000_000_000n,
  "Tbit/s": 1_000_000_000_000n,
  "B/s": 8n,
  "kB/s": 8_000n,
  "MB/s": 8_000_000n,
  "GB/s": 8_000_000_000n,
  "KiB/s": 8n << 10n,
  "MiB/s": 8n << 20n,
  "GiB/s": 8n << 30n,
};

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** A decimal as text and as the exact fraction digits / 10^places. */
const decimal = fc
  .record({ digits: fc.bigInt({ min: 0n, max: 10n ** 18n }), places: fc.integer({ min: 0, max: 12 }) })
  .map(({ digits, places }) => {
    const padded = String(digits).padStart(places + 1, "0");
    const text =
      places === 0
        ? padded
        : `${padded.slice(0, padded.length - places)}.${padded.slice(padded.length - places)}`;
    return { text, digits, scale: 10n ** BigInt(places) };
  });
const rounding = fc.constantFrom<Rounding>("capacity", "demand");

/** What exact arithmetic says; undefined if the result cannot be held exactly. */
function exactly(digits: bigint, scale: bigint, factor: bigint, way: Rounding): number | undefined {
  const whole = (digits * factor) / scale;
  const rest = (digits * factor) % scale;
  const result = way === "demand" && rest > 0n ? whole + 1n : whole;
  return result > SAFE ? undefined : Number(result);
}

function attempt(read: () => number): number | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

const message = (read: () => number): string => {
  try {
    return `accepted as ${read()}`;
  } catch (error) {
    if (error instanceof QuantityError) return error.message;
    throw error;
  }
};

describe("against exact arithmetic", () => {
  const readers = [
    ["parseSize", parseSize, SIZE],
    ["parseBandwidth", parseBandwidth, BITS],
    ["parseQuantity", parseQuantity, KUBERNETES],
  ] as const;
  test.each(readers)("%s reads every decimal of every unit", (_, parse, units) => {
    fc.assert(
      fc.property(decimal, fc.constantFrom(...Object.keys(units)), rounding, (value, unit, way) => {
        const expected = exactly(value.digits, value.scale, units[unit] as bigint, way);
        expect(attempt(() => parse(`${value.text}${unit}`, way))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test("parseCpu counts millicores", () => {
    fc.assert(
      fc.property(decimal, rounding, (value, way) => {
        expect(attempt(() => parseCpu(value.text, way))).toBe(exactly(value.digits, value.scale, 1000n, way));
        expect(attempt(() => parseCpu(`${value.text}m`, way))).toBe(
          exactly(value.digits, value.scale, 1n, way),
        );
      }),
    );
  });

  test("an exponent is a power of ten", () => {
    fc.assert(
      fc.property(decimal, fc.integer({ min: -20, max: 20 }), rounding, (value, power, way) => {
        const up = power >= 0 ? 10n ** BigInt(power) : 1n;
        const down = power < 0 ? 10n ** BigInt(-power) : 1n;
        const expected = exactly(value.digits, value.scale * down, up, way);
        expect(attempt(() => parseQuantity(`${value.text}e${power}`, way))).toBe(expected);
      }),
    );
  });

  test("a capacity is never above a demand of the same text, and at most one below", () => {
    fc.assert(
      fc.property(decimal, fc.constantFrom(...Object.keys(SIZE)), (value, unit) => {
        const text = `${value.text} ${unit}`;
        const capacity = attempt(() => parseSize(text, "capacity"));
        const demand = attempt(() => parseSize(text, "demand"));
        fc.pre(capacity !== undefined && demand !== undefined);
        expect([0, 1]).toContain((demand as number) - (capacity as number));
      }),
    );
  });

  test("every integer that JavaScript holds exactly comes back", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), rounding, (bytes, way) => {
        expect(parseSize(`${bytes} B`, way)).toBe(bytes);
        expect(parseQuantity(String(bytes), way)).toBe(bytes);
        expect(parseQuantity(bytes, way)).toBe(bytes);
        expect(parseCpu(`${bytes}m`, way)).toBe(bytes);
        expect(parseBandwidth(`${bytes}bps`, way)).toBe(bytes);
      }),
    );
  });
});

describe("the recorded figures", () => {
  test.each([
    ["120832 MiB", 126_701_535_232],
    ["118 GiB", 126_701_535_232],
    ["128GiB", 137_438_953_472],
    ["8 TB", 8_000_000_000_000],
    ["8 TiB", 8_796_093_022_208],
    ["40 GB", 40_000_000_000],
    [" 40  GB ", 40_000_000_000],
  ])("size %s", (text, bytes) => {
    expect(parseSize(text, "demand")).toBe(bytes);
    expect(parseSize(text, "capacity")).toBe(bytes);
  });

  test("219.81Gi is no whole number of bytes: down as a capacity, up as a demand", () => {
    // 219.81 × 2^30 = 236,019,190,333.44
    expect(parseQuantity("219.81Gi", "capacity")).toBe(236_019_190_333);
    expect(parseQuantity("219.81Gi", "demand")).toBe(236_019_190_334);
  });

  test.each([
    ["10Gbps", 10_000_000_000],
    ["1GB/s", 8_000_000_000],
    ["1Gbps", 1_000_000_000],
    ["125MB/s", 1_000_000_000],
    ["1 GiB/s", 8_589_934_592],
    ["2.5Gbit/s", 2_500_000_000],
  ])("bandwidth %s in bits", (text, bits) => expect(parseBandwidth(text, "capacity")).toBe(bits));

  test.each([
    ["500m", 500],
    ["4", 4000],
    [4, 4000],
    [0.5, 500],
    ["0.1", 100],
    ["1e1", 10_000],
    ["1100u", 2],
    [".5", 500],
    ["5.", 5000],
    ["+.5", 500],
  ])("CPU %s in millicores", (value, millicores) => expect(parseCpu(value, "demand")).toBe(millicores));

  test("halves without a leading zero are Kubernetes quantities too", () => {
    expect(parseQuantity(".5Gi", "capacity")).toBe(2 ** 29);
    expect(parseQuantity("5.Gi", "capacity")).toBe(5 * 2 ** 30);
  });

  test("a suffix E is exa, not an exponent", () => {
    expect(parseQuantity("0.001E", "demand")).toBe(1_000_000_000_000_000);
    expect(parseQuantity("1E3", "demand")).toBe(1000);
  });

  test("kubelets write whole bytes in thousandths; those are taken", () => {
    expect(parseQuantity("128974848000m", "capacity")).toBe(128_974_848);
  });
});

const SIZE_FORM = 'expected a size with its unit, like "120832 MiB" or "8 TB"';
const RATE_FORM = 'expected a bandwidth with its unit, like "10Gbps" (bits) or "125MB/s" (bytes)';
const QUANTITY_FORM = 'expected a quantity, like "219.81Gi" or "66G"';

describe("refusals say what would be right", () => {
  test.each([
    ["128", `${SIZE_FORM}; the unit is missing`],
    ["128gib", `${SIZE_FORM}; there is no unit "gib", did you mean GB or GiB?`],
    ["128 Gi", `${SIZE_FORM}; there is no unit "Gi", did you mean GB or GiB?`],
    ["128G", `${SIZE_FORM}; there is no unit "G", did you mean GB or GiB?`],
    ["8 tb", `${SIZE_FORM}; there is no unit "tb", did you mean TB or TiB?`],
    ["8 KB", `${SIZE_FORM}; there is no unit "KB", did you mean kB or KiB?`],
    ["8 parsecs", `${SIZE_FORM}; there is no unit "parsecs"`],
    ["1e3 GB", `${SIZE_FORM}; there is no unit "e3 GB"`],
    ["1_000 GB", `${SIZE_FORM}; there is no unit "_000 GB"`],
    ["8,5 GB", `${SIZE_FORM}; there is no unit ",5 GB"`],
    ["-8 GB", `${SIZE_FORM}; it is negative`],
    ["NaN", SIZE_FORM],
    ["Infinity GB", SIZE_FORM],
    [".5 GB", SIZE_FORM],
    ["", SIZE_FORM],
    ["0x10 GB", `${SIZE_FORM}; there is no unit "x10 GB"`],
    ["٣ GB", SIZE_FORM],
    [`${"1".repeat(62)} GB`, SIZE_FORM],
    ["9 PiB", "expected a size that can be counted exactly (at most 9007199254740991)"],
  ])("size %j", (text, expected) => expect(message(() => parseSize(text, "demand"))).toBe(expected));

  test.each([
    ["10", `${RATE_FORM}; the unit is missing`],
    ["10 GB", `${RATE_FORM}; there is no unit "GB", did you mean Gbps or Gbit/s or GB/s or GiB/s?`],
    ["10Mbit", `${RATE_FORM}; there is no unit "Mbit", did you mean Mbps or Mbit/s or MB/s or MiB/s?`],
    ["10gbps", `${RATE_FORM}; there is no unit "gbps", did you mean Gbps or Gbit/s or GB/s or GiB/s?`],
    ["1Gb/s", `${RATE_FORM}; there is no unit "Gb/s", did you mean Gbps or Gbit/s or GB/s or GiB/s?`],
    ["1GBps", `${RATE_FORM}; there is no unit "GBps", did you mean Gbps or Gbit/s or GB/s or GiB/s?`],
    ["-1Gbps", `${RATE_FORM}; it is negative`],
  ])("bandwidth %j", (text, expected) => {
    expect(message(() => parseBandwidth(text, "capacity"))).toBe(expected);
  });

  test.each([
    ["8GB", `${QUANTITY_FORM}; there is no unit "GB", did you mean G or Gi?`],
    ["8GiB", `${QUANTITY_FORM}; there is no unit "GiB", did you mean G or Gi?`],
    ["8gi", `${QUANTITY_FORM}; there is no unit "gi", did you mean G or Gi?`],
    ["8K", `${QUANTITY_FORM}; there is no unit "K", did you mean k or Ki?`],
    ["8 Gi", `${QUANTITY_FORM}; there is a blank before the unit`],
    ["8 ", `${QUANTITY_FORM}; there is a blank at the end`],
    ["8Gi ", `${QUANTITY_FORM}; there is a blank at the end`],
    ["8 TB", `${QUANTITY_FORM}; there is no unit "TB", did you mean T or Ti?`],
    [".Gi", QUANTITY_FORM],
    ["400m", `${QUANTITY_FORM}; "m" is a fraction of a byte, did you mean M or Mi?`],
    ["400u", `${QUANTITY_FORM}; "u" is a fraction of a byte`],
    ["-8Gi", `${QUANTITY_FORM}; it is negative`],
    [-8, `${QUANTITY_FORM}; it is negative`],
    [Number.NaN, QUANTITY_FORM],
    [Number.POSITIVE_INFINITY, QUANTITY_FORM],
    [2 ** 60, `${QUANTITY_FORM}; a bare number is exact only up to 9007199254740991`],
    ["1e99", "expected a quantity that can be counted exactly (at most 9007199254740991)"],
    ["1e100", `${QUANTITY_FORM}; there is no unit "e100"`],
    ["1e", `${QUANTITY_FORM}; there is no unit "e", did you mean E or Ei?`],
    ["8Ei", "expected a quantity that can be counted exactly (at most 9007199254740991)"],
  ])("quantity %j", (value, expected) => {
    expect(message(() => parseQuantity(value, "demand"))).toBe(expected);
  });

  test("CPUs are not counted in Gi", () => {
    expect(message(() => parseCpu("8Gi", "capacity"))).toBe(
      'expected a CPU quantity, like "4" or "500m"; there is no unit "Gi", did you mean G?',
    );
  });
});

test("decimal and binary prefixes are never taken for each other", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4096 }), fc.constantFrom("k", "M", "G", "T"), (n, prefix) => {
      const binary = prefix === "k" ? "Ki" : `${prefix}i`;
      expect(parseQuantity(`${n}${binary}`, "demand")).toBeGreaterThan(
        parseQuantity(`${n}${prefix}`, "demand"),
      );
      expect(parseSize(`${n}${binary}B`, "demand")).toBe(parseQuantity(`${n}${binary}`, "demand"));
      expect(parseSize(`${n}${prefix}B`, "demand")).toBe(parseQuantity(`${n}${prefix}`, "demand"));
    }),
  );
});

describe("the patterns for editors give the parsers' answers", () => {
  const near = fc.oneof(
    fc
      .tuple(decimal, fc.constantFrom("", " ", "\t"), fc.string({ maxLength: 4 }))
      .map(([d, b, u]) => d.text + b + u),
    fc
      .tuple(
        decimal,
        fc.constantFrom("", " "),
        fc.constantFrom(...Object.keys({ ...SIZE, ...KUBERNETES, ...BITS })),
      )
      .map(([d, b, u]) => d.text + b + u),
    fc.string({ maxLength: 12 }),
  );
  /** What a pattern cannot tell. */
  const isOfForm = (answer: string) => /^accepted|counted exactly|fraction of a byte/.test(answer);
  test.each([
    ["size", SIZE_PATTERN, (t: string) => parseSize(t, "demand")],
    ["bandwidth", BANDWIDTH_PATTERN, (t: string) => parseBandwidth(t, "demand")],
    ["CPU quantity", CPU_PATTERN, (t: string) => parseCpu(t, "demand")],
    ["quantity", QUANTITY_PATTERN, (t: string) => parseQuantity(t, "demand")],
  ] as const)("%s", (_, pattern, parse) => {
    const form = new RegExp(pattern, "u");
    fc.assert(
      fc.property(near, (text) => {
        const answer = message(() => parse(text));
        expect(form.test(text)).toBe(isOfForm(answer));
      }),
      { numRuns: 3000 },
    );
  });
});
