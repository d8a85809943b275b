// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A TPM. */
export interface DomainDevicesTpm {
  /** Model, such as `tpm-crb`. */
  readonly model?: string | undefined;
  /** What it is made of. */
  readonly backend?: types.DomainDevicesTpmBackend | undefined;
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesTpmAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesTpmAlias | undefined;
}

/** What it is made of; exactly one. */
export interface DomainDevicesTpmBackend {
  /** An emulated TPM. */
  readonly emulator?: types.DomainDevicesTpmBackendEmulator | undefined;
  /** The host's TPM, for one VM alone. */
  readonly passthrough?: types.DomainDevicesTpmBackendPassthrough | undefined;
  /** An emulator that was started by others. */
  readonly external?: types.DomainDevicesTpmBackendExternal | undefined;
}

/** An emulated TPM. */
export interface DomainDevicesTpmBackendEmulator {
  /** Version. One of `1.2`, `2.0`. */
  readonly version?: string | undefined;
  /** Whether its state outlives an undefine. One of `yes`, `no`. */
  readonly persistentState?: string | undefined;
  /** How much the emulator logs: 0 nothing, more is more. Newer than libvirt 9.0. */
  readonly debug?: number | undefined;
  /** Where its state is kept. Default: a folder of libvirt's. Newer than libvirt 9.0. */
  readonly source?: types.DomainDevicesTpmBackendEmulatorSource | undefined;
  /** Encryption of its state. Default: none. */
  readonly encryption?: types.DomainDevicesTpmBackendEmulatorEncryption | undefined;
  /** PCR banks that are on; of version 2.0 only. Default: as the TPM's state has them. */
  readonly activePcrBanks?: types.DomainDevicesTpmBackendEmulatorActivePcrBanks | undefined;
  /** Algorithms and commands that the TPM has; of version 2.0 only. Newer than libvirt 9.0. */
  readonly profile?: types.DomainDevicesTpmBackendEmulatorProfile | undefined;
}

/** Where its state is kept; exactly one. */
export interface DomainDevicesTpmBackendEmulatorSource {
  /** A file or block device of the host. */
  readonly file?: types.DomainDevicesTpmBackendEmulatorSourceFile | undefined;
  /** A folder of the host. */
  readonly dir?: types.DomainDevicesTpmBackendEmulatorSourceDir | undefined;
}

/** A file. */
export interface DomainDevicesTpmBackendEmulatorSourceFile {
  /** Path on the host. */
  readonly path?: string | undefined;
}

/** A folder. */
export interface DomainDevicesTpmBackendEmulatorSourceDir {
  /** Path on the host. */
  readonly path?: string | undefined;
}

/** Encryption of its state. */
export interface DomainDevicesTpmBackendEmulatorEncryption {
  /** UUID of the libvirt secret that holds the passphrase; not the passphrase itself. */
  readonly secret: string;
}

/** PCR banks that are on when the VM starts; of version 2.0 only. */
export interface DomainDevicesTpmBackendEmulatorActivePcrBanks {
  /** The bank of SHA-1. */
  readonly sha1?: boolean | undefined;
  /** The bank of SHA-256. */
  readonly sha256?: boolean | undefined;
  /** The bank of SHA-384. */
  readonly sha384?: boolean | undefined;
  /** The bank of SHA-512. */
  readonly sha512?: boolean | undefined;
}

/** Algorithms and commands that the TPM has; of version 2.0 only. */
export interface DomainDevicesTpmBackendEmulatorProfile {
  /** Profile that the state is made by, such as `local:restricted`. */
  readonly source?: string | undefined;
  /** Algorithms that FIPS mode disables are taken out of a profile `custom:restricted`: check tests for each, fips-host takes all of them when the host is in FIPS mode. One of `check`, `fips-host`. */
  readonly removeDisabled?: string | undefined;
  /** Name of the profile, as libvirt tells it once the state is made. */
  readonly name?: string | undefined;
}

/** The host's TPM. */
export interface DomainDevicesTpmBackendPassthrough {
  /** Device of the host. Default: /dev/tpm0. */
  readonly device?: types.DomainDevicesTpmBackendPassthroughDevice | undefined;
}

/** Device of the host. */
export interface DomainDevicesTpmBackendPassthroughDevice {
  /** Path on the host, such as /dev/tpm0. */
  readonly path: string;
}

/** An emulator that was started by others. */
export interface DomainDevicesTpmBackendExternal {
  /** How it is reached; libvirt takes a UNIX socket of mode connect. */
  readonly source?: types.DomainDevicesTpmBackendExternalSource | undefined;
}

/** The host's end; exactly one. */
export interface DomainDevicesTpmBackendExternalSource {
  /** A pseudo terminal, as `virsh console` uses. */
  readonly pty?: types.DomainDevicesTpmBackendExternalSourcePty | undefined;
  /** A file of the host. */
  readonly file?: types.DomainDevicesTpmBackendExternalSourceFile | undefined;
  /** A UNIX socket of the host. */
  readonly unix?: types.DomainDevicesTpmBackendExternalSourceUnix | undefined;
  /** A TCP socket. */
  readonly tcp?: types.DomainDevicesTpmBackendExternalSourceTcp | undefined;
  /** UDP packets, as netconsole and syslog take them. */
  readonly udp?: types.DomainDevicesTpmBackendExternalSourceUdp | undefined;
  /** A character device of the host. */
  readonly dev?: types.DomainDevicesTpmBackendExternalSourceDev | undefined;
  /** A named pipe of the host. */
  readonly pipe?: types.DomainDevicesTpmBackendExternalSourcePipe | undefined;
  /** A null modem of a FreeBSD host. */
  readonly nmdm?: types.DomainDevicesTpmBackendExternalSourceNmdm | undefined;
  /** D-Bus, beside a display of that kind. */
  readonly dbus?: types.DomainDevicesTpmBackendExternalSourceDbus | undefined;
  /** A port of the SPICE server. */
  readonly spicePort?: types.DomainDevicesTpmBackendExternalSourceSpicePort | undefined;
  /** QEMU's own SPICE agent, for displays other than SPICE. */
  readonly qemuVdAgent?: types.DomainDevicesTpmBackendExternalSourceQemuVdAgent | undefined;
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
export interface DomainDevicesTpmBackendExternalSourcePty {
  /** Path. Default: the host chooses. */
  readonly path?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesTpmBackendExternalSourcePtySecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesTpmBackendExternalSourcePtySecLabel {
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
export interface DomainDevicesTpmBackendExternalSourceFile {
  /** Path on the host. */
  readonly path: string;
  /** Keep what is there when the VM starts. Default: off. One of `on`, `off`. */
  readonly append?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesTpmBackendExternalSourceFileSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesTpmBackendExternalSourceFileSecLabel {
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
export interface DomainDevicesTpmBackendExternalSourceUnix {
  /** Path. Default: libvirt chooses, for a guest agent. */
  readonly path?: string | undefined;
  /** Who connects: bind waits for others, connect goes to them. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** Whether a lost connection is made again. */
  readonly reconnect?: types.DomainDevicesTpmBackendExternalSourceUnixReconnect | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesTpmBackendExternalSourceUnixSecLabel[] | undefined;
}

/** Whether a lost connection is made again. */
export interface DomainDevicesTpmBackendExternalSourceUnixReconnect {
  /** Whether QEMU connects again; for sockets of mode connect. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesTpmBackendExternalSourceUnixSecLabel {
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
export interface DomainDevicesTpmBackendExternalSourceTcp {
  /** Address. */
  readonly host?: string | undefined;
  /** Port. */
  readonly service?: string | undefined;
  /** Who connects: bind waits for others, connect goes to them. One of `bind`, `connect`. */
  readonly mode?: string | undefined;
  /** TLS. Default: what qemu.conf says of character devices. One of `yes`, `no`. */
  readonly tls?: string | undefined;
  /** Whether a lost connection is made again. */
  readonly reconnect?: types.DomainDevicesTpmBackendExternalSourceTcpReconnect | undefined;
}

/** Whether a lost connection is made again. */
export interface DomainDevicesTpmBackendExternalSourceTcpReconnect {
  /** Whether QEMU connects again; for sockets of mode connect. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** UDP packets. */
export interface DomainDevicesTpmBackendExternalSourceUdp {
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
export interface DomainDevicesTpmBackendExternalSourceDev {
  /** Path on the host, such as /dev/ttyS0. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesTpmBackendExternalSourceDevSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesTpmBackendExternalSourceDevSecLabel {
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
export interface DomainDevicesTpmBackendExternalSourcePipe {
  /** Path on the host; QEMU opens PATH.in and PATH.out where these exist. */
  readonly path: string;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesTpmBackendExternalSourcePipeSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesTpmBackendExternalSourcePipeSecLabel {
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
export interface DomainDevicesTpmBackendExternalSourceNmdm {
  /** Path of the guest's end, such as /dev/nmdm0A. */
  readonly master: string;
  /** Path of the host's end, such as /dev/nmdm0B. */
  readonly slave: string;
}

/** D-Bus. */
export interface DomainDevicesTpmBackendExternalSourceDbus {
  /** Name that clients find it by, such as org.qemu.console.serial.0; libvirt wants one. */
  readonly channel?: string | undefined;
}

/** A SPICE port. */
export interface DomainDevicesTpmBackendExternalSourceSpicePort {
  /** Name of the port, such as org.qemu.console.serial.0. */
  readonly channel: string;
}

/** QEMU's SPICE agent. */
export interface DomainDevicesTpmBackendExternalSourceQemuVdAgent {
  /** Clipboard. Default: not shared. */
  readonly clipBoard?: types.DomainDevicesTpmBackendExternalSourceQemuVdAgentClipBoard | undefined;
  /** Mouse. */
  readonly mouse?: types.DomainDevicesTpmBackendExternalSourceQemuVdAgentMouse | undefined;
}

/** Clipboard. */
export interface DomainDevicesTpmBackendExternalSourceQemuVdAgentClipBoard {
  /** Whether host and guest share the clipboard. One of `yes`, `no`. */
  readonly copyPaste: string;
}

/** Mouse. */
export interface DomainDevicesTpmBackendExternalSourceQemuVdAgentMouse {
  /** Where its movements are worked out. One of `server`, `client`. */
  readonly mode: string;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesTpmAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesTpmAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}
