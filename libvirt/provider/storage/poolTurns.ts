/**
 * Whose turn it is on a pool. A refresh clears libvirt's list of volumes and reads it anew, so it goes alone; uploads
 * and creations go side by side. libvirt itself refuses a refresh while it creates a volume, also for others.
 */
import type { Host } from "../../virsh/host.ts";
import { HostError } from "../../virsh/hostError.ts";

interface Turns {
  /** Ends when the last refresh that was asked for has ended. */
  alone: Promise<unknown>;
  /** Work that goes side by side. */
  readonly shared: Set<Promise<unknown>>;
}

const byHost = new WeakMap<Host, Map<string, Turns>>();

function turnsOf(host: Host, pool: string): Turns {
  const pools = byHost.get(host) ?? new Map<string, Turns>();
  byHost.set(host, pools);
  const turns = pools.get(pool) ?? { alone: Promise.resolve(), shared: new Set() };
  pools.set(pool, turns);
  return turns;
}

/** Runs work on a pool that others may go beside. */
export async function beside<T>(host: Host, pool: string, work: () => Promise<T>): Promise<T> {
  const turns = turnsOf(host, pool);
  const running = turns.alone.then(work);
  const settled = running.catch(() => undefined);
  turns.shared.add(settled);
  try {
    return await running;
  } finally {
    turns.shared.delete(settled);
  }
}

/** Milliseconds between attempts while somebody else creates a volume, and how long to go on. */
const PAUSE_MS = 500;
const PATIENCE_MS = 60_000;

/** Runs work on a pool that nothing else of this process may go beside. */
export function alone<T>(host: Host, pool: string, work: () => Promise<T>): Promise<T> {
  const turns = turnsOf(host, pool);
  const before = Promise.all([turns.alone, ...turns.shared]);
  const running = before.then(work);
  turns.alone = running.catch(() => undefined);
  return running;
}

/** Has libvirt look at the files of a pool, when nobody of this process uploads to it or creates in it. */
export function refreshPool(host: Host, pool: string): Promise<void> {
  return alone(host, pool, () => refresh(host, pool));
}

async function refresh(host: Host, pool: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await host.run("pool-refresh", { pool }, `refreshing pool ${pool}`);
      return;
    } catch (failure) {
      const isBusy = failure instanceof HostError && /asynchronous jobs running/.test(failure.message);
      if (!isBusy || Date.now() > end) throw failure;
      await host.pause(PAUSE_MS);
    }
  }
}
