/**
 * Pins that mean none. A running thread's pin is taken away by one to all CPUs that it may use, and libvirt then shows
 * that one for as long as the VM runs.
 */
import { sameCpuSet } from "../../schema/cpuSet.ts";
import { asText, objectOf } from "../resource.ts";
import { isList, isProperties, type Properties, type Value } from "../values.ts";
import type { RunningDomain } from "./runningDomain.ts";

const LISTS = { vcpuPins: "vcpu", ioThreadPins: "ioThread" } as const;

/** The CPUs that a thread without a pin may use; absent: all of the host. */
export function freeCpus(inputs: Properties): string | undefined {
  return asText(inputs.vcpuCpuset);
}

/** What is read of a running domain, without such pins of threads that have none in what is declared. */
export async function withoutFreePins(
  live: Properties,
  declared: Properties,
  running: Pick<RunningDomain, "hostCpus">,
): Promise<Properties> {
  const tune = objectOf(live, "cpuTune");
  const kept: { [key: string]: Value | undefined } = { ...tune };
  for (const [list, key] of Object.entries(LISTS)) {
    const pinned = new Set(numbers(objectOf(declared, "cpuTune")[list], key));
    const pins = tune[list];
    // Asking the host how many CPUs it has is only worth it where there is something to tell apart.
    if (!isList(pins) || numbers(pins, key).every((number) => pinned.has(number))) continue;
    const free = freeCpus(declared) ?? `0-${(await running.hostCpus()) - 1}`;
    kept[list] = pins.filter(
      (pin) => !isProperties(pin) || pinned.has(pin[key]) || !sameCpuSet(asText(pin.cpuSet) ?? "", free),
    );
  }
  return Object.keys(tune).length === 0 ? live : { ...live, cpuTune: kept };
}

function numbers(pins: Value | undefined, key: string): unknown[] {
  return isList(pins) ? pins.map((pin) => (isProperties(pin) ? pin[key] : undefined)) : [];
}
