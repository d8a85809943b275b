/** The balloon controller of one host: look, decide, act, and again. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Decision, decide, type GuestDecision } from "../capacity/balloon/decide.ts";
import { type History, withPromises } from "../capacity/balloon/history.ts";
import type { PoolSample } from "../capacity/balloon/sample.ts";
import type { BalloonSettings } from "../capacity/balloon/settings.ts";
import { UnreadableAnswer } from "../facts/virshTexts.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";
import type { Bytes } from "../model/quantity.ts";
import type { BalloonHost } from "./balloonHost.ts";

export interface ControlOptions {
  readonly settings: BalloonSettings;
  /** Decides and explains, and touches nothing. */
  readonly dryRun: boolean;
  /** One pass: as many looks as tell an idle guest from one that rests, and the last one is acted on. */
  readonly once: boolean;
  /** Ends the loop after what is under way. */
  readonly signal: AbortSignal;
  /** Waits between two rounds; ends at once when the signal does. */
  readonly pause?: (seconds: number) => Promise<void>;
  /** Whether this is still the only controller of the host. */
  readonly isAlone: () => boolean;
}

export interface RoundReport {
  readonly decision: Decision;
  readonly sample: PoolSample;
  /** Moves that were refused, by UUID. */
  readonly failures: ReadonlyMap<string, string>;
  /** Guests that were asked for reports, which none had asked them for. */
  readonly awakened: readonly string[];
}

/** The host is lost to another controller, or its lock is. */
export class NotAlone extends Error {
  override readonly name: string = "NotAlone";
}

/**
 * Runs rounds until it is told to end, or after one pass. Nothing is kept outside of this function: one that is killed
 * has left nothing half-done, since a round is single commands each of which is whole, and its successor begins with a
 * look.
 * @throws HostError when the host cannot be asked any more
 */
export async function control(
  host: BalloonHost,
  { settings, dryRun, once, signal, isAlone, pause = waiting(signal) }: ControlOptions,
  told: (round: RoundReport) => void,
): Promise<void> {
  let history: History | undefined;
  const last = once ? 1 + settings.idleObservations : Number.POSITIVE_INFINITY;
  for (let round = 1; !signal.aborted; round++) {
    const sample = await host.sample();
    const current = { ...settings, period: longestPeriod(sample, settings) };
    const decision = decide(history, sample, current);
    const isLook = once && round < last;
    const acted = dryRun
      ? NOTHING
      : await act(host, sample, isLook ? [] : decision.guests, settings, isAlone);
    history = withPromises(decision.history, acted.promises);
    if (!isLook) told({ decision, sample, ...acted });
    if (round === last) return;
    // In one pass every guest has to get round to a report.
    const seconds = once
      ? Math.max(settings.interval, current.period + Math.min(1, settings.interval))
      : settings.interval;
    await pause(seconds);
  }
}

function waiting(signal: AbortSignal) {
  return (seconds: number): Promise<void> =>
    sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
}

const NOTHING: Acted = { failures: new Map(), awakened: [], promises: [] };

function longestPeriod({ guests }: PoolSample, { period }: BalloonSettings): number {
  return Math.max(period, ...guests.map(({ live }) => live?.period ?? 0));
}

interface Acted extends Pick<RoundReport, "failures" | "awakened"> {
  /** Guests that were told to grow. */
  readonly promises: readonly { readonly uuid: string; readonly target: Bytes }[];
}

async function act(
  host: BalloonHost,
  sample: PoolSample,
  decisions: readonly GuestDecision[],
  { period }: BalloonSettings,
  isAlone: () => boolean,
): Promise<Acted> {
  const failures = new Map<string, string>();
  const awakened: string[] = [];
  const promises: { uuid: string; target: Bytes }[] = [];
  const attempt = async (uuid: string, work: () => Promise<void>): Promise<boolean> => {
    if (!isAlone()) throw new NotAlone("the lock of the host is lost");
    try {
      await work();
      return true;
    } catch (failure) {
      // A guest that has ended, or refuses, is its own trouble; a lost connection is everybody's.
      const isItsOwn = failure instanceof HostError && ["failed", "not-found"].includes(failure.code);
      if (!isItsOwn) throw failure;
      failures.set(uuid, failure.message);
      return false;
    }
  };
  for (const { uuid, bounds, live } of sample.guests) {
    const isSilent = live?.running && live.period === 0 && live.obstacles.length === 0;
    if (!isSilent || bounds.minimum >= bounds.maximum) continue;
    if (await attempt(uuid, () => host.report(uuid, period))) awakened.push(uuid);
  }
  for (const { uuid, action, target } of decisions) {
    if (target === undefined || (action !== "grow" && action !== "shrink")) continue;
    const isTold = await attempt(uuid, () => host.move(uuid, target));
    if (isTold && action === "grow") promises.push({ uuid, target });
  }
  return { failures, awakened, promises };
}

/** Whether a failure is one of a host's that does not answer, or not as it should. */
export function isUnreachable(failure: unknown): failure is Error {
  return failure instanceof HostError || failure instanceof UnreadableAnswer;
}
