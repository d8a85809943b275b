import { machines } from "../capacity/host/machine.ts";
import { checkImageStorage } from "../capacity/status/imageStorage.ts";
import { isUnknown, type Unknown } from "../facts/asked.ts";
import { type HostUse, reportOf } from "../facts/hostUse.ts";
import { inParallel } from "../live/inParallel.ts";
import type { Finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { askedHosts, MOST_AT_ONCE, timeoutOf } from "./liveHosts.ts";
import type { Settings } from "./settings.ts";

/** Reads what VMs take of a host; tests put another one in its place. */
export type ReadUse = (uri: string, timeoutMs: number) => Promise<HostUse | Unknown>;

/**
 * What images take of the hosts that declare limits, of those that are asked at all. A host that does not answer is told
 * by the drift gate.
 */
export async function checkLiveImages(
  fleet: Fleet,
  settings: Pick<Settings, "liveHosts" | "rehearsal" | "timeouts">,
  read: ReadUse = readForReal,
): Promise<Finding[]> {
  const asked = new Set(askedHosts(fleet, settings));
  const limited = machines(fleet).filter(({ host }) => host.limits !== undefined && asked.has(host));
  const found = await inParallel(limited, MOST_AT_ONCE, async (machine) => {
    const use = await read(machine.host.uri, timeoutOf(settings));
    if (isUnknown(use)) return [];
    return checkImageStorage(machine, reportOf(use, new Set(machine.host.pools.map((pool) => pool.name))));
  });
  return found.flat();
}

async function readForReal(uri: string, timeoutMs: number): Promise<HostUse | Unknown> {
  const { connected } = await import("../live/connected.ts");
  return connected(uri, timeoutMs, (libvirt, kernel) => libvirt.use(kernel));
}
