/**
 * Which interface is which: by its MAC address where one is declared, else by its position in the persistent
 * definition, which has an address for each.
 */
import { createHash } from "node:crypto";
import { pairs } from "../../schema/changes.ts";
import { devices } from "../../schema/devices.ts";
import { metaOf } from "../../schema/field.ts";
import { childrenOf, find, type XmlElement } from "../../xml/element.ts";
import { setText, textAt } from "../../xml/location.ts";
import { objectOf } from "../resource.ts";
import { isList, type Properties, type Value } from "../values.ts";
import { declared, deviceIn, deviceName, devicesIn } from "./devices.ts";
import type { LiveUpdate } from "./topic.ts";

const INTERFACES = "devices.interfaces";

/** QEMU's customary prefix; its second-lowest bit marks it as locally administered. */
const PREFIX = "52:54:00";

/** A declared interface with its address. */
export interface Identified {
  readonly mac: string;
  /** The address that it has had; undefined for one that comes. */
  readonly formerMac: string | undefined;
  /** Its place in the list that is declared. */
  readonly position: number;
  readonly before: Properties | undefined;
  readonly after: Properties;
}

/** The interfaces that stay or come, with their addresses. */
export function identify({ before, after, persistent }: LiveUpdate): Identified[] {
  const old = [...devicesIn(persistent.before, INTERFACES).keys()];
  const made = [...devicesIn(persistent.after, INTERFACES).keys()].filter((mac) => !old.includes(mac));
  const declaredMacs = new Set(declared(after, INTERFACES).map((item) => deviceName(item, INTERFACES)));
  const free = made.filter((mac) => !declaredMacs.has(mac));
  return paired(before, after).flatMap((pair): Identified[] => {
    if (!pair.after) return [];
    const item = pair.after.item as Properties;
    const former = pair.before?.item as Properties | undefined;
    const formerMac = former && (deviceName(former, INTERFACES) ?? old[pair.before?.index ?? -1]);
    const mac = deviceName(item, INTERFACES) ?? (former ? formerMac : free.shift());
    return mac === undefined
      ? []
      : [{ mac, formerMac, position: pair.after.index, before: former, after: item }];
  });
}

/** Addresses that the running domain is to give up: those of this update, and those that it did not give up before. */
export function leaving({ before, after, persistent, waiting }: LiveUpdate): string[] {
  const old = [...devicesIn(persistent.before, INTERFACES).keys()];
  const stays = devicesIn(persistent.after, INTERFACES);
  const gone = paired(before, after)
    .filter((pair) => !pair.after)
    .map((pair) => deviceName(pair.before?.item as Properties, INTERFACES) ?? old[pair.before?.index ?? -1]);
  const asked = waiting.map(({ property }) => deviceIn(property, INTERFACES));
  return [...new Set([...gone, ...asked])].filter((mac) => mac !== undefined && !stays.has(mac)) as string[];
}

/**
 * Gives the new interfaces of a definition an address, as libvirt would choose another one for the running domain
 * than for the definition. It follows from the domain and the position, so that an update which was interrupted finds
 * its own interface again.
 */
export function addressInterfaces(definition: XmlElement, uuid: string): void {
  const holder = find(definition, "devices");
  const taken = devicesIn(definition, INTERFACES);
  for (const [position, item] of (holder ? childrenOf(holder, "interface") : []).entries()) {
    if (textAt(item, "mac/@address") !== undefined) continue;
    let mac = "";
    for (let attempt = 0; mac === "" || taken.has(mac); attempt++) {
      const digest = createHash("sha256").update(`${uuid} ${position} ${attempt}`).digest("hex");
      mac = [PREFIX, digest.slice(0, 2), digest.slice(2, 4), digest.slice(4, 6)].join(":");
    }
    taken.set(mac, item);
    setText(item, "mac/@address", mac);
  }
}

/**
 * The running domain's interfaces in the order of the definition's, with nothing where one is missing, so that those
 * without a declared address are compared with the right ones.
 */
export function inOrder(inputs: Properties, persistent: Properties, live: Properties): Properties {
  if (declared(inputs, INTERFACES).every((item) => deviceName(item, INTERFACES) !== undefined)) return live;
  const running = declared(live, INTERFACES);
  const ordered = declared(persistent, INTERFACES).map(
    (item) => running.find((other) => deviceName(other, INTERFACES) === deviceName(item, INTERFACES)) ?? {},
  );
  return { ...live, devices: { ...objectOf(live, "devices"), interfaces: ordered } };
}

function paired(before: Properties, after: Properties): ReturnType<typeof pairs> {
  const list = (inputs: Properties): readonly Value[] => {
    const { interfaces } = objectOf(inputs, "devices");
    return isList(interfaces) ? interfaces : [];
  };
  return pairs(metaOf(devices.shape.interfaces), list(before), list(after));
}
