/** What other VMs of a host have in common with the one that moves: files, and addresses on the network. */
import { usesOf } from "../libvirt/provider/storage/volumeUse.ts";
import type { Host } from "../libvirt/virsh/host.ts";
import { listedVolumes } from "../libvirt/virsh/volumeList.ts";
import { childrenOf, find, parseDocument, type XmlElement } from "../libvirt/xml/element.ts";
import { textAt } from "../libvirt/xml/location.ts";
import type { Finding } from "../model/finding.ts";
import { variablesOf } from "./firmware.ts";
import type { MovedVolume, Place } from "./journal.ts";
import { aboutVm } from "./refusal.ts";
import { disksOf } from "./volumes.ts";

export interface OtherVm {
  readonly name: string;
  readonly definition: XmlElement;
}

/** All VMs of a host but one, as they would be started; those that run also as they run now. */
export async function othersOn(host: Host, uuid: string): Promise<OtherVm[]> {
  const others: OtherVm[] = [];
  for (const { uuid: domain, name } of await host.domains()) {
    if (domain === uuid) continue;
    const read = async (inactive?: true): Promise<XmlElement | undefined> => {
      const text = await host.tryRun("dumpxml", { domain, inactive }, `reading VM ${name}`);
      return text === undefined ? undefined : parseDocument(text);
    };
    const definition = await read();
    // It may have been undefined just now.
    if (definition === undefined) continue;
    others.push({ name, definition });
    const next = definition.attributes.id === undefined ? undefined : await read(true);
    if (next !== undefined) others.push({ name, definition: next });
  }
  return others;
}

/** The first VM that has the file as a disk, or its firmware's variables in it. */
export function userOf(
  others: readonly OtherVm[],
  file: Place & { readonly path: string },
): string | undefined {
  const isIt = (source: { readonly vol: string; readonly pool?: string } | undefined): boolean =>
    source !== undefined &&
    (source.pool === undefined
      ? source.vol === file.path
      : source.pool === file.pool && source.vol === file.vol);
  const has = ({ definition }: OtherVm): boolean => {
    const variables = variablesOf(definition);
    const isVariables = variables !== undefined && "path" in variables && variables.path === file.path;
    return isVariables || disksOf(definition).some((disk) => isIt(disk.source));
  };
  return others.find(has)?.name;
}

/** The VM of a host that has the file, whether it runs or not, or runs on an image that is based on it. */
export async function whoHas(
  host: Host,
  others: readonly OtherVm[],
  file: Place & { readonly path: string },
): Promise<string | undefined> {
  return userOf(others, file) ?? (await usesOf(host, file.path))[0]?.domain;
}

/** A disk that another VM has too would go on living on both hosts. */
export async function sharedDisks(
  host: Host,
  from: string,
  vm: { readonly name: string; readonly uuid: string },
  volumes: readonly Pick<MovedVolume, "kind" | "device" | "from">[],
): Promise<Finding[]> {
  const others = await othersOn(host, vm.uuid);
  const findings: Finding[] = [];
  for (const { kind, device, from: file } of volumes) {
    if (kind === "base") continue;
    const user = await whoHas(host, others, file);
    if (user === undefined) continue;
    findings.push(
      aboutVm("move/disk-shared", vm.name, {
        message:
          kind === "nvram"
            ? `The firmware variables of VM ${vm.name}, ${device} on ${from}, are those of VM ${user} too.`
            : `Disk ${device} of VM ${vm.name}, ${file.pool}/${file.vol} on ${from}, is a disk of VM ${user} too, or what one is based on.`,
        remedy: `Give ${user} a file of its own, and move the VM then.`,
      }),
    );
  }
  return findings;
}

/** VMs on the target with a MAC address of the VM's: on one network neither would be reached. */
export function sameAddresses(
  others: readonly OtherVm[],
  name: string,
  root: XmlElement,
  to: string,
): Finding[] {
  const own = macsOf(root);
  const found = new Map<string, Finding>();
  for (const other of others) {
    for (const mac of macsOf(other.definition).filter((each) => own.includes(each))) {
      const message = `VM ${other.name} on ${to} has the MAC address ${mac} of VM ${name}, and on one network neither of them would be reached.`;
      const remedy = `Give ${other.name} another one, or undefine it on ${to} if it is nobody's.`;
      found.set(message, aboutVm("move/target-taken", name, { message, remedy }));
    }
  }
  return [...found.values()];
}

function macsOf(root: XmlElement): string[] {
  const devices = find(root, "devices");
  return (devices ? childrenOf(devices, "interface") : []).flatMap((item) => {
    const mac = textAt(item, "mac/@address");
    return mac === undefined ? [] : [mac.toLowerCase()];
  });
}

/** A file in an active pool of the host that is based on this one; undefined where none is. */
export async function basedOn(host: Host, path: string): Promise<string | undefined> {
  const pools = await host.run("pool-list", { name: true }, "listing pools");
  for (const pool of pools.split("\n").map((line) => line.trim())) {
    if (pool === "") continue;
    const list = await host.run("vol-list", { pool }, `listing the volumes of pool ${pool}`);
    for (const { name: vol } of listedVolumes(list)) {
      const text = await host.tryRun("vol-dumpxml", { pool, vol }, `reading volume ${vol}`);
      if (text !== undefined && textAt(parseDocument(text), "backingStore/path") === path)
        return `${pool}/${vol}`;
    }
  }
  return undefined;
}
