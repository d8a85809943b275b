import { forbiddenFinding } from "../../capacity/balloon/floors.ts";
import { OBSTACLES } from "../../capacity/balloon/obstacles.ts";
import type { PlacedVM } from "../../model/placements.ts";
import type { Bytes } from "../../model/quantity.ts";
import { numaModes, type VM } from "../../model/vm.ts";
import { type Facts, isObject } from "../facts.ts";
import type { PlainObject } from "../plain.ts";
import { readSize } from "./libvirtsize.ts";

/** What a Domain cannot say, and a judged plan of the same stack can. */
export type Declared = Pick<VM, "exclusiveCores" | "k3s">;

/** A VM, and for one without pins the host CPUs that libvirt lets it run on. */
export interface Guest {
  readonly vm: PlacedVM;
  readonly floatsOver?: readonly number[] | "all";
}

/**
 * The VM that a `libvirt:index/domain:Domain` asks for. Disks are left to their volumes, and what does not
 * count against a host (cloud-init, k3s role) is left out; of k3s counts what its kubelet keeps back.
 * @param declared by default the VM wants its cores for itself, as in the model
 */
export function vmFromDomain(
  facts: Facts,
  inputs: PlainObject,
  name: string,
  host: string,
  declared?: Declared,
): Guest {
  // Those beyond `vcpuCurrent` are not there before an update gives them, which is judged then.
  const vcpus = facts.required(
    facts.count(inputs, "vcpuCurrent", "vcpuCurrent", 1) ?? facts.count(inputs, "vcpu", "vcpu", 1),
    "vcpu",
    "State the number of vCPUs in `vcpu`.",
  );
  const tune = facts.object(inputs, "cpuTune", "cpuTune");
  const shared = facts.cpuset(inputs, "vcpuCpuset", "vcpuCpuset");
  const pins = readPins(facts, tune, vcpus, shared);
  const emulatorPin = facts.object(tune, "emulatorPin", "cpuTune.emulatorPin");
  const emulator = facts.cpuset(emulatorPin, "cpuSet", "cpuTune.emulatorPin.cpuSet");
  const numa = readNuma(facts, inputs);
  const hugepages = readHugepages(facts, inputs);
  const memory = readMemory(facts, inputs);
  const minimumMemory = readFloor(facts, inputs);
  refuseObstacles(
    facts,
    inputs,
    tune,
    minimumMemory !== undefined && memory !== undefined && minimumMemory < memory,
  );
  const vm: PlacedVM = {
    name,
    host,
    vcpus: vcpus ?? 1,
    ...(pins && { pins }),
    exclusiveCores: declared?.exclusiveCores ?? true,
    ...(emulator && { emulator }),
    iothreads: readIoThreads(facts, inputs, tune),
    ...(numa && { numa }),
    memory: memory ?? 0,
    ...(minimumMemory !== undefined && memory !== undefined && minimumMemory < memory && { minimumMemory }),
    ...(hugepages && { hugepages }),
    disks: [],
    gpus: [],
    ...(declared?.k3s && { k3s: declared.k3s }),
    taints: [],
    labels: {},
  };
  return pins === undefined ? { vm, floatsOver: shared ?? "all" } : { vm };
}

/** What the balloon leaves the guest at least: as a `NumaDomain` notes it, or what it is left from the start. */
function readFloor(facts: Facts, inputs: PlainObject): Bytes | undefined {
  // Metadata that is not known yet is not a NumaDomain's.
  const { metadata } = inputs;
  const xml = isObject(metadata) && typeof metadata.xml === "string" ? metadata.xml : "";
  const noted = NOTED_FLOOR.exec(xml)?.[1];
  return noted === undefined
    ? readSize(facts, inputs, "currentMemory", "currentMemoryUnit", "", "KiB")
    : Number(noted);
}

const NOTED_FLOOR = /<numafleet:vm [^>]*\bminimumMemory="(\d{1,15})"/;

/** What capacity cannot see in a VM, and forbids ballooning it; hugepages it judges itself. */
function refuseObstacles(facts: Facts, inputs: PlainObject, tune: PlainObject, isBallooned: boolean): void {
  if (!isBallooned) return;
  const devices = facts.object(inputs, "devices", "devices");
  const backing = facts.object(inputs, "memoryBacking", "memoryBacking");
  const balloon = facts.object(devices, "memBalloon", "devices.memBalloon");
  const hasPassedThrough = facts
    .objects(devices, "hostdevs", "devices.hostdevs")
    .some(({ item }) => item.subsysUsb === undefined && item.subsysScsi === undefined);
  const isRealtime = facts
    .objects(tune, "vcpuScheds", "cpuTune.vcpuScheds")
    .some(({ item }) => item.scheduler !== "batch" && item.scheduler !== "idle");
  const obstacles = [
    ...(hasPassedThrough ? [OBSTACLES.passedThrough] : []),
    ...(isRealtime ? [OBSTACLES.realtime] : []),
    ...(facts.get(backing, "memoryLocked", "memoryBacking.memoryLocked") === true ? [OBSTACLES.locked] : []),
    ...(facts.get(balloon, "model", "devices.memBalloon.model") === "none" ? [OBSTACLES.noDevice] : []),
  ];
  if (obstacles.length > 0) facts.add(forbiddenFinding(facts.subject, "", obstacles));
}

/** The most that the guest can have: memory at boot, or the cells and memory devices that libvirt sums up. */
function readMemory(facts: Facts, inputs: PlainObject): Bytes | undefined {
  const boot = facts.required(
    readSize(facts, inputs, "memory", "memoryUnit", "", "KiB"),
    "memory",
    "State the memory in `memory` and `memoryUnit`.",
  );
  if (boot === 0) facts.invalid("memory", boot, "a size above 0");
  const cpu = facts.object(inputs, "cpu", "cpu");
  const cells = facts
    .objects(facts.object(cpu, "numa", "cpu.numa"), "cells", "cpu.numa.cells")
    .map(({ item, at }) => readSize(facts, item, "memory", "unit", `${at}.`, "KiB") ?? 0);
  const devices = facts
    .objects(facts.object(inputs, "devices", "devices"), "memorydevs", "devices.memorydevs")
    .map(({ item, at }) => {
      const target = facts.object(item, "target", `${at}.target`);
      const most = readSize(facts, target, "size", "sizeUnit", `${at}.target.`, "KiB") ?? 0;
      if (item.model !== "virtio-mem") return { most, idle: 0 };
      // What is not requested of it takes nothing.
      const now = readSize(facts, target, "requested", "requestedUnit", `${at}.target.`, "KiB") ?? 0;
      return { most, idle: most - now };
    });
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  if (boot === undefined) return undefined;
  const most = sum(devices.map((device) => device.most));
  return Math.max(boot, sum(cells) + most) - sum(devices.map((device) => device.idle));
}

/**
 * One CPU set per vCPU, in the order of the vCPUs. A vCPU without a pin of its own runs on `vcpuCpuset` if
 * there is one; otherwise it is left out, and capacity misses its pin. Without any pin the VM floats.
 */
function readPins(
  facts: Facts,
  tune: PlainObject,
  vcpus: number | undefined,
  shared: number[] | undefined,
): number[][] | undefined {
  const pins = new Map<number, number[]>();
  const stated = facts.objects(tune, "vcpuPins", "cpuTune.vcpuPins");
  for (const { item, at } of stated) {
    const vcpu = facts.required(facts.count(item, "vcpu", `${at}.vcpu`, 0), `${at}.vcpu`, "Name the vCPU.");
    const cpus = facts.required(
      facts.cpuset(item, "cpuSet", `${at}.cpuSet`),
      `${at}.cpuSet`,
      "Name the host CPUs of the vCPU.",
    );
    if (vcpu === undefined || cpus === undefined || vcpus === undefined) continue;
    if (vcpu >= vcpus || pins.has(vcpu)) {
      facts.invalid(`${at}.vcpu`, vcpu, `each vCPU from 0 to ${vcpus - 1} once`);
    } else {
      pins.set(vcpu, cpus);
    }
  }
  if (vcpus === undefined || stated.length === 0) return undefined;
  return Array.from({ length: vcpus }, (_, vcpu) => pins.get(vcpu) ?? shared).filter(
    (cpus) => cpus !== undefined,
  );
}

function readNuma(facts: Facts, inputs: PlainObject): VM["numa"] {
  const tune = facts.object(inputs, "numaTune", "numaTune");
  const memory = facts.object(tune, "memory", "numaTune.memory");
  const nodeset = facts.cpuset(memory, "nodeset", "numaTune.memory.nodeset");
  const mode = facts.text(memory, "mode", "numaTune.memory.mode") ?? "strict";
  const known = numaModes.find((m) => m === mode);
  if (known === undefined) facts.invalid("numaTune.memory.mode", mode, `one of ${numaModes.join(", ")}`);
  if (facts.objects(tune, "memNodes", "numaTune.memNodes").length > 0) {
    facts.add({
      rule: "resource/unsupported-constraint",
      path: "numaTune.memNodes",
      message: `\`numaTune.memNodes\` of ${facts.subject} binds guest cells one by one, which is not judged: it cannot be proven that it fits.`,
      remedy: "Bind all of the memory by `numaTune.memory`.",
    });
  }
  return nodeset && { mode: known ?? "strict", nodeset };
}

function readIoThreads(facts: Facts, inputs: PlainObject, tune: PlainObject): VM["iothreads"] {
  const ids = facts.objects(
    facts.object(inputs, "ioThreadIDs", "ioThreadIDs"),
    "ioThreads",
    "ioThreadIDs.ioThreads",
  ).length;
  const pins = new Map<number, number[]>();
  for (const { item, at } of facts.objects(tune, "ioThreadPins", "cpuTune.ioThreadPins")) {
    const id = facts.count(item, "ioThread", `${at}.ioThread`, 1);
    const cpus = facts.cpuset(item, "cpuSet", `${at}.cpuSet`);
    if (id !== undefined && cpus !== undefined) pins.set(id, cpus);
  }
  const number = Math.max(facts.count(inputs, "ioThreads", "ioThreads", 0) ?? 0, ids, ...pins.keys());
  return Array.from({ length: number }, (_, i) => {
    const cpus = pins.get(i + 1);
    return cpus === undefined ? {} : { cpus };
  });
}

/** Page sizes of the model by their bytes. */
const PAGES: ReadonlyMap<number, NonNullable<VM["hugepages"]>> = new Map([
  [2 * 1024 ** 2, "2MiB"],
  [1024 ** 3, "1GiB"],
]);

function readHugepages(facts: Facts, inputs: PlainObject): VM["hugepages"] {
  const backing = facts.object(inputs, "memoryBacking", "memoryBacking");
  if (facts.get(backing, "memoryHugePages", "memoryBacking.memoryHugePages") === undefined) return undefined;
  const path = "memoryBacking.memoryHugePages";
  const pages = facts.objects(
    facts.object(backing, "memoryHugePages", path),
    "hugepages",
    `${path}.hugepages`,
  );
  const sizes = pages.map(({ item, at }) => readSize(facts, item, "size", "unit", `${at}.`, "KiB"));
  const known = sizes.length === 1 && sizes[0] !== undefined ? PAGES.get(sizes[0]) : undefined;
  if (known === undefined) {
    facts.add({
      rule: "resource/unsupported-constraint",
      path,
      message: `\`${path}\` of ${facts.subject} does not name one page size of 2 MiB or 1 GiB: it cannot be proven that it fits.`,
      remedy: "Name one page size.",
    });
  }
  return known;
}
