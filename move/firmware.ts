/** The firmware of a UEFI guest: its image, which each host has, and its variables, which go with the VM. */
import { posix } from "node:path";
import type { Host } from "../libvirt/virsh/host.ts";
import { childrenOf, find, parseDocument, textOf, type XmlElement } from "../libvirt/xml/element.ts";
import { textAt } from "../libvirt/xml/location.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Folders } from "./folder.ts";
import type { MovedVolume, MovePlan } from "./journal.ts";
import { aboutVm } from "./refusal.ts";
import { seeVolume } from "./volumes.ts";

interface Ends {
  readonly source: Host;
  readonly target: Host;
}

/** Path of the file with the variables; `why`: there are some, and they are in no file that is known. */
export function variablesOf(
  root: XmlElement,
): { readonly path: string } | { readonly why: string } | undefined {
  const nvram = find(root, "os/nvram");
  if (nvram === undefined) {
    return textAt(root, "os/@firmware") === "efi"
      ? { why: "firmware variables whose file its definition does not name" }
      : undefined;
  }
  const path = textAt(nvram, "source/@file") ?? textAt(root, "os/nvram")?.trim();
  return path?.startsWith("/") ? { path } : { why: "firmware variables that are in no file of the host's" };
}

/** The file of the variables as one that moves; none where the VM has not been started yet. */
export async function variablesVolume(
  { source, target }: Ends,
  folders: Folders,
  root: XmlElement,
  { name, to }: { readonly name: string; readonly to: string },
): Promise<{ readonly volume?: MovedVolume; readonly findings: readonly Finding[] }> {
  const variables = variablesOf(root);
  if (variables === undefined || "why" in variables) return { findings: [] };
  const { path } = variables;
  const [folder, vol] = [posix.dirname(path), posix.basename(path)];
  const here = await folders.pool(source, folder);
  const seen = here === undefined ? undefined : await seeVolume(source, { pool: here, vol });
  const there = await folders.pool(target, folder);
  if (there === undefined) return { findings: [noFolder(folder, to)] };
  if ((await seeVolume(target, { pool: there, vol })) !== undefined) {
    const finding = aboutVm("move/target-taken", name, {
      message: `Host ${to} has firmware variables ${path} already, which the guest would take for its own.`,
      remedy: `Look whose they are, and delete the file on ${to} if they are nobody's.`,
    });
    return { findings: [finding] };
  }
  if (here === undefined || seen === undefined) return { findings: [] };
  const { bytes, allocation, written } = seen;
  const volume = {
    kind: "nvram",
    device: path,
    from: { pool: here, vol, path },
    to: { pool: there, vol },
    bytes,
    allocation,
    written,
    isThere: false,
  } as const;
  return { volume, findings: [] };
}

/** Makes the folders of a plan's variables readable again, on the hosts that are asked. */
export async function openFolders(plan: MovePlan, hosts: readonly Host[], folders: Folders): Promise<void> {
  for (const { kind, device } of plan.volumes) {
    if (kind !== "nvram") continue;
    for (const host of hosts) await folders.pool(host, posix.dirname(device));
  }
}

/** An image that libvirt on the source knows as a firmware, and on the target does not, is not there. */
export function firmwareImage(
  root: XmlElement,
  capabilities: { readonly source: string; readonly target: string },
  { name, to }: { readonly name: string; readonly to: string },
): Finding[] {
  const image = textAt(root, "os/loader")?.trim();
  if (image === undefined) return [];
  if (!imagesIn(capabilities.source).includes(image) || imagesIn(capabilities.target).includes(image))
    return [];
  return [
    aboutVm("move/firmware", name, {
      message: `VM ${name} boots by the firmware ${image}, which libvirt on ${to} does not have.`,
      remedy: `Install the same firmware there, under the same path.`,
    }),
  ];
}

function imagesIn(capabilities: string): string[] {
  const loader = find(parseDocument(capabilities), "os/loader");
  return (loader ? childrenOf(loader, "value") : []).map((value) => textOf(value).trim());
}

function noFolder(folder: string, to: string): Finding {
  return finding({
    rule: "move/firmware",
    path: "vms",
    subject: `host ${to}`,
    message: `Host ${to} has no folder ${folder}, where the VM's definition has its firmware variables.`,
    remedy: "Make it there, as the old host has it.",
  });
}
