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
  /** Place in the boot order; not together with `os.bootDevices`. */
  readonly boot?: types.DomainDevicesInterfaceBoot | undefined;
  /** Option ROM. */
  readonly rom?: types.DomainDevicesInterfaceRom | undefined;
  /** VLANs. */
  readonly vlan?: types.DomainDevicesInterfaceVlan | undefined;
  /** Options of the bridge port. */
  readonly portOptions?: types.DomainDevicesInterfacePortOptions | undefined;
  /** Network filter, such as `clean-traffic`. */
  readonly filterRef?: types.DomainDevicesInterfaceFilterRef | undefined;
  /** What the switch has to know of the interface. */
  readonly virtualPort?: types.DomainDevicesInterfaceVirtualPort | undefined;
  /** The device's part in a pair of which the guest makes one network device. */
  readonly teaming?: types.DomainDevicesInterfaceTeaming | undefined;
  /** What serves the interface on the host. */
  readonly backend?: types.DomainDevicesInterfaceBackend | undefined;
  /** Interrupts that are held back. */
  readonly coalesce?: types.DomainDevicesInterfaceCoalesce | undefined;
  /** Limits of the tap device. */
  readonly tune?: types.DomainDevicesInterfaceTune | undefined;
  /** Program run when it is made. */
  readonly script?: types.DomainDevicesInterfaceScript | undefined;
  /** Program run when it goes. */
  readonly downScript?: types.DomainDevicesInterfaceDownScript | undefined;
  /** For Xen: domain that drives it. */
  readonly backendDomain?: types.DomainDevicesInterfaceBackendDomain | undefined;
  /** Device inside a container. */
  readonly guest?: types.DomainDevicesInterfaceGuest | undefined;
  /** IP addresses inside the guest, for containers and for `backend.type` passt; other guests set their own. */
  readonly ips?: readonly types.DomainDevicesInterfaceIp[] | undefined;
  /** Routes inside the guest (containers), in order. */
  readonly routes?: readonly types.DomainDevicesInterfaceRoute[] | undefined;
  /** Ports of the host that lead to the guest, in order; for `source.user` with `backend.type` passt. */
  readonly portForwards?: readonly types.DomainDevicesInterfacePortForward[] | undefined;
  /** After a start of the VM, wait until the interface has an IP address, other than of its link alone. Default: no waiting. */
  readonly waitForIp?: types.DomainDevicesInterfaceWaitForIp | undefined;
  /** Index by which the guest's firmware numbers the device. */
  readonly acpi?: types.DomainDevicesInterfaceAcpi | undefined;
  /** Name of the device inside libvirt. */
  readonly alias?: types.DomainDevicesInterfaceAlias | undefined;
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
  /** UUID of the port. libvirt makes one at every start, whatever is said here. */
  readonly portId?: string | undefined;
  /** Bridge behind the network. libvirt takes the network's own, whatever is said here. */
  readonly bridge?: string | undefined;
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
  /** NIC of the host, with `backend.type` passt; libvirt drops it otherwise. */
  readonly dev?: string | undefined;
}

/** MAC address. */
export interface DomainDevicesInterfaceMac {
  /** Address. */
  readonly address: string;
  /** For VMware: whether the address was made up by the host. One of `generated`, `static`. */
  readonly type?: string | undefined;
  /** For VMware: whether the host checks the address for conflicts. One of `yes`, `no`. */
  readonly check?: string | undefined;
}

/** Model. */
export interface DomainDevicesInterfaceModel {
  /** Model, such as `virtio`. */
  readonly type: string;
}

/** How the hypervisor handles the interface. */
export interface DomainDevicesInterfaceDriver {
  /** Where packets are moved. Default: vhost where the host has it. One of `qemu`, `vhost`. */
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
  /** Address translation service, behind the virtual IOMMU. One of `on`, `off`. */
  readonly ats?: string | undefined;
  /** Packed virtqueues. One of `on`, `off`. */
  readonly packed?: string | undefined;
  /** A page of memory for each queue's notifications. One of `on`, `off`. */
  readonly pagePerVq?: string | undefined;
  /** Receive side scaling: packets are spread over the queues by their hash. One of `on`, `off`. */
  readonly rss?: string | undefined;
  /** Whether the guest sees the hash of a packet; with `rss`. One of `on`, `off`. */
  readonly rssHashReport?: string | undefined;
  /** Work that the host takes over from the guest. Default: all on. */
  readonly host?: types.DomainDevicesInterfaceDriverHost | undefined;
  /** Work that the guest takes over from the host. Default: all on. */
  readonly guest?: types.DomainDevicesInterfaceDriverGuest | undefined;
}

/** Work that the host takes over from the guest. */
export interface DomainDevicesInterfaceDriverHost {
  /** Checksums. One of `on`, `off`. */
  readonly csum?: string | undefined;
  /** Explicit congestion notification. One of `on`, `off`. */
  readonly ecn?: string | undefined;
  /** TCP segmentation, IPv4. One of `on`, `off`. */
  readonly tso4?: string | undefined;
  /** TCP segmentation, IPv6. One of `on`, `off`. */
  readonly tso6?: string | undefined;
  /** UDP fragmentation. One of `on`, `off`. */
  readonly ufo?: string | undefined;
  /** Generic segmentation. One of `on`, `off`. */
  readonly gso?: string | undefined;
  /** Receive buffers that are merged. One of `on`, `off`. */
  readonly mrgRxBuf?: string | undefined;
}

/** Work that the guest takes over from the host. */
export interface DomainDevicesInterfaceDriverGuest {
  /** Checksums. One of `on`, `off`. */
  readonly csum?: string | undefined;
  /** Explicit congestion notification. One of `on`, `off`. */
  readonly ecn?: string | undefined;
  /** TCP segmentation, IPv4. One of `on`, `off`. */
  readonly tso4?: string | undefined;
  /** TCP segmentation, IPv6. One of `on`, `off`. */
  readonly tso6?: string | undefined;
  /** UDP fragmentation. One of `on`, `off`. */
  readonly ufo?: string | undefined;
}

/** Device on the host. */
export interface DomainDevicesInterfaceTarget {
  /** Its name. */
  readonly dev: string;
  /** Whether libvirt makes the tap device; false: it is there already. Default: true. */
  readonly managed?: boolean | undefined;
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
  /** From 1; lower ones are tried first. */
  readonly order: number;
  /** What the firmware of an s390 guest boots, as LOADPARM. */
  readonly loadParm?: string | undefined;
}

/** Option ROM. */
export interface DomainDevicesInterfaceRom {
  /** Whether the guest sees it. Default: the machine type's choice, mostly on. One of `on`, `off`. */
  readonly bar?: string | undefined;
  /** Whether there is one at all. Default: yes. One of `yes`, `no`. */
  readonly enabled?: string | undefined;
  /** Path of another ROM on the host. Default: the device's own. */
  readonly file?: string | undefined;
}

/** VLANs, where the network can tag. */
export interface DomainDevicesInterfaceVlan {
  /** Whether several are carried. Default: whether there are several tags. One of `yes`. */
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
  /** Variables of the filter. */
  readonly parameters?: readonly types.DomainDevicesInterfaceFilterRefParameter[] | undefined;
}

/** A variable of the filter. */
export interface DomainDevicesInterfaceFilterRefParameter {
  /** Name, such as IP; a variable of several values is given several times. */
  readonly name: string;
  /** Value. */
  readonly value: string;
}

/** The device's part in a pair. */
export interface DomainDevicesInterfaceTeaming {
  /** `persistent`: the virtio interface that stays; `transient`: the NIC of the host that is unplugged during a migration. One of `persistent`, `transient`. */
  readonly type: string;
  /** For a transient one: alias of its persistent partner, such as `ua-backup0`. */
  readonly persistent?: string | undefined;
}

/** What serves the interface on the host. */
export interface DomainDevicesInterfaceBackend {
  /** For user-mode networking: `passt` in place of QEMU's own. One of `passt`. */
  readonly type?: string | undefined;
  /** Path of the tap device. Default: /dev/net/tun. */
  readonly tap?: string | undefined;
  /** Path of the vhost device, for model virtio. Default: /dev/vhost-net. */
  readonly vhost?: string | undefined;
  /** Path of passt's log on the host. */
  readonly logFile?: string | undefined;
}

/** Interrupts that are held back. */
export interface DomainDevicesInterfaceCoalesce {
  /** On receiving. */
  readonly rx?: types.DomainDevicesInterfaceCoalesceRx | undefined;
}

/** On receiving. */
export interface DomainDevicesInterfaceCoalesceRx {
  /** Packets. */
  readonly frames?: types.DomainDevicesInterfaceCoalesceRxFrames | undefined;
}

/** Packets. */
export interface DomainDevicesInterfaceCoalesceRxFrames {
  /** Packets received before an interrupt. Default: the host's choice. */
  readonly max?: number | undefined;
}

/** Limits of the tap device. */
export interface DomainDevicesInterfaceTune {
  /** Send buffer, in bytes; 0: no limit. */
  readonly sndBuf: number;
}

/** A program of the host. */
export interface DomainDevicesInterfaceScript {
  /** Path on the host; libvirt hands it the name of the device. */
  readonly path: string;
}

/** A program of the host. */
export interface DomainDevicesInterfaceDownScript {
  /** Path on the host; libvirt hands it the name of the device. */
  readonly path: string;
}

/** For Xen: domain that drives it. */
export interface DomainDevicesInterfaceBackendDomain {
  /** Name. */
  readonly name: string;
}

/** Device inside a container. */
export interface DomainDevicesInterfaceGuest {
  /** Its name, such as eth0. Default: the container's choice. */
  readonly dev?: string | undefined;
  /** Its name while it runs; set by the host. */
  readonly actual?: string | undefined;
}

/** An address. */
export interface DomainDevicesInterfaceIp {
  /** IPv4 or IPv6 address. */
  readonly address: string;
  /** Its family. Default: told by the address. One of `ipv4`, `ipv6`. */
  readonly family?: string | undefined;
  /** Length of the network's prefix, in bits. */
  readonly prefix?: number | undefined;
  /** Address of the other end, for a point-to-point link. */
  readonly peer?: string | undefined;
}

/** A route. */
export interface DomainDevicesInterfaceRoute {
  /** Network that it leads to. */
  readonly address: string;
  /** Family. Default: ipv4. One of `ipv4`, `ipv6`. */
  readonly family?: string | undefined;
  /** Length of the network's prefix, in bits; or `netmask`. */
  readonly prefix?: number | undefined;
  /** Mask of an IPv4 network; or `prefix`. */
  readonly netmask?: string | undefined;
  /** Address that packets are sent to. */
  readonly gateway: string;
  /** Metric; lower ones win. */
  readonly metric?: number | undefined;
}

/** Ports of the host. */
export interface DomainDevicesInterfacePortForward {
  /** Protocol. One of `tcp`, `udp`. */
  readonly proto: string;
  /** Address of the host. Default: all. */
  readonly address?: string | undefined;
  /** NIC of the host. Default: all. */
  readonly dev?: string | undefined;
  /** Ports, in order. Default: all. */
  readonly ranges?: readonly types.DomainDevicesInterfacePortForwardRange[] | undefined;
}

/** Ports. */
export interface DomainDevicesInterfacePortForwardRange {
  /** First port of the host. */
  readonly start: number;
  /** Last port of the host. Default: `start`. */
  readonly end?: number | undefined;
  /** Port of the guest that the first leads to. Default: `start`. */
  readonly to?: number | undefined;
  /** Leave these ports out of another range. Default: no. One of `yes`, `no`. */
  readonly exclude?: string | undefined;
}

/** Waiting for an address. */
export interface DomainDevicesInterfaceWaitForIp {
  /** Seconds; without an address by then the update fails, and the VM stays. Default: 300. */
  readonly timeout?: number | undefined;
  /** Who is asked: the DHCP server of a libvirt network (`lease`), the guest's agent (`agent`), or both. Default: any. One of `lease`, `agent`, `any`. */
  readonly source?: string | undefined;
}

/** Index by which the guest's firmware numbers the device. */
export interface DomainDevicesInterfaceAcpi {
  /** Index, from 1; the guest names a network interface by it (eno1). */
  readonly index?: number | undefined;
}

/** Name of the device inside libvirt. */
export interface DomainDevicesInterfaceAlias {
  /** The name; one of your own starts with `ua-`. Default: libvirt's choice. */
  readonly name: string;
}
