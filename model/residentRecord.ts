import { z } from "zod";
import { parseQuantity, parseSize, QuantityError } from "./quantity.ts";

/** What the stack output `vms` has of each VM: where it is and what it takes there. */

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

const residentRecord = z.object({
  host: z.string(),
  vcpus: count,
  memory: figure(parseQuantity),
  gpus: count.default(0),
  /** False: it exists whatever the stack does. */
  managed: z.boolean().default(true),
  disks: z.record(z.string(), z.object({ pool: z.string(), size: figure(parseSize) })).default({}),
});
export type ResidentRecord = z.output<typeof residentRecord>;

/** A record as it is written: figures as texts that read back as the same. */
export type WrittenResident = z.input<typeof residentRecord>;

/** VMs by name; undefined where the outputs do not tell them, as those of an earlier version. */
export function readResidentRecords(outputs: unknown): Readonly<Record<string, ResidentRecord>> | undefined {
  const read = z.record(z.string(), residentRecord).safeParse(outputs);
  return read.success ? read.data : undefined;
}
