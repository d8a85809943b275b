import { posix } from "node:path";
import type { Host } from "../model/host.ts";
import type { VM } from "../model/vm.ts";
import { needsSeed } from "./cloudConfig.ts";
import { poolOfDisk } from "./poolArgs.ts";

/**
 * Size of a seed's volume, 1 MiB: the image is written at its start. It is stated, and not taken from the
 * image, so that a policy can count it before the image exists.
 */
export const SEED_BYTES = 1024 ** 2;

/** Where the cloud-init image of a VM lies: a volume of one of the host's pools. */
export interface SeedPlan {
  readonly pool: string;
  readonly volume: string;
}

/**
 * The seed's place. A path that the fleet gives must be in the directory of a pool; by default it is
 * `VM-cloud-init.iso` beside the VM's first disk, else in the host's first pool. Undefined if the VM needs no
 * seed, or if there is no such pool (`build/seed-outside-pools`).
 */
export function seedPlan(vm: VM, host: Host): SeedPlan | undefined {
  if (!needsSeed(vm)) return undefined;
  const path = vm.cloudInit?.seed;
  if (path !== undefined) {
    const pool = host.pools.find((p) => posix.normalize(`${p.path}/`) === `${posix.dirname(path)}/`);
    return pool && { pool: pool.name, volume: posix.basename(path) };
  }
  const [disk] = vm.disks;
  const pool = (disk && poolOfDisk(host, disk)) ?? host.pools[0];
  return pool && { pool: pool.name, volume: `${vm.name}-cloud-init.iso` };
}
