/** I/O threads, which come and go while the domain runs. */

import { childrenOf, find } from "../../xml/element.ts";
import { objectOf } from "../resource.ts";
import { isList, isProperties, type Properties } from "../values.ts";
import type { LiveTopic } from "./topic.ts";

export const ioThreads: LiveTopic = {
  properties: ["ioThreads"],

  plan({ after, running }) {
    const ids = find(running.xml, "iothreadids");
    const have = ids ? childrenOf(ids, "iothread").map((thread) => Number(thread.attributes.id)) : [];
    const want = ioThreadIds(after);
    const command = (name: string, id: number, what: string) => ({
      command: name,
      options: { id, live: true } as const,
      what: `${what} I/O thread ${id}`,
    });
    return {
      commands: [
        ...want.filter((id) => !have.includes(id)).map((id) => command("iothreadadd", id, "adding")),
        ...have
          .filter((id) => !want.includes(id))
          .map((id) => ({
            ...command("iothreaddel", id, "removing"),
            // A disk may still use it.
            otherwise: { property: "ioThreads", reason: `I/O thread ${id} is in use until the next boot` },
          })),
      ],
      deferred: [],
    };
  },
};

/** Numbers of the I/O threads that are declared: those named first, then the lowest that are free, as libvirt counts. */
export function ioThreadIds(inputs: Properties): number[] {
  const entries = objectOf(inputs, "ioThreadIDs").ioThreads;
  const ids = (isList(entries) ? entries.filter(isProperties) : []).map((entry) => Number(entry.id));
  const count = Math.max(ids.length, Number(inputs.ioThreads ?? 0));
  for (let id = 1; ids.length < count; id++) if (!ids.includes(id)) ids.push(id);
  return ids.sort((a, b) => a - b);
}
