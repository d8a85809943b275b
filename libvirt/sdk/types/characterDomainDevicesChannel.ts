// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A channel between host and guest. */
export interface DomainDevicesChannel {
  /** The host's end. Default: a UNIX socket of libvirt's choice. */
  readonly source?: types.DomainDevicesChannelSource | undefined;
  /** What is spoken over a TCP source. Default: raw. */
  readonly protocol?: types.DomainDevicesChannelProtocol | undefined;
  /** A log of what the guest writes. */
  readonly log?: types.DomainDevicesChannelLog | undefined;
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesChannelAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesChannelAlias | undefined;
  /** The guest's end. */
  readonly target?: types.DomainDevicesChannelTarget | undefined;
}

/** The host's end; exactly one. */
export interface DomainDevicesChannelSource {
  /** A pseudo terminal, as `virsh console` uses. */
  readonly pty?: types.DomainDevicesChannelSourcePty | undefined;
  /** A file of the host. */
  readonly file?: types.DomainDevicesChannelSourceFile | undefined;
  /** A UNIX socket of the host. */
  readonly unix?: types.DomainDevicesChannelSourceUnix | undefined;
  /** A TCP socket. */
  readonly tcp?: types.DomainDevicesChannelSourceTcp | undefined;
  /** UDP packets, as netconsole and syslog take them. */
  readonly udp?: types.DomainDevicesChannelSourceUdp | undefined;
  /** A character device of the host. */
  readonly dev?: types.DomainDevicesChannelSourceDev | undefined;
  /** A named pipe of the host. */
  readonly pipe?: types.DomainDevicesChannelSourcePipe | undefined;
  /** A null modem of a FreeBSD host. */
  readonly nmdm?: types.DomainDevicesChannelSourceNmdm | undefined;
  /** D-Bus, beside a display of that kind. */
  readonly dbus?: types.DomainDevicesChannelSourceDbus | undefined;
  /** A port of the SPICE server. */
  readonly spicePort?: types.DomainDevicesChannelSourceSpicePort | undefined;
  /** QEMU's own SPICE agent, for displays other than SPICE. */
  readonly qemuVdAgent?: types.DomainDevicesChannelSourceQemuVdAgent | undefined;
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
export interface DomainDevicesChannelSourcePty {
  /** Path. Default: the host chooses. */
  readonly path?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesChannelSourcePtySecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesChannelSourcePtySecLabel {
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
export interface DomainDevicesChannelSourceFile {
  /** Path on the host. */
  readonly path: string;
  /** Keep what is there when the VM starts. Default: off. One of `on`, `off`. */
  readonly append?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesChannelSourceFileSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesChannelSourceFileSecLabel {
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
export interface DomainDevicesChannelSourceUnix {
  /** Path. Default: libvirt chooses, for a guest agent. */
  readonly path?: string | undefined;
  /** Who connects: bind waits for others, connect goes to them. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** Whether a lost connection is made again. */
  readonly reconnect?: types.DomainDevicesChannelSourceUnixReconnect | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesChannelSourceUnixSecLabel[] | undefined;
}

/** Whether a lost connection is made again. */
export interface DomainDevicesChannelSourceUnixReconnect {
  /** Whether QEMU connects again; for sockets of mode connect. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesChannelSourceUnixSecLabel {
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
export interface DomainDevicesChannelSourceTcp {
  /** Address. */
  readonly host?: string | undefined;
  /** Port. */
  readonly service?: string | undefined;
  /** Who connects: bind waits for others, connect goes to them. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** TLS. Default: what qemu.conf says of character devices. One of `yes`, `no`. */
  readonly tls?: string | undefined;
  /** Whether a lost connection is made again. */
  readonly reconnect?: types.DomainDevicesChannelSourceTcpReconnect | undefined;
}

/** Whether a lost connection is made again. */
export interface DomainDevicesChannelSourceTcpReconnect {
  /** Whether QEMU connects again; for sockets of mode connect. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** UDP packets. */
export interface DomainDevicesChannelSourceUdp {
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
export interface DomainDevicesChannelSourceDev {
  /** Path on the host, such as /dev/ttyS0. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesChannelSourceDevSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesChannelSourceDevSecLabel {
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
export interface DomainDevicesChannelSourcePipe {
  /** Path on the host; QEMU opens PATH.in and PATH.out where these exist. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesChannelSourcePipeSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesChannelSourcePipeSecLabel {
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
export interface DomainDevicesChannelSourceNmdm {
  /** Path of the guest's end, such as /dev/nmdm0A. */
  readonly master: string;
  /** Path of the host's end, such as /dev/nmdm0B. */
  readonly slave: string;
}

/** D-Bus. */
export interface DomainDevicesChannelSourceDbus {
  /** Name that clients find it by, such as org.qemu.console.serial.0; libvirt wants one. */
  readonly channel?: string | undefined;
}

/** A SPICE port. */
export interface DomainDevicesChannelSourceSpicePort {
  /** Name of the port, such as org.qemu.console.serial.0. */
  readonly channel: string;
}

/** QEMU's SPICE agent. */
export interface DomainDevicesChannelSourceQemuVdAgent {
  /** Clipboard. Default: not shared. */
  readonly clipBoard?: types.DomainDevicesChannelSourceQemuVdAgentClipBoard | undefined;
  /** Mouse. */
  readonly mouse?: types.DomainDevicesChannelSourceQemuVdAgentMouse | undefined;
}

/** Clipboard. */
export interface DomainDevicesChannelSourceQemuVdAgentClipBoard {
  /** Whether host and guest share the clipboard. One of `yes`, `no`. */
  readonly copyPaste: string;
}

/** Mouse. */
export interface DomainDevicesChannelSourceQemuVdAgentMouse {
  /** Where its movements are worked out. One of `server`, `client`. */
  readonly mode: string;
}

/** What is spoken over a TCP source. */
export interface DomainDevicesChannelProtocol {
  /** Protocol. One of `raw`, `telnet`, `telnets`, `tls`. */
  readonly type: string;
}

/** A log of what the guest writes. */
export interface DomainDevicesChannelLog {
  /** Path on the host. */
  readonly file: string;
  /** Keep what is there when the VM starts. Default: off. One of `on`, `off`. */
  readonly append?: string | undefined;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesChannelAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesChannelAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}

/** The guest's end; exactly one. */
export interface DomainDevicesChannelTarget {
  /** A virtio port. */
  readonly virtIo?: types.DomainDevicesChannelTargetVirtIo | undefined;
  /** A TCP address of QEMU's user network, forwarded to the host's end. */
  readonly guestFwd?: types.DomainDevicesChannelTargetGuestFwd | undefined;
  /** A Xen channel. */
  readonly xen?: types.DomainDevicesChannelTargetXen | undefined;
}

/** A virtio port. */
export interface DomainDevicesChannelTargetVirtIo {
  /** Name of the port, such as org.qemu.guest_agent.0. */
  readonly name?: string | undefined;
  /** Whether the guest has opened the port, as libvirt tells it while the VM runs. One of `connected`, `disconnected`. */
  readonly state?: string | undefined;
}

/** A TCP address of QEMU's user network. */
export interface DomainDevicesChannelTargetGuestFwd {
  /** Address that the guest connects to. */
  readonly address?: string | undefined;
  /** Port that the guest connects to. */
  readonly port?: string | undefined;
}

/** A Xen channel. */
export interface DomainDevicesChannelTargetXen {
  /** Name of the channel, such as org.libguestfs.channel.0. */
  readonly name?: string | undefined;
  /** Whether the guest has opened the port, as libvirt tells it while the VM runs. One of `connected`, `disconnected`. */
  readonly state?: string | undefined;
}
