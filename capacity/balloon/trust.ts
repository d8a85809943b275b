import type { Bytes } from "../../model/quantity.ts";
import type { GuestHistory } from "./history.ts";
import type { GuestSample, LiveGuest } from "./sample.ts";
import { roundUp } from "./share.ts";

/** How far a guest's report can be acted on. */
export type Trust =
  /** The report is of the interval that has passed, and the balloon was at rest in it. */
  | { readonly kind: "known"; readonly used: Bytes; readonly usable: Bytes; readonly swapped: boolean }
  /** It will be known soon; what it has is known. */
  | { readonly kind: "wait"; readonly why: string }
  /** Nobody knows what it does: it is left alone, and may take all of its memory at any time. */
  | { readonly kind: "hands-off"; readonly why: string };

/** Kernel counters and a report's figures differ by little; what is out by more contradicts itself. */
const SLACK = 0.02;

/** @param staleMs after so long without a new report the driver is taken for gone */
export function trust(
  { bounds }: GuestSample,
  live: LiveGuest,
  before: GuestHistory | undefined,
  clock: { readonly atMs: number; readonly staleMs: number },
): Trust {
  const { report, current, whole } = live;
  const handsOff = (why: string): Trust => ({ kind: "hands-off", why });
  if (live.obstacles.length > 0) return handsOff(`it has ${live.obstacles.join(" and ")}`);
  if (bounds.minimum >= bounds.maximum) return handsOff("no minimumMemory below its memory is declared");
  if (!live.running) return handsOff("it is not running");
  if (whole < bounds.maximum) return handsOff("it was started with less memory than is declared");
  // libvirt starts a VM with whole MiB, whatever is declared.
  if (current > roundUp(bounds.maximum)) return handsOff("it has more memory than is declared");
  const { lastUpdate, available, usable } = report;
  if (lastUpdate === undefined || lastUpdate === 0)
    return handsOff("its balloon driver has reported nothing");
  if (available === undefined || usable === undefined) {
    return handsOff("its balloon driver does not report all that is needed");
  }
  if (usable > available || usable > current || available > whole * (1 + SLACK)) {
    return handsOff("its report contradicts itself");
  }
  if (before?.lastUpdate === undefined) return { kind: "wait", why: "it is seen for the first time" };
  if (ranBackwards(report.swapIn, before.swapIn) || ranBackwards(report.swapOut, before.swapOut)) {
    return handsOff("its counters ran backwards: it was started anew");
  }
  const isNew = lastUpdate !== before.lastUpdate;
  if (!isNew && !before.hasReported) {
    return handsOff("its balloon driver has not reported since the controller started");
  }
  if (!isNew && clock.atMs - before.reportedAtMs > clock.staleMs) {
    return handsOff("its balloon driver reports no more");
  }
  if (before.promised !== undefined && current < before.promised.bytes) {
    // One that has much to give back may be at it for long.
    const isAtIt = current > before.current || clock.atMs - before.promised.atMs <= clock.staleMs;
    return isAtIt
      ? { kind: "wait", why: "it was told to grow, and has not yet" }
      : handsOff("its balloon does not follow: it was told to grow, and has not");
  }
  if (current !== before.current) return { kind: "wait", why: "its balloon has moved since the last round" };
  if (!isNew) return { kind: "wait", why: "it has not reported since the last round" };
  return {
    kind: "known",
    // The kernel's own share, which `available` leaves out, is used too.
    used: current - usable,
    usable,
    swapped: rose(report.swapIn, before.swapIn) || rose(report.swapOut, before.swapOut),
  };
}

function ranBackwards(now: number | undefined, before: number | undefined): boolean {
  return now !== undefined && before !== undefined && now < before;
}

function rose(now: number | undefined, before: number | undefined): boolean {
  return now !== undefined && before !== undefined && now > before;
}
