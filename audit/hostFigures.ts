import type { Provenance } from "../model/fields.ts";
import type { Host } from "../model/host.ts";
import type { Bytes } from "../model/quantity.ts";
import { bandwidthText, memoryText, storageText } from "./figureTexts.ts";
import type { FoundBridge, FoundCell, FoundGpu, FoundHost, FoundPool } from "./foundHost.ts";
import { cellEntry, gpuEntry } from "./hostEntry.ts";

/** The figures of a recorded host, each beside what was found. */

/** A recorded figure beside what was found; `found` undefined: nobody could say. */
export interface Figure {
  readonly name: string;
  readonly have: string | undefined;
  readonly found: string | undefined;
  /** What is written. */
  readonly value: unknown;
}

/** One cell, pool, bridge or GPU of the record. */
export interface Item {
  readonly what: string;
  readonly path: readonly (string | number)[];
  readonly recorded: Provenance | undefined;
  readonly figures: readonly Figure[];
}

/** A number of bytes as it is told; two of the same size tell the same. */
export const sized = (text: (bytes: Bytes) => string, bytes: Bytes | undefined) =>
  bytes === undefined ? undefined : text(bytes);

export function itemsOf(
  host: Host,
  at: readonly (string | number)[],
  found: FoundHost,
  missing: string[],
): Item[] {
  const figure = (
    name: string,
    have: string | undefined,
    seen: string | undefined,
    value: unknown = seen,
  ): Figure => ({ name, have, found: seen, value });
  /** Declared items by what they are called; one that is gone is named, and left. */
  const matched = <D, F>(
    kind: string,
    key: string,
    declared: readonly D[],
    seen: readonly F[] | undefined,
    of: { readonly name: (item: D) => string; readonly found: (item: F) => string },
    item: (declared: D, seen: F | undefined) => Omit<Item, "path" | "what">,
  ): Item[] =>
    declared.flatMap((each, i) => {
      const name = of.name(each);
      const what = `${kind} ${host.name}/${name}`;
      const live = seen?.find((one) => of.found(one) === name);
      if (seen !== undefined && live === undefined) {
        missing.push(what);
        return [];
      }
      return [{ what, path: [...at, key, i], ...item(each, live) }];
    });
  const isWhole = host.cells.every(({ id }) => found.cells?.some((cell) => cell.id === id) ?? true);
  const named = { name: (item: { name: string }) => item.name, found: (item: { name: string }) => item.name };
  const numbered = { name: (c: { id: number }) => String(c.id), found: (c: { id: number }) => String(c.id) };
  const addressed = {
    name: (gpu: { address: string }) => gpu.address,
    found: (gpu: { address: string }) => gpu.address,
  };
  return [
    ...scalars(host, at, found),
    ...matched("cell", "cells", host.cells, found.cells, numbered, (cell, live) => ({
      recorded: cell.recorded,
      // A table of distances without a cell that is still declared would not be whole.
      figures: cellFigures(cell, live, figure).filter(({ name }) => name !== "distances" || isWhole),
    })),
    ...matched("pool", "pools", host.pools, found.pools, named, (pool, live: FoundPool | undefined) => ({
      recorded: pool.recorded,
      figures: [
        figure("path", pool.path, live?.path),
        figure("capacity", storageText(pool.capacity), sized(storageText, live?.capacity)),
        ...(pool.filesystem === undefined && live?.filesystem === undefined && live !== undefined
          ? []
          : [figure("filesystem", pool.filesystem, live?.filesystem)]),
      ],
    })),
    ...matched(
      "bridge",
      "bridges",
      host.bridges,
      found.bridges,
      named,
      (bridge, live: FoundBridge | undefined) => ({
        recorded: bridge.recorded,
        figures:
          bridge.bandwidth === undefined && live?.bandwidth === undefined && live !== undefined
            ? []
            : [
                figure(
                  "bandwidth",
                  sized(bandwidthText, bridge.bandwidth),
                  sized(bandwidthText, live?.bandwidth),
                ),
              ],
      }),
    ),
    ...matched("GPU", "gpus", host.gpus, found.gpus, addressed, (gpu, live) => ({
      recorded: gpu.recorded,
      figures: gpuFigures(gpu, live, figure),
    })),
  ];
}

type MakeFigure = (
  name: string,
  have: string | undefined,
  seen: string | undefined,
  value?: unknown,
) => Figure;

/** Sockets, cgroups and swap, which are the host's own, and the system disk. */
function scalars(host: Host, at: readonly (string | number)[], found: FoundHost): Item[] {
  const told = (
    name: string,
    have: string | undefined,
    seen: string | undefined,
    value: unknown,
  ): Figure[] => (have === undefined ? [] : [{ name, have, found: seen, value }]);
  const { sockets, cgroup, swap, systemDisk } = host;
  return [
    {
      what: `host ${host.name}`,
      path: at,
      recorded: undefined,
      figures: [
        ...told("sockets", sockets?.toString(), found.sockets?.toString(), found.sockets),
        ...told("cgroup", cgroup, found.cgroup, found.cgroup),
        ...told(
          "swap",
          sized(memoryText, swap),
          sized(memoryText, found.swap),
          sized(memoryText, found.swap),
        ),
      ],
    },
    ...(systemDisk === undefined
      ? []
      : [
          {
            what: `system disk of ${host.name}`,
            path: [...at, "systemDisk"],
            recorded: systemDisk.recorded,
            figures: told(
              "capacity",
              storageText(systemDisk.capacity),
              sized(storageText, found.systemDisk),
              sized(storageText, found.systemDisk),
            ),
          },
        ]),
  ];
}

function cellFigures(cell: Host["cells"][number], live: FoundCell | undefined, figure: MakeFigure): Figure[] {
  const entry = live && cellEntry(live);
  const cores = (list: readonly (readonly number[])[]) =>
    list
      .map((core) => core.join("+"))
      .sort()
      .join(" ");
  const pairs = (map: Readonly<Record<string, unknown>> | undefined) =>
    Object.entries(map ?? {})
      .filter(([, count]) => count !== 0)
      .sort()
      .map(([key, value]) => `${key}: ${value}`)
      .join(", ") || "none";
  return [
    figure("cores", cores(cell.cores), live && cores(live.cores), entry?.cores),
    figure("memory", memoryText(cell.memory), sized(memoryText, live?.memory)),
    figure("hugepages", pairs(cell.hugepages), live && pairs(live.hugepages), live?.hugepages),
    figure("distances", pairs(cell.distances), live && pairs(live.distances), live?.distances),
  ];
}

function gpuFigures(gpu: Host["gpus"][number], live: FoundGpu | undefined, figure: MakeFigure): Figure[] {
  const profiles = (list: readonly { type: string; instances: number }[]) =>
    list
      .map(({ type, instances }) => `${instances} ${type}`)
      .sort()
      .join(", ") || "none";
  const entry = live && gpuEntry(live);
  const optional = (name: "model" | "cell" | "iommuGroup") =>
    gpu[name] === undefined && live !== undefined && live[name] === undefined
      ? []
      : [figure(name, gpu[name]?.toString(), live?.[name]?.toString(), live?.[name])];
  return [
    figure("mode", gpu.mode, live?.mode),
    ...optional("model"),
    ...optional("cell"),
    ...optional("iommuGroup"),
    figure("functions", String(gpu.functions), live && String(live.functions), live?.functions),
    figure("profiles", profiles(gpu.profiles), live && profiles(live.profiles), entry?.profiles ?? []),
  ];
}
