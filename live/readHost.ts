/** All that is asked of one host: two samples some time apart, and what holds between them. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Asked, isUnknown, type Unknown, unknown } from "../facts/asked.ts";
import type { CacheCounts, HostFacts, Sample } from "../facts/hostFacts.ts";
import { PERF_MISSING } from "../facts/kernelTexts.ts";
import { connected } from "./connected.ts";
import { directoriesOf, readHardware } from "./readHardware.ts";
import type { CacheAnswer, KernelReader } from "./readKernel.ts";
import type { LibvirtReader } from "./readLibvirt.ts";

export interface ReadSettings {
  /** Milliseconds that one question may take. */
  readonly timeoutMs: number;
  /** Seconds between the two samples. */
  readonly interval: number;
  /** Whether cache misses are counted; it takes counters of the CPU that a guest may want. */
  readonly perf: boolean;
}

export interface HostReading {
  readonly facts: HostFacts | Unknown;
  readonly previous: Sample | undefined;
}

/** Reads a host. Nothing is changed on it. A host that cannot be asked is unknown; this never throws for one. */
export async function readHost(uri: string, settings: ReadSettings): Promise<HostReading> {
  const reading = await connected(uri, settings.timeoutMs, (libvirt, kernel) =>
    readBoth(libvirt, kernel, settings),
  );
  return isUnknown(reading) ? { facts: reading, previous: undefined } : reading;
}

async function readBoth(
  libvirt: LibvirtReader,
  kernel: KernelReader,
  { interval, perf }: ReadSettings,
): Promise<HostReading> {
  const previous = await sampleOf(libvirt, kernel);
  const counting = perf ? kernel.cache(interval) : undefined;
  const [found, seen, cache] = await Promise.all([
    libvirt.facts(),
    kernel.facts(),
    counting,
    sleep(interval * 1000),
  ]);
  const sample = await sampleOf(libvirt, kernel);
  const hardware = await readHardware(kernel, directoriesOf(found.pools));
  const uuids = found.domains.map(({ uuid }) => uuid);
  return {
    facts: {
      ...found,
      hardware,
      kernel: isUnknown(seen) ? seen : { ...seen, cache: cacheOf(uuids, perf, cache) },
      sample,
    },
    previous,
  };
}

async function sampleOf(libvirt: LibvirtReader, kernel: KernelReader): Promise<Sample> {
  const [domains, seen] = await Promise.all([
    libvirt.sample().then((counters) => ({ counters, atMs: performance.now() })),
    kernel.sample(),
  ]);
  return { libvirtAtMs: domains.atMs, domains: domains.counters, kernel: seen };
}

const NOT_ASKED = unknown("ask with --perf", "Verify with --perf; it wants perf on the host.");

function cacheOf(
  uuids: readonly string[],
  perf: boolean,
  cache: CacheAnswer | undefined,
): Map<string, Asked<CacheCounts>> {
  return new Map(
    uuids.map((uuid) => [
      uuid,
      perf ? (cache ? (cache.get(uuid) ?? unknown("perf counted nothing")) : PERF_MISSING) : NOT_ASKED,
    ]),
  );
}
