/** The host's NUMA nodes that the memory comes from. */

import type { Change } from "../../schema/changes.ts";
import { STRICT_STAYS } from "../../schema/domainClasses.ts";
import { textAt } from "../../xml/location.ts";
import { asText, objectOf } from "../resource.ts";
import type { Properties } from "../values.ts";
import type { LiveTopic } from "./topic.ts";

const NODESET = "numaTune.memory.nodeset";

export const numaNodes: LiveTopic = {
  properties: ["numaTune.memory.nodeset"],

  classify(change: Change, before: Properties) {
    if (change.property !== NODESET || modeOf(before) === "restrictive") return undefined;
    return { class: "next-boot", reason: STRICT_STAYS };
  },

  plan({ after, running }) {
    const nodeset = asText(objectOf(objectOf(after, "numaTune"), "memory").nodeset);
    if (textAt(running.xml, "numatune/memory/@mode") !== "restrictive" || nodeset === undefined) {
      return { commands: [], deferred: [{ property: NODESET, reason: STRICT_STAYS }] };
    }
    return {
      commands: [
        { command: "numatune", options: { nodeset, live: true }, what: "moving to other NUMA nodes" },
      ],
      deferred: [],
    };
  },
};

function modeOf(inputs: Properties): string {
  return asText(objectOf(objectOf(inputs, "numaTune"), "memory").mode) ?? "strict";
}
