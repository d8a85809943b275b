/** DNS of a virtual network, and options of the dnsmasq that answers. */
import { choice, int, list, nest, struct, text, yesNoText } from "./field.ts";

const forwarder = struct("NetworkDnsForwarder", "A server.", {
  addr: text("@addr", "Address."),
  domain: text("@domain", "Domain."),
});

const host = struct(
  "NetworkDnsHost",
  "An address with names.",
  {
    ip: text("@ip", "Address."),
    hostnames: list(
      "hostname",
      struct("NetworkDnsHostHostname", "A name.", { hostname: text("text()", "The name.") }, ["hostname"]),
      "Names.",
      { key: "hostname" },
    ),
  },
  ["ip"],
);

const srv = () =>
  struct("NetworkDnsSrV", "A service record (SRV).", {
    service: text("@service", "Name of the service, such as `ldap`; libvirt wants it."),
    protocol: choice("@protocol", "Its protocol; libvirt wants it.", ["tcp", "udp"]),
    domain: text("@domain", "Domain of the record. Default: that of the network."),
    target: text("@target", "Host that has the service. Default: there is none."),
    port: int("@port", "Port of the service.", { max: 65535 }),
    priority: int("@priority", "Priority of the target: the lowest is asked first.", { max: 65535 }),
    weight: int("@weight", "Share among targets of the same priority.", { max: 65535 }),
  });

const txt = () =>
  struct(
    "NetworkDnsTxT",
    "A text record (TXT).",
    { name: text("@name", "Name."), value: text("@value", "Text.") },
    ["name", "value"],
  );

export const dns = struct("NetworkDns", "DNS.", {
  enable: yesNoText("@enable", "Whether the host answers. Default: yes."),
  forwardPlainNames: yesNoText("@forwardPlainNames", "Whether names without a dot are asked upstream."),
  forwarders: list("forwarder", forwarder, "Servers to ask."),
  hosts: list("host", host, "Addresses with names.", { key: "ip" }),
  srVs: list("srv", srv, "Service records."),
  txTs: list("txt", txt, "Text records.", { key: "name" }),
});

const dnsmasqOption = () =>
  struct(
    "NetworkDnsmasqOptionsOption",
    "One line.",
    { value: text("@value", "The line, such as `dhcp-option=3`.") },
    ["value"],
  );

/** Property `dnsmasqOptions`, in a namespace of its own. */
export const dnsmasqOptions = () =>
  nest(
    "dnsmasq:options",
    () =>
      struct(
        "NetworkDnsmasqOptions",
        "Lines for the configuration of dnsmasq.",
        { options: list("dnsmasq:option", dnsmasqOption, "The lines.") },
        [],
        { "xmlns:dnsmasq": "http://libvirt.org/schemas/network/dnsmasq/1.0" },
      ),
    "Lines for the configuration of dnsmasq, which libvirt passes on unread and does not support.",
  );
