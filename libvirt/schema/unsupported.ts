/**
 * Properties of the typed provider that this one does not have, by object: most are of other hypervisors or kinds of
 * storage. A program that sets one is told so, and not that it has misspelled something. A test holds this list
 * against the typed provider's names.
 */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  Domain: "defaultIoThread hwuuid vcpus",
  DomainClockTimer: "catchUp",
  DomainCpu: "deprecatedFeatures",
  DomainCpuNuma: "interconnects",
  DomainCpuNumaCell: "caches",
  DomainCpuTune: "cacheTunes emulatorSched ioThreadScheds memoryTunes",
  DomainDevices: "memorydevs",
  DomainDevicesChannel: "acpi address alias log protocol",
  DomainDevicesChannelSource: "dbus dev nmdm pipe qemuVdAgent spicePort udp vc",
  DomainDevicesChannelSourceFile: "secLabels",
  DomainDevicesChannelSourcePty: "secLabels",
  DomainDevicesChannelSourceTcp: "reconnect",
  DomainDevicesChannelSourceUnix: "reconnect secLabels",
  DomainDevicesChannelTarget: "guestFwd xen",
  DomainDevicesChannelTargetVirtIo: "state",
  DomainDevicesConsole: "acpi address alias protocol tty",
  DomainDevicesConsoleSource: "dbus dev nmdm pipe qemuVdAgent spicePort udp vc",
  DomainDevicesConsoleSourceFile: "secLabels",
  DomainDevicesConsoleSourcePty: "secLabels",
  DomainDevicesConsoleSourceTcp: "reconnect",
  DomainDevicesConsoleSourceUnix: "reconnect secLabels",
  DomainDevicesController: "acpi address alias nvme pci usb virtIoSerial xenBus",
  DomainDevicesControllerDriver: "ats ioThreads pagePerVq",
  DomainDevicesDisk:
    "acpi address alias auth backendDomain backingStore encryption geometry mirror throttleFilters transient",
  DomainDevicesDiskBoot: "loadParm",
  DomainDevicesDiskDriver: "ats discardNoUnref ioThreads metadataCache pagePerVq",
  DomainDevicesDiskSource: "index network",
  DomainDevicesDiskSourceBlock: "secLabels",
  DomainDevicesDiskSourceFile: "fdGroup secLabels",
  DomainDevicesDiskSourceVolume: "secLabels",
  DomainDevicesFilesystem:
    "acpi address alias binary boot dmode fmode idMap model multiDevs spaceHardLimit spaceHardLimitUnit spaceSoftLimit spaceSoftLimitUnit",
  DomainDevicesFilesystemDriver: "ats format iommu name packed pagePerVq wrPolicy",
  DomainDevicesFilesystemSource: "bind block file ram template volume",
  DomainDevicesFilesystemSourceMount: "socket",
  DomainDevicesGraphic: "audio dbus desktop eglHeadless rdp sdl",
  DomainDevicesGraphicSpice:
    "channels clipBoard connected defaultMode fileTransfer gl image jpeg keymap mouse passwdValidTo playback streaming zlib",
  DomainDevicesGraphicSpiceListener: "network",
  DomainDevicesGraphicVnc: "connected passwdValidTo powerControl socket",
  DomainDevicesGraphicVncListener: "network",
  DomainDevicesHostdev: "acpi address alias capsMisc capsNet capsStorage subsysScsi subsysScsiHost",
  DomainDevicesHostdevBoot: "loadParm",
  DomainDevicesHostdevSubsysPci: "teaming",
  DomainDevicesHostdevSubsysPciDriver: "model",
  DomainDevicesHostdevSubsysPciSourceAddress: "multiFunction zpci",
  DomainDevicesHostdevSubsysUsbSource: "address guestReset startUpPolicy",
  DomainDevicesInterface:
    "acpi address alias backend backendDomain coalesce downScript guest ips portForwards rom routes script teaming tune virtualPort waitForIp",
  DomainDevicesInterfaceBoot: "loadParm",
  DomainDevicesInterfaceDriver: "ats guest host pagePerVq rss rssHashReport",
  DomainDevicesInterfaceFilterRef: "parameters",
  DomainDevicesInterfaceMac: "check type",
  DomainDevicesInterfaceSourceNetwork: "bridge portId",
  DomainDevicesInterfaceTarget: "managed",
  DomainDevicesMemBalloon: "acpi address alias driver",
  DomainDevicesRng: "acpi address alias driver",
  DomainDevicesRngBackend: "egd",
  DomainDevicesSerial: "acpi address alias protocol",
  DomainDevicesSerialSource: "dbus dev nmdm pipe qemuVdAgent spicePort udp vc",
  DomainDevicesSerialSourceFile: "secLabels",
  DomainDevicesSerialSourcePty: "secLabels",
  DomainDevicesSerialSourceTcp: "reconnect",
  DomainDevicesSerialSourceUnix: "reconnect secLabels",
  DomainDevicesTpm: "acpi address alias",
  DomainDevicesTpmBackend: "external passthrough",
  DomainDevicesTpmBackendEmulator: "activePcrBanks debug encryption profile source",
  DomainDevicesVideo: "acpi address alias driver",
  DomainDevicesVideoModel: "accel blob edid resolution vram64",
  DomainDevicesWatchdog: "acpi address alias",
  DomainFeatures:
    "aia asyncTeardown capabilities ccfAssist cfpc hap hpt htm hyperV ibs msrs nestedHv privNet ras sbbc tcg viridian xen",
  DomainFeaturesKvm: "dirtyRing",
  DomainIoThreadIDsIoThread: "poll",
  DomainOs: "acpi initDir initEnvs initGroup initUser shim",
  DomainOsNvRam: "source",
  DomainResource: "fibreChannel",
  Network: "dnsmasqOptions portGroups routes virtualPort vlan",
  NetworkBandwidth: "classId",
  NetworkDns: "srVs txTs",
  NetworkForward: "addresses driver managed pfs",
  NetworkIp: "tftp",
  NetworkIpDhcp: "bootps",
  NetworkIpDhcpHost: "lease",
  Pool: "allocationUnit availableUnit capacityUnit features fsCommandline rbdCommandline refresh",
  PoolSource: "adapter auth initiator product protocol vendor",
  PoolSourceDevice: "freeExtents partSeparator",
  PoolTarget: "encryption timestamps",
  Volume: "allocationUnit physicalUnit",
  VolumeBackingStore: "permissions",
  VolumeTarget: "encryption features path timestamps",
};

/** Whether the typed provider has a property on an object of that name which this one has not. */
export function isUnsupported(object: string, property: string): boolean {
  return UNSUPPORTED[object]?.split(" ").includes(property) === true;
}

/** All of them, by object. */
export function unsupported(): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(UNSUPPORTED).map(([object, names]) => [object, names.split(" ")]));
}
