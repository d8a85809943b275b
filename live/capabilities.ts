/** NUMA cells and storage pools out of libvirt's XML. */
import type { CellFacts, PoolFacts } from "../facts/hostFacts.ts";
import { byteSize } from "../libvirt/schema/byteSize.ts";
import { childrenOf, find, textOf, type XmlElement } from "../libvirt/xml/element.ts";
import { parseCpuset } from "../model/cpuset.ts";

/** Pages below this size are ordinary ones. */
const LEAST_HUGEPAGE = 1024 ** 2;

/** The cells of a `capabilities` document, by number. */
export function cellsOf(root: XmlElement): CellFacts[] {
  const cells = find(root, "host/topology/cells");
  return (cells ? childrenOf(cells, "cell") : [])
    .map((cell) => ({
      id: Number(cell.attributes.id),
      memory: bytes(find(cell, "memory")),
      cores: coresOf(cell),
      hugepages: new Map(
        childrenOf(cell, "pages")
          .map((pages): [number, number] => [
            Number(byteSize(pages.attributes.size, pages.attributes.unit ?? "KiB") ?? 0n),
            Number(textOf(pages)),
          ])
          .filter(([size]) => size >= LEAST_HUGEPAGE),
      ),
    }))
    .sort((a, b) => a.id - b.id);
}

function coresOf(cell: XmlElement): number[][] {
  const cpus = find(cell, "cpus");
  const cores = new Map<string, number[]>();
  for (const cpu of cpus ? childrenOf(cpus, "cpu") : []) {
    const id = Number(cpu.attributes.id);
    const siblings = parseCpuset(cpu.attributes.siblings ?? "") ?? [id];
    cores.set(siblings.join(), siblings);
  }
  return [...cores.values()].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

/** A pool as `pool-dumpxml` shows it. */
export function poolOf(root: XmlElement, active: boolean): PoolFacts {
  const path = find(root, "target/path");
  const name = find(root, "name");
  return {
    name: name ? textOf(name) : "",
    active,
    path: path ? textOf(path) : "",
    capacity: bytes(find(root, "capacity")),
    available: bytes(find(root, "available")),
  };
}

function bytes(item: XmlElement | undefined): number {
  return item ? Number(byteSize(textOf(item).trim(), item.attributes.unit ?? "bytes") ?? 0n) : 0;
}
