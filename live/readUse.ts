/** What VMs take of a host: their definitions with limits, and the volumes of its pools. Nothing is changed. */

import type { PoolFacts } from "../facts/hostFacts.ts";
import { ALL_POOLS, type HostUse, type VolumeFacts } from "../facts/hostUse.ts";
import { printable } from "../facts/kubeText.ts";
import { type DomainStats, parseDomainStats } from "../facts/virshTexts.ts";
import type { Host, Listed } from "../libvirt/virsh/host.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";
import { listedVolumes } from "../libvirt/virsh/volumeList.ts";
import { childrenOf, find, parseDocument, textOf, type XmlElement } from "../libvirt/xml/element.ts";
import { textAt } from "../libvirt/xml/location.ts";
import { compareText } from "../model/finding.ts";
import { ContradictoryAnswer, poolOf, size } from "./capabilities.ts";
import { definitionOf } from "./definition.ts";
import { POOLS_SILENT } from "./poolsSilent.ts";
import { directoriesOf, silentDirectories } from "./readHardware.ts";
import type { KernelReader } from "./readKernel.ts";

type Instance = HostUse["instances"][number];
type UnreadPool = HostUse["unread"][number];

/** libvirt counts an interface's rate in kilobytes of 1000 bytes, as tc does. */
const BITS_PER_KILOBYTE = 8_000;

/**
 * Reads one host over a connection that is there.
 * @param kernel asked first whether the directories of pools answer
 * @throws HostError if the connection fails
 */
export async function readUse(host: Host, kernel: KernelReader): Promise<HostUse> {
  const groups = { state: true, block: true } as const;
  const text = await host.run("domstats", { ...groups, nowait: true }, "reading the VMs");
  const stats = new Map(parseDomainStats(text).map((entry) => [entry.name, entry]));
  const instances: Instance[] = [];
  const diskPaths = new Set<string>();
  for (const listed of await host.domains()) {
    // A domain that went in between takes nothing any more.
    const shown = await host.tryRun("dumpxml", { domain: listed.uuid }, `reading ${listed.name}`);
    const entry = stats.get(listed.name);
    if (shown === undefined || entry === undefined) continue;
    const xml = parseDocument(shown);
    instances.push(instanceOf(listed, entry, xml));
    for (const disk of definitionOf(xml).disks) if (disk.source !== "") diskPaths.add(disk.source);
  }
  const { volumes, poolsFree, unread } = await readPools(host, kernel);
  // A disk may be named by pool and volume.
  for (const { path, pool, name } of volumes) if (diskPaths.has(`${pool}/${name}`)) diskPaths.add(path);
  return {
    instances: instances.sort((a, b) => compareText(a.name, b.name)),
    diskPaths,
    volumes,
    poolsFree,
    unread,
  };
}

interface NamedVolume extends VolumeFacts {
  readonly name: string;
}

interface ReadPools extends Pick<HostUse, "poolsFree" | "unread"> {
  readonly volumes: readonly NamedVolume[];
}

/**
 * One after another. libvirt looks at a volume's file while it holds the pool: of a pool whose server is gone none is
 * asked for, since neither that pool nor the list of pools would answer any more.
 */
async function readPools(host: Host, kernel: KernelReader): Promise<ReadPools> {
  const active = await activePools(host);
  if (active === undefined)
    return { volumes: [], poolsFree: new Map(), unread: [{ pool: ALL_POOLS, why: POOLS_SILENT.unknown }] };
  const { pools, unread } = active;
  const silent = await silentDirectories(kernel, directoriesOf(pools));
  const volumes: NamedVolume[] = [];
  const poolsFree = new Map<string, number>();
  for (const pool of pools) {
    const why = silent.get(pool.path);
    const found = why === undefined ? await volumesIn(host, pool) : why;
    if (typeof found === "string") unread.push({ pool: printable(pool.name), why: printable(found) });
    else {
      volumes.push(...found);
      poolsFree.set(pool.name, pool.available);
    }
  }
  return { volumes, poolsFree, unread };
}

interface NamedPool extends PoolFacts {
  readonly uuid: string;
}

/** Pools with what they hold; undefined: libvirt does not answer, as it waits for one of them itself. */
async function activePools(host: Host): Promise<{ pools: NamedPool[]; unread: UnreadPool[] } | undefined> {
  const pools: NamedPool[] = [];
  const unread: UnreadPool[] = [];
  try {
    for (const { uuid, name } of await host.pools()) {
      const shown = await host.tryRun("pool-dumpxml", { pool: uuid }, "reading a pool");
      if (shown === undefined) continue;
      const pool = readPool(shown);
      // A pool that is not active has no size, and lists nothing.
      if (typeof pool === "string") unread.push({ pool: printable(name), why: pool });
      else if (pool.capacity > 0) pools.push({ ...pool, uuid });
    }
    return { pools, unread };
  } catch (failure) {
    if (failure instanceof HostError && failure.code === "timeout") return undefined;
    throw failure;
  }
}

function readPool(shown: string): PoolFacts | string {
  try {
    return poolOf(parseDocument(shown), true);
  } catch (failure) {
    if (failure instanceof ContradictoryAnswer) return printable(failure.message);
    throw failure;
  }
}

/** A pool's volumes, or why they cannot be read. */
async function volumesIn(host: Host, { uuid, name: pool }: NamedPool): Promise<NamedVolume[] | string> {
  const found: NamedVolume[] = [];
  try {
    const list = await host.tryRun("vol-list", { pool: uuid }, `listing the volumes of pool ${pool}`);
    for (const { name, path } of listedVolumes(list ?? "")) {
      const volume = await host.tryRun("vol-dumpxml", { pool: uuid, vol: name }, `reading volume ${name}`);
      if (volume === undefined) continue;
      found.push({ name, ...volumeOf(parseDocument(volume), name, pool, path) });
    }
    return found;
  } catch (failure) {
    const isOfThePool = failure instanceof HostError && ["failed", "timeout"].includes(failure.code);
    if (isOfThePool || failure instanceof ContradictoryAnswer) return failure.message;
    throw failure;
  }
}

/** @throws ContradictoryAnswer if a size cannot be counted exactly */
function volumeOf(xml: XmlElement, name: string, pool: string, path: string): VolumeFacts {
  const sizeAt = (place: string): number => {
    const item = find(xml, place);
    return item
      ? size(textOf(item).trim(), item.attributes.unit ?? "bytes", `the ${place} of volume ${name}`)
      : 0;
  };
  const backing = textAt(xml, "backingStore/path")?.trim();
  return {
    pool,
    path,
    capacity: sizeAt("capacity"),
    allocation: sizeAt("allocation"),
    backing: backing === "" ? undefined : backing,
  };
}

function instanceOf({ uuid, name }: Listed, stats: DomainStats, xml: XmlElement): Instance {
  const { vcpus, memory, hostdevs = [] } = definitionOf(xml);
  const devices = find(xml, "devices");
  const written = (devices ? childrenOf(devices, "disk") : []).filter(
    (disk) => (disk.attributes.device ?? "disk") === "disk" && find(disk, "readonly") === undefined,
  );
  const interfaces = devices ? childrenOf(devices, "interface") : [];
  const rate = (direction: "inbound" | "outbound") =>
    interfaces.reduce(
      (sum, item) => sum + Number(textAt(item, `bandwidth/${direction}/@average`) ?? 0) * BITS_PER_KILOBYTE,
      0,
    );
  const disk = written.reduce(
    (sum, item) => sum + (stats.diskCapacity.get(textAt(item, "target/@dev") ?? "") ?? 0),
    0,
  );
  return {
    id: uuid,
    name,
    state: stats.state,
    vcpus,
    memory,
    disk,
    download: rate("inbound"),
    upload: rate("outbound"),
    diskIo: 8 * diskRate(written),
    hostdevs: hostdevs.map((device) => ("pci" in device ? device.pci : device.mdev.toLowerCase())),
  };
}

/** Bytes a second that the disks may take. Those of one group share its limit. */
function diskRate(disks: readonly XmlElement[]): number {
  const rates = new Map<string, number>();
  disks.forEach((disk, i) => {
    const tune = find(disk, "iotune");
    if (!tune) return;
    const figure = (name: string) => Number(textAt(tune, name) ?? 0);
    const rate = figure("total_bytes_sec") || figure("read_bytes_sec") + figure("write_bytes_sec");
    rates.set(textAt(tune, "group_name") ?? `#${i}`, rate);
  });
  return [...rates.values()].reduce((sum, rate) => sum + rate, 0);
}
