// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** Metadata of other tools. */
export interface NetworkMetadata {
  /** XML elements, each with a namespace of its own. */
  readonly xml: string;
}

/** How the network reaches others. */
export interface NetworkForward {
  /** How. Default: nat. One of `nat`, `route`, `open`, `bridge`, `private`, `vepa`, `passthrough`, `hostdev`. */
  readonly mode?: string | undefined;
  /** NIC of the host. */
  readonly dev?: string | undefined;
  /** Whether libvirt detaches devices from the host by itself, for mode hostdev. */
  readonly managed?: boolean | undefined;
  /** Driver of the host for devices that are handed to guests, for mode hostdev. */
  readonly driver?: types.NetworkForwardDriver | undefined;
  /** NAT. */
  readonly nat?: types.NetworkForwardNat | undefined;
  /** NICs of the host. */
  readonly interfaces?: readonly types.NetworkForwardInterface[] | undefined;
  /** NIC of the host whose virtual functions guests get; one at most. libvirt lists the functions while the network is active. */
  readonly pfs?: readonly types.NetworkForwardPf[] | undefined;
  /** Virtual functions of the host that guests get, for mode hostdev. */
  readonly addresses?: readonly types.NetworkForwardAddress[] | undefined;
}

/** Driver of the host for devices that are handed to guests. */
export interface NetworkForwardDriver {
  /** Kind of driver. One of `vfio`, `kvm`. */
  readonly name?: string | undefined;
  /** Module of the host. Default: the host's choice. Older hosts do not have it. */
  readonly model?: string | undefined;
}

/** NAT. */
export interface NetworkForwardNat {
  /** Whether IPv6 is translated. One of `yes`, `no`. */
  readonly ipv6?: string | undefined;
  /** Addresses to translate to. */
  readonly addresses?: readonly types.NetworkForwardNatAddress[] | undefined;
  /** Ports to translate to. */
  readonly ports?: readonly types.NetworkForwardNatPort[] | undefined;
}

/** Addresses. */
export interface NetworkForwardNatAddress {
  /** First. */
  readonly start: string;
  /** Last. */
  readonly end: string;
}

/** Ports. */
export interface NetworkForwardNatPort {
  /** First. */
  readonly start: number;
  /** Last. */
  readonly end: number;
}

/** A NIC. */
export interface NetworkForwardInterface {
  /** Its name. */
  readonly dev?: string | undefined;
}

/** A NIC with virtual functions. */
export interface NetworkForwardPf {
  /** Its name. */
  readonly dev: string;
}

/** A virtual function to hand to a guest. */
export interface NetworkForwardAddress {
  /** Its PCI address. */
  readonly pci?: types.NetworkForwardAddressPci | undefined;
}

/** A PCI address of the host. */
export interface NetworkForwardAddressPci {
  /** Domain. */
  readonly domain?: number | undefined;
  /** Bus. */
  readonly bus?: number | undefined;
  /** Slot. */
  readonly slot?: number | undefined;
  /** Function. */
  readonly function?: number | undefined;
}

/** Bridge on the host. */
export interface NetworkBridge {
  /** Its name. Default: the host's choice. */
  readonly name?: string | undefined;
  /** Spanning tree. One of `on`, `off`. */
  readonly stp?: string | undefined;
  /** Forward delay, in seconds. */
  readonly delay?: string | undefined;
  /** Firewall zone. */
  readonly zone?: string | undefined;
  /** Who keeps the MAC table. One of `kernel`, `libvirt`. */
  readonly macTableManager?: string | undefined;
}

/** MTU. */
export interface NetworkMtu {
  /** Bytes. */
  readonly size: number;
}

/** MAC address. */
export interface NetworkMac {
  /** Address. */
  readonly address?: string | undefined;
}

/** DNS domain. */
export interface NetworkDomain {
  /** Its name. */
  readonly name?: string | undefined;
  /** Whether it is never asked upstream. One of `yes`, `no`. */
  readonly localOnly?: string | undefined;
}

/** DNS. */
export interface NetworkDns {
  /** Whether the host answers. Default: yes. One of `yes`, `no`. */
  readonly enable?: string | undefined;
  /** Whether names without a dot are asked upstream. One of `yes`, `no`. */
  readonly forwardPlainNames?: string | undefined;
  /** Servers to ask. */
  readonly forwarders?: readonly types.NetworkDnsForwarder[] | undefined;
  /** Addresses with names. */
  readonly hosts?: readonly types.NetworkDnsHost[] | undefined;
  /** Service records. */
  readonly srVs?: readonly types.NetworkDnsSrV[] | undefined;
  /** Text records. */
  readonly txTs?: readonly types.NetworkDnsTxT[] | undefined;
}

/** A server. */
export interface NetworkDnsForwarder {
  /** Address. */
  readonly addr?: string | undefined;
  /** Domain. */
  readonly domain?: string | undefined;
}

/** An address with names. */
export interface NetworkDnsHost {
  /** Address. */
  readonly ip: string;
  /** Names. */
  readonly hostnames?: readonly types.NetworkDnsHostHostname[] | undefined;
}

/** A name. */
export interface NetworkDnsHostHostname {
  /** The name. */
  readonly hostname: string;
}

/** A service record (SRV). */
export interface NetworkDnsSrV {
  /** Name of the service, such as `ldap`; libvirt wants it. */
  readonly service?: string | undefined;
  /** Its protocol; libvirt wants it. One of `tcp`, `udp`. */
  readonly protocol?: string | undefined;
  /** Domain of the record. Default: that of the network. */
  readonly domain?: string | undefined;
  /** Host that has the service. Default: there is none. */
  readonly target?: string | undefined;
  /** Port of the service. */
  readonly port?: number | undefined;
  /** Priority of the target: the lowest is asked first. */
  readonly priority?: number | undefined;
  /** Share among targets of the same priority. */
  readonly weight?: number | undefined;
}

/** A text record (TXT). */
export interface NetworkDnsTxT {
  /** Name. */
  readonly name: string;
  /** Text. */
  readonly value: string;
}

/** An address of the host in the network. */
export interface NetworkIp {
  /** Family. Default: ipv4. One of `ipv4`, `ipv6`. */
  readonly family?: string | undefined;
  /** Address. */
  readonly address?: string | undefined;
  /** Netmask; or a prefix. */
  readonly netmask?: string | undefined;
  /** Prefix length; or a netmask. */
  readonly prefix?: number | undefined;
  /** Whether reverse look-ups stay local. One of `yes`, `no`. */
  readonly localPtr?: string | undefined;
  /** DHCP. */
  readonly dhcp?: types.NetworkIpDhcp | undefined;
  /** TFTP, for guests that boot over the network. */
  readonly tftp?: types.NetworkIpTftp | undefined;
}

/** DHCP. */
export interface NetworkIpDhcp {
  /** Ranges of addresses. */
  readonly ranges?: readonly types.NetworkIpDhcpRange[] | undefined;
  /** Fixed leases. */
  readonly hosts?: readonly types.NetworkIpDhcpHost[] | undefined;
  /** What guests boot from over the network; one at most. */
  readonly bootps?: readonly types.NetworkIpDhcpBootp[] | undefined;
}

/** A range of addresses. */
export interface NetworkIpDhcpRange {
  /** First. */
  readonly start?: string | undefined;
  /** Last. */
  readonly end?: string | undefined;
  /** Length of leases. Default: one hour. */
  readonly lease?: types.NetworkIpDhcpRangeLease | undefined;
}

/** Length of leases. */
export interface NetworkIpDhcpRangeLease {
  /** Length; 0: for ever. */
  readonly expiry: number;
  /** Unit. Default: minutes. One of `seconds`, `minutes`, `hours`. */
  readonly unit?: string | undefined;
}

/** A fixed lease. */
export interface NetworkIpDhcpHost {
  /** MAC address of the guest. */
  readonly mac?: string | undefined;
  /** DHCPv6 client id. */
  readonly id?: string | undefined;
  /** Host name given to the guest. */
  readonly name?: string | undefined;
  /** Address given to the guest. */
  readonly ip?: string | undefined;
  /** Length of leases. Default: one hour. */
  readonly lease?: types.NetworkIpDhcpHostLease | undefined;
}

/** Length of leases. */
export interface NetworkIpDhcpHostLease {
  /** Length; 0: for ever. */
  readonly expiry: number;
  /** Unit. Default: minutes. One of `seconds`, `minutes`, `hours`. */
  readonly unit?: string | undefined;
}

/** What guests boot from. */
export interface NetworkIpDhcpBootp {
  /** Name of the file; libvirt wants it. */
  readonly file?: string | undefined;
  /** Server that has it. Default: the host. */
  readonly server?: string | undefined;
}

/** TFTP. */
export interface NetworkIpTftp {
  /** Folder of the host that is served. */
  readonly root?: string | undefined;
}

/** Limits of the rate. */
export interface NetworkBandwidth {
  /** Accepted so that programs for other providers run; libvirt gives these numbers itself, to ports. */
  readonly classId?: number | undefined;
  /** Into the network. */
  readonly inbound?: types.NetworkBandwidthInbound | undefined;
  /** Out of the network. */
  readonly outbound?: types.NetworkBandwidthOutbound | undefined;
}

/** Limit of the rate. */
export interface NetworkBandwidthInbound {
  /** Average rate, in KiB/s. */
  readonly average?: number | undefined;
  /** Highest rate, in KiB/s. */
  readonly peak?: number | undefined;
  /** Amount at peak rate, in KiB. */
  readonly burst?: number | undefined;
  /** Guaranteed rate, in KiB/s. */
  readonly floor?: number | undefined;
}

/** Limit of the rate. */
export interface NetworkBandwidthOutbound {
  /** Average rate, in KiB/s. */
  readonly average?: number | undefined;
  /** Highest rate, in KiB/s. */
  readonly peak?: number | undefined;
  /** Amount at peak rate, in KiB. */
  readonly burst?: number | undefined;
  /** Guaranteed rate, in KiB/s. */
  readonly floor?: number | undefined;
}

/** Ports. */
export interface NetworkPortOptions {
  /** Whether guests cannot reach each other. One of `yes`, `no`. */
  readonly isolated?: string | undefined;
}

/** A route of the host into the network. */
export interface NetworkRoute {
  /** Family. Default: ipv4. One of `ipv4`, `ipv6`. */
  readonly family?: string | undefined;
  /** Network that is reached; libvirt wants it. */
  readonly address?: string | undefined;
  /** Its netmask; or a prefix. */
  readonly netmask?: string | undefined;
  /** Its prefix length; or a netmask. */
  readonly prefix?: number | undefined;
  /** Address in the virtual network that leads there; libvirt wants it. */
  readonly gateway?: string | undefined;
  /** Metric, from 1. Default: 1. */
  readonly metric?: string | undefined;
}

/** Lines for the configuration of dnsmasq. */
export interface NetworkDnsmasqOptions {
  /** The lines. */
  readonly options?: readonly types.NetworkDnsmasqOptionsOption[] | undefined;
}

/** One line. */
export interface NetworkDnsmasqOptionsOption {
  /** The line, such as `dhcp-option=3`. */
  readonly value: string;
}
