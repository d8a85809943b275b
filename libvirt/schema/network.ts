/** The inputs and outputs of a Network. */
import {
  choice,
  int,
  list,
  nest,
  onOff,
  option,
  pattern,
  struct,
  text,
  texts,
  xml,
  yesNoText,
} from "./field.ts";
import { MAC } from "./interface.ts";
import { name } from "./name.ts";
import { dns, dnsmasqOptions } from "./networkDns.ts";
import { forward } from "./networkForward.ts";
import { portGroups, vlan } from "./networkPort.ts";
import { virtualPort } from "./virtualPort.ts";

const limit = (title: string) =>
  struct(title, "Limit of the rate.", {
    average: int("@average", "Average rate, in KiB/s."),
    peak: int("@peak", "Highest rate, in KiB/s."),
    burst: int("@burst", "Amount at peak rate, in KiB."),
    floor: int("@floor", "Guaranteed rate, in KiB/s."),
  });

const lease = (title: string) =>
  nest(
    "lease",
    () =>
      struct(
        title,
        "Length of leases.",
        {
          expiry: int("@expiry", "Length; 0: for ever."),
          unit: choice("@unit", "Unit. Default: minutes.", ["seconds", "minutes", "hours"]),
        },
        ["expiry"],
      ),
    "Length of leases. Default: one hour.",
  );

const dhcpHost = struct("NetworkIpDhcpHost", "A fixed lease.", {
  mac: pattern("@mac", "MAC address of the guest.", MAC, 'six bytes such as "52:54:00:12:34:56"', {
    compare: "caseless",
  }),
  id: text("@id", "DHCPv6 client id."),
  name: text("@name", "Host name given to the guest."),
  ip: text("@ip", "Address given to the guest."),
  lease: lease("NetworkIpDhcpHostLease"),
});

const bootp = () =>
  struct("NetworkIpDhcpBootp", "What guests boot from.", {
    file: text("@file", "Name of the file; libvirt wants it."),
    server: text("@server", "Server that has it. Default: the host."),
  });

const tftp = () =>
  struct("NetworkIpTftp", "TFTP.", { root: text("@root", "Folder of the host that is served.") });

const ip = struct("NetworkIp", "An address of the host in the network.", {
  family: choice("@family", "Family. Default: ipv4.", ["ipv4", "ipv6"]),
  address: text("@address", "Address."),
  netmask: text("@netmask", "Netmask; or a prefix."),
  prefix: int("@prefix", "Prefix length; or a netmask.", { max: 128 }),
  localPtr: yesNoText("@localPtr", "Whether reverse look-ups stay local."),
  dhcp: nest(
    "dhcp",
    struct("NetworkIpDhcp", "DHCP.", {
      ranges: list(
        "range",
        struct("NetworkIpDhcpRange", "A range of addresses.", {
          start: text("@start", "First."),
          end: text("@end", "Last."),
          lease: lease("NetworkIpDhcpRangeLease"),
        }),
        "Ranges of addresses.",
        { key: "start" },
      ),
      hosts: list("host", dhcpHost, "Fixed leases."),
      bootps: list("bootp", bootp, "What guests boot from over the network; one at most."),
    }),
    "DHCP.",
  ),
  tftp: nest("tftp", tftp, "TFTP, for guests that boot over the network."),
});

const route = () =>
  struct("NetworkRoute", "A route of the host into the network.", {
    family: choice("@family", "Family. Default: ipv4.", ["ipv4", "ipv6"]),
    address: text("@address", "Network that is reached; libvirt wants it."),
    netmask: text("@netmask", "Its netmask; or a prefix."),
    prefix: int("@prefix", "Its prefix length; or a netmask.", { max: 128 }),
    gateway: text("@gateway", "Address in the virtual network that leads there; libvirt wants it."),
    metric: pattern("@metric", "Metric, from 1. Default: 1.", /^[1-9]\d{0,9}$/, "a whole number from 1"),
  });

export const network = struct(
  "Network",
  "A virtual network. Changes take effect when the network is started anew, which this provider leaves to you.",
  {
    name: name(
      "name",
      "Name of the network on its host. Default: the resource's name and seven random hexadecimal digits.",
    ),
    ipv6: yesNoText("@ipv6", "Whether guests may talk IPv6 without an address on the host."),
    trustGuestRxFilters: yesNoText(
      "@trustGuestRxFilters",
      "Whether guests may change MAC and multicast filters.",
    ),
    metadata: nest(
      "metadata",
      struct(
        "NetworkMetadata",
        "Metadata of other tools.",
        {
          xml: xml("text()", "XML elements, each with a namespace of its own."),
        },
        ["xml"],
      ),
      "Metadata of other tools.",
    ),
    forward: nest("forward", forward, "How the network reaches others. Absent: it does not."),
    bridge: nest(
      "bridge",
      struct("NetworkBridge", "Bridge on the host.", {
        name: text("@name", "Its name. Default: the host's choice."),
        stp: onOff("@stp", "Spanning tree."),
        delay: text("@delay", "Forward delay, in seconds."),
        zone: text("@zone", "Firewall zone."),
        macTableManager: choice("@macTableManager", "Who keeps the MAC table.", ["kernel", "libvirt"]),
      }),
      "Bridge on the host.",
    ),
    mtu: nest(
      "mtu",
      struct("NetworkMtu", "MTU.", { size: int("@size", "Bytes.", { min: 68, max: 65535 }) }, ["size"]),
      "Largest frame.",
    ),
    mac: nest(
      "mac",
      struct("NetworkMac", "MAC address.", {
        address: pattern("@address", "Address.", MAC, 'six bytes such as "52:54:00:12:34:56"', {
          compare: "caseless",
        }),
      }),
      "MAC address of the bridge.",
    ),
    domain: nest(
      "domain",
      struct("NetworkDomain", "DNS domain.", {
        name: text("@name", "Its name."),
        localOnly: yesNoText("@localOnly", "Whether it is never asked upstream."),
      }),
      "DNS domain of the guests.",
    ),
    dns: nest("dns", dns, "DNS."),
    ips: list("ip", ip, "Addresses of the host in the network.", { key: "address" }),
    bandwidth: nest(
      "bandwidth",
      struct("NetworkBandwidth", "Limits of the rate.", {
        classId: int(
          "",
          "Accepted so that programs for other providers run; libvirt gives these numbers itself, to ports.",
        ),
        inbound: nest("inbound", limit("NetworkBandwidthInbound"), "Into the network."),
        outbound: nest("outbound", limit("NetworkBandwidthOutbound"), "Out of the network."),
      }),
      "Limits of the rate.",
    ),
    portOptions: nest(
      "port",
      struct("NetworkPortOptions", "Ports.", {
        isolated: yesNoText("@isolated", "Whether guests cannot reach each other."),
      }),
      "Options of the bridge's ports.",
    ),
    vlan: vlan("NetworkVlan"),
    virtualPort: virtualPort("NetworkVirtualPort"),
    portGroups: portGroups(),
    routes: list("route", route, "Routes of the host into the network."),
    dnsmasqOptions: dnsmasqOptions(),
    autostart: option("Start the network with the host. Default: false. Changes live."),
    running: option(
      "Whether the network runs. True starts one that is stopped; false only keeps a new one from being started, as a running network is never stopped by an update. Default: true. Changes live.",
    ),
  },
);

export const networkOutputs = struct(
  "NetworkOutputs",
  "What the host adds.",
  {
    uuid: text("uuid", "UUID of the network; the resource's id."),
    pendingRestart: texts(
      "",
      "Properties whose new values are in the definition and wait until the network is next started. Sorted.",
    ),
  },
  ["uuid", "pendingRestart"],
);
