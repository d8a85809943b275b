/** Kubernetes quantities, exactly: every one is a numerator and a denominator. */

const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/;

const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Record<string, bigint> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

/**
 * Whether two texts are the same Kubernetes quantity: an API server stores `2048Mi` as `2Gi` and `4` as `"4"`,
 * and that is no drift.
 */
export function isSameQuantity(left: string | number, right: string | number): boolean {
  const [a, b] = [parse(String(left)), parse(String(right))];
  return a !== undefined && b !== undefined && a.numerator * b.denominator === b.numerator * a.denominator;
}

/** Whether an API server takes it for a quantity, such as `500m`, `80Gi` or 4. */
export function isQuantity(value: string | number): boolean {
  return parse(String(value)) !== undefined;
}

function parse(text: string): { numerator: bigint; denominator: bigint } | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "", suffix = ""] = match;
  if (whole === "" && fraction === "") return undefined;
  const power = exponent === "" ? (DECIMAL[suffix] ?? 0) : Number(exponent.slice(1));
  if (Math.abs(power) > 30) return undefined;
  const shift = power - fraction.length;
  const digits = (BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n)) << (BINARY[suffix] ?? 0n);
  return shift >= 0
    ? { numerator: digits * 10n ** BigInt(shift), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-shift) };
}
