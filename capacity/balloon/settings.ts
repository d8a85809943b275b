/** The thresholds of the balloon controller, each with where it is from. */
export interface BalloonSettings {
  /** Free part of a host below which it wants memory back from idle guests. */
  readonly hostFree: number;
  /** Free part of a host below which it is critical: larger steps, and no gift to anybody. */
  readonly hostCritical: number;
  /** Free part of its memory that a guest shall have: below it the guest is in need, and no shrinking goes below it. */
  readonly guestFree: number;
  /** Most of a guest's memory that one round takes from it or gives back unasked. */
  readonly step: number;
  /** The same while the host is critical. */
  readonly criticalStep: number;
  /** Most that one round gives to a guest in need, as a part of what it has. */
  readonly growStep: number;
  /** A move that is a smaller part of the guest's memory is not worth it. */
  readonly leastMove: number;
  /** How far a free part is above the threshold before the opposite is done. */
  readonly hysteresis: number;
  /** Observations in a row in which a guest is idle before something is taken from it. */
  readonly idleObservations: number;
  /** Seconds between two rounds. */
  readonly interval: number;
  /** Seconds between two reports of a guest. */
  readonly period: number;
}

/**
 * Source of what is marked: oVirt's Memory Overcommitment Manager, doc/balloon.rules at commit 3de1c8e6bcb9. Where it goes
 * further than is asked for here, this keeps behind it: MOM makes guests swap on a critical host ("guest free memory
 * negative"), and takes from idle and busy guests alike.
 */
export const BALLOON_SETTINGS: BalloonSettings = {
  hostFree: 0.2, // pressure_threshold
  hostCritical: 0.05, // pressure_critical
  guestFree: 0.2, // min_guest_free_percent
  step: 0.05, // max_balloon_change_percent
  criticalStep: 0.1, // own: twice the step; "more aggressive" of MOM has no figure
  growStep: 0.2, // grow_guest: used + min_guest_free_percent of what it has, so at most that much more
  leastMove: 0.0025, // min_balloon_change_percent
  hysteresis: 0.1, // own: twice the step, so that no step leads from one side to the other
  idleObservations: 2, // own: one idle moment is no idle guest
  interval: 10, // policy-engine-interval of doc/mom-balloon.conf
  period: 5, // guest-monitor-interval of doc/mom-balloon.conf
};

/** Seconds after which a guest that has reported nothing new is taken for one without a driver. */
export function staleSeconds({ interval, period }: BalloonSettings): number {
  return 3 * Math.max(interval, period);
}
