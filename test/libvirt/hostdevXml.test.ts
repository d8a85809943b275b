import { describe, expect, it } from "vitest";
import { changesOf } from "../../libvirt/schema/changes.ts";
import { hostdev } from "../../libvirt/schema/hostdev.ts";
import { decode } from "../../libvirt/xml/decode.ts";
import { parseDocument, serialise } from "../../libvirt/xml/element.ts";
import { build, change } from "../../libvirt/xml/encode.ts";
import { driftAtLibvirt, whyTooOld } from "./testDriver.ts";
import { HAS_VIRSH, VIRSH_REASON } from "./testDriverXml.ts";

const UUID = "09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f";

interface Case {
  readonly inputs: Record<string, unknown>;
  /** The device by libvirt's documentation (formatdomain). */
  readonly xml: string;
  /** The libvirt that brought it; an older one is not asked. */
  readonly since?: string;
}

const CASES: Readonly<Record<string, Case>> = {
  "a PCI device, the part of a pair that is unplugged": {
    inputs: {
      managed: true,
      subsysPci: {
        driver: { name: "vfio" },
        source: {
          writeFiltering: "no",
          address: { domain: 0, bus: 6, slot: 2, function: 0, multiFunction: "on" },
        },
        teaming: { type: "transient", persistent: "ua-backup0" },
      },
      boot: { order: 1, loadParm: "2" },
      rom: { bar: "on", enabled: "yes", file: "/etc/fake/boot.bin" },
      alias: { name: "ua-gpu" },
    },
    xml: `<hostdev managed="yes" mode="subsystem" type="pci">
  <driver name="vfio"/>
  <source writeFiltering="no">
    <address domain="0x00" bus="0x06" slot="0x02" function="0x0"/>
  </source>
  <teaming type="transient" persistent="ua-backup0"/>
  <boot order="1" loadparm="2"/>
  <rom bar="on" enabled="yes" file="/etc/fake/boot.bin"/>
  <alias name="ua-gpu"/>
</hostdev>
`,
  },
  "a PCI device with the host's module for it": {
    since: "10.1",
    inputs: {
      subsysPci: { driver: { name: "vfio", model: "mlx5_vfio_pci" }, source: { address: { bus: 6 } } },
    },
    xml: `<hostdev mode="subsystem" type="pci">
  <driver name="vfio" model="mlx5_vfio_pci"/>
  <source>
    <address bus="0x06"/>
  </source>
</hostdev>
`,
  },
  "a USB device by its vendor and product": {
    inputs: {
      subsysUsb: {
        source: {
          startUpPolicy: "optional",
          guestReset: "off",
          vendor: { id: "0x46d" },
          product: { id: "0xbeef" },
        },
      },
      acpi: { index: 3 },
    },
    xml: `<hostdev mode="subsystem" type="usb">
  <source startupPolicy="optional" guestReset="off">
    <vendor id="0x46d"/>
    <product id="0xbeef"/>
  </source>
  <acpi index="3"/>
</hostdev>
`,
  },
  "a USB device by its place": {
    inputs: { subsysUsb: { source: { address: { bus: 3, device: 12 } } } },
    xml: `<hostdev mode="subsystem" type="usb">
  <source>
    <address bus="3" device="12"/>
  </source>
</hostdev>
`,
  },
  "a USB device by its port": {
    since: "12.0",
    inputs: { subsysUsb: { source: { address: { bus: 3, port: "1.2" } } } },
    xml: `<hostdev mode="subsystem" type="usb">
  <source>
    <address bus="3" port="1.2"/>
  </source>
</hostdev>
`,
  },
  "a SCSI unit of the host": {
    inputs: {
      subsysScsi: {
        sgio: "filtered",
        rawIo: "yes",
        readOnly: true,
        shareable: true,
        source: { host: { adapter: { name: "scsi_host0" }, address: { bus: 0, target: 0, unit: 0 } } },
      },
    },
    xml: `<hostdev mode="subsystem" type="scsi" rawio="yes" sgio="filtered">
  <readonly/>
  <shareable/>
  <source>
    <adapter name="scsi_host0"/>
    <address bus="0" target="0" unit="0"/>
  </source>
</hostdev>
`,
  },
  "a SCSI unit of an iSCSI server": {
    inputs: {
      subsysScsi: {
        source: {
          iscsi: {
            name: "iqn.2014-08.com.example:iscsi-nopool/1",
            hosts: [{ name: "example.com", port: "3260" }],
            auth: { username: "myuser", secret: { type: "iscsi", usage: "libvirtiscsi" } },
            initiator: { iqn: { name: "iqn.2020-07.com.example:test" } },
          },
        },
      },
    },
    xml: `<hostdev mode="subsystem" type="scsi">
  <source protocol="iscsi" name="iqn.2014-08.com.example:iscsi-nopool/1">
    <host name="example.com" port="3260"/>
    <auth username="myuser">
      <secret type="iscsi" usage="libvirtiscsi"/>
    </auth>
    <initiator>
      <iqn name="iqn.2020-07.com.example:test"/>
    </initiator>
  </source>
</hostdev>
`,
  },
  "a vhost target": {
    inputs: {
      subsysScsiHost: {
        model: "virtio-transitional",
        source: { protocol: "vhost", wwpn: "naa.50014057667280d8" },
      },
    },
    xml: `<hostdev mode="subsystem" type="scsi_host" model="virtio-transitional">
  <source protocol="vhost" wwpn="naa.50014057667280d8"/>
</hostdev>
`,
  },
  "a mediated device": {
    inputs: {
      subsysMDev: { model: "vfio-pci", display: "on", ramFb: "on", source: { address: { uuid: UUID } } },
    },
    xml: `<hostdev mode="subsystem" type="mdev" model="vfio-pci" display="on" ramfb="on">
  <source>
    <address uuid="${UUID}"/>
  </source>
</hostdev>
`,
  },
  "a disk of a container": {
    inputs: { capsStorage: { source: { block: "/dev/sdf1" } } },
    xml: `<hostdev mode="capabilities" type="storage">
  <source>
    <block>/dev/sdf1</block>
  </source>
</hostdev>
`,
  },
  "a character device of a container": {
    inputs: { capsMisc: { source: { char: "/dev/input/event3" } } },
    xml: `<hostdev mode="capabilities" type="misc">
  <source>
    <char>/dev/input/event3</char>
  </source>
</hostdev>
`,
  },
  "a NIC of a container": {
    inputs: {
      capsNet: {
        source: { interface: "eth0" },
        ips: [{ address: "192.0.2.5", family: "ipv4", prefix: 24 }],
        routes: [{ family: "ipv4", address: "0.0.0.0", gateway: "192.0.2.1" }],
      },
    },
    xml: `<hostdev mode="capabilities" type="net">
  <source>
    <interface>eth0</interface>
  </source>
  <ip address="192.0.2.5" family="ipv4" prefix="24"/>
  <route address="0.0.0.0" family="ipv4" gateway="192.0.2.1"/>
</hostdev>
`,
  },
};

describe("the XML of a device that is passed through", () => {
  for (const [title, { inputs, xml }] of Object.entries(CASES)) {
    it(`is libvirt's for ${title}`, () => {
      expect(serialise(build("hostdev", hostdev, inputs))).toBe(xml);
    });
  }

  it("leaves nothing of a kind that another takes the place of", () => {
    for (const { inputs: before } of Object.values(CASES)) {
      for (const { inputs: after, xml } of Object.values(CASES)) {
        const root = build("hostdev", hostdev, before);
        change(root, hostdev, before, after);
        const fresh = decode(parseDocument(xml), hostdev);
        expect(changesOf(hostdev, fresh, decode(root, hostdev))).toEqual([]);
      }
    }
  });
});

describe.skipIf(!HAS_VIRSH)(`a passed-through device at libvirt${VIRSH_REASON}`, () => {
  for (const [title, { inputs, since }] of Object.entries(CASES)) {
    const why = whyTooOld(since);
    it.skipIf(why !== "")(`comes back as declared: ${title}${why}`, () => {
      expect(driftAtLibvirt({ hostdevs: [inputs] })).toEqual([]);
    });
  }
});
