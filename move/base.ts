/** Images that disks are based on: their paths are written in the disks, so the target has them at the same place. */
import { posix } from "node:path";
import type { Host } from "../libvirt/virsh/host.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Host as DeclaredHost } from "../model/host.ts";
import type { MovedVolume } from "./journal.ts";
import { digestOf } from "./segments.ts";
import { type SeenVolume, seeVolume } from "./volumes.ts";

interface Ends {
  readonly source: Host;
  readonly target: Host;
  readonly from: string;
  readonly to: DeclaredHost;
  readonly segmentBytes: number;
}

/** More images one below the other than this are a loop. */
const DEEPEST = 32;

/** The images below these disks, the lowest first; each is on the target already, or goes there. */
export async function basesOf(
  ends: Ends,
  disks: readonly SeenVolume[],
): Promise<{ readonly volumes: readonly MovedVolume[]; readonly findings: readonly Finding[] }> {
  const volumes = new Map<string, MovedVolume>();
  const findings: Finding[] = [];
  for (const disk of disks) {
    const chain: string[] = [];
    for (let path = disk.base; path !== undefined && chain.length < DEEPEST; ) {
      chain.unshift(path);
      if (volumes.has(path)) break;
      const seen = await seeVolume(ends.source, { vol: path });
      if (!seen) {
        findings.push(missing(ends, path, "source"));
        break;
      }
      const placed = await placeOf(ends, seen);
      if ("rule" in placed) {
        findings.push(placed);
        break;
      }
      volumes.set(path, placed);
      path = seen.base;
    }
  }
  // A base goes before what is based on it; a chain is walked from the top.
  return { volumes: [...volumes.values()].reverse(), findings };
}

async function placeOf(
  { source, target, from, to, segmentBytes }: Ends,
  base: SeenVolume,
): Promise<MovedVolume | Finding> {
  const { path, bytes, allocation, written } = base;
  const there = await seeVolume(target, { vol: path });
  const volume = { kind: "base", device: path, from: base, bytes, allocation, written } as const;
  if (there) {
    const what = `comparing the base image ${path}`;
    const cut = { bytes, segmentBytes };
    const isSame =
      there.bytes === bytes &&
      (await digestOf(source, base, cut, what)).sha256 === (await digestOf(target, there, cut, what)).sha256;
    if (!isSame) return differs(path, from, to.name);
    return { ...volume, to: { pool: there.pool, vol: there.vol }, isThere: true };
  }
  const pool = to.pools.find((p) => posix.normalize(`${p.path}/`) === `${posix.dirname(path)}/`);
  if (!pool) return missing({ from, to }, path, "target");
  return { ...volume, to: { pool: pool.name, vol: posix.basename(path) }, isThere: false };
}

function missing({ from, to }: Pick<Ends, "from" | "to">, path: string, end: "source" | "target"): Finding {
  const host = end === "source" ? from : to.name;
  const message =
    end === "source"
      ? `The base image ${path} is in no pool that libvirt on ${from} has in view, so it cannot be read.`
      : `The base image ${path} is not on ${to.name}, and no pool of its has that folder.`;
  return finding({
    rule: "move/base-image",
    path: "vms",
    subject: `host ${host}`,
    message,
    remedy:
      end === "source"
        ? "Make its folder a pool there, or start the pool that it is in."
        : `Put it there under the same path, in a folder that is a pool, or declare such a pool on ${to.name}.`,
  });
}

function differs(path: string, from: string, to: string): Finding {
  return finding({
    rule: "move/base-image",
    path: "vms",
    subject: `host ${to}`,
    message: `The base image ${path} is another file on ${to} than on ${from}; a disk that is based on one reads garbage over the other.`,
    remedy: `Replace it on ${to} if nothing there is based on it, or give the VM a disk without a base image.`,
  });
}
