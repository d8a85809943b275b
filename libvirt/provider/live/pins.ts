/** Which host CPUs the threads of a running domain may use: vCPUs, I/O threads, and QEMU's own. */
import { asText, objectOf } from "../resource.ts";
import { isList, isProperties, type Properties } from "../values.ts";
import { freeCpus } from "./freePins.ts";
import { ioThreadIds } from "./ioThreads.ts";
import { changesAt, type LiveCommand, type LiveTopic, type Pending } from "./topic.ts";

export const pins: LiveTopic = {
  properties: ["cpuTune.vcpuPins", "cpuTune.ioThreadPins", "cpuTune.emulatorPin"],

  async plan({ changes, before, after, running }) {
    const commands: LiveCommand[] = [];
    const deferred: Pending[] = [];
    const tune = { before: objectOf(before, "cpuTune"), after: objectOf(after, "cpuTune") };
    const free = freeCpus(after);
    if (changesAt(changes, "cpuTune.vcpuPins").length > 0) {
      for (const { number, cpuSet } of changedPins(tune.before, tune.after, "vcpuPins", "vcpu")) {
        if (number >= running.vcpus) {
          const reason = `vCPU ${number} is not there before the next boot`;
          deferred.push({ property: "cpuTune.vcpuPins", reason });
          continue;
        }
        // "r" takes a pin away.
        const options = { vcpu: number, cpulist: cpuSet ?? free ?? "r", live: true } as const;
        commands.push({ command: "vcpupin", options, what: `pinning vCPU ${number}` });
      }
    }
    if (changesAt(changes, "cpuTune.ioThreadPins").length > 0) {
      const all = free ?? `0-${(await running.hostCpus()) - 1}`;
      const existing = ioThreadIds(after);
      for (const { number, cpuSet } of changedPins(tune.before, tune.after, "ioThreadPins", "ioThread")) {
        // A thread that goes takes its pin along.
        if (!existing.includes(number)) continue;
        const options = { iothread: number, cpulist: cpuSet ?? all, live: true } as const;
        commands.push({ command: "iothreadpin", options, what: `pinning I/O thread ${number}` });
      }
    }
    if (changesAt(changes, "cpuTune.emulatorPin").length > 0) {
      const cpulist = asText(objectOf(tune.after, "emulatorPin").cpuSet) ?? free ?? "r";
      commands.push({
        command: "emulatorpin",
        options: { cpulist, live: true },
        what: "pinning the emulator",
      });
    }
    return { commands, deferred };
  },
};

interface Pin {
  readonly number: number;
  /** Undefined: the pin is taken away. */
  readonly cpuSet: string | undefined;
}

/** Pins that differ, by their number. */
function changedPins(before: Properties, after: Properties, list: string, key: string): Pin[] {
  const old = pinsOf(before, list, key);
  const next = pinsOf(after, list, key);
  const changed: Pin[] = [...next]
    .filter(([number, cpuSet]) => old.get(number) !== cpuSet)
    .map(([number, cpuSet]) => ({ number, cpuSet }));
  const gone = [...old.keys()].filter((number) => !next.has(number));
  return [...changed, ...gone.map((number) => ({ number, cpuSet: undefined }))].sort(
    (a, b) => a.number - b.number,
  );
}

function pinsOf(tune: Properties, list: string, key: string): Map<number, string> {
  const entries = isList(tune[list]) ? tune[list].filter(isProperties) : [];
  return new Map(entries.map((pin) => [Number(pin[key]), String(pin.cpuSet)]));
}
