/** Limits of each disk's own I/O, which QEMU keeps. */
import { find, type XmlElement } from "../../xml/element.ts";
import { textAt } from "../../xml/location.ts";
import { asText, objectOf } from "../resource.ts";
import type { Properties } from "../values.ts";
import { declared, deviceProperty, devicesIn, positionIn } from "./devices.ts";
import type { LiveCommand, LiveTopic, Pending } from "./topic.ts";

const DISKS = "devices.disks";
const LIMITS = ["totalBytes", "readBytes", "writeBytes", "totalIops", "readIops", "writeIops"] as const;

export const diskLimits: LiveTopic = {
  properties: ["devices.disks.ioTune"],

  plan({ changes, after, running }) {
    const commands: LiveCommand[] = [];
    const deferred: Pending[] = [];
    const live = devicesIn(running.xml, DISKS);
    for (const position of new Set(changes.map(({ path }) => positionIn(path, DISKS)))) {
      const disk = declared(after, DISKS)[position] ?? {};
      const device = asText(objectOf(disk, "target").dev) ?? "";
      const existing = live.get(device.toLowerCase());
      if (!existing) {
        const reason = "the running VM does not have the disk";
        deferred.push({ property: deviceProperty(DISKS, device), reason });
        continue;
      }
      commands.push({
        command: "blkdeviotune",
        options: { device, live: true, ...limits(objectOf(disk, "ioTune"), device, existing) },
        what: `setting the I/O limits of disk ${device}`,
      });
    }
    return { commands, deferred };
  },
};

/**
 * All limits at once, those that are not declared as 0: libvirt keeps what is not said, and refuses a total beside
 * the reads and writes that it kept.
 */
function limits(tune: Properties, device: string, running: XmlElement): Record<string, string | number> {
  const options: Record<string, string | number> = {};
  let isLimited = false;
  for (const name of LIMITS) {
    const option = `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-sec`;
    const most = Number(tune[`${name}SecMax`] ?? 0);
    options[option] = Number(tune[`${name}Sec`] ?? 0);
    options[`${option}-max`] = most;
    // A burst lasts a second unless told otherwise; QEMU refuses a length without a burst.
    options[`${option}-max-length`] = Number(tune[`${name}SecMaxLength`] ?? (most > 0 ? 1 : 0));
    isLimited ||= options[option] !== 0;
  }
  options["size-iops-sec"] = Number(tune.sizeIopsSec ?? 0);
  const group = asText(tune.groupName) ?? leftGroup(device, running);
  // Without limits there is no group either.
  return isLimited && group !== undefined ? { ...options, "group-name": group } : options;
}

/** A disk cannot be taken out of a group, only put into another: one of its own, so that the old one keeps its limits. */
function leftGroup(device: string, running: XmlElement): string | undefined {
  const tune = find(running, "iotune");
  return tune && textAt(tune, "group_name") ? `own-${device}` : undefined;
}
