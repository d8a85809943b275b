// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Devices of the domain. */
export interface DomainDevices {
  /** Path of the emulator on the host. Default: libvirt's choice. */
  readonly emulator?: string | undefined;
  /** Disks. */
  readonly disks?: readonly types.DomainDevicesDisk[] | undefined;
  /** Controllers. */
  readonly controllers?: readonly types.DomainDevicesController[] | undefined;
  /** Folders of the host. */
  readonly filesystems?: readonly types.DomainDevicesFilesystem[] | undefined;
  /** Network interfaces, in order. */
  readonly interfaces?: readonly types.DomainDevicesInterface[] | undefined;
  /** Serial ports, in order. */
  readonly serials?: readonly types.DomainDevicesSerial[] | undefined;
  /** Consoles, in order. */
  readonly consoles?: readonly types.DomainDevicesConsole[] | undefined;
  /** Channels. */
  readonly channels?: readonly types.DomainDevicesChannel[] | undefined;
  /** A TPM; at most one. */
  readonly tpms?: readonly types.DomainDevicesTpm[] | undefined;
  /** Screens. */
  readonly graphics?: readonly types.DomainDevicesGraphic[] | undefined;
  /** Video cards. */
  readonly videos?: readonly types.DomainDevicesVideo[] | undefined;
  /** Devices of the host, passed through. */
  readonly hostdevs?: readonly types.DomainDevicesHostdev[] | undefined;
  /** Watchdogs. */
  readonly watchdogs?: readonly types.DomainDevicesWatchdog[] | undefined;
  /** The memory balloon. */
  readonly memBalloon?: types.DomainDevicesMemBalloon | undefined;
  /** Sources of random numbers. */
  readonly rngs?: readonly types.DomainDevicesRng[] | undefined;
}

/** A controller that other devices attach to. */
export interface DomainDevicesController {
  /** Kind: pci, scsi, usb, virtio-serial, sata. */
  readonly type: string;
  /** Number, from 0. */
  readonly index?: number | undefined;
  /** Model, such as virtio-scsi. */
  readonly model?: string | undefined;
  /** How the hypervisor handles the controller. */
  readonly driver?: types.DomainDevicesControllerDriver | undefined;
}

/** How the hypervisor handles the controller. */
export interface DomainDevicesControllerDriver {
  /** Request queues. */
  readonly queues?: number | undefined;
  /** Number of the I/O thread that serves it, from 1. */
  readonly ioThread?: number | undefined;
  /** I/O in its own thread of the host. One of `on`, `off`. */
  readonly ioEventFd?: string | undefined;
  /** Commands at once per unit. */
  readonly cmdPerLun?: number | undefined;
  /** Largest transfer, in 512-byte sectors. */
  readonly maxSectors?: number | undefined;
  /** Behind the virtual IOMMU. One of `on`, `off`. */
  readonly iommu?: string | undefined;
  /** Packed virtqueues. One of `on`, `off`. */
  readonly packed?: string | undefined;
}

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

/** A TPM. */
export interface DomainDevicesTpm {
  /** Model, such as `tpm-crb`. */
  readonly model?: string | undefined;
  /** What it is made of. */
  readonly backend?: types.DomainDevicesTpmBackend | undefined;
}

/** What it is made of. */
export interface DomainDevicesTpmBackend {
  /** An emulated TPM. */
  readonly emulator?: types.DomainDevicesTpmBackendEmulator | undefined;
}

/** An emulated TPM. */
export interface DomainDevicesTpmBackendEmulator {
  /** Version. One of `1.2`, `2.0`. */
  readonly version?: string | undefined;
  /** Whether its state outlives an undefine. One of `yes`, `no`. */
  readonly persistentState?: string | undefined;
}

/** A watchdog. */
export interface DomainDevicesWatchdog {
  /** Model, such as `i6300esb`. */
  readonly model: string;
  /** What happens when the guest hangs. Default: reset. One of `reset`, `shutdown`, `poweroff`, `pause`, `none`, `dump`, `inject-nmi`. */
  readonly action?: string | undefined;
}

/** The balloon that memory is given back through while the VM runs. */
export interface DomainDevicesMemBalloon {
  /** Model; none takes it away. One of `virtio`, `virtio-transitional`, `virtio-non-transitional`, `none`. */
  readonly model: string;
  /** Give memory back to the guest before it runs out. One of `on`, `off`. */
  readonly autoDeflate?: string | undefined;
  /** Give pages that the guest does not use back to the host. One of `on`, `off`. */
  readonly freePageReporting?: string | undefined;
  /** How often the guest reports its use of memory. */
  readonly stats?: types.DomainDevicesMemBalloonStats | undefined;
}

/** Statistics. */
export interface DomainDevicesMemBalloonStats {
  /** Seconds between them; 0: none. */
  readonly period: number;
}

/** A source of random numbers. */
export interface DomainDevicesRng {
  /** Model, such as `virtio`. */
  readonly model: string;
  /** Limit of the rate. */
  readonly rate?: types.DomainDevicesRngRate | undefined;
  /** Where they come from. */
  readonly backend?: types.DomainDevicesRngBackend | undefined;
}

/** Limit. */
export interface DomainDevicesRngRate {
  /** Bytes per period. */
  readonly bytes: number;
  /** Milliseconds. Default: 1000. */
  readonly period?: number | undefined;
}

/** Where they come from. */
export interface DomainDevicesRngBackend {
  /** Path of a device on the host, such as /dev/urandom. */
  readonly random?: string | undefined;
  /** QEMU's own generator. */
  readonly builtIn?: boolean | undefined;
}
