/** Sizes with a unit, as libvirt reads them: KiB, MiB… and single letters are of 1024, KB, MB… of 1000. */

const PREFIXES = ["", "K", "M", "G", "T", "P", "E"] as const;

/** Bytes of one unit; undefined for a unit that libvirt does not know. */
export function unitBytes(unit: string): bigint | undefined {
  if (/^(b|bytes?)$/i.test(unit)) return 1n;
  const match = /^([KMGTPE])(iB|B)?$/i.exec(unit);
  if (!match) return undefined;
  const power = BigInt(PREFIXES.indexOf((match[1] ?? "").toUpperCase() as (typeof PREFIXES)[number]));
  const base = match[2]?.toLowerCase() === "b" ? 1000n : 1024n;
  return base ** power;
}

/** A size in bytes; undefined when it is not a whole number or has an unknown unit. */
export function byteSize(value: unknown, unit: string): bigint | undefined {
  const factor = unitBytes(unit);
  const amount = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof amount === "number" && Number.isSafeInteger(amount) && factor !== undefined
    ? BigInt(amount) * factor
    : undefined;
}

/** Rounded up to a whole number of a unit, as libvirt keeps memory in KiB. */
export function roundedUp(bytes: bigint, unit: string): bigint {
  const factor = unitBytes(unit) ?? 1n;
  return ((bytes + factor - 1n) / factor) * factor;
}

/** Bytes as a number of a unit where that is whole; undefined otherwise. */
export function inUnit(bytes: bigint, unit: string): number | undefined {
  const factor = unitBytes(unit);
  if (factor === undefined || bytes % factor !== 0n) return undefined;
  const value = bytes / factor;
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}

/** Bytes as a number of a unit, rounded down; bytes when the unit is unknown. */
export function wholeUnits(bytes: number, unit: string): number {
  return Number(BigInt(bytes) / (unitBytes(unit) ?? 1n));
}

/** Bytes for people: in the largest binary unit that leaves one or more, with at most two decimals, rounded down. */
export function formatBytes(bytes: bigint): string {
  for (const unit of ["TiB", "GiB", "MiB", "KiB"]) {
    const factor = unitBytes(unit) ?? 1n;
    if (bytes < factor) continue;
    const hundredths = (bytes * 100n) / factor;
    const decimals = String(hundredths % 100n)
      .padStart(2, "0")
      .replace(/0+$/, "");
    return `${hundredths / 100n}${decimals === "" ? "" : `.${decimals}`} ${unit}`;
  }
  return `${bytes} bytes`;
}
