/** The memory balloon of a domain. */
import { known } from "./alias.ts";
import { choice, int, nest, onOff, struct } from "./field.ts";
import { virtioDriver } from "./virtioDriver.ts";

export const memBalloon = struct(
  "DomainDevicesMemBalloon",
  "The balloon that memory is given back through while the VM runs.",
  {
    model: choice("@model", "Model; none takes it away.", [
      "virtio",
      "virtio-transitional",
      "virtio-non-transitional",
      "xen",
      "none",
    ]),
    autoDeflate: onOff("@autodeflate", "Give memory back to the guest before it runs out."),
    freePageReporting: onOff(
      "@freePageReporting",
      "Give pages that the guest does not use back to the host.",
    ),
    stats: nest(
      "stats",
      struct(
        "DomainDevicesMemBalloonStats",
        "Statistics.",
        { period: int("@period", "Seconds between them; 0: none.") },
        ["period"],
      ),
      "How often the guest reports its use of memory.",
    ),
    driver: virtioDriver("DomainDevicesMemBalloon"),
    ...known("DomainDevicesMemBalloon"),
  },
  ["model"],
);
