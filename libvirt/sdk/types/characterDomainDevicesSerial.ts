// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A serial port. */
export interface DomainDevicesSerial {
  /** The host's end. Default: a pseudo terminal. */
  readonly source?: types.DomainDevicesSerialSource | undefined;
  /** What is spoken over a TCP source. Default: raw. */
  readonly protocol?: types.DomainDevicesSerialProtocol | undefined;
  /** A log of what the guest writes. */
  readonly log?: types.DomainDevicesSerialLog | undefined;
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesSerialAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesSerialAlias | undefined;
  /** The guest's end. */
  readonly target?: types.DomainDevicesSerialTarget | undefined;
}

/** The host's end; exactly one. */
export interface DomainDevicesSerialSource {
  /** A pseudo terminal, as `virsh console` uses. */
  readonly pty?: types.DomainDevicesSerialSourcePty | undefined;
  /** A file of the host. */
  readonly file?: types.DomainDevicesSerialSourceFile | undefined;
  /** A UNIX socket of the host. */
  readonly unix?: types.DomainDevicesSerialSourceUnix | undefined;
  /** A TCP socket. */
  readonly tcp?: types.DomainDevicesSerialSourceTcp | undefined;
  /** UDP packets, as netconsole and syslog take them. */
  readonly udp?: types.DomainDevicesSerialSourceUdp | undefined;
  /** A character device of the host. */
  readonly dev?: types.DomainDevicesSerialSourceDev | undefined;
  /** A named pipe of the host. */
  readonly pipe?: types.DomainDevicesSerialSourcePipe | undefined;
  /** A null modem of a FreeBSD host. */
  readonly nmdm?: types.DomainDevicesSerialSourceNmdm | undefined;
  /** D-Bus, beside a display of that kind. */
  readonly dbus?: types.DomainDevicesSerialSourceDbus | undefined;
  /** A port of the SPICE server. */
  readonly spicePort?: types.DomainDevicesSerialSourceSpicePort | undefined;
  /** QEMU's own SPICE agent, for displays other than SPICE. */
  readonly qemuVdAgent?: types.DomainDevicesSerialSourceQemuVdAgent | undefined;
  /** Nowhere. */
  readonly null?: boolean | undefined;
  /** QEMU's standard input and output. */
  readonly stdIo?: boolean | undefined;
  /** SPICE. */
  readonly spiceVmc?: boolean | undefined;
  /** A virtual console of the hypervisor. */
  readonly vc?: boolean | undefined;
}

/** A pseudo terminal. */
export interface DomainDevicesSerialSourcePty {
  /** Path. Default: the host chooses. */
  readonly path?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesSerialSourcePtySecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesSerialSourcePtySecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A file. */
export interface DomainDevicesSerialSourceFile {
  /** Path on the host. */
  readonly path: string;
  /** Keep what is there when the VM starts. Default: off. One of `on`, `off`. */
  readonly append?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesSerialSourceFileSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesSerialSourceFileSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A UNIX socket. */
export interface DomainDevicesSerialSourceUnix {
  /** Path. Default: libvirt chooses, for a guest agent. */
  readonly path?: string | undefined;
  /** Who connects: bind waits for others, connect goes to them. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** Whether a lost connection is made again. */
  readonly reconnect?: types.DomainDevicesSerialSourceUnixReconnect | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesSerialSourceUnixSecLabel[] | undefined;
}

/** Whether a lost connection is made again. */
export interface DomainDevicesSerialSourceUnixReconnect {
  /** Whether QEMU connects again; for sockets of mode connect. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesSerialSourceUnixSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A TCP socket. */
export interface DomainDevicesSerialSourceTcp {
  /** Address. */
  readonly host?: string | undefined;
  /** Port. */
  readonly service?: string | undefined;
  /** Who connects: bind waits for others, connect goes to them. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** TLS. Default: what qemu.conf says of character devices. One of `yes`, `no`. */
  readonly tls?: string | undefined;
  /** Whether a lost connection is made again. */
  readonly reconnect?: types.DomainDevicesSerialSourceTcpReconnect | undefined;
}

/** Whether a lost connection is made again. */
export interface DomainDevicesSerialSourceTcpReconnect {
  /** Whether QEMU connects again; for sockets of mode connect. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** UDP packets. */
export interface DomainDevicesSerialSourceUdp {
  /** Address that packets are received at. Default: any. */
  readonly bindHost?: string | undefined;
  /** Port that packets are received at. Default: any. */
  readonly bindService?: string | undefined;
  /** Address that packets are sent to. */
  readonly connectHost: string;
  /** Port that packets are sent to. */
  readonly connectService: string;
}

/** A character device. */
export interface DomainDevicesSerialSourceDev {
  /** Path on the host, such as /dev/ttyS0. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesSerialSourceDevSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesSerialSourceDevSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A named pipe. */
export interface DomainDevicesSerialSourcePipe {
  /** Path on the host; QEMU opens PATH.in and PATH.out where these exist. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesSerialSourcePipeSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesSerialSourcePipeSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A null modem. */
export interface DomainDevicesSerialSourceNmdm {
  /** Path of the guest's end, such as /dev/nmdm0A. */
  readonly master: string;
  /** Path of the host's end, such as /dev/nmdm0B. */
  readonly slave: string;
}

/** D-Bus. */
export interface DomainDevicesSerialSourceDbus {
  /** Name that clients find it by, such as org.qemu.console.serial.0; libvirt wants one. */
  readonly channel?: string | undefined;
}

/** A SPICE port. */
export interface DomainDevicesSerialSourceSpicePort {
  /** Name of the port, such as org.qemu.console.serial.0. */
  readonly channel: string;
}

/** QEMU's SPICE agent. */
export interface DomainDevicesSerialSourceQemuVdAgent {
  /** Clipboard. Default: not shared. */
  readonly clipBoard?: types.DomainDevicesSerialSourceQemuVdAgentClipBoard | undefined;
  /** Mouse. */
  readonly mouse?: types.DomainDevicesSerialSourceQemuVdAgentMouse | undefined;
}

/** Clipboard. */
export interface DomainDevicesSerialSourceQemuVdAgentClipBoard {
  /** Whether host and guest share the clipboard. One of `yes`, `no`. */
  readonly copyPaste: string;
}

/** Mouse. */
export interface DomainDevicesSerialSourceQemuVdAgentMouse {
  /** Where its movements are worked out. One of `server`, `client`. */
  readonly mode: string;
}

/** What is spoken over a TCP source. */
export interface DomainDevicesSerialProtocol {
  /** Protocol. One of `raw`, `telnet`, `telnets`, `tls`. */
  readonly type: string;
}

/** A log of what the guest writes. */
export interface DomainDevicesSerialLog {
  /** Path on the host. */
  readonly file: string;
  /** Keep what is there when the VM starts. Default: off. One of `on`, `off`. */
  readonly append?: string | undefined;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesSerialAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesSerialAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}

/** The guest's end. */
export interface DomainDevicesSerialTarget {
  /** Kind, such as isa-serial. */
  readonly type?: string | undefined;
  /** Number of the port. */
  readonly port?: number | undefined;
  /** Model of the device. */
  readonly model?: types.DomainDevicesSerialTargetModel | undefined;
}

/** Model. */
export interface DomainDevicesSerialTargetModel {
  /** Name. */
  readonly name?: string | undefined;
}
