/** How much CPU time a running domain gets: its weight, and quotas of its threads. */
import { ProviderError } from "../failure.ts";
import { objectOf } from "../resource.ts";
import { changesAt, type LiveCommand, type LiveTopic, type Pending } from "./topic.ts";

/** Names of the scheduler's parameters, and the values that stand for none. */
const PARAMETERS: Readonly<Record<string, readonly [string, number]>> = {
  period: ["vcpu_period", 100000],
  quota: ["vcpu_quota", -1],
  globalPeriod: ["global_period", 100000],
  globalQuota: ["global_quota", -1],
  emulatorPeriod: ["emulator_period", 100000],
  emulatorQuota: ["emulator_quota", -1],
  ioThreadPeriod: ["iothread_period", 100000],
  ioThreadQuota: ["iothread_quota", -1],
};

export const cpuShare: LiveTopic = {
  properties: ["cpuTune.shares", ...Object.keys(PARAMETERS).map((property) => `cpuTune.${property}`)],

  async plan({ changes, after, running }) {
    const commands: LiveCommand[] = [];
    const deferred: Pending[] = [];
    const tune = objectOf(after, "cpuTune");
    if (changesAt(changes, "cpuTune.shares").length > 0) {
      const range = await running.sharesRange();
      const value = tune.shares ?? range?.default;
      if (typeof value !== "number") {
        const reason = "this host does not say what the weight of a new domain is";
        deferred.push({ property: "cpuTune.shares", reason });
      } else {
        if (range && (value < range.min || value > range.max)) throw outOfRange(value, range.min, range.max);
        commands.push(schedule("cpu_shares", value));
      }
    }
    for (const [property, [parameter, none]] of Object.entries(PARAMETERS)) {
      if (changesAt(changes, `cpuTune.${property}`).length === 0) continue;
      commands.push(schedule(parameter, Number(tune[property] ?? none)));
    }
    return { commands, deferred };
  },
};

function schedule(parameter: string, value: number): LiveCommand {
  const options = { set: `${parameter}=${value}`, live: true } as const;
  return { command: "schedinfo", options, what: `setting ${parameter}` };
}

function outOfRange(value: number, min: number, max: number): ProviderError {
  const version = max > 10_000 ? "v1" : "v2";
  return new ProviderError(
    `cpuTune.shares is ${value}, but this host has cgroup ${version}, whose weights go from ${min} to ${max}; choose one of those`,
  );
}
