/** Port profiles of a virtual network's switch; which kind there is follows from the parameters that are given. */
import { int, nest, struct, text } from "./field.ts";

const MANAGER_DOC = "Number of the database that holds the profile (VSI manager).";
const field = {
  managerId: () => int("@managerid", MANAGER_DOC, { max: 255 }),
  typeId: () => int("@typeid", "Number of the profile in it.", { max: 0xffffff }),
  typeIdVersion: () => int("@typeidversion", "Version of the profile.", { max: 255 }),
  instanceId: () => text("@instanceid", "UUID of the interface to the switch. Default: libvirt makes one."),
  interfaceId: () => text("@interfaceid", "UUID of the interface to the switch. Default: libvirt makes one."),
  profileId: () => text("@profileid", "Name of the profile, up to 39 characters."),
};

const params = (prefix: string) =>
  struct(`${prefix}Params`, "Parameters of one kind of switch; exactly one.", {
    any: nest(
      "parameters",
      () =>
        struct(`${prefix}ParamsAny`, "Parameters without a kind, completed by the interface or network.", {
          managerId: field.managerId(),
          typeId: field.typeId(),
          typeIdVersion: field.typeIdVersion(),
          instanceId: field.instanceId(),
          profileId: field.profileId(),
          interfaceId: field.interfaceId(),
        }),
      "Parameters without a kind.",
      { when: { type: "" } },
    ),
    vepa8021qbg: nest(
      "parameters",
      () =>
        struct(`${prefix}ParamsVepa8021qbg`, "Parameters of a switch after 802.1Qbg.", {
          managerId: field.managerId(),
          typeId: field.typeId(),
          typeIdVersion: field.typeIdVersion(),
          instanceId: field.instanceId(),
        }),
      "A switch after 802.1Qbg.",
      { when: { type: "802.1Qbg" } },
    ),
    vnTag8011qbh: nest(
      "parameters",
      () =>
        struct(`${prefix}ParamsVnTag8011qbh`, "Parameters of a switch after 802.1Qbh.", {
          profileId: field.profileId(),
        }),
      "A switch after 802.1Qbh.",
      { when: { type: "802.1Qbh" } },
    ),
    openVSwitch: nest(
      "parameters",
      () =>
        struct(`${prefix}ParamsOpenVSwitch`, "Parameters of an Open vSwitch.", {
          interfaceId: field.interfaceId(),
          profileId: field.profileId(),
        }),
      "An Open vSwitch.",
      { when: { type: "openvswitch" } },
    ),
    midoNet: nest(
      "parameters",
      () =>
        struct(`${prefix}ParamsMidoNet`, "Parameters of MidoNet.", {
          interfaceId: text("@interfaceid", "UUID of the port; libvirt wants it."),
        }),
      "MidoNet.",
      { when: { type: "midonet" } },
    ),
  });

/** Property `virtualPort`; `prefix` is the name of its object type. */
export const virtualPort = (prefix: string) =>
  nest(
    "virtualport",
    () =>
      struct(prefix, "Port profile.", {
        params: nest(".", () => params(prefix), "Parameters; they also choose the kind of switch."),
      }),
    "Port profile of the switch.",
  );
