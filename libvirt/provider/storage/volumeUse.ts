/** Which running VMs use a volume: what may change then, may only change through their QEMU. */
import type { Host } from "../../virsh/host.ts";
import { childrenOf, find, parseDocument } from "../../xml/element.ts";
import { textAt } from "../../xml/location.ts";

export interface Use {
  readonly domain: string;
  /** Name of the disk in the VM, such as vda. */
  readonly target: string;
  /** Whether another image of the VM's is based on it. */
  readonly isBase: boolean;
}

/** The VMs that have a file or device open, by its path on the host: those that run, and those that are paused. */
export async function usesOf(host: Host, path: string): Promise<readonly Use[]> {
  return (await allUses(host)).get(path) ?? [];
}

/** All files and devices that running VMs have open as disks, with who they are. */
export async function allUses(host: Host): Promise<ReadonlyMap<string, readonly Use[]>> {
  const uses = new Map<string, Use[]>();
  const options = { block: true, backing: true, "list-active": true, nowait: true, raw: true } as const;
  const statistics = await host.run("domstats", options, "looking for running VMs");
  let domain = "";
  let target = "";
  const seen = new Set<string>();
  for (const line of statistics.split("\n")) {
    const header = /^Domain: '(.*)'$/.exec(line.trimEnd());
    if (header?.[1] !== undefined) domain = header[1];
    const field = /^\s+block\.\d+\.(name|path)=(.*)$/.exec(line);
    if (field?.[1] === "name") target = field[2] ?? "";
    if (field?.[1] !== "path" || field[2] === undefined) continue;
    // The image that the VM writes to comes first, then those below it.
    const disk = JSON.stringify([domain, target]);
    const use = { domain, target, isBase: seen.has(disk) };
    seen.add(disk);
    uses.set(field[2], [...(uses.get(field[2]) ?? []), use]);
  }
  return uses;
}

/** Whether a VM cannot do without the volume: it writes to it, or another image of its is based on it. */
export async function isVital(host: Host, use: Use): Promise<boolean> {
  return use.isBase || !(await isReadOnly(host, use.domain, use.target));
}

async function isReadOnly(host: Host, domain: string, target: string): Promise<boolean> {
  const text = await host.tryRun("dumpxml", { domain }, `reading domain ${domain}`);
  if (text === undefined) return false;
  const devices = find(parseDocument(text), "devices");
  return (devices ? childrenOf(devices, "disk") : []).some(
    (disk) => textAt(disk, "target/@dev") === target && find(disk, "readonly") !== undefined,
  );
}

/** The VMs of a use as text: `slm (vda), data (vdb)`. */
export function namesOf(uses: readonly Use[]): string {
  return uses.map(({ domain, target }) => `${domain} (${target})`).join(", ");
}
