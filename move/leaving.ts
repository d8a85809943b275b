/** The VM on the host that it leaves, and whether it can be taken away as it is. */
import { moveOf } from "../libvirt/provider/resources/domainMark.ts";
import { type DomainInfo, domainInfo } from "../libvirt/provider/resources/domainPower.ts";
import type { Host } from "../libvirt/virsh/host.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";
import { childrenOf, find, parseDocument, type XmlElement } from "../libvirt/xml/element.ts";
import { textAt } from "../libvirt/xml/location.ts";
import type { Finding, FleetError } from "../model/finding.ts";
import { variablesOf } from "./firmware.ts";
import { aboutVm, type Reason, refused } from "./refusal.ts";

export interface LeavingVm {
  readonly uuid: string;
  readonly info: DomainInfo;
  /** Its definition, with secrets. */
  readonly definition: XmlElement;
}

/** The VM of a name on a host; undefined where it has none. */
export async function vmOn(host: Host, name: string): Promise<LeavingVm | undefined> {
  const entry = (await host.domains()).find((domain) => domain.name === name);
  const info = entry && (await domainInfo(host, entry.uuid));
  if (!entry || !info) return undefined;
  return { uuid: entry.uuid, info, definition: await definitionOf(host, entry.uuid) };
}

export async function definitionOf(host: Host, uuid: string): Promise<XmlElement> {
  return parseDocument(await host.run("dumpxml", asWritten(uuid), "reading a domain"));
}

/** The same; undefined where the host has no such VM. */
export async function findDefinition(host: Host, uuid: string): Promise<XmlElement | undefined> {
  const text = await host.tryRun("dumpxml", asWritten(uuid), "reading a domain");
  return text === undefined ? undefined : parseDocument(text);
}

const asWritten = (domain: string) => ({ domain, inactive: true, "security-info": true }) as const;

/** Whether a VM runs now, paused or not. */
export async function isActive(host: Host, uuid: string): Promise<boolean> {
  return (await domainInfo(host, uuid))?.active === true;
}

/** Everything of the VM that would stay behind, or would not be the same elsewhere. */
export async function whatHolds(host: Host, name: string, from: string, vm: LeavingVm): Promise<Finding[]> {
  const reasons = [...hostBound(vm.definition, from, name), ...(await states(host, name, from, vm))];
  return reasons.map((reason) => aboutVm("move/host-bound", name, reason));
}

/** Devices and files that belong to the host, by where the definition has them. */
const HOST_BOUND: readonly (readonly [place: string, what: string])[] = [
  ["devices/hostdev", "a device of the host's"],
  ["launchSecurity", "memory that a key of the host's encrypts"],
  ["devices/filesystem", "a folder of the host's"],
  ["devices/shmem", "memory that it shares with others there"],
];

/** Devices, files and keys of the host's in a definition. */
export function hostBound(root: XmlElement, from: string, name: string): Reason[] {
  const found = HOST_BOUND.filter(([place]) => find(root, place) !== undefined).map(([, what]) => what);
  const variables = variablesOf(root);
  if (variables && "why" in variables) found.push(variables.why);
  const devices = find(root, "devices");
  const has = (name: string, is: (item: XmlElement) => boolean): boolean =>
    devices !== undefined && childrenOf(devices, name).some(is);
  if (has("interface", ({ attributes: { type } }) => type === "hostdev" || type === "vdpa")) {
    found.push("a network device of the host's");
  }
  if (has("memory", (item) => textAt(item, "source/path") !== undefined)) {
    found.push("memory in a file of the host's");
  }
  if (has("tpm", (tpm) => textAt(tpm, "backend/@type") !== "external")) {
    found.push("a TPM, whose keys are on the host");
  }
  if (hasSecret(root)) found.push("a secret that libvirt keeps there");
  return found.map((what) => ({
    message: `VM ${name} has ${what}, which ${from} would keep.`,
    remedy: "Take it out of the definition if the guest can do without it, and move the VM then.",
  }));
}

/** Of an encrypted disk, say: only the secret's UUID is in the definition. */
function hasSecret(item: XmlElement): boolean {
  return childrenOf(item).some((child) => child.name === "secret" || hasSecret(child));
}

async function states(host: Host, name: string, from: string, { uuid, info }: LeavingVm): Promise<Reason[]> {
  const reasons: Reason[] = [];
  if (info.hasSavedState) {
    reasons.push({
      message: `VM ${name} was saved on ${from}, and what it would wake up with is not part of its disks.`,
      remedy: `Start it there and shut it down, or drop what was saved: virsh managedsave-remove ${name}.`,
    });
  }
  for (const what of ["snapshot", "checkpoint"] as const) {
    const command = `${what}-list` as const;
    // Not every hypervisor knows checkpoints.
    const list = host.run(command, { domain: uuid, name: true }, `listing ${what}s`);
    const names = (await (what === "checkpoint" ? list.catch(noneOf) : list)).trim();
    if (names === "") continue;
    reasons.push({
      message: `VM ${name} has ${what}s on ${from}, which libvirt there keeps account of: ${names.split(/\s*\n\s*/).join(", ")}.`,
      remedy: `Delete them (virsh ${what}-delete), and move the VM then.`,
    });
  }
  return reasons;
}

/** No checkpoints, of a hypervisor that has none; whoever has lost the connection does not know. */
function noneOf(failure: unknown): string {
  if (failure instanceof HostError && failure.code === "failed") return "";
  throw failure;
}

/** The move that a VM is held for, unless it is the given one. */
export function otherMove(root: XmlElement, id: string | undefined): string | undefined {
  const mark = moveOf(root);
  return mark && mark.id !== id ? mark.to : undefined;
}

/** The refusal of a VM that somebody else is moving. */
export function begunElsewhere(name: string, from: string, to: string): FleetError {
  return refused([
    aboutVm("move/begun-elsewhere", name, {
      message: `VM ${name} on ${from} is held for a move to ${to} of which this machine has no journal.`,
      remedy: "Go on where it was begun: docs/hosts.md tells what to do if that machine is gone.",
    }),
  ]);
}
