/** Weight and limits of the host's block devices for all disks of a domain together. */
import { objectOf } from "../resource.ts";
import { isList, isProperties, type Properties } from "../values.ts";
import { changesAt, type LiveCommand, type LiveTopic } from "./topic.ts";

/** Weight of a cgroup that was never given one; BFQ's (v1) and cgroup v2's. */
const DEFAULT_WEIGHT = 100;

/** The options of virsh blkiotune by property; 0 takes a limit away. */
const LIMITS = {
  weight: "device-weights",
  readIopsSec: "device-read-iops-sec",
  writeIopsSec: "device-write-iops-sec",
  readBytesSec: "device-read-bytes-sec",
  writeBytesSec: "device-write-bytes-sec",
} as const;

export const blockIo: LiveTopic = {
  properties: ["blockIoTune"],

  plan({ changes, before, after }) {
    const commands: LiveCommand[] = [];
    const tune = { before: objectOf(before, "blockIoTune"), after: objectOf(after, "blockIoTune") };
    if (changes.some(({ property }) => property === "blockIoTune" || property === "blockIoTune.weight")) {
      const weight = Number(tune.after.weight ?? DEFAULT_WEIGHT);
      commands.push({
        command: "blkiotune",
        options: { weight, live: true },
        what: "setting the I/O weight",
      });
    }
    if (
      changesAt(changes, "blockIoTune.devices").length > 0 ||
      changes.some((c) => c.property === "blockIoTune")
    ) {
      const old = devicesOf(tune.before);
      const next = devicesOf(tune.after);
      for (const path of new Set([...old.keys(), ...next.keys()])) {
        const options = Object.entries(LIMITS).flatMap(([limit, option]) => {
          const value = next.get(path)?.[limit];
          const isSame = value === old.get(path)?.[limit];
          return isSame ? [] : [[option, `${path},${Number(value ?? 0)}`] as const];
        });
        if (options.length === 0) continue;
        commands.push({
          command: "blkiotune",
          options: { ...Object.fromEntries(options), live: true },
          what: `setting the I/O limits on ${path}`,
        });
      }
    }
    return { commands, deferred: [] };
  },
};

function devicesOf(tune: Properties): Map<string, Properties> {
  const entries = isList(tune.devices) ? tune.devices.filter(isProperties) : [];
  return new Map(entries.map((device) => [String(device.path), device]));
}
