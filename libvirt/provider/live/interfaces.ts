/** Network interfaces of a running domain: attached, detached, moved to another bridge, limited, and linked. */
import type { Classified } from "../../schema/changeClass.ts";
import type { Change } from "../../schema/changes.ts";
import { networkInterface } from "../../schema/interface.ts";
import { decode } from "../../xml/decode.ts";
import type { XmlElement } from "../../xml/element.ts";
import { change as changeXml } from "../../xml/encode.ts";
import { asText, objectOf } from "../resource.ts";
import type { Properties } from "../values.ts";
import {
  agrees,
  declared,
  detach,
  deviceProperty,
  devicesIn,
  formerly,
  NO_PLACE,
  NO_PLACE_REASON,
  placed,
  positionIn,
} from "./devices.ts";
import { type Identified, identify, leaving } from "./interfaceIdentity.ts";
import { changesAt, type LiveCommand, type LiveTopic, type Pending } from "./topic.ts";

const INTERFACES = "devices.interfaces";

/** What libvirt hands to a running interface as a whole. */
const HANDED = ["source", "portOptions", "coalesce"] as const;

export const interfaces: LiveTopic = {
  properties: [INTERFACES],
  classify,

  plan(update) {
    const commands: LiveCommand[] = [];
    const deferred: Pending[] = [];
    const live = devicesIn(update.running.xml, INTERFACES);
    const defined = devicesIn(update.persistent.after, INTERFACES);
    for (const mac of leaving(update)) {
      const device = live.get(mac);
      if (device) commands.push(detach(INTERFACES, mac, device));
    }
    for (const entry of identify(update)) {
      const device = live.get(entry.mac);
      const definition = defined.get(entry.mac);
      if (entry.formerMac !== undefined && entry.formerMac !== entry.mac) {
        deferred.push({ property: deviceProperty(INTERFACES, entry.mac), reason: OTHER_MAC });
      } else if (device) commands.push(...brought(entry, device));
      else if (definition) commands.push(attach(entry.mac, placed(definition, update.running.xml)));
    }
    return { commands, deferred };
  },
};

const NOT_MOVED = "libvirt moves a running interface only from one bridge or network to another";
const NOT_CHANGED = "libvirt does not change it while the interface runs";
const OTHER_MAC = "the interface of a running VM keeps its MAC address";

function classify(change: Change, before: Properties, after: Properties): Classified | undefined {
  const isMac = changesAt([change], `${INTERFACES}.mac`).length > 0;
  // An address that is declared for the first time is mostly the one that libvirt has chosen.
  if (isMac) return change.kind === "add" ? { class: "live" } : { class: "next-boot", reason: OTHER_MAC };
  if (changesAt([change], `${INTERFACES}.source`).length === 0) return undefined;
  const position = positionIn(change.path, INTERFACES);
  const item = declared(after, INTERFACES)[position] ?? {};
  const sources = [formerly(item, position, before, INTERFACES), item].map((one) => objectOf(one, "source"));
  const kinds = sources.flatMap((source) => Object.keys(source));
  return kinds.every((kind) => kind === "bridge" || kind === "network")
    ? { class: "live" }
    : { class: "next-boot", reason: NOT_MOVED };
}

function attach(mac: string, definition: XmlElement): LiveCommand {
  return {
    command: "attach-device",
    definition,
    options: { live: true },
    what: `attaching interface ${mac}`,
    otherwise: { property: deviceProperty(INTERFACES, mac), reason: NO_PLACE_REASON },
    refusal: NO_PLACE,
  };
}

/** The commands that bring an interface to what is declared. */
function brought({ mac, position, before, after }: Identified, device: XmlElement): LiveCommand[] {
  const commands: LiveCommand[] = [];
  const handed = HANDED.filter((name) =>
    after[name] === undefined
      ? before?.[name] !== undefined && name !== "source"
      : !agrees(networkInterface, after, device, name),
  );
  if (handed.length > 0) {
    commands.push({
      command: "update-device",
      definition: withProperties(device, after, handed),
      options: { live: true },
      what: `changing interface ${mac}`,
      otherwise: {
        property: `${INTERFACES}[${position}].${handed[0]}`,
        reason: handed[0] === "source" ? NOT_MOVED : NOT_CHANGED,
      },
      refusal: /not supported|unsupported|cannot modify|unable to change/i,
    });
  }
  const rates = objectOf(decode(device, networkInterface) as Properties, "bandwidth");
  for (const direction of ["inbound", "outbound"] as const) {
    const want = objectOf(after, "bandwidth")[direction];
    if (want === undefined && objectOf(before ?? {}, "bandwidth")[direction] === undefined) continue;
    const rate = rateOf(objectOf(objectOf(after, "bandwidth"), direction));
    if (rate === rateOf(objectOf(rates, direction))) continue;
    const options = { interface: mac, [direction]: rate, live: true } as const;
    commands.push({ command: "domiftune", options, what: `limiting interface ${mac}` });
  }
  const link = stateOf(after) ?? (stateOf(before ?? {}) === undefined ? undefined : "up");
  if (link !== undefined && link !== (stateOf(decode(device, networkInterface) as Properties) ?? "up")) {
    const options = { interface: mac, state: link } as const;
    commands.push({ command: "domif-setlink", options, what: `setting the link of interface ${mac}` });
  }
  return commands;
}

const stateOf = (item: Properties): string | undefined => asText(objectOf(item, "link").state);

/** A rate as virsh takes it; 0 for none. */
function rateOf({ average, peak, burst, floor }: Properties): string {
  const numbers = [average, peak, burst, floor].map((number) => Number(number ?? 0));
  while (numbers.length > 1 && numbers.at(-1) === 0) numbers.pop();
  return numbers.join(",");
}

/** A running interface with some properties as they are declared. */
function withProperties(device: XmlElement, after: Properties, names: readonly string[]): XmlElement {
  const actual = decode(device, networkInterface) as Properties;
  const pick = (item: Properties): Properties => Object.fromEntries(names.map((name) => [name, item[name]]));
  const made = structuredClone(device);
  if (names.includes("source")) {
    // The port on the old network goes with it.
    delete made.attributes.type;
    made.children = made.children.filter((child) => typeof child === "string" || child.name !== "source");
  }
  const { source, ...rest } = pick(actual);
  changeXml(made, networkInterface, names.includes("source") ? rest : { ...rest, source }, pick(after));
  return made;
}
