// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** The host's end; exactly one. libvirt takes `unix` for a disk and refuses the others. */
export interface DomainOsNvRamSourceVhostUser {
  /** A UNIX socket of the host. */
  readonly unix?: types.DomainOsNvRamSourceVhostUserUnix | undefined;
  /** Nowhere. */
  readonly null?: boolean | undefined;
  /** A virtual console of QEMU. */
  readonly vc?: boolean | undefined;
  /** QEMU's standard input and output. */
  readonly stdIo?: boolean | undefined;
  /** SPICE. */
  readonly spiceVmc?: boolean | undefined;
  /** A TCP socket. */
  readonly tcp?: types.DomainOsNvRamSourceVhostUserTcp | undefined;
  /** A pseudo terminal. */
  readonly pty?: types.DomainOsNvRamSourceVhostUserPty | undefined;
  /** A device of the host. */
  readonly dev?: types.DomainOsNvRamSourceVhostUserDev | undefined;
  /** A named pipe of the host. */
  readonly pipe?: types.DomainOsNvRamSourceVhostUserPipe | undefined;
  /** A file of the host. */
  readonly file?: types.DomainOsNvRamSourceVhostUserFile | undefined;
  /** A pair of nmdm devices (FreeBSD). */
  readonly nmdm?: types.DomainOsNvRamSourceVhostUserNmdm | undefined;
  /** A port of SPICE. */
  readonly spicePort?: types.DomainOsNvRamSourceVhostUserSpicePort | undefined;
  /** D-Bus. */
  readonly dbus?: types.DomainOsNvRamSourceVhostUserDbus | undefined;
  /** QEMU's own SPICE agent. */
  readonly qemuVdAgent?: types.DomainOsNvRamSourceVhostUserQemuVdAgent | undefined;
}

/** A UNIX socket of the host. */
export interface DomainOsNvRamSourceVhostUserUnix {
  /** Who connects: the host's program serves and QEMU is its client, or the reverse. One of `server`, `client`. */
  readonly mode?: string | undefined;
  /** Path of the socket on the host. */
  readonly path?: string | undefined;
  /** What happens when the connection breaks. */
  readonly reconnect?: types.DomainOsNvRamSourceVhostUserUnixReconnect | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainOsNvRamSourceVhostUserUnixSecLabel[] | undefined;
}

/** Attempts to connect again. */
export interface DomainOsNvRamSourceVhostUserUnixReconnect {
  /** Whether a broken connection is made anew. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** How one security driver labels the source. */
export interface DomainOsNvRamSourceVhostUserUnixSecLabel {
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
export interface DomainOsNvRamSourceVhostUserTcp {
  /** Who connects. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** Address. */
  readonly host?: string | undefined;
  /** Port. */
  readonly service?: string | undefined;
  /** Whether the connection is encrypted. One of `yes`, `no`. */
  readonly tls?: string | undefined;
  /** What happens when the connection breaks. */
  readonly reconnect?: types.DomainOsNvRamSourceVhostUserTcpReconnect | undefined;
}

/** Attempts to connect again. */
export interface DomainOsNvRamSourceVhostUserTcpReconnect {
  /** Whether a broken connection is made anew. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** A pseudo terminal. */
export interface DomainOsNvRamSourceVhostUserPty {
  /** Path on the host. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainOsNvRamSourceVhostUserPtySecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainOsNvRamSourceVhostUserPtySecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A device of the host. */
export interface DomainOsNvRamSourceVhostUserDev {
  /** Path on the host. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainOsNvRamSourceVhostUserDevSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainOsNvRamSourceVhostUserDevSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A named pipe of the host. */
export interface DomainOsNvRamSourceVhostUserPipe {
  /** Path on the host. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainOsNvRamSourceVhostUserPipeSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainOsNvRamSourceVhostUserPipeSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A file of the host. */
export interface DomainOsNvRamSourceVhostUserFile {
  /** Path on the host. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainOsNvRamSourceVhostUserFileSecLabel[] | undefined;
  /** Keep what is there. One of `on`, `off`. */
  readonly append?: string | undefined;
}

/** How one security driver labels the source. */
export interface DomainOsNvRamSourceVhostUserFileSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A pair of nmdm devices (FreeBSD). */
export interface DomainOsNvRamSourceVhostUserNmdm {
  /** Path of the guest's side. */
  readonly master: string;
  /** Path of the host's side. */
  readonly slave: string;
}

/** A port of SPICE. */
export interface DomainOsNvRamSourceVhostUserSpicePort {
  /** Its name. */
  readonly channel: string;
}

/** D-Bus. */
export interface DomainOsNvRamSourceVhostUserDbus {
  /** Name of the channel. */
  readonly channel?: string | undefined;
}

/** QEMU's own SPICE agent. */
export interface DomainOsNvRamSourceVhostUserQemuVdAgent {
  /** The clipboard. */
  readonly clipBoard?: types.DomainOsNvRamSourceVhostUserQemuVdAgentClipBoard | undefined;
  /** The mouse. */
  readonly mouse?: types.DomainOsNvRamSourceVhostUserQemuVdAgentMouse | undefined;
}

/** The clipboard. */
export interface DomainOsNvRamSourceVhostUserQemuVdAgentClipBoard {
  /** Whether it is shared. One of `yes`, `no`. */
  readonly copyPaste: string;
}

/** The mouse. */
export interface DomainOsNvRamSourceVhostUserQemuVdAgentMouse {
  /** Whose. One of `server`, `client`. */
  readonly mode: string;
}

/** A vDPA device of the host. */
export interface DomainOsNvRamSourceVhostVdpa {
  /** Path of the device, such as /dev/vhost-vdpa-0. */
  readonly dev: string;
}
