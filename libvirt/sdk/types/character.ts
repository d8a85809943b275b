// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A serial port. */
export interface DomainDevicesSerial {
  /** The host's end. Default: a pseudo terminal. */
  readonly source?: types.DomainDevicesSerialSource | undefined;
  /** The guest's end. */
  readonly target?: types.DomainDevicesSerialTarget | undefined;
  /** A log of what the guest writes. */
  readonly log?: types.DomainDevicesSerialLog | undefined;
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
  /** Nowhere. */
  readonly null?: boolean | undefined;
  /** QEMU's standard input and output. */
  readonly stdIo?: boolean | undefined;
  /** SPICE. */
  readonly spiceVmc?: boolean | undefined;
}

/** A pseudo terminal. */
export interface DomainDevicesSerialSourcePty {
  /** Path. Default: the host chooses. */
  readonly path?: string | undefined;
}

/** A file. */
export interface DomainDevicesSerialSourceFile {
  /** Path on the host. */
  readonly path: string;
  /** Keep what is there. One of `on`, `off`. */
  readonly append?: string | undefined;
}

/** A UNIX socket. */
export interface DomainDevicesSerialSourceUnix {
  /** Path. Default: libvirt chooses, for a guest agent. */
  readonly path?: string | undefined;
  /** Who connects. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
}

/** A TCP socket. */
export interface DomainDevicesSerialSourceTcp {
  /** Address. */
  readonly host?: string | undefined;
  /** Port. */
  readonly service?: string | undefined;
  /** Who connects. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** TLS. One of `yes`, `no`. */
  readonly tls?: string | undefined;
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

/** A log of what the guest writes. */
export interface DomainDevicesSerialLog {
  /** Path on the host. */
  readonly file: string;
  /** Keep what is there. One of `on`, `off`. */
  readonly append?: string | undefined;
}

/** A console. */
export interface DomainDevicesConsole {
  /** The host's end. Default: a pseudo terminal. */
  readonly source?: types.DomainDevicesConsoleSource | undefined;
  /** The guest's end. */
  readonly target?: types.DomainDevicesConsoleTarget | undefined;
  /** A log of what the guest writes. */
  readonly log?: types.DomainDevicesConsoleLog | undefined;
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
  /** Nowhere. */
  readonly null?: boolean | undefined;
  /** QEMU's standard input and output. */
  readonly stdIo?: boolean | undefined;
  /** SPICE. */
  readonly spiceVmc?: boolean | undefined;
}

/** A pseudo terminal. */
export interface DomainDevicesConsoleSourcePty {
  /** Path. Default: the host chooses. */
  readonly path?: string | undefined;
}

/** A file. */
export interface DomainDevicesConsoleSourceFile {
  /** Path on the host. */
  readonly path: string;
  /** Keep what is there. One of `on`, `off`. */
  readonly append?: string | undefined;
}

/** A UNIX socket. */
export interface DomainDevicesConsoleSourceUnix {
  /** Path. Default: libvirt chooses, for a guest agent. */
  readonly path?: string | undefined;
  /** Who connects. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
}

/** A TCP socket. */
export interface DomainDevicesConsoleSourceTcp {
  /** Address. */
  readonly host?: string | undefined;
  /** Port. */
  readonly service?: string | undefined;
  /** Who connects. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** TLS. One of `yes`, `no`. */
  readonly tls?: string | undefined;
}

/** The guest's end. */
export interface DomainDevicesConsoleTarget {
  /** Kind: serial, virtio. */
  readonly type?: string | undefined;
  /** Number of the port. */
  readonly port?: number | undefined;
}

/** A log of what the guest writes. */
export interface DomainDevicesConsoleLog {
  /** Path on the host. */
  readonly file: string;
  /** Keep what is there. One of `on`, `off`. */
  readonly append?: string | undefined;
}

/** A channel between host and guest. */
export interface DomainDevicesChannel {
  /** The host's end. Default: a UNIX socket of libvirt's choice. */
  readonly source?: types.DomainDevicesChannelSource | undefined;
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
  /** Nowhere. */
  readonly null?: boolean | undefined;
  /** QEMU's standard input and output. */
  readonly stdIo?: boolean | undefined;
  /** SPICE. */
  readonly spiceVmc?: boolean | undefined;
}

/** A pseudo terminal. */
export interface DomainDevicesChannelSourcePty {
  /** Path. Default: the host chooses. */
  readonly path?: string | undefined;
}

/** A file. */
export interface DomainDevicesChannelSourceFile {
  /** Path on the host. */
  readonly path: string;
  /** Keep what is there. One of `on`, `off`. */
  readonly append?: string | undefined;
}

/** A UNIX socket. */
export interface DomainDevicesChannelSourceUnix {
  /** Path. Default: libvirt chooses, for a guest agent. */
  readonly path?: string | undefined;
  /** Who connects. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
}

/** A TCP socket. */
export interface DomainDevicesChannelSourceTcp {
  /** Address. */
  readonly host?: string | undefined;
  /** Port. */
  readonly service?: string | undefined;
  /** Who connects. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** TLS. One of `yes`, `no`. */
  readonly tls?: string | undefined;
}

/** The guest's end. */
export interface DomainDevicesChannelTarget {
  /** A virtio port. */
  readonly virtIo?: types.DomainDevicesChannelTargetVirtIo | undefined;
}

/** A virtio port. */
export interface DomainDevicesChannelTargetVirtIo {
  /** Name of the port, such as org.qemu.guest_agent.0. */
  readonly name?: string | undefined;
}
