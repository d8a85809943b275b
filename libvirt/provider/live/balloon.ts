/** The memory that the balloon leaves the guest, and how often it reports. */
import { formatBytes } from "../../schema/byteSize.ts";
import { ProviderError } from "../failure.ts";
import { objectOf } from "../resource.ts";
import { sizeAt } from "../sizeAt.ts";
import type { Properties } from "../values.ts";
import { memoryAfter } from "./memoryGrowth.ts";
import type { RunningDomain } from "./runningDomain.ts";
import { changesAt, type LiveCommand, type LiveTopic } from "./topic.ts";

const PERIOD = "devices.memBalloon.stats";

export const balloon: LiveTopic = {
  properties: ["currentMemory", PERIOD],

  async plan({ changes, before, after, running }) {
    const commands: LiveCommand[] = [];
    if (changesAt(changes, PERIOD).length > 0) {
      const period = Number(
        objectOf(objectOf(objectOf(after, "devices"), "memBalloon"), "stats").period ?? 0,
      );
      commands.push({
        command: "dommemstat",
        options: { period, live: true },
        what: "setting the balloon's period",
      });
    }
    if (changesAt(changes, "currentMemory").length === 0) return { commands, deferred: [] };
    const bytes = target(after);
    // Said in another unit, or no longer said at all, it is the same size: whoever has moved the balloon since keeps it there.
    if (bytes === undefined || bytes === target(before)) return { commands, deferred: [] };
    if (bytes > memoryAfter(before, after, running)) {
      const reason = `the VM was started with ${formatBytes(running.memory)}, and the balloon only takes memory away`;
      return { commands, deferred: [{ property: "currentMemory", reason }] };
    }
    await refuseBelowUse(bytes, running);
    const options = { size: `${bytes}b`, live: true } as const;
    commands.push({ command: "setmem", options, what: "moving the memory balloon" });
    return { commands, deferred: [] };
  },
};

/** Where the balloon is to move: without a size of its own, to all the memory. */
function target(after: Properties): bigint | undefined {
  return after.currentMemory === undefined ? sizeAt(after, "memory") : sizeAt(after, "currentMemory");
}

/** A balloon that takes what the guest uses makes it swap or kill its processes. */
async function refuseBelowUse(bytes: bigint, running: RunningDomain): Promise<void> {
  const { actual, available, usable } = await running.memoryStats();
  if (actual === undefined || available === undefined || usable === undefined || bytes >= actual) return;
  // The kernel's own share, which `available` leaves out, stays with the guest too.
  const used = actual - usable;
  if (bytes >= used) return;
  throw new ProviderError(
    `currentMemory is ${formatBytes(bytes)}, but the guest uses ${formatBytes(used)} now; give it at least that, or free memory in the guest first`,
  );
}
