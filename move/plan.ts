/** Decides a move before anything is touched: what goes where, and whether the target can take it. */
import { randomBytes } from "node:crypto";
import { machines } from "../capacity/host/machine.ts";
import { sharedCpus } from "../capacity/host/shared.ts";
import { trafficLimits } from "../capacity/host/traffic.ts";
import { judge } from "../capacity/judge.ts";
import { planDisks } from "../components/diskArgs.ts";
import { type DomainType, domainArgs } from "../components/domainArgs.ts";
import { seedPlan } from "../components/seedPlan.ts";
import { poolState } from "../libvirt/provider/storage/lookUp.ts";
import { refreshPool } from "../libvirt/provider/storage/poolTurns.ts";
import { byteSize } from "../libvirt/schema/byteSize.ts";
import { domain as domainInputs } from "../libvirt/schema/domain.ts";
import { type Host, named } from "../libvirt/virsh/host.ts";
import { decode } from "../libvirt/xml/decode.ts";
import { find, parseDocument, serialise, type XmlElement } from "../libvirt/xml/element.ts";
import { change } from "../libvirt/xml/encode.ts";
import { clear, textAt } from "../libvirt/xml/location.ts";
import { type Finding, finding, refuses } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { formatBytes } from "../model/format.ts";
import type { Host as DeclaredHost } from "../model/host.ts";
import type { VM } from "../model/vm.ts";
import { basesOf } from "./base.ts";
import { release } from "./hold.ts";
import type { MovedVolume, MovePlan, Place } from "./journal.ts";
import { type LeavingVm, whatHolds } from "./leaving.ts";
import { type Item, placedOn } from "./placed.ts";
import { aboutVm, refused } from "./refusal.ts";
import { digestOf } from "./segments.ts";
import { disksOf, type SeenVolume, seeVolume } from "./volumes.ts";

/** A move as it is asked for. */
export interface Asked {
  /** The fleet with the VM on its new host. */
  readonly fleet: Fleet;
  readonly vm: VM;
  readonly from: DeclaredHost;
  readonly to: DeclaredHost;
  /** Day of the judgement. */
  readonly today: string;
}

/** The connections to both hosts. */
export interface Ends {
  readonly source: Host;
  readonly target: Host;
}

/** The arguments that the program gives the VM's domain on its new host. */
export function argsOnTarget({ fleet, vm, to }: Pick<Asked, "fleet" | "vm" | "to">, type: string): Item {
  const machine = machines(fleet).find(({ host }) => host.name === to.name);
  const limits = machine && trafficLimits(machine, vm);
  const args = domainArgs(vm, {
    host: to,
    type: type as DomainType,
    disks: planDisks(vm, to, limits).map(({ device }) => device),
    seed: seedPlan(vm, to),
    ...(limits === undefined ? {} : { limits }),
    sharedCpus: machine === undefined ? [] : sharedCpus(machine),
  });
  // They are plain values, and as data an absent one is none.
  return JSON.parse(JSON.stringify(args)) as Item;
}

/** What stands against the VM on its new host by the fleet's own figures; nothing has been asked yet. */
export function judgeOnTarget({ fleet, today }: Asked): readonly Finding[] {
  return judge(fleet, { today }).findings.filter(({ severity }) => severity === "refuse");
}

/** The plan. @throws FleetError with everything that stands against it */
export async function planMove(asked: Asked, ends: Ends, leaving: LeavingVm): Promise<MovePlan> {
  const { vm, from, to } = asked;
  const original = serialise(leaving.definition);
  const root = parseDocument(original);
  release(root);
  const args = argsOnTarget(asked, root.attributes.type ?? "kvm");
  const findings = [
    ...(await whatHolds(ends.source, vm.name, from.name, leaving)),
    ...differences(vm.name, root, args),
    ...(await whoIsThere(ends.target, vm.name, leaving.uuid, to.name)),
    ...(await machineType(ends.target, vm.name, root, to.name)),
    ...(await poolsReady(ends.target, vm, to)),
  ];
  if (refuses(findings)) throw refused(findings);
  const volumes = await volumesOf(asked, ends, root, args);
  await forgetEmulator(ends.source, root);
  const before = decode(root, domainInputs);
  change(root, domainInputs, before, placedOn(before, args));
  return {
    version: 1,
    id: randomBytes(8).toString("hex"),
    vm: vm.name,
    uuid: leaving.uuid,
    from: from.name,
    to: to.name,
    autostart: leaving.info.autostart,
    type: root.attributes.type ?? "kvm",
    original,
    definition: serialise(root),
    volumes,
  };
}

/** What was judged is what the fleet declares, so it has to be what the VM has. */
function differences(name: string, root: XmlElement, args: Item): Finding[] {
  const has = decode(root, domainInputs);
  const size = (inputs: Item) =>
    byteSize(inputs.memory as number, (inputs.memoryUnit as string | undefined) ?? "KiB");
  const found: string[] = [];
  if ((has.vcpu ?? 1) !== (args.vcpu ?? 1)) {
    found.push(`${String(has.vcpu)} vCPUs, and the fleet declares ${String(args.vcpu)}`);
  }
  const [is, asked] = [size(has), size(args)];
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

async function whoIsThere(target: Host, name: string, uuid: string, to: string): Promise<Finding[]> {
  const domains = await target.domains();
  const other = named(domains, uuid) ?? domains.find((entry) => entry.name === name);
  if (!other) return [];
  return [
    aboutVm("move/target-taken", name, {
      message: `Host ${to} has a VM ${other.name} (${other.uuid}) already, and two hosts must not have one VM.`,
      remedy: `Look whose it is, and undefine it on ${to} if it is nobody's.`,
    }),
  ];
}

async function machineType(target: Host, name: string, root: XmlElement, to: string): Promise<Finding[]> {
  const options = {
    virttype: root.attributes.type,
    arch: textAt(root, "os/type/@arch"),
    machine: textAt(root, "os/type/@machine"),
  };
  try {
    await target.run("domcapabilities", options, `asking ${to} for the machine type ${options.machine}`);
    return [];
  } catch (failure) {
    const message = (failure as Error).message;
    if (!/not supported|failed to get emulator/i.test(message)) throw failure;
    return [
      aboutVm("move/machine-type", name, {
        message: `VM ${name} is a ${options.virttype} machine ${options.machine}, which QEMU on ${to} does not have: ${message}.`,
        remedy: `Install a QEMU on ${to} that has it.`,
      }),
    ];
  }
}

/** The pools that the VM's files go to have to run. */
async function poolsReady(target: Host, vm: VM, to: DeclaredHost): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const pool of poolNames(vm, to)) {
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
        subject: `pool ${to.name}/${pool}`,
        message: `Pool ${pool} of host ${to.name} ${state === "missing" ? "is declared, and not there yet" : "does not run"}.`,
        remedy: state === "missing" ? "Make it with pulumi up." : `Start it there: virsh pool-start ${pool}.`,
      }),
    );
  }
  return findings;
}

function poolNames(vm: VM, to: DeclaredHost): readonly string[] {
  const seed = seedPlan(vm, to);
  const pools = planDisks(vm, to).map(({ volume }) => volume.pool);
  return [...new Set([...pools, ...(seed ? [seed.pool] : [])])].sort();
}

/** Every file of the VM with its place on the target, base images first. */
async function volumesOf(
  asked: Asked,
  ends: Ends,
  root: XmlElement,
  args: Item,
): Promise<readonly MovedVolume[]> {
  const { vm, from, to } = asked;
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
    own.push({ seen, volume: await unlessThere(volume, ends, to.name, vm.name, findings) });
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
  if (refuses(findings)) throw refused(findings);
  const bases = await basesOf(
    { ...ends, from: from.name, to },
    own.map(({ seen }) => seen),
  );
  const volumes = [...bases.volumes, ...own.map(({ volume }) => volume)];
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

/** A file of that name on the target is only taken for this one if it is the same to the last byte. */
async function unlessThere(
  volume: MovedVolume,
  { source, target }: Ends,
  to: string,
  vm: string,
  findings: Finding[],
): Promise<MovedVolume> {
  const there = await seeVolume(target, volume.to);
  if (!there) return volume;
  const what = `comparing volume ${volume.to.vol}`;
  const isSame =
    there.bytes === volume.bytes &&
    (await digestOf(source, volume.from, volume.bytes, what)).sha256 ===
      (await digestOf(target, volume.to, volume.bytes, what)).sha256;
  if (isSame) return { ...volume, isThere: true };
  findings.push(
    aboutVm("move/target-taken", vm, {
      message: `Pool ${volume.to.pool} of host ${to} has another file ${volume.to.vol} already, and it is left alone.`,
      remedy: `Look whose it is, and delete it if it is nobody's: virsh vol-delete --pool ${volume.to.pool} ${volume.to.vol}.`,
    }),
  );
  return volume;
}

/** Whether the target's pools have the room now, whoever else is in them. */
async function room(target: Host, to: string, volumes: readonly MovedVolume[]): Promise<Finding[]> {
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

/** A path to QEMU that libvirt has filled in by itself is the host's, and the target has its own. */
async function forgetEmulator(source: Host, root: XmlElement): Promise<void> {
  const options = {
    virttype: root.attributes.type,
    arch: textAt(root, "os/type/@arch"),
    machine: textAt(root, "os/type/@machine"),
  };
  const text = await source.run("domcapabilities", options, "asking for the path of QEMU");
  const path = textAt(parseDocument(text), "path");
  if (path !== undefined && textAt(root, "devices/emulator") === path) clear(root, "devices/emulator");
}
