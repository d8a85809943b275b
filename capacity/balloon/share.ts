import type { Bytes } from "../../model/quantity.ts";

/** Whole MiB: what a controller says is to be read by people, and a balloon's page is smaller. */
export const GRAIN = 1024 ** 2;

/**
 * Deals out an amount by what each wants: all of it where there is enough, else each the same part of it. Rounded
 * down, so that never more than the amount is dealt out.
 */
export function dealOut(amount: Bytes, wants: readonly Bytes[]): Bytes[] {
  const sum = wants.reduce((total, want) => total + want, 0);
  if (sum <= amount) return [...wants];
  if (amount <= 0) return wants.map(() => 0);
  return wants.map((want) => Math.floor((want / sum) * amount));
}

/** A target for growth, never above what is asked for. The most itself is always to be had. */
export function growTo(target: Bytes, most: Bytes): Bytes {
  return target >= most ? most : Math.floor(target / GRAIN) * GRAIN;
}

/** The next whole MiB from a size on. */
export function roundUp(bytes: Bytes): Bytes {
  return Math.ceil(bytes / GRAIN) * GRAIN;
}
