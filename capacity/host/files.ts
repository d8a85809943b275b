import { compareText, type Finding, finding } from "../../model/finding.ts";
import type { StoragePool } from "../../model/host.ts";
import type { Disk, VM } from "../../model/vm.ts";
import type { Guest, Machine } from "./machine.ts";
import { listNames } from "./names.ts";
import { shortOf } from "./shortfall.ts";

/** A disk with the pool that it lies in. */
export interface PlacedDisk {
  readonly guest: Guest;
  readonly disk: Disk;
  /** Property path in the fleet: `vms[2].disks[0]`. */
  readonly path: string;
  readonly pool: StoragePool;
}

/** A disk's file in its pool: the declared one, else it is named after VM and disk. */
export function diskFile(vm: Pick<VM, "name">, disk: Pick<Disk, "name" | "file">): string {
  return disk.file ?? `${vm.name}-${disk.name}.qcow2`;
}

/** Each disk in a file of its own: two VMs that write to one file destroy what is in it. */
export function checkFiles({ host }: Machine, disks: readonly PlacedDisk[]): Finding[] {
  const files = new Map<string, PlacedDisk[]>();
  for (const placed of disks) {
    const key = JSON.stringify([placed.pool.name, diskFile(placed.guest.vm, placed.disk)]);
    const list = files.get(key);
    if (list) list.push(placed);
    else files.set(key, [placed]);
  }
  return [...files.values()].flatMap((list) => {
    const sharing = [...list].sort(
      (a, b) => compareText(a.guest.vm.name, b.guest.vm.name) || compareText(a.disk.name, b.disk.name),
    );
    const last = sharing[sharing.length - 1];
    if (sharing.length < 2 || last === undefined) return [];
    const file = diskFile(last.guest.vm, last.disk);
    const short = shortOf(sharing.length, 1, "file");
    return [
      finding({
        rule: "host/disk-file-twice",
        path: `${last.path}.file`,
        subject: `file ${file} in pool ${last.pool.name} of host ${host.name}`,
        ...short.figures,
        message: `File ${file} in pool ${last.pool.name} of host ${host.name} is ${listNames(sharing.map(({ guest, disk }) => `disk ${disk.name} of VM ${guest.vm.name}`))} at once: ${short.text}.`,
        remedy: "Give each disk a file of its own.",
      }),
    ];
  });
}
