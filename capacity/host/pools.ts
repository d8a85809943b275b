import { compareText, type Finding, finding } from "../../model/finding.ts";
import { formatStorage } from "../../model/format.ts";
import type { StoragePool } from "../../model/host.ts";
import type { Bytes } from "../../model/quantity.ts";
import type { Disk } from "../../model/vm.ts";
import { amount, type PoolCapacity } from "../capacity.ts";
import { checkDiskLimit } from "./diskLimit.ts";
import { effective } from "./effective.ts";
import { checkFiles, type PlacedDisk } from "./files.ts";
import { checkFilesystems } from "./filesystems.ts";
import type { Guest, Machine } from "./machine.ts";
import { listNames, listVms } from "./names.ts";

/**
 * Disks in pools of their class, at their full virtual size. A thin disk or one over a base image takes less
 * at first; that it stays so is nothing that could be proven.
 */
export function placeDisks(machine: Machine): { pools: PoolCapacity[]; findings: Finding[] } {
  const { host, path } = machine;
  const findings: Finding[] = [];
  const taken = new Map<StoragePool, { bytes: Bytes; vms: Map<string, Bytes> }>(
    host.pools.map((pool) => [pool, { bytes: 0, vms: new Map() }]),
  );
  const placed: PlacedDisk[] = [];
  for (const guest of machine.guests) {
    guest.vm.disks.forEach((disk, i) => {
      const at = `${guest.path}.disks[${i}]`;
      const { pool, findings: found } = choosePool(machine, guest, disk, at);
      findings.push(...found);
      const entry = pool && taken.get(pool);
      if (!entry) return;
      placed.push({ guest, disk, path: at, pool });
      entry.bytes += disk.size;
      entry.vms.set(guest.vm.name, (entry.vms.get(guest.vm.name) ?? 0) + disk.size);
    });
  }
  findings.push(...checkFiles(machine, placed));
  host.pools.forEach((pool, p) => {
    const { bytes = 0, vms } = taken.get(pool) ?? {};
    const limit = effective(pool.capacity, machine.ratios.disk);
    if (bytes <= limit || !vms) return;
    const names = [...vms].sort(([a, x], [b, y]) => y - x || compareText(a, b)).map(([name]) => name);
    const short = bytes - limit;
    const ratio =
      limit === pool.capacity ? "" : ` (${formatStorage(pool.capacity)} at ratio ${machine.ratios.disk})`;
    findings.push(
      finding({
        rule: "host/pool-capacity",
        path: `${path}.pools[${p}].capacity`,
        subject: `pool ${pool.name} of host ${host.name}`,
        have: limit,
        need: bytes,
        limit,
        unit: "bytes",
        message: `Pool ${pool.name} (${pool.class}) of host ${host.name} cannot hold the disks of ${listVms(names)} at full size: requested ${formatStorage(bytes)}, available ${formatStorage(limit)}${ratio}, short by ${formatStorage(short)}.`,
        remedy: `Make the disks smaller by ${Math.ceil(short / 1e9)} GB in all, move one to another ${pool.class} pool, or enlarge the pool.`,
      }),
    );
  });
  const perPool = host.pools.map((pool) => taken.get(pool)?.bytes ?? 0);
  findings.push(...checkFilesystems(machine, perPool));
  const inAll = perPool.reduce((sum, bytes) => sum + bytes, 0);
  findings.push(...checkDiskLimit(machine, inAll));
  return {
    pools: host.pools.map((pool) => ({
      name: pool.name,
      class: pool.class,
      storage: amount(
        pool.capacity,
        0,
        taken.get(pool)?.bytes ?? 0,
        effective(pool.capacity, machine.ratios.disk),
      ),
    })),
    findings,
  };
}

/** A disk's pool: the named one, else the host's only one of the class. */
function choosePool(
  { host }: Machine,
  { vm }: Guest,
  disk: Disk,
  path: string,
): { pool: StoragePool | undefined; findings: Finding[] } {
  const subject = `disk ${disk.name} of VM ${vm.name}`;
  const size = formatStorage(disk.size);
  const none = { have: 0, need: disk.size, limit: 0, unit: "bytes" } as const;
  const ofClass = host.pools.filter((pool) => pool.class === disk.class);
  const names = listNames(ofClass.map((pool) => pool.name));
  if (disk.pool !== undefined) {
    const pool = host.pools.find((p) => p.name === disk.pool);
    if (pool === undefined || pool.class === disk.class) return { pool, findings: [] };
    const wrong = finding({
      rule: "host/pool-class",
      path: `${path}.pool`,
      subject,
      ...none,
      message: `Disk ${disk.name} of VM ${vm.name} has class ${disk.class}, but pool ${pool.name} of host ${host.name} has class ${pool.class}: requested ${size} (${disk.class}), available 0, short by ${size}.`,
      remedy:
        names === ""
          ? `Give the disk class ${pool.class}, or declare a pool of class ${disk.class}.`
          : `Give the disk class ${pool.class}, or name a pool of class ${disk.class}: ${names}.`,
    });
    return { pool, findings: [wrong] };
  }
  if (ofClass.length === 1) return { pool: ofClass[0], findings: [] };
  if (ofClass.length > 1) {
    const ambiguous = finding({
      rule: "host/pool-ambiguous",
      path: `${path}.pool`,
      subject,
      message: `Disk ${disk.name} of VM ${vm.name} names no pool, and host ${host.name} has ${ofClass.length} of class ${disk.class}: ${names}.`,
      remedy: "Name one of them in the disk's pool.",
    });
    return { pool: undefined, findings: [ambiguous] };
  }
  const missing = finding({
    rule: "host/pool-missing",
    path: `${path}.class`,
    subject,
    ...none,
    message: `Host ${host.name} has no pool of class ${disk.class} for disk ${disk.name} of VM ${vm.name}: requested ${size}, available 0, short by ${size}.`,
    remedy: `Declare a pool of class ${disk.class} on host ${host.name}, or move the disk to another class.`,
  });
  return { pool: undefined, findings: [missing] };
}
