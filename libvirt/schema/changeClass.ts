/**
 * What a change of each property does: `live` takes effect at once and without a restart, `next-boot` is written to
 * the persistent definition and takes effect when the thing is next started, `replace` makes a new one.
 * Every property of every resource has a class; a test walks the schema and fails on one that has none.
 */
import { DOMAIN_CLASSES } from "./domainClasses.ts";
import type { ResourceSchema } from "./resources.ts";

export type ChangeClass = "live" | "next-boot" | "replace";

/** A class, and why it is that one where that is not plain. */
export interface Classified {
  readonly class: ChangeClass;
  readonly reason?: string;
}

/** By property path without list positions; `x.**` is everything below x. */
export type ClassTable = Readonly<Record<string, ChangeClass | Classified>>;

export const CHANGE_CLASSES: Readonly<Record<ResourceSchema["kind"], ClassTable>> = {
  Domain: DOMAIN_CLASSES,
  Pool: {
    name: "replace",
    type: "replace",
    source: "replace",
    "source.**": "replace",
    "source.devices.freeExtents": "live",
    "source.devices.freeExtents.**": "live",
    target: "replace",
    "target.path": "replace",
    "target.permissions": "next-boot",
    "target.permissions.**": "next-boot",
    // Accepted, and no part of the XML.
    "target.timestamps": "live",
    "target.timestamps.**": "live",
    "target.encryption": "live",
    "target.encryption.**": "live",
    capacityUnit: "live",
    allocationUnit: "live",
    availableUnit: "live",
    features: "next-boot",
    "features.**": "next-boot",
    refresh: "next-boot",
    "refresh.**": "next-boot",
    fsCommandline: "next-boot",
    "fsCommandline.**": "next-boot",
    rbdCommandline: "next-boot",
    "rbdCommandline.**": "next-boot",
    create: "live",
    "create.**": "live",
    destroy: "live",
    "destroy.**": "live",
  },
  Volume: {
    name: "replace",
    pool: "replace",
    type: "replace",
    // Grows in place; shrinking is refused before it gets here.
    capacity: "live",
    capacityUnit: "live",
    allocationUnit: "live",
    physicalUnit: "live",
    target: "replace",
    "target.**": "replace",
    // libvirt shows them and never sets them.
    "target.timestamps": "live",
    "target.timestamps.**": "live",
    backingStore: "replace",
    "backingStore.**": "replace",
    create: "replace",
    "create.**": "replace",
    // How the provider acts after an upload; nothing on the host changes.
    "create.content.verify": "live",
    // Only as a change from one text to another.
    generation: "replace",
    precious: "live",
  },
  CloudinitDisk: {
    // Only the name of an image that is made anew.
    name: "live",
    // Another image with another path, so that what is uploaded from it is seen to change too. With onSeedChange
    // "ignore" nothing is replaced, and without any a changed document is refused.
    userData: "replace",
    metaData: "replace",
    networkConfig: "replace",
    // As a document; one that is kept by something else is noted, and no change.
    texts: "replace",
    "texts.**": "replace",
    onSeedChange: "live",
  },
  GuestFile: {
    // The file of another guest, or another file.
    domain: "replace",
    path: "replace",
    content: "live",
  },
  HostTuning: {
    // At once; what can hurt running guests waits for the next boot unless told otherwise.
    governor: "live",
    numaBalancing: "live",
    transparentHugepages: "live",
    "transparentHugepages.**": "live",
    hugepages: "live",
    "hugepages.**": "live",
    allowDisruption: "live",
  },
  Network: {
    name: "replace",
    ipv6: "next-boot",
    trustGuestRxFilters: "next-boot",
    metadata: "next-boot",
    "metadata.**": "next-boot",
    forward: "next-boot",
    "forward.**": "next-boot",
    bridge: "next-boot",
    "bridge.**": "next-boot",
    mtu: "next-boot",
    "mtu.**": "next-boot",
    mac: "next-boot",
    "mac.**": "next-boot",
    domain: "next-boot",
    "domain.**": "next-boot",
    dns: "next-boot",
    "dns.**": "next-boot",
    ips: "next-boot",
    "ips.**": "next-boot",
    bandwidth: "next-boot",
    "bandwidth.**": "next-boot",
    portOptions: "next-boot",
    "portOptions.**": "next-boot",
    vlan: "next-boot",
    "vlan.**": "next-boot",
    virtualPort: "next-boot",
    "virtualPort.**": "next-boot",
    portGroups: "next-boot",
    "portGroups.**": "next-boot",
    routes: "next-boot",
    "routes.**": "next-boot",
    dnsmasqOptions: "next-boot",
    "dnsmasqOptions.**": "next-boot",
    autostart: "live",
    running: "live",
  },
};

/** The class of a property; undefined for one that the table does not have. */
export function changeClass(kind: ResourceSchema["kind"], property: string): ChangeClass | undefined {
  return classified(kind, property)?.class;
}

/** The class of a property with its reason; a property that the table does not have waits for the next boot. */
export function classOf(kind: ResourceSchema["kind"], property: string): Classified {
  return classified(kind, property) ?? { class: "next-boot" };
}

function classified(kind: ResourceSchema["kind"], property: string): Classified | undefined {
  const entry = entryOf(CHANGE_CLASSES[kind], property);
  return typeof entry === "string" ? { class: entry } : entry;
}

function entryOf(table: ClassTable, property: string): ChangeClass | Classified | undefined {
  const exact = table[property];
  if (exact !== undefined) return exact;
  const steps = property.split(".");
  for (let length = steps.length - 1; length > 0; length--) {
    const below = table[`${steps.slice(0, length).join(".")}.**`];
    if (below !== undefined) return below;
  }
  return undefined;
}
