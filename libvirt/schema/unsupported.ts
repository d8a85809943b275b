/**
 * Properties of the typed provider that this one does not have, by object: objects whose content its published names
 * do not tell, such as a device's `address`, and ends of a socket that libvirt itself refuses there. A program that
 * sets one is told so, and not that it has misspelled something. A test holds this list against the typed provider's
 * names.
 */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  DomainDevicesChannel: "address",
  DomainDevicesConsole: "address",
  DomainDevicesController: "address",
  DomainDevicesControllerPci: "target",
  DomainDevicesDisk: "address",
  DomainDevicesDiskBackingStoreSource: "nvme",
  DomainDevicesDiskBackingStoreSourceVhostUser: "dbus dev file nmdm pipe pty qemuVdAgent spicePort tcp udp",
  DomainDevicesDiskMirrorBackingStoreSource:
    "block cookies dataStore dir encryption file network nvme readahead reservations slices ssl timeout vhostUser vhostVdpa volume",
  DomainDevicesDiskMirrorSource: "nvme",
  DomainDevicesDiskMirrorSourceVhostUser: "dbus dev file nmdm pipe pty qemuVdAgent spicePort tcp udp",
  DomainDevicesFilesystem: "address",
  DomainDevicesHostdev: "address",
  DomainDevicesHostdevSubsysPciSourceAddress: "zpci",
  DomainDevicesInterface: "address",
  DomainDevicesMemBalloon: "address",
  DomainDevicesMemorydev: "address",
  DomainDevicesRng: "address",
  DomainDevicesSerial: "address",
  DomainDevicesTpm: "address",
  DomainDevicesVideo: "address",
  DomainDevicesWatchdog: "address",
  DomainOsNvRamSource: "nvme",
  DomainOsNvRamSourceReservationsSource: "dbus dev file nmdm pipe pty qemuVdAgent spicePort tcp udp",
  DomainOsNvRamSourceVhostUser: "udp",
  VolumeTarget: "features",
};

/** Whether the typed provider has a property on an object of that name which this one has not. */
export function isUnsupported(object: string, property: string): boolean {
  return UNSUPPORTED[object]?.split(" ").includes(property) === true;
}

/** All of them, by object. */
export function unsupported(): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(UNSUPPORTED).map(([object, names]) => [object, names.split(" ")]));
}
