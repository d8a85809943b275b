import { formatCpuset } from "../model/cpuset.ts";
import type { Fleet } from "../model/fleet.ts";
import { type Rehearsal, rehearse } from "../model/rehearsal.ts";
import type { VM } from "../model/vm.ts";
import { isObject } from "./facts.ts";
import type { PlainObject } from "./plain.ts";
import type { Guest } from "./resources/domain.ts";

/** The machine that a plan says plays its hosts; undefined if it is no rehearsal, or says so in another form. */
export function rehearsalOf({ rehearsal }: PlainObject): Rehearsal | undefined {
  if (!isObject(rehearsal)) return undefined;
  const { cpus, memory } = rehearsal;
  return isCount(cpus) && isCount(memory) ? { cpus, memory } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/**
 * The VM that a Domain of a rehearsal stands for: the plan's own, if the Domain is exactly what the rehearsal makes
 * of it. Any other Domain stands for itself, and is judged by what it asks for.
 */
export function standsFor(
  guest: Guest,
  declared: VM | undefined,
  plan: Fleet | undefined,
  machine: Rehearsal,
): Guest {
  const host = plan?.hosts.find((h) => h.name === declared?.host);
  if (declared === undefined || host === undefined) return guest;
  if (figures(rehearse(declared, host, machine)) !== figures(guest.vm)) return guest;
  const { pins, emulator, iothreads, numa, memory, minimumMemory } = declared;
  const { pins: _pins, emulator: _emulator, numa: _numa, minimumMemory: _minimum, ...rest } = guest.vm;
  // An unpinned one floats over a CPU of the machine that plays several of the host: there is nothing to compare.
  return {
    vm: {
      ...rest,
      ...(pins && { pins }),
      ...(emulator && { emulator }),
      iothreads,
      ...(numa && { numa }),
      memory,
      ...(minimumMemory !== undefined && { minimumMemory }),
    },
  };
}

/** What a rehearsal changes, and what must agree with it, as text. */
function figures({ vcpus, pins, emulator, iothreads, numa, memory, hugepages }: VM): string {
  return JSON.stringify([
    vcpus,
    pins?.map(formatCpuset),
    emulator && formatCpuset(emulator),
    iothreads.map(({ cpus }) => (cpus ? formatCpuset(cpus) : null)),
    numa && [numa.mode, formatCpuset(numa.nodeset)],
    memory,
    hugepages,
  ]);
}
