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
  /** NAT. */
  readonly nat?: types.NetworkForwardNat | undefined;
  /** NICs of the host. */
  readonly interfaces?: readonly types.NetworkForwardInterface[] | undefined;
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
}

/** DHCP. */
export interface NetworkIpDhcp {
  /** Ranges of addresses. */
  readonly ranges?: readonly types.NetworkIpDhcpRange[] | undefined;
  /** Fixed leases. */
  readonly hosts?: readonly types.NetworkIpDhcpHost[] | undefined;
}

/** A range of addresses. */
export interface NetworkIpDhcpRange {
  /** First. */
  readonly start?: string | undefined;
  /** Last. */
  readonly end?: string | undefined;
  /** Length of leases. */
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
}

/** Limits of the rate. */
export interface NetworkBandwidth {
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
