/**
 * Properties of a domain that libvirt has only had since a version after 9.0, by its own documentation. An older one
 * drops most of them without a word, and the VM would lack what was declared.
 */
export const SINCE: Readonly<Record<string, string>> = {
  "devices.disks.backingStore.source.dataStore": "10.10.0",
  "devices.disks.backingStore.source.vhostVdpa": "9.8.0",
  "devices.disks.driver.discardNoUnref": "9.5.0",
  "devices.disks.driver.ioThreads": "10.0.0",
  "devices.disks.source.network.knownHosts": "9.8.0",
  "devices.disks.source.network.reconnect": "9.5.0",
  "devices.disks.throttleFilters": "11.2.0",
  "devices.filesystems.binary.openFiles": "10.6.0",
  "devices.filesystems.idMap": "10.0.0",
  "devices.graphics.rdp.passwd": "11.1.0",
  "devices.graphics.rdp.username": "11.1.0",
  "devices.hostdevs.subsysPci.driver.model": "10.1.0",
  "devices.hostdevs.subsysUsb.source.address.port": "12.0.0",
  "devices.videos.model.blob": "9.2.0",
  "devices.videos.model.edid": "11.3.0",
  "os.loaderFormat": "9.2.0",
  "os.nvRam.format": "9.2.0",
};

export interface Needed {
  /** Path of the property, with list positions. */
  readonly path: string;
  readonly version: string;
}

/** What of these inputs needs a later libvirt than 9.0, in the order of the inputs. */
export function needed(inputs: unknown, path = "", property = ""): Needed[] {
  if (inputs === undefined || inputs === null) return [];
  const version = SINCE[property];
  if (version !== undefined) return [{ path, version }];
  if (Array.isArray(inputs)) {
    return inputs.flatMap((item, index) => needed(item, `${path}[${index}]`, property));
  }
  if (typeof inputs !== "object") return [];
  return Object.entries(inputs).flatMap(([name, value]) =>
    needed(value, path ? `${path}.${name}` : name, property ? `${property}.${name}` : name),
  );
}

/** Whether one version comes before another. */
export function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}
