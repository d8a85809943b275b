/** What the XML of a running domain says about the memory that it can take of its host. */
import { overheadBytes, VFIO_BYTES } from "../capacity/host/overhead.ts";
import { byteSize } from "../libvirt/schema/byteSize.ts";
import { childrenOf, find, type XmlElement } from "../libvirt/xml/element.ts";
import { textAt } from "../libvirt/xml/location.ts";
import { parseCpuset } from "../model/cpuset.ts";
import type { Bytes } from "../model/quantity.ts";
import { hasPassedThrough } from "./balloonDefinition.ts";

export interface DomainMemory {
  /** The most of it that its guest may use now: what a virtio-mem device could give beyond its request is no part of it. */
  readonly whole: Bytes;
  /** Whether all of it is on hugepages. */
  readonly onHugepages: boolean;
  /** Whether the host's kernel counts it among its caches: memory that other processes can map. */
  readonly isShared: boolean;
  /** QEMU's overhead. */
  readonly overhead: Bytes;
  /** Ids of the host's cells that it has to lie in; undefined where it may lie anywhere. */
  readonly nodeset: readonly number[] | undefined;
}

/** Undefined for a definition that does not tell how much it has. */
export function domainMemory(root: XmlElement): DomainMemory | undefined {
  const defined = sizeAt(root, "memory");
  if (defined === undefined) return undefined;
  const devices = find(root, "devices");
  const idle = (devices ? childrenOf(devices, "memory") : [])
    .filter(({ attributes }) => attributes.model === "virtio-mem")
    .map((device) => {
      const [size, requested, plugged] = ["size", "requested", "current"].map(
        (name) => sizeAt(device, `target/${name}`) ?? 0,
      ) as [Bytes, Bytes, Bytes];
      return Math.max(0, size - Math.max(requested, plugged));
    });
  const whole = Math.max(0, defined - idle.reduce((sum, bytes) => sum + bytes, 0));
  const pages = find(root, "memoryBacking/hugepages");
  const access = textAt(root, "memoryBacking/access/@mode");
  const source = textAt(root, "memoryBacking/source/@type");
  return {
    whole,
    // Pages of some guest cells alone leave the others on ordinary memory.
    onHugepages:
      pages !== undefined && childrenOf(pages, "page").every((page) => page.attributes.nodeset === undefined),
    isShared: access === "shared" || source === "memfd" || source === "file",
    overhead:
      overheadBytes({
        memory: whole,
        vcpus: Number(textAt(root, "vcpu") ?? 1),
        iothreads: Array.from({ length: Number(textAt(root, "iothreads") ?? 0) }, () => ({})),
      }) + (hasPassedThrough(root) ? VFIO_BYTES : 0),
    nodeset: nodesetOf(root),
  };
}

function sizeAt(root: XmlElement, path: string): Bytes | undefined {
  const bytes = byteSize(textAt(root, path)?.trim(), textAt(root, `${path}/@unit`) ?? "KiB");
  return bytes === undefined || bytes > Number.MAX_SAFE_INTEGER ? undefined : Number(bytes);
}

/** Of all its cells together; a guest that only prefers cells may lie in any. */
function nodesetOf(root: XmlElement): readonly number[] | undefined {
  const tune = find(root, "numatune");
  if (tune === undefined) return undefined;
  const bindings = [...childrenOf(tune, "memory"), ...childrenOf(tune, "memnode")];
  const sets = bindings.map(({ attributes: { mode, nodeset } }) =>
    mode === "preferred" || nodeset === undefined ? undefined : parseCpuset(nodeset),
  );
  if (sets.length === 0 || sets.some((set) => set === undefined)) return undefined;
  return [...new Set(sets.flatMap((set) => set ?? []))];
}
