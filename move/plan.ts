/** Decides a move before anything is touched: what goes where, and whether the target can take it. */
import { randomBytes } from "node:crypto";
import { machines } from "../capacity/host/machine.ts";
import { sharedCpus } from "../capacity/host/shared.ts";
import { trafficLimits } from "../capacity/host/traffic.ts";
import { judge } from "../capacity/judge.ts";
import { planDisks } from "../components/diskArgs.ts";
import { type DomainType, domainArgs } from "../components/domainArgs.ts";
import { seedPlan } from "../components/seedPlan.ts";
import { byteSize } from "../libvirt/schema/byteSize.ts";
import { domain as domainInputs } from "../libvirt/schema/domain.ts";
import type { Host } from "../libvirt/virsh/host.ts";
import { decode } from "../libvirt/xml/decode.ts";
import { find, parseDocument, serialise, type XmlElement } from "../libvirt/xml/element.ts";
import { change } from "../libvirt/xml/encode.ts";
import { clear, textAt } from "../libvirt/xml/location.ts";
import { type Finding, refuses } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { formatBytes } from "../model/format.ts";
import type { Host as DeclaredHost } from "../model/host.ts";
import type { PlacementRecord } from "../model/placements.ts";
import { type Rehearsal, rehearse } from "../model/rehearsal.ts";
import type { VM } from "../model/vm.ts";
import { basesOf } from "./base.ts";
import { firmwareImage, variablesVolume } from "./firmware.ts";
import type { Folders } from "./folder.ts";
import { release } from "./hold.ts";
import type { MovedVolume, MovePlan, Place } from "./journal.ts";
import { type LeavingVm, whatHolds } from "./leaving.ts";
import { type OtherVm, othersOn, sameAddresses, sharedDisks } from "./others.ts";
import { type Item, placedOn } from "./placed.ts";
import { aboutVm, refused } from "./refusal.ts";
import { machineOf, machineType, poolsReady, room, unlessThere, whoIsThere } from "./target.ts";
import { disksOf, type SeenVolume, seeVolume } from "./volumes.ts";

/** A move as it is asked for. */
export interface Asked {
  /** The fleet with the VM on its new host. */
  readonly fleet: Fleet;
  /** The fleet as it is declared. */
  readonly before: Fleet;
  readonly vm: VM;
  readonly from: DeclaredHost;
  readonly to: DeclaredHost;
  /** Where placement has put it there; undefined for a VM whose place is written by hand. */
  readonly record: PlacementRecord | undefined;
  /** Day of the judgement. */
  readonly today: string;
  /** The machine that plays each host, if the stack is a rehearsal. */
  readonly rehearsal: Rehearsal | undefined;
  readonly segmentBytes: number;
}

/** The connections to both hosts. */
export interface Ends {
  readonly source: Host;
  readonly target: Host;
}

/** The arguments that the program gives the VM's domain on its new host. */
export function argsOnTarget(
  { fleet, vm, to, rehearsal }: Pick<Asked, "fleet" | "vm" | "to"> & Partial<Pick<Asked, "rehearsal">>,
  type: string,
): Item {
  const machine = machines(fleet).find(({ host }) => host.name === to.name);
  const limits = machine && trafficLimits(machine, vm);
  const args = domainArgs(vm, {
    host: to,
    type: type as DomainType,
    disks: planDisks(vm, to, limits).map(({ device }) => device),
    seed: seedPlan(vm, to),
    ...(limits === undefined ? {} : { limits }),
    sharedCpus: machine === undefined ? [] : sharedCpus(machine),
    rehearsal,
  });
  // They are plain values, and as data an absent one is none.
  return JSON.parse(JSON.stringify(args)) as Item;
}

/**
 * What stands against the VM on its new host by the fleet's own figures; nothing has been asked yet. What the move does
 * not make worse does not stand against it: a host that has lost memory is emptied VM by VM.
 */
export function judgeOnTarget({
  fleet,
  before,
  today,
}: Pick<Asked, "fleet" | "before" | "today">): Finding[] {
  const refusals = (of: Fleet) =>
    judge(of, { today }).findings.filter(({ severity }) => severity === "refuse");
  const after = refusals(fleet);
  const known = after.length === 0 ? [] : refusals(before);
  return after.filter((finding) => !known.some((old) => isNoWorse(finding, old)));
}

function isNoWorse(finding: Finding, old: Finding): boolean {
  if (finding.rule !== old.rule || finding.path !== old.path || finding.subject !== old.subject) return false;
  const [need, has] = [finding.need ?? 0, finding.have ?? 0];
  if (typeof need !== "number" || typeof has !== "number") return finding.message === old.message;
  if (finding.need === undefined && finding.have === undefined) return finding.message === old.message;
  return need <= Number(old.need ?? 0) && has >= Number(old.have ?? 0);
}

/** The plan. @throws FleetError with everything that stands against it */
export async function planMove(
  asked: Asked,
  ends: Ends,
  folders: Folders,
  leaving: LeavingVm,
): Promise<MovePlan> {
  const { vm, from, to, record, rehearsal, segmentBytes } = asked;
  const original = serialise(leaving.definition);
  const root = parseDocument(original);
  release(root);
  const args = argsOnTarget(asked, root.attributes.type ?? "kvm");
  const machine = await machineType(ends.target, vm.name, root, to.name);
  const others = await othersOn(ends.target, leaving.uuid);
  const findings = [
    ...(await whatHolds(ends.source, vm.name, from.name, leaving)),
    ...differences(asked, root, args),
    ...(await whoIsThere(ends.target, vm.name, leaving.uuid, to.name)),
    ...sameAddresses(others, vm.name, root, to.name),
    ...machine.findings,
    ...(await poolsReady(ends.target, poolNames(vm, to), to.name)),
  ];
  if (refuses(findings)) throw refused(findings);
  const capabilities = {
    source: await ends.source.run("domcapabilities", machineOf(root), "asking for the path of QEMU"),
    target: machine.capabilities,
  };
  const lacking = firmwareImage(root, capabilities, { name: vm.name, to: to.name });
  if (refuses(lacking)) throw refused(lacking);
  const volumes = await volumesOf(asked, { ends, folders, others, uuid: leaving.uuid }, root, args);
  forgetEmulator(capabilities.source, root);
  const before = decode(root, domainInputs);
  change(root, domainInputs, before, placedOn(before, args, rehearsal !== undefined));
  return {
    version: 1,
    id: randomBytes(8).toString("hex"),
    vm: vm.name,
    uuid: leaving.uuid,
    from: from.name,
    to: to.name,
    autostart: leaving.info.autostart,
    isRehearsal: rehearsal !== undefined,
    original,
    definition: serialise(root),
    volumes,
    segmentBytes,
    args,
    record,
  };
}

/** The pools on a host that the VM's disks and its seed go to. */
export function poolNames(vm: VM, to: DeclaredHost): readonly string[] {
  const seed = seedPlan(vm, to);
  const pools = planDisks(vm, to).map(({ volume }) => volume.pool);
  return [...new Set([...pools, ...(seed ? [seed.pool] : [])])].sort();
}

/** What was judged is what the fleet declares, so it has to be what the VM has. */
function differences({ vm, from, rehearsal }: Asked, root: XmlElement, args: Item): Finding[] {
  const { name } = vm;
  const has = decode(root, domainInputs);
  const size = (inputs: Item) =>
    byteSize(inputs.memory as number, (inputs.memoryUnit as string | undefined) ?? "KiB");
  const found: string[] = [];
  if ((has.vcpu ?? 1) !== (args.vcpu ?? 1)) {
    found.push(`${String(has.vcpu)} vCPUs, and the fleet declares ${String(args.vcpu)}`);
  }
  // A rehearsal gives it a share of each host, so on the next one it has another.
  const [is, asked] = [size(has), rehearsal ? rehearse(vm, from, rehearsal).memory : size(args)];
  // Memory devices are counted into it by libvirt.
  if (find(root, "devices/memory") === undefined && is !== asked) {
    found.push(`${formatBytes(Number(is))} of memory, and the fleet declares ${formatBytes(Number(asked))}`);
  }
  return found.map((what) =>
    aboutVm("move/not-as-declared", name, {
      message: `VM ${name} has ${what}, so its place on the target was judged for another VM.`,
      remedy: "Bring one to the other with pulumi up, on the host where it is, and move it then.",
    }),
  );
}

/** What the files of a VM are looked up in. */
interface Surroundings {
  readonly ends: Ends;
  readonly folders: Folders;
  /** VMs on the target. */
  readonly others: readonly OtherVm[];
  readonly uuid: string;
}

/** Every file of the VM with its place on the target, base images first. */
async function volumesOf(
  { vm, from, to, segmentBytes }: Asked,
  { ends, folders, others, uuid }: Surroundings,
  root: XmlElement,
  args: Item,
): Promise<readonly MovedVolume[]> {
  const places = targetPlaces(args, vm, to);
  const findings: Finding[] = [];
  const own: { readonly volume: MovedVolume; readonly seen: SeenVolume }[] = [];
  const disks = disksOf(root);
  for (const { device, source } of disks) {
    const place = places.get(device);
    const seen = source && (await seeVolume(ends.source, source));
    if (!place || !seen) {
      const what = place
        ? `is no file in a pool of ${from.name} that libvirt has in view`
        : "is no disk that the fleet declares";
      findings.push(
        aboutVm("move/disk-unknown", vm.name, {
          message: `Disk ${device} of VM ${vm.name} ${what}.`,
          remedy: place ? "Start or refresh its pool, or detach the disk." : "Declare it, or detach it.",
        }),
      );
      continue;
    }
    const { bytes, allocation, written } = seen;
    const volume = {
      kind: place.isSeed ? "seed" : "disk",
      device,
      from: { pool: seen.pool, vol: seen.vol, path: seen.path },
      to: { pool: place.pool, vol: place.vol },
      bytes,
      allocation,
      written,
      isThere: false,
    } as const;
    const aim = { vm: vm.name, to: to.name, segmentBytes };
    const placed = await unlessThere(volume, ends, aim, others);
    findings.push(...placed.findings);
    own.push({ seen, volume: placed.volume });
  }
  for (const device of places.keys()) {
    if (disks.some((disk) => disk.device === device)) continue;
    findings.push(
      aboutVm("move/disk-unknown", vm.name, {
        message: `The fleet declares disk ${device} of VM ${vm.name}, which it does not have on ${from.name} yet.`,
        remedy: "Make it with pulumi up, on the host where the VM is, and move it then.",
      }),
    );
  }
  const variables = await variablesVolume(ends, folders, root, { name: vm.name, to: to.name });
  findings.push(...variables.findings);
  const files = [...own.map(({ volume }) => volume), ...(variables.volume ? [variables.volume] : [])];
  findings.push(...(await sharedDisks(ends.source, from.name, { name: vm.name, uuid }, files)));
  if (refuses(findings)) throw refused(findings);
  const bases = await basesOf(
    { ...ends, from: from.name, to, segmentBytes },
    own.map(({ seen }) => seen),
  );
  const volumes = [...bases.volumes, ...files];
  const lacking = [...bases.findings, ...(await room(ends.target, to.name, volumes))];
  if (refuses(lacking)) throw refused(lacking);
  return volumes;
}

function targetPlaces(args: Item, vm: VM, to: DeclaredHost): Map<string, Place & { isSeed: boolean }> {
  const { devices } = args as unknown as {
    devices: {
      disks: {
        target: { dev: string };
        readOnly?: boolean;
        source: { volume: { pool: string; volume: string } };
      }[];
    };
  };
  const seed = seedPlan(vm, to);
  return new Map(
    devices.disks.map(({ target, source: { volume } }) => [
      target.dev,
      {
        pool: volume.pool,
        vol: volume.volume,
        isSeed: volume.volume === seed?.volume && volume.pool === seed.pool,
      },
    ]),
  );
}

/** A path to QEMU that libvirt has filled in by itself is the host's, and the target has its own. */
function forgetEmulator(capabilities: string, root: XmlElement): void {
  const path = textAt(parseDocument(capabilities), "path");
  if (path !== undefined && textAt(root, "devices/emulator") === path) clear(root, "devices/emulator");
}
