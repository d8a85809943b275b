/** IP addresses and routes of an interface inside the guest, ports of the host that lead to it, and waiting for it. */
import { choice, int, list, nest, struct, text, yesNoText } from "./field.ts";

/** Address families as libvirt spells them. */
export const FAMILIES = ["ipv4", "ipv6"] as const;
const PORT = { min: 1, max: 65535 };

export const ips = list(
  "ip",
  () =>
    struct(
      "DomainDevicesInterfaceIp",
      "An address.",
      {
        address: text("@address", "IPv4 or IPv6 address."),
        family: choice("@family", "Its family. Default: told by the address.", FAMILIES),
        prefix: int("@prefix", "Length of the network's prefix, in bits.", { max: 128 }),
        peer: text("@peer", "Address of the other end, for a point-to-point link."),
      },
      ["address"],
    ),
  "IP addresses inside the guest, for containers and for `backend.type` passt; other guests set their own.",
  { key: "address" },
);

export const routes = list(
  "route",
  () =>
    struct(
      "DomainDevicesInterfaceRoute",
      "A route.",
      {
        address: text("@address", "Network that it leads to."),
        family: choice("@family", "Family. Default: ipv4.", FAMILIES),
        prefix: int("@prefix", "Length of the network's prefix, in bits; or `netmask`.", { max: 128 }),
        netmask: text("@netmask", "Mask of an IPv4 network; or `prefix`."),
        gateway: text("@gateway", "Address that packets are sent to."),
        metric: int("@metric", "Metric; lower ones win.", { min: 1 }),
      },
      ["address", "gateway"],
    ),
  "Routes inside the guest (containers), in order.",
);

export const portForwards = list(
  "portForward",
  () =>
    struct(
      "DomainDevicesInterfacePortForward",
      "Ports of the host.",
      {
        proto: choice("@proto", "Protocol.", ["tcp", "udp"]),
        address: text("@address", "Address of the host. Default: all."),
        dev: text("@dev", "NIC of the host. Default: all."),
        ranges: list(
          "range",
          () =>
            struct(
              "DomainDevicesInterfacePortForwardRange",
              "Ports.",
              {
                start: int("@start", "First port of the host.", PORT),
                end: int("@end", "Last port of the host. Default: `start`.", PORT),
                to: int("@to", "Port of the guest that the first leads to. Default: `start`.", PORT),
                exclude: yesNoText("@exclude", "Leave these ports out of another range. Default: no."),
              },
              ["start"],
            ),
          "Ports, in order. Default: all.",
        ),
      },
      ["proto"],
    ),
  "Ports of the host that lead to the guest, in order; for `source.user` with `backend.type` passt.",
);

/** How the provider acts; nothing of it is in the XML. */
export const waitForIp = nest(
  "",
  () =>
    struct("DomainDevicesInterfaceWaitForIp", "Waiting for an address.", {
      timeout: int(
        "",
        "Seconds; without an address by then the update fails, and the VM stays. Default: 300.",
        {
          min: 1,
          max: 86400,
        },
      ),
      source: choice(
        "",
        "Who is asked: the DHCP server of a libvirt network (`lease`), the guest's agent (`agent`), or both. Default: any.",
        ["lease", "agent", "any"],
      ),
    }),
  "After a start of the VM, wait until the interface has an IP address, other than of its link alone. Default: no waiting.",
);
