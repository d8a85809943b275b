/** Title, description and metadata, which QEMU never sees. */
import { isQuotable } from "../../virsh/quote.ts";
import {
  childrenOf,
  element,
  find,
  parseElements,
  serialiseFragment,
  type XmlElement,
} from "../../xml/element.ts";
import { namespaceOf, prefixOf } from "../../xml/foreign.ts";
import { asText, objectOf } from "../resource.ts";
import { changesAt, type LiveCommand, type LivePlan, type LiveTopic, type Pending } from "./topic.ts";

export const description: LiveTopic = {
  properties: ["title", "description", "metadata"],

  plan({ changes, before, after, running }) {
    const commands: LiveCommand[] = [];
    const deferred: Pending[] = [];
    for (const property of ["title", "description"] as const) {
      if (changesAt(changes, property).length === 0) continue;
      const value = asText(after[property]) ?? "";
      // virsh reads its commands line by line.
      if (!isQuotable(value)) {
        deferred.push({ property, reason: "a text of several lines is only shown from the next boot on" });
        continue;
      }
      const title = property === "title" ? true : undefined;
      const options = { title, live: true, "new-desc": value } as const;
      commands.push({ command: "desc", options, what: `setting the ${property}` });
    }
    if (changesAt(changes, "metadata").length > 0) {
      const metadata = find(running.xml, "metadata");
      const [old, want] = [before, after].map((inputs) =>
        parseElements(asText(objectOf(inputs, "metadata").xml) ?? ""),
      ) as [XmlElement[], XmlElement[]];
      const metadataPlan = setMetadata(metadata ? childrenOf(metadata) : [], old, want);
      commands.push(...metadataPlan.commands);
      deferred.push(...metadataPlan.deferred);
    }
    return { commands, deferred };
  },
};

/**
 * libvirt tells the elements of metadata apart by their namespaces, of which each has one. Those that were never
 * declared are somebody else's, such as a backup tool's.
 */
function setMetadata(
  have: readonly XmlElement[],
  old: readonly XmlElement[],
  want: readonly XmlElement[],
): LivePlan {
  const [present, wanted] = [have, want].map((items) => new Set(items.map(namespaceOf))) as [
    Set<string>,
    Set<string>,
  ];
  const commands: LiveCommand[] = old
    .map(namespaceOf)
    .filter((uri) => present.has(uri) && !wanted.has(uri))
    .map((uri) => ({
      command: "metadata",
      options: { uri, live: true, remove: true },
      what: "removing metadata",
    }));
  const deferred: Pending[] = [];
  for (const item of want) {
    const uri = namespaceOf(item);
    const prefix = prefixOf(item);
    const bare = withoutPrefix(item, prefix);
    if (prefix === "" || !bare) {
      const reason = `virsh gives all elements of <${item.name}> one prefix, which is not how they are written`;
      deferred.push({ property: "metadata", reason });
      continue;
    }
    // virsh reads its commands line by line, and takes no control character.
    const text = serialiseFragment([bare]).replace(
      /\p{Cc}/gu,
      (character) => `&#${character.charCodeAt(0)};`,
    );
    if (!isQuotable(uri)) {
      deferred.push({ property: "metadata", reason: "virsh takes no namespace with a control character" });
      continue;
    }
    commands.push({
      command: "metadata",
      options: { uri, key: prefix, live: true, set: text },
      what: "setting metadata",
    });
  }
  return { commands, deferred };
}

/** An element without its prefix, which virsh adds to it and to all below; undefined if they do not all have it. */
function withoutPrefix(item: XmlElement, prefix: string): XmlElement | undefined {
  if (!item.name.startsWith(`${prefix}:`)) return undefined;
  const { [`xmlns:${prefix}`]: _, ...attributes } = item.attributes;
  if (Object.keys(attributes).some((name) => name.includes(":") || name === "xmlns")) return undefined;
  const children = item.children.map((child) =>
    typeof child === "string" ? child : withoutPrefix(child, prefix),
  );
  if (children.includes(undefined)) return undefined;
  return element(
    item.name.slice(prefix.length + 1),
    attributes,
    children.filter((child) => child !== undefined),
  );
}
