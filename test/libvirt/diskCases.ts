/** Disks by what they show, each with the XML that libvirt's documentation has for it. */

export interface Case {
  readonly inputs: Record<string, unknown>;
  readonly xml: string;
  /** The version of libvirt that first knows it, where that is after 9.0.0. */
  readonly since?: string;
  /** What libvirt's test driver says of it, as only QEMU's has it. */
  readonly refused?: string;
}

export const VDA = { target: { dev: "vda", bus: "virtio" } };
export const FILE = { file: { file: "/srv/a.qcow2" } };
const SOURCE = '<source file="/srv/a.qcow2"/>';

const UUID = "3e3fce45-4f53-4fa7-bb32-11f34168b82b";

/** A disk with the lines given, of a type. */
const xml = (type: string, before: readonly string[], after: readonly string[] = []): string =>
  [
    `<disk type="${type}">`,
    ...before.map((line) => `  ${line}`),
    '  <target dev="vda" bus="virtio"/>',
    ...after.map((line) => `  ${line}`),
    "</disk>\n",
  ].join("\n");

const network = (source: Record<string, unknown>) => ({ source: { network: source } });
const HOST = { name: "storage.example", port: "7000" };
const HOST_XML = '  <host name="storage.example" port="7000"/>';

const below = (source: Record<string, unknown>) => ({
  source: FILE,
  backingStore: { format: { type: "raw" }, source },
});
const belowXml = (type: string, lines: readonly string[]) =>
  xml("file", [
    SOURCE,
    `<backingStore type="${type}">`,
    '  <format type="raw"/>',
    ...lines.map((line) => `  ${line}`),
    "</backingStore>",
  ]);

export const DISKS: Readonly<Record<string, Case>> = {
  "an alias": {
    inputs: { source: FILE, alias: { name: "ua-root" } },
    xml: xml("file", ['<alias name="ua-root"/>', SOURCE]),
  },
  "an I/O thread for each queue": {
    inputs: {
      source: FILE,
      driver: {
        name: "qemu",
        queues: 2,
        ioThreads: {
          ioThreads: [
            { id: 1, queues: [{ id: 0 }] },
            { id: 2, queues: [{ id: 1 }] },
          ],
        },
      },
    },
    xml: xml("file", [
      '<driver name="qemu" queues="2">',
      "  <iothreads>",
      '    <iothread id="1">',
      '      <queue id="0"/>',
      "    </iothread>",
      '    <iothread id="2">',
      '      <queue id="1"/>',
      "    </iothread>",
      "  </iothreads>",
      "</driver>",
      SOURCE,
    ]),
    since: "10.0.0",
  },
  "a driver's options": {
    inputs: {
      source: FILE,
      driver: {
        name: "qemu",
        type: "qcow2",
        iommu: "on",
        ats: "on",
        packed: "on",
        pagePerVq: "on",
        metadataCache: { maxSize: { value: 2, unit: "MiB" } },
      },
    },
    xml: xml("file", [
      '<driver name="qemu" type="qcow2" iommu="on" ats="on" packed="on" page_per_vq="on">',
      "  <metadata_cache>",
      '    <max_size unit="MiB">2</max_size>',
      "  </metadata_cache>",
      "</driver>",
      SOURCE,
    ]),
  },
  "discards that keep their place": {
    inputs: { source: FILE, driver: { name: "qemu", type: "qcow2", discardNoUnref: "on" } },
    xml: xml("file", ['<driver name="qemu" type="qcow2" discard_no_unref="on"/>', SOURCE]),
    since: "9.5.0",
  },
  "a user of the storage server": {
    inputs: {
      auth: { username: "admin", secret: { type: "ceph", uuid: UUID } },
      ...network({ protocol: "rbd", name: "pool/image", hosts: [HOST] }),
    },
    xml: xml("network", [
      '<auth username="admin">',
      `  <secret type="ceph" uuid="${UUID}"/>`,
      "</auth>",
      '<source protocol="rbd" name="pool/image">',
      HOST_XML,
      "</source>",
    ]),
  },
  "labels of a file": {
    inputs: {
      source: {
        file: {
          file: "/srv/a.qcow2",
          secLabels: [
            { model: "selinux", relabel: "yes", label: "system_u:object_r:svirt_image_t:s0" },
            { model: "dac", relabel: "no" },
          ],
        },
        startupPolicy: "optional",
      },
    },
    xml: xml("file", [
      '<source file="/srv/a.qcow2" startupPolicy="optional">',
      '  <seclabel model="selinux" relabel="yes">',
      "    <label>system_u:object_r:svirt_image_t:s0</label>",
      "  </seclabel>",
      '  <seclabel model="dac" relabel="no"/>',
      "</source>",
    ]),
  },
  "a handed-over file": {
    inputs: { source: { file: { file: "/srv/a.qcow2", fdGroup: "a" } } },
    xml: xml("file", ['<source file="/srv/a.qcow2" fdgroup="a"/>']),
    refused: "driver does not support FD passing",
  },
  "labels of a device": {
    inputs: { source: { block: { dev: "/dev/sdb", secLabels: [{ model: "dac", relabel: "no" }] } } },
    xml: xml("block", ['<source dev="/dev/sdb">', '  <seclabel model="dac" relabel="no"/>', "</source>"]),
  },
  "labels of a volume": {
    inputs: {
      source: { volume: { pool: "ssd", volume: "a", secLabels: [{ model: "dac", relabel: "no" }] } },
    },
    xml: xml("volume", [
      '<source pool="ssd" volume="a">',
      '  <seclabel model="dac" relabel="no"/>',
      "</source>",
    ]),
  },
  "a source's number": {
    inputs: { source: { ...FILE, index: 1 } },
    xml: xml("file", ['<source file="/srv/a.qcow2" index="1"/>']),
  },
  "a snapshot of Ceph": {
    inputs: network({
      protocol: "rbd",
      name: "pool/image",
      hosts: [HOST, { name: "storage2.example" }],
      snapshot: { name: "before" },
      config: { file: "/etc/ceph/a.conf" },
      auth: { username: "admin", secret: { type: "ceph", usage: "vms" } },
    }),
    xml: xml("network", [
      '<source protocol="rbd" name="pool/image">',
      HOST_XML,
      '  <host name="storage2.example"/>',
      '  <snapshot name="before"/>',
      '  <config file="/etc/ceph/a.conf"/>',
      '  <auth username="admin">',
      '    <secret type="ceph" usage="vms"/>',
      "  </auth>",
      "</source>",
    ]),
  },
  "an iSCSI initiator": {
    inputs: network({
      protocol: "iscsi",
      name: "iqn.2013-07.example:iscsi/1",
      hosts: [HOST],
      initiator: { iqn: { name: "iqn.2013-07.example:client" } },
    }),
    xml: xml("network", [
      '<source protocol="iscsi" name="iqn.2013-07.example:iscsi/1">',
      HOST_XML,
      "  <initiator>",
      '    <iqn name="iqn.2013-07.example:client"/>',
      "  </initiator>",
      "</source>",
    ]),
  },
  "an encrypted NBD server": {
    inputs: network({ protocol: "nbd", name: "a", tls: "yes", tlsHostname: "nbd.example", hosts: [HOST] }),
    xml: xml("network", [
      '<source protocol="nbd" name="a" tls="yes" tlsHostname="nbd.example">',
      HOST_XML,
      "</source>",
    ]),
  },
  "an NBD server on a socket": {
    inputs: network({ protocol: "nbd", hosts: [{ transport: "unix", socket: "/run/nbd.sock" }] }),
    xml: xml("network", [
      '<source protocol="nbd">',
      '  <host transport="unix" socket="/run/nbd.sock"/>',
      "</source>",
    ]),
  },
  "an NBD server that may go away": {
    inputs: network({ protocol: "nbd", hosts: [HOST], reconnect: { delay: "10" } }),
    xml: xml("network", ['<source protocol="nbd">', HOST_XML, '  <reconnect delay="10"/>', "</source>"]),
    since: "9.5.0",
  },
  "a web server's query": {
    inputs: network({ protocol: "https", name: "img.iso", query: "a=1", hosts: [HOST] }),
    xml: xml("network", ['<source protocol="https" name="img.iso" query="a=1">', HOST_XML, "</source>"]),
  },
  "an NFS user": {
    inputs: network({
      protocol: "nfs",
      name: "/export/a",
      hosts: [{ name: "storage.example" }],
      identity: { user: "+0", group: "kvm" },
    }),
    xml: xml("network", [
      '<source protocol="nfs" name="/export/a">',
      '  <host name="storage.example"/>',
      '  <identity user="+0" group="kvm"/>',
      "</source>",
    ]),
  },
  "an SSH key": {
    inputs: network({
      protocol: "ssh",
      name: "/srv/a",
      hosts: [{ name: "storage.example" }],
      identity: { userName: "vm", keyfile: "/root/.ssh/id" },
      knownHosts: { path: "/root/.ssh/known_hosts" },
    }),
    xml: xml("network", [
      '<source protocol="ssh" name="/srv/a">',
      '  <host name="storage.example"/>',
      '  <identity username="vm" keyfile="/root/.ssh/id"/>',
      '  <knownHosts path="/root/.ssh/known_hosts"/>',
      "</source>",
    ]),
    since: "9.8.0",
  },
  "no image below": {
    inputs: { source: FILE, backingStore: {} },
    xml: xml("file", [SOURCE, "<backingStore/>"]),
  },
  "an image below": {
    inputs: {
      source: FILE,
      backingStore: {
        index: 2,
        format: { type: "qcow2", metadataCache: { maxSize: { value: 1048576 } } },
        source: { file: { file: "/srv/base.qcow2" } },
      },
    },
    xml: xml("file", [
      SOURCE,
      '<backingStore index="2" type="file">',
      '  <format type="qcow2">',
      "    <metadata_cache>",
      "      <max_size>1048576</max_size>",
      "    </metadata_cache>",
      "  </format>",
      '  <source file="/srv/base.qcow2"/>',
      "</backingStore>",
    ]),
  },
  "a folder below": {
    inputs: below({ dir: { dir: "/srv/folder" } }),
    xml: belowXml("dir", ['<source dir="/srv/folder"/>']),
  },
  "a vhost-user server": {
    inputs: below({
      vhostUser: { unix: { path: "/run/vhost.sock", reconnect: { enabled: "yes", timeout: 5 } } },
    }),
    xml: belowXml("vhostuser", [
      '<source type="unix" path="/run/vhost.sock">',
      '  <reconnect enabled="yes" timeout="5"/>',
      "</source>",
    ]),
  },
  "a vDPA device": {
    inputs: below({ vhostVdpa: { dev: "/dev/vhost-vdpa-0" } }),
    xml: belowXml("vhostvdpa", ['<source dev="/dev/vhost-vdpa-0"/>']),
    since: "9.8.0",
  },
  "an encrypted image below": {
    inputs: below({
      ...FILE,
      encryption: { format: "luks", engine: "qemu", secrets: [{ type: "passphrase", uuid: UUID }] },
    }),
    xml: belowXml("file", [
      '<source file="/srv/a.qcow2">',
      '  <encryption format="luks" engine="qemu">',
      `    <secret type="passphrase" uuid="${UUID}"/>`,
      "  </encryption>",
      "</source>",
    ]),
  },
  "reservations of a helper": {
    inputs: below({
      block: { dev: "/dev/sdb" },
      reservations: {
        managed: false,
        source: { unix: { path: "/run/qemu-pr-helper.sock", mode: "client" } },
      },
    }),
    xml: belowXml("block", [
      '<source dev="/dev/sdb">',
      '  <reservations managed="no">',
      '    <source type="unix" mode="client" path="/run/qemu-pr-helper.sock"/>',
      "  </reservations>",
      "</source>",
    ]),
  },
  "a part of a file": {
    inputs: below({ ...FILE, slices: { slices: [{ type: "storage", offset: 12345, size: 123 }] } }),
    xml: belowXml("file", [
      '<source file="/srv/a.qcow2">',
      "  <slices>",
      '    <slice type="storage" offset="12345" size="123"/>',
      "  </slices>",
      "</source>",
    ]),
  },
  "a data file of its own": {
    inputs: below({ ...FILE, dataStore: { format: { type: "raw" } } }),
    xml: belowXml("file", [
      '<source file="/srv/a.qcow2">',
      "  <dataStore>",
      '    <format type="raw"/>',
      "  </dataStore>",
      "</source>",
    ]),
    since: "10.10.0",
  },
  "a web server's settings": {
    inputs: below({
      network: { protocol: "https", name: "base.img", hosts: [HOST] },
      ssl: { verify: "no" },
      cookies: { cookies: [{ name: "session", value: "abc" }] },
      readahead: { size: "65536" },
      timeout: { seconds: "6" },
    }),
    xml: belowXml("network", [
      '<source protocol="https" name="base.img">',
      HOST_XML,
      '  <ssl verify="no"/>',
      "  <cookies>",
      '    <cookie name="session">abc</cookie>',
      "  </cookies>",
      '  <readahead size="65536"/>',
      '  <timeout seconds="6"/>',
      "</source>",
    ]),
  },
  "a domain that serves it": {
    inputs: { source: FILE, backendDomain: { name: "store" } },
    xml: xml("file", [SOURCE, '<backenddomain name="store"/>']),
  },
  "a geometry": {
    inputs: { source: FILE, geometry: { cylinders: 16383, headers: 16, sectors: 63, trans: "lba" } },
    xml: xml("file", [SOURCE, '<geometry cyls="16383" heads="16" secs="63" trans="lba"/>']),
  },
  "a copy that is being made": {
    inputs: {
      source: FILE,
      mirror: {
        job: "copy",
        ready: "yes",
        format: { type: "raw" },
        source: { file: { file: "/srv/copy.img" } },
        backingStore: {},
      },
    },
    xml: xml("file", [
      SOURCE,
      '<mirror job="copy" ready="yes" type="file">',
      '  <format type="raw"/>',
      '  <source file="/srv/copy.img"/>',
      "  <backingStore/>",
      "</mirror>",
    ]),
  },
  "groups of limits": {
    inputs: { source: FILE, throttleFilters: { throttleFilters: [{ group: "a" }, { group: "b" }] } },
    xml: xml(
      "file",
      [SOURCE],
      [
        "<throttlefilters>",
        '  <throttlefilter group="a"/>',
        '  <throttlefilter group="b"/>',
        "</throttlefilters>",
      ],
    ),
    since: "11.2.0",
  },
  "an s390 boot entry": {
    inputs: { source: FILE, boot: { order: 1, loadParm: "2" } },
    xml: xml("file", [SOURCE], ['<boot order="1" loadparm="2"/>']),
  },
  "writes that are lost": {
    inputs: { source: FILE, transient: { shareBacking: "yes" } },
    xml: xml("file", [SOURCE], ['<transient shareBacking="yes"/>']),
  },
  "encryption of the disk": {
    inputs: { source: FILE, encryption: { format: "luks", secrets: [{ type: "passphrase", usage: "vms" }] } },
    xml: xml(
      "file",
      [SOURCE],
      ['<encryption format="luks">', '  <secret type="passphrase" usage="vms"/>', "</encryption>"],
    ),
  },
};

export const NVRAM: Readonly<Record<string, Case>> = {
  "a path": {
    inputs: { nvRam: "/srv/vars.fd", template: "/usr/share/OVMF/OVMF_VARS.fd" },
    xml: '<nvram template="/usr/share/OVMF/OVMF_VARS.fd">/srv/vars.fd</nvram>\n',
  },
  "a file": {
    inputs: { nvRam: "", source: { file: { file: "/srv/vars.fd" } } },
    xml: '<nvram type="file">\n  <source file="/srv/vars.fd"/>\n</nvram>\n',
  },
  "a storage server": {
    inputs: {
      nvRam: "",
      source: { network: { protocol: "iscsi", name: "iqn.2013-07.example:iscsi/0", hosts: [HOST] } },
    },
    xml: [
      '<nvram type="network">',
      '  <source protocol="iscsi" name="iqn.2013-07.example:iscsi/0">',
      `  ${HOST_XML}`,
      "  </source>",
      "</nvram>\n",
    ].join("\n"),
  },
};
