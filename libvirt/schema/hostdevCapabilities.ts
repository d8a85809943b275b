/** Devices of the host that a container is given: a disk, a character device, a NIC. */
import { choice, int, list, nest, struct, text } from "./field.ts";
import { FAMILIES } from "./interfaceAddress.ts";

/** A device that an element below `source` names. */
const named = (prefix: string, element: string, doc: string) =>
  nest(
    "source",
    () => struct(`${prefix}Source`, "Which device.", { [element]: text(element, doc) }, [element]),
    "Which device.",
  );

export const capsStorage = () =>
  struct("DomainDevicesHostdevCapsStorage", "A disk of the host.", {
    source: named("DomainDevicesHostdevCapsStorage", "block", "Path of the block device on the host."),
  });

export const capsMisc = () =>
  struct("DomainDevicesHostdevCapsMisc", "A character device of the host.", {
    source: named("DomainDevicesHostdevCapsMisc", "char", "Path of the character device on the host."),
  });

export const capsNet = () =>
  struct("DomainDevicesHostdevCapsNet", "A NIC of the host.", {
    source: named("DomainDevicesHostdevCapsNet", "interface", "Name of the NIC."),
    ips: list(
      "ip",
      () =>
        struct("DomainDevicesHostdevCapsNetIp", "An address.", {
          address: text("@address", "IPv4 or IPv6 address."),
          family: choice("@family", "Its family. Default: told by the address.", FAMILIES),
          prefix: int("@prefix", "Length of the network's prefix, in bits.", { max: 128 }),
        }),
      "IP addresses inside the container.",
      { key: "address" },
    ),
    routes: list(
      "route",
      () =>
        struct("DomainDevicesHostdevCapsNetRoute", "A route.", {
          address: text("@address", "Network that it leads to."),
          family: choice("@family", "Family. Default: ipv4.", FAMILIES),
          gateway: text("@gateway", "Address that packets are sent to."),
        }),
      "Routes inside the container, in order.",
    ),
  });
