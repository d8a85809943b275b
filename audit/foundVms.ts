import { type Asked, isUnknown, type Unknown } from "../facts/asked.ts";
import type { Definition, DomainSample, DomainTuning } from "../facts/hostFacts.ts";
import type { UsedHost } from "../facts/inventory.ts";
import { formatCpuset } from "../model/cpuset.ts";
import { name as modelName } from "../model/fields.ts";
import { PAGE_BYTES, PAGE_SIZES } from "../model/host.ts";
import { numaModes } from "../model/vm.ts";
import { memoryText } from "./figureTexts.ts";
import type { FoundHost, FoundPool, Remark } from "./foundHost.ts";

/** VMs that run on a host already, as a fleet declares them: they count, and are left to whoever made them. */
export interface FoundVms {
  /** Entries of `vms`, by name. */
  readonly entries: readonly VmEntry[];
  readonly unknown: readonly Remark[];
  readonly notes: readonly Remark[];
}

export type VmEntry = { readonly name: string } & Readonly<Record<string, unknown>>;

const ACTIVE: ReadonlySet<string> = new Set(["running", "blocked", "paused", "in shutdown", "suspended"]);

/** Of something, and exactly. */
const isCounted = (figure: number) => Number.isSafeInteger(figure) && figure > 0;

const fits = (text: string) => modelName("").safeParse(text).success;

/** Pure. Only VMs in a state that holds CPUs and memory are recorded; others are named. */
export function foundVms(
  { domains, samples, onlineCpus, hardware }: UsedHost,
  { pools, bridges, gpus }: FoundHost,
  host: string,
): FoundVms {
  const unknown: Remark[] = [];
  const notes: Remark[] = [];
  if (isUnknown(domains)) return { entries: [], unknown, notes };
  // Of libvirt or of the kernel, whichever tells: a pinned VM that passed for a floating one would leave its CPUs free.
  const told = isUnknown(onlineCpus) && !isUnknown(hardware) ? hardware.onlineCpus : onlineCpus;
  const online = isUnknown(told) ? undefined : told;
  const entries = domains.flatMap((domain): VmEntry[] => {
    const subject = `VM ${domain.name}`;
    if (!ACTIVE.has(domain.state)) {
      notes.push({ subject, text: `is ${domain.state}, and is not recorded` });
      return [];
    }
    if (!fits(domain.name)) {
      notes.push({ subject, text: "has a name that no fleet can have, and is not recorded" });
      return [];
    }
    const { definition, tuning } = domain;
    const why: Asked<Definition> | Asked<DomainTuning> = isUnknown(definition) ? definition : tuning;
    if (isUnknown(definition) || isUnknown(tuning)) {
      unknown.push({ subject, text: (why as Unknown).unknown });
      return [];
    }
    if (!isCounted(definition.vcpus) || !isCounted(definition.memory)) {
      unknown.push({
        subject,
        text: "its definition tells no vCPUs, or no memory that can be counted exactly",
      });
      return [];
    }
    return [
      {
        name: domain.name,
        host,
        managed: false,
        vcpus: definition.vcpus,
        memory: memoryText(definition.memory),
        ...cpuEntries(definition, tuning, online, subject, notes),
        ...numaEntry(tuning, subject, notes),
        ...pagesEntry(definition, subject, unknown),
        ...diskEntries(definition, samples.get(domain.uuid), pools ?? [], subject, unknown),
        ...gpuEntries(definition, gpus ?? [], subject, notes),
        ...bridgeEntry(definition, bridges ?? [], subject, notes),
      },
    ];
  });
  return { entries, unknown, notes };
}

/** CPU sets, where they say something: a set of all CPUs, which libvirt shows where none is given, does not. */
function cpuEntries(
  { vcpus }: Definition,
  { vcpuPins, emulatorPin, iothreadPins }: DomainTuning,
  online: readonly number[] | undefined,
  subject: string,
  notes: Remark[],
): object {
  const isAll = (cpus: readonly number[]) => online?.every((cpu) => cpus.includes(cpu)) === true;
  const saysNothing = (cpus: readonly number[]) => online === undefined || isAll(cpus);
  const union = [...new Set(vcpuPins.flat())].sort((a, b) => a - b);
  const floats = vcpuPins.some(isAll);
  // A fleet's pins are CPUs of a VM's own; a range over which several may float is none.
  const isPinned = !floats && vcpuPins.length === vcpus && union.length <= vcpus;
  if (!isPinned && !floats)
    notes.push({
      subject,
      text: `floats over CPUs ${formatCpuset(union)}, and is recorded as one on shared CPUs`,
    });
  const threads = [...iothreadPins].sort(([a], [b]) => a - b);
  return {
    ...(isPinned ? { pins: vcpuPins.map(cpusetText), exclusiveCores: false } : {}),
    ...(saysNothing(emulatorPin) ? {} : { emulator: cpusetText(emulatorPin) }),
    ...(threads.length === 0
      ? {}
      : {
          iothreads: threads.map(([, cpus]) => (saysNothing(cpus) ? {} : { cpus: cpusetText(cpus) })),
        }),
  };
}

/** A single CPU as a number, which needs no quotes. */
function cpusetText(cpus: readonly number[]): string | number {
  return cpus.length === 1 ? (cpus[0] as number) : formatCpuset(cpus);
}

function numaEntry({ numa }: DomainTuning, subject: string, notes: Remark[]): object {
  if (numa === undefined) return {};
  const mode = numaModes.find((each) => each === numa.mode);
  if (mode === undefined) {
    notes.push({ subject, text: `binds memory in the mode ${numa.mode}, which is not recorded` });
    return {};
  }
  return { numa: { mode, nodeset: cpusetText(numa.nodeset) } };
}

function pagesEntry({ hugepages }: Definition, subject: string, unknown: Remark[]): object {
  const [size] = hugepages;
  if (size === undefined) return {};
  const found = PAGE_SIZES.find((each) => PAGE_BYTES[each] === size);
  if (found !== undefined && hugepages.length === 1) return { hugepages: found };
  unknown.push({
    subject: `hugepages of ${subject}`,
    text: "its definition names no single size that a fleet has",
  });
  return {};
}

/** Disks in pools of the record, with their virtual size. */
function diskEntries(
  { disks }: Definition,
  sample: DomainSample | undefined,
  pools: readonly FoundPool[],
  subject: string,
  unknown: Remark[],
): object {
  const entries = disks
    .filter(({ device }) => device === "disk")
    .flatMap(({ target, source }): object[] => {
      const what = `disk ${target} of ${subject}`;
      const path = source.startsWith("/") ? source : (sample?.diskPath.get(target) ?? source);
      const place = placeOf(path, pools);
      const size = sample?.diskCapacity.get(target);
      if (place === undefined) {
        unknown.push({
          subject: what,
          text: `${path || "its source"} is in the directory of no recorded pool`,
        });
        return [];
      }
      if (
        place.pool.class === undefined ||
        size === undefined ||
        !isCounted(size) ||
        !fits(place.file) ||
        !fits(target)
      ) {
        unknown.push({ subject: what, text: "its size, name or kind of storage cannot be recorded" });
        return [];
      }
      return [
        { name: target, class: place.pool.class, size: `${size} B`, pool: place.pool.name, file: place.file },
      ];
    });
  return entries.length === 0 ? {} : { disks: entries };
}

function placeOf(source: string, pools: readonly FoundPool[]): { pool: FoundPool; file: string } | undefined {
  const at = source.lastIndexOf("/");
  const [folder, file] = [source.slice(0, at), source.slice(at + 1)];
  const pool = pools.find(({ name, path }) =>
    source.startsWith("/") ? path.replace(/\/+$/, "") === folder : name === folder,
  );
  return pool && file !== "" ? { pool, file } : undefined;
}

/** GPUs of the record that the VM has, and shares of them. */
function gpuEntries(
  { hostdevs = [] }: Definition,
  gpus: NonNullable<FoundHost["gpus"]>,
  subject: string,
  notes: Remark[],
): object {
  const entries = hostdevs.flatMap((device): object[] => {
    if ("pci" in device) {
      if (gpus.some(({ address, mode }) => address === device.pci && mode === "passthrough"))
        return [{ address: device.pci }];
      notes.push({ subject, text: `has the host's PCI function ${device.pci}, which is not recorded` });
      return [];
    }
    for (const { address, profiles } of gpus) {
      const profile = profiles.find(({ uuids }) => uuids.includes(device.mdev));
      if (profile) return [{ address, vgpu: { type: profile.type, uuid: device.mdev } }];
    }
    notes.push({ subject, text: `has the mediated device ${device.mdev} of no recorded GPU` });
    return [];
  });
  return entries.length === 0 ? {} : { gpus: entries };
}

function bridgeEntry(
  { interfaces }: Definition,
  known: NonNullable<FoundHost["bridges"]>,
  subject: string,
  notes: Remark[],
): object {
  const first = interfaces.find(({ bridge }) => known.some(({ name }) => name === bridge));
  const others = interfaces.length - (first === undefined ? 0 : 1);
  if (others > 0)
    notes.push({
      subject,
      text: `has ${others} interface${others === 1 ? "" : "s"} that a fleet has no place for`,
    });
  return first === undefined ? {} : { bridge: first.bridge };
}
