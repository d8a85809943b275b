// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A console. */
export interface DomainDevicesConsole {
  /** Path of the pseudo terminal of a running VM, as libvirt tells it; `source.pty.path` is what sets one. */
  readonly tty?: string | undefined;
  /** The host's end. Default: a pseudo terminal. */
  readonly source?: types.DomainDevicesConsoleSource | undefined;
  /** What is spoken over a TCP source. Default: raw. */
  readonly protocol?: types.DomainDevicesConsoleProtocol | undefined;
  /** A log of what the guest writes. */
  readonly log?: types.DomainDevicesConsoleLog | undefined;
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesConsoleAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesConsoleAlias | undefined;
  /** The guest's end. */
  readonly target?: types.DomainDevicesConsoleTarget | undefined;
}

/** The host's end; exactly one. */
export interface DomainDevicesConsoleSource {
  /** A pseudo terminal, as `virsh console` uses. */
  readonly pty?: types.DomainDevicesConsoleSourcePty | undefined;
  /** A file of the host. */
  readonly file?: types.DomainDevicesConsoleSourceFile | undefined;
  /** A UNIX socket of the host. */
  readonly unix?: types.DomainDevicesConsoleSourceUnix | undefined;
  /** A TCP socket. */
  readonly tcp?: types.DomainDevicesConsoleSourceTcp | undefined;
  /** UDP packets, as netconsole and syslog take them. */
  readonly udp?: types.DomainDevicesConsoleSourceUdp | undefined;
  /** A character device of the host. */
  readonly dev?: types.DomainDevicesConsoleSourceDev | undefined;
  /** A named pipe of the host. */
  readonly pipe?: types.DomainDevicesConsoleSourcePipe | undefined;
  /** A null modem of a FreeBSD host. */
  readonly nmdm?: types.DomainDevicesConsoleSourceNmdm | undefined;
  /** D-Bus, beside a display of that kind. */
  readonly dbus?: types.DomainDevicesConsoleSourceDbus | undefined;
  /** A port of the SPICE server. */
  readonly spicePort?: types.DomainDevicesConsoleSourceSpicePort | undefined;
  /** QEMU's own SPICE agent, for displays other than SPICE. */
  readonly qemuVdAgent?: types.DomainDevicesConsoleSourceQemuVdAgent | undefined;
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
export interface DomainDevicesConsoleSourcePty {
  /** Path. Default: the host chooses. */
  readonly path?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesConsoleSourcePtySecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesConsoleSourcePtySecLabel {
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
export interface DomainDevicesConsoleSourceFile {
  /** Path on the host. */
  readonly path: string;
  /** Keep what is there when the VM starts. Default: off. One of `on`, `off`. */
  readonly append?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesConsoleSourceFileSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesConsoleSourceFileSecLabel {
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
export interface DomainDevicesConsoleSourceUnix {
  /** Path. Default: libvirt chooses, for a guest agent. */
  readonly path?: string | undefined;
  /** Who connects: bind waits for others, connect goes to them. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** Whether a lost connection is made again. */
  readonly reconnect?: types.DomainDevicesConsoleSourceUnixReconnect | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesConsoleSourceUnixSecLabel[] | undefined;
}

/** Whether a lost connection is made again. */
export interface DomainDevicesConsoleSourceUnixReconnect {
  /** Whether QEMU connects again; for sockets of mode connect. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesConsoleSourceUnixSecLabel {
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
export interface DomainDevicesConsoleSourceTcp {
  /** Address. */
  readonly host?: string | undefined;
  /** Port. */
  readonly service?: string | undefined;
  /** Who connects: bind waits for others, connect goes to them. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** TLS. Default: what qemu.conf says of character devices. One of `yes`, `no`. */
  readonly tls?: string | undefined;
  /** Whether a lost connection is made again. */
  readonly reconnect?: types.DomainDevicesConsoleSourceTcpReconnect | undefined;
}

/** Whether a lost connection is made again. */
export interface DomainDevicesConsoleSourceTcpReconnect {
  /** Whether QEMU connects again; for sockets of mode connect. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** UDP packets. */
export interface DomainDevicesConsoleSourceUdp {
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
export interface DomainDevicesConsoleSourceDev {
  /** Path on the host, such as /dev/ttyS0. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesConsoleSourceDevSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesConsoleSourceDevSecLabel {
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
export interface DomainDevicesConsoleSourcePipe {
  /** Path on the host; QEMU opens PATH.in and PATH.out where these exist. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesConsoleSourcePipeSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesConsoleSourcePipeSecLabel {
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
export interface DomainDevicesConsoleSourceNmdm {
  /** Path of the guest's end, such as /dev/nmdm0A. */
  readonly master: string;
  /** Path of the host's end, such as /dev/nmdm0B. */
  readonly slave: string;
}

/** D-Bus. */
export interface DomainDevicesConsoleSourceDbus {
  /** Name that clients find it by, such as org.qemu.console.serial.0; libvirt wants one. */
  readonly channel?: string | undefined;
}

/** A SPICE port. */
export interface DomainDevicesConsoleSourceSpicePort {
  /** Name of the port, such as org.qemu.console.serial.0. */
  readonly channel: string;
}

/** QEMU's SPICE agent. */
export interface DomainDevicesConsoleSourceQemuVdAgent {
  /** Clipboard. Default: not shared. */
  readonly clipBoard?: types.DomainDevicesConsoleSourceQemuVdAgentClipBoard | undefined;
  /** Mouse. */
  readonly mouse?: types.DomainDevicesConsoleSourceQemuVdAgentMouse | undefined;
}

/** Clipboard. */
export interface DomainDevicesConsoleSourceQemuVdAgentClipBoard {
  /** Whether host and guest share the clipboard. One of `yes`, `no`. */
  readonly copyPaste: string;
}

/** Mouse. */
export interface DomainDevicesConsoleSourceQemuVdAgentMouse {
  /** Where its movements are worked out. One of `server`, `client`. */
  readonly mode: string;
}

/** What is spoken over a TCP source. */
export interface DomainDevicesConsoleProtocol {
  /** Protocol. One of `raw`, `telnet`, `telnets`, `tls`. */
  readonly type: string;
}

/** A log of what the guest writes. */
export interface DomainDevicesConsoleLog {
  /** Path on the host. */
  readonly file: string;
  /** Keep what is there when the VM starts. Default: off. One of `on`, `off`. */
  readonly append?: string | undefined;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesConsoleAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesConsoleAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}

/** The guest's end. */
export interface DomainDevicesConsoleTarget {
  /** Kind: serial, virtio. */
  readonly type?: string | undefined;
  /** Number of the port. */
  readonly port?: number | undefined;
}
