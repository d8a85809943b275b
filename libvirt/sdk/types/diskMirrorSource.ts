// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Where the data is; exactly one of file, block, dir, volume, network, vhostUser, vhostVdpa. */
export interface DomainDevicesDiskMirrorSource {
  /** A file of the host. */
  readonly file?: types.DomainDevicesDiskMirrorSourceFile | undefined;
  /** A block device of the host. */
  readonly block?: types.DomainDevicesDiskMirrorSourceBlock | undefined;
  /** A volume of a storage pool. */
  readonly volume?: types.DomainDevicesDiskMirrorSourceVolume | undefined;
  /** Data that a storage server holds. */
  readonly network?: types.DomainDevicesDiskMirrorSourceNetwork | undefined;
  /** What a missing source means at start. Default: mandatory. One of `mandatory`, `requisite`, `optional`. */
  readonly startupPolicy?: string | undefined;
  /** Number that events and block jobs of a running domain name it by, from 1. The host numbers anew at every start. */
  readonly index?: number | undefined;
  /** A folder of the host, shown as a FAT file system. */
  readonly dir?: types.DomainDevicesDiskMirrorSourceDir | undefined;
  /** A program of the host that serves the disk through vhost-user. */
  readonly vhostUser?: types.DomainDevicesDiskMirrorSourceVhostUser | undefined;
  /** A vDPA device of the host. */
  readonly vhostVdpa?: types.DomainDevicesDiskMirrorSourceVhostVdpa | undefined;
  /** Encryption of the image. */
  readonly encryption?: types.DomainDevicesDiskMirrorSourceEncryption | undefined;
  /** SCSI persistent reservations, for block devices. */
  readonly reservations?: types.DomainDevicesDiskMirrorSourceReservations | undefined;
  /** The part of a file or device that is used. */
  readonly slices?: types.DomainDevicesDiskMirrorSourceSlices | undefined;
  /** A file beside a qcow2 image that holds the data alone. */
  readonly dataStore?: types.DomainDevicesDiskMirrorSourceDataStore | undefined;
  /** TLS of https and ftps. */
  readonly ssl?: types.DomainDevicesDiskMirrorSourceSsl | undefined;
  /** Cookies sent to http and https servers; secrets. */
  readonly cookies?: types.DomainDevicesDiskMirrorSourceCookies | undefined;
  /** How much is read ahead from http, https, ftp and ftps servers. */
  readonly readahead?: types.DomainDevicesDiskMirrorSourceReadahead | undefined;
  /** How long http, https, ftp and ftps servers may take to answer. */
  readonly timeout?: types.DomainDevicesDiskMirrorSourceTimeout | undefined;
}

/** A file of the host. */
export interface DomainDevicesDiskMirrorSourceFile {
  /** Path on the host. */
  readonly file?: string | undefined;
  /** Name of file descriptors that were handed to libvirt for this file, in place of opening it. */
  readonly fdGroup?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesDiskMirrorSourceFileSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesDiskMirrorSourceFileSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A block device of the host. */
export interface DomainDevicesDiskMirrorSourceBlock {
  /** Path on the host. */
  readonly dev?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesDiskMirrorSourceBlockSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesDiskMirrorSourceBlockSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A volume of a storage pool. */
export interface DomainDevicesDiskMirrorSourceVolume {
  /** Name of the pool. */
  readonly pool?: string | undefined;
  /** Name of the volume. */
  readonly volume?: string | undefined;
  /** For iSCSI pools: how it is reached. One of `host`, `direct`. */
  readonly mode?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesDiskMirrorSourceVolumeSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesDiskMirrorSourceVolumeSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A folder of the host. */
export interface DomainDevicesDiskMirrorSourceDir {
  /** Path on the host. */
  readonly dir?: string | undefined;
}

/** The host's end; exactly one. libvirt takes `unix` for a disk and refuses the others. */
export interface DomainDevicesDiskMirrorSourceVhostUser {
  /** A UNIX socket of the host. */
  readonly unix?: types.DomainDevicesDiskMirrorSourceVhostUserUnix | undefined;
  /** Nowhere. */
  readonly null?: boolean | undefined;
  /** A virtual console of QEMU. */
  readonly vc?: boolean | undefined;
  /** QEMU's standard input and output. */
  readonly stdIo?: boolean | undefined;
  /** SPICE. */
  readonly spiceVmc?: boolean | undefined;
}

/** A UNIX socket of the host. */
export interface DomainDevicesDiskMirrorSourceVhostUserUnix {
  /** Who connects: the host's program serves and QEMU is its client, or the reverse. One of `server`, `client`. */
  readonly mode?: string | undefined;
  /** Path of the socket on the host. */
  readonly path?: string | undefined;
  /** What happens when the connection breaks. */
  readonly reconnect?: types.DomainDevicesDiskMirrorSourceVhostUserUnixReconnect | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesDiskMirrorSourceVhostUserUnixSecLabel[] | undefined;
}

/** Attempts to connect again. */
export interface DomainDevicesDiskMirrorSourceVhostUserUnixReconnect {
  /** Whether a broken connection is made anew. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesDiskMirrorSourceVhostUserUnixSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** A vDPA device of the host. */
export interface DomainDevicesDiskMirrorSourceVhostVdpa {
  /** Path of the device, such as /dev/vhost-vdpa-0. */
  readonly dev: string;
}

/** Encryption of the image. */
export interface DomainDevicesDiskMirrorSourceEncryption {
  /** Format. One of `default`, `qcow`, `luks`, `luks2`, `luks-any`. */
  readonly format?: string | undefined;
  /** What decrypts. Default: qemu. One of `qemu`, `librbd`. */
  readonly engine?: string | undefined;
  /** Secrets of the host that hold the passphrase; librbd takes one per layer. */
  readonly secrets?: readonly types.DomainDevicesDiskMirrorSourceEncryptionSecret[] | undefined;
}

/** A secret of the host; the passphrase itself is never part of a definition. */
export interface DomainDevicesDiskMirrorSourceEncryptionSecret {
  /** Kind of the secret. One of `passphrase`. */
  readonly type?: string | undefined;
  /** The secret whose `usage` this is; either this or `uuid`. */
  readonly usage?: string | undefined;
  /** UUID of the secret; either this or `usage`. */
  readonly uuid?: string | undefined;
}

/** SCSI persistent reservations. */
export interface DomainDevicesDiskMirrorSourceReservations {
  /** Whether the guest may use them; libvirt takes no notice, the element itself says so. One of `yes`, `no`. */
  readonly enabled?: string | undefined;
  /** Whether libvirt starts the helper itself. Without one, `source` says where it is. */
  readonly managed?: boolean | undefined;
  /** Socket of a helper that runs already. */
  readonly source?: types.DomainDevicesDiskMirrorSourceReservationsSource | undefined;
}

/** The host's end; exactly one. libvirt takes `unix` for a disk and refuses the others. */
export interface DomainDevicesDiskMirrorSourceReservationsSource {
  /** A UNIX socket of the host. */
  readonly unix?: types.DomainDevicesDiskMirrorSourceReservationsSourceUnix | undefined;
  /** Nowhere. */
  readonly null?: boolean | undefined;
  /** A virtual console of QEMU. */
  readonly vc?: boolean | undefined;
  /** QEMU's standard input and output. */
  readonly stdIo?: boolean | undefined;
  /** SPICE. */
  readonly spiceVmc?: boolean | undefined;
}

/** A UNIX socket of the host. */
export interface DomainDevicesDiskMirrorSourceReservationsSourceUnix {
  /** Who connects: the host's program serves and QEMU is its client, or the reverse. One of `server`, `client`. */
  readonly mode?: string | undefined;
  /** Path of the socket on the host. */
  readonly path?: string | undefined;
  /** What happens when the connection breaks. */
  readonly reconnect?: types.DomainDevicesDiskMirrorSourceReservationsSourceUnixReconnect | undefined;
  /** Security labels, by driver. */
  readonly secLabels?:
    | readonly types.DomainDevicesDiskMirrorSourceReservationsSourceUnixSecLabel[]
    | undefined;
}

/** Attempts to connect again. */
export interface DomainDevicesDiskMirrorSourceReservationsSourceUnixReconnect {
  /** Whether a broken connection is made anew. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesDiskMirrorSourceReservationsSourceUnixSecLabel {
  /** Security driver, such as selinux or dac. */
  readonly model?: string | undefined;
  /** Whether the driver leaves the source alone. One of `yes`, `no`. */
  readonly labelSkip?: string | undefined;
  /** Whether the source gets a label when the VM starts. One of `yes`, `no`. */
  readonly relabel?: string | undefined;
  /** The label. Default: the driver's own. */
  readonly label?: string | undefined;
}

/** Parts of a file or device. */
export interface DomainDevicesDiskMirrorSourceSlices {
  /** The part; at most one. */
  readonly slices?: readonly types.DomainDevicesDiskMirrorSourceSlicesSlice[] | undefined;
}

/** One part. */
export interface DomainDevicesDiskMirrorSourceSlicesSlice {
  /** What it is a part of. One of `storage`. */
  readonly type: string;
  /** Where it starts, in bytes. */
  readonly offset: number;
  /** Its size, in bytes. */
  readonly size: number;
}

/** A file beside a qcow2 image that holds the data alone. */
export interface DomainDevicesDiskMirrorSourceDataStore {
  /** How the image is stored. */
  readonly format?: types.DomainDevicesDiskMirrorSourceDataStoreFormat | undefined;
}

/** How the image is stored. */
export interface DomainDevicesDiskMirrorSourceDataStoreFormat {
  /** Format, such as `raw`, `qcow2`. */
  readonly type: string;
  /** Cache of a qcow2 image's tables: random access to large images is faster with a larger one. */
  readonly metadataCache?: types.DomainDevicesDiskMirrorSourceDataStoreFormatMetadataCache | undefined;
}

/** Cache of a qcow2 image's tables. */
export interface DomainDevicesDiskMirrorSourceDataStoreFormatMetadataCache {
  /** Most memory that it may use on the host. Default: QEMU's choice. */
  readonly maxSize?: types.DomainDevicesDiskMirrorSourceDataStoreFormatMetadataCacheMaxSize | undefined;
}

/** A size. */
export interface DomainDevicesDiskMirrorSourceDataStoreFormatMetadataCacheMaxSize {
  /** Number of units. */
  readonly value: number;
  /** Unit of `value`. Default: B. */
  readonly unit?: string | undefined;
}

/** TLS of https and ftps. */
export interface DomainDevicesDiskMirrorSourceSsl {
  /** Whether the server's certificate is checked. One of `yes`, `no`. */
  readonly verify: string;
}

/** Cookies. */
export interface DomainDevicesDiskMirrorSourceCookies {
  /** The cookies. */
  readonly cookies?: readonly types.DomainDevicesDiskMirrorSourceCookiesCookie[] | undefined;
}

/** One cookie. */
export interface DomainDevicesDiskMirrorSourceCookiesCookie {
  /** Its name. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
}

/** Reading ahead. */
export interface DomainDevicesDiskMirrorSourceReadahead {
  /** Bytes. */
  readonly size: string;
}

/** A limit. */
export interface DomainDevicesDiskMirrorSourceTimeout {
  /** Seconds. */
  readonly seconds: string;
}
