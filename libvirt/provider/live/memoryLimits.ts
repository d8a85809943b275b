/** Limits of the host memory that QEMU may use. */
import { formatBytes } from "../../schema/byteSize.ts";
import { ProviderError } from "../failure.ts";
import { objectOf } from "../resource.ts";
import { sizeAt } from "../sizeAt.ts";
import type { LiveTopic } from "./topic.ts";

/** The options of virsh memtune by property. QEMU knows no guarantee (`minGuarantee`). */
const LIMITS = {
  hardLimit: "hard-limit",
  softLimit: "soft-limit",
  swapHardLimit: "swap-hard-limit",
} as const;

export const memoryLimits: LiveTopic = {
  properties: Object.keys(LIMITS).map((limit) => `memoryTune.${limit}`),

  async plan({ after, running }) {
    const tune = objectOf(after, "memoryTune");
    const hard = sizeAt(tune, "hardLimit");
    const { rss } = await running.memoryStats();
    if (hard !== undefined && rss !== undefined && hard < rss) {
      throw new ProviderError(
        `memoryTune.hardLimit is ${formatBytes(hard)}, but QEMU uses ${formatBytes(rss)} now and would be killed; give it at least that`,
      );
    }
    // All in one request: the host refuses a hard limit above that of memory and swap, whichever comes first.
    const options = Object.entries(LIMITS).map(([limit, option]) => {
      const bytes = sizeAt(tune, limit);
      return [option, bytes === undefined ? -1 : `${bytes}b`] as const;
    });
    return {
      commands: [
        {
          command: "memtune",
          options: { ...Object.fromEntries(options), live: true },
          what: "setting the memory limits",
        },
      ],
      deferred: [],
    };
  },
};
