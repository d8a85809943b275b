import { describe, expect, it } from "vitest";
import { network } from "../../libvirt/schema/network.ts";
import { HAS_VIRSH, readBack, VIRSH_REASON, xmlOf } from "./testDriverXml.ts";

const INSTANCE = "09b11c53-8b5c-4eeb-8f00-d84eaa0aaa3b";

/** Inputs and their XML, after libvirt's formatnetwork. */
const TABLE: readonly (readonly [what: string, inputs: Record<string, unknown>, xml: string])[] = [
  [
    "virtual functions by their addresses",
    {
      forward: {
        mode: "hostdev",
        managed: true,
        driver: { name: "vfio", model: "mlx5_vfio_pci" },
        addresses: [{ pci: { domain: 0, bus: 4, slot: 0, function: 1 } }],
      },
    },
    '<forward mode="hostdev" managed="yes"><driver name="vfio" model="mlx5_vfio_pci"/>' +
      '<address type="pci" domain="0x00" bus="0x04" slot="0x00" function="0x1"/></forward>',
  ],
  [
    "virtual functions of a NIC",
    { forward: { mode: "hostdev", managed: false, pfs: [{ dev: "eth2" }] } },
    '<forward mode="hostdev" managed="no"><pf dev="eth2"/></forward>',
  ],
  [
    "records of DNS",
    {
      dns: {
        srVs: [
          {
            service: "name",
            protocol: "tcp",
            domain: "test-domain-name",
            target: ".",
            port: 1024,
            priority: 10,
            weight: 5,
          },
        ],
        txTs: [{ name: "example", value: "example value" }],
      },
    },
    '<dns><srv service="name" protocol="tcp" domain="test-domain-name" target="." port="1024" priority="10" weight="5"/>' +
      '<txt name="example" value="example value"/></dns>',
  ],
  [
    "boot over the network",
    {
      ips: [
        {
          address: "192.0.2.1",
          netmask: "255.255.255.0",
          tftp: { root: "/srv/tftp" },
          dhcp: {
            hosts: [{ mac: "52:54:00:00:00:01", ip: "192.0.2.9", lease: { expiry: 1, unit: "hours" } }],
            bootps: [{ file: "pxelinux.0", server: "192.0.2.2" }],
          },
        },
      ],
    },
    '<ip address="192.0.2.1" netmask="255.255.255.0"><dhcp><host mac="52:54:00:00:00:01" ip="192.0.2.9"><lease expiry="1" unit="hours"/></host>' +
      '<bootp file="pxelinux.0" server="192.0.2.2"/></dhcp><tftp root="/srv/tftp"/></ip>',
  ],
  [
    "VLANs",
    { vlan: { trunk: "yes", tags: [{ id: 42, nativeMode: "untagged" }, { id: 47 }] } },
    '<vlan trunk="yes"><tag id="42" nativeMode="untagged"/><tag id="47"/></vlan>',
  ],
  [
    "a switch after 802.1Qbg",
    {
      virtualPort: {
        params: {
          vepa8021qbg: { managerId: 11, typeId: 1193047, typeIdVersion: 2, instanceId: INSTANCE },
        },
      },
    },
    `<virtualport type="802.1Qbg"><parameters managerid="11" typeid="1193047" typeidversion="2" instanceid="${INSTANCE}"/></virtualport>`,
  ],
  [
    "a switch after 802.1Qbh",
    { virtualPort: { params: { vnTag8011qbh: { profileId: "finance" } } } },
    '<virtualport type="802.1Qbh"><parameters profileid="finance"/></virtualport>',
  ],
  [
    "an Open vSwitch without parameters",
    { virtualPort: { params: { openVSwitch: {} } } },
    '<virtualport type="openvswitch"/>',
  ],
  [
    "MidoNet",
    { virtualPort: { params: { midoNet: { interfaceId: INSTANCE } } } },
    `<virtualport type="midonet"><parameters interfaceid="${INSTANCE}"/></virtualport>`,
  ],
  [
    "classes of ports",
    {
      portGroups: [
        {
          name: "sales",
          default: "yes",
          trustGuestRxFilters: "no",
          virtualPort: { params: { any: { profileId: "salestest" } } },
          vlan: { tags: [{ id: 7 }] },
        },
      ],
    },
    '<portgroup name="sales" default="yes" trustGuestRxFilters="no"><virtualport><parameters profileid="salestest"/></virtualport>' +
      '<vlan><tag id="7"/></vlan></portgroup>',
  ],
  [
    "routes",
    {
      routes: [
        { address: "192.0.2.128", prefix: 25, gateway: "192.0.2.2", metric: "2" },
        { family: "ipv6", address: "2001:db8:ca2:3::", prefix: 64, gateway: "2001:db8:ca2:2::2" },
        { address: "198.51.100.0", netmask: "255.255.255.0", gateway: "192.0.2.3" },
      ],
    },
    '<route address="192.0.2.128" prefix="25" gateway="192.0.2.2" metric="2"/>' +
      '<route family="ipv6" address="2001:db8:ca2:3::" prefix="64" gateway="2001:db8:ca2:2::2"/>' +
      '<route address="198.51.100.0" netmask="255.255.255.0" gateway="192.0.2.3"/>',
  ],
  [
    "lines for dnsmasq",
    { dnsmasqOptions: { options: [{ value: "foo=bar" }, { value: "log-queries" }] } },
    '<dnsmasq:options xmlns:dnsmasq="http://libvirt.org/schemas/network/dnsmasq/1.0"><dnsmasq:option value="foo=bar"/>' +
      '<dnsmasq:option value="log-queries"/></dnsmasq:options>',
  ],
  [
    "numbers of classes, which libvirt gives by itself",
    { bandwidth: { classId: 3, inbound: { average: 1000 } } },
    '<bandwidth><inbound average="1000"/></bandwidth>',
  ],
];

describe("the XML of a network", () => {
  for (const [what, inputs, xml] of TABLE) {
    it(`is libvirt's: ${what}`, () => {
      expect(xmlOf("network", network, inputs)).toBe(`<network>${xml}</network>`);
    });
  }
});

const PORT_GROUPS = [
  {
    name: "sales",
    default: "yes",
    virtualPort: { params: { any: { profileId: "salestest" } } },
  },
  { name: "lab", trustGuestRxFilters: "yes", vlan: { trunk: "yes", tags: [{ id: 7 }, { id: 8 }] } },
];

const NETWORKS: Readonly<Record<string, Record<string, unknown>>> = {
  routed: {
    name: "n",
    forward: { mode: "route" },
    bridge: { name: "virbr7" },
    domain: { name: "example.org" },
    dns: {
      srVs: [
        {
          service: "name",
          protocol: "tcp",
          domain: "test-domain-name",
          target: "host",
          port: 1024,
          priority: 10,
          weight: 5,
        },
      ],
      txTs: [{ name: "example", value: "example value" }],
    },
    ips: [
      {
        address: "192.0.2.1",
        prefix: 24,
        tftp: { root: "/srv/tftp" },
        dhcp: {
          ranges: [{ start: "192.0.2.10", end: "192.0.2.20", lease: { expiry: 0 } }],
          hosts: [{ mac: "52:54:00:00:00:01", ip: "192.0.2.9", lease: { expiry: 1, unit: "hours" } }],
          bootps: [{ file: "pxelinux.0", server: "192.0.2.2" }],
        },
      },
    ],
    routes: [{ address: "198.51.100.0", prefix: 24, gateway: "192.0.2.2", metric: "2" }],
    bandwidth: { classId: 3, inbound: { average: 1000 } },
  },
  bridged: {
    name: "n",
    forward: { mode: "bridge" },
    bridge: { name: "ovsbr0" },
    virtualPort: { params: { openVSwitch: { interfaceId: INSTANCE } } },
    vlan: { trunk: "yes", tags: [{ id: 42, nativeMode: "untagged" }, { id: 47 }] },
    portGroups: PORT_GROUPS,
  },
  profiled: {
    name: "n",
    forward: { mode: "vepa", interfaces: [{ dev: "eth1" }] },
    virtualPort: {
      params: { vepa8021qbg: { managerId: 11, typeId: 1193047, typeIdVersion: 2, instanceId: INSTANCE } },
    },
  },
  functions: {
    name: "n",
    forward: {
      mode: "hostdev",
      managed: true,
      driver: { name: "vfio" },
      addresses: [{ pci: { domain: 0, bus: 4, slot: 0, function: 1 } }],
    },
    virtualPort: { params: { vnTag8011qbh: { profileId: "finance" } } },
  },
  "functions of a NIC": {
    name: "n",
    forward: { mode: "hostdev", managed: false, pfs: [{ dev: "eth2" }] },
  },
};

describe.skipIf(!HAS_VIRSH)(`networks of libvirt's test driver${VIRSH_REASON}`, () => {
  for (const [what, inputs] of Object.entries(NETWORKS)) {
    it(`are valid and come back as declared: ${what}`, () => {
      expect(readBack("network", network, inputs)).toEqual(inputs);
    });
  }

  it("take lines for dnsmasq, which the test driver itself does not keep", () => {
    const inputs = { name: "n", dnsmasqOptions: { options: [{ value: "foo=bar" }] } };
    expect(readBack("network", network, inputs)).toEqual({ name: "n" });
  });
});
