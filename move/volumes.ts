/** The files of a VM on its host, as libvirt sees them. */
import { volumeXml } from "../libvirt/provider/storage/lookUp.ts";
import type { Host } from "../libvirt/virsh/host.ts";
import { childrenOf, find, type XmlElement } from "../libvirt/xml/element.ts";
import { textAt } from "../libvirt/xml/location.ts";
import type { Place } from "./journal.ts";

export interface SeenVolume extends Place {
  readonly path: string;
  /** Length of the file. */
  readonly bytes: number;
  readonly allocation: number;
  readonly written: string;
  /** Image that it is based on. */
  readonly base: string | undefined;
}

/** A volume by its pool and name, or by its path alone; undefined where libvirt has none. */
export async function seeVolume(
  host: Host,
  where: { readonly vol: string; readonly pool?: string },
): Promise<SeenVolume | undefined> {
  const { vol, pool } = where;
  const root = await volumeXml(host, pool === undefined ? { vol } : { vol, pool });
  if (!root) return undefined;
  const path = textAt(root, "target/path") ?? "";
  const figure = (name: string) => Number(textAt(root, name) ?? 0);
  return {
    pool: pool ?? (await host.run("vol-pool", { vol: path }, `reading volume ${vol}`)).trim(),
    vol: textAt(root, "name") ?? vol,
    path,
    bytes: figure("physical"),
    allocation: figure("allocation"),
    written: textAt(root, "target/timestamps/mtime") ?? "",
    base: textAt(root, "backingStore/path"),
  };
}

/** A disk of a definition, with where libvirt finds it. */
export interface DefinedDisk {
  /** Such as vda. */
  readonly device: string;
  /** Undefined for something else than a volume or a file. */
  readonly source: { readonly vol: string; readonly pool?: string } | undefined;
}

/** The disks of a definition; an empty drive has nothing that could move. */
export function disksOf(root: XmlElement): DefinedDisk[] {
  const devices = find(root, "devices");
  return (devices ? childrenOf(devices, "disk") : []).flatMap((disk): DefinedDisk[] => {
    const device = textAt(disk, "target/@dev") ?? "";
    const source = find(disk, "source");
    if (!source) return [];
    const { pool, volume, file } = source.attributes;
    if (pool !== undefined && volume !== undefined) return [{ device, source: { pool, vol: volume } }];
    return [{ device, source: file === undefined ? undefined : { vol: file } }];
  });
}
