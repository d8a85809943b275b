/** Network interfaces of a domain. */
import { known } from "./alias.ts";
import { boot, rom } from "./boot.ts";
import { choice, int, list, nest, pattern, struct, text, yesNo, yesNoText } from "./field.ts";
import { ips, portForwards, routes, waitForIp } from "./interfaceAddress.ts";
import { backend, coalesce, driver } from "./interfaceDriver.ts";
import { teaming } from "./teaming.ts";
import { uuid } from "./uuid.ts";
import { virtualPort } from "./virtualPort.ts";

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
      // libvirt drops these from a definition, so they are not written to one either.
      portId: uuid("", "UUID of the port. libvirt makes one at every start, whatever is said here."),
      bridge: text("", "Bridge behind the network. libvirt takes the network's own, whatever is said here."),
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
      dev: text("@dev", "NIC of the host, with `backend.type` passt; libvirt drops it otherwise."),
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

const vlan = struct("DomainDevicesInterfaceVlan", "VLANs, where the network can tag.", {
  trunk: choice("@trunk", "Whether several are carried. Default: whether there are several tags.", ["yes"]),
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

const filterRef = () =>
  struct(
    "DomainDevicesInterfaceFilterRef",
    "Network filter.",
    {
      filter: text("@filter", "Its name."),
      parameters: list(
        "parameter",
        () =>
          struct(
            "DomainDevicesInterfaceFilterRefParameter",
            "A variable of the filter.",
            {
              name: text("@name", "Name, such as IP; a variable of several values is given several times."),
              value: text("@value", "Value."),
            },
            ["name", "value"],
          ),
        "Variables of the filter.",
        { key: "name" },
      ),
    },
    ["filter"],
  );

const tune = () =>
  struct(
    "DomainDevicesInterfaceTune",
    "Limits of the tap device.",
    { sndBuf: int("sndbuf", "Send buffer, in bytes; 0: no limit.", { max: 0xffffffff }) },
    ["sndBuf"],
  );

const script = (name: string) =>
  struct(
    name,
    "A program of the host.",
    { path: text("@path", "Path on the host; libvirt hands it the name of the device.") },
    ["path"],
  );

const backendDomain = () =>
  struct(
    "DomainDevicesInterfaceBackendDomain",
    "For Xen: domain that drives it.",
    { name: text("@name", "Name.") },
    ["name"],
  );

const guest = () =>
  struct("DomainDevicesInterfaceGuest", "Device inside a container.", {
    dev: text("@dev", "Its name, such as eth0. Default: the container's choice."),
    actual: text("@actual", "Its name while it runs; set by the host."),
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
          type: choice("@type", "For VMware: whether the address was made up by the host.", [
            "generated",
            "static",
          ]),
          check: yesNoText("@check", "For VMware: whether the host checks the address for conflicts."),
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
      struct(
        "DomainDevicesInterfaceTarget",
        "Device on the host.",
        {
          dev: text("@dev", "Its name."),
          managed: yesNo(
            "@managed",
            "Whether libvirt makes the tap device; false: it is there already. Default: true.",
          ),
        },
        ["dev"],
      ),
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
    boot: boot("DomainDevicesInterface"),
    rom: rom("DomainDevicesInterface"),
    vlan: nest("vlan", vlan, "VLANs."),
    portOptions: nest(
      "port",
      struct("DomainDevicesInterfacePortOptions", "Bridge port.", {
        isolated: yesNoText("@isolated", "Whether it cannot reach other isolated ports."),
      }),
      "Options of the bridge port.",
    ),
    filterRef: nest("filterref", filterRef, "Network filter, such as `clean-traffic`."),
    virtualPort: virtualPort("DomainDevicesInterfaceVirtualPort"),
    teaming: teaming("DomainDevicesInterface"),
    backend: nest("backend", backend, "What serves the interface on the host."),
    coalesce: nest("coalesce", coalesce, "Interrupts that are held back."),
    tune: nest("tune", tune, "Limits of the tap device."),
    script: nest("script", () => script("DomainDevicesInterfaceScript"), "Program run when it is made."),
    downScript: nest(
      "downscript",
      () => script("DomainDevicesInterfaceDownScript"),
      "Program run when it goes.",
    ),
    backendDomain: nest("backenddomain", backendDomain, "For Xen: domain that drives it."),
    guest: nest("guest", guest, "Device inside a container."),
    ips,
    routes,
    portForwards,
    waitForIp,
    ...known("DomainDevicesInterface"),
    trustGuestRxFilters: yesNoText(
      "@trustGuestRxFilters",
      "Whether the guest may change MAC and multicast filters.",
    ),
    managed: yesNo("@managed", "Whether libvirt detaches the host's device by itself."),
  },
  [],
  { type: "user" },
);
