/**
 * What a running guest is to have of its virtio-mem devices. QEMU takes the request at once; the guest plugs blocks in,
 * or gives back those that it can spare, in its own time.
 */
import { formatBytes } from "../../schema/byteSize.ts";
import { childrenOf, find, type XmlElement } from "../../xml/element.ts";
import { textAt } from "../../xml/location.ts";
import { asText, objectOf } from "../resource.ts";
import { sizeAt } from "../sizeAt.ts";
import { isList, isProperties, type Properties } from "../values.ts";
import type { LiveCommand, LiveTopic, Pending } from "./topic.ts";

const REQUESTED = "devices.memorydevs.target.requested";

export const virtioMem: LiveTopic = {
  properties: [REQUESTED, `${REQUESTED}Unit`],

  classify(change, _, after) {
    const device = declared(after)[positionIn(change.path)];
    if (device === undefined || asText(device.model) === "virtio-mem") return undefined;
    return { class: "next-boot", reason: "only virtio-mem is resized while the VM runs" };
  },

  plan({ changes, after, running }) {
    const commands: LiveCommand[] = [];
    const deferred: Pending[] = [];
    const there = memoryDevices(running.xml);
    for (const position of new Set(changes.map(({ path }) => positionIn(path)))) {
      const bytes = sizeAt(objectOf(declared(after)[position] ?? {}, "target"), "requested");
      const device = there[position];
      const alias = device?.attributes.model === "virtio-mem" ? textAt(device, "alias/@name") : undefined;
      if (alias === undefined || bytes === undefined) {
        const property = `devices.memorydevs[${position}].target.requested`;
        deferred.push({ property, reason: "the running VM does not have the device" });
        continue;
      }
      commands.push({
        command: "update-memory-device",
        options: { alias, "requested-size": `${bytes}B`, live: true },
        what: `requesting ${formatBytes(bytes)} of memory`,
      });
    }
    return { commands, deferred };
  },
};

function declared(inputs: Properties): readonly Properties[] {
  const { memorydevs } = objectOf(inputs, "devices");
  return isList(memorydevs) ? memorydevs.map((item) => (isProperties(item) ? item : {})) : [];
}

/** Both lists are in the order of the definition. */
function memoryDevices(domain: XmlElement): readonly XmlElement[] {
  const holder = find(domain, "devices");
  return holder ? childrenOf(holder, "memory") : [];
}

/** 1 in `devices.memorydevs[1].target.requested`. */
function positionIn(path: string): number {
  return Number(/^devices\.memorydevs\[(\d+)\]/.exec(path)?.[1] ?? -1);
}
