// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Where the data is; exactly one of file, block, dir, volume, network, vhostUser, vhostVdpa. */
export interface DomainOsNvRamSource {
  /** A file of the host. */
  readonly file?: types.DomainOsNvRamSourceFile | undefined;
  /** A block device of the host. */
  readonly block?: types.DomainOsNvRamSourceBlock | undefined;
  /** A volume of a storage pool. */
  readonly volume?: types.DomainOsNvRamSourceVolume | undefined;
  /** Data that a storage server holds. */
  readonly network?: types.DomainOsNvRamSourceNetwork | undefined;
  /** What a missing source means at start. Default: mandatory. One of `mandatory`, `requisite`, `optional`. */
  readonly startupPolicy?: string | undefined;
  /** Number that events and block jobs of a running domain name it by, from 1. The host numbers anew at every start. */
  readonly index?: number | undefined;
  /** A folder of the host, shown as a FAT file system. */
  readonly dir?: types.DomainOsNvRamSourceDir | undefined;
  /** A program of the host that serves the disk through vhost-user. */
  readonly vhostUser?: types.DomainOsNvRamSourceVhostUser | undefined;
  /** A vDPA device of the host. */
  readonly vhostVdpa?: types.DomainOsNvRamSourceVhostVdpa | undefined;
  /** Encryption of the image. */
  readonly encryption?: types.DomainOsNvRamSourceEncryption | undefined;
  /** SCSI persistent reservations, for block devices. */
  readonly reservations?: types.DomainOsNvRamSourceReservations | undefined;
  /** The part of a file or device that is used. */
  readonly slices?: types.DomainOsNvRamSourceSlices | undefined;
  /** A file beside a qcow2 image that holds the data alone. */
  readonly dataStore?: types.DomainOsNvRamSourceDataStore | undefined;
  /** TLS of https and ftps. */
  readonly ssl?: types.DomainOsNvRamSourceSsl | undefined;
  /** Cookies sent to http and https servers; secrets. */
  readonly cookies?: types.DomainOsNvRamSourceCookies | undefined;
  /** How much is read ahead from http, https, ftp and ftps servers. */
  readonly readahead?: types.DomainOsNvRamSourceReadahead | undefined;
  /** How long http, https, ftp and ftps servers may take to answer. */
  readonly timeout?: types.DomainOsNvRamSourceTimeout | undefined;
}

/** A file of the host. */
export interface DomainOsNvRamSourceFile {
  /** Path on the host. */
  readonly file?: string | undefined;
  /** Name of file descriptors that were handed to libvirt for this file, in place of opening it. */
  readonly fdGroup?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainOsNvRamSourceFileSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainOsNvRamSourceFileSecLabel {
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
export interface DomainOsNvRamSourceBlock {
  /** Path on the host. */
  readonly dev?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainOsNvRamSourceBlockSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainOsNvRamSourceBlockSecLabel {
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
export interface DomainOsNvRamSourceVolume {
  /** Name of the pool. */
  readonly pool?: string | undefined;
  /** Name of the volume. */
  readonly volume?: string | undefined;
  /** For iSCSI pools: how it is reached. One of `host`, `direct`. */
  readonly mode?: string | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainOsNvRamSourceVolumeSecLabel[] | undefined;
}

/** How one security driver labels the source. */
export interface DomainOsNvRamSourceVolumeSecLabel {
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
export interface DomainOsNvRamSourceDir {
  /** Path on the host. */
  readonly dir?: string | undefined;
}

/** Encryption of the image. */
export interface DomainOsNvRamSourceEncryption {
  /** Format. One of `default`, `qcow`, `luks`, `luks2`, `luks-any`. */
  readonly format?: string | undefined;
  /** What decrypts. Default: qemu. One of `qemu`, `librbd`. */
  readonly engine?: string | undefined;
  /** Secrets of the host that hold the passphrase; librbd takes one per layer. */
  readonly secrets?: readonly types.DomainOsNvRamSourceEncryptionSecret[] | undefined;
}

/** A secret of the host; the passphrase itself is never part of a definition. */
export interface DomainOsNvRamSourceEncryptionSecret {
  /** Kind of the secret. One of `passphrase`. */
  readonly type?: string | undefined;
  /** The secret whose `usage` this is; either this or `uuid`. */
  readonly usage?: string | undefined;
  /** UUID of the secret; either this or `usage`. */
  readonly uuid?: string | undefined;
}

/** SCSI persistent reservations. */
export interface DomainOsNvRamSourceReservations {
  /** Whether the guest may use them; libvirt takes no notice, the element itself says so. One of `yes`, `no`. */
  readonly enabled?: string | undefined;
  /** Whether libvirt starts the helper itself. Without one, `source` says where it is. */
  readonly managed?: boolean | undefined;
  /** Socket of a helper that runs already. */
  readonly source?: types.DomainOsNvRamSourceReservationsSource | undefined;
}

/** The host's end; exactly one. libvirt takes `unix` for a disk and refuses the others. */
export interface DomainOsNvRamSourceReservationsSource {
  /** A UNIX socket of the host. */
  readonly unix?: types.DomainOsNvRamSourceReservationsSourceUnix | undefined;
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
export interface DomainOsNvRamSourceReservationsSourceUnix {
  /** Who connects: the host's program serves and QEMU is its client, or the reverse. One of `server`, `client`. */
  readonly mode?: string | undefined;
  /** Path of the socket on the host. */
  readonly path?: string | undefined;
  /** What happens when the connection breaks. */
  readonly reconnect?: types.DomainOsNvRamSourceReservationsSourceUnixReconnect | undefined;
  /** Security labels, by driver. */
  readonly secLabels?: readonly types.DomainOsNvRamSourceReservationsSourceUnixSecLabel[] | undefined;
}

/** Attempts to connect again. */
export interface DomainOsNvRamSourceReservationsSourceUnixReconnect {
  /** Whether a broken connection is made anew. One of `yes`, `no`. */
  readonly enabled: string;
  /** Seconds between attempts. */
  readonly timeout?: number | undefined;
}

/** How one security driver labels the source. */
export interface DomainOsNvRamSourceReservationsSourceUnixSecLabel {
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
export interface DomainOsNvRamSourceSlices {
  /** The part; at most one. */
  readonly slices?: readonly types.DomainOsNvRamSourceSlicesSlice[] | undefined;
}

/** One part. */
export interface DomainOsNvRamSourceSlicesSlice {
  /** What it is a part of. One of `storage`. */
  readonly type: string;
  /** Where it starts, in bytes. */
  readonly offset: number;
  /** Its size, in bytes. */
  readonly size: number;
}

/** A file beside a qcow2 image that holds the data alone. */
export interface DomainOsNvRamSourceDataStore {
  /** How the image is stored. */
  readonly format?: types.DomainOsNvRamSourceDataStoreFormat | undefined;
}

/** How the image is stored. */
export interface DomainOsNvRamSourceDataStoreFormat {
  /** Format, such as `raw`, `qcow2`. */
  readonly type: string;
  /** Cache of a qcow2 image's tables: random access to large images is faster with a larger one. */
  readonly metadataCache?: types.DomainOsNvRamSourceDataStoreFormatMetadataCache | undefined;
}

/** Cache of a qcow2 image's tables. */
export interface DomainOsNvRamSourceDataStoreFormatMetadataCache {
  /** Most memory that it may use on the host. Default: QEMU's choice. */
  readonly maxSize?: types.DomainOsNvRamSourceDataStoreFormatMetadataCacheMaxSize | undefined;
}

/** A size. */
export interface DomainOsNvRamSourceDataStoreFormatMetadataCacheMaxSize {
  /** Number of units. */
  readonly value: number;
  /** Unit of `value`. Default: B. */
  readonly unit?: string | undefined;
}

/** TLS of https and ftps. */
export interface DomainOsNvRamSourceSsl {
  /** Whether the server's certificate is checked. One of `yes`, `no`. */
  readonly verify: string;
}

/** Cookies. */
export interface DomainOsNvRamSourceCookies {
  /** The cookies. */
  readonly cookies?: readonly types.DomainOsNvRamSourceCookiesCookie[] | undefined;
}

/** One cookie. */
export interface DomainOsNvRamSourceCookiesCookie {
  /** Its name. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
}

/** Reading ahead. */
export interface DomainOsNvRamSourceReadahead {
  /** Bytes. */
  readonly size: string;
}

/** A limit. */
export interface DomainOsNvRamSourceTimeout {
  /** Seconds. */
  readonly seconds: string;
}
