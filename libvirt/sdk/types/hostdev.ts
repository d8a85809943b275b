// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A device of the host; exactly one kind. */
export interface DomainDevicesHostdev {
  /** Whether libvirt detaches it from the host's driver and gives it back. */
  readonly managed?: boolean | undefined;
  /** A PCI device. */
  readonly subsysPci?: types.DomainDevicesHostdevSubsysPci | undefined;
  /** A mediated device, such as a share of a GPU. */
  readonly subsysMDev?: types.DomainDevicesHostdevSubsysMDev | undefined;
  /** A USB device. */
  readonly subsysUsb?: types.DomainDevicesHostdevSubsysUsb | undefined;
  /** A SCSI unit. */
  readonly subsysScsi?: types.DomainDevicesHostdevSubsysScsi | undefined;
  /** A vhost target of the host. */
  readonly subsysScsiHost?: types.DomainDevicesHostdevSubsysScsiHost | undefined;
  /** A disk of the host, for a container. */
  readonly capsStorage?: types.DomainDevicesHostdevCapsStorage | undefined;
  /** A character device of the host, for a container. */
  readonly capsMisc?: types.DomainDevicesHostdevCapsMisc | undefined;
  /** A NIC of the host, for a container. */
  readonly capsNet?: types.DomainDevicesHostdevCapsNet | undefined;
  /** Place in the boot order; not together with `os.bootDevices`. */
  readonly boot?: types.DomainDevicesHostdevBoot | undefined;
  /** Option ROM. */
  readonly rom?: types.DomainDevicesHostdevRom | undefined;
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesHostdevAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesHostdevAlias | undefined;
}

/** A PCI device. */
export interface DomainDevicesHostdevSubsysPci {
  /** Whether it provides the screen. One of `on`, `off`. */
  readonly display?: string | undefined;
  /** Screen before the driver is loaded. One of `on`, `off`. */
  readonly ramFb?: string | undefined;
  /** Driver on the host. */
  readonly driver?: types.DomainDevicesHostdevSubsysPciDriver | undefined;
  /** Which device. */
  readonly source?: types.DomainDevicesHostdevSubsysPciSource | undefined;
  /** The device's part in a pair of which the guest makes one network device. */
  readonly teaming?: types.DomainDevicesHostdevSubsysPciTeaming | undefined;
}

/** Driver on the host. */
export interface DomainDevicesHostdevSubsysPciDriver {
  /** Such as vfio. */
  readonly name?: string | undefined;
  /** Module of the host that is a variant of it, such as `mlx5_vfio_pci`. */
  readonly model?: string | undefined;
}

/** Which device. */
export interface DomainDevicesHostdevSubsysPciSource {
  /** Whether writes to its configuration are filtered. One of `yes`, `no`. */
  readonly writeFiltering?: string | undefined;
  /** Its PCI address on the host. */
  readonly address?: types.DomainDevicesHostdevSubsysPciSourceAddress | undefined;
}

/** A PCI address of the host. */
export interface DomainDevicesHostdevSubsysPciSourceAddress {
  /** Domain. */
  readonly domain?: number | undefined;
  /** Bus. */
  readonly bus?: number | undefined;
  /** Slot. */
  readonly slot?: number | undefined;
  /** Function. */
  readonly function?: number | undefined;
  /** Whether the device has several functions; libvirt sees that for itself. One of `on`, `off`. */
  readonly multiFunction?: string | undefined;
}

/** The device's part in a pair. */
export interface DomainDevicesHostdevSubsysPciTeaming {
  /** `persistent`: the virtio interface that stays; `transient`: the NIC of the host that is unplugged during a migration. One of `persistent`, `transient`. */
  readonly type: string;
  /** For a transient one: alias of its persistent partner, such as `ua-backup0`. */
  readonly persistent?: string | undefined;
}

/** A mediated device. */
export interface DomainDevicesHostdevSubsysMDev {
  /** Model. One of `vfio-pci`, `vfio-ccw`, `vfio-ap`. */
  readonly model?: string | undefined;
  /** Whether it provides the screen. One of `on`, `off`. */
  readonly display?: string | undefined;
  /** Screen before the driver is loaded. One of `on`, `off`. */
  readonly ramFb?: string | undefined;
  /** Which device. */
  readonly source?: types.DomainDevicesHostdevSubsysMDevSource | undefined;
}

/** Which device. */
export interface DomainDevicesHostdevSubsysMDevSource {
  /** Its UUID. */
  readonly address?: types.DomainDevicesHostdevSubsysMDevSourceAddress | undefined;
}

/** Its UUID. */
export interface DomainDevicesHostdevSubsysMDevSourceAddress {
  /** UUID. */
  readonly uuid: string;
}

/** A USB device. */
export interface DomainDevicesHostdevSubsysUsb {
  /** Which device. */
  readonly source?: types.DomainDevicesHostdevSubsysUsbSource | undefined;
}

/** Which device. */
export interface DomainDevicesHostdevSubsysUsbSource {
  /** Vendor. */
  readonly vendor?: types.DomainDevicesHostdevSubsysUsbSourceVendor | undefined;
  /** Product. */
  readonly product?: types.DomainDevicesHostdevSubsysUsbSourceProduct | undefined;
  /** Where it is plugged in; alone, or beside vendor and product. */
  readonly address?: types.DomainDevicesHostdevSubsysUsbSourceAddress | undefined;
  /** What a missing device means at start. Default: mandatory. One of `mandatory`, `requisite`, `optional`. */
  readonly startUpPolicy?: string | undefined;
  /** Whether a reset by the guest reaches the device: never, only before it is set up, always. One of `off`, `uninitialized`, `on`. */
  readonly guestReset?: string | undefined;
}

/** Vendor. */
export interface DomainDevicesHostdevSubsysUsbSourceVendor {
  /** Id. */
  readonly id?: string | undefined;
}

/** Product. */
export interface DomainDevicesHostdevSubsysUsbSourceProduct {
  /** Id. */
  readonly id?: string | undefined;
}

/** Where it is plugged in. */
export interface DomainDevicesHostdevSubsysUsbSourceAddress {
  /** Bus. */
  readonly bus?: number | undefined;
  /** Number on the bus; another one each time the device is plugged in. */
  readonly device?: number | undefined;
  /** Port, as in 1.2; stays the same. */
  readonly port?: string | undefined;
}

/** A SCSI unit. */
export interface DomainDevicesHostdevSubsysScsi {
  /** Whether raw commands are allowed, which takes rights of the process. One of `yes`, `no`. */
  readonly rawIo?: string | undefined;
  /** Filtering of SCSI commands. One of `filtered`, `unfiltered`. */
  readonly sgio?: string | undefined;
  /** Whether the guest may only read. */
  readonly readOnly?: boolean | undefined;
  /** Whether several domains may use it at once. */
  readonly shareable?: boolean | undefined;
  /** Which unit. */
  readonly source?: types.DomainDevicesHostdevSubsysScsiSource | undefined;
}

/** Which unit; exactly one. */
export interface DomainDevicesHostdevSubsysScsiSource {
  /** A unit of one of the host's own adapters. */
  readonly host?: types.DomainDevicesHostdevSubsysScsiSourceHost | undefined;
  /** A unit of an iSCSI server. */
  readonly iscsi?: types.DomainDevicesHostdevSubsysScsiSourceIscsi | undefined;
}

/** A unit of one of the host's own adapters. */
export interface DomainDevicesHostdevSubsysScsiSourceHost {
  /** Adapter. */
  readonly adapter?: types.DomainDevicesHostdevSubsysScsiSourceHostAdapter | undefined;
  /** Address of the unit below the adapter. */
  readonly address?: types.DomainDevicesHostdevSubsysScsiSourceHostAddress | undefined;
}

/** Adapter. */
export interface DomainDevicesHostdevSubsysScsiSourceHostAdapter {
  /** Its name, such as `scsi_host0`. */
  readonly name: string;
}

/** Address of the unit. */
export interface DomainDevicesHostdevSubsysScsiSourceHostAddress {
  /** Bus. */
  readonly bus?: number | undefined;
  /** Target. */
  readonly target?: number | undefined;
  /** Unit. */
  readonly unit?: number | undefined;
}

/** A unit of an iSCSI server. */
export interface DomainDevicesHostdevSubsysScsiSourceIscsi {
  /** Name of the target and number of the unit: `iqn.2026-01.example:storage/1`. */
  readonly name: string;
  /** The server; one. */
  readonly hosts?: readonly types.DomainDevicesHostdevSubsysScsiSourceIscsiHost[] | undefined;
  /** Who logs in. Default: nobody. */
  readonly auth?: types.DomainDevicesHostdevSubsysScsiSourceIscsiAuth | undefined;
  /** Name of this end. */
  readonly initiator?: types.DomainDevicesHostdevSubsysScsiSourceIscsiInitiator | undefined;
}

/** A server. */
export interface DomainDevicesHostdevSubsysScsiSourceIscsiHost {
  /** Name or address. */
  readonly name?: string | undefined;
  /** Port. Default: 3260. */
  readonly port?: string | undefined;
}

/** Who logs in. */
export interface DomainDevicesHostdevSubsysScsiSourceIscsiAuth {
  /** User. */
  readonly username?: string | undefined;
  /** Libvirt's secret with the password. */
  readonly secret?: types.DomainDevicesHostdevSubsysScsiSourceIscsiAuthSecret | undefined;
}

/** Libvirt's secret with the password; `usage` or `uuid`. */
export interface DomainDevicesHostdevSubsysScsiSourceIscsiAuthSecret {
  /** Kind of secret. One of `iscsi`. */
  readonly type?: string | undefined;
  /** Usage that the secret was defined with. */
  readonly usage?: string | undefined;
  /** UUID of the secret. */
  readonly uuid?: string | undefined;
}

/** Name of this end. */
export interface DomainDevicesHostdevSubsysScsiSourceIscsiInitiator {
  /** Name of this end. */
  readonly iqn?: types.DomainDevicesHostdevSubsysScsiSourceIscsiInitiatorIqn | undefined;
}

/** Name. */
export interface DomainDevicesHostdevSubsysScsiSourceIscsiInitiatorIqn {
  /** The IQN. */
  readonly name: string;
}

/** A vhost target of the host. */
export interface DomainDevicesHostdevSubsysScsiHost {
  /** What the guest sees. Default: virtio. One of `virtio`, `virtio-transitional`, `virtio-non-transitional`. */
  readonly model?: string | undefined;
  /** Which target. */
  readonly source?: types.DomainDevicesHostdevSubsysScsiHostSource | undefined;
}

/** Which target. */
export interface DomainDevicesHostdevSubsysScsiHostSource {
  /** How it is reached. One of `vhost`. */
  readonly protocol?: string | undefined;
  /** World wide port name of the target. */
  readonly wwpn?: string | undefined;
}

/** A disk of the host. */
export interface DomainDevicesHostdevCapsStorage {
  /** Which device. */
  readonly source?: types.DomainDevicesHostdevCapsStorageSource | undefined;
}

/** Which device. */
export interface DomainDevicesHostdevCapsStorageSource {
  /** Path of the block device on the host. */
  readonly block: string;
}

/** A character device of the host. */
export interface DomainDevicesHostdevCapsMisc {
  /** Which device. */
  readonly source?: types.DomainDevicesHostdevCapsMiscSource | undefined;
}

/** Which device. */
export interface DomainDevicesHostdevCapsMiscSource {
  /** Path of the character device on the host. */
  readonly char: string;
}

/** A NIC of the host. */
export interface DomainDevicesHostdevCapsNet {
  /** Which device. */
  readonly source?: types.DomainDevicesHostdevCapsNetSource | undefined;
  /** IP addresses inside the container. */
  readonly ips?: readonly types.DomainDevicesHostdevCapsNetIp[] | undefined;
  /** Routes inside the container, in order. */
  readonly routes?: readonly types.DomainDevicesHostdevCapsNetRoute[] | undefined;
}

/** Which device. */
export interface DomainDevicesHostdevCapsNetSource {
  /** Name of the NIC. */
  readonly interface: string;
}

/** An address. */
export interface DomainDevicesHostdevCapsNetIp {
  /** IPv4 or IPv6 address. */
  readonly address?: string | undefined;
  /** Its family. Default: told by the address. One of `ipv4`, `ipv6`. */
  readonly family?: string | undefined;
  /** Length of the network's prefix, in bits. */
  readonly prefix?: number | undefined;
}

/** A route. */
export interface DomainDevicesHostdevCapsNetRoute {
  /** Network that it leads to. */
  readonly address?: string | undefined;
  /** Family. Default: ipv4. One of `ipv4`, `ipv6`. */
  readonly family?: string | undefined;
  /** Address that packets are sent to. */
  readonly gateway?: string | undefined;
}

/** Boot order. */
export interface DomainDevicesHostdevBoot {
  /** From 1; lower ones are tried first. */
  readonly order: number;
  /** What the firmware of an s390 guest boots, as LOADPARM. */
  readonly loadParm?: string | undefined;
}

/** Option ROM. */
export interface DomainDevicesHostdevRom {
  /** Whether the guest sees it. Default: the machine type's choice, mostly on. One of `on`, `off`. */
  readonly bar?: string | undefined;
  /** Whether there is one at all. Default: yes. One of `yes`, `no`. */
  readonly enabled?: string | undefined;
  /** Path of another ROM on the host. Default: the device's own. */
  readonly file?: string | undefined;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesHostdevAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesHostdevAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}
