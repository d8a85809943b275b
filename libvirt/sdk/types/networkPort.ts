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

/** What the switch has to know of the interface. */
export interface NetworkVirtualPort {
  /** Parameters by kind of switch. */
  readonly params?: types.NetworkVirtualPortParams | undefined;
}

/** Parameters by kind of switch; exactly one. */
export interface NetworkVirtualPortParams {
  /** Parameters of whatever kind the network turns out to have. */
  readonly any?: types.NetworkVirtualPortParamsAny | undefined;
  /** A switch of 802.1Qbg (VEPA). */
  readonly vepa8021qbg?: types.NetworkVirtualPortParamsVepa8021qbg | undefined;
  /** A switch of 802.1Qbh (VN-Tag). */
  readonly vnTag8011qbh?: types.NetworkVirtualPortParamsVnTag8011qbh | undefined;
  /** Open vSwitch. */
  readonly openVSwitch?: types.NetworkVirtualPortParamsOpenVSwitch | undefined;
  /** MidoNet; wants the `interfaceId` of its port. */
  readonly midoNet?: types.NetworkVirtualPortParamsMidoNet | undefined;
}

/** Parameters of whatever kind the network turns out to have. */
export interface NetworkVirtualPortParamsAny {
  /** Id of the database of VSI types, 0 to 255. */
  readonly managerId?: number | undefined;
  /** VSI type, 24 bits. */
  readonly typeId?: number | undefined;
  /** Version of the VSI type, 0 to 255. */
  readonly typeIdVersion?: number | undefined;
  /** UUID of the interface at the switch. Default: libvirt makes one. */
  readonly instanceId?: string | undefined;
  /** Port profile of the switch. */
  readonly profileId?: string | undefined;
  /** UUID of the interface at the switch. Default for Open vSwitch: libvirt makes one. */
  readonly interfaceId?: string | undefined;
}

/** A switch of 802.1Qbg (VEPA). */
export interface NetworkVirtualPortParamsVepa8021qbg {
  /** Id of the database of VSI types, 0 to 255. */
  readonly managerId?: number | undefined;
  /** VSI type, 24 bits. */
  readonly typeId?: number | undefined;
  /** Version of the VSI type, 0 to 255. */
  readonly typeIdVersion?: number | undefined;
  /** UUID of the interface at the switch. Default: libvirt makes one. */
  readonly instanceId?: string | undefined;
}

/** A switch of 802.1Qbh (VN-Tag). */
export interface NetworkVirtualPortParamsVnTag8011qbh {
  /** Port profile of the switch. */
  readonly profileId?: string | undefined;
}

/** Open vSwitch. */
export interface NetworkVirtualPortParamsOpenVSwitch {
  /** UUID of the interface at the switch. Default for Open vSwitch: libvirt makes one. */
  readonly interfaceId?: string | undefined;
  /** Port profile of the switch. */
  readonly profileId?: string | undefined;
}

/** MidoNet. */
export interface NetworkVirtualPortParamsMidoNet {
  /** UUID of the interface at the switch. Default for Open vSwitch: libvirt makes one. */
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
  /** What the switch has to know of the interface. */
  readonly virtualPort?: types.NetworkPortGroupVirtualPort | undefined;
  /** VLANs. */
  readonly vlan?: types.NetworkPortGroupVlan | undefined;
}

/** What the switch has to know of the interface. */
export interface NetworkPortGroupVirtualPort {
  /** Parameters by kind of switch. */
  readonly params?: types.NetworkPortGroupVirtualPortParams | undefined;
}

/** Parameters by kind of switch; exactly one. */
export interface NetworkPortGroupVirtualPortParams {
  /** Parameters of whatever kind the network turns out to have. */
  readonly any?: types.NetworkPortGroupVirtualPortParamsAny | undefined;
  /** A switch of 802.1Qbg (VEPA). */
  readonly vepa8021qbg?: types.NetworkPortGroupVirtualPortParamsVepa8021qbg | undefined;
  /** A switch of 802.1Qbh (VN-Tag). */
  readonly vnTag8011qbh?: types.NetworkPortGroupVirtualPortParamsVnTag8011qbh | undefined;
  /** Open vSwitch. */
  readonly openVSwitch?: types.NetworkPortGroupVirtualPortParamsOpenVSwitch | undefined;
  /** MidoNet; wants the `interfaceId` of its port. */
  readonly midoNet?: types.NetworkPortGroupVirtualPortParamsMidoNet | undefined;
}

/** Parameters of whatever kind the network turns out to have. */
export interface NetworkPortGroupVirtualPortParamsAny {
  /** Id of the database of VSI types, 0 to 255. */
  readonly managerId?: number | undefined;
  /** VSI type, 24 bits. */
  readonly typeId?: number | undefined;
  /** Version of the VSI type, 0 to 255. */
  readonly typeIdVersion?: number | undefined;
  /** UUID of the interface at the switch. Default: libvirt makes one. */
  readonly instanceId?: string | undefined;
  /** Port profile of the switch. */
  readonly profileId?: string | undefined;
  /** UUID of the interface at the switch. Default for Open vSwitch: libvirt makes one. */
  readonly interfaceId?: string | undefined;
}

/** A switch of 802.1Qbg (VEPA). */
export interface NetworkPortGroupVirtualPortParamsVepa8021qbg {
  /** Id of the database of VSI types, 0 to 255. */
  readonly managerId?: number | undefined;
  /** VSI type, 24 bits. */
  readonly typeId?: number | undefined;
  /** Version of the VSI type, 0 to 255. */
  readonly typeIdVersion?: number | undefined;
  /** UUID of the interface at the switch. Default: libvirt makes one. */
  readonly instanceId?: string | undefined;
}

/** A switch of 802.1Qbh (VN-Tag). */
export interface NetworkPortGroupVirtualPortParamsVnTag8011qbh {
  /** Port profile of the switch. */
  readonly profileId?: string | undefined;
}

/** Open vSwitch. */
export interface NetworkPortGroupVirtualPortParamsOpenVSwitch {
  /** UUID of the interface at the switch. Default for Open vSwitch: libvirt makes one. */
  readonly interfaceId?: string | undefined;
  /** Port profile of the switch. */
  readonly profileId?: string | undefined;
}

/** MidoNet. */
export interface NetworkPortGroupVirtualPortParamsMidoNet {
  /** UUID of the interface at the switch. Default for Open vSwitch: libvirt makes one. */
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
