/**
 * Changes of a running domain that need no restart. Each is one command with --live; the persistent definition is
 * changed separately and all at once, so that both always end up with what is declared.
 */
import { byteSize } from "../../schema/byteSize.ts";
import type { Change } from "../../schema/changes.ts";
import type { Host, Options } from "../../virsh/host.ts";
import { isQuotable } from "../../virsh/quote.ts";
import { asText, objectOf } from "../resource.ts";
import { isList, isProperties, type Properties } from "../values.ts";

export interface LiveCommand {
  readonly command: string;
  readonly options: Options;
  readonly what: string;
}

export interface LivePlan {
  readonly commands: readonly LiveCommand[];
  /** Properties of class live whose change this running domain cannot take before its next boot. */
  readonly deferred: readonly string[];
}

/** What the running domain was started with, which bounds what can change. */
export interface Running {
  readonly vcpus: number;
  readonly ioThreads: number;
  readonly memoryBytes: bigint;
  readonly hostCpus: number;
}

/** Names of the scheduler's parameters, and the values that stand for none. */
const SCHEDULER: Readonly<Record<string, readonly [string, number | undefined]>> = {
  // The weight of a new cgroup is 100 on v2 hosts and 1024 on v1 hosts, and virsh does not tell which a host is:
  // a weight that is taken away goes at the next boot.
  shares: ["cpu_shares", undefined],
  period: ["vcpu_period", 100000],
  quota: ["vcpu_quota", -1],
  globalPeriod: ["global_period", 100000],
  globalQuota: ["global_quota", -1],
  emulatorPeriod: ["emulator_period", 100000],
  emulatorQuota: ["emulator_quota", -1],
  ioThreadPeriod: ["iothread_period", 100000],
  ioThreadQuota: ["iothread_quota", -1],
};

/** The commands for the changes from `before` to `after`. */
export function livePlan(
  changes: readonly Change[],
  before: Properties,
  after: Properties,
  running: Running,
): LivePlan {
  const commands: LiveCommand[] = [];
  const deferred: string[] = [];
  const tune = { before: objectOf(before, "cpuTune"), after: objectOf(after, "cpuTune") };
  const under = (property: string): boolean =>
    changes.some((change) => change.property === property || change.property.startsWith(`${property}.`));

  if (under("cpuTune.vcpuPins")) {
    for (const pin of changedPins(tune.before, tune.after, "vcpuPins", "vcpu")) {
      if (pin.number >= running.vcpus) deferred.push("cpuTune.vcpuPins");
      else {
        // "r" takes a pin away.
        const options = { vcpu: pin.number, cpulist: pin.cpuSet ?? "r", live: true } as const;
        commands.push({ command: "vcpupin", options, what: `pinning vCPU ${pin.number}` });
      }
    }
  }
  if (under("cpuTune.ioThreadPins")) {
    const all = `0-${running.hostCpus - 1}`;
    for (const pin of changedPins(tune.before, tune.after, "ioThreadPins", "ioThread")) {
      if (pin.number > running.ioThreads) deferred.push("cpuTune.ioThreadPins");
      else {
        const options = { iothread: pin.number, cpulist: pin.cpuSet ?? all, live: true } as const;
        commands.push({ command: "iothreadpin", options, what: `pinning I/O thread ${pin.number}` });
      }
    }
  }
  if (under("cpuTune.emulatorPin")) {
    const cpulist = asText(objectOf(tune.after, "emulatorPin").cpuSet) ?? "r";
    commands.push({ command: "emulatorpin", options: { cpulist, live: true }, what: "pinning the emulator" });
  }
  for (const [property, [parameter, none]] of Object.entries(SCHEDULER)) {
    if (!under(`cpuTune.${property}`)) continue;
    const value = tune.after[property] ?? none;
    if (value === undefined) {
      deferred.push(`cpuTune.${property}`);
      continue;
    }
    const options = { set: `${parameter}=${String(value)}`, live: true } as const;
    commands.push({ command: "schedinfo", options, what: `setting ${parameter}` });
  }
  if (under("currentMemory")) memoryPlan(after, running, commands, deferred);
  for (const property of ["title", "description"] as const) {
    if (!under(property)) continue;
    const value = asText(after[property]) ?? "";
    // A text of several lines cannot be handed to virsh; it is shown from the next boot on.
    if (!isQuotable(value)) deferred.push(property);
    else {
      const title = property === "title" ? true : undefined;
      commands.push({
        command: "desc",
        options: { title, live: true, "new-desc": value },
        what: `setting the ${property}`,
      });
    }
  }
  return { commands, deferred: [...new Set(deferred)] };
}

function memoryPlan(after: Properties, running: Running, commands: LiveCommand[], deferred: string[]): void {
  const declared =
    after.currentMemory === undefined ? ["memory", "memoryUnit"] : ["currentMemory", "currentMemoryUnit"];
  const [amount = "", unit = ""] = declared;
  const bytes = byteSize(after[amount], asText(after[unit]) ?? "KiB");
  if (bytes === undefined) return;
  if (bytes > running.memoryBytes) deferred.push("currentMemory");
  else
    commands.push({
      command: "setmem",
      options: { size: `${bytes}b`, live: true },
      what: "moving the memory balloon",
    });
}

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
  const pins = tune[list];
  const entries = isList(pins) ? pins.filter(isProperties) : [];
  return new Map(entries.map((pin) => [Number(pin[key]), String(pin.cpuSet)]));
}

/** Runs the commands one after another; each is harmless to repeat, so a failure half-way is mended by another update. */
export async function applyLive(host: Host, uuid: string, name: string, plan: LivePlan): Promise<void> {
  for (const { command, options, what } of plan.commands) {
    await host.run(command, { domain: uuid, ...options }, `${what} of domain ${name}`);
  }
}
