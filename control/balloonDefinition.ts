/** What the XML of a running domain says about its balloon: whether it may be moved, and how often it reports. */
import { OBSTACLES } from "../capacity/balloon/obstacles.ts";
import { childrenOf, find, type XmlElement } from "../libvirt/xml/element.ts";

export interface BalloonDefinition {
  /** What forbids ballooning, as `it has …` goes on. */
  readonly obstacles: readonly string[];
  /** Seconds between two reports; 0: none are asked for. */
  readonly period: number;
}

export function balloonDefinition(root: XmlElement): BalloonDefinition {
  const has = (path: string) => find(root, path) !== undefined;
  const balloon = find(root, "devices/memballoon");
  const tune = find(root, "cputune");
  const isRealtime = (tune ? childrenOf(tune, "vcpusched") : []).some(
    ({ attributes }) => attributes.scheduler === "fifo" || attributes.scheduler === "rr",
  );
  const isAbsent = balloon === undefined || balloon.attributes.model === "none";
  const obstacles = [
    ...(has("memoryBacking/hugepages") ? [OBSTACLES.hugepages] : []),
    ...(hasPassedThrough(root) ? [OBSTACLES.passedThrough] : []),
    ...(isRealtime ? [OBSTACLES.realtime] : []),
    ...(has("memoryBacking/locked") ? [OBSTACLES.locked] : []),
    ...(has("launchSecurity") ? [OBSTACLES.encrypted] : []),
    ...(isAbsent ? [OBSTACLES.noDevice] : []),
  ];
  const period = Number(find(root, "devices/memballoon/stats")?.attributes.period ?? 0);
  return { obstacles, period: Number.isSafeInteger(period) && period > 0 ? period : 0 };
}

/** Devices that VFIO hands on; one on USB or SCSI leaves the guest's memory where it is. */
const VFIO = new Set(["pci", "mdev"]);

export function hasPassedThrough(root: XmlElement): boolean {
  const devices = find(root, "devices");
  if (!devices) return false;
  return (
    childrenOf(devices, "hostdev").some(({ attributes }) => VFIO.has(attributes.type ?? "")) ||
    childrenOf(devices, "interface").some(({ attributes }) => attributes.type === "hostdev")
  );
}
