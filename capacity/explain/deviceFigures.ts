import { formatBandwidth, formatBytes, formatStorage } from "../../model/format.ts";
import type { Disk } from "../../model/vm.ts";
import { effective } from "../host/effective.ts";
import { diskFile } from "../host/files.ts";
import { BURST, DEFAULT_DISK_IO, type TrafficLimit, trafficLimits, uplink } from "../host/traffic.ts";
import { type Figure, NO_PLACE, type Part } from "./figure.ts";
import type { Subject } from "./subject.ts";

const DEFAULT_LIMITS = "resources document, default limits (capacity/host/traffic.ts)";

export function storageFigures(subject: Subject): Figure[] {
  const { vm, built, origin, machine } = subject;
  return [
    ...vm.disks.flatMap((disk, i) => diskFigures(subject, disk, i)),
    {
      part: "storage",
      name: "seed",
      value: built.seed ?? null,
      text: built.seed ?? "none",
      formula:
        built.seed === undefined
          ? machine === undefined
            ? NO_PLACE
            : "it needs no cloud-init image"
          : origin.isSet("cloudInit", "seed")
            ? ""
            : `${vm.name}-cloud-init.iso, in the pool of its first disk`,
      ...origin.of(["cloudInit", "seed"], "components/seedPlan.ts"),
    },
    ...(vm.disks.length === 0
      ? []
      : limitFigures(subject, "storage", "disk bandwidth", "diskIo", ["diskBandwidth"])),
  ];
}

function diskFigures({ vm, origin, built, machine }: Subject, disk: Disk, i: number): Figure[] {
  const host = machine?.host;
  const name = `disk ${disk.name}`;
  const candidates = host?.pools.filter((pool) => pool.class === disk.class) ?? [];
  const pool = disk.pool ?? (candidates.length === 1 ? candidates[0]?.name : undefined);
  const path = host?.pools.find((p) => p.name === pool)?.path;
  const file = diskFile(vm, disk);
  const made = built.disks[i];
  const by = origin.placed(["disks", i, "pool"], "capacity/placement/pools.ts", "capacity/host/pools.ts");
  const figure = (entry: Omit<Figure, "part">): Figure => ({ part: "storage", ...entry });
  return [
    figure({
      name: `${name}: size`,
      value: made?.capacity ?? disk.size,
      text: formatStorage(disk.size),
      formula:
        made === undefined || made.capacity === disk.size
          ? ""
          : `${disk.size} B rounded up to sectors of 512 B`,
      ...origin.of(["disks", i, "size"], ""),
    }),
    figure({
      name: `${name}: target`,
      value: made?.target ?? null,
      text: made?.target ?? "none",
      by: "default",
      formula: `disk ${i + 1} of ${vm.disks.length}, in order`,
      source: "components/diskArgs.ts",
    }),
    figure({
      name: `${name}: pool`,
      value: pool ?? null,
      text: pool ?? "none",
      formula:
        pool === undefined
          ? machine === undefined
            ? NO_PLACE
            : `there are ${candidates.length} pools of class ${disk.class}, and none is named`
          : by.by === "set" || by.by === "recorded"
            ? ""
            : by.by === "placed"
              ? `the pool of class ${disk.class} with the largest share left, unless another disk needs it`
              : `the host's only pool of class ${disk.class}`,
      ...by,
    }),
    figure({
      name: `${name}: file`,
      value: path === undefined ? file : `${path}/${file}`,
      text: path === undefined ? file : `${path}/${file}`,
      formula: origin.isSet("disks", i, "file") ? "" : "VM-DISK.qcow2 in its pool",
      ...origin.of(["disks", i, "file"], "capacity/host/files.ts"),
    }),
    figure({
      name: `${name}: I/O operations`,
      value: disk.iops ?? null,
      text: disk.iops === undefined ? "no limit" : `${disk.iops} a second`,
      formula: "",
      ...origin.of(["disks", i, "iops"], "model/vm.ts"),
    }),
  ];
}

export function networkFigures(subject: Subject): Figure[] {
  const { vm, built, origin } = subject;
  const bridge: Figure = {
    part: "network",
    name: "bridge",
    value: vm.bridge ?? null,
    text: vm.bridge ?? "none",
    formula: vm.bridge === undefined ? "it has no interface" : "",
    ...origin.of(["bridge"], "model/vm.ts"),
  };
  if (vm.bridge === undefined) return [bridge];
  return [
    bridge,
    {
      part: "network",
      name: "MAC",
      value: built.mac,
      text: built.mac,
      by: "default",
      formula: `52:54:00, then 24 bits of the SHA-256 of "${vm.name}"`,
      source: "components/mac.ts",
    },
    ...limitFigures(subject, "network", "download", "download", ["bandwidth", "download"]),
    ...limitFigures(subject, "network", "upload", "upload", ["bandwidth", "upload"]),
  ];
}

/** A rate with its burst: the VM's own, its share by vCPUs, or none. */
function limitFigures(
  { vm, machine, origin }: Subject,
  part: Part,
  name: string,
  kind: "download" | "upload" | "diskIo",
  keys: readonly string[],
): Figure[] {
  if (machine === undefined) return [];
  const limit: TrafficLimit | undefined = trafficLimits(machine, vm)[kind];
  const { host, cpus, ratios, hasDefaultLimits } = machine;
  const capacity = kind === "diskIo" ? (host.diskBandwidth ?? DEFAULT_DISK_IO) : uplink(host, vm);
  const ratio = kind === "diskIo" ? ratios.diskIo : ratios.network;
  const why = hasDefaultLimits
    ? "no speed is recorded that it could have a share of"
    : "no default limits: placement.defaultLimits, or the preset resources";
  const share = `(${vm.vcpus} / ${cpus.length} CPUs) × ${formatBandwidth(capacity ?? 0)} × ${ratio}`;
  const rate: Figure = {
    part,
    name,
    value: limit?.rate ?? null,
    text: limit === undefined ? "no limit" : formatBandwidth(limit.rate),
    formula:
      limit === undefined
        ? why
        : limit.source === "set"
          ? ""
          : `${share}, of ${formatBandwidth(effective(capacity ?? 0, ratio))}`,
    ...origin.of(keys, DEFAULT_LIMITS),
  };
  if (limit?.burst === undefined) return [rate];
  return [
    rate,
    {
      part,
      name: `${name}, burst`,
      value: limit.burst,
      text: formatBandwidth(limit.burst),
      by: "default",
      formula: `${formatBandwidth(limit.rate)} × ${BURST}`,
      source: DEFAULT_LIMITS,
    },
  ];
}

export function gpuFigures({ vm, origin, machine }: Subject): Figure[] {
  if (vm.gpus.length === 0) {
    return [
      {
        part: "devices",
        name: "GPUs",
        value: 0,
        text: "none",
        by: "default",
        formula: "",
        source: "model/vm.ts",
      },
    ];
  }
  return vm.gpus.map(({ address, model, vgpu }, i): Figure => {
    const gpu = machine?.host.gpus.find((g) => g.address === address);
    const cell = gpu?.cell === undefined ? "" : `, at cell ${gpu.cell} of the host`;
    return {
      part: "devices",
      name: `GPU ${i + 1}`,
      value: { address: address ?? null, ...(vgpu === undefined ? {} : { vgpu }) },
      text: address === undefined ? "none" : vgpu === undefined ? address : `${vgpu.type} of ${address}`,
      formula: `${vgpu === undefined ? "the whole function" : `vGPU ${vgpu.uuid}`}${model === undefined ? "" : ` of model ${model}`}, 1 slot${cell}; all ${formatBytes(vm.memory)} are locked`,
      ...(address === undefined || origin.isSet("gpus", i, "address")
        ? origin.of(["gpus", i], "")
        : origin.placed(["gpus", i, "address"], "capacity/placement/gpuRoom.ts")),
    };
  });
}
