// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** VLANs, where the network can tag. */
export interface NetworkVlan {
  /** Whether several are carried. Default: yes when there are several. One of `yes`, `no`. */
  readonly trunk?: string | undefined;
  /** The VLANs. */
  readonly tags?: readonly types.NetworkVlanTag[] | undefined;
}

/** One VLAN. */
export interface NetworkVlanTag {
  /** VLAN id. */
  readonly id: number;
  /** Handling of untagged frames. One of `tagged`, `untagged`. */
  readonly nativeMode?: string | undefined;
}

/** Port profile. */
export interface NetworkVirtualPort {
  /** Parameters; they also choose the kind of switch. */
  readonly params?: types.NetworkVirtualPortParams | undefined;
}

/** Parameters of one kind of switch; exactly one. */
export interface NetworkVirtualPortParams {
  /** Parameters without a kind. */
  readonly any?: types.NetworkVirtualPortParamsAny | undefined;
  /** A switch after 802.1Qbg. */
  readonly vepa8021qbg?: types.NetworkVirtualPortParamsVepa8021qbg | undefined;
  /** A switch after 802.1Qbh. */
  readonly vnTag8011qbh?: types.NetworkVirtualPortParamsVnTag8011qbh | undefined;
  /** An Open vSwitch. */
  readonly openVSwitch?: types.NetworkVirtualPortParamsOpenVSwitch | undefined;
  /** MidoNet. */
  readonly midoNet?: types.NetworkVirtualPortParamsMidoNet | undefined;
}

/** Parameters without a kind, completed by the interface or network. */
export interface NetworkVirtualPortParamsAny {
  /** Number of the database that holds the profile (VSI manager). */
  readonly managerId?: number | undefined;
  /** Number of the profile in it. */
  readonly typeId?: number | undefined;
  /** Version of the profile. */
  readonly typeIdVersion?: number | undefined;
  /** UUID of the interface to the switch. Default: libvirt makes one. */
  readonly instanceId?: string | undefined;
  /** Name of the profile, up to 39 characters. */
  readonly profileId?: string | undefined;
  /** UUID of the interface to the switch. Default: libvirt makes one. */
  readonly interfaceId?: string | undefined;
}

/** Parameters of a switch after 802.1Qbg. */
export interface NetworkVirtualPortParamsVepa8021qbg {
  /** Number of the database that holds the profile (VSI manager). */
  readonly managerId?: number | undefined;
  /** Number of the profile in it. */
  readonly typeId?: number | undefined;
  /** Version of the profile. */
  readonly typeIdVersion?: number | undefined;
  /** UUID of the interface to the switch. Default: libvirt makes one. */
  readonly instanceId?: string | undefined;
}

/** Parameters of a switch after 802.1Qbh. */
export interface NetworkVirtualPortParamsVnTag8011qbh {
  /** Name of the profile, up to 39 characters. */
  readonly profileId?: string | undefined;
}

/** Parameters of an Open vSwitch. */
export interface NetworkVirtualPortParamsOpenVSwitch {
  /** UUID of the interface to the switch. Default: libvirt makes one. */
  readonly interfaceId?: string | undefined;
  /** Name of the profile, up to 39 characters. */
  readonly profileId?: string | undefined;
}

/** Parameters of MidoNet. */
export interface NetworkVirtualPortParamsMidoNet {
  /** UUID of the port; libvirt wants it. */
  readonly interfaceId?: string | undefined;
}

/** A class of ports, which interfaces name. */
export interface NetworkPortGroup {
  /** Its name; libvirt wants it. */
  readonly name?: string | undefined;
  /** Whether it holds for interfaces that name none. One of `yes`, `no`. */
  readonly default?: string | undefined;
  /** Whether guests may change MAC and multicast filters. One of `yes`, `no`. */
  readonly trustGuestRxFilters?: string | undefined;
  /** Port profile of the switch. */
  readonly virtualPort?: types.NetworkPortGroupVirtualPort | undefined;
  /** VLANs. */
  readonly vlan?: types.NetworkPortGroupVlan | undefined;
}

/** Port profile. */
export interface NetworkPortGroupVirtualPort {
  /** Parameters; they also choose the kind of switch. */
  readonly params?: types.NetworkPortGroupVirtualPortParams | undefined;
}

/** Parameters of one kind of switch; exactly one. */
export interface NetworkPortGroupVirtualPortParams {
  /** Parameters without a kind. */
  readonly any?: types.NetworkPortGroupVirtualPortParamsAny | undefined;
  /** A switch after 802.1Qbg. */
  readonly vepa8021qbg?: types.NetworkPortGroupVirtualPortParamsVepa8021qbg | undefined;
  /** A switch after 802.1Qbh. */
  readonly vnTag8011qbh?: types.NetworkPortGroupVirtualPortParamsVnTag8011qbh | undefined;
  /** An Open vSwitch. */
  readonly openVSwitch?: types.NetworkPortGroupVirtualPortParamsOpenVSwitch | undefined;
  /** MidoNet. */
  readonly midoNet?: types.NetworkPortGroupVirtualPortParamsMidoNet | undefined;
}

/** Parameters without a kind, completed by the interface or network. */
export interface NetworkPortGroupVirtualPortParamsAny {
  /** Number of the database that holds the profile (VSI manager). */
  readonly managerId?: number | undefined;
  /** Number of the profile in it. */
  readonly typeId?: number | undefined;
  /** Version of the profile. */
  readonly typeIdVersion?: number | undefined;
  /** UUID of the interface to the switch. Default: libvirt makes one. */
  readonly instanceId?: string | undefined;
  /** Name of the profile, up to 39 characters. */
  readonly profileId?: string | undefined;
  /** UUID of the interface to the switch. Default: libvirt makes one. */
  readonly interfaceId?: string | undefined;
}

/** Parameters of a switch after 802.1Qbg. */
export interface NetworkPortGroupVirtualPortParamsVepa8021qbg {
  /** Number of the database that holds the profile (VSI manager). */
  readonly managerId?: number | undefined;
  /** Number of the profile in it. */
  readonly typeId?: number | undefined;
  /** Version of the profile. */
  readonly typeIdVersion?: number | undefined;
  /** UUID of the interface to the switch. Default: libvirt makes one. */
  readonly instanceId?: string | undefined;
}

/** Parameters of a switch after 802.1Qbh. */
export interface NetworkPortGroupVirtualPortParamsVnTag8011qbh {
  /** Name of the profile, up to 39 characters. */
  readonly profileId?: string | undefined;
}

/** Parameters of an Open vSwitch. */
export interface NetworkPortGroupVirtualPortParamsOpenVSwitch {
  /** UUID of the interface to the switch. Default: libvirt makes one. */
  readonly interfaceId?: string | undefined;
  /** Name of the profile, up to 39 characters. */
  readonly profileId?: string | undefined;
}

/** Parameters of MidoNet. */
export interface NetworkPortGroupVirtualPortParamsMidoNet {
  /** UUID of the port; libvirt wants it. */
  readonly interfaceId?: string | undefined;
}

/** VLANs, where the network can tag. */
export interface NetworkPortGroupVlan {
  /** Whether several are carried. Default: yes when there are several. One of `yes`, `no`. */
  readonly trunk?: string | undefined;
  /** The VLANs. */
  readonly tags?: readonly types.NetworkPortGroupVlanTag[] | undefined;
}

/** One VLAN. */
export interface NetworkPortGroupVlanTag {
  /** VLAN id. */
  readonly id: number;
  /** Handling of untagged frames. One of `tagged`, `untagged`. */
  readonly nativeMode?: string | undefined;
}
