/** Disks that are attached and detached, and media that are changed, while the domain runs. */
import type { Classified } from "../../schema/changeClass.ts";
import { type Change, pairs } from "../../schema/changes.ts";
import { devices } from "../../schema/devices.ts";
import { disk as diskSchema } from "../../schema/disk.ts";
import { metaOf } from "../../schema/field.ts";
import { childrenOf, find, type XmlElement } from "../../xml/element.ts";
import { change as changeXml } from "../../xml/encode.ts";
import { asText, objectOf } from "../resource.ts";
import type { Properties } from "../values.ts";
import {
  agrees,
  declared,
  detach,
  deviceIn,
  deviceName,
  deviceProperty,
  devicesIn,
  formerly,
  NO_PLACE,
  NO_PLACE_REASON,
  placed,
  positionIn,
} from "./devices.ts";
import { changesAt, type LiveCommand, type LiveTopic, type LiveUpdate, type Pending } from "./topic.ts";

const DISKS = "devices.disks";

/** Buses that QEMU plugs disks into while it runs. */
const PLUGGABLE = new Set(["virtio", "scsi", "usb"]);

/** libvirt's choice of a bus by the first letters of the device. */
const BUS_OF: Readonly<Record<string, string>> = {
  vd: "virtio",
  sd: "scsi",
  hd: "ide",
  fd: "fdc",
  xvd: "xen",
};

export const disks: LiveTopic = {
  properties: [DISKS],
  classify,

  plan(update) {
    const commands: LiveCommand[] = [];
    const deferred: Pending[] = [];
    const { before, after, running, persistent } = update;
    const live = devicesIn(running.xml, DISKS);
    const defined = devicesIn(persistent.after, DISKS);
    for (const name of leaving(update)) {
      const device = live.get(name);
      if (device) commands.push(detach(DISKS, name, device));
    }
    for (const [position, item] of declared(after, DISKS).entries()) {
      const name = nameOf(item);
      const definition = defined.get(name);
      const device = live.get(name);
      if (!definition || whyNotPlugged(item)) continue;
      const property = deviceProperty(DISKS, name);
      if (device) {
        const isNew = !declared(before, DISKS).some((other) => nameOf(other) === name);
        if (isNew && !agrees(diskSchema, item, device, "source")) {
          const reason = "the running VM has another disk of that name";
          deferred.push({ property: `${DISKS}[${position}].source`, reason });
        }
      } else if (bus(item) === "scsi" && lacksController(after, running.xml)) {
        deferred.push({ property, reason: "its SCSI controller is not there before the next boot" });
      } else {
        commands.push({
          command: "attach-device",
          definition: placed(definition, running.xml),
          options: { live: true },
          what: `attaching disk ${name}`,
          ...attachRefusal(item, property),
        });
      }
    }
    commands.push(...media(update, live));
    return { commands, deferred };
  },
};

function attachRefusal(item: Properties, property: string): Pick<LiveCommand, "otherwise" | "refusal"> {
  const policy = objectOf(item, "source").startupPolicy;
  if (policy !== "optional" && policy !== "requisite") {
    return { otherwise: { property, reason: NO_PLACE_REASON }, refusal: NO_PLACE };
  }
  const reason = "it cannot be attached now, and its startupPolicy lets the VM run without it";
  return { otherwise: { property, reason } };
}

function classify(change: Change, before: Properties, after: Properties): Classified | undefined {
  const position = positionIn(change.path, DISKS);
  // The whole list, which is not known yet.
  if (position < 0) return undefined;
  const item = declared(after, DISKS)[position];
  if (changesAt([change], `${DISKS}.source`).length > 0) {
    const stays = item && isRemovable(item) && isRemovable(formerly(item, position, before, DISKS));
    return stays ? { class: "live" } : undefined;
  }
  if (change.property !== DISKS) return undefined;
  const reasons = [
    change.kind === "delete" || item === undefined ? undefined : whyNotPlugged(item),
    change.kind === "add" ? undefined : whyNotUnplugged(declared(before, DISKS)[position] ?? {}, before),
  ];
  const reason = reasons.find((text) => text !== undefined);
  return reason === undefined ? { class: "live" } : { class: "next-boot", reason };
}

function whyNotPlugged(item: Properties): string | undefined {
  if (!isPluggable(item)) return `nothing is plugged into a running VM's ${bus(item)} bus`;
  const isEmpty = Object.keys(objectOf(item, "source")).length === 0;
  return isRemovable(item) && isEmpty ? "QEMU plugs in no drive without a medium" : undefined;
}

function whyNotUnplugged(item: Properties, inputs: Properties): string | undefined {
  if (!PLUGGABLE.has(bus(item)))
    return `nothing is unplugged from a running VM's ${bus(item) || "such a"} bus`;
  return nameOf(item) === bootDisk(inputs)
    ? "the VM was booted from it, as far as its definition tells"
    : undefined;
}

/** The disk that the firmware boots: the first of the boot order, else the first of all. */
function bootDisk(inputs: Properties): string | undefined {
  const hard = declared(inputs, DISKS).filter((item) => !isRemovable(item));
  const order = (item: Properties): number =>
    Number(objectOf(item, "boot").order ?? Number.POSITIVE_INFINITY);
  const [first] = [...hard].sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
  return first && nameOf(first);
}

const nameOf = (item: Properties): string => deviceName(item, DISKS) ?? "";

function bus(item: Properties): string {
  const [letters = ""] = /^(vd|sd|hd|fd|xvd)/.exec(nameOf(item)) ?? [];
  return asText(objectOf(item, "target").bus) ?? BUS_OF[letters] ?? "";
}

/** Of a bus that is not known yet the best is supposed. */
function isPluggable(item: Properties): boolean {
  const name = bus(item);
  return name === "" || PLUGGABLE.has(name);
}

function isRemovable({ device }: Properties): boolean {
  return device === "cdrom" || device === "floppy";
}

/** Disks that the running domain is to give up: those of this update, and those that it did not give up before. */
function leaving({ before, after, waiting }: LiveUpdate): Set<string> {
  const stays = new Set(declared(after, DISKS).map(nameOf));
  const meta = metaOf(devices.shape.disks);
  const gone = pairs(meta, declared(before, DISKS), declared(after, DISKS))
    .filter((pair) => !pair.after)
    .map((pair) => pair.before?.item as Properties)
    .filter((item) => whyNotUnplugged(item, before) === undefined)
    .map(nameOf);
  const asked = waiting.flatMap(({ property }) => deviceIn(property, DISKS) ?? []);
  return new Set([...gone, ...asked].filter((name) => !stays.has(name)));
}

/** A disk whose controller is declared must not get one of another model, which libvirt adds where there is none. */
function lacksController(after: Properties, running: XmlElement): boolean {
  const controllers = objectOf(after, "devices").controllers;
  const isDeclared = Array.isArray(controllers) && controllers.some((item) => item?.type === "scsi");
  const holder = find(running, "devices");
  const have = holder ? childrenOf(holder, "controller") : [];
  return isDeclared && !have.some((controller) => controller.attributes.type === "scsi");
}

/** Media that are put into drives which stay. */
function media({ changes, after }: LiveUpdate, live: ReadonlyMap<string, XmlElement>): LiveCommand[] {
  const positions = new Set(changesAt(changes, `${DISKS}.source`).map(({ path }) => positionIn(path, DISKS)));
  return [...positions].flatMap((position): LiveCommand[] => {
    const item = declared(after, DISKS)[position] ?? {};
    const name = nameOf(item);
    const device = live.get(name);
    if (!device) return [];
    return [
      {
        command: "update-device",
        definition: withSource(device, item),
        options: { live: true },
        what: `changing the medium in ${name}`,
        otherwise: { property: `${DISKS}[${position}].source`, reason: "the guest has locked the drive" },
        refusal: /lock/i,
      },
    ];
  });
}

/** A running drive with another medium, or none. */
function withSource(device: XmlElement, item: Properties): XmlElement {
  const { type: _, ...attributes } = device.attributes;
  const made: XmlElement = {
    ...device,
    attributes,
    children: device.children.filter(
      (child) => typeof child !== "string" && child.name !== "source" && child.name !== "backingStore",
    ),
  };
  changeXml(made, diskSchema, {}, item.source === undefined ? {} : { source: item.source });
  return made;
}
