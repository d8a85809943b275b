/** The inputs and outputs of a Domain. */
import { cpu, cpuTune } from "./cpu.ts";
import { devices } from "./devices.ts";
import { features } from "./features.ts";
import {
  choice,
  cpuSet,
  int,
  line,
  list,
  nest,
  option,
  pattern,
  size,
  struct,
  text,
  unit,
  xml,
} from "./field.ts";
import { kubernetesNode } from "./kubernetesNode.ts";
import { memoryBacking, memoryTune, numaTune } from "./memory.ts";
import { name } from "./name.ts";
import { clock, os, pm } from "./os.ts";
import { defaultIoThread, ioThreadIds, vcpus } from "./threads.ts";

const seconds = (title: string) =>
  struct(title, "How long a graceful shutdown may take.", {
    timeout: int("", "Seconds to wait for the guest. Default: 300.", { max: 86400 }),
  });

const create = struct("DomainCreate", "How the domain is started.", {
  paused: option("Start with paused CPUs."),
  autodestroy: option("Destroy the domain when the provider disconnects."),
  bypassCache: option("Bypass the host's file cache when a saved state is restored."),
  forceBoot: option("Discard a saved state and boot anew."),
  resetNvram: option("Make the UEFI variable store anew from its template."),
  validate: option("Check the XML against libvirt's schema when it is defined."),
});

const destroy = struct(
  "DomainDestroy",
  "How the domain is stopped when it is deleted or when `running` turns false.",
  {
    graceful: option("End QEMU without force, so that it flushes its files; fails when QEMU does not obey."),
    shutdown: nest(
      "",
      seconds("DomainDestroyShutdown"),
      "Ask the guest to shut down first, and wait for it.",
    ),
    keepNvram: option("Keep the UEFI variable store on the host when the domain is deleted. Default: false."),
    kubernetesNode: nest(
      "",
      kubernetesNode,
      "The cluster's node that runs in the VM. Before the domain is deleted it is drained, and Node and k3s node password are removed, so that a VM of the same name can join again.",
    ),
  },
);

const restart = struct("DomainRestart", "Whether the provider may restart the VM.", {
  when: choice(
    "",
    "When it may: never (the default), or where a change needs it, which includes what waits for a restart already. Wants `running: true`, so that a VM whose restart was interrupted is started by the next update.",
    ["never", "needed"],
  ),
  timeout: int("", "Seconds that the guest may take to shut down. Default: 300.", { min: 1, max: 86400 }),
  onTimeout: choice(
    "",
    "What happens when the guest has not shut down by then: fail (the default) leaves it running and fails the update, force ends it as if its plug were pulled.",
    ["fail", "force"],
  ),
});

const blockIoTune = struct("DomainBlockIoTune", "Shares and limits of the host's block devices.", {
  weight: int("weight", "Relative weight, 10 to 1000.", { min: 1, max: 10000 }),
  devices: list(
    "device",
    struct(
      "DomainBlockIoTuneDevice",
      "One block device of the host.",
      {
        path: text("path", "Path of the device on the host."),
        weight: int("weight", "Relative weight on this device.", { min: 1, max: 10000 }),
        readBytesSec: int("read_bytes_sec", "Bytes read per second."),
        writeBytesSec: int("write_bytes_sec", "Bytes written per second."),
        readIopsSec: int("read_iops_sec", "Read operations per second."),
        writeIopsSec: int("write_iops_sec", "Write operations per second."),
      },
      ["path"],
    ),
    "Per block device.",
    { key: "path" },
  ),
});

const UUID = /^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/;

const fibreChannel = () =>
  struct(
    "DomainResourceFibreChannel",
    "Mark of the VM's Fibre Channel frames.",
    {
      appId: pattern("@appid", "The mark (VMID).", /^[ -~]{1,128}$/, "1 to 128 printable ASCII characters"),
    },
    ["appId"],
  );

const resource = struct("DomainResource", "Resource group.", {
  partition: text("partition", "cgroup on the host."),
  fibreChannel: nest(
    "fibrechannel",
    fibreChannel,
    "Mark of the VM's Fibre Channel frames, for the switches to tell.",
  ),
});

const CRASH = [
  "destroy",
  "restart",
  "preserve",
  "rename-restart",
  "coredump-destroy",
  "coredump-restart",
] as const;
const POWER = ["destroy", "restart", "preserve", "rename-restart"] as const;

export const domain = struct(
  "Domain",
  "A virtual machine, defined persistently. An update restarts it only where `restart` allows that: what can change live changes live, the rest is written to the persistent definition and takes effect at the next boot (`pendingRestart` says what and why).",
  {
    name: name(
      "name",
      "Name of the VM on its host. Default: the resource's name and seven random hexadecimal digits. A change replaces the VM.",
    ),
    type: choice("@type", "Hypervisor: kvm, or qemu for emulation without hardware virtualisation.", [
      "kvm",
      "qemu",
      "test",
      "hvf",
      "lxc",
      "xen",
      "vz",
      "bhyve",
    ]),
    hwuuid: pattern(
      "hwuuid",
      "UUID that the guest sees in its SMBIOS. Default: that of the VM.",
      UUID,
      'a UUID such as "3e3fce45-4f53-4fa7-bb32-11f34168b82b"',
      { compare: "caseless" },
    ),
    title: line("title", "Short title, one line. Changes live."),
    description: text("description", "Description. Changes live."),
    metadata: nest(
      "metadata",
      struct(
        "DomainMetadata",
        "Metadata of other tools.",
        {
          xml: xml("text()", "XML elements, each with a namespace of its own."),
        },
        ["xml"],
      ),
      "Metadata of other tools; the provider's own mark of ownership is kept beside it.",
    ),
    vcpu: int("vcpu", "Number of vCPUs, and the most there can be. Default: 1.", { min: 1 }),
    vcpuCurrent: int(
      "vcpu/@current",
      "vCPUs that the VM has, when fewer than `vcpu`; changes live.",
      { min: 1 },
      { impliedBy: "vcpu" },
    ),
    vcpuCpuset: cpuSet("vcpu/@cpuset", "Host CPUs for vCPUs that have no pin of their own."),
    vcpuPlacement: choice("vcpu/@placement", "Who places vCPUs.", ["static", "auto"]),
    vcpus: nest("vcpus", vcpus, "State of each vCPU."),
    ioThreads: int("iothreads", "Number of I/O threads.", { max: 1024 }),
    ioThreadIDs: nest("iothreadids", ioThreadIds, "Numbers and settings of the I/O threads."),
    defaultIoThread: nest("defaultiothread", defaultIoThread, "Worker threads of QEMU's main loop."),
    cpuTune: nest("cputune", cpuTune, "CPU pinning and scheduling on the host. Changes live."),
    numaTune: nest("numatune", numaTune, "Host NUMA nodes that the memory comes from."),
    memory: size("memory", "Memory at boot and the most there can be, in `memoryUnit`.", "memoryUnit", "KiB"),
    memoryUnit: unit("memory/@unit", "Unit of `memory`. Default: KiB."),
    currentMemory: size(
      "currentMemory",
      "Memory that the balloon leaves the guest, in `currentMemoryUnit`; changes live. Default: `memory`.",
      "currentMemoryUnit",
      "KiB",
    ),
    currentMemoryUnit: unit("currentMemory/@unit", "Unit of `currentMemory`. Default: KiB."),
    maximumMemory: size(
      "maxMemory",
      "The most memory with hotplug, in `maximumMemoryUnit`.",
      "maximumMemoryUnit",
      "KiB",
    ),
    maximumMemoryUnit: unit("maxMemory/@unit", "Unit of `maximumMemory`. Default: KiB."),
    maximumMemorySlots: int("maxMemory/@slots", "Slots for hotplugged memory.", { min: 1, max: 256 }),
    memoryBacking: nest("memoryBacking", memoryBacking, "How guest memory is backed on the host."),
    memoryTune: nest("memtune", memoryTune, "Limits of the host memory that QEMU may use."),
    blockIoTune: nest("blkiotune", blockIoTune, "Shares and limits of the host's block devices."),
    cpu: nest("cpu", cpu, "CPU model and topology as the guest sees them."),
    os: nest("os", os, "Machine type, firmware and boot order."),
    features: nest("features", features, "Features of the virtual machine."),
    clock: nest("clock", clock, "The guest's clock."),
    pm: nest("pm", pm, "Sleep states offered to the guest."),
    onPoweroff: choice("on_poweroff", "When the guest powers off.", POWER),
    onReboot: choice("on_reboot", "When the guest reboots.", POWER),
    onCrash: choice("on_crash", "When the guest crashes.", CRASH),
    resource: nest("resource", resource, "Resource group on the host."),
    devices: nest("devices", devices, "Devices."),
    autostart: option("Start the VM with the host. Changes live."),
    running: option(
      "Whether the VM should run. Absent: it is defined and left as it is. A change from true to false stops it as `destroy` says.",
    ),
    create: nest("", create, "How the domain is started."),
    destroy: nest("", destroy, "How the domain is stopped."),
    generation: text(
      "",
      "Any text that stands for what the VM is made from, such as the path of its seed. Another text makes the VM anew; to set or drop it changes nothing.",
    ),
    restart: nest("", restart, "Whether an update may restart the VM. Default: it may not."),
    update: nest(
      "",
      struct("DomainUpdate", "Settings of other providers' updates, which restart the VM.", {
        shutdown: nest("", seconds("DomainUpdateShutdown"), "Graceful shutdown."),
      }),
      "Accepted so that programs for other providers run, and without effect: `restart` is what allows a restart.",
    ),
  },
  ["type"],
);

export const domainOutputs = struct(
  "DomainOutputs",
  "What the host adds.",
  {
    uuid: text("uuid", "UUID of the VM; the resource's id."),
    domainId: int("", "Number of the running VM on its host; -1 while it is off.", { min: -1 }),
    pendingRestart: list(
      "",
      struct(
        "DomainPendingRestart",
        "A change that waits for the next boot.",
        {
          property: text("", "Path of the property, such as `memory` or `devices.disks[1].driver.cache`."),
          reason: text("", "Why it did not take effect at once."),
        },
        ["property", "reason"],
      ),
      "Properties that were changed and wait for the next boot of the VM, in the order of their paths; empty once it has been restarted by whoever.",
    ),
  },
  ["uuid", "domainId", "pendingRestart"],
);
