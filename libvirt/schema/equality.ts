/** Whether two values of a property mean the same to libvirt. */
import { sameForeignXml } from "../xml/foreign.ts";
import { byteSize, roundedUp } from "./byteSize.ts";
import { sameCpuSet } from "./cpuSet.ts";
import type { FieldMeta } from "./field.ts";

type Siblings = { readonly [property: string]: unknown };

/** The size in bytes as libvirt keeps it; undefined when it is absent or malformed. */
export function sizeOf(meta: FieldMeta, value: unknown, siblings: Siblings): bigint | undefined {
  if (!meta.unit) return undefined;
  const unit = siblings[meta.unit.property];
  const bytes = byteSize(value, typeof unit === "string" ? unit : meta.unit.fallback);
  return bytes === undefined ? undefined : roundedUp(bytes, meta.unit.fallback);
}

/** Whether two scalar values are the same; `siblings` are the objects that hold them (for units). */
export function sameScalar(
  meta: FieldMeta,
  a: unknown,
  b: unknown,
  siblingsA: Siblings,
  siblingsB: Siblings,
): boolean {
  if (meta.form === "flag") return (a ?? false) === (b ?? false);
  if (a === undefined || b === undefined) return a === b;
  switch (meta.compare) {
    case "size": {
      const left = sizeOf(meta, a, siblingsA);
      return left !== undefined ? left === sizeOf(meta, b, siblingsB) : a === b;
    }
    case "cpuSet":
      return typeof a === "string" && typeof b === "string" ? sameCpuSet(a, b) : a === b;
    case "caseless":
      return String(a).toLowerCase() === String(b).toLowerCase();
    case "number":
      // 0x46d, and 0x046d as the host writes it.
      return Number(a) === Number(b);
    case "machine":
      return a === b || isVersionOf(String(a), String(b)) || isVersionOf(String(b), String(a));
    case "octal":
      return Number.parseInt(String(a), 8) === Number.parseInt(String(b), 8);
    case "xml":
      return sameForeignXml(String(a), String(b));
    default:
      return a === b;
  }
}

/** Whether a machine type is a version of another: the host writes pc-q35-7.2 where q35 was asked for. */
function isVersionOf(versioned: string, machine: string): boolean {
  const family = machine === "pc" ? "i440fx" : machine;
  return [`pc-${family}-`, `${machine}-`].some(
    (prefix) => versioned.startsWith(prefix) && /^[\d.]+$/.test(versioned.slice(prefix.length)),
  );
}
