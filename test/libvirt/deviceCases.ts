/** Devices as inputs, and as XML written by hand from libvirt's documentation of the domain format. */

export interface DeviceCase {
  /** The list of `devices` that holds it; `memBalloon` is no list. */
  readonly kind: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** What libvirt wants beside it, before it in the list. */
  readonly after?: Readonly<Record<string, unknown>>;
  /** Its element, and that of `after`, without white space between elements. */
  readonly xml: string;
  /** Why libvirt 9.0 is not asked about it. */
  readonly unasked?: string;
}

const NEWER = "newer than libvirt 9.0";

const serial = (source: unknown, xml: string, more: Record<string, unknown> = {}): DeviceCase => ({
  kind: "serials",
  input: { source, ...more },
  xml,
});

const SERIALS: Readonly<Record<string, DeviceCase>> = {
  "a file with labels, that is kept": serial(
    {
      file: {
        path: "/var/log/vm.log",
        append: "on",
        secLabels: [
          { model: "selinux", relabel: "no" },
          { model: "dac", relabel: "yes", label: "qemu:qemu" },
        ],
      },
    },
    '<serial type="file"><source path="/var/log/vm.log" append="on"><seclabel model="selinux" relabel="no"/><seclabel model="dac" relabel="yes"><label>qemu:qemu</label></seclabel></source></serial>',
  ),
  "a TCP client that connects again, with telnet": serial(
    {
      tcp: {
        mode: "connect",
        host: "127.0.0.1",
        service: "2445",
        tls: "no",
        reconnect: { enabled: "yes", timeout: 10 },
      },
    },
    '<serial type="tcp"><source host="127.0.0.1" service="2445" mode="connect" tls="no"><reconnect enabled="yes" timeout="10"/></source><protocol type="telnet"/></serial>',
    { protocol: { type: "telnet" } },
  ),
  "a UNIX socket that connects again": serial(
    { unix: { mode: "connect", path: "/run/log.sock", reconnect: { enabled: "no" } } },
    '<serial type="unix"><source path="/run/log.sock" mode="connect"><reconnect enabled="no"/></source></serial>',
  ),
  "UDP both ways": serial(
    { udp: { bindHost: "127.0.0.1", bindService: "2445", connectHost: "127.0.0.1", connectService: "2446" } },
    '<serial type="udp"><source mode="bind" host="127.0.0.1" service="2445"/><source mode="connect" host="127.0.0.1" service="2446"/></serial>',
  ),
  "UDP one way": serial(
    { udp: { connectHost: "192.0.2.7", connectService: "514" } },
    '<serial type="udp"><source mode="connect" host="192.0.2.7" service="514"/></serial>',
  ),
  "a device of the host": serial(
    { dev: { path: "/dev/ttyS0", secLabels: [{ model: "selinux", relabel: "no" }] } },
    '<serial type="dev"><source path="/dev/ttyS0"><seclabel model="selinux" relabel="no"/></source></serial>',
  ),
  "a named pipe": serial(
    { pipe: { path: "/tmp/mypipe" } },
    '<serial type="pipe"><source path="/tmp/mypipe"/></serial>',
  ),
  "a null modem": serial(
    { nmdm: { master: "/dev/nmdm0A", slave: "/dev/nmdm0B" } },
    '<serial type="nmdm"><source master="/dev/nmdm0A" slave="/dev/nmdm0B"/></serial>',
  ),
  "a SPICE port": serial(
    { spicePort: { channel: "org.qemu.console.serial.0" } },
    '<serial type="spiceport"><source channel="org.qemu.console.serial.0"/></serial>',
  ),
  "D-Bus": serial(
    { dbus: { channel: "org.qemu.console.serial.0" } },
    '<serial type="dbus"><source channel="org.qemu.console.serial.0"/></serial>',
  ),
  "a virtual console": serial({ vc: true }, '<serial type="vc"/>'),
  "a log, an alias and an index": serial(
    { pty: {} },
    '<serial type="pty"><log file="/var/log/vm.log" append="off"/><acpi index="3"/><alias name="ua-log"/><target type="isa-serial" port="0"><model name="isa-serial"/></target></serial>',
    {
      log: { file: "/var/log/vm.log", append: "off" },
      acpi: { index: 3 },
      alias: { name: "ua-log" },
      target: { type: "isa-serial", port: 0, model: { name: "isa-serial" } },
    },
  ),
};

const OTHER_CHARACTERS: Readonly<Record<string, DeviceCase>> = {
  "a console with its terminal": {
    kind: "consoles",
    input: {
      tty: "/dev/pts/3",
      source: { pty: { path: "/dev/pts/3" } },
      target: { type: "virtio", port: 0 },
    },
    xml: '<console tty="/dev/pts/3" type="pty"><source path="/dev/pts/3"/><target type="virtio" port="0"/></console>',
    unasked: "the terminal is one of a running VM",
  },
  "a console on D-Bus": {
    kind: "consoles",
    input: {
      source: { dbus: { channel: "org.qemu.console.serial.0" } },
      target: { type: "virtio" },
      alias: { name: "ua-con" },
    },
    xml: '<console type="dbus"><source channel="org.qemu.console.serial.0"/><alias name="ua-con"/><target type="virtio"/></console>',
  },
  "the SPICE agent of QEMU": {
    kind: "channels",
    input: {
      source: { qemuVdAgent: { clipBoard: { copyPaste: "yes" }, mouse: { mode: "client" } } },
      target: { virtIo: { name: "com.redhat.spice.0" } },
    },
    xml: '<channel type="qemu-vdagent"><source><clipboard copypaste="yes"/><mouse mode="client"/></source><target type="virtio" name="com.redhat.spice.0"/></channel>',
  },
  "a channel that the guest has opened": {
    kind: "channels",
    input: { target: { virtIo: { name: "org.qemu.guest_agent.0", state: "connected" } } },
    xml: '<channel type="unix"><target type="virtio" name="org.qemu.guest_agent.0" state="connected"/></channel>',
    unasked: "the state is one of a running VM",
  },
  "a forwarded address": {
    kind: "channels",
    input: {
      source: { unix: { path: "/tmp/guestfwd", mode: "bind" } },
      target: { guestFwd: { address: "10.0.2.1", port: "4600" } },
    },
    xml: '<channel type="unix"><source path="/tmp/guestfwd" mode="bind"/><target type="guestfwd" address="10.0.2.1" port="4600"/></channel>',
  },
  "a Xen channel": {
    kind: "channels",
    input: { source: { pty: {} }, target: { xen: { name: "org.libguestfs.channel.0" } } },
    xml: '<channel type="pty"><target type="xen" name="org.libguestfs.channel.0"/></channel>',
  },
};

const CONTROLLERS: Readonly<Record<string, DeviceCase>> = {
  "a SCSI controller with virtio settings": {
    kind: "controllers",
    input: {
      type: "scsi",
      index: 0,
      model: "virtio-scsi",
      driver: { queues: 4, iommu: "on", ats: "on", packed: "off", pagePerVq: "on" },
      alias: { name: "ua-scsi" },
    },
    xml: '<controller type="scsi" index="0" model="virtio-scsi"><driver queues="4" iommu="on" ats="on" packed="off" page_per_vq="on"/><alias name="ua-scsi"/></controller>',
  },
  "I/O threads that share queues": {
    kind: "controllers",
    input: {
      type: "scsi",
      model: "virtio-scsi",
      driver: { queues: 3, ioThreads: { ioThreads: [{ id: 2, queues: [{ id: 1 }, { id: 2 }] }, { id: 3 }] } },
    },
    xml: '<controller type="scsi" model="virtio-scsi"><driver queues="3"><iothreads><iothread id="2"><queue id="1"/><queue id="2"/></iothread><iothread id="3"/></iothreads></driver></controller>',
    unasked: NEWER,
  },
  "the PCI root with its hole": {
    kind: "controllers",
    input: { type: "pci", index: 0, model: "pcie-root", pci: { hole64: 1, hole64Unit: "GiB" } },
    xml: '<controller type="pci" index="0" model="pcie-root"><pcihole64 unit="GiB">1</pcihole64></controller>',
  },
  "a PCI port and its device": {
    kind: "controllers",
    input: { type: "pci", index: 1, model: "pcie-root-port", pci: { model: { name: "ioh3420" } } },
    xml: '<controller type="pci" index="1" model="pcie-root-port"><model name="ioh3420"/></controller>',
  },
  "a companion of a USB controller": {
    kind: "controllers",
    input: { type: "usb", index: 1, model: "ich9-uhci1", usb: { master: { startPort: 0 } } },
    after: { type: "usb", index: 1, model: "ich9-ehci1" },
    xml: '<controller type="usb" index="1" model="ich9-ehci1"/><controller type="usb" index="1" model="ich9-uhci1"><master startport="0"/></controller>',
  },
  "a USB controller with ports": {
    kind: "controllers",
    input: { type: "usb", index: 2, model: "qemu-xhci", usb: { port: 15 } },
    xml: '<controller type="usb" index="2" model="qemu-xhci" ports="15"/>',
  },
  "a virtio-serial controller": {
    kind: "controllers",
    input: { type: "virtio-serial", index: 0, virtIoSerial: { ports: 16, vectors: 4 } },
    xml: '<controller type="virtio-serial" index="0" ports="16" vectors="4"/>',
  },
  "the Xen bus": {
    kind: "controllers",
    input: { type: "xenbus", index: 0, xenBus: { maxGrantFrames: 64, maxEventChannels: 2047 } },
    xml: '<controller type="xenbus" index="0" maxGrantFrames="64" maxEventChannels="2047"/>',
  },
  "an NVMe controller": {
    kind: "controllers",
    input: { type: "nvme", nvme: { serial: "nvme-1" } },
    xml: '<controller type="nvme"><serial>nvme-1</serial></controller>',
    unasked: NEWER,
  },
};

const emulator = (input: Record<string, unknown>, xml: string, unasked?: string): DeviceCase => ({
  kind: "tpms",
  input: { model: "tpm-crb", backend: { emulator: input } },
  xml: `<tpm model="tpm-crb">${xml}</tpm>`,
  ...(unasked === undefined ? {} : { unasked }),
});

const SECRET = "6dd3e4a5-1d76-44ce-961f-f119f5aad935";

const TPMS: Readonly<Record<string, DeviceCase>> = {
  "an emulated TPM with its banks, encrypted": emulator(
    { version: "2.0", encryption: { secret: SECRET }, activePcrBanks: { sha256: true, sha512: true } },
    `<backend type="emulator" version="2.0"><encryption secret="${SECRET}"/><active_pcr_banks><sha256/><sha512/></active_pcr_banks></backend>`,
  ),
  "all banks": emulator(
    { version: "2.0", activePcrBanks: { sha1: true, sha256: true, sha384: true, sha512: true } },
    '<backend type="emulator" version="2.0"><active_pcr_banks><sha1/><sha256/><sha384/><sha512/></active_pcr_banks></backend>',
  ),
  "state in a folder": emulator(
    { debug: 5, source: { dir: { path: "/srv/tpm" } } },
    '<backend type="emulator" debug="5"><source type="dir" path="/srv/tpm"/></backend>',
    NEWER,
  ),
  "state in a file, by a profile": emulator(
    {
      source: { file: { path: "/srv/tpm/state" } },
      profile: { source: "local:restricted", removeDisabled: "check", name: "custom:restricted" },
    },
    '<backend type="emulator"><source type="file" path="/srv/tpm/state"/><profile source="local:restricted" removeDisabled="check" name="custom:restricted"/></backend>',
    NEWER,
  ),
  "the host's TPM": {
    kind: "tpms",
    input: {
      model: "tpm-tis",
      backend: { passthrough: { device: { path: "/dev/tpm0" } } },
      alias: { name: "ua-tpm" },
    },
    xml: '<tpm model="tpm-tis"><backend type="passthrough"><device path="/dev/tpm0"/></backend><alias name="ua-tpm"/></tpm>',
  },
  "a TPM of others": {
    kind: "tpms",
    input: { backend: { external: { source: { unix: { path: "/run/swtpm.sock", mode: "connect" } } } } },
    xml: '<tpm><backend type="external"><source type="unix" path="/run/swtpm.sock" mode="connect"/></backend></tpm>',
  },
};

const REST: Readonly<Record<string, DeviceCase>> = {
  "random numbers from a daemon": {
    kind: "rngs",
    input: {
      model: "virtio",
      backend: {
        egd: {
          source: { tcp: { mode: "connect", host: "127.0.0.1", service: "8000" } },
          protocol: { type: "raw" },
        },
      },
      driver: { iommu: "on", ats: "on", packed: "on", pagePerVq: "on" },
      alias: { name: "ua-rng" },
      acpi: { index: 1 },
    },
    xml: '<rng model="virtio"><backend model="egd" type="tcp"><source host="127.0.0.1" service="8000" mode="connect"/><protocol type="raw"/></backend><driver iommu="on" ats="on" packed="on" page_per_vq="on"/><acpi index="1"/><alias name="ua-rng"/></rng>',
  },
  "random numbers that are received over UDP": {
    kind: "rngs",
    input: {
      model: "virtio",
      backend: {
        egd: {
          source: {
            udp: {
              bindHost: "127.0.0.1",
              bindService: "1234",
              connectHost: "192.0.2.7",
              connectService: "1234",
            },
          },
        },
      },
    },
    xml: '<rng model="virtio"><backend model="egd" type="udp"><source mode="bind" host="127.0.0.1" service="1234"/><source mode="connect" host="192.0.2.7" service="1234"/></backend></rng>',
  },
  "a watchdog by name": {
    kind: "watchdogs",
    input: { model: "i6300esb", action: "poweroff", acpi: { index: 2 }, alias: { name: "ua-dog" } },
    xml: '<watchdog model="i6300esb" action="poweroff"><acpi index="2"/><alias name="ua-dog"/></watchdog>',
  },
  "a balloon with virtio settings": {
    kind: "memBalloon",
    input: { model: "virtio", driver: { iommu: "on", ats: "on" }, alias: { name: "ua-balloon" } },
    xml: '<memballoon model="virtio"><driver iommu="on" ats="on"/><alias name="ua-balloon"/></memballoon>',
  },
  "a DIMM of huge pages": {
    kind: "memorydevs",
    input: {
      model: "dimm",
      access: "private",
      discard: "yes",
      source: { pageSize: 4096, pageSizeUnit: "KiB", nodeMask: "1-3" },
      target: { size: 524287, sizeUnit: "KiB", node: 0 },
    },
    xml: '<memory model="dimm" access="private" discard="yes"><source><pagesize unit="KiB">4096</pagesize><nodemask>1-3</nodemask></source><target><size unit="KiB">524287</size><node>0</node></target></memory>',
  },
  "an NVDIMM with a label": {
    kind: "memorydevs",
    input: {
      model: "nvdimm",
      source: { path: "/tmp/nvdimm", alignSize: 2048, alignSizeUnit: "KiB", pmem: true },
      target: {
        size: 524288,
        sizeUnit: "KiB",
        node: 1,
        label: { size: 128, sizeUnit: "KiB" },
        readOnly: true,
      },
    },
    xml: '<memory model="nvdimm"><source><path>/tmp/nvdimm</path><alignsize unit="KiB">2048</alignsize><pmem/></source><target><size unit="KiB">524288</size><node>1</node><label><size unit="KiB">128</size></label><readonly/></target></memory>',
  },
  "an NVDIMM with a UUID": {
    kind: "memorydevs",
    input: {
      model: "nvdimm",
      uuid: "9066901e-c90a-46ad-8b55-c18868cf92ae",
      source: { path: "/tmp/nvdimm" },
      target: { size: 524288, node: 1 },
    },
    xml: '<memory model="nvdimm"><uuid>9066901e-c90a-46ad-8b55-c18868cf92ae</uuid><source><path>/tmp/nvdimm</path></source><target><size>524288</size><node>1</node></target></memory>',
    unasked: "the UUID is one of ppc64 guests",
  },
  "memory that grows": {
    kind: "memorydevs",
    input: {
      model: "virtio-mem",
      target: {
        size: 1,
        sizeUnit: "GiB",
        node: 0,
        block: 2048,
        blockUnit: "KiB",
        requested: 512,
        requestedUnit: "MiB",
      },
      acpi: { index: 4 },
      alias: { name: "ua-memory" },
    },
    xml: '<memory model="virtio-mem"><target><size unit="GiB">1</size><node>0</node><block unit="KiB">2048</block><requested unit="MiB">512</requested></target><acpi index="4"/><alias name="ua-memory"/></memory>',
  },
  "memory that grows, at an address": {
    kind: "memorydevs",
    input: {
      model: "virtio-mem",
      target: { dynamicMemslots: "yes", size: 2097152, address: { base: 0x150000000 } },
    },
    xml: '<memory model="virtio-mem"><target dynamicMemslots="yes"><size>2097152</size><address base="0x150000000"/></target></memory>',
    unasked: NEWER,
  },
};

export const DEVICE_CASES = { ...SERIALS, ...OTHER_CHARACTERS, ...CONTROLLERS, ...TPMS, ...REST };
