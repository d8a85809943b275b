import type { Bytes } from "../../model/quantity.ts";

/**
 * One condition of one host or pool, as a state machine without a clock: it is set late, after so many observations
 * in a row below the threshold, and cleared at once by the first one at or above it. It counts observations and never
 * measures time, so a clock that jumps sets nothing and clears nothing.
 */

export interface ConditionSettings {
  readonly enabled: boolean;
  /** Whole percents. Below this part of the total an observation counts. */
  readonly thresholdPercent: number;
  /** Observations in a row that set it. */
  readonly consecutiveRequired: number;
}

/** Settings of the three conditions, as `fleet.placement.pressure` has them. */
export interface PressureSettings {
  readonly memory: ConditionSettings;
  readonly systemDisk: ConditionSettings;
  readonly disk: ConditionSettings;
}

/** What was read; null where it could not be. */
export interface Observation {
  readonly total: Bytes | null;
  readonly available: Bytes | null;
}

export interface ConditionState {
  /** Observations in a row below the threshold; goes on rising while the condition is set. */
  readonly count: number;
  /** When it was set; null while it is not. */
  readonly since: string | null;
}

export const CLEAR: ConditionState = { count: 0, since: null };

/** What an observation did: `counting` is one below the threshold that does not set it yet. */
export type Transition = "none" | "counting" | "set" | "cleared";

/**
 * The state after one more observation.
 *
 * @param at when it was made, for `since`
 */
export function observe(
  state: ConditionState,
  observation: Observation,
  settings: ConditionSettings,
  at: string,
): { readonly state: ConditionState; readonly transition: Transition } {
  const below = settings.enabled ? isBelow(observation, settings.thresholdPercent) : undefined;
  if (below === undefined) return { state, transition: "none" };
  if (!below) return { state: CLEAR, transition: state.since === null ? "none" : "cleared" };
  const count = Math.min(state.count + 1, Number.MAX_SAFE_INTEGER);
  if (state.since !== null) return { state: { ...state, count }, transition: "none" };
  return count >= settings.consecutiveRequired
    ? { state: { count, since: at }, transition: "set" }
    : { state: { count, since: null }, transition: "counting" };
}

/** Whether the condition holds. One that is not looked for never does, whatever is left of earlier days. */
export function isSet(state: ConditionState, { enabled }: ConditionSettings): boolean {
  return enabled && state.since !== null;
}

/** Whether less than so many percent are free, exactly; undefined where the figures tell nothing. */
export function isBelow(observation: Observation, thresholdPercent: number): boolean | undefined {
  if (!isUsable(observation)) return undefined;
  // Bytes times a hundred are beyond what a double holds exactly.
  return BigInt(observation.available) * 100n < BigInt(observation.total) * BigInt(thresholdPercent);
}

/** Figures that can be true: a total above zero, and not more available than there is. */
export function isUsable(
  observation: Observation,
): observation is { readonly total: Bytes; readonly available: Bytes } {
  const { total, available } = observation;
  return isCount(total) && isCount(available) && total > 0 && available <= total;
}

function isCount(figure: number | null): figure is number {
  return figure !== null && Number.isSafeInteger(figure) && figure >= 0;
}
