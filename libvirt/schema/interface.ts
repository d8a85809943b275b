/** Network interfaces of a domain. */
import { choice, int, list, nest, onOff, pattern, struct, text, yesNo, yesNoText } from "./field.ts";

export const MAC = /^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/;

const source = struct("DomainDevicesInterfaceSource", "What the interface is attached to; exactly one.", {
  bridge: nest(
    "source",
    struct(
      "DomainDevicesInterfaceSourceBridge",
      "A bridge of the host.",
      { bridge: text("@bridge", "Its name.") },
      ["bridge"],
    ),
    "A bridge of the host.",
    { when: { type: "bridge" } },
  ),
  network: nest(
    "source",
    struct("DomainDevicesInterfaceSourceNetwork", "A libvirt network.", {
      network: text("@network", "Its name."),
      portGroup: text("@portgroup", "Port group of the network."),
    }),
    "A libvirt network.",
    { when: { type: "network" } },
  ),
  direct: nest(
    "source",
    struct("DomainDevicesInterfaceSourceDirect", "A NIC of the host, through macvtap.", {
      dev: text("@dev", "Name of the NIC."),
      mode: choice("@mode", "How frames travel.", ["vepa", "bridge", "private", "passthrough"]),
    }),
    "A NIC of the host, through macvtap.",
    { when: { type: "direct" } },
  ),
  user: nest(
    "source",
    struct("DomainDevicesInterfaceSourceUser", "User-mode networking.", {
      dev: text("@dev", "NIC of the host."),
    }),
    "User-mode networking, which needs no rights.",
    { when: { type: "user" } },
  ),
});

const bandwidth = (name: string, doc: string) =>
  struct(name, doc, {
    average: int("@average", "Average rate, in KiB/s."),
    peak: int("@peak", "Highest rate, in KiB/s."),
    burst: int("@burst", "Amount at peak rate, in KiB."),
    floor: int("@floor", "Guaranteed rate, in KiB/s; for networks that shape."),
  });

const driver = struct("DomainDevicesInterfaceDriver", "How the hypervisor handles the interface.", {
  name: choice("@name", "Where packets are moved.", ["qemu", "vhost"]),
  queues: int("@queues", "Queue pairs.", { min: 1, max: 256 }),
  rxQueueSize: int("@rx_queue_size", "Size of receive queues.", { min: 1 }),
  txQueueSize: int("@tx_queue_size", "Size of transmit queues.", { min: 1 }),
  txMode: choice("@txmode", "How transmission is triggered.", ["iothread", "timer"]),
  ioEventFd: onOff("@ioeventfd", "I/O in its own thread of the host."),
  eventIdx: onOff("@event_idx", "Fewer interrupts."),
  iommu: onOff("@iommu", "Behind the virtual IOMMU."),
  packed: onOff("@packed", "Packed virtqueues."),
});

const vlan = struct("DomainDevicesInterfaceVlan", "VLANs, where the network can tag.", {
  trunk: yesNoText("@trunk", "Whether several are carried."),
  tags: list(
    "tag",
    struct(
      "DomainDevicesInterfaceVlanTag",
      "One VLAN.",
      {
        id: int("@id", "VLAN id.", { max: 4095 }),
        nativeMode: choice("@nativeMode", "Handling of untagged frames.", ["tagged", "untagged"]),
      },
      ["id"],
    ),
    "The VLANs.",
    { key: "id" },
  ),
});

export const networkInterface = struct(
  "DomainDevicesInterface",
  "A network interface of the domain.",
  {
    source: nest(".", source, "What the interface is attached to."),
    mac: nest(
      "mac",
      struct(
        "DomainDevicesInterfaceMac",
        "MAC address.",
        {
          address: pattern("@address", "Address.", MAC, 'six bytes such as "52:54:00:12:34:56"', {
            compare: "caseless",
          }),
        },
        ["address"],
      ),
      "MAC address. Default: libvirt chooses one, which then stays.",
    ),
    model: nest(
      "model",
      struct("DomainDevicesInterfaceModel", "Model.", { type: text("@type", "Model, such as `virtio`.") }, [
        "type",
      ]),
      "What the guest sees.",
    ),
    driver: nest("driver", driver, "How the hypervisor handles the interface."),
    target: nest(
      "target",
      struct("DomainDevicesInterfaceTarget", "Device on the host.", { dev: text("@dev", "Its name.") }, [
        "dev",
      ]),
      "Name of the device on the host. Names starting with vnet are the host's own and change at every start.",
    ),
    bandwidth: nest(
      "bandwidth",
      struct("DomainDevicesInterfaceBandwidth", "Limits of the rate.", {
        inbound: nest(
          "inbound",
          bandwidth("DomainDevicesInterfaceBandwidthInbound", "Inbound limit."),
          "Into the guest.",
        ),
        outbound: nest(
          "outbound",
          bandwidth("DomainDevicesInterfaceBandwidthOutbound", "Outbound limit."),
          "Out of the guest.",
        ),
      }),
      "Limits of the rate.",
    ),
    mtu: nest(
      "mtu",
      struct("DomainDevicesInterfaceMtu", "MTU.", { size: int("@size", "Bytes.", { min: 68, max: 65535 }) }, [
        "size",
      ]),
      "Largest frame.",
    ),
    link: nest(
      "link",
      struct("DomainDevicesInterfaceLink", "Link.", { state: choice("@state", "State.", ["up", "down"]) }, [
        "state",
      ]),
      "State of the link.",
    ),
    boot: nest(
      "boot",
      struct("DomainDevicesInterfaceBoot", "Boot order.", { order: int("@order", "From 1.", { min: 1 }) }, [
        "order",
      ]),
      "Place in the boot order.",
    ),
    vlan: nest("vlan", vlan, "VLANs."),
    portOptions: nest(
      "port",
      struct("DomainDevicesInterfacePortOptions", "Bridge port.", {
        isolated: yesNoText("@isolated", "Whether it cannot reach other isolated ports."),
      }),
      "Options of the bridge port.",
    ),
    filterRef: nest(
      "filterref",
      struct("DomainDevicesInterfaceFilterRef", "Network filter.", { filter: text("@filter", "Its name.") }, [
        "filter",
      ]),
      "Network filter, such as `clean-traffic`.",
    ),
    trustGuestRxFilters: yesNoText(
      "@trustGuestRxFilters",
      "Whether the guest may change MAC and multicast filters.",
    ),
    managed: yesNo("@managed", "Whether libvirt detaches the host's device by itself."),
  },
  [],
  { type: "user" },
);
