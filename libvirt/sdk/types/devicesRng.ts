// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A source of random numbers. */
export interface DomainDevicesRng {
  /** Model, such as `virtio`. */
  readonly model: string;
  /** Limit of the rate. */
  readonly rate?: types.DomainDevicesRngRate | undefined;
  /** Where they come from. */
  readonly backend?: types.DomainDevicesRngBackend | undefined;
  /** Virtio settings of the device. */
  readonly driver?: types.DomainDevicesRngDriver | undefined;
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesRngAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesRngAlias | undefined;
}

/** Limit. */
export interface DomainDevicesRngRate {
  /** Bytes per period. */
  readonly bytes: number;
  /** Milliseconds. Default: 1000. */
  readonly period?: number | undefined;
}

/** Where they come from; exactly one. */
export interface DomainDevicesRngBackend {
  /** Path of a device on the host, such as /dev/urandom. */
  readonly random?: string | undefined;
  /** QEMU's own generator. */
  readonly builtIn?: boolean | undefined;
  /** A daemon that speaks EGD's protocol. */
  readonly egd?: types.DomainDevicesRngBackendEgd | undefined;
}

/** A daemon that speaks EGD's protocol. */
export interface DomainDevicesRngBackendEgd {
  /** How the daemon is reached, such as a TCP socket of mode connect. */
  readonly source?: types.DomainDevicesRngBackendEgdSource | undefined;
  /** What is spoken over a TCP source. Default: raw. */
  readonly protocol?: types.DomainDevicesRngBackendEgdProtocol | undefined;
}

/** The host's end; exactly one. */
export interface DomainDevicesRngBackendEgdSource {
  /** A pseudo terminal, as `virsh console` uses. */
  readonly pty?: types.DomainDevicesRngBackendEgdSourcePty | undefined;
  /** A file of the host. */
  readonly file?: types.DomainDevicesRngBackendEgdSourceFile | undefined;
  /** A UNIX socket of the host. */
  readonly unix?: types.DomainDevicesRngBackendEgdSourceUnix | undefined;
  /** A TCP socket. */
  readonly tcp?: types.DomainDevicesRngBackendEgdSourceTcp | undefined;
  /** UDP packets, as netconsole and syslog take them. */
  readonly udp?: types.DomainDevicesRngBackendEgdSourceUdp | undefined;
  /** A character device of the host. */
  readonly dev?: types.DomainDevicesRngBackendEgdSourceDev | undefined;
  /** A named pipe of the host. */
  readonly pipe?: types.DomainDevicesRngBackendEgdSourcePipe | undefined;
  /** A null modem of a FreeBSD host. */
  readonly nmdm?: types.DomainDevicesRngBackendEgdSourceNmdm | undefined;
  /** D-Bus, beside a display of that kind. */
  readonly dbus?: types.DomainDevicesRngBackendEgdSourceDbus | undefined;
  /** A port of the SPICE server. */
  readonly spicePort?: types.DomainDevicesRngBackendEgdSourceSpicePort | undefined;
  /** QEMU's own SPICE agent, for displays other than SPICE. */
  readonly qemuVdAgent?: types.DomainDevicesRngBackendEgdSourceQemuVdAgent | undefined;
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
export interface DomainDevicesRngBackendEgdSourcePty {
  /** Path. Default: the host chooses. */
  readonly path?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesRngBackendEgdSourcePtySecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesRngBackendEgdSourcePtySecLabel {
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
export interface DomainDevicesRngBackendEgdSourceFile {
  /** Path on the host. */
  readonly path: string;
  /** Keep what is there when the VM starts. Default: off. One of `on`, `off`. */
  readonly append?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesRngBackendEgdSourceFileSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesRngBackendEgdSourceFileSecLabel {
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
export interface DomainDevicesRngBackendEgdSourceUnix {
  /** Path. Default: libvirt chooses, for a guest agent. */
  readonly path?: string | undefined;
  /** Who connects: bind waits for others, connect goes to them. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** Whether a lost connection is made again. */
  readonly reconnect?: types.DomainDevicesRngBackendEgdSourceUnixReconnect | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesRngBackendEgdSourceUnixSecLabel[] | undefined;
}

/** Whether a lost connection is made again. */
export interface DomainDevicesRngBackendEgdSourceUnixReconnect {
  /** Whether QEMU connects again; for sockets of mode connect. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesRngBackendEgdSourceUnixSecLabel {
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
export interface DomainDevicesRngBackendEgdSourceTcp {
  /** Address. */
  readonly host?: string | undefined;
  /** Port. */
  readonly service?: string | undefined;
  /** Who connects: bind waits for others, connect goes to them. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** TLS. Default: what qemu.conf says of character devices. One of `yes`, `no`. */
  readonly tls?: string | undefined;
  /** Whether a lost connection is made again. */
  readonly reconnect?: types.DomainDevicesRngBackendEgdSourceTcpReconnect | undefined;
}

/** Whether a lost connection is made again. */
export interface DomainDevicesRngBackendEgdSourceTcpReconnect {
  /** Whether QEMU connects again; for sockets of mode connect. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** UDP packets. */
export interface DomainDevicesRngBackendEgdSourceUdp {
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
export interface DomainDevicesRngBackendEgdSourceDev {
  /** Path on the host, such as /dev/ttyS0. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesRngBackendEgdSourceDevSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesRngBackendEgdSourceDevSecLabel {
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
export interface DomainDevicesRngBackendEgdSourcePipe {
  /** Path on the host; QEMU opens PATH.in and PATH.out where these exist. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesRngBackendEgdSourcePipeSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesRngBackendEgdSourcePipeSecLabel {
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
export interface DomainDevicesRngBackendEgdSourceNmdm {
  /** Path of the guest's end, such as /dev/nmdm0A. */
  readonly master: string;
  /** Path of the host's end, such as /dev/nmdm0B. */
  readonly slave: string;
}

/** D-Bus. */
export interface DomainDevicesRngBackendEgdSourceDbus {
  /** Name that clients find it by, such as org.qemu.console.serial.0; libvirt wants one. */
  readonly channel?: string | undefined;
}

/** A SPICE port. */
export interface DomainDevicesRngBackendEgdSourceSpicePort {
  /** Name of the port, such as org.qemu.console.serial.0. */
  readonly channel: string;
}

/** QEMU's SPICE agent. */
export interface DomainDevicesRngBackendEgdSourceQemuVdAgent {
  /** Clipboard. Default: not shared. */
  readonly clipBoard?: types.DomainDevicesRngBackendEgdSourceQemuVdAgentClipBoard | undefined;
  /** Mouse. */
  readonly mouse?: types.DomainDevicesRngBackendEgdSourceQemuVdAgentMouse | undefined;
}

/** Clipboard. */
export interface DomainDevicesRngBackendEgdSourceQemuVdAgentClipBoard {
  /** Whether host and guest share the clipboard. One of `yes`, `no`. */
  readonly copyPaste: string;
}

/** Mouse. */
export interface DomainDevicesRngBackendEgdSourceQemuVdAgentMouse {
  /** Where its movements are worked out. One of `server`, `client`. */
  readonly mode: string;
}

/** What is spoken over a TCP source. */
export interface DomainDevicesRngBackendEgdProtocol {
  /** Protocol. One of `raw`, `telnet`, `telnets`, `tls`. */
  readonly type: string;
}

/** Virtio settings of the device. */
export interface DomainDevicesRngDriver {
  /** Behind the virtual IOMMU. One of `on`, `off`. */
  readonly iommu?: string | undefined;
  /** Address translation services, for devices behind the virtual IOMMU. One of `on`, `off`. */
  readonly ats?: string | undefined;
  /** Packed virtqueues. One of `on`, `off`. */
  readonly packed?: string | undefined;
  /** Each queue's notifications on a page of their own. One of `on`, `off`. */
  readonly pagePerVq?: string | undefined;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesRngAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesRngAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}
