/** What the target has already, and whether it can take the VM now. Nothing is touched. */
import { poolState } from "../libvirt/provider/storage/lookUp.ts";
import { refreshPool } from "../libvirt/provider/storage/poolTurns.ts";
import type { Host } from "../libvirt/virsh/host.ts";
import { parseDocument, type XmlElement } from "../libvirt/xml/element.ts";
import { textAt } from "../libvirt/xml/location.ts";
import { type Finding, finding } from "../model/finding.ts";
import { formatBytes } from "../model/format.ts";
import { heldFor } from "./hold.ts";
import type { MovedVolume } from "./journal.ts";
import { findDefinition } from "./leaving.ts";
import { type OtherVm, userOf } from "./others.ts";
import { aboutVm } from "./refusal.ts";
import { digestOf } from "./segments.ts";
import { seeVolume } from "./volumes.ts";

/** The VM of the same name or UUID that the target has. */
export async function whoIsThere(target: Host, name: string, uuid: string, to: string): Promise<Finding[]> {
  const domains = await target.domains();
  const other = domains.find((entry) => entry.uuid === uuid) ?? domains.find((entry) => entry.name === name);
  if (!other) return [];
  const definition = await findDefinition(target, other.uuid);
  const held = definition && heldFor(definition);
  const message = `Host ${to} has a VM ${other.name} (${other.uuid}) already, and two hosts must not have one VM.`;
  if (held === undefined) {
    const remedy = `Look whose it is, and undefine it on ${to} if it is nobody's.`;
    return [aboutVm("move/target-taken", name, { message, remedy })];
  }
  const remedy =
    held.to === to
      ? `It is what a move to ${to} has begun there: go on with that one where its journal is, or take it back.`
      : `It is what a move to ${held.to} has left there: remove it where that move was made (--to ${held.to} --remove-source).`;
  return [aboutVm("move/target-taken", name, { message, remedy })];
}

/** Whether QEMU there has the machine that the guest was installed on. */
export async function machineType(
  target: Host,
  name: string,
  root: XmlElement,
  to: string,
): Promise<{ readonly capabilities: string; readonly findings: readonly Finding[] }> {
  const options = machineOf(root);
  try {
    const what = `asking ${to} for the machine type ${options.machine}`;
    return { capabilities: await target.run("domcapabilities", options, what), findings: [] };
  } catch (failure) {
    const message = (failure as Error).message;
    if (!/not supported|failed to get emulator/i.test(message)) throw failure;
    const finding = aboutVm("move/machine-type", name, {
      message: `VM ${name} is a ${options.virttype} machine ${options.machine}, which QEMU on ${to} does not have: ${message}.`,
      remedy: `Install a QEMU on ${to} that has it.`,
    });
    return { capabilities: "<domainCapabilities/>", findings: [finding] };
  }
}

/** How `domcapabilities` is asked for the machine of a definition. */
export function machineOf(root: XmlElement) {
  return {
    virttype: root.attributes.type,
    arch: textAt(root, "os/type/@arch"),
    machine: textAt(root, "os/type/@machine"),
  };
}

/** The pools that the VM's files go to have to run. */
export async function poolsReady(target: Host, pools: readonly string[], to: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const pool of pools) {
    const state = await poolState(target, pool);
    if (state === "active") {
      // What was put there by hand is in its list then.
      await refreshPool(target, pool);
      continue;
    }
    findings.push(
      finding({
        rule: "move/pool-not-ready",
        path: "hosts",
        subject: `pool ${to}/${pool}`,
        message: `Pool ${pool} of host ${to} ${state === "missing" ? "is declared, and not there yet" : "does not run"}.`,
        remedy: state === "missing" ? "Make it with pulumi up." : `Start it there: virsh pool-start ${pool}.`,
      }),
    );
  }
  return findings;
}

/** A file of that name on the target is only taken for this one if it is the same to the last byte. */
export async function unlessThere(
  volume: MovedVolume,
  { source, target }: { readonly source: Host; readonly target: Host },
  { vm, to, segmentBytes }: { readonly vm: string; readonly to: string; readonly segmentBytes: number },
  others: readonly OtherVm[],
): Promise<{ readonly volume: MovedVolume; readonly findings: readonly Finding[] }> {
  const there = await seeVolume(target, volume.to);
  if (!there) return { volume, findings: [] };
  const { pool, vol } = volume.to;
  const user = userOf(others, { pool, vol, path: there.path });
  if (user !== undefined) {
    const finding = aboutVm("move/target-taken", vm, {
      message: `Pool ${pool} of host ${to} has a file ${vol} already, which is a disk of VM ${user} there.`,
      remedy: `Give ${user} a disk of another name.`,
    });
    return { volume, findings: [finding] };
  }
  const what = `comparing volume ${vol}`;
  const cut = { bytes: volume.bytes, segmentBytes };
  const isSame =
    there.bytes === volume.bytes &&
    (await digestOf(source, volume.from, cut, what)).sha256 ===
      (await digestOf(target, volume.to, cut, what)).sha256;
  if (isSame) return { volume: { ...volume, isThere: true }, findings: [] };
  const finding = aboutVm("move/target-taken", vm, {
    message: `Pool ${pool} of host ${to} has another file ${vol} already, and it is left alone.`,
    remedy: `Look whose it is, and delete it if it is nobody's: virsh vol-delete --pool ${pool} ${vol}.`,
  });
  return { volume, findings: [finding] };
}

/** Whether the target's pools have the room now, whoever else is in them. */
export async function room(target: Host, to: string, volumes: readonly MovedVolume[]): Promise<Finding[]> {
  const wanted = new Map<string, number>();
  for (const { to: place, allocation, isThere } of volumes) {
    if (!isThere) wanted.set(place.pool, (wanted.get(place.pool) ?? 0) + allocation);
  }
  const findings: Finding[] = [];
  for (const [pool, need] of wanted) {
    const xml = await target.run("pool-dumpxml", { pool }, `reading pool ${pool}`);
    const free = Number(textAt(parseDocument(xml), "available") ?? 0);
    if (need <= free) continue;
    findings.push(
      finding({
        rule: "move/no-room",
        path: "hosts",
        subject: `pool ${to}/${pool}`,
        have: free,
        need,
        limit: free,
        unit: "bytes",
        message: `Pool ${pool} of host ${to} has ${formatBytes(free)} free, and the VM's files take ${formatBytes(need)} there.`,
        remedy: "Free some, or declare another pool for the disks on that host.",
      }),
    );
  }
  return findings;
}
