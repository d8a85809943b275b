import { type Host, PAGE_BYTES } from "../../model/host.ts";
import { guestMemory } from "../../model/virtioMem.ts";
import type { VM } from "../../model/vm.ts";
import { binding, evenParts } from "../host/binding.ts";
import { overheadBytes } from "../host/overhead.ts";
import type { Demand } from "./demand.ts";
import type { Claim } from "./room.ts";

/** What a VM claims of a host's ordinary memory and of its pages. */
export interface Claims {
  readonly ordinary: readonly Claim[];
  readonly pages: readonly Claim[];
}

/** Of a VM that is on a host, as the judgement has it; nothing if it names no cell that the host has. */
export function claimsOfPlaced(host: Host, cellIndex: ReadonlyMap<number, number>, vm: VM): Claims {
  const { kind, places } = binding({ host, cellIndex }, { vm });
  if (places.length === 0) return { ordinary: [], pages: [] };
  const memory = vm.hugepages === undefined ? guestMemory(vm) : 0;
  const pages = vm.hugepages === undefined ? 0 : Math.ceil(vm.memory / PAGE_BYTES[vm.hugepages]);
  const over = overheadBytes(vm);
  if (kind === "even") return inParts(memory, over, pages, places);
  // Preferred memory goes elsewhere before it is refused; pages do not.
  return {
    ordinary: [{ amount: memory + over, cells: kind === "preferred" ? undefined : places }],
    pages: [{ amount: pages, cells: places }],
  };
}

/** Of a VM that would be placed in these cells; of any cell if in none. */
export function claimsOf({ memory, overhead: over, pages }: Demand, cells: readonly number[]): Claims {
  const count = pages?.count ?? 0;
  if (cells.length > 0) return inParts(memory - over, over, count, cells);
  return {
    ordinary: [{ amount: memory, cells: undefined }],
    pages: [{ amount: count, cells: undefined }],
  };
}

function inParts(memory: number, over: number, pages: number, cells: readonly number[]): Claims {
  const [memories, overs, counts] = [memory, over, pages].map((amount) => evenParts(amount, cells.length));
  return {
    ordinary: cells.map((cell, i) => ({
      amount: (memories?.[i] as number) + (overs?.[i] as number),
      cells: [cell],
    })),
    pages: cells.map((cell, i) => ({ amount: counts?.[i] as number, cells: [cell] })),
  };
}
