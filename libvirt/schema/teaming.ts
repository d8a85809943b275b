/** Two network devices of which the guest makes one, so that a VM with a passed-through NIC can be migrated. */
import { choice, nest, struct, text } from "./field.ts";

/** Property `teaming` of a device; `prefix` is the name of its object type. */
export const teaming = (prefix: string) =>
  nest(
    "teaming",
    () =>
      struct(
        `${prefix}Teaming`,
        "The device's part in a pair.",
        {
          type: choice(
            "@type",
            "`persistent`: the virtio interface that stays; `transient`: the NIC of the host that is unplugged during a migration.",
            ["persistent", "transient"],
          ),
          persistent: text(
            "@persistent",
            "For a transient one: alias of its persistent partner, such as `ua-backup0`.",
          ),
        },
        ["type"],
      ),
    "The device's part in a pair of which the guest makes one network device.",
  );
