import { InvalidArgumentError } from "commander";
import { isDay } from "../capacity/records.ts";
import { type HostUris, hostUris } from "../model/hostUris.ts";

/** Readers of option values that several commands take. */

/** `--label a --label b`. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

export function seconds(least: number, most: number) {
  return (value: string): number => {
    const number = /^\d{1,9}(\.\d{1,3})?$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Expected seconds from ${least} to ${most}, like 5.`);
  };
}

/** @param of what is counted, as in `number of hosts` */
export function whole(least: number, most: number, of = "whole number") {
  return (value: string): number => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : -1;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Expected a ${of} from ${least} to ${most}.`);
  };
}

/** A calendar day, as records have it. */
export function day(value: string): string {
  if (isDay(value)) return value;
  throw new InvalidArgumentError("Expected a date, like 2026-05-06.");
}

/** `numa=qemu+ssh://root@numa/system` */
export function uriOf(value: string, previous: HostUris = {}): HostUris {
  const [, name = "", uri = ""] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
  if (Object.hasOwn(previous, name)) throw new InvalidArgumentError(`${name} has a URI already.`);
  const parsed = hostUris.safeParse({ ...previous, [name]: uri });
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError("Expected a host and its URI, like numa=qemu+ssh://root@numa/system.");
}
