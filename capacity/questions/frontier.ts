/**
 * The non-dominated points of a set of counts: none of them can be raised without lowering another. Pure
 * numbers; what the counts are of, and why they fit or not, is the region's business.
 */

/** A set of counts in which every point below one that belongs to it belongs to it too: seats may be left empty. */
export interface Region {
  /** The point that all others are above. */
  readonly least: readonly number[];
  /** No point of the region is above this in any coordinate. */
  readonly most: readonly number[];
  decide(counts: readonly number[]): "placed" | "impossible" | "undecided";
  /**
   * False once no more decisions can be afforded beyond a share of them that is to be left (0 to 1). Without
   * any left they are undecided.
   */
  affordable(reserve: number): boolean;
}

export interface Front {
  /** The largest first coordinate first. Each is proven to belong to the region. */
  readonly points: readonly (readonly number[])[];
  /** True if these are all non-dominated points, each proven to be one. */
  readonly complete: boolean;
}

/** Decisions beyond these are not made: the front of many coordinates grows without measure. */
const MOST_VISITS = 20_000;
const MOST_POINTS = 5_000;
/** Where all cannot be told: points that raise one coordinate first, and decisions for all of them together. */
const MOST_SAMPLES = 8;
const MOST_SAMPLED_VISITS = 4_000;
/** What enumerating leaves for that, and that for the bounds of each coordinate. */
const RESERVE = 0.6;
const BOUNDS_RESERVE = 0.2;

/** All non-dominated points, or, where they are too many or not to be decided, some that are proven to fit. */
export function front(region: Region): Front {
  const { least, most } = region;
  if (least.length === 0 || region.decide(least) !== "placed") return { points: [], complete: false };
  if (region.decide(most) === "placed") return { points: [most], complete: true };
  return enumerate(region) ?? { points: sample(region), complete: false };
}

/**
 * Every prefix of counts from the top down, and for each the largest last count. A point is dominated where
 * the same last count is reached with one more in some coordinate, which has been visited before it.
 */
function enumerate(region: Region): Front | undefined {
  const { least, most, decide } = region;
  // The widest coordinate is the last, which is found by halving.
  const order = [...least.keys()].sort((a, b) => width(region, a) - width(region, b) || b - a);
  const last = order.at(-1) as number;
  const prefix = order.slice(0, -1);
  const reached = new Map<string, number>();
  const key = (counts: readonly number[]) => prefix.map((c) => counts[c]).join();
  const points: number[][] = [];
  let open = false;
  let visits = 0;

  const halve = (from: number, to: number, placed: (n: number) => boolean): number => {
    let [fits, exceeds] = [from, to + 1];
    while (exceeds - fits > 1) {
      const middle = Math.floor((fits + exceeds) / 2);
      if (placed(middle)) fits = middle;
      else exceeds = middle;
    }
    return fits;
  };
  const placed = (counts: readonly number[]): boolean => {
    visits++;
    const verdict = decide(counts);
    if (verdict === "undecided") open = true;
    return verdict === "placed";
  };
  const above = (counts: readonly number[], c: number): number =>
    reached.get(key(counts.with(c, (counts[c] as number) + 1))) ?? (least[last] as number) - 1;

  const visit = (depth: number, counts: number[]): boolean => {
    if (visits > MOST_VISITS || points.length > MOST_POINTS || !region.affordable(RESERVE)) return false;
    const c = prefix[depth];
    if (c === undefined) {
      const known = Math.max(least[last] as number, ...prefix.map((p) => above(counts, p)));
      const largest = halve(known, most[last] as number, (n) => placed(counts.with(last, n)));
      reached.set(key(counts), largest);
      if (prefix.every((p) => above(counts, p) < largest)) points.push(counts.with(last, largest));
      return true;
    }
    const top = halve(least[c] as number, most[c] as number, (n) => placed(counts.with(c, n)));
    for (let n = top; n >= (least[c] as number); n--) if (!visit(depth + 1, counts.with(c, n))) return false;
    return true;
  };
  if (!visit(0, [...least])) return undefined;
  const sorted = points.sort((a, b) => compare(b, a));
  return { points: sorted, complete: !open };
}

/** Points that fit: all raised evenly, then each coordinate first, as long as decisions can be afforded. */
function sample(region: Region): number[][] {
  const { least, most } = region;
  const found = new Map<string, number[]>();
  let visits = 0;
  const decide = (counts: readonly number[]) => {
    visits++;
    return region.decide(counts);
  };
  const affordable = () => visits < MOST_SAMPLED_VISITS && region.affordable(BOUNDS_RESERVE);
  const raise = (counts: readonly number[], order: readonly number[]): number[] => {
    let at = [...counts];
    for (const c of order) {
      let [fits, exceeds] = [at[c] as number, (most[c] as number) + 1];
      while (exceeds - fits > 1 && affordable()) {
        const middle = Math.floor((fits + exceeds) / 2);
        if (decide(at.with(c, middle)) === "placed") fits = middle;
        else exceeds = middle;
      }
      at = at.with(c, fits);
    }
    return at;
  };
  const keep = (counts: number[]) => found.set(counts.join(), counts);
  const evenly = (n: number) => least.map((l, c) => Math.min(most[c] as number, l + n));
  let [fits, exceeds] = [0, Math.max(...least.map((_, c) => width(region, c))) + 1];
  while (exceeds - fits > 1 && affordable()) {
    const middle = Math.floor((fits + exceeds) / 2);
    if (decide(evenly(middle)) === "placed") fits = middle;
    else exceeds = middle;
  }
  const all = [...least.keys()];
  keep(raise(evenly(fits), all));
  for (const c of all.slice(0, MOST_SAMPLES)) {
    if (!affordable()) break;
    keep(raise(least, [c, ...all.filter((other) => other !== c)]));
  }
  const points = [...found.values()];
  return points
    .filter((p) => !points.some((other) => other !== p && p.every((n, c) => n <= (other[c] as number))))
    .sort((a, b) => compare(b, a));
}

function width({ least, most }: Region, c: number): number {
  return (most[c] as number) - (least[c] as number);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((n, i) => n !== b[i]);
  return differs === -1 ? 0 : (a[differs] as number) - (b[differs] as number);
}
