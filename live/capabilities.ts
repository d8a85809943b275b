/** NUMA cells and storage pools out of libvirt's XML. */
import type { CellFacts, PoolFacts } from "../facts/hostFacts.ts";
import { byteSize } from "../libvirt/schema/byteSize.ts";
import { childrenOf, find, textOf, type XmlElement } from "../libvirt/xml/element.ts";
import { parseCpuset } from "../model/cpuset.ts";

/** An answer in libvirt's form that no host can be true to; what it is about is then unknown. */
export class ContradictoryAnswer extends Error {
  override readonly name: string = "ContradictoryAnswer";
  constructor(what: string) {
    super(`libvirt's answer cannot be used: ${what}`);
  }
}

/** Pages below this size are ordinary ones. */
const LEAST_HUGEPAGE = 1024 ** 2;

/**
 * The cells of a `capabilities` document, by number.
 * @throws ContradictoryAnswer where there is none, cells or cores overlap, siblings cannot be read, or a size is none
 * that can be counted exactly
 */
export function cellsOf(root: XmlElement): CellFacts[] {
  const cells = find(root, "host/topology/cells");
  const found = (cells ? childrenOf(cells, "cell") : [])
    .map((cell) => ({
      id: number(cell.attributes.id, "the number of a cell"),
      memory: memoryOf(cell),
      cores: coresOf(cell),
      hugepages: new Map(
        childrenOf(cell, "pages")
          .map((pages): [number, number] => [
            size(pages.attributes.size, pages.attributes.unit ?? "KiB", "the size of a page"),
            number(textOf(pages).trim(), "the number of pages"),
          ])
          .filter(([each]) => each >= LEAST_HUGEPAGE),
      ),
      distances: distancesOf(cell),
    }))
    .sort((a, b) => a.id - b.id);
  if (found.length === 0) throw new ContradictoryAnswer("it names no cell");
  refuseOverlap(found);
  return found;
}

/** A cell without memory of its own says none, and is one with nothing in it. */
function memoryOf(cell: XmlElement): number {
  const item = find(cell, "memory");
  return item ? size(textOf(item).trim(), item.attributes.unit ?? "KiB", "the memory of a cell") : 0;
}

function coresOf(cell: XmlElement): number[][] {
  const cpus = find(cell, "cpus");
  const cores = new Map<string, number[]>();
  for (const cpu of cpus ? childrenOf(cpus, "cpu") : []) {
    const id = number(cpu.attributes.id, "the number of a CPU");
    const { siblings: text } = cpu.attributes;
    // One that is offline is named without; what cannot be read is no core of its own.
    const siblings = text === undefined ? [id] : parseCpuset(text);
    if (!siblings?.includes(id)) throw new ContradictoryAnswer(`the siblings of CPU ${id} are ${text}`);
    cores.set(siblings.join(), siblings);
  }
  return [...cores.values()].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

function distancesOf(cell: XmlElement): Map<number, number> {
  const distances = find(cell, "distances");
  return new Map(
    (distances ? childrenOf(distances, "sibling") : []).map((sibling): [number, number] => [
      number(sibling.attributes.id, "the number of a cell"),
      number(sibling.attributes.value, "a distance"),
    ]),
  );
}

/** A CPU that two cores share would be pinned twice. */
function refuseOverlap(cells: readonly CellFacts[]): void {
  const seen = new Map<number, string>();
  const ids = new Set<number>();
  for (const { id, cores } of cells) {
    if (ids.has(id)) throw new ContradictoryAnswer(`cell ${id} is there twice`);
    ids.add(id);
    for (const core of cores) {
      const place = `core ${core.join()} of cell ${id}`;
      for (const cpu of core) {
        const other = seen.get(cpu);
        if (other !== undefined) throw new ContradictoryAnswer(`CPU ${cpu} is in ${other} and in ${place}`);
        seen.set(cpu, place);
      }
    }
  }
}

/** A pool as `pool-dumpxml` shows it. @throws ContradictoryAnswer if its room cannot be counted exactly */
export function poolOf(root: XmlElement, active: boolean): PoolFacts {
  const path = find(root, "target/path");
  const named = find(root, "name");
  const name = named ? textOf(named) : "";
  const bytes = (item: XmlElement | undefined): number =>
    item ? size(textOf(item).trim(), item.attributes.unit ?? "bytes", `the room of pool ${name}`) : 0;
  return {
    name,
    type: root.attributes.type ?? "",
    active,
    path: path ? textOf(path) : "",
    capacity: bytes(find(root, "capacity")),
    available: bytes(find(root, "available")),
  };
}

/** Bytes. @throws ContradictoryAnswer where these are none that can be counted exactly */
export function size(value: string | undefined, unit: string, what: string): number {
  const whole = byteSize(value, unit);
  if (whole === undefined || whole > BigInt(Number.MAX_SAFE_INTEGER))
    throw new ContradictoryAnswer(`${what} is ${value} ${unit}`);
  return Number(whole);
}

function number(value: string | undefined, what: string): number {
  if (value === undefined || !/^\d{1,9}$/.test(value)) throw new ContradictoryAnswer(`${what} is ${value}`);
  return Number(value);
}
