// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** A network interface of the domain. */
export interface DomainDevicesInterface {
  /** What the interface is attached to. */
  readonly source?: types.DomainDevicesInterfaceSource | undefined;
  /** MAC address. Default: libvirt chooses one, which then stays. */
  readonly mac?: types.DomainDevicesInterfaceMac | undefined;
  /** What the guest sees. */
  readonly model?: types.DomainDevicesInterfaceModel | undefined;
  /** How the hypervisor handles the interface. */
  readonly driver?: types.DomainDevicesInterfaceDriver | undefined;
  /** Name of the device on the host. Names starting with vnet are the host's own and change at every start. */
  readonly target?: types.DomainDevicesInterfaceTarget | undefined;
  /** Limits of the rate. */
  readonly bandwidth?: types.DomainDevicesInterfaceBandwidth | undefined;
  /** Largest frame. */
  readonly mtu?: types.DomainDevicesInterfaceMtu | undefined;
  /** State of the link. */
  readonly link?: types.DomainDevicesInterfaceLink | undefined;
  /** Place in the boot order. */
  readonly boot?: types.DomainDevicesInterfaceBoot | undefined;
  /** VLANs. */
  readonly vlan?: types.DomainDevicesInterfaceVlan | undefined;
  /** Options of the bridge port. */
  readonly portOptions?: types.DomainDevicesInterfacePortOptions | undefined;
  /** Network filter, such as `clean-traffic`. */
  readonly filterRef?: types.DomainDevicesInterfaceFilterRef | undefined;
  /** Whether the guest may change MAC and multicast filters. One of `yes`, `no`. */
  readonly trustGuestRxFilters?: string | undefined;
  /** Whether libvirt detaches the host's device by itself. */
  readonly managed?: boolean | undefined;
}

/** What the interface is attached to; exactly one. */
export interface DomainDevicesInterfaceSource {
  /** A bridge of the host. */
  readonly bridge?: types.DomainDevicesInterfaceSourceBridge | undefined;
  /** A libvirt network. */
  readonly network?: types.DomainDevicesInterfaceSourceNetwork | undefined;
  /** A NIC of the host, through macvtap. */
  readonly direct?: types.DomainDevicesInterfaceSourceDirect | undefined;
  /** User-mode networking, which needs no rights. */
  readonly user?: types.DomainDevicesInterfaceSourceUser | undefined;
}

/** A bridge of the host. */
export interface DomainDevicesInterfaceSourceBridge {
  /** Its name. */
  readonly bridge: string;
}

/** A libvirt network. */
export interface DomainDevicesInterfaceSourceNetwork {
  /** Its name. */
  readonly network?: string | undefined;
  /** Port group of the network. */
  readonly portGroup?: string | undefined;
}

/** A NIC of the host, through macvtap. */
export interface DomainDevicesInterfaceSourceDirect {
  /** Name of the NIC. */
  readonly dev?: string | undefined;
  /** How frames travel. One of `vepa`, `bridge`, `private`, `passthrough`. */
  readonly mode?: string | undefined;
}

/** User-mode networking. */
export interface DomainDevicesInterfaceSourceUser {
  /** NIC of the host. */
  readonly dev?: string | undefined;
}

/** MAC address. */
export interface DomainDevicesInterfaceMac {
  /** Address. */
  readonly address: string;
}

/** Model. */
export interface DomainDevicesInterfaceModel {
  /** Model, such as `virtio`. */
  readonly type: string;
}

/** How the hypervisor handles the interface. */
export interface DomainDevicesInterfaceDriver {
  /** Where packets are moved. One of `qemu`, `vhost`. */
  readonly name?: string | undefined;
  /** Queue pairs. */
  readonly queues?: number | undefined;
  /** Size of receive queues. */
  readonly rxQueueSize?: number | undefined;
  /** Size of transmit queues. */
  readonly txQueueSize?: number | undefined;
  /** How transmission is triggered. One of `iothread`, `timer`. */
  readonly txMode?: string | undefined;
  /** I/O in its own thread of the host. One of `on`, `off`. */
  readonly ioEventFd?: string | undefined;
  /** Fewer interrupts. One of `on`, `off`. */
  readonly eventIdx?: string | undefined;
  /** Behind the virtual IOMMU. One of `on`, `off`. */
  readonly iommu?: string | undefined;
  /** Packed virtqueues. One of `on`, `off`. */
  readonly packed?: string | undefined;
}

/** Device on the host. */
export interface DomainDevicesInterfaceTarget {
  /** Its name. */
  readonly dev: string;
}

/** Limits of the rate. */
export interface DomainDevicesInterfaceBandwidth {
  /** Into the guest. */
  readonly inbound?: types.DomainDevicesInterfaceBandwidthInbound | undefined;
  /** Out of the guest. */
  readonly outbound?: types.DomainDevicesInterfaceBandwidthOutbound | undefined;
}

/** Inbound limit. */
export interface DomainDevicesInterfaceBandwidthInbound {
  /** Average rate, in KiB/s. */
  readonly average?: number | undefined;
  /** Highest rate, in KiB/s. */
  readonly peak?: number | undefined;
  /** Amount at peak rate, in KiB. */
  readonly burst?: number | undefined;
  /** Guaranteed rate, in KiB/s; for networks that shape. */
  readonly floor?: number | undefined;
}

/** Outbound limit. */
export interface DomainDevicesInterfaceBandwidthOutbound {
  /** Average rate, in KiB/s. */
  readonly average?: number | undefined;
  /** Highest rate, in KiB/s. */
  readonly peak?: number | undefined;
  /** Amount at peak rate, in KiB. */
  readonly burst?: number | undefined;
  /** Guaranteed rate, in KiB/s; for networks that shape. */
  readonly floor?: number | undefined;
}

/** MTU. */
export interface DomainDevicesInterfaceMtu {
  /** Bytes. */
  readonly size: number;
}

/** Link. */
export interface DomainDevicesInterfaceLink {
  /** State. One of `up`, `down`. */
  readonly state: string;
}

/** Boot order. */
export interface DomainDevicesInterfaceBoot {
  /** From 1. */
  readonly order: number;
}

/** VLANs, where the network can tag. */
export interface DomainDevicesInterfaceVlan {
  /** Whether several are carried. One of `yes`, `no`. */
  readonly trunk?: string | undefined;
  /** The VLANs. */
  readonly tags?: readonly types.DomainDevicesInterfaceVlanTag[] | undefined;
}

/** One VLAN. */
export interface DomainDevicesInterfaceVlanTag {
  /** VLAN id. */
  readonly id: number;
  /** Handling of untagged frames. One of `tagged`, `untagged`. */
  readonly nativeMode?: string | undefined;
}

/** Bridge port. */
export interface DomainDevicesInterfacePortOptions {
  /** Whether it cannot reach other isolated ports. One of `yes`, `no`. */
  readonly isolated?: string | undefined;
}

/** Network filter. */
export interface DomainDevicesInterfaceFilterRef {
  /** Its name. */
  readonly filter: string;
}
