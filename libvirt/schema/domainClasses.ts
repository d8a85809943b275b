/**
 * What a change of each property of a Domain does. What is live here was tried on a running domain, with libvirt 9.0
 * and QEMU 7.2; where the inputs tell more, as for a disk that is attached, `provider/live/` refines it.
 */
import type { Classified, ClassTable } from "./changeClass.ts";

/** Why memory of a domain in strict mode stays where it is. */
export const STRICT_STAYS =
  "libvirt 8 and later move the memory of a running VM only if it was started in mode restrictive; declare that mode, and from the next boot on the nodes change live";

const nextBoot = (reason: string): Classified => ({ class: "next-boot", reason });

const NO_CHANNEL = nextBoot("libvirt has no way to change it while QEMU runs");
const MEMORY_STAYS = nextBoot("QEMU keeps the memory it was started with, unless there is room to grow");
const GUEST_SEES_AT_BOOT = nextBoot("the guest sees the machine as it was started");

const OPENED_SO = nextBoot("QEMU keeps an image open as it was opened");
const STAYS_OPEN = nextBoot("QEMU keeps the image that it has open");
const SET_AT_ATTACH = nextBoot("it is set when the interface is attached");

const OPENED_AT_START = nextBoot("QEMU opens its screens when it is started");
const LOCKED = nextBoot("the VM's memory is locked for a host's device when QEMU is started");
const NOT_PLUGGED = nextBoot("only disks and interfaces are plugged into a running VM");

export const DOMAIN_CLASSES: ClassTable = {
  // Only as a change from one text to another.
  generation: "replace",
  // libvirt renames only domains that are off, and state elsewhere refers to the name.
  name: { class: "replace", reason: "libvirt renames only a domain that is off" },
  // Redefining with another hypervisor is possible, but takes a new process.
  type: nextBoot("it takes another QEMU process"),
  title: "live",
  description: "live",
  metadata: "live",
  "metadata.**": "live",
  vcpu: nextBoot("the most vCPUs are fixed while QEMU runs; vcpuCurrent moves below it"),
  vcpuCurrent: "live",
  vcpuCpuset: nextBoot("it is where new vCPUs start; pin the running ones with cpuTune.vcpuPins"),
  vcpuPlacement: NO_CHANNEL,
  vcpus: NO_CHANNEL,
  "vcpus.**": NO_CHANNEL,
  hwuuid: GUEST_SEES_AT_BOOT,
  ioThreads: "live",
  ioThreadIDs: NO_CHANNEL,
  "ioThreadIDs.**": NO_CHANNEL,
  defaultIoThread: NO_CHANNEL,
  "defaultIoThread.**": NO_CHANNEL,
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
  "cpuTune.vcpuScheds": NO_CHANNEL,
  "cpuTune.vcpuScheds.**": NO_CHANNEL,
  "cpuTune.emulatorSched": NO_CHANNEL,
  "cpuTune.emulatorSched.**": NO_CHANNEL,
  "cpuTune.ioThreadScheds": NO_CHANNEL,
  "cpuTune.ioThreadScheds.**": NO_CHANNEL,
  "cpuTune.cacheTunes": NO_CHANNEL,
  "cpuTune.cacheTunes.**": NO_CHANNEL,
  "cpuTune.memoryTunes": NO_CHANNEL,
  "cpuTune.memoryTunes.**": NO_CHANNEL,
  numaTune: nextBoot("the mode of a running VM is fixed"),
  "numaTune.**": nextBoot("the mode of a running VM is fixed"),
  // provider/live/numaNodes.ts says so of VMs in another mode.
  "numaTune.memory.nodeset": {
    class: "live",
    reason: "of a VM that was started in mode restrictive; in any other mode it waits for the next boot",
  },
  // Growth within maximumMemory is live: provider/live/memoryGrowth.ts says which.
  memory: MEMORY_STAYS,
  memoryUnit: MEMORY_STAYS,
  currentMemory: "live",
  currentMemoryUnit: "live",
  maximumMemory: GUEST_SEES_AT_BOOT,
  maximumMemoryUnit: GUEST_SEES_AT_BOOT,
  maximumMemorySlots: GUEST_SEES_AT_BOOT,
  memoryBacking: nextBoot("the memory of a running VM stays as it was allocated"),
  "memoryBacking.**": nextBoot("the memory of a running VM stays as it was allocated"),
  memoryTune: "live",
  "memoryTune.**": "live",
  "memoryTune.minGuarantee": nextBoot("QEMU has no such guarantee"),
  "memoryTune.minGuaranteeUnit": nextBoot("QEMU has no such guarantee"),
  blockIoTune: "live",
  "blockIoTune.**": "live",
  cpu: GUEST_SEES_AT_BOOT,
  "cpu.**": GUEST_SEES_AT_BOOT,
  "cpu.numa.cells.memory": MEMORY_STAYS,
  os: GUEST_SEES_AT_BOOT,
  "os.**": GUEST_SEES_AT_BOOT,
  features: GUEST_SEES_AT_BOOT,
  "features.**": GUEST_SEES_AT_BOOT,
  clock: GUEST_SEES_AT_BOOT,
  "clock.**": GUEST_SEES_AT_BOOT,
  pm: GUEST_SEES_AT_BOOT,
  "pm.**": GUEST_SEES_AT_BOOT,
  onPoweroff: "live",
  onReboot: "live",
  onCrash: "live",
  resource: nextBoot("QEMU stays in the group it was started in"),
  "resource.**": nextBoot("QEMU stays in the group it was started in"),
  devices: GUEST_SEES_AT_BOOT,
  "devices.**": GUEST_SEES_AT_BOOT,
  "devices.graphics": OPENED_AT_START,
  "devices.graphics.**": OPENED_AT_START,
  "devices.hostdevs": LOCKED,
  "devices.hostdevs.**": LOCKED,
  "devices.rngs": NOT_PLUGGED,
  "devices.watchdogs": NOT_PLUGGED,
  "devices.memorydevs": NOT_PLUGGED,
  // Of virtio-mem: provider/live/virtioMem.ts.
  "devices.memorydevs.target.requested": "live",
  "devices.memorydevs.target.requestedUnit": "live",
  "devices.channels": NOT_PLUGGED,
  "devices.controllers": NOT_PLUGGED,
  // Attached and detached: provider/live/disks.ts tells those that cannot be.
  "devices.disks": "live",
  "devices.disks.**": GUEST_SEES_AT_BOOT,
  "devices.disks.driver": OPENED_SO,
  "devices.disks.driver.**": OPENED_SO,
  // The medium of a drive changes live: provider/live/disks.ts.
  "devices.disks.source": STAYS_OPEN,
  "devices.disks.source.**": STAYS_OPEN,
  "devices.disks.backingStore": STAYS_OPEN,
  "devices.disks.backingStore.**": STAYS_OPEN,
  "devices.disks.ioTune": "live",
  "devices.disks.ioTune.**": "live",
  "devices.interfaces": "live",
  "devices.interfaces.**": GUEST_SEES_AT_BOOT,
  // From bridge to bridge or network: provider/live/interfaces.ts tells of the others.
  "devices.interfaces.source": "live",
  "devices.interfaces.source.**": "live",
  "devices.interfaces.bandwidth": "live",
  "devices.interfaces.bandwidth.**": "live",
  "devices.interfaces.link": "live",
  "devices.interfaces.link.**": "live",
  "devices.interfaces.portOptions": "live",
  "devices.interfaces.portOptions.**": "live",
  "devices.interfaces.coalesce": "live",
  "devices.interfaces.coalesce.**": "live",
  // The address that libvirt has chosen can be declared; another one waits.
  "devices.interfaces.mac": "live",
  "devices.interfaces.mac.**": "live",
  "devices.interfaces.target": SET_AT_ATTACH,
  "devices.interfaces.target.**": SET_AT_ATTACH,
  "devices.interfaces.mtu": SET_AT_ATTACH,
  "devices.interfaces.mtu.**": SET_AT_ATTACH,
  "devices.interfaces.tune": SET_AT_ATTACH,
  "devices.interfaces.tune.**": SET_AT_ATTACH,
  "devices.memBalloon.stats": "live",
  "devices.memBalloon.stats.**": "live",
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
  restart: "live",
  "restart.**": "live",
  update: "live",
  "update.**": "live",
};
