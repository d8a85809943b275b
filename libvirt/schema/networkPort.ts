/** What the ports of a virtual network have in common or by group: VLANs, port profile. */
import { choice, int, list, nest, struct, text, yesNoText } from "./field.ts";
import { virtualPort } from "./virtualPort.ts";

/** Property `vlan`; `prefix` is the name of its object type. */
export const vlan = (prefix: string) =>
  nest(
    "vlan",
    () =>
      struct(prefix, "VLANs, where the network can tag.", {
        trunk: yesNoText("@trunk", "Whether several are carried. Default: yes when there are several."),
        tags: list(
          "tag",
          () =>
            struct(
              `${prefix}Tag`,
              "One VLAN.",
              {
                id: int("@id", "VLAN id.", { max: 4095 }),
                nativeMode: choice("@nativeMode", "Handling of untagged frames.", ["tagged", "untagged"]),
              },
              ["id"],
            ),
          "The VLANs.",
          { key: "id" },
        ),
      }),
    "VLANs.",
  );

const portGroup = () =>
  struct("NetworkPortGroup", "A class of ports, which interfaces name.", {
    name: text("@name", "Its name; libvirt wants it."),
    default: yesNoText("@default", "Whether it holds for interfaces that name none."),
    trustGuestRxFilters: yesNoText(
      "@trustGuestRxFilters",
      "Whether guests may change MAC and multicast filters.",
    ),
    virtualPort: virtualPort("NetworkPortGroupVirtualPort"),
    vlan: vlan("NetworkPortGroupVlan"),
  });

export const portGroups = () => list("portgroup", portGroup, "Classes of ports.", { key: "name" });
