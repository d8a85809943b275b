/** One connection to a host's libvirt and one to its kernel, for as long as questions are asked. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Unknown, unknown } from "../facts/asked.ts";
import { UnreadableAnswer } from "../facts/virshTexts.ts";
import { Host } from "../libvirt/virsh/host.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";
import { KernelReader } from "./readKernel.ts";
import { LibvirtReader } from "./readLibvirt.ts";

/** A host that is up answers sooner; one that is not holds everything else up. */
const CONNECT_MS = 10_000;
/** Who lets a slow host have long for a question lets it have longer to connect too: this part of it. */
const CONNECT_PART = 5;

/**
 * What is asked of a host, or why it cannot be asked. Nothing is changed on it; this never throws for one.
 *
 * @param signal ends what is under way
 */
export async function connected<T>(
  uri: string,
  timeoutMs: number,
  ask: (libvirt: LibvirtReader, kernel: KernelReader) => Promise<T>,
  signal?: AbortSignal,
): Promise<T | Unknown> {
  // What virsh keeps for itself is not the user's.
  const cacheDir = await mkdtemp(join(tmpdir(), "numafleet-verify-"));
  const kernel = new KernelReader(uri, timeoutMs);
  const end = (): void => kernel.close();
  signal?.addEventListener("abort", end, { once: true });
  let host: Host | undefined;
  try {
    host = await Host.connect(uri, {
      timeoutMs,
      connectMs: Math.min(timeoutMs, Math.max(CONNECT_MS, timeoutMs / CONNECT_PART)),
      cacheDir,
      maxConcurrency: 1,
      ...(signal ? { signal } : {}),
    });
    return await ask(new LibvirtReader(host), kernel);
  } catch (failure) {
    if (signal?.aborted) return unknown("it was not waited for to the end");
    if (!(failure instanceof HostError) && !(failure instanceof UnreadableAnswer)) throw failure;
    return unknown(failure.message);
  } finally {
    signal?.removeEventListener("abort", end);
    host?.close();
    kernel.close();
    await rm(cacheDir, { recursive: true, force: true });
  }
}
