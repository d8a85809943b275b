/**
 * How much a host would have left, resource by resource, as exact fractions: kube-scheduler's LeastAllocated,
 * `(limit − used − asked) / limit`, its mean over what counts. All scores of one VM are of the same resources, so
 * that their sums are compared.
 */
export interface Score {
  readonly shares: readonly Share[];
  /** Sum of the shares as a double: all but ties and near ties are settled by it. */
  readonly sum: number;
}

export interface Share {
  readonly left: number;
  readonly limit: number;
}

/** Sums of doubles that differ by less are compared exactly: far above the error of a few divisions. */
export const NEAR = 1e-12;

export function score(shares: readonly Share[]): Score {
  return { shares, sum: shares.reduce((sum, { left, limit }) => sum + left / limit, 0) };
}

/** Negative if `a` is the better one, as sorting wants it: the best first. */
export function compareScores(a: Score, b: Score): number {
  const difference = b.sum - a.sum;
  if (difference > NEAR || difference < -NEAR) return difference;
  if (same(a.shares, b.shares)) return 0;
  return exactly(a.shares, b.shares);
}

function same(a: readonly Share[], b: readonly Share[]): boolean {
  return a.every(({ left, limit }, i) => left === b[i]?.left && limit === b[i]?.limit);
}

function exactly(a: readonly Share[], b: readonly Share[]): number {
  const [aSum, aUnit] = total(a);
  const [bSum, bUnit] = total(b);
  const difference = bSum * aUnit - aSum * bUnit;
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

/** Sum of fractions as one: numerator and denominator. */
function total(shares: readonly Share[]): [bigint, bigint] {
  let sum = 0n;
  let unit = 1n;
  for (const { left, limit } of shares) {
    sum = sum * BigInt(limit) + BigInt(left) * unit;
    unit *= BigInt(limit);
  }
  return [sum, unit];
}

/** Mean of the shares from 0 to 1, for people. */
export function meanOf({ shares, sum }: Score): number {
  return shares.length === 0 ? 0 : sum / shares.length;
}
