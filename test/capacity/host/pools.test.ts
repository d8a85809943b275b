import { expect, test } from "vitest";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { fleetOf, floating, host, texts, vm } from "./fleet.ts";

const disk = { name: "os", class: "ssd", size: "40 GB" } as const;
const pools = [
  ...(host.pools ?? []),
  { name: "other", class: "ssd", path: "/other", capacity: "100 GB" } as const,
];

const cases = [
  {
    name: "disks that fill their pool to the byte pass",
    fleet: fleetOf([
      vm("a", {
        disks: [
          { ...disk, size: "60 GB" },
          { ...disk, name: "more" },
        ],
      }),
    ]),
    texts: [],
  },
  {
    name: "disks beyond their pool, a base image is no discount",
    fleet: fleetOf([
      vm("a", { disks: [{ ...disk, baseImage: "/base.qcow2" }] }),
      floating("b", { disks: [{ ...disk, size: "61 GB" }] }),
    ]),
    texts: [
      "refuse host/pool-capacity hosts[0].pools[0].capacity: Pool fast (ssd) of host h cannot hold the disks of VMs b and a at full size: requested 101 GB, available 100 GB, short by 1 GB. | Make the disks smaller by 1 GB in all, move one to another ssd pool, or enlarge the pool.",
    ],
  },
  {
    name: "two pools on one file system, whose room is there once",
    fleet: fleetOf(
      [
        vm("a", { disks: [{ ...disk, size: "60 GB", pool: "fast" }] }),
        floating("b", { disks: [{ ...disk, size: "61 GB", pool: "other" }] }),
      ],
      { pools: pools.map((pool) => (pool.class === "ssd" ? { ...pool, filesystem: "/srv" } : pool)) },
    ),
    texts: [
      "refuse host/filesystem-capacity hosts[0].pools[0].filesystem: Pools fast and other of host h lie on one file system, /srv, which cannot hold their disks at full size: requested 121 GB, available 100 GB, short by 21 GB. | Make the disks smaller by 21 GB in all, move one to another file system, or enlarge this one.",
    ],
  },
  {
    name: "two pools on one file system at a ratio, as one alone",
    fleet: fleetOf(
      [
        vm("a", { disks: [{ ...disk, size: "60 GB", pool: "fast" }] }),
        floating("b", { disks: [{ ...disk, size: "61 GB", pool: "other" }] }),
      ],
      { pools: pools.map((pool) => (pool.class === "ssd" ? { ...pool, filesystem: "/srv" } : pool)) },
      { placement: { resources: { disk: { overcommitRatio: 1.2 } } } },
    ),
    texts: [
      "refuse host/filesystem-capacity hosts[0].pools[0].filesystem: Pools fast and other of host h lie on one file system, /srv, which cannot hold their disks at full size: requested 121 GB, available 120 GB (100 GB at ratio 1.2), short by 1 GB. | Make the disks smaller by 1 GB in all, move one to another file system, or enlarge this one.",
    ],
  },
  {
    name: "two pools on two file systems, and the same disks",
    fleet: fleetOf(
      [
        vm("a", { disks: [{ ...disk, size: "60 GB", pool: "fast" }] }),
        floating("b", { disks: [{ ...disk, size: "61 GB", pool: "other" }] }),
      ],
      { pools: pools.map((pool) => ({ ...pool, filesystem: pool.path })) },
    ),
    texts: [],
  },
  {
    name: "a limit for all pools together, which both keep to by themselves",
    fleet: fleetOf(
      [
        vm("a", { disks: [{ ...disk, size: "60 GB", pool: "fast" }] }),
        floating("b", { disks: [{ ...disk, size: "61 GB", pool: "other" }] }),
      ],
      { pools, limits: { disk: "120 GB" } },
    ),
    texts: [
      "refuse host/disk-limit hosts[0].limits.disk: Host h may not hold the disks of all its VMs at full size, by its limits.disk: requested 121 GB, available 120 GB, short by 1 GB. | Make the disks smaller by 1 GB in all, move a VM to another host, or raise limits.disk.",
    ],
  },
  {
    name: "disks up to that limit, to the byte",
    fleet: fleetOf(
      [
        vm("a", { disks: [{ ...disk, size: "60 GB", pool: "fast" }] }),
        floating("b", { disks: [{ ...disk, size: "60 GB", pool: "other" }] }),
      ],
      { pools, limits: { disk: "120 GB" } },
    ),
    texts: [],
  },
  {
    name: "two VMs on one file, by name or by default",
    fleet: fleetOf([
      vm("b", { disks: [{ ...disk, size: "1 GB", file: "a-os.qcow2" }] }),
      floating("a", { disks: [{ ...disk, size: "1 GB" }] }),
    ]),
    texts: [
      "refuse host/disk-file-twice vms[0].disks[0].file: File a-os.qcow2 in pool fast of host h is disk os of VM a and disk os of VM b at once: requested 2 files, available 1, short by 1. | Give each disk a file of its own.",
    ],
  },
  {
    name: "files of one name in two pools are two files",
    fleet: fleetOf(
      [
        vm("a", { disks: [{ ...disk, pool: "fast", file: "x" }] }),
        floating("b", { disks: [{ ...disk, pool: "other", file: "x" }] }),
      ],
      { pools },
    ),
    texts: [],
  },
  {
    name: "no pool of the class",
    fleet: fleetOf([vm("a", { disks: [disk] })], { pools: [] }),
    texts: [
      "refuse host/pool-missing vms[0].disks[0].class: Host h has no pool of class ssd for disk os of VM a: requested 40 GB, available 0, short by 40 GB. | Declare a pool of class ssd on host h, or move the disk to another class.",
    ],
  },
  {
    name: "several pools of the class and none named",
    fleet: fleetOf([vm("a", { disks: [disk] })], { pools }),
    texts: [
      "refuse host/pool-ambiguous vms[0].disks[0].pool: Disk os of VM a names no pool, and host h has 2 of class ssd: fast and other. | Name one of them in the disk's pool.",
    ],
  },
  {
    name: "one of several pools of the class, named",
    fleet: fleetOf([vm("a", { disks: [{ ...disk, pool: "other" }] })], { pools }),
    texts: [],
  },
  {
    name: "a named pool of another class",
    fleet: fleetOf([vm("a", { disks: [{ ...disk, pool: "slow" }] })]),
    texts: [
      "refuse host/pool-class vms[0].disks[0].pool: Disk os of VM a has class ssd, but pool slow of host h has class hdd: requested 40 GB (ssd), available 0, short by 40 GB. | Give the disk class hdd, or name a pool of class ssd: fast.",
    ],
  },
];

test.each(cases)("$name", ({ fleet, texts: expected }) => {
  expect(texts(judgeHosts(fleet).findings)).toEqual(expected);
});
