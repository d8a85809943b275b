import type { Bytes } from "../../model/quantity.ts";
import type { Facts } from "../facts.ts";
import type { PlainObject } from "../plain.ts";
import { readSize } from "./libvirtsize.ts";

/** What a `libvirt:index/volume:Volume` takes of a pool. */
export interface PoolClaim {
  readonly name: string;
  readonly host: string;
  readonly pool: string;
  readonly size: Bytes;
}

/** The claim of a Volume. The virtual size counts in full: a sparse file can grow to it. */
export function claimFromVolume(facts: Facts, inputs: PlainObject, name: string, host: string): PoolClaim {
  const pool = facts.required(facts.text(inputs, "pool", "pool"), "pool", "Name the pool in `pool`.");
  const size = facts.required(
    readSize(facts, inputs, "capacity", "capacityUnit", "", "bytes"),
    "capacity",
    "State the size in `capacity` and `capacityUnit`.",
  );
  return { name, host, pool: pool ?? "", size: size ?? 0 };
}
