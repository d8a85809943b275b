// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A folder of the host shown to the guest. */
export interface DomainDevicesFilesystem {
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesFilesystemAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesFilesystemAlias | undefined;
  /** How rights are mapped. One of `passthrough`, `mapped`, `squash`. */
  readonly accessMode?: string | undefined;
  /** Model of the virtio device. One of `virtio`, `virtio-transitional`, `virtio-non-transitional`. */
  readonly model?: string | undefined;
  /** What happens when files lie on several devices of the host. One of `default`, `remap`, `forbid`, `warn`. */
  readonly multiDevs?: string | undefined;
  /** Rights of files that the guest makes, for access mode mapped. */
  readonly fmode?: string | undefined;
  /** Rights of folders that the guest makes, for access mode mapped. */
  readonly dmode?: string | undefined;
  /** How it is served. */
  readonly driver?: types.DomainDevicesFilesystemDriver | undefined;
  /** The program that serves virtiofs. */
  readonly binary?: types.DomainDevicesFilesystemBinary | undefined;
  /** What is shown. */
  readonly source?: types.DomainDevicesFilesystemSource | undefined;
  /** Tag that the guest mounts. */
  readonly target?: types.DomainDevicesFilesystemTarget | undefined;
  /** Whether the guest may only read. */
  readonly readOnly?: boolean | undefined;
  /** Which users and groups of the host the guest's are, for virtiofs. */
  readonly idMap?: types.DomainDevicesFilesystemIdMap | undefined;
  /** Most space that the guest may fill, in `spaceHardLimitUnit` (containers). */
  readonly spaceHardLimit?: number | undefined;
  /** Unit of `spaceHardLimit`. Default: B. */
  readonly spaceHardLimitUnit?: string | undefined;
  /** Space that the guest may exceed for a while, in `spaceSoftLimitUnit` (containers). */
  readonly spaceSoftLimit?: number | undefined;
  /** Unit of `spaceSoftLimit`. Default: B. */
  readonly spaceSoftLimitUnit?: string | undefined;
  /** Place in the boot order, for virtiofs. */
  readonly boot?: types.DomainDevicesFilesystemBoot | undefined;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesFilesystemAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesFilesystemAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}

/** How it is served. */
export interface DomainDevicesFilesystemDriver {
  /** Server. Default: path. One of `path`, `handle`, `loop`, `nbd`, `ploop`, `virtiofs`, `mtp`. */
  readonly type?: string | undefined;
  /** Name of the driver; libvirt takes no notice of it. */
  readonly name?: string | undefined;
  /** Format of an image, such as `raw`, `qcow2`. */
  readonly format?: string | undefined;
  /** When the host writes: at once. Default: as it sees fit. One of `immediate`. */
  readonly wrPolicy?: string | undefined;
  /** Queue size of virtiofs. */
  readonly queue?: number | undefined;
  /** Behind the virtual IOMMU. One of `on`, `off`. */
  readonly iommu?: string | undefined;
  /** Address translation services of a virtio device. One of `on`, `off`. */
  readonly ats?: string | undefined;
  /** Packed virtqueues. One of `on`, `off`. */
  readonly packed?: string | undefined;
  /** A page of its own for each virtqueue's notifications. One of `on`, `off`. */
  readonly pagePerVq?: string | undefined;
}

/** The program that serves virtiofs. */
export interface DomainDevicesFilesystemBinary {
  /** Path on the host. Default: libvirt finds it. */
  readonly path?: string | undefined;
  /** Extended attributes. One of `on`, `off`. */
  readonly xattr?: string | undefined;
  /** Caching in the guest. */
  readonly cache?: types.DomainDevicesFilesystemBinaryCache | undefined;
  /** How the program is locked in. */
  readonly sandbox?: types.DomainDevicesFilesystemBinarySandbox | undefined;
  /** Locks of the guest that hold on the host. */
  readonly lock?: types.DomainDevicesFilesystemBinaryLock | undefined;
  /** Threads that serve requests. */
  readonly threadPool?: types.DomainDevicesFilesystemBinaryThreadPool | undefined;
  /** Limit of open files. */
  readonly openFiles?: types.DomainDevicesFilesystemBinaryOpenFiles | undefined;
}

/** Caching in the guest. */
export interface DomainDevicesFilesystemBinaryCache {
  /** How much is cached. One of `none`, `always`. */
  readonly mode: string;
}

/** How the program is locked in. */
export interface DomainDevicesFilesystemBinarySandbox {
  /** By namespaces (default) or by chroot. One of `namespace`, `chroot`. */
  readonly mode: string;
}

/** Locks of the guest that hold on the host. */
export interface DomainDevicesFilesystemBinaryLock {
  /** POSIX locks. One of `on`, `off`. */
  readonly posix?: string | undefined;
  /** BSD locks. One of `on`, `off`. */
  readonly flock?: string | undefined;
}

/** Threads. */
export interface DomainDevicesFilesystemBinaryThreadPool {
  /** Most threads; 0: none. */
  readonly size?: number | undefined;
}

/** Open files. */
export interface DomainDevicesFilesystemBinaryOpenFiles {
  /** Most open files. */
  readonly max: number;
}

/** What is shown; exactly one. */
export interface DomainDevicesFilesystemSource {
  /** A folder of the host. */
  readonly mount?: types.DomainDevicesFilesystemSourceMount | undefined;
  /** A folder of the guest shown in another place of it (containers). */
  readonly bind?: types.DomainDevicesFilesystemSourceBind | undefined;
  /** A template (OpenVZ). */
  readonly template?: types.DomainDevicesFilesystemSourceTemplate | undefined;
  /** An image of a file system (containers). */
  readonly file?: types.DomainDevicesFilesystemSourceFile | undefined;
  /** A block device of the host (containers). */
  readonly block?: types.DomainDevicesFilesystemSourceBlock | undefined;
  /** A volume of a storage pool. */
  readonly volume?: types.DomainDevicesFilesystemSourceVolume | undefined;
  /** Memory of the host (containers). */
  readonly ram?: types.DomainDevicesFilesystemSourceRam | undefined;
}

/** A folder; one of dir and socket. */
export interface DomainDevicesFilesystemSourceMount {
  /** Path on the host. */
  readonly dir?: string | undefined;
  /** Path of the socket of a virtiofs server that runs already. */
  readonly socket?: string | undefined;
}

/** A folder of the guest. */
export interface DomainDevicesFilesystemSourceBind {
  /** Path in the guest. */
  readonly dir: string;
}

/** A template. */
export interface DomainDevicesFilesystemSourceTemplate {
  /** Its name. */
  readonly name: string;
}

/** An image. */
export interface DomainDevicesFilesystemSourceFile {
  /** Path on the host. */
  readonly file: string;
}

/** A block device. */
export interface DomainDevicesFilesystemSourceBlock {
  /** Path on the host. */
  readonly dev: string;
}

/** A volume of a storage pool. */
export interface DomainDevicesFilesystemSourceVolume {
  /** Name of the pool. */
  readonly pool: string;
  /** Name of the volume. */
  readonly volume: string;
}

/** Memory. */
export interface DomainDevicesFilesystemSourceRam {
  /** Its size, in `units`. */
  readonly usage: number;
  /** Unit of `usage`. Default: KiB. */
  readonly units?: string | undefined;
}

/** Tag. */
export interface DomainDevicesFilesystemTarget {
  /** Tag that the guest mounts. */
  readonly dir: string;
}

/** Which users and groups of the host the guest's are. */
export interface DomainDevicesFilesystemIdMap {
  /** Users. */
  readonly uids?: readonly types.DomainDevicesFilesystemIdMapUid[] | undefined;
  /** Groups. */
  readonly gids?: readonly types.DomainDevicesFilesystemIdMapGid[] | undefined;
}

/** A range of user numbers. */
export interface DomainDevicesFilesystemIdMapUid {
  /** First number in the guest. */
  readonly start: number;
  /** First number on the host that it is mapped to. */
  readonly target: number;
  /** How many. */
  readonly count: number;
}

/** A range of group numbers. */
export interface DomainDevicesFilesystemIdMapGid {
  /** First number in the guest. */
  readonly start: number;
  /** First number on the host that it is mapped to. */
  readonly target: number;
  /** How many. */
  readonly count: number;
}

/** Place in the boot order. */
export interface DomainDevicesFilesystemBoot {
  /** From 1. */
  readonly order: number;
  /** What an s390 guest boots, 1 to 8 letters, digits, dots and blanks. */
  readonly loadParm?: string | undefined;
}
