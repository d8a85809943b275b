/** Security labels of what a device opens on the host. */
import { list, struct, text, yesNoText } from "./field.ts";

/** Property `secLabels` of a source; `prefix` is the name of its object type. */
export const secLabels = (prefix: string) =>
  list(
    "seclabel",
    () =>
      struct(`${prefix}SecLabel`, "How one security driver labels the source.", {
        model: text("@model", "Security driver, such as selinux or dac."),
        labelSkip: yesNoText("@labelskip", "Whether the driver leaves the source alone."),
        relabel: yesNoText("@relabel", "Whether the source gets a label when the VM starts."),
        label: text("label", "The label. Default: the driver's own."),
      }),
    "Security labels, by driver.",
    { key: "model" },
  );
