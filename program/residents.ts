import { z } from "zod";
import { type Resident, type Residents, residentsOf } from "../capacity/pressure/residents.ts";
import type { Fleet } from "../model/fleet.ts";
import { parseQuantity, parseSize, QuantityError } from "../model/quantity.ts";
import { formatExact } from "../report/outputs.ts";

/** The stack output `vms`: where each VM is and what it takes there, for the next update to know what is new. */
export type ResidentOutputs = Readonly<Record<string, z.input<typeof written>>>;

const figure = (parse: (text: string, rounding: "capacity") => number) =>
  z.string().transform((text, { issues }) => {
    try {
      return parse(text, "capacity");
    } catch (error) {
      if (!(error instanceof QuantityError)) throw error;
      issues.push({ code: "custom", message: error.message, input: text });
      return z.NEVER;
    }
  });
const count = z.int().min(0);

const written = z.object({
  host: z.string(),
  vcpus: count,
  memory: figure(parseQuantity),
  gpus: count.default(0),
  disks: z.record(z.string(), z.object({ pool: z.string(), size: figure(parseSize) })).default({}),
});

export function residentOutputs(fleet: Fleet): ResidentOutputs {
  return Object.fromEntries([...residentsOf(fleet)].map(([name, resident]) => [name, outputOf(resident)]));
}

function outputOf({ host, vcpus, memory, gpus, disks }: Resident): z.input<typeof written> {
  const entries = Object.entries(disks).map(([name, { pool, size }]) => {
    return [name, { pool, size: formatExact(size, "storage bytes") }] as const;
  });
  return {
    host,
    vcpus,
    memory: formatExact(memory, "bytes"),
    ...(gpus === 0 ? {} : { gpus }),
    ...(entries.length === 0 ? {} : { disks: Object.fromEntries(entries) }),
  };
}

/** The VMs of the last update; undefined where its outputs do not tell them, as those of an earlier version. */
export function readResidents(outputs: unknown): Residents | undefined {
  const read = z.record(z.string(), written).safeParse(outputs);
  if (!read.success) return undefined;
  return new Map(Object.entries(read.data).map(([name, vm]) => [name, { ...vm, isForeign: false }]));
}
