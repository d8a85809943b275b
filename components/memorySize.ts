import type { Bytes } from "../model/quantity.ts";

/** An amount of memory as libvirt takes it. */
export interface MemorySize {
  readonly value: number;
  readonly unit: "MiB" | "KiB";
}

/** Memory in MiB if it comes out whole, else in KiB, rounded up: a guest never gets less than was asked for. */
export function memorySize(bytes: Bytes): MemorySize {
  return bytes % 1024 ** 2 === 0
    ? { value: bytes / 1024 ** 2, unit: "MiB" }
    : { value: Math.ceil(bytes / 1024), unit: "KiB" };
}
