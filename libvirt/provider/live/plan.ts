/** The changes of a domain that need no restart: what they are, what they take, and how they are made. */
import { type Classified, classOf } from "../../schema/changeClass.ts";
import type { Change } from "../../schema/changes.ts";
import type { Host } from "../../virsh/host.ts";
import { HostError } from "../../virsh/hostError.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { Properties } from "../values.ts";
import { balloon } from "./balloon.ts";
import { blockIo } from "./blockIo.ts";
import { cpuShare } from "./cpuShare.ts";
import { description } from "./description.ts";
import { diskLimits } from "./diskLimits.ts";
import { disks } from "./disks.ts";
import { interfaces } from "./interfaces.ts";
import { ioThreads } from "./ioThreads.ts";
import { lifecycle } from "./lifecycle.ts";
import { memoryGrowth } from "./memoryGrowth.ts";
import { memoryLimits } from "./memoryLimits.ts";
import { numaNodes } from "./numaNodes.ts";
import { pins } from "./pins.ts";
import { RunningDomain } from "./runningDomain.ts";
import {
  isAt,
  type LiveCommand,
  type LivePlan,
  type LiveTopic,
  type Pending,
  type Persistent,
} from "./topic.ts";
import { vcpuCount } from "./vcpuCount.ts";
import { virtioMem } from "./virtioMem.ts";

/** In the order in which they are made: threads are there before they are pinned. */
const TOPICS: readonly LiveTopic[] = [
  vcpuCount,
  ioThreads,
  pins,
  cpuShare,
  memoryLimits,
  numaNodes,
  memoryGrowth,
  virtioMem,
  balloon,
  blockIo,
  diskLimits,
  disks,
  interfaces,
  lifecycle,
  description,
];

/** The topic that a property belongs to; of two, the one that comes first. */
function topicOf(property: string): LiveTopic | undefined {
  return TOPICS.find((topic) => topic.properties.some((own) => isAt(property, own)));
}

/** How often, and how far apart, a guest is looked at that has to let go of a device. libvirt itself waits 5 s. */
const GUEST_ATTEMPTS = 10;
const GUEST_PAUSE_MS = 500;

/** Paths of the properties that some topic can change live; for the test that holds them against the table. */
export const LIVE_PROPERTIES: readonly string[] = TOPICS.flatMap((topic) => topic.properties);

/** The class of a change of a domain, as far as the inputs tell it. */
export function classify(change: Change, before: Properties, after: Properties): Classified {
  const refined = topicOf(change.property)?.classify?.(change, before, after);
  return refined ?? classOf("Domain", change.property);
}

/** The commands for the changes of class `live`. Nothing is changed by asking. */
export async function planLive(
  changes: readonly Change[],
  before: Properties,
  after: Properties,
  running: RunningDomain,
  persistent: Persistent,
  waiting: readonly Pending[],
): Promise<LivePlan> {
  const live = changes.filter((change) => classify(change, before, after).class === "live");
  const plans: LivePlan[] = [];
  for (const topic of TOPICS) {
    const own = live.filter((change) => topicOf(change.property) === topic);
    if (own.length === 0) continue;
    plans.push(await topic.plan({ changes: own, before, after, running, persistent, waiting }));
  }
  return {
    commands: plans.flatMap((plan) => plan.commands),
    deferred: plans.flatMap((plan) => plan.deferred),
  };
}

/**
 * Runs the commands one after another; each is harmless to repeat, so a failure half-way is mended by another update.
 * Returns what the domain would not do before its next boot.
 */
export async function applyLive(host: Host, uuid: string, name: string, plan: LivePlan): Promise<Pending[]> {
  const pending: Pending[] = [...plan.deferred];
  for (const [made, command] of plan.commands.entries()) {
    try {
      await run(host, uuid, name, command);
      if (command.until && !(await follows(host, uuid, command.until)) && command.otherwise) {
        pending.push(command.otherwise);
      }
    } catch (failure) {
      if (!command.otherwise || !isRefusal(failure, command)) throw halfWay(failure, made, plan);
      pending.push(command.otherwise);
    }
  }
  return pending;
}

/** The failure of a command, with what those before it have left: the engine's state knows nothing of them. */
function halfWay(failure: unknown, made: number, { commands }: LivePlan): unknown {
  if (made === 0 || !(failure instanceof HostError)) return failure;
  const done = `${made} of ${commands.length} live changes were made before it, and none is in the definition yet`;
  const text = `${failure.message}. ${done}. Run the update again once that is mended, or take the change back and run pulumi up --refresh`;
  return new HostError(failure.code, text);
}

/** Whether the domain said no, and not that the connection failed or the change is wrong in itself. */
function isRefusal(failure: unknown, { refusal }: LiveCommand): boolean {
  if (!(failure instanceof HostError)) return false;
  if (failure.code === "connection-lost" || failure.code === "timeout") return false;
  return refusal === undefined || refusal.test(failure.message);
}

/** Whether the guest follows in time. */
async function follows(host: Host, uuid: string, until: (running: XmlElement) => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < GUEST_ATTEMPTS; attempt++) {
    if (attempt > 0) await host.pause(GUEST_PAUSE_MS);
    if (until((await RunningDomain.read(host, uuid)).xml)) return true;
  }
  return false;
}

async function run(host: Host, uuid: string, name: string, command: LiveCommand): Promise<void> {
  const options = { domain: uuid, ...command.options };
  const what = `${command.what} of domain ${name}`;
  if (command.definition) await host.withDefinition(command.command, command.definition, options, what);
  else await host.run(command.command, options, what);
}
