/** Devices that come and go while a domain runs: how they are named, found and compared. */
import type * as z from "zod";
import { changesOf, valueAt } from "../../schema/changes.ts";
import { decode } from "../../xml/decode.ts";
import { childrenOf, find, remove, type XmlElement } from "../../xml/element.ts";
import { textAt } from "../../xml/location.ts";
import { observe } from "../../xml/observe.ts";
import { objectOf } from "../resource.ts";
import { isList, isProperties, type Properties } from "../values.ts";
import { isAt, type LiveCommand } from "./topic.ts";

/** What tells the devices of a list apart, in XML and in inputs. */
const NAME_AT = {
  "devices.disks": { element: "disk", place: "target/@dev", property: "target.dev" },
  "devices.interfaces": { element: "interface", place: "mac/@address", property: "mac.address" },
} as const;

export type DeviceList = keyof typeof NAME_AT;

/** Words of libvirt for a machine that has no place left to plug something in. */
export const NO_PLACE =
  /No more available PCI|no free USB|does not support hotplug|no slot|Bus .* not found/i;

export const NO_PLACE_REASON =
  "the running VM has no free place for it; a pcie-root-port of a higher index in devices.controllers gives a q35 machine more ports from the next boot on";

/** A device by its name rather than by its position, such as `devices.disks["vdb"]`. */
export function deviceProperty(list: DeviceList, name: string): string {
  return `${list}["${name}"]`;
}

/** The name in such a property; undefined for any other property. */
export function deviceIn(property: string, list: DeviceList): string | undefined {
  const rest = property.startsWith(`${list}["`) ? property.slice(list.length + 2) : undefined;
  return rest?.endsWith('"]') ? rest.slice(0, -2) : undefined;
}

/** The devices of a domain, by their names, which are in lower case. */
export function devicesIn(domain: XmlElement, list: DeviceList): Map<string, XmlElement> {
  const { element, place } = NAME_AT[list];
  const holder = find(domain, "devices");
  const found = holder ? childrenOf(holder, element) : [];
  return new Map(
    found.flatMap((device) => {
      const name = textAt(device, place)?.toLowerCase();
      return name === undefined ? [] : [[name, device] as const];
    }),
  );
}

/** The declared devices, in order. */
export function declared(inputs: Properties, list: DeviceList): readonly Properties[] {
  const items = objectOf(inputs, "devices")[list.slice("devices.".length)];
  return isList(items) ? items.map((item) => (isProperties(item) ? item : {})) : [];
}

/** The name of a declared device, in lower case; undefined for an interface without a declared address. */
export function deviceName(item: Properties, list: DeviceList): string | undefined {
  const name = valueAt(item, NAME_AT[list].property);
  return typeof name === "string" ? name.toLowerCase() : undefined;
}

/** The command that takes a device from a running domain; the guest has to let go of it. */
export function detach(list: DeviceList, name: string, device: XmlElement): LiveCommand {
  return {
    command: "detach-device",
    definition: device,
    options: { live: true },
    what: `detaching ${NAME_AT[list].element} ${name}`,
    until: (running) => !devicesIn(running, list).has(name),
    otherwise: {
      property: deviceProperty(list, name),
      reason: "the guest does not let go of it; it is gone after the next boot at the latest",
    },
  };
}

/** The position in the path of a change, such as 2 in `devices.disks[2].ioTune`. */
export function positionIn(path: string, list: DeviceList): number {
  return Number(/^\[(\d+)\]/.exec(path.slice(list.length))?.[1] ?? -1);
}

/** What a declared device was before: the one of its name, else the one in its place. */
export function formerly(
  item: Properties,
  position: number,
  before: Properties,
  list: DeviceList,
): Properties {
  const items = declared(before, list);
  const name = deviceName(item, list);
  const sameName = items.find((other) => name !== undefined && deviceName(other, list) === name);
  return sameName ?? items[position] ?? {};
}

/** Whether a running device agrees with what is declared at a property; what is not declared always does. */
export function agrees(
  schema: z.ZodObject,
  item: Properties,
  running: XmlElement,
  property: string,
): boolean {
  const only = (other: string): boolean => isAt(other, property);
  return changesOf(schema, observe(schema, item, decode(running, schema), only), item).length === 0;
}

/** A device as it is attached: at its address of the persistent definition, unless another has that by now. */
export function placed(device: XmlElement, running: XmlElement): XmlElement {
  const address = find(device, "address");
  if (!address || !isTaken(address, running)) return device;
  return { ...device, children: device.children.filter((child) => child !== address) };
}

/**
 * Gives devices that were attached the address that they have in the running domain, as far as the definition has it
 * free: so the guest finds them in the same place after its next boot.
 */
export function keepAddresses(definition: XmlElement, running: XmlElement): void {
  for (const list of Object.keys(NAME_AT) as DeviceList[]) {
    const live = devicesIn(running, list);
    for (const [name, device] of devicesIn(definition, list)) {
      const running = live.get(name);
      const address = running && busOf(running) === busOf(device) ? find(running, "address") : undefined;
      if (!address || find(device, "address") || isTaken(address, definition)) continue;
      device.children.push(address);
    }
  }
}

const busOf = (device: XmlElement): string | undefined => textAt(device, "target/@bus");

/**
 * Takes its address from a disk of a definition that is on another bus than before: it is of a kind that libvirt
 * would refuse there, and libvirt chooses a new one.
 */
export function dropUnfitAddresses(definition: XmlElement, before: XmlElement): void {
  const old = devicesIn(before, "devices.disks");
  for (const [name, disk] of devicesIn(definition, "devices.disks")) {
    const former = old.get(name);
    const address = find(disk, "address");
    if (former && address && busOf(former) !== busOf(disk)) remove(disk, address);
  }
}

function isTaken(address: XmlElement, domain: XmlElement): boolean {
  const holder = find(domain, "devices");
  return (holder ? childrenOf(holder) : []).some((device) => {
    const other = find(device, "address");
    return other !== undefined && addressKey(other) === addressKey(address) && sameBus(device, address);
  });
}

/** Drives of different buses have controllers of the same numbers. */
function sameBus(device: XmlElement, address: XmlElement): boolean {
  return address.attributes.type !== "drive" || device.name === "disk" || device.name === "hostdev";
}

function addressKey({ attributes }: XmlElement): string {
  const { multifunction: _, ...place } = attributes;
  return JSON.stringify(Object.entries(place).sort(([a], [b]) => (a < b ? -1 : 1)));
}
