import type { Unknown } from "../facts/asked.ts";
import type { HostInventory } from "../facts/inventory.ts";
import { inParallel } from "../live/inParallel.ts";
import type { Finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { hasDetected, judgeDrift } from "./drift.ts";
import type { Settings } from "./settings.ts";

/** Reads a host; tests put another one in its place. */
export type ReadInventory = (uri: string, timeoutMs: number) => Promise<HostInventory | Unknown>;

const MOST_AT_ONCE = 16;
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
  const { liveHosts, rehearsal, timeouts, today } = settings;
  // In a rehearsal another machine plays the host.
  if (rehearsal !== undefined || liveHosts === "none") return [];
  const asked = fleet.hosts.filter((host) => liveHosts === "all" || hasDetected(host));
  if (asked.length === 0) return [];
  const timeoutMs = timeouts.command === undefined ? QUESTION_MS : timeouts.command * SECOND_MS;
  const answers = await inParallel(asked, MOST_AT_ONCE, async ({ name, uri }) => {
    return [name, await read(uri, timeoutMs)] as const;
  });
  return judgeDrift(fleet, new Map(answers), today);
}

async function readForReal(uri: string, timeoutMs: number): Promise<HostInventory | Unknown> {
  const { readInventory } = await import("../live/readInventory.ts");
  return readInventory(uri, timeoutMs);
}
