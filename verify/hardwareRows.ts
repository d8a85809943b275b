import { type Asked, isUnknown, unknown } from "../facts/asked.ts";
import { type GpuFacts, type HardwareFacts, type Uplink, uplinkOf } from "../facts/hardware.ts";
import { formatBandwidth, formatBytes, formatStorage } from "../model/format.ts";
import { type Gpu, gpuSlots } from "../model/gpu.ts";
import { trimmed } from "./livePool.ts";
import { askedRow, type Row, row, type Subject } from "./row.ts";
import { type HostComparison, hostSubject, listed } from "./subject.ts";

/** What the kernel says of a host's hardware, against the record. What is not recorded has no row. */

const RECORD = "Mend the host, or record what it has now.";

export function hardwareRows(comparison: HostComparison): Row[] {
  // The machine that plays a host has hardware of its own.
  if (comparison.isRehearsal) return [];
  return [
    ...figureRows(comparison),
    ...filesystemRows(comparison),
    ...uplinkRows(comparison),
    ...gpuRows(comparison),
  ];
}

function part<T>({ facts: { hardware } }: HostComparison, of: (known: HardwareFacts) => Asked<T>): Asked<T> {
  return isUnknown(hardware) ? hardware : of(hardware);
}

/** Sockets, version of cgroups, swap and the system disk. */
function figureRows(comparison: HostComparison): Row[] {
  const { machine } = comparison;
  const subject = hostSubject(machine);
  const { sockets, cgroup, swap, systemDisk } = machine.host;
  const atLeast = (
    check: "sockets" | "swap" | "system-disk",
    recorded: number | undefined,
    live: Asked<number>,
    format: (figure: number) => string,
    at: string,
  ): Row[] => {
    if (recorded === undefined) return [];
    const declared = format(recorded);
    return [
      askedRow(check, subject, live, { declared, at }, (found) =>
        row(check, subject, found >= recorded ? "ok" : "differs", {
          declared,
          live: format(found),
          at,
          remedy: RECORD,
          less: true,
        }),
      ),
    ];
  };
  const system = part(comparison, (known) => known.filesystems.get("/") ?? unknown("it was not asked for"));
  return [
    ...atLeast(
      "sockets",
      sockets,
      part(comparison, (known) => known.sockets),
      String,
      ".sockets",
    ),
    ...(cgroup === undefined
      ? []
      : [
          askedRow(
            "cgroup",
            subject,
            part(comparison, (known) => known.cgroup),
            { declared: cgroup, at: ".cgroup" },
            (live) =>
              row("cgroup", subject, live === cgroup ? "ok" : "differs", {
                declared: cgroup,
                live: live ?? "no CPU controller",
                at: ".cgroup",
                remedy: "Record what the host has now: CPU weights are given to libvirt by it.",
              }),
          ),
        ]),
    ...atLeast(
      "swap",
      swap,
      part(comparison, (known) => known.swap),
      formatBytes,
      ".swap",
    ),
    ...atLeast(
      "system-disk",
      systemDisk?.capacity,
      isUnknown(system) ? system : system.capacity,
      formatStorage,
      ".systemDisk.capacity",
    ),
  ];
}

/** A pool's directory is there too where its own disk is not mounted: what is written then fills another one. */
function filesystemRows(comparison: HostComparison): Row[] {
  const { machine, facts } = comparison;
  const subject = hostSubject(machine);
  return machine.host.pools.flatMap((pool, i) => {
    const { filesystem: declared, name: item } = pool;
    if (declared === undefined || isUnknown(facts.pools)) return [];
    // That a pool is not there, or elsewhere, is told by its own row.
    const live = facts.pools.find(({ name }) => name === item);
    if (!live?.active || trimmed(live.path) !== trimmed(pool.path)) return [];
    const at = `.pools[${i}].filesystem`;
    const room = part(
      comparison,
      (known) => known.filesystems.get(live.path) ?? unknown("it was not asked for"),
    );
    return [
      askedRow("pool-filesystem", subject, room, { item, declared, at }, ({ mount, device }) =>
        row("pool-filesystem", subject, mount === declared ? "ok" : "differs", {
          item,
          declared,
          live: `${mount} (${device})`,
          at,
          remedy: `Mount the file system at ${declared}, or record where the pool lies now.`,
          less: true,
        }),
      ),
    ];
  });
}

function uplinkRows(comparison: HostComparison): Row[] {
  const subject = hostSubject(comparison.machine);
  const links = part(comparison, (known) => known.links);
  const { host } = comparison.machine;
  return host.bridges.flatMap(({ name, bandwidth, recorded = host.recorded }, i) => {
    if (bandwidth === undefined) return [];
    const declared = formatBandwidth(bandwidth);
    const init = { item: name, declared, at: `.bridges[${i}].bandwidth` };
    const uplink = isUnknown(links) ? undefined : uplinkOf(links, name);
    // A speed that was read off an uplink had one; what was configured may lead out by ways that the kernel hides.
    const isLost = uplink?.names.length === 0 && recorded.source === "detected";
    if (!isUnknown(links) && (uplink === undefined || isLost)) {
      const live = uplink === undefined ? "no such interface" : "no uplink";
      return [row("uplink", subject, "differs", { ...init, live, remedy: UPLINK, less: true })];
    }
    const speed = isUnknown(links) ? links : (uplink as Uplink).speed;
    return [
      askedRow("uplink", subject, speed, init, (found) =>
        row("uplink", subject, found >= bandwidth ? "ok" : "differs", {
          ...init,
          live: formatBandwidth(found),
          remedy: UPLINK,
          less: true,
        }),
      ),
    ];
  });
}

const UPLINK = "Look at cable, switch port and the bond's members, or record the speed of now.";

function gpuRows(comparison: HostComparison): Row[] {
  const { machine } = comparison;
  const subject = hostSubject(machine);
  const gpus = part(comparison, (known) => known.gpus);
  return machine.host.gpus.map((gpu, i) => {
    const init = { item: gpu.address, declared: shown(gpu), at: `.gpus[${i}]` };
    return askedRow("gpu", subject, gpus, init, (list) => gpuRow(gpu, list, subject, init));
  });
}

function gpuRow(
  gpu: Gpu,
  list: readonly GpuFacts[],
  subject: Subject,
  init: { readonly item: string; readonly declared: string; readonly at: string },
): Row {
  const live = list.find(({ address }) => address === gpu.address);
  const fault = gpuFault(gpu, live);
  return row("gpu", subject, fault === undefined ? "ok" : "differs", {
    ...init,
    live: fault ?? (live ? shown(asDeclared(live)) : ""),
    remedy: "Look at the GPU's driver and its virtual functions, or record what it offers now.",
    less: true,
  });
}

/** A GPU as a record would have it now. */
export function asDeclared(live: GpuFacts): Pick<Gpu, "mode" | "functions" | "profiles" | "iommuGroup"> {
  return {
    mode: live.profiles.length > 0 ? "vgpu" : "passthrough",
    functions: live.functions,
    iommuGroup: live.iommuGroup,
    profiles: live.profiles.map(({ type, name, available = 0, used }) => ({
      type,
      name,
      instances: available + used,
    })),
  };
}

function shown(gpu: Parameters<typeof gpuSlots>[0]): string {
  const slots = gpuSlots(gpu);
  return `${gpu.mode}, ${slots} slot${slots === 1 ? "" : "s"}`;
}

function gpuFault(gpu: Gpu, live: GpuFacts | undefined): string | undefined {
  if (!live) return "no such GPU";
  const found = asDeclared(live);
  if (live.hasVendorVgpus && found.mode === "passthrough")
    return "its functions are vGPUs of its driver's own";
  if (found.mode !== gpu.mode) return found.mode;
  if (gpu.model !== undefined && live.model !== gpu.model) return `another GPU: ${live.model}`;
  if (gpu.iommuGroup !== undefined && live.iommuGroup === undefined) return "in no IOMMU group";
  if (gpuSlots(found) < gpuSlots(gpu)) return shown(found);
  // With vGPUs of another kind in use fewer of a kind are left, and the GPU has what it had.
  const isIdle = live.profiles.every(({ used }) => used === 0);
  const fewer = gpu.profiles.flatMap(({ type, instances }) => {
    const offered = found.profiles.find((profile) => profile.type === type);
    if (!offered) return [`no ${type}`];
    return isIdle && offered.instances < instances ? [`${offered.instances} of ${instances} ${type}`] : [];
  });
  return fewer.length === 0 ? undefined : listed(fewer);
}
