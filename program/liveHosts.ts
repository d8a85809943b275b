import type { Unknown } from "../facts/asked.ts";
import type { HostInventory } from "../facts/inventory.ts";
import { inParallel } from "../live/inParallel.ts";
import type { Finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Host } from "../model/host.ts";
import { hasDetected, judgeDrift } from "./drift.ts";
import type { Settings } from "./settings.ts";

/** Reads a host; tests put another one in its place. */
export type ReadInventory = (uri: string, timeoutMs: number) => Promise<HostInventory | Unknown>;

export const MOST_AT_ONCE = 16;
/** A question changes nothing and is a small one; a host that takes longer is told as unknown. */
const QUESTION_MS = 30_000;
const SECOND_MS = 1000;

/**
 * The hosts against their records, before anything is registered. Asked are hosts with figures that were read off them:
 * those are what a host can have lost since. A host that does not answer holds nothing up but by its time to connect.
 */
export async function checkLiveHosts(
  fleet: Fleet,
  settings: Pick<Settings, "liveHosts" | "rehearsal" | "timeouts" | "today">,
  read: ReadInventory = readForReal,
): Promise<Finding[]> {
  const asked = askedHosts(fleet, settings);
  if (asked.length === 0) return [];
  const answers = await inParallel(asked, MOST_AT_ONCE, async ({ name, uri }) => {
    return [name, await read(uri, timeoutOf(settings))] as const;
  });
  return judgeDrift(fleet, new Map(answers), settings.today);
}

/** The hosts that a preview and an update ask. */
export function askedHosts(
  { hosts }: Fleet,
  { liveHosts, rehearsal }: Pick<Settings, "liveHosts" | "rehearsal">,
): readonly Host[] {
  // In a rehearsal another machine plays the host.
  if (rehearsal !== undefined || liveHosts === "none") return [];
  return hosts.filter((host) => liveHosts === "all" || hasDetected(host));
}

export function timeoutOf({ timeouts }: Pick<Settings, "timeouts">): number {
  return timeouts.command === undefined ? QUESTION_MS : timeouts.command * SECOND_MS;
}

async function readForReal(uri: string, timeoutMs: number): Promise<HostInventory | Unknown> {
  const { readInventory } = await import("../live/readInventory.ts");
  return readInventory(uri, timeoutMs);
}
