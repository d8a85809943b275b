import { z } from "zod";
import { distances } from "./distances.ts";
import * as f from "./fields.ts";
import { gpu } from "./gpu.ts";
import type { Bytes } from "./quantity.ts";
import { tuning } from "./tuning.ts";
import { CGROUPS } from "./weight.ts";

/** A hypervisor host: what it has, what it keeps for itself, and where that was recorded. */

export const diskClass = z
  .enum(["ssd", "hdd"], { error: () => 'expected the class "ssd" or "hdd"' })
  .meta({ description: "Kind of storage; a disk is placed in a pool of its class." });
export type DiskClass = z.output<typeof diskClass>;

export const PAGE_SIZES = ["2MiB", "1GiB"] as const;
export const pageSize = z
  .enum(PAGE_SIZES, { error: () => 'expected the page size "2MiB" or "1GiB"' })
  .meta({ description: "Size of a hugepage." });
export type PageSize = z.output<typeof pageSize>;
/** Bytes of one hugepage (x86-64). */
export const PAGE_BYTES: Readonly<Record<PageSize, number>> = { "2MiB": 2 * 1024 ** 2, "1GiB": 1024 ** 3 };

export const cell = z
  .strictObject({
    id: f.countFromZero("The NUMA cell's number, as libvirt and Linux count it."),
    cores: z
      .array(f.cpuset("One core's sibling threads, as thread_siblings_list prints them."))
      .min(1, { error: () => "expected at least one core" })
      .meta({ description: "The cell's CPUs, core by core: each entry one core's sibling threads." }),
    memory: f.sizeCapacity("Physical memory of the cell."),
    hugepages: z
      .partialRecord(pageSize, f.countFromZero("Number of pages reserved in this cell."))
      .default({})
      .meta({
        description: "Hugepages reserved in this cell, by size; none by default. They are part of `memory`.",
      }),
    distances,
    recorded: f.ownRecord.optional(),
  })
  .meta({ id: "Cell", description: "A NUMA cell. Effect of a change: judged anew." });
export type Cell = z.output<typeof cell>;

export const storagePool = z
  .strictObject({
    name: f.name("The pool's name in libvirt. Effect of a change: replace."),
    class: diskClass,
    path: f.path("Directory or device of the pool on the host. Effect of a change: replace."),
    capacity: f.sizeCapacity("What the pool can hold."),
    managed: f
      .yesNo(
        "False: the pool exists and others look after it; it is used, and neither made nor changed. Default: true. Effect of a change: to true, a pool that exists has to be imported first; to false, one that the stack has made is deleted without its files, unless it is taken out of the state before (`pulumi state delete`).",
      )
      .optional(),
    filesystem: f
      .path(
        "Where the file system that holds the pool is mounted; not recorded by default. Pools with the same one share its room: together their disks may take no more than the largest of their capacities, by the disk ratio.",
      )
      .optional(),
    recorded: f.ownRecord.optional(),
  })
  .meta({ id: "StoragePool", description: "A storage pool of the host. Effect of a change: judged anew." });
export type StoragePool = z.output<typeof storagePool>;

export const bridge = z
  .strictObject({
    name: f.name("The bridge's interface name on the host."),
    bandwidth: f.bandwidthCapacity("Speed of its uplink.").optional(),
    recorded: f.ownRecord.optional(),
  })
  .meta({
    id: "Bridge",
    description: "A bridge (or NIC) that VMs attach to. Effect of a change: judged anew.",
  });

const EXPECTED_SHARE = "expected a share above 0, at most 1";

/** Source: the resources document, MAX_IMAGE_STORAGE. */
export const IMAGE_SHARE = 0.2;
/** Source: the resources document, "Image pulls blocked when <5GB available". */
export const IMAGE_RESERVE: Bytes = 5_000_000_000;

export const limits = z
  .strictObject({
    disk: f.sizeCapacity("Most that all pools together may hold; by default what they have.").optional(),
    network: f
      .bandwidthCapacity("Most that all VMs together may take; by default the speeds of the uplinks.")
      .optional(),
    imageStorage: z
      .number({ error: () => EXPECTED_SHARE })
      .positive({ error: () => EXPECTED_SHARE })
      .max(1, { error: () => EXPECTED_SHARE })
      .default(IMAGE_SHARE)
      .meta({
        description: "Share of the pools' capacity that base images may take. Default 0.2.",
      }),
    imageReserve: f
      .sizeDemand(
        "What has to be free in a pool before another image is fetched into it, from the web or from a file: less is told by `fleet status`, and refused by the provider before anything is downloaded. Cloud-init seeds are always taken. Default 5 GB, if the host has `limits`.",
      )
      .default(IMAGE_RESERVE),
  })
  .meta({
    id: "Limits",
    description:
      "Limits that are configured: they win over what was found on the host. Effect of a change: judged anew.",
  });

const EXPECTED_URI = 'expected a libvirt connection URI, like "qemu+ssh://root@numa1/system"';

/** The form of a connection URI; what libvirt makes of it is told when it connects. */
export const connectionUri = z
  .string({ error: () => EXPECTED_URI })
  .regex(/^[a-z][a-z0-9+.-]*:\/\/\S*$/, { error: () => EXPECTED_URI });

export const host = z
  .strictObject({
    name: f.name("The host's name in this fleet."),
    uri: connectionUri.meta({
      description: "libvirt connection URI.",
      examples: ["qemu+ssh://root@numa1/system"],
    }),
    recorded: f.record,
    cordoned: f
      .yesNo(
        "True: no VM is placed here; those that name the host, and those that are here, stay. Default false. Effect of a change: VMs that are not placed yet.",
      )
      .default(false),
    cells: z
      .array(cell)
      .min(1, { error: () => "expected at least one NUMA cell" })
      .meta({ description: "The host's NUMA cells." }),
    reserved: z
      .strictObject({
        cpus: f
          .cpuset("CPUs on which no vCPU may be pinned; emulator and iothread sets may use them.")
          .optional(),
        memoryPerCell: f.sizeDemand("Memory kept for the host in each cell."),
      })
      .meta({ description: "What is kept for the host itself." }),
    pools: z.array(storagePool).default([]).meta({ description: "Storage pools; none by default." }),
    bridges: z.array(bridge).default([]).meta({ description: "Bridges; none by default." }),
    sockets: f.countFromOne("CPU sockets; not recorded by default. Capacity does not count them.").optional(),
    gpus: z.array(gpu).default([]).meta({ description: "GPUs that VMs can be given; none by default." }),
    cgroup: z
      .enum(CGROUPS, { error: () => 'expected "v1" or "v2"' })
      .optional()
      .meta({
        description:
          "Version of the host's cgroups, for CPU weights: v1 is given shares that stand for them (1024 for 100). By default only what both take, and VMs without a weight are given 100 beside others that have one. Effect of a change: live.",
      }),
    swap: f.sizeCapacity("Swap of the host, all devices together; not recorded by default.").optional(),
    systemDisk: z
      .strictObject({
        capacity: f.sizeCapacity("What the file system can hold."),
        recorded: f.ownRecord.optional(),
      })
      .optional()
      .meta({
        description:
          "The host's own file system, mounted at `/`; not recorded by default. Effect of a change: judged anew.",
      }),
    diskBandwidth: f
      .bandwidthCapacity(
        "Disk I/O bandwidth of the host, all pools together. By default 1 GB/s where default limits are asked for, else it is not judged.",
      )
      .optional(),
    limits: limits.optional(),
    tuning: tuning.optional(),
  })
  .meta({ id: "Host", description: "A hypervisor host, as recorded. Effect of a change: judged anew." });
export type Host = z.output<typeof host>;
