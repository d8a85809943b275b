// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Where the data is; exactly one of file, block, dir, volume, network, vhostUser, vhostVdpa. */
export interface DomainDevicesDiskBackingStoreSource {
  /** A file of the host. */
  readonly file?: types.DomainDevicesDiskBackingStoreSourceFile | undefined;
  /** A block device of the host. */
  readonly block?: types.DomainDevicesDiskBackingStoreSourceBlock | undefined;
  /** A volume of a storage pool. */
  readonly volume?: types.DomainDevicesDiskBackingStoreSourceVolume | undefined;
  /** Data that a storage server holds. */
  readonly network?: types.DomainDevicesDiskBackingStoreSourceNetwork | undefined;
  /** What a missing source means at start. Default: mandatory. One of `mandatory`, `requisite`, `optional`. */
  readonly startupPolicy?: string | undefined;
  /** Number that events and block jobs of a running domain name it by, from 1. The host numbers anew at every start. */
  readonly index?: number | undefined;
  /** A folder of the host, shown as a FAT file system. */
  readonly dir?: types.DomainDevicesDiskBackingStoreSourceDir | undefined;
  /** A program of the host that serves the disk through vhost-user. */
  readonly vhostUser?: types.DomainDevicesDiskBackingStoreSourceVhostUser | undefined;
  /** A vDPA device of the host. */
  readonly vhostVdpa?: types.DomainDevicesDiskBackingStoreSourceVhostVdpa | undefined;
  /** Encryption of the image. */
  readonly encryption?: types.DomainDevicesDiskBackingStoreSourceEncryption | undefined;
  /** SCSI persistent reservations, for block devices. */
  readonly reservations?: types.DomainDevicesDiskBackingStoreSourceReservations | undefined;
  /** The part of a file or device that is used. */
  readonly slices?: types.DomainDevicesDiskBackingStoreSourceSlices | undefined;
  /** A file beside a qcow2 image that holds the data alone. */
  readonly dataStore?: types.DomainDevicesDiskBackingStoreSourceDataStore | undefined;
  /** TLS of https and ftps. */
  readonly ssl?: types.DomainDevicesDiskBackingStoreSourceSsl | undefined;
  /** Cookies sent to http and https servers; secrets. */
  readonly cookies?: types.DomainDevicesDiskBackingStoreSourceCookies | undefined;
  /** How much is read ahead from http, https, ftp and ftps servers. */
  readonly readahead?: types.DomainDevicesDiskBackingStoreSourceReadahead | undefined;
  /** How long http, https, ftp and ftps servers may take to answer. */
  readonly timeout?: types.DomainDevicesDiskBackingStoreSourceTimeout | undefined;
}

/** A file of the host. */
export interface DomainDevicesDiskBackingStoreSourceFile {
  /** Path on the host. */
  readonly file?: string | undefined;
  /** Name of file descriptors that were handed to libvirt for this file, in place of opening it. */
  readonly fdGroup?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesDiskBackingStoreSourceFileSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesDiskBackingStoreSourceFileSecLabel {
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
export interface DomainDevicesDiskBackingStoreSourceBlock {
  /** Path on the host. */
  readonly dev?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesDiskBackingStoreSourceBlockSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesDiskBackingStoreSourceBlockSecLabel {
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
export interface DomainDevicesDiskBackingStoreSourceVolume {
  /** Name of the pool. */
  readonly pool?: string | undefined;
  /** Name of the volume. */
  readonly volume?: string | undefined;
  /** For iSCSI pools: how it is reached. One of `host`, `direct`. */
  readonly mode?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesDiskBackingStoreSourceVolumeSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesDiskBackingStoreSourceVolumeSecLabel {
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
export interface DomainDevicesDiskBackingStoreSourceDir {
  /** Path on the host. */
  readonly dir?: string | undefined;
}

/** The host's end; exactly one. libvirt takes `unix` for a disk and refuses the others. */
export interface DomainDevicesDiskBackingStoreSourceVhostUser {
  /** A UNIX socket of the host. */
  readonly unix?: types.DomainDevicesDiskBackingStoreSourceVhostUserUnix | undefined;
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
export interface DomainDevicesDiskBackingStoreSourceVhostUserUnix {
  /** Who connects: the host's program serves and QEMU is its client, or the reverse. One of `server`, `client`. */
  readonly mode?: string | undefined;
  /** Path of the socket on the host. */
  readonly path?: string | undefined;
  /** What happens when the connection breaks. */
  readonly reconnect?: types.DomainDevicesDiskBackingStoreSourceVhostUserUnixReconnect | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainDevicesDiskBackingStoreSourceVhostUserUnixSecLabel[] | undefined;
}

/** Attempts to connect again. */
export interface DomainDevicesDiskBackingStoreSourceVhostUserUnixReconnect {
  /** Whether a broken connection is made anew. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesDiskBackingStoreSourceVhostUserUnixSecLabel {
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
export interface DomainDevicesDiskBackingStoreSourceVhostVdpa {
  /** Path of the device, such as /dev/vhost-vdpa-0. */
  readonly dev: string;
}

/** Encryption of the image. */
export interface DomainDevicesDiskBackingStoreSourceEncryption {
  /** Format. One of `default`, `qcow`, `luks`, `luks2`, `luks-any`. */
  readonly format?: string | undefined;
  /** What decrypts. Default: qemu. One of `qemu`, `librbd`. */
  readonly engine?: string | undefined;
  /** Secrets of the host that hold the passphrase; librbd takes one per layer. */
  readonly secrets?: readonly types.DomainDevicesDiskBackingStoreSourceEncryptionSecret[] | undefined;
}

/** A secret of the host; the passphrase itself is never part of a definition. */
export interface DomainDevicesDiskBackingStoreSourceEncryptionSecret {
  /** Kind of the secret. One of `passphrase`. */
  readonly type?: string | undefined;
  /** The secret whose `usage` this is; either this or `uuid`. */
  readonly usage?: string | undefined;
  /** UUID of the secret; either this or `usage`. */
  readonly uuid?: string | undefined;
}

/** SCSI persistent reservations. */
export interface DomainDevicesDiskBackingStoreSourceReservations {
  /** Whether the guest may use them; libvirt takes no notice, the element itself says so. One of `yes`, `no`. */
  readonly enabled?: string | undefined;
  /** Whether libvirt starts the helper itself. Without one, `source` says where it is. */
  readonly managed?: boolean | undefined;
  /** Socket of a helper that runs already. */
  readonly source?: types.DomainDevicesDiskBackingStoreSourceReservationsSource | undefined;
}

/** The host's end; exactly one. libvirt takes `unix` for a disk and refuses the others. */
export interface DomainDevicesDiskBackingStoreSourceReservationsSource {
  /** A UNIX socket of the host. */
  readonly unix?: types.DomainDevicesDiskBackingStoreSourceReservationsSourceUnix | undefined;
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
export interface DomainDevicesDiskBackingStoreSourceReservationsSourceUnix {
  /** Who connects: the host's program serves and QEMU is its client, or the reverse. One of `server`, `client`. */
  readonly mode?: string | undefined;
  /** Path of the socket on the host. */
  readonly path?: string | undefined;
  /** What happens when the connection breaks. */
  readonly reconnect?: types.DomainDevicesDiskBackingStoreSourceReservationsSourceUnixReconnect | undefined;
  /** Security labels, by driver. */
  readonly secLabels?:
    | readonly types.DomainDevicesDiskBackingStoreSourceReservationsSourceUnixSecLabel[]
    | undefined;
}

/** Attempts to connect again. */
export interface DomainDevicesDiskBackingStoreSourceReservationsSourceUnixReconnect {
  /** Whether a broken connection is made anew. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** How one security driver labels the source. */
export interface DomainDevicesDiskBackingStoreSourceReservationsSourceUnixSecLabel {
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
export interface DomainDevicesDiskBackingStoreSourceSlices {
  /** The part; at most one. */
  readonly slices?: readonly types.DomainDevicesDiskBackingStoreSourceSlicesSlice[] | undefined;
}

/** One part. */
export interface DomainDevicesDiskBackingStoreSourceSlicesSlice {
  /** What it is a part of. One of `storage`. */
  readonly type: string;
  /** Where it starts, in bytes. */
  readonly offset: number;
  /** Its size, in bytes. */
  readonly size: number;
}

/** A file beside a qcow2 image that holds the data alone. */
export interface DomainDevicesDiskBackingStoreSourceDataStore {
  /** How the image is stored. */
  readonly format?: types.DomainDevicesDiskBackingStoreSourceDataStoreFormat | undefined;
}

/** How the image is stored. */
export interface DomainDevicesDiskBackingStoreSourceDataStoreFormat {
  /** Format, such as `raw`, `qcow2`. */
  readonly type: string;
  /** Cache of a qcow2 image's tables: random access to large images is faster with a larger one. */
  readonly metadataCache?: types.DomainDevicesDiskBackingStoreSourceDataStoreFormatMetadataCache | undefined;
}

/** Cache of a qcow2 image's tables. */
export interface DomainDevicesDiskBackingStoreSourceDataStoreFormatMetadataCache {
  /** Most memory that it may use on the host. Default: QEMU's choice. */
  readonly maxSize?: types.DomainDevicesDiskBackingStoreSourceDataStoreFormatMetadataCacheMaxSize | undefined;
}

/** A size. */
export interface DomainDevicesDiskBackingStoreSourceDataStoreFormatMetadataCacheMaxSize {
  /** Number of units. */
  readonly value: number;
  /** Unit of `value`. Default: B. */
  readonly unit?: string | undefined;
}

/** TLS of https and ftps. */
export interface DomainDevicesDiskBackingStoreSourceSsl {
  /** Whether the server's certificate is checked. One of `yes`, `no`. */
  readonly verify: string;
}

/** Cookies. */
export interface DomainDevicesDiskBackingStoreSourceCookies {
  /** The cookies. */
  readonly cookies?: readonly types.DomainDevicesDiskBackingStoreSourceCookiesCookie[] | undefined;
}

/** One cookie. */
export interface DomainDevicesDiskBackingStoreSourceCookiesCookie {
  /** Its name. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
}

/** Reading ahead. */
export interface DomainDevicesDiskBackingStoreSourceReadahead {
  /** Bytes. */
  readonly size: string;
}

/** A limit. */
export interface DomainDevicesDiskBackingStoreSourceTimeout {
  /** Seconds. */
  readonly seconds: string;
}
