// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import type * as types from "./index.ts";

/** What the switch has to know of the interface. */
export interface DomainDevicesInterfaceVirtualPort {
  /** Parameters by kind of switch. */
  readonly params?: types.DomainDevicesInterfaceVirtualPortParams | undefined;
}

/** Parameters by kind of switch; exactly one. */
export interface DomainDevicesInterfaceVirtualPortParams {
  /** Parameters of whatever kind the network turns out to have. */
  readonly any?: types.DomainDevicesInterfaceVirtualPortParamsAny | undefined;
  /** A switch of 802.1Qbg (VEPA). */
  readonly vepa8021qbg?: types.DomainDevicesInterfaceVirtualPortParamsVepa8021qbg | undefined;
  /** A switch of 802.1Qbh (VN-Tag). */
  readonly vnTag8011qbh?: types.DomainDevicesInterfaceVirtualPortParamsVnTag8011qbh | undefined;
  /** Open vSwitch. */
  readonly openVSwitch?: types.DomainDevicesInterfaceVirtualPortParamsOpenVSwitch | undefined;
  /** MidoNet; wants the `interfaceId` of its port. */
  readonly midoNet?: types.DomainDevicesInterfaceVirtualPortParamsMidoNet | undefined;
}

/** Parameters of whatever kind the network turns out to have. */
export interface DomainDevicesInterfaceVirtualPortParamsAny {
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
export interface DomainDevicesInterfaceVirtualPortParamsVepa8021qbg {
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
export interface DomainDevicesInterfaceVirtualPortParamsVnTag8011qbh {
  /** Port profile of the switch. */
  readonly profileId?: string | undefined;
}

/** Open vSwitch. */
export interface DomainDevicesInterfaceVirtualPortParamsOpenVSwitch {
  /** UUID of the interface at the switch. Default for Open vSwitch: libvirt makes one. */
  readonly interfaceId?: string | undefined;
  /** Port profile of the switch. */
  readonly profileId?: string | undefined;
}

/** MidoNet. */
export interface DomainDevicesInterfaceVirtualPortParamsMidoNet {
  /** UUID of the interface at the switch. Default for Open vSwitch: libvirt makes one. */
  readonly interfaceId?: string | undefined;
}
