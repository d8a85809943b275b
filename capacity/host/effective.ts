/** What may be promised of a resource: what there is times its ratio. */

/** Ratios are decimals with at most so many places; beyond them nobody means anything. */
const PLACES = 1_000_000;

/** `capacity × ratio`, rounded down, in exact decimals: 100 × 1.15 is 115, not the 114.99… of binary fractions. */
export function effective(capacity: number, ratio: number): number {
  if (ratio === 1) return capacity;
  const product = (BigInt(capacity) * BigInt(Math.round(ratio * PLACES))) / BigInt(PLACES);
  return Math.min(Number(product), Number.MAX_SAFE_INTEGER);
}
