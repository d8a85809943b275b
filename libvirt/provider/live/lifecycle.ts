/** What happens when the guest powers off, reboots or crashes. */
import { asText } from "../resource.ts";
import { changesAt, type LiveTopic } from "./topic.ts";

/** virsh's names of the events by property, and the action where none is declared: libvirt's own. */
const EVENTS = [
  ["onPoweroff", "poweroff", "destroy"],
  ["onReboot", "reboot", "restart"],
  ["onCrash", "crash", "destroy"],
] as const;

export const lifecycle: LiveTopic = {
  properties: EVENTS.map(([property]) => property),

  plan({ changes, after }) {
    const commands = EVENTS.filter(([property]) => changesAt(changes, property).length > 0).map(
      ([property, type, fallback]) => ({
        command: "set-lifecycle-action",
        options: { type, action: asText(after[property]) ?? fallback, live: true } as const,
        what: `setting ${property}`,
        otherwise: { property, reason: "this QEMU does not take it while it runs" },
      }),
    );
    return { commands, deferred: [] };
  },
};
