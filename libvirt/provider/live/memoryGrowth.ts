/**
 * More memory for a running domain: modules (DIMMs) are plugged in, below the most it was started for. The persistent
 * definition has the new size as a whole, so that from the next boot on there are no modules.
 */
import { formatBytes } from "../../schema/byteSize.ts";
import { childrenOf, element, find } from "../../xml/element.ts";
import { textAt } from "../../xml/location.ts";
import { objectOf } from "../resource.ts";
import { sizeAt } from "../sizeAt.ts";
import { isList, isProperties, type Properties } from "../values.ts";
import type { RunningDomain } from "./runningDomain.ts";
import type { LiveCommand, LiveTopic } from "./topic.ts";

/** Linux' memory blocks on x86: it takes modules of whole blocks only. Source: the kernel's memory-hotplug.rst. */
const BLOCK_BYTES = 128n * 1024n * 1024n;

const CELLS = "cpu.numa.cells.memory";

export const memoryGrowth: LiveTopic = {
  properties: ["memory", CELLS],

  classify(change, before, after) {
    if (change.property !== "memory" && change.property !== CELLS) return undefined;
    const obstacle = growthObstacle(before, after);
    return obstacle === undefined ? { class: "live" } : { class: "next-boot", reason: obstacle };
  },

  plan({ changes, before, after, running }) {
    const grown = modules(before, after, running);
    if (typeof grown === "string") {
      return { commands: [], deferred: changes.map(({ path }) => ({ property: path, reason: grown })) };
    }
    return { commands: grown.map(plug), deferred: [] };
  },
};

interface Module {
  /** The guest's cell. */
  readonly cell: number;
  readonly bytes: bigint;
}

/** Why memory cannot grow live, as far as the inputs tell; undefined when it can. */
function growthObstacle(before: Properties, after: Properties): string | undefined {
  const [from, to] = [sizeAt(before, "memory"), sizeAt(after, "memory")];
  const most = sizeAt(before, "maximumMemory");
  if (from === undefined || to === undefined || to <= from) {
    return "QEMU keeps the memory it was started with; currentMemory takes it from the guest live";
  }
  if (most === undefined || before.maximumMemorySlots === undefined) {
    return "the VM was defined without room to grow; maximumMemory with maximumMemorySlots gives that room from its next boot on";
  }
  if (to > most) return `it was defined for ${formatBytes(most)} at most (maximumMemory)`;
  if ((to - from) % BLOCK_BYTES !== 0n) {
    return `a running guest takes memory in steps of ${formatBytes(BLOCK_BYTES)}`;
  }
  if (objectOf(after, "devices").memorydevs !== undefined) {
    return "the memory devices of the VM are declared one by one";
  }
  return undefined;
}

/** The modules that bring a running domain to its memory; a text says why it cannot take them. */
function modules(before: Properties, after: Properties, running: RunningDomain): Module[] | string {
  const want = sizeAt(after, "memory") ?? 0n;
  const growth = want - running.memory;
  // An earlier update that failed half-way may have plugged them in already.
  if (growth <= 0n) return [];
  const slots = Number(textAt(running.xml, "maxMemory/@slots") ?? 0);
  const most = BigInt(textAt(running.xml, "maxMemory") ?? 0) * 1024n;
  if (slots === 0 || want > most) return "the VM was started without room for it";
  const cells = cellGrowth(before, after);
  const total = cells.reduce((sum, { bytes }) => sum + bytes, 0n);
  const grown =
    total === growth && cells.every(({ bytes }) => bytes > 0n) ? cells : [{ cell: 0, bytes: growth }];
  const devices = find(running.xml, "devices");
  const used = devices ? childrenOf(devices, "memory").length : 0;
  if (used + grown.length > slots) return `all ${slots} slots for memory modules are taken`;
  return grown;
}

/** By how much the cells that the guest sees grow. */
function cellGrowth(before: Properties, after: Properties): Module[] {
  const old = new Map(cellsOf(before).map((cell) => [Number(cell.id), sizeOf(cell)]));
  return cellsOf(after)
    .map((cell) => ({ cell: Number(cell.id), bytes: sizeOf(cell) - (old.get(Number(cell.id)) ?? 0n) }))
    .filter(({ bytes }) => bytes !== 0n);
}

const sizeOf = (cell: Properties): bigint => {
  // The unit of a cell's size is `unit`.
  const { memory, unit = "KiB" } = cell;
  return sizeAt({ memory, memoryUnit: unit } as Properties, "memory") ?? 0n;
};

function cellsOf(inputs: Properties): Properties[] {
  const { cells } = objectOf(objectOf(inputs, "cpu"), "numa");
  return isList(cells) ? cells.filter(isProperties) : [];
}

function plug({ cell, bytes }: Module): LiveCommand {
  const size = element("size", { unit: "b" }, [String(bytes)]);
  const target = element("target", {}, [size, element("node", {}, [String(cell)])]);
  return {
    command: "attach-device",
    options: { live: true },
    what: `plugging in ${formatBytes(bytes)} of memory`,
    definition: element("memory", { model: "dimm" }, [target]),
  };
}

/** The most that the balloon can leave a domain once an update's modules are in. */
export function memoryAfter(before: Properties, after: Properties, running: RunningDomain): bigint {
  if (growthObstacle(before, after) !== undefined) return running.memory;
  const grown = modules(before, after, running);
  return typeof grown === "string"
    ? running.memory
    : grown.reduce((sum, { bytes }) => sum + bytes, running.memory);
}
