// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "./inputs.ts";
import { registration } from "./registration.ts";
import type * as types from "./types/index.ts";

const TYPE = "libvirt:index/domain:Domain";
const KIND = {
  properties: [
    "name",
    "type",
    "hwuuid",
    "title",
    "description",
    "metadata",
    "vcpu",
    "vcpuCurrent",
    "vcpuCpuset",
    "vcpuPlacement",
    "vcpus",
    "ioThreads",
    "ioThreadIDs",
    "defaultIoThread",
    "cpuTune",
    "numaTune",
    "memory",
    "memoryUnit",
    "currentMemory",
    "currentMemoryUnit",
    "maximumMemory",
    "maximumMemoryUnit",
    "maximumMemorySlots",
    "memoryBacking",
    "memoryTune",
    "blockIoTune",
    "cpu",
    "os",
    "features",
    "clock",
    "pm",
    "onPoweroff",
    "onReboot",
    "onCrash",
    "resource",
    "devices",
    "autostart",
    "running",
    "create",
    "destroy",
    "generation",
    "restart",
    "update",
    "uuid",
    "domainId",
    "pendingRestart",
  ],
  secrets: [],
  unique: true,
};

/** Arguments of a Domain. */
export interface DomainArgs {
  /** Name of the VM on its host. Default: the resource's name and seven random hexadecimal digits. A change replaces the VM. */
  readonly name?: Inputs<string> | undefined;
  /** Hypervisor: kvm, or qemu for emulation without hardware virtualisation. One of `kvm`, `qemu`, `test`, `hvf`, `lxc`, `xen`, `vz`, `bhyve`. */
  readonly type: Inputs<string>;
  /** UUID that the guest sees in its SMBIOS. Default: that of the VM. */
  readonly hwuuid?: Inputs<string> | undefined;
  /** Short title, one line. Changes live. */
  readonly title?: Inputs<string> | undefined;
  /** Description. Changes live. */
  readonly description?: Inputs<string> | undefined;
  /** Metadata of other tools; the provider's own mark of ownership is kept beside it. */
  readonly metadata?: Inputs<types.DomainMetadata> | undefined;
  /** Number of vCPUs, and the most there can be. Default: 1. */
  readonly vcpu?: Inputs<number> | undefined;
  /** vCPUs that the VM has, when fewer than `vcpu`; changes live. */
  readonly vcpuCurrent?: Inputs<number> | undefined;
  /** Host CPUs for vCPUs that have no pin of their own. */
  readonly vcpuCpuset?: Inputs<string> | undefined;
  /** Who places vCPUs. One of `static`, `auto`. */
  readonly vcpuPlacement?: Inputs<string> | undefined;
  /** State of each vCPU. */
  readonly vcpus?: Inputs<types.DomainVcpus> | undefined;
  /** Number of I/O threads. */
  readonly ioThreads?: Inputs<number> | undefined;
  /** Numbers and settings of the I/O threads. */
  readonly ioThreadIDs?: Inputs<types.DomainIoThreadIDs> | undefined;
  /** Worker threads of QEMU's main loop. */
  readonly defaultIoThread?: Inputs<types.DomainDefaultIoThread> | undefined;
  /** CPU pinning and scheduling on the host. Changes live. */
  readonly cpuTune?: Inputs<types.DomainCpuTune> | undefined;
  /** Host NUMA nodes that the memory comes from. */
  readonly numaTune?: Inputs<types.DomainNumaTune> | undefined;
  /** Memory at boot and the most there can be, in `memoryUnit`. */
  readonly memory?: Inputs<number> | undefined;
  /** Unit of `memory`. Default: KiB. */
  readonly memoryUnit?: Inputs<string> | undefined;
  /** Memory that the balloon leaves the guest, in `currentMemoryUnit`; changes live. Default: `memory`. */
  readonly currentMemory?: Inputs<number> | undefined;
  /** Unit of `currentMemory`. Default: KiB. */
  readonly currentMemoryUnit?: Inputs<string> | undefined;
  /** The most memory with hotplug, in `maximumMemoryUnit`. */
  readonly maximumMemory?: Inputs<number> | undefined;
  /** Unit of `maximumMemory`. Default: KiB. */
  readonly maximumMemoryUnit?: Inputs<string> | undefined;
  /** Slots for hotplugged memory. */
  readonly maximumMemorySlots?: Inputs<number> | undefined;
  /** How guest memory is backed on the host. */
  readonly memoryBacking?: Inputs<types.DomainMemoryBacking> | undefined;
  /** Limits of the host memory that QEMU may use. */
  readonly memoryTune?: Inputs<types.DomainMemoryTune> | undefined;
  /** Shares and limits of the host's block devices. */
  readonly blockIoTune?: Inputs<types.DomainBlockIoTune> | undefined;
  /** CPU model and topology as the guest sees them. */
  readonly cpu?: Inputs<types.DomainCpu> | undefined;
  /** Machine type, firmware and boot order. */
  readonly os?: Inputs<types.DomainOs> | undefined;
  /** Features of the virtual machine. */
  readonly features?: Inputs<types.DomainFeatures> | undefined;
  /** The guest's clock. */
  readonly clock?: Inputs<types.DomainClock> | undefined;
  /** Sleep states offered to the guest. */
  readonly pm?: Inputs<types.DomainPm> | undefined;
  /** When the guest powers off. One of `destroy`, `restart`, `preserve`, `rename-restart`. */
  readonly onPoweroff?: Inputs<string> | undefined;
  /** When the guest reboots. One of `destroy`, `restart`, `preserve`, `rename-restart`. */
  readonly onReboot?: Inputs<string> | undefined;
  /** When the guest crashes. One of `destroy`, `restart`, `preserve`, `rename-restart`, `coredump-destroy`, `coredump-restart`. */
  readonly onCrash?: Inputs<string> | undefined;
  /** Resource group on the host. */
  readonly resource?: Inputs<types.DomainResource> | undefined;
  /** Devices. */
  readonly devices?: Inputs<types.DomainDevices> | undefined;
  /** Start the VM with the host. Changes live. */
  readonly autostart?: Inputs<boolean> | undefined;
  /** Whether the VM should run. Absent: it is defined and left as it is. A change from true to false stops it as `destroy` says. */
  readonly running?: Inputs<boolean> | undefined;
  /** How the domain is started. */
  readonly create?: Inputs<types.DomainCreate> | undefined;
  /** How the domain is stopped. */
  readonly destroy?: Inputs<types.DomainDestroy> | undefined;
  /** Any text that stands for what the VM is made from, such as the path of its seed. Another text makes the VM anew; to set or drop it changes nothing. */
  readonly generation?: Inputs<string> | undefined;
  /** Whether an update may restart the VM. Default: it may not. */
  readonly restart?: Inputs<types.DomainRestart> | undefined;
  /** Accepted so that programs for other providers run, and without effect: `restart` is what allows a restart. */
  readonly update?: Inputs<types.DomainUpdate> | undefined;
}

/** A virtual machine, defined persistently. An update restarts it only where `restart` allows that: what can change live changes live, the rest is written to the persistent definition and takes effect at the next boot (`pendingRestart` says what and why). */
export class Domain extends pulumi.CustomResource {
  /** Name of the VM on its host. Default: the resource's name and seven random hexadecimal digits. A change replaces the VM. */
  declare readonly name: pulumi.Output<string>;
  /** Hypervisor: kvm, or qemu for emulation without hardware virtualisation. One of `kvm`, `qemu`, `test`, `hvf`, `lxc`, `xen`, `vz`, `bhyve`. */
  declare readonly type: pulumi.Output<string>;
  /** UUID that the guest sees in its SMBIOS. Default: that of the VM. */
  declare readonly hwuuid: pulumi.Output<string | undefined>;
  /** Short title, one line. Changes live. */
  declare readonly title: pulumi.Output<string | undefined>;
  /** Description. Changes live. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** Metadata of other tools; the provider's own mark of ownership is kept beside it. */
  declare readonly metadata: pulumi.Output<types.DomainMetadata | undefined>;
  /** Number of vCPUs, and the most there can be. Default: 1. */
  declare readonly vcpu: pulumi.Output<number | undefined>;
  /** vCPUs that the VM has, when fewer than `vcpu`; changes live. */
  declare readonly vcpuCurrent: pulumi.Output<number | undefined>;
  /** Host CPUs for vCPUs that have no pin of their own. */
  declare readonly vcpuCpuset: pulumi.Output<string | undefined>;
  /** Who places vCPUs. One of `static`, `auto`. */
  declare readonly vcpuPlacement: pulumi.Output<string | undefined>;
  /** State of each vCPU. */
  declare readonly vcpus: pulumi.Output<types.DomainVcpus | undefined>;
  /** Number of I/O threads. */
  declare readonly ioThreads: pulumi.Output<number | undefined>;
  /** Numbers and settings of the I/O threads. */
  declare readonly ioThreadIDs: pulumi.Output<types.DomainIoThreadIDs | undefined>;
  /** Worker threads of QEMU's main loop. */
  declare readonly defaultIoThread: pulumi.Output<types.DomainDefaultIoThread | undefined>;
  /** CPU pinning and scheduling on the host. Changes live. */
  declare readonly cpuTune: pulumi.Output<types.DomainCpuTune | undefined>;
  /** Host NUMA nodes that the memory comes from. */
  declare readonly numaTune: pulumi.Output<types.DomainNumaTune | undefined>;
  /** Memory at boot and the most there can be, in `memoryUnit`. */
  declare readonly memory: pulumi.Output<number | undefined>;
  /** Unit of `memory`. Default: KiB. */
  declare readonly memoryUnit: pulumi.Output<string | undefined>;
  /** Memory that the balloon leaves the guest, in `currentMemoryUnit`; changes live. Default: `memory`. */
  declare readonly currentMemory: pulumi.Output<number | undefined>;
  /** Unit of `currentMemory`. Default: KiB. */
  declare readonly currentMemoryUnit: pulumi.Output<string | undefined>;
  /** The most memory with hotplug, in `maximumMemoryUnit`. */
  declare readonly maximumMemory: pulumi.Output<number | undefined>;
  /** Unit of `maximumMemory`. Default: KiB. */
  declare readonly maximumMemoryUnit: pulumi.Output<string | undefined>;
  /** Slots for hotplugged memory. */
  declare readonly maximumMemorySlots: pulumi.Output<number | undefined>;
  /** How guest memory is backed on the host. */
  declare readonly memoryBacking: pulumi.Output<types.DomainMemoryBacking | undefined>;
  /** Limits of the host memory that QEMU may use. */
  declare readonly memoryTune: pulumi.Output<types.DomainMemoryTune | undefined>;
  /** Shares and limits of the host's block devices. */
  declare readonly blockIoTune: pulumi.Output<types.DomainBlockIoTune | undefined>;
  /** CPU model and topology as the guest sees them. */
  declare readonly cpu: pulumi.Output<types.DomainCpu | undefined>;
  /** Machine type, firmware and boot order. */
  declare readonly os: pulumi.Output<types.DomainOs | undefined>;
  /** Features of the virtual machine. */
  declare readonly features: pulumi.Output<types.DomainFeatures | undefined>;
  /** The guest's clock. */
  declare readonly clock: pulumi.Output<types.DomainClock | undefined>;
  /** Sleep states offered to the guest. */
  declare readonly pm: pulumi.Output<types.DomainPm | undefined>;
  /** When the guest powers off. One of `destroy`, `restart`, `preserve`, `rename-restart`. */
  declare readonly onPoweroff: pulumi.Output<string | undefined>;
  /** When the guest reboots. One of `destroy`, `restart`, `preserve`, `rename-restart`. */
  declare readonly onReboot: pulumi.Output<string | undefined>;
  /** When the guest crashes. One of `destroy`, `restart`, `preserve`, `rename-restart`, `coredump-destroy`, `coredump-restart`. */
  declare readonly onCrash: pulumi.Output<string | undefined>;
  /** Resource group on the host. */
  declare readonly resource: pulumi.Output<types.DomainResource | undefined>;
  /** Devices. */
  declare readonly devices: pulumi.Output<types.DomainDevices | undefined>;
  /** Start the VM with the host. Changes live. */
  declare readonly autostart: pulumi.Output<boolean | undefined>;
  /** Whether the VM should run. Absent: it is defined and left as it is. A change from true to false stops it as `destroy` says. */
  declare readonly running: pulumi.Output<boolean | undefined>;
  /** How the domain is started. */
  declare readonly create: pulumi.Output<types.DomainCreate | undefined>;
  /** How the domain is stopped. */
  declare readonly destroy: pulumi.Output<types.DomainDestroy | undefined>;
  /** Any text that stands for what the VM is made from, such as the path of its seed. Another text makes the VM anew; to set or drop it changes nothing. */
  declare readonly generation: pulumi.Output<string | undefined>;
  /** Whether an update may restart the VM. Default: it may not. */
  declare readonly restart: pulumi.Output<types.DomainRestart | undefined>;
  /** Accepted so that programs for other providers run, and without effect: `restart` is what allows a restart. */
  declare readonly update: pulumi.Output<types.DomainUpdate | undefined>;
  /** UUID of the VM; the resource's id. */
  declare readonly uuid: pulumi.Output<string>;
  /** Number of the running VM on its host; -1 while it is off. */
  declare readonly domainId: pulumi.Output<number>;
  /** Properties that were changed and wait for the next boot of the VM, in the order of their paths; empty once it has been restarted by whoever. */
  declare readonly pendingRestart: pulumi.Output<readonly types.DomainPendingRestart[]>;

  constructor(name: string, args: DomainArgs, opts?: pulumi.CustomResourceOptions) {
    const { inputs, options } = registration(KIND, args, opts);
    super(TYPE, name, inputs, options);
  }

  /** The Domain that the host has under an id; it is read and never changed. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Domain {
    return new Domain(name, {} as DomainArgs, { ...opts, id });
  }

  /** Whether a value is a Domain, also one of another copy of this package. */
  static override isInstance(value: unknown): value is Domain {
    return (value as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === TYPE;
  }
}
