/** Watchdogs of a domain. */
import { known } from "./alias.ts";
import { choice, struct, text } from "./field.ts";

export const watchdog = struct(
  "DomainDevicesWatchdog",
  "A watchdog.",
  {
    model: text("@model", "Model, such as `i6300esb`."),
    action: choice("@action", "What happens when the guest hangs. Default: reset.", [
      "reset",
      "shutdown",
      "poweroff",
      "pause",
      "none",
      "dump",
      "inject-nmi",
    ]),
    ...known("DomainDevicesWatchdog"),
  },
  ["model"],
);
