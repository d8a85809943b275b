import { formatBytes } from "../../model/format.ts";
import { PAGE_BYTES } from "../../model/host.ts";
import { guestMemory } from "../../model/virtioMem.ts";
import type { VM } from "../../model/vm.ts";
import { placePages } from "../host/hugepages.ts";
import type { Machine } from "../host/machine.ts";
import { placeMemory } from "../host/memory.ts";
import { count, listCells } from "../host/names.ts";
import { overhead } from "../host/overhead.ts";
import { type Figure, NO_PLACE } from "./figure.ts";
import type { Subject } from "./subject.ts";

const OVERHEAD = "KubeVirt, GetMemoryOverhead (capacity/host/overhead.ts)";

export function memoryFigures(subject: Subject): Figure[] {
  const { vm, origin } = subject;
  const { guestCells = 1, minimumMemory } = vm;
  const figure = (entry: Omit<Figure, "part">): Figure => ({ part: "memory", ...entry });
  return [
    figure({
      name: "memory",
      value: vm.memory,
      text: formatBytes(vm.memory),
      formula: "",
      ...origin.of(["memory"], ""),
    }),
    figure({
      name: "guest cells",
      value: guestCells,
      text: `${guestCells}`,
      formula:
        guestCells === 1
          ? "the guest sees one cell"
          : `each has ${vm.vcpus} / ${guestCells} = ${vm.vcpus / guestCells} vCPUs and ${formatBytes(vm.memory)} / ${guestCells} = ${formatBytes(vm.memory / guestCells)}, on a host cell of its own`,
      ...origin.of(["guestCells"], "model/vm.ts"),
    }),
    ...virtioMem(subject),
    nodeset(subject),
    hugepages(subject),
    mostMemory(subject),
    figure({
      name: "minimum memory",
      value: minimumMemory ?? null,
      text: minimumMemory === undefined ? "none" : formatBytes(minimumMemory),
      formula: minimumMemory === undefined ? "no ballooning: all of its memory stays" : "",
      ...origin.of(["minimumMemory"], "model/vm.ts"),
    }),
    ...overheadFigures(subject),
    ...onHost(subject),
  ];
}

function virtioMem({ vm, origin }: Subject): Figure[] {
  const { virtioMem: device } = vm;
  const figure = (name: string, value: number, key: string, formula: string): Figure => ({
    part: "memory",
    name,
    value,
    text: formatBytes(value),
    formula,
    ...origin.of(["virtioMem", key], "model/virtioMem.ts"),
  });
  if (device === undefined) return [];
  return [
    figure("virtio-mem", device.requested, "requested", "beside the memory of the boot, and judged with it"),
    figure(
      "virtio-mem, maximum",
      device.maximum,
      "maximum",
      "takes nothing of the host before it is requested",
    ),
    figure("virtio-mem, block", device.block, "block", ""),
  ];
}

function nodeset({ vm, origin, place, machine }: Subject): Figure {
  const by = vm.numa === undefined ? undefined : origin.placed(["numa"], "capacity/placement/cells.ts");
  const rooms = place.cells.map(
    ({ cell, cpus, memory }) => `cell ${cell} had ${count(cpus, "free CPU")} and ${formatBytes(memory)}`,
  );
  return {
    part: "memory",
    name: "cells",
    value: vm.numa === undefined ? null : vm.numa.nodeset,
    text:
      vm.numa === undefined
        ? machine === undefined
          ? "none"
          : "any"
        : `${listCells(vm.numa.nodeset)}, ${vm.numa.mode}`,
    formula:
      machine === undefined
        ? NO_PLACE
        : vm.numa === undefined
          ? "not bound: its memory may lie in any cell with room"
          : by?.by === "placed"
            ? `${(vm.guestCells ?? 1) > 1 ? "the nearest cells that hold a part each" : "best fit, the cell that holds it and keeps the fewest free CPUs"}: ${rooms.join(", ")}`
            : "",
    ...(by ?? { by: "default", source: "model/vm.ts" }),
  };
}

function hugepages({ vm, origin }: Subject): Figure {
  const { hugepages: size, memory } = vm;
  const pages = size === undefined ? null : Math.ceil(memory / PAGE_BYTES[size]);
  return {
    part: "memory",
    name: "hugepages",
    value: size === undefined ? null : { size, pages },
    text: size === undefined ? "none" : count(pages as number, `page`),
    formula: size === undefined ? "ordinary memory" : `${formatBytes(memory)} / ${size}`,
    ...origin.of(["hugepages"], "model/vm.ts"),
  };
}

function mostMemory({ vm, origin, built }: Subject): Figure {
  const most = built.mostMemory + (vm.virtioMem?.maximum ?? 0);
  const declared = vm.headroom?.memory;
  const own = formatBytes(vm.memory);
  const device = vm.virtioMem === undefined ? "" : `, + ${formatBytes(vm.virtioMem.maximum)} of virtio-mem`;
  return {
    part: "memory",
    name: "maximum memory",
    value: most,
    text: formatBytes(most),
    formula: `${
      (vm.guestCells ?? 1) > 1
        ? `${own}: a guest of several cells cannot grow`
        : declared !== undefined
          ? `${own} + ${formatBytes(declared)} of headroom`
          : built.mostMemory === vm.memory
            ? `${own}: a VM below 4Gi gets no headroom by itself`
            : `2^⌈log2(2 × ${own})⌉, the next power of two from twice its memory`
    }${device}`,
    ...origin.of(["headroom", "memory"], "components/headroom.ts"),
  };
}

function overheadFigures({ vm }: Subject): Figure[] {
  const { parts, bytes } = overhead(vm);
  return [
    ...parts.map(
      (part): Figure => ({
        part: "memory",
        name: `overhead: ${part.name}`,
        value: part.bytes,
        text: formatBytes(part.bytes),
        by: "default",
        formula: part.formula,
        source: OVERHEAD,
      }),
    ),
    {
      part: "memory",
      name: "overhead",
      value: bytes,
      text: formatBytes(bytes),
      by: "default",
      formula: parts.map((part) => formatBytes(part.bytes)).join(" + "),
      source: OVERHEAD,
    },
  ];
}

/** What the judgement counts on the host: in all, and in each cell where it lies. */
function onHost({ vm, machine }: Subject): Figure[] {
  const { bytes } = overhead(vm);
  const ordinary = vm.hugepages === undefined ? guestMemory(vm) : 0;
  const all: Figure = {
    part: "memory",
    name: "memory on the host",
    value: ordinary + bytes,
    text: formatBytes(ordinary + bytes),
    by: "default",
    formula:
      vm.hugepages === undefined
        ? `${formatBytes(ordinary)} + ${formatBytes(bytes)} of overhead`
        : `${formatBytes(bytes)} of overhead; its own memory is pages`,
    source: "capacity/host/memory.ts",
  };
  return machine === undefined ? [all] : [all, ...perCell(vm, machine)];
}

/** As the judgement deals them out: ordinary memory and pages. */
function perCell(vm: VM, machine: Machine): Figure[] {
  const memory = placeMemory(machine).shares.filter(({ guest }) => guest.vm.name === vm.name);
  const pages = placePages(machine).shares.filter(({ guest }) => guest.vm.name === vm.name);
  return machine.host.cells.flatMap(({ id }, c): Figure[] => {
    const here = memory.filter(({ place }) => place === c);
    const own = here.reduce((sum, share) => sum + share.memory, 0);
    const over = here.reduce((sum, share) => sum + share.overhead, 0);
    const paged = pages.filter(({ place }) => place === c);
    const bytes = own + over + paged.reduce((sum, share) => sum + share.pages * PAGE_BYTES[share.size], 0);
    if (bytes === 0) return [];
    const parts = [
      ...(own > 0 ? [formatBytes(own)] : []),
      ...paged.map((share) => `${count(share.pages, "page")} of ${share.size}`),
      ...(over > 0 ? [`${formatBytes(over)} of overhead`] : []),
    ];
    return [
      {
        part: "memory",
        name: `in cell ${id}`,
        value: bytes,
        text: formatBytes(bytes),
        by: "default",
        formula: `${parts.join(" + ")}${vm.numa === undefined ? ", as the judgement deals it out" : ""}`,
        source: "capacity/host/host.ts",
      },
    ];
  });
}
