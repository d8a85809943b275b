import { type Resident, type Residents, residentsOf } from "../capacity/pressure/residents.ts";
import type { Fleet } from "../model/fleet.ts";
import { readResidentRecords, type WrittenResident } from "../model/residentRecord.ts";
import { formatExact } from "./outputs.ts";

/** The stack output `vms`: where each VM is and what it takes there, for the next update to know what is new. */
export function residentOutputs(fleet: Fleet): Readonly<Record<string, WrittenResident>> {
  return Object.fromEntries([...residentsOf(fleet)].map(([name, resident]) => [name, written(resident)]));
}

function written({ host, vcpus, memory, gpus, disks, isForeign }: Resident): WrittenResident {
  const entries = Object.entries(disks).map(([name, { pool, size }]) => {
    return [name, { pool, size: formatExact(size, "storage bytes") }] as const;
  });
  return {
    host,
    vcpus,
    memory: formatExact(memory, "bytes"),
    ...(gpus === 0 ? {} : { gpus }),
    ...(isForeign ? { managed: false } : {}),
    ...(entries.length === 0 ? {} : { disks: Object.fromEntries(entries) }),
  };
}

/** The VMs of the last update; undefined where its outputs do not tell them. */
export function readResidents(outputs: unknown): Residents | undefined {
  const records = readResidentRecords(outputs);
  if (records === undefined) return undefined;
  return new Map(Object.entries(records).map(([name, vm]) => [name, { ...vm, isForeign: !vm.managed }]));
}
