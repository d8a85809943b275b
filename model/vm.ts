import { z } from "zod";
import * as f from "./fields.ts";
import { vmGpu } from "./gpu.ts";
import { diskClass, pageSize } from "./host.ts";
import { k3s } from "./k3s.ts";
import { labels, taint } from "./taint.ts";
import { virtioMem } from "./virtioMem.ts";
import { weight } from "./weight.ts";

/** A virtual machine as it is asked for. */

const EXPECTED_FOLDER =
  'expected a folder below the mount of letters, digits, dots, dashes or underscores, like "clean/bronze"';
const FOLDER = /^(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)*$/;

export const disk = z
  .strictObject({
    name: f.name("The disk's name within the VM, such as `os`. Effect of a change: replace."),
    class: diskClass.meta({
      description: "Kind of storage; the disk is placed in a pool of its class. Effect of a change: replace.",
    }),
    size: f.positiveSize("Virtual size. Effect of a change: live if it grows; shrinking is refused."),
    pool: f
      .name("Pool by name; by default the host's only pool of the class. Effect of a change: replace.")
      .optional(),
    file: f
      .name("File name in the pool; by default `VM-DISK.qcow2`. Effect of a change: replace.")
      .optional(),
    baseImage: f
      .path("Image that backs the disk; an empty disk by default. Effect of a change: replace.")
      .optional(),
    iops: f
      .countFromOne(
        "Most I/O operations a second, reads and writes together; no limit by default. Effect of a change: live.",
      )
      .optional(),
    precious: f
      .yesNo("True protects the data: never replaced or deleted by a plan. Effect of a change: live.")
      .default(false),
    mount: f
      .mountPoint(
        "Where the guest mounts the disk; a file system is made only on an empty disk. `/` tells of the disk that the guest runs from, and mounts nothing. Effect of a change: first boot.",
      )
      .optional(),
    partition: z
      .enum(["gpt"], { error: () => 'expected "gpt", or no `partition` at all' })
      .optional()
      .meta({
        description:
          "`gpt`: an empty disk gets a GPT with one partition over the whole of it, and the file system is made there. By default the file system is on the disk itself: that grows in place, with no partition table to be written anew each time. Either way a disk that holds anything stays as it is. Effect of a change: first boot.",
      }),
    folders: z
      .array(
        z
          .string({ error: () => EXPECTED_FOLDER })
          .regex(FOLDER, { error: () => EXPECTED_FOLDER })
          .meta({ description: "A folder." }),
      )
      .default([])
      .meta({
        description:
          "Folders below `mount` that the guest makes where they are missing; none by default. Effect of a change: first boot.",
        examples: [["clean/bronze"]],
      }),
  })
  .meta({ id: "Disk", description: "A disk of a VM. Its position gives its target: vda, vdb, …" });
export type Disk = z.output<typeof disk>;

/** A mount point without what a path may repeat: `/data//./hot/` is `/data/hot`. */
export function mountPlace(path: string): string {
  return `/${path
    .split("/")
    .filter((name) => name !== "" && name !== ".")
    .join("/")}`;
}

const USER_NAME = /^[a-z_][a-z0-9_-]{0,31}$/;
const SSH_KEY = /^(ssh-(rsa|ed25519)|ecdsa-sha2-nistp\d+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/=.]+( [^\n\r]*)?$/;

export const user = z
  .strictObject({
    name: z
      .string({ error: () => "expected a user name" })
      .regex(USER_NAME, { error: () => "expected a Linux user name of at most 32 characters" })
      .meta({ description: "Login name. Effect of a change: first boot." }),
    sshAuthorizedKeys: z
      .array(
        z.string({ error: () => "expected an SSH public key" }).regex(SSH_KEY, {
          error: () => 'expected an SSH public key on one line, like "ssh-ed25519 AAAA… user@host"',
        }),
      )
      .default([])
      .meta({ description: "SSH public keys; none by default. Effect of a change: first boot." }),
  })
  .meta({ id: "User", description: "A user that cloud-init makes on first boot." });

export const numaModes = ["strict", "preferred", "interleave", "restrictive"] as const;

export const vm = z
  .strictObject({
    name: f.name("The domain's name in libvirt and its host name. Effect of a change: replace."),
    host: f
      .name(
        "The host it runs on. Absent: the VM is placed, by `placement`, and stays where `placements` has it. Effect of a change: replace, unless `fleet move` has taken the VM there first.",
      )
      .optional(),
    managed: f
      .yesNo(
        "False: the VM exists and others look after it. It counts on its host and is verified as any other, and is neither made nor changed. Default: true. Effect of a change: to true, a VM that exists has to be imported first; to false, one that the stack has made is refused until its resources are taken out of the state (`pulumi state delete`), since it would be deleted.",
      )
      .optional(),
    vcpus: f.countFromOne(
      "Number of vCPUs. Effect of a change: live up to the `headroom` it was started with, else next boot.",
    ),
    pins: z.array(f.cpuset("Host CPUs of one vCPU.")).optional().meta({
      description:
        "One host CPU set per vCPU, in order. Pinned CPUs are dedicated to this VM. Absent: the VM floats over the host's shared CPUs. Effect of a change: live.",
    }),
    cpuPolicy: z
      .enum(["dedicated", "shared"], { error: () => 'expected "dedicated" or "shared"' })
      .optional()
      .meta({
        description:
          "`dedicated`: whole cores of its own, chosen by placement unless `pins` names them. `shared`: it floats over the host's shared CPUs. By default dedicated where `pins` are given or no host is named, else shared. Effect of a change: live.",
      }),
    guestCells: f
      .countFromOne(
        "NUMA cells that the guest sees, each on a host cell of its own, vCPUs and memory in equal parts. Default 1. Effect of a change: next boot.",
      )
      .optional(),
    exclusiveCores: f
      .yesNo(
        "True (default): no other VM may run on a sibling thread of this VM's pinned CPUs. Effect of a change: judged anew.",
      )
      .default(true),
    emulator: f
      .cpuset("Host CPUs of QEMU's emulator threads; may be shared between VMs. Effect of a change: live.")
      .optional(),
    iothreads: z
      .array(
        z
          .strictObject({
            cpus: f.cpuset("Host CPUs of this iothread. Effect of a change: live.").optional(),
          })
          .meta({ id: "IoThread", description: "An I/O thread of QEMU." }),
      )
      .default([])
      .meta({
        description: "One entry per iothread; none by default. Effect of a change: live.",
      }),
    numa: z
      .strictObject({
        mode: z
          .enum(numaModes, { error: () => `expected one of ${numaModes.join(", ")}` })
          .default("strict")
          .meta({
            description:
              "`strict` (default) binds, and cannot move live on libvirt 8 and later. Effect of a change: next boot.",
          }),
        nodeset: f.cpuset("NUMA cells that hold the VM's memory. Effect of a change: next boot."),
      })
      .optional()
      .meta({
        description:
          "NUMA memory binding; absent: unbound, counted against any cell with room. Effect of a change: next boot.",
      }),
    memory: f.positiveSize(
      "Guest memory (the balloon's maximum). Effect of a change: live where it grows by steps of 128 MiB within the `headroom` it was started with, else next boot.",
    ),
    minimumMemory: f
      .sizeDemand(
        "Least memory the balloon may leave the guest; no ballooning if absent. Effect of a change: judged anew.",
      )
      .optional(),
    headroom: z
      .strictObject({
        memory: f
          .sizeDemand(
            "Memory beyond `memory` that the running VM can be given. Default: up to the next power of two from twice `memory`, for a VM of 4 GiB or more; none for a smaller one, whose kernel would set 64 MiB aside for it. Effect of a change: next boot.",
          )
          .optional(),
        vcpus: f
          .countFromZero(
            "vCPUs beyond `vcpus` that the running VM can be given; they are part of the topology that its guest sees. Default: none. Effect of a change: next boot.",
          )
          .default(0),
      })
      .optional()
      .meta({
        description:
          "Room to grow while the VM runs. It takes nothing from the host and from its budget before it is used: `memory` and `vcpus` then grow live, and are judged like any change. Effect of a change: next boot.",
      }),
    virtioMem: virtioMem.optional().meta({
      description:
        "Memory that the running guest gets and gives back, live, beside `memory`. Absent: no such device. Effect of a change: next boot, but `requested` live.",
    }),
    hugepages: pageSize
      .optional()
      .meta({ description: "Back the memory with hugepages of this size. Effect of a change: next boot." }),
    weight: weight.optional().meta({
      description:
        "CPU weight, as cgroup v2 counts it (100 is a VM's without one); the ledger `weights` is the better place. Effect of a change: live.",
    }),
    disks: z
      .array(disk)
      .default([])
      .meta({ description: "Disks in order; none by default. Effect of a change: next boot." }),
    bridge: f
      .name(
        "Bridge of the host that the VM's interface joins; no interface if absent. Effect of a change: next boot.",
      )
      .optional(),
    bandwidth: z
      .strictObject({
        download: f.bandwidthCapacity("Most that the VM receives. Effect of a change: live.").optional(),
        upload: f.bandwidthCapacity("Most that the VM sends. Effect of a change: live.").optional(),
      })
      .optional()
      .meta({
        description:
          "Limits of the VM's interface; by default none, or its share by vCPUs where the fleet has default limits. Effect of a change: live.",
      }),
    diskBandwidth: f
      .bandwidthCapacity(
        "Most that all disks of the VM together read and write; by default none, or its share by vCPUs where the fleet has default limits. Effect of a change: live.",
      )
      .optional(),
    gpus: z.array(vmGpu).default([]).meta({
      description:
        "GPUs of the host, or shares of them; none by default. All of the VM's memory is then locked, and no balloon moves it. Effect of a change: next boot.",
    }),
    cloudInit: z
      .strictObject({
        users: z
          .array(user)
          .default([])
          .meta({ description: "Users; none by default. Effect of a change: first boot." }),
        seed: f
          .path(
            "Where the NoCloud ISO lies on the host; derived from the name by default. Effect of a change: replace.",
          )
          .optional(),
        onSeedChange: z
          .enum(["ignore", "replace"], { error: () => 'expected "ignore" or "replace"' })
          .optional()
          .meta({
            description:
              "What a changed seed does to the VM: `ignore` keeps seed and VM as they are, `replace` makes the VM anew with its disks that are not precious. By default such a change is refused. Effect of a change: judged anew.",
          }),
      })
      .optional()
      .meta({ description: "First-boot configuration. Effect of a change: first boot." }),
    role: z
      .enum(["k3s-server", "k3s-agent"], { error: () => 'expected the role "k3s-server" or "k3s-agent"' })
      .optional()
      .meta({
        description:
          "What the guest becomes in the cluster; nothing by default. Effect of a change: first boot.",
      }),
    k3s: k3s.optional().meta({
      description: "How the VM gets and runs k3s; needs a role. Effect of a change: first boot.",
    }),
    taints: z.array(taint).default([]).meta({
      description:
        "Taints of the k3s node; k3s applies them only when it first registers. Effect of a change: first boot.",
    }),
    labels: labels.default({}).meta({
      description:
        "Labels of the k3s node; k3s applies them only when it first registers. Effect of a change: first boot.",
    }),
    purpose: f.line("What the VM is for; becomes the domain's title. Effect of a change: live.").optional(),
  })
  .meta({ id: "VM", description: "A libvirt VM." });
export type VM = z.output<typeof vm>;
