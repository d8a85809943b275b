/** The number of vCPUs that a running domain has, up to the most it was started for. */
import type { Properties } from "../values.ts";
import type { LiveTopic } from "./topic.ts";

export const vcpuCount: LiveTopic = {
  properties: ["vcpuCurrent"],

  plan({ after, running }) {
    const count = declaredCount(after);
    if (count === running.currentVcpus) return { commands: [], deferred: [] };
    if (count > running.vcpus) {
      const reason = `the VM was started for at most ${running.vcpus} vCPUs`;
      return { commands: [], deferred: [{ property: "vcpuCurrent", reason }] };
    }
    const what = `giving it ${count} vCPUs`;
    const reason =
      "the guest or the machine type does not give up a vCPU while it runs; take it offline in the guest until then";
    return {
      commands: [
        {
          command: "setvcpus",
          options: { count, live: true },
          what,
          ...(count < running.currentVcpus ? { otherwise: { property: "vcpuCurrent", reason } } : {}),
        },
      ],
      deferred: [],
    };
  },
};

/** vCPUs at boot: without a number of their own, all. */
function declaredCount(inputs: Properties): number {
  return Number(inputs.vcpuCurrent ?? inputs.vcpu ?? 1);
}
