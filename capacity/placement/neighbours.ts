/** Cells near together, of all groups that there are. */

/** Groups, whole or in part, that are looked at: beyond, the best that was found counts. */
const MOST_STEPS = 20_000;

const MOST_KNOWN = 10_000;
/** Found before on hosts of the same make; hosts share the matrix of their distances. */
const known = new WeakMap<object, Map<string, readonly number[] | undefined>>();

/**
 * The group of so many cells with the least sum of distances, each pair both ways: some are in it already, the others
 * are chosen. Of equals the first cells. Undefined if none has less than a sum that is known, or none was found in time.
 * @param below the sum that is known; it follows from the others, so that an answer is kept without it
 */
export function nearestGroup(
  distance: readonly (readonly number[])[],
  sure: readonly number[],
  open: readonly number[],
  size: number,
  below: number,
): readonly number[] | undefined {
  let answers = known.get(distance);
  if (answers === undefined) {
    answers = new Map();
    known.set(distance, answers);
  }
  const key = `${size}|${sure.join()}|${open.join()}`;
  if (answers.size > MOST_KNOWN) answers.clear();
  if (!answers.has(key)) answers.set(key, search(distance, sure, open, size, below));
  return answers.get(key);
}

function search(
  distance: readonly (readonly number[])[],
  sure: readonly number[],
  open: readonly number[],
  size: number,
  below: number,
): readonly number[] | undefined {
  const way = (a: number, b: number) => (distance[a]?.[b] as number) + (distance[b]?.[a] as number);
  let shortest = Number.POSITIVE_INFINITY;
  for (const [i, a] of open.entries())
    for (const b of open.slice(0, i)) shortest = Math.min(shortest, way(a, b));
  const chosen = [...sure];
  let best: readonly number[] | undefined;
  let least = below;
  let steps = 0;
  /** @param ways from all chosen ones to each that is open, from `start` on */
  const grow = (start: number, sum: number, ways: readonly number[]): void => {
    const wanted = size - chosen.length;
    if (wanted === 0) {
      best = [...chosen];
      least = sum;
      return;
    }
    for (let i = start; i <= open.length - wanted; i++) {
      if (++steps > MOST_STEPS) return;
      const cell = open[i] as number;
      const next = sum + (ways[i] as number);
      const others = wanted - 1;
      const further = ways.map((known, o) => (o > i ? known + way(cell, open[o] as number) : 0));
      // What the others add at least: the nearest ones to this group, and as near to each other as any two are.
      const rest = further.slice(i + 1).sort((a, b) => a - b);
      let bound = next + (others > 1 ? ((others * (others - 1)) / 2) * shortest : 0);
      for (let r = 0; r < others; r++) bound += rest[r] as number;
      if (bound >= least) continue;
      chosen.push(cell);
      grow(i + 1, next, further);
      chosen.pop();
    }
  };
  const ofSure = sure.reduce(
    (sum, a, i) => sum + sure.slice(0, i).reduce((more, b) => more + way(a, b), 0),
    0,
  );
  grow(
    0,
    ofSure,
    open.map((cell) => sure.reduce((sum, member) => sum + way(member, cell), 0)),
  );
  return best;
}
