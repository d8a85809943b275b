import type { Finding } from "../../model/finding.ts";
import { count } from "./names.ts";

/** What is asked for, what there is, and what is missing: as a finding's figures and in words. */
export interface Shortfall {
  readonly figures: Pick<Finding, "have" | "need" | "limit" | "unit">;
  /** `requested 8 CPUs, available 7, short by 1`. */
  readonly text: string;
}

/** A shortfall of things that are counted. `noun` in the singular: `CPU`, `core`, `cell`, `pin`. */
export function shortOf(requested: number, available: number, noun: string): Shortfall {
  return {
    figures: { have: available, need: requested, limit: available, unit: `${noun}s` },
    text: `requested ${count(requested, noun)}, available ${available}, short by ${requested - available}`,
  };
}
