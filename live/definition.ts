/** Definitions of domains, as far as they are compared with what a fleet declares. */
import {
  type Definition,
  type DiskFacts,
  type HostdevFacts,
  type InterfaceFacts,
  PENDING_PARTS,
  type PendingPart,
} from "../facts/hostFacts.ts";
import { byteSize } from "../libvirt/schema/byteSize.ts";
import { childrenOf, find, serialise, textOf, type XmlElement } from "../libvirt/xml/element.ts";

/** libvirt's default where a size has no unit. */
const KIB = "KiB";

/** What a domain's XML says. */
export function definitionOf(root: XmlElement): Definition {
  const vcpu = find(root, "vcpu");
  const maximumVcpus = Number(vcpu ? textOf(vcpu) : 1);
  return {
    vcpus: Number(vcpu?.attributes.current ?? maximumVcpus),
    maximumVcpus,
    memory: sizeAt(root, "memory"),
    hugepages: hugepagesOf(root),
    iothreads: Number(textAt(root, "iothreads") || 0),
    disks: devices(root, "disk").map(diskOf),
    interfaces: devices(root, "interface").map(interfaceOf),
    ...virtioMemOf(root),
    ...hostdevsOf(root),
  };
}

function hostdevsOf(root: XmlElement): Pick<Definition, "hostdevs"> {
  const found = devices(root, "hostdev").flatMap((device): HostdevFacts[] => {
    const { type } = device.attributes;
    const { uuid, domain, bus, slot, function: number } = find(device, "source/address")?.attributes ?? {};
    if (type === "mdev" && uuid !== undefined) return [{ mdev: uuid }];
    if (type !== "pci" || bus === undefined || slot === undefined) return [];
    const hex = (text: string | undefined, digits: number) =>
      Number(text ?? 0)
        .toString(16)
        .padStart(digits, "0");
    return [{ pci: `${hex(domain, 4)}:${hex(bus, 2)}:${hex(slot, 2)}.${hex(number, 1)}` }];
  });
  return found.length === 0 ? {} : { hostdevs: found };
}

function virtioMemOf(root: XmlElement): Pick<Definition, "virtioMem"> {
  const found = devices(root, "memory").filter(({ attributes }) => attributes.model === "virtio-mem");
  if (found.length === 0) return {};
  return {
    virtioMem: found.map((device) => ({
      requested: sizeAt(device, "target/requested"),
      current: find(device, "target/current") ? sizeAt(device, "target/current") : undefined,
    })),
  };
}

/** The parts in which a running domain differs from its persistent definition, in a fixed order. */
export function pendingParts(live: XmlElement, persistent: XmlElement): PendingPart[] {
  return PENDING_PARTS.filter((name) => PARTS[name](live) !== PARTS[name](persistent));
}

/**
 * Only what a restart would change for a guest: the XML of a running domain holds much that libvirt filled in. The
 * balloon's value is left out, since the guest has its say in it, and so is the CPU's model, which libvirt expands.
 */
const PARTS: Readonly<Record<PendingPart, (root: XmlElement) => string>> = {
  "number of vCPUs": (root) => `${textAt(root, "vcpu")} ${find(root, "vcpu")?.attributes.current ?? ""}`,
  memory: (root) => String(sizeAt(root, "memory")),
  "pins and CPU weights": (root) => xmlAt(root, "cputune"),
  "NUMA binding": (root) => xmlAt(root, "numatune"),
  "memory backing": (root) => xmlAt(root, "memoryBacking"),
  "guest topology": (root) => xmlAt(root, "cpu/topology") + guestCells(root),
  iothreads: (root) => textAt(root, "iothreads"),
  "machine type": (root) => find(root, "os/type")?.attributes.machine ?? "",
  disks: (root) =>
    devices(root, "disk")
      .map((disk) => JSON.stringify(diskOf(disk)))
      .sort()
      .join(),
  interfaces: (root) => devices(root, "interface").map(interfaceKey).sort().join(),
};

/** The guest's cells without their memory: modules that were plugged in are part of it from the next boot on. */
function guestCells(root: XmlElement): string {
  const numa = find(root, "cpu/numa");
  return (numa ? childrenOf(numa, "cell") : [])
    .map(({ attributes: { memory: _, unit: __, ...rest } }) => JSON.stringify(rest))
    .join();
}

function hugepagesOf(root: XmlElement): number[] {
  const backing = find(root, "memoryBacking/hugepages");
  if (!backing) return [];
  const pages = childrenOf(backing, "page");
  return pages.length === 0 ? [0] : pages.map((page) => size(page.attributes.size, page.attributes.unit));
}

function diskOf(disk: XmlElement): DiskFacts {
  const { file, dev, pool, volume, protocol, name, dir } = find(disk, "source")?.attributes ?? {};
  const network = protocol === undefined ? undefined : `${protocol}:${name ?? ""}`;
  return {
    target: find(disk, "target")?.attributes.dev ?? "",
    source: file ?? dev ?? (pool === undefined ? undefined : `${pool}/${volume}`) ?? network ?? dir ?? "",
    device: disk.attributes.device ?? "disk",
  };
}

function interfaceOf(entry: XmlElement): InterfaceFacts {
  // A running interface of a network names the network's bridge.
  return {
    bridge: find(entry, "source")?.attributes.bridge ?? "",
    device: find(entry, "target")?.attributes.dev ?? "",
  };
}

function interfaceKey(entry: XmlElement): string {
  const { network, bridge, dev } = find(entry, "source")?.attributes ?? {};
  return JSON.stringify([find(entry, "mac")?.attributes.address, network ?? bridge ?? dev ?? ""]);
}

function devices(root: XmlElement, name: string): XmlElement[] {
  const list = find(root, "devices");
  return list ? childrenOf(list, name) : [];
}

function textAt(root: XmlElement, path: string): string {
  const item = find(root, path);
  return item ? textOf(item).trim() : "";
}

function xmlAt(root: XmlElement, path: string): string {
  const item = find(root, path);
  return item ? serialise(item) : "";
}

function sizeAt(root: XmlElement, path: string): number {
  const item = find(root, path);
  return item ? size(textOf(item).trim(), item.attributes.unit) : 0;
}

function size(value: string | undefined, unit: string | undefined): number {
  return Number(byteSize(value, unit ?? KIB) ?? 0n);
}
