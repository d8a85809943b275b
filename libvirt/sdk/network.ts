// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "./inputs.ts";
import { registration } from "./registration.ts";
import type * as types from "./types/index.ts";

const TYPE = "libvirt:index/network:Network";
const KIND = {
  properties: [
    "name",
    "ipv6",
    "trustGuestRxFilters",
    "metadata",
    "forward",
    "bridge",
    "mtu",
    "mac",
    "domain",
    "dns",
    "ips",
    "bandwidth",
    "portOptions",
    "vlan",
    "virtualPort",
    "portGroups",
    "routes",
    "dnsmasqOptions",
    "autostart",
    "running",
    "uuid",
    "pendingRestart",
  ],
  secrets: [],
  unique: true,
};

/** Arguments of a Network. */
export interface NetworkArgs {
  /** Name of the network on its host. Default: the resource's name and seven random hexadecimal digits. */
  readonly name?: Inputs<string> | undefined;
  /** Whether guests may talk IPv6 without an address on the host. One of `yes`, `no`. */
  readonly ipv6?: Inputs<string> | undefined;
  /** Whether guests may change MAC and multicast filters. One of `yes`, `no`. */
  readonly trustGuestRxFilters?: Inputs<string> | undefined;
  /** Metadata of other tools. */
  readonly metadata?: Inputs<types.NetworkMetadata> | undefined;
  /** How the network reaches others. Absent: it does not. */
  readonly forward?: Inputs<types.NetworkForward> | undefined;
  /** Bridge on the host. */
  readonly bridge?: Inputs<types.NetworkBridge> | undefined;
  /** Largest frame. */
  readonly mtu?: Inputs<types.NetworkMtu> | undefined;
  /** MAC address of the bridge. */
  readonly mac?: Inputs<types.NetworkMac> | undefined;
  /** DNS domain of the guests. */
  readonly domain?: Inputs<types.NetworkDomain> | undefined;
  /** DNS. */
  readonly dns?: Inputs<types.NetworkDns> | undefined;
  /** Addresses of the host in the network. */
  readonly ips?: Inputs<readonly types.NetworkIp[]> | undefined;
  /** Limits of the rate. */
  readonly bandwidth?: Inputs<types.NetworkBandwidth> | undefined;
  /** Options of the bridge's ports. */
  readonly portOptions?: Inputs<types.NetworkPortOptions> | undefined;
  /** VLANs. */
  readonly vlan?: Inputs<types.NetworkVlan> | undefined;
  /** What the switch has to know of the interface. */
  readonly virtualPort?: Inputs<types.NetworkVirtualPort> | undefined;
  /** Classes of ports. */
  readonly portGroups?: Inputs<readonly types.NetworkPortGroup[]> | undefined;
  /** Routes of the host into the network. */
  readonly routes?: Inputs<readonly types.NetworkRoute[]> | undefined;
  /** Lines for the configuration of dnsmasq, which libvirt passes on unread and does not support. */
  readonly dnsmasqOptions?: Inputs<types.NetworkDnsmasqOptions> | undefined;
  /** Start the network with the host. Default: false. Changes live. */
  readonly autostart?: Inputs<boolean> | undefined;
  /** Whether the network runs. True starts one that is stopped; false only keeps a new one from being started, as a running network is never stopped by an update. Default: true. Changes live. */
  readonly running?: Inputs<boolean> | undefined;
}

/** A virtual network. Changes take effect when the network is started anew, which this provider leaves to you. */
export class Network extends pulumi.CustomResource {
  /** Name of the network on its host. Default: the resource's name and seven random hexadecimal digits. */
  declare readonly name: pulumi.Output<string>;
  /** Whether guests may talk IPv6 without an address on the host. One of `yes`, `no`. */
  declare readonly ipv6: pulumi.Output<string | undefined>;
  /** Whether guests may change MAC and multicast filters. One of `yes`, `no`. */
  declare readonly trustGuestRxFilters: pulumi.Output<string | undefined>;
  /** Metadata of other tools. */
  declare readonly metadata: pulumi.Output<types.NetworkMetadata | undefined>;
  /** How the network reaches others. Absent: it does not. */
  declare readonly forward: pulumi.Output<types.NetworkForward | undefined>;
  /** Bridge on the host. */
  declare readonly bridge: pulumi.Output<types.NetworkBridge | undefined>;
  /** Largest frame. */
  declare readonly mtu: pulumi.Output<types.NetworkMtu | undefined>;
  /** MAC address of the bridge. */
  declare readonly mac: pulumi.Output<types.NetworkMac | undefined>;
  /** DNS domain of the guests. */
  declare readonly domain: pulumi.Output<types.NetworkDomain | undefined>;
  /** DNS. */
  declare readonly dns: pulumi.Output<types.NetworkDns | undefined>;
  /** Addresses of the host in the network. */
  declare readonly ips: pulumi.Output<readonly types.NetworkIp[] | undefined>;
  /** Limits of the rate. */
  declare readonly bandwidth: pulumi.Output<types.NetworkBandwidth | undefined>;
  /** Options of the bridge's ports. */
  declare readonly portOptions: pulumi.Output<types.NetworkPortOptions | undefined>;
  /** VLANs. */
  declare readonly vlan: pulumi.Output<types.NetworkVlan | undefined>;
  /** What the switch has to know of the interface. */
  declare readonly virtualPort: pulumi.Output<types.NetworkVirtualPort | undefined>;
  /** Classes of ports. */
  declare readonly portGroups: pulumi.Output<readonly types.NetworkPortGroup[] | undefined>;
  /** Routes of the host into the network. */
  declare readonly routes: pulumi.Output<readonly types.NetworkRoute[] | undefined>;
  /** Lines for the configuration of dnsmasq, which libvirt passes on unread and does not support. */
  declare readonly dnsmasqOptions: pulumi.Output<types.NetworkDnsmasqOptions | undefined>;
  /** Start the network with the host. Default: false. Changes live. */
  declare readonly autostart: pulumi.Output<boolean | undefined>;
  /** Whether the network runs. True starts one that is stopped; false only keeps a new one from being started, as a running network is never stopped by an update. Default: true. Changes live. */
  declare readonly running: pulumi.Output<boolean | undefined>;
  /** UUID of the network; the resource's id. */
  declare readonly uuid: pulumi.Output<string>;
  /** Properties whose new values are in the definition and wait until the network is next started. Sorted. */
  declare readonly pendingRestart: pulumi.Output<readonly string[]>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.CustomResourceOptions) {
    const { inputs, options } = registration(KIND, args, opts);
    super(TYPE, name, inputs, options);
  }

  /** The Network that the host has under an id; it is read and never changed. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Network {
    return new Network(name, {} as NetworkArgs, { ...opts, id });
  }

  /** Whether a value is a Network, also one of another copy of this package. */
  static override isInstance(value: unknown): value is Network {
    return (value as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === TYPE;
  }
}
