/** What a switch has to know of an interface: Open vSwitch, MidoNet, or a switch of 802.1Qbg or 802.1Qbh. */
import { int, nest, pattern, struct } from "./field.ts";
import { uuid } from "./uuid.ts";

const vepa = () => ({
  managerId: int("@managerid", "Id of the database of VSI types, 0 to 255.", { max: 0xff }),
  typeId: int("@typeid", "VSI type, 24 bits.", { max: 0xffffff }),
  typeIdVersion: int("@typeidversion", "Version of the VSI type, 0 to 255.", { max: 0xff }),
  instanceId: uuid("@instanceid", "UUID of the interface at the switch. Default: libvirt makes one."),
});

const profileId = () =>
  pattern("@profileid", "Port profile of the switch.", /^[^\p{Cc}]{1,39}$/u, "1 to 39 characters");

const interfaceId = () =>
  uuid("@interfaceid", "UUID of the interface at the switch. Default for Open vSwitch: libvirt makes one.");

function params(prefix: string) {
  const name = (suffix: string) => `${prefix}Params${suffix}`;
  return struct(`${prefix}Params`, "Parameters by kind of switch; exactly one.", {
    any: nest(
      "parameters",
      () =>
        struct(name("Any"), "Parameters of whatever kind the network turns out to have.", {
          ...vepa(),
          profileId: profileId(),
          interfaceId: interfaceId(),
        }),
      "Parameters of whatever kind the network turns out to have.",
      { when: { type: "" } },
    ),
    vepa8021qbg: nest(
      "parameters",
      () => struct(name("Vepa8021qbg"), "A switch of 802.1Qbg (VEPA).", vepa()),
      "A switch of 802.1Qbg (VEPA).",
      { when: { type: "802.1Qbg" } },
    ),
    vnTag8011qbh: nest(
      "parameters",
      () => struct(name("VnTag8011qbh"), "A switch of 802.1Qbh (VN-Tag).", { profileId: profileId() }),
      "A switch of 802.1Qbh (VN-Tag).",
      { when: { type: "802.1Qbh" } },
    ),
    openVSwitch: nest(
      "parameters",
      () =>
        struct(name("OpenVSwitch"), "Open vSwitch.", {
          interfaceId: interfaceId(),
          profileId: profileId(),
        }),
      "Open vSwitch.",
      { when: { type: "openvswitch" } },
    ),
    midoNet: nest(
      "parameters",
      () => struct(name("MidoNet"), "MidoNet.", { interfaceId: interfaceId() }),
      "MidoNet; wants the `interfaceId` of its port.",
      { when: { type: "midonet" } },
    ),
  });
}

/** Property `virtualPort` of an interface or network; `prefix` is the name of its object type. */
export const virtualPort = (prefix: string) =>
  nest(
    "virtualport",
    () =>
      struct(prefix, "What the switch has to know of the interface.", {
        params: nest(".", () => params(prefix), "Parameters by kind of switch."),
      }),
    "What the switch has to know of the interface.",
  );
