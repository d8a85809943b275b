/** A connection to a host that only asks, for as long as the questions take. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Unknown, unknown } from "../facts/asked.ts";
import { UnreadableAnswer } from "../facts/virshTexts.ts";
import { Host } from "../libvirt/virsh/host.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";

/** A host that is up answers sooner; one that is not holds all that wait for it up. */
const CONNECT_MS = 10_000;
/** Who lets a slow host have long for a question lets it have longer to connect too: this part of it. */
const CONNECT_PART = 5;

/** What the questions give; a host that cannot be asked is unknown, with the reason. This never throws for one. */
export async function withHost<T>(
  uri: string,
  timeoutMs: number,
  ask: (host: Host) => Promise<T>,
): Promise<T | Unknown> {
  // What virsh keeps for itself is not the user's.
  const cacheDir = await mkdtemp(join(tmpdir(), "numafleet-host-"));
  let host: Host | undefined;
  try {
    host = await Host.connect(uri, {
      timeoutMs,
      connectMs: Math.min(timeoutMs, Math.max(CONNECT_MS, timeoutMs / CONNECT_PART)),
      cacheDir,
      maxConcurrency: 1,
    });
    return await ask(host);
  } catch (failure) {
    if (!(failure instanceof HostError) && !(failure instanceof UnreadableAnswer)) throw failure;
    return unknown(failure.message);
  } finally {
    host?.close();
    await rm(cacheDir, { recursive: true, force: true });
  }
}
