import { posix } from "node:path";
import type { Host } from "../../model/host.ts";
import type { Disk, VM } from "../../model/vm.ts";
import type { Facts } from "../facts.ts";
import type { PlainObject } from "../plain.ts";
import type { PoolClaim } from "./volume.ts";

/**
 * The disks of a Domain with the sizes of the volumes that were registered before it. Wanted only for a node
 * that runs in the VM, whose ephemeral storage lies on one of them; pools are judged by volumes alone. A disk
 * whose volume is not part of the stack has size 0, so that nothing is granted on it.
 * @param declared the disks of the same VM in a judged plan: a Domain does not say where the guest mounts one
 */
export function attachedDisks(
  facts: Facts,
  inputs: PlainObject,
  vm: Pick<VM, "name" | "host">,
  host: Host | undefined,
  claims: readonly PoolClaim[],
  declared: readonly Disk[] = [],
): Disk[] {
  const devices = facts.objects(facts.object(inputs, "devices", "devices"), "disks", "devices.disks");
  return devices.flatMap(({ item, at }, i) => {
    if ((facts.text(item, "device", `${at}.device`) ?? "disk") !== "disk") return [];
    const source = facts.object(item, "source", `${at}.source`);
    const volume = facts.object(source, "volume", `${at}.source.volume`);
    const file = facts.text(
      facts.object(source, "file", `${at}.source.file`),
      "file",
      `${at}.source.file.file`,
    );
    const pool = host?.pools.find((p) =>
      file === undefined
        ? p.name === facts.text(volume, "pool", `${at}.source.volume.pool`)
        : posix.dirname(file) === posix.normalize(p.path),
    );
    const name =
      file === undefined ? facts.text(volume, "volume", `${at}.source.volume.volume`) : posix.basename(file);
    const place = pool ?? host?.pools[0];
    if (place === undefined) return [];
    const claim = claims.find((c) => c.host === vm.host && c.pool === pool?.name && c.name === name);
    const same = declared.find((d) => (d.file ?? `${vm.name}-${d.name}.qcow2`) === name);
    return [
      {
        name: same?.name ?? `disk${i}`,
        class: place.class,
        size: claim?.size ?? 0,
        pool: place.name,
        precious: false,
        folders: [],
        ...(same?.mount === undefined ? {} : { mount: same.mount }),
      },
    ];
  });
}
