/** How a virtual network reaches others: routing, NAT, or NICs of the host. */
import { choice, int, list, nest, struct, text, yesNo, yesNoText } from "./field.ts";

const nat = struct("NetworkForwardNat", "NAT.", {
  ipv6: yesNoText("@ipv6", "Whether IPv6 is translated."),
  addresses: list(
    "address",
    struct(
      "NetworkForwardNatAddress",
      "Addresses.",
      { start: text("@start", "First."), end: text("@end", "Last.") },
      ["start", "end"],
    ),
    "Addresses to translate to.",
  ),
  ports: list(
    "port",
    struct(
      "NetworkForwardNatPort",
      "Ports.",
      { start: int("@start", "First.", { max: 65535 }), end: int("@end", "Last.", { max: 65535 }) },
      ["start", "end"],
    ),
    "Ports to translate to.",
  ),
});

const pci = () =>
  struct("NetworkForwardAddressPci", "A PCI address of the host.", {
    domain: int("@domain", "Domain.", { max: 0xffffffff }, { form: "hex" }),
    bus: int("@bus", "Bus.", { max: 0xff }, { form: "hex" }),
    slot: int("@slot", "Slot.", { max: 0x1f }, { form: "hex" }),
    function: int("@function", "Function.", { max: 7 }, { form: "hexDigit" }),
  });

const address = () =>
  struct("NetworkForwardAddress", "A virtual function to hand to a guest.", {
    pci: nest(".", pci, "Its PCI address.", { when: { type: "pci" } }),
  });

const driver = () =>
  struct("NetworkForwardDriver", "Driver of the host for devices that are handed to guests.", {
    name: choice("@name", "Kind of driver.", ["vfio", "kvm"]),
    model: text("@model", "Module of the host. Default: the host's choice. Older hosts do not have it."),
  });

export const forward = struct("NetworkForward", "How the network reaches others.", {
  mode: choice("@mode", "How. Default: nat.", [
    "nat",
    "route",
    "open",
    "bridge",
    "private",
    "vepa",
    "passthrough",
    "hostdev",
  ]),
  dev: text("@dev", "NIC of the host."),
  managed: yesNo("@managed", "Whether libvirt detaches devices from the host by itself, for mode hostdev.", {
    implied: false,
  }),
  driver: nest(
    "driver",
    driver,
    "Driver of the host for devices that are handed to guests, for mode hostdev.",
  ),
  nat: nest("nat", nat, "NAT."),
  interfaces: list(
    "interface",
    struct("NetworkForwardInterface", "A NIC.", { dev: text("@dev", "Its name.") }),
    "NICs of the host.",
    { key: "dev" },
  ),
  pfs: list(
    "pf",
    () =>
      struct("NetworkForwardPf", "A NIC with virtual functions.", { dev: text("@dev", "Its name.") }, [
        "dev",
      ]),
    "NIC of the host whose virtual functions guests get; one at most. libvirt lists the functions while the network is active.",
    { key: "dev" },
  ),
  addresses: list("address", address, "Virtual functions of the host that guests get, for mode hostdev."),
});
