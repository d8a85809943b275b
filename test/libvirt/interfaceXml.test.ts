import { describe, expect, it } from "vitest";
import { networkInterface } from "../../libvirt/schema/interface.ts";
import { serialise } from "../../libvirt/xml/element.ts";
import { build } from "../../libvirt/xml/encode.ts";
import { driftAtLibvirt } from "./testDriver.ts";
import { HAS_VIRSH, VIRSH_REASON } from "./testDriverXml.ts";

const UUID = "09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f";
const network = { source: { network: { network: "default" } } };

interface Case {
  readonly inputs: Record<string, unknown>;
  /** The interface by libvirt's documentation (formatdomain). */
  readonly xml: string;
  /** What a libvirt may refuse that was built without it; its schema has been checked by then. */
  readonly mayLack?: RegExp;
}

const CASES: Readonly<Record<string, Case>> = {
  "offloads of a virtio interface": {
    inputs: {
      ...network,
      model: { type: "virtio" },
      driver: {
        name: "vhost",
        queues: 4,
        ats: "on",
        pagePerVq: "off",
        rss: "on",
        rssHashReport: "off",
        host: { csum: "off", gso: "off", tso4: "off", tso6: "off", ecn: "off", ufo: "off", mrgRxBuf: "off" },
        guest: { csum: "off", tso4: "off", tso6: "off", ecn: "off", ufo: "off" },
      },
    },
    xml: `<interface type="network">
  <source network="default"/>
  <model type="virtio"/>
  <driver name="vhost" queues="4" ats="on" page_per_vq="off" rss="on" rss_hash_report="off">
    <host csum="off" ecn="off" tso4="off" tso6="off" ufo="off" gso="off" mrg_rxbuf="off"/>
    <guest csum="off" ecn="off" tso4="off" tso6="off" ufo="off"/>
  </driver>
</interface>
`,
  },
  "an address that is checked, and a named tap device": {
    inputs: {
      ...network,
      mac: { address: "52:54:00:12:34:56", type: "static", check: "no" },
      model: { type: "virtio" },
      target: { dev: "tap0", managed: true },
      backend: { tap: "/dev/net/tun", vhost: "/dev/vhost-net" },
      tune: { sndBuf: 1600 },
      coalesce: { rx: { frames: { max: 7 } } },
    },
    xml: `<interface type="network">
  <source network="default"/>
  <mac address="52:54:00:12:34:56" type="static" check="no"/>
  <model type="virtio"/>
  <target dev="tap0" managed="yes"/>
  <backend tap="/dev/net/tun" vhost="/dev/vhost-net"/>
  <coalesce>
    <rx>
      <frames max="7"/>
    </rx>
  </coalesce>
  <tune>
    <sndbuf>1600</sndbuf>
  </tune>
</interface>
`,
  },
  "boot order, option ROM, alias and index": {
    inputs: {
      ...network,
      boot: { order: 1, loadParm: "2" },
      rom: { bar: "off", enabled: "yes", file: "/etc/fake/boot.bin" },
      alias: { name: "ua-backup0" },
      acpi: { index: 4 },
    },
    xml: `<interface type="network">
  <source network="default"/>
  <boot order="1" loadparm="2"/>
  <rom bar="off" enabled="yes" file="/etc/fake/boot.bin"/>
  <acpi index="4"/>
  <alias name="ua-backup0"/>
</interface>
`,
  },
  "a filter with variables": {
    inputs: {
      ...network,
      filterRef: {
        filter: "clean-traffic",
        parameters: [
          { name: "IP", value: "10.0.0.1" },
          { name: "CTRL_IP_LEARNING", value: "dhcp" },
        ],
      },
    },
    xml: `<interface type="network">
  <source network="default"/>
  <filterref filter="clean-traffic">
    <parameter name="IP" value="10.0.0.1"/>
    <parameter name="CTRL_IP_LEARNING" value="dhcp"/>
  </filterref>
</interface>
`,
  },
  "a port of Open vSwitch": {
    inputs: {
      source: { bridge: { bridge: "ovsbr" } },
      virtualPort: { params: { openVSwitch: { profileId: "menial", interfaceId: UUID } } },
    },
    xml: `<interface type="bridge">
  <source bridge="ovsbr"/>
  <virtualport type="openvswitch">
    <parameters interfaceid="${UUID}" profileid="menial"/>
  </virtualport>
</interface>
`,
  },
  "a port of MidoNet": {
    inputs: {
      source: { bridge: { bridge: "midonet" } },
      virtualPort: { params: { midoNet: { interfaceId: UUID } } },
    },
    xml: `<interface type="bridge">
  <source bridge="midonet"/>
  <virtualport type="midonet">
    <parameters interfaceid="${UUID}"/>
  </virtualport>
</interface>
`,
  },
  "a port of 802.1Qbg": {
    inputs: {
      source: { direct: { dev: "eth0", mode: "vepa" } },
      virtualPort: {
        params: { vepa8021qbg: { managerId: 11, typeId: 1193047, typeIdVersion: 2, instanceId: UUID } },
      },
    },
    xml: `<interface type="direct">
  <source dev="eth0" mode="vepa"/>
  <virtualport type="802.1Qbg">
    <parameters managerid="11" typeid="1193047" typeidversion="2" instanceid="${UUID}"/>
  </virtualport>
</interface>
`,
  },
  "a port of 802.1Qbh": {
    inputs: {
      source: { direct: { dev: "eth0", mode: "private" } },
      virtualPort: { params: { vnTag8011qbh: { profileId: "finance" } } },
    },
    xml: `<interface type="direct">
  <source dev="eth0" mode="private"/>
  <virtualport type="802.1Qbh">
    <parameters profileid="finance"/>
  </virtualport>
</interface>
`,
  },
  "a port of whatever kind the network has": {
    inputs: {
      source: { network: { network: "default", portGroup: "engineering", portId: UUID, bridge: "virbr0" } },
      virtualPort: { params: { any: { profileId: "finance", interfaceId: UUID } } },
    },
    xml: `<interface type="network">
  <source network="default" portgroup="engineering"/>
  <virtualport>
    <parameters profileid="finance" interfaceid="${UUID}"/>
  </virtualport>
</interface>
`,
  },
  "the part that stays of a pair": {
    inputs: { ...network, teaming: { type: "persistent" } },
    xml: `<interface type="network">
  <source network="default"/>
  <teaming type="persistent"/>
</interface>
`,
  },
  "the part of a pair that is unplugged": {
    inputs: { ...network, teaming: { type: "transient", persistent: "ua-backup0" } },
    xml: `<interface type="network">
  <source network="default"/>
  <teaming type="transient" persistent="ua-backup0"/>
</interface>
`,
  },
  "ports of the host, through passt": {
    mayLack: /Invalid value for attribute 'type' in element 'backend': 'passt'/,
    inputs: {
      source: { user: { dev: "eth0" } },
      backend: { type: "passt", logFile: "/var/log/passt.log" },
      ips: [{ address: "172.17.2.4", family: "ipv4", prefix: 24 }],
      portForwards: [
        {
          proto: "tcp",
          address: "192.0.2.7",
          dev: "eth0",
          ranges: [
            { start: 2022, to: 22 },
            { start: 8000, end: 8020, to: 18000 },
            { start: 8010, exclude: "yes" },
          ],
        },
        { proto: "udp" },
      ],
    },
    xml: `<interface type="user">
  <source dev="eth0"/>
  <backend type="passt" logFile="/var/log/passt.log"/>
  <ip address="172.17.2.4" family="ipv4" prefix="24"/>
  <portForward proto="tcp" address="192.0.2.7" dev="eth0">
    <range start="2022" to="22"/>
    <range start="8000" end="8020" to="18000"/>
    <range start="8010" exclude="yes"/>
  </portForward>
  <portForward proto="udp"/>
</interface>
`,
  },
  "addresses and routes of a container": {
    inputs: {
      ...network,
      ips: [{ address: "192.168.122.5", prefix: 24, peer: "192.168.122.1" }],
      routes: [
        { family: "ipv4", address: "192.168.122.0", prefix: 24, gateway: "192.168.122.1", metric: 2 },
        { address: "10.0.0.0", netmask: "255.0.0.0", gateway: "192.168.122.1" },
      ],
      guest: { dev: "myeth" },
      script: { path: "/etc/qemu-ifup-mynet" },
      downScript: { path: "/etc/qemu-ifdown-mynet" },
      backendDomain: { name: "net-driver" },
    },
    xml: `<interface type="network">
  <source network="default"/>
  <script path="/etc/qemu-ifup-mynet"/>
  <downscript path="/etc/qemu-ifdown-mynet"/>
  <backenddomain name="net-driver"/>
  <guest dev="myeth"/>
  <ip address="192.168.122.5" prefix="24" peer="192.168.122.1"/>
  <route address="192.168.122.0" family="ipv4" prefix="24" gateway="192.168.122.1" metric="2"/>
  <route address="10.0.0.0" netmask="255.0.0.0" gateway="192.168.122.1"/>
</interface>
`,
  },
  "the name that a container gave it": {
    inputs: { ...network, guest: { dev: "eth0", actual: "eth0" } },
    xml: `<interface type="network">
  <source network="default"/>
  <guest dev="eth0" actual="eth0"/>
</interface>
`,
  },
  "nothing of waiting for an address": {
    inputs: { ...network, waitForIp: { timeout: 60, source: "lease" } },
    xml: `<interface type="network">
  <source network="default"/>
</interface>
`,
  },
};

describe("the XML of an interface", () => {
  for (const [title, { inputs, xml }] of Object.entries(CASES)) {
    it(`is libvirt's for ${title}`, () => {
      expect(serialise(build("interface", networkInterface, inputs))).toBe(xml);
    });
  }
});

describe.skipIf(!HAS_VIRSH)(`an interface at libvirt${VIRSH_REASON}`, () => {
  for (const [title, { inputs, mayLack }] of Object.entries(CASES)) {
    it(`comes back as declared: ${title}`, () => {
      expect(driftAtLibvirt({ interfaces: [inputs] }, mayLack)).toEqual([]);
    });
  }
});
