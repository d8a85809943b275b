import type { Fleet } from "../../model/fleet.ts";
import type { Bytes } from "../../model/quantity.ts";
import { guestMemory } from "../../model/virtioMem.ts";

/** A VM with a place, as far as it takes room: what an update compares with, VM by VM. */
export interface Resident {
  readonly host: string;
  readonly vcpus: number;
  /** What the guest may use, virtio-mem included. */
  readonly memory: Bytes;
  readonly gpus: number;
  /** By name; those without a pool that is known are left out. */
  readonly disks: Readonly<Record<string, { readonly pool: string; readonly size: Bytes }>>;
  /** It exists whatever the stack does, so that it asks for nothing. */
  readonly isForeign: boolean;
}

/** VMs by name. Within a fleet, and in libvirt, a name is one VM: another name makes another domain. */
export type Residents = ReadonlyMap<string, Resident>;

/** All VMs of a fleet that have a place. */
export function residentsOf({ hosts, vms }: Fleet): Residents {
  const pools = new Map(hosts.map((host) => [host.name, host.pools]));
  const residents = new Map<string, Resident>();
  for (const vm of vms) {
    if (vm.host === undefined) continue;
    const disks = vm.disks.flatMap(({ name, class: kind, pool, size }) => {
      const ofClass = (pools.get(vm.host as string) ?? []).filter((p) => p.class === kind);
      const found = pool ?? (ofClass.length === 1 ? ofClass[0]?.name : undefined);
      return found === undefined ? [] : [[name, { pool: found, size }] as const];
    });
    residents.set(vm.name, {
      host: vm.host,
      vcpus: vm.vcpus,
      memory: guestMemory(vm),
      gpus: vm.gpus.length,
      disks: Object.fromEntries(disks),
      isForeign: vm.managed === false,
    });
  }
  return residents;
}

/** What a VM asks of its host beyond what it has there; undefined: nothing. */
export interface Growth {
  readonly vm: string;
  readonly host: string;
  /** It was not on this host. */
  readonly isNew: boolean;
  readonly vcpus: number;
  readonly memory: Bytes;
  readonly gpus: number;
  readonly disks: readonly { readonly name: string; readonly pool: string; readonly size: Bytes }[];
}

/** Who asks for more than it had, by name. What others give up is not set against it. */
export function growthOf(before: Residents, after: Residents): Growth[] {
  return [...after].flatMap(([vm, now]): Growth[] => {
    const then = before.get(vm);
    const was = then?.host === now.host ? then : undefined;
    // What others look after is as it is; the fleet only tells of it.
    if (now.isForeign) return [];
    const more = (a: number, b: number | undefined) => Math.max(0, a - (b ?? 0));
    const growth = {
      vcpus: more(now.vcpus, was?.vcpus),
      memory: more(now.memory, was?.memory),
      gpus: more(now.gpus, was?.gpus),
      disks: Object.entries(now.disks).flatMap(([name, { pool, size }]) => {
        const disk = was !== undefined && Object.hasOwn(was.disks, name) ? was.disks[name] : undefined;
        const added = more(size, disk?.pool === pool ? disk.size : undefined);
        return added === 0 ? [] : [{ name, pool, size: added }];
      }),
    };
    const isNew = was === undefined;
    const isNothing = growth.vcpus + growth.memory + growth.gpus + growth.disks.length === 0;
    return isNothing ? [] : [{ vm, host: now.host, isNew, ...growth }];
  });
}
