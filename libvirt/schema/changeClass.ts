/**
 * What a change of each property does: `live` takes effect at once and without a restart, `next-boot` is written to
 * the persistent definition and takes effect when the thing is next started, `replace` makes a new one.
 * Every property of every resource has a class; a test walks the schema and fails on one that has none.
 */
import type { ResourceSchema } from "./resources.ts";

export type ChangeClass = "live" | "next-boot" | "replace";

type Table = Readonly<Record<string, ChangeClass>>;

/** By property path without list positions; `x.**` is everything below x. */
export const CHANGE_CLASSES: Readonly<Record<ResourceSchema["kind"], Table>> = {
  Domain: {
    // libvirt renames only domains that are off, and state elsewhere refers to the name.
    name: "replace",
    // Redefining with another hypervisor is possible, but takes a new process.
    type: "next-boot",
    title: "live",
    description: "live",
    metadata: "next-boot",
    "metadata.**": "next-boot",
    vcpu: "next-boot",
    vcpuCurrent: "next-boot",
    vcpuCpuset: "next-boot",
    vcpuPlacement: "next-boot",
    vcpus: "next-boot",
    "vcpus.**": "next-boot",
    hwuuid: "next-boot",
    ioThreads: "next-boot",
    ioThreadIDs: "next-boot",
    "ioThreadIDs.**": "next-boot",
    defaultIoThread: "next-boot",
    "defaultIoThread.**": "next-boot",
    cpuTune: "live",
    "cpuTune.vcpuPins": "live",
    "cpuTune.vcpuPins.**": "live",
    "cpuTune.emulatorPin": "live",
    "cpuTune.emulatorPin.**": "live",
    "cpuTune.ioThreadPins": "live",
    "cpuTune.ioThreadPins.**": "live",
    "cpuTune.shares": "live",
    "cpuTune.period": "live",
    "cpuTune.quota": "live",
    "cpuTune.globalPeriod": "live",
    "cpuTune.globalQuota": "live",
    "cpuTune.emulatorPeriod": "live",
    "cpuTune.emulatorQuota": "live",
    "cpuTune.ioThreadPeriod": "live",
    "cpuTune.ioThreadQuota": "live",
    "cpuTune.vcpuScheds": "next-boot",
    "cpuTune.vcpuScheds.**": "next-boot",
    "cpuTune.emulatorSched": "next-boot",
    "cpuTune.emulatorSched.**": "next-boot",
    "cpuTune.ioThreadScheds": "next-boot",
    "cpuTune.ioThreadScheds.**": "next-boot",
    "cpuTune.cacheTunes": "next-boot",
    "cpuTune.cacheTunes.**": "next-boot",
    "cpuTune.memoryTunes": "next-boot",
    "cpuTune.memoryTunes.**": "next-boot",
    // libvirt 8 and later refuse a live nodeset in strict mode.
    numaTune: "next-boot",
    "numaTune.**": "next-boot",
    // The maximum is fixed while QEMU runs; the balloon moves below it.
    memory: "next-boot",
    memoryUnit: "next-boot",
    currentMemory: "live",
    currentMemoryUnit: "live",
    maximumMemory: "next-boot",
    maximumMemoryUnit: "next-boot",
    maximumMemorySlots: "next-boot",
    memoryBacking: "next-boot",
    "memoryBacking.**": "next-boot",
    memoryTune: "next-boot",
    "memoryTune.**": "next-boot",
    blockIoTune: "next-boot",
    "blockIoTune.**": "next-boot",
    cpu: "next-boot",
    "cpu.**": "next-boot",
    os: "next-boot",
    "os.**": "next-boot",
    features: "next-boot",
    "features.**": "next-boot",
    clock: "next-boot",
    "clock.**": "next-boot",
    pm: "next-boot",
    "pm.**": "next-boot",
    onPoweroff: "next-boot",
    onReboot: "next-boot",
    onCrash: "next-boot",
    resource: "next-boot",
    "resource.**": "next-boot",
    devices: "next-boot",
    "devices.**": "next-boot",
    // How the provider acts after a start; nothing on the host changes.
    "devices.interfaces.waitForIp": "live",
    "devices.interfaces.waitForIp.**": "live",
    autostart: "live",
    running: "live",
    // How the provider acts; nothing on the host changes.
    create: "live",
    "create.**": "live",
    destroy: "live",
    "destroy.**": "live",
    update: "live",
    "update.**": "live",
  },
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
    precious: "live",
  },
  CloudinitDisk: {
    name: "replace",
    // Another image with another path, so that what is uploaded from it is seen to change too. With onSeedChange
    // "ignore" nothing is replaced, and without any a changed document is refused.
    userData: "replace",
    metaData: "replace",
    networkConfig: "replace",
    onSeedChange: "live",
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
  const table = CHANGE_CLASSES[kind];
  const exact = table[property];
  if (exact !== undefined) return exact;
  const steps = property.split(".");
  for (let length = steps.length - 1; length > 0; length--) {
    const below = table[`${steps.slice(0, length).join(".")}.**`];
    if (below !== undefined) return below;
  }
  return undefined;
}
