import type { Bytes } from "../../model/quantity.ts";
import type { Facts } from "../facts.ts";
import type { PlainObject } from "../plain.ts";

/**
 * libvirt's units of memory and storage. A bare letter is binary, `KB` is decimal.
 * Source: https://libvirt.org/formatdomain.html (memory) and formatstorage.html (capacity).
 */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ["b", 1n],
  ["bytes", 1n],
  ["B", 1n],
  ...["K", "M", "G", "T", "P", "E"].flatMap((letter, i): [string, bigint][] => [
    [`${letter}B`, 1000n ** BigInt(i + 1)],
    [letter, 1024n ** BigInt(i + 1)],
    [`${letter}iB`, 1024n ** BigInt(i + 1)],
  ]),
  ["k", 1024n],
]);

/**
 * A size that a resource states as a number and, beside it, a unit: `memory` with `memoryUnit`. In bytes;
 * undefined if it is absent, or if it is no size (which is a finding).
 * @param defaultUnit what libvirt takes without a unit: `KiB` for memory, `bytes` for storage
 */
export function readSize(
  facts: Facts,
  owner: PlainObject | undefined,
  key: string,
  unitKey: string,
  path: string,
  defaultUnit: "KiB" | "bytes",
): Bytes | undefined {
  const expected = `a whole number, with its unit in \`${path}${unitKey}\``;
  const value = facts.count(owner, key, `${path}${key}`, 0, expected);
  const unit = facts.text(owner, unitKey, `${path}${unitKey}`) ?? defaultUnit;
  if (value === undefined) return undefined;
  const factor = UNITS.get(unit);
  if (factor === undefined) {
    facts.invalid(`${path}${unitKey}`, unit, "a unit of libvirt, like KiB, MiB or GiB");
    return undefined;
  }
  const bytes = BigInt(value) * factor;
  if (bytes <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(bytes);
  facts.invalid(`${path}${key}`, value, "a size that can be counted exactly");
  return undefined;
}
