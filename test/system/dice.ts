/** Chance that a seed decides, for generators of what is judged by others too. */
export interface Dice {
  /** From 0, below `n`. */
  below(n: number): number;
  between(least: number, most: number): number;
  /** True in so many of 100 cases. */
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** @param random as `generator` of test/capacity/runners/fleets.ts makes it. */
export function diceOf(random: (below: number) => number): Dice {
  const between = (least: number, most: number) => least + random(most - least + 1);
  return {
    below: random,
    between,
    chance: (percent) => random(100) < percent,
    pick: (list) => {
      if (list.length === 0) throw new RangeError("nothing to pick from");
      return list[random(list.length)] as (typeof list)[number];
    },
  };
}
