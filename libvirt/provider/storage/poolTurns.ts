/**
 * Whose turn it is on a pool. A refresh clears libvirt's list of volumes and reads it anew, so it goes alone; uploads
 * and creations go side by side. libvirt itself refuses a refresh while it creates a volume, also for others.
 */
import type { Host } from "../../virsh/host.ts";
import { HostError } from "../../virsh/hostError.ts";
import { ObjectLocks } from "../../virsh/objectLock.ts";

const byHost = new WeakMap<Host, ObjectLocks>();

function locksOf(host: Host): ObjectLocks {
  const locks = byHost.get(host) ?? new ObjectLocks();
  byHost.set(host, locks);
  return locks;
}

/** Runs work on a pool that others may go beside. */
export function beside<T>(host: Host, pool: string, work: () => Promise<T>): Promise<T> {
  return locksOf(host).hold(pool, "shared", work);
}

/** Milliseconds between attempts while somebody else creates a volume, and how long to go on. */
const PAUSE_MS = 500;
const PATIENCE_MS = 60_000;

/** Runs work on a pool that nothing else of this process may go beside. */
export function alone<T>(host: Host, pool: string, work: () => Promise<T>): Promise<T> {
  return locksOf(host).hold(pool, "exclusive", work);
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
