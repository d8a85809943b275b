import { roomOf } from "../capacity/host/filesystems.ts";
import type { Edit } from "../model/documentEdit.ts";
import type { Provenance } from "../model/fields.ts";
import type { Fleet } from "../model/fleet.ts";
import { formatStorage } from "../model/format.ts";
import type { Host } from "../model/host.ts";
import { bandwidthText, memoryText, storageText } from "./figureTexts.ts";
import type { FoundHost } from "./foundHost.ts";
import { cellEntry, bridgeEntry as entryOfBridge, gpuEntry, poolEntry } from "./hostEntry.ts";
import { type Figure, type Item, itemsOf, sized } from "./hostFigures.ts";

/** A figure that a person has decided on, which a detected one does not replace. */
export interface Kept {
  /** `cell numa/0: memory`. */
  readonly what: string;
  readonly path: string;
  readonly configured: string;
  readonly detected: string;
  /** The day on which it was decided. */
  readonly date: string;
}

/** What has to change in a fleet file so that it holds what the host has today. */
export interface HostRecord {
  readonly edits: readonly Edit[];
  readonly kept: readonly Kept[];
  /** Declared and not there: left as they are. */
  readonly missing: readonly string[];
}

interface Settings {
  readonly today: string;
  /** Whether detected figures replace configured ones too. */
  readonly overConfigured: boolean;
}

/** The edits for a host that the fleet has already. Pure. */
export function hostRecord(host: Host, index: number, found: FoundHost, settings: Settings): HostRecord {
  const { today, overConfigured } = settings;
  const at = ["hosts", index];
  const missing: string[] = [];
  const items = itemsOf(host, at, found, missing);
  const own = (item: Item) => item.recorded ?? host.recorded;
  const kept: Kept[] = limitsKept(host, at, found);
  const edits: Edit[] = [];
  const replaced = items.filter((item) => {
    if (own(item).source === "detected" || overConfigured) return true;
    kept.push(...differing(item).map((figure) => keptFigure(item, figure, own(item))));
    return false;
  });
  const isHostOurs = host.recorded.source === "detected" || overConfigured;
  const isRead = (item: Item) => item.figures.every(({ found: figure }) => figure !== undefined);
  // The host's date is that of every figure without one of its own: it moves when all of them were read.
  const dated = isHostOurs && items.every((item) => item.recorded !== undefined || isRead(item));
  if (dated) edits.push(...dateEdits(host.recorded, [...at, "recorded"], today));
  for (const item of replaced) {
    const canBeDated = item.path.length > 2;
    if (!dated && item.recorded === undefined && !canBeDated) continue;
    edits.push(...differing(item).map(({ name, value }) => ({ path: [...item.path, name], value })));
    if (!isRead(item)) continue;
    if (item.recorded !== undefined)
      edits.push(...dateEdits(item.recorded, [...item.path, "recorded"], today));
    else if (!dated) edits.push({ path: [...item.path, "recorded"], value: detectedOn(today) });
  }
  const provenance = dated ? {} : { recorded: detectedOn(today) };
  edits.push(...additions(host, at, found, provenance, isHostOurs && dated));
  return { edits, kept, missing };
}

const detectedOn = (date: string) => ({ source: "detected", date });

function dateEdits(recorded: Provenance, path: readonly (string | number)[], today: string): Edit[] {
  return [
    ...(recorded.source === "detected" ? [] : [{ path: [...path, "source"], value: "detected" }]),
    ...(recorded.date === today ? [] : [{ path: [...path, "date"], value: today }]),
  ];
}

function differing({ figures }: Item): Figure[] {
  return figures.filter(({ have, found }) => found !== undefined && have !== found);
}

function keptFigure({ what, path }: Item, { name, have, found }: Figure, { date }: Provenance): Kept {
  return {
    what: `${what}: ${name}`,
    path: `${path[0]}[${path[1]}]${path
      .slice(2)
      .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
      .join("")}.${name}`,
    configured: have ?? "none",
    detected: found ?? "",
    date,
  };
}

/** Limits are configured whatever the rest of the host is, and count in place of what was found. */
function limitsKept(host: Host, at: readonly (string | number)[], found: FoundHost): Kept[] {
  const { disk, network } = host.limits ?? {};
  const sum = (list: readonly (number | undefined)[] | undefined) =>
    list?.reduce<number>((total, each) => total + (each ?? 0), 0);
  const told = (name: string, configured: string | undefined, detected: string | undefined): Kept[] =>
    configured === undefined || detected === undefined || configured === detected
      ? []
      : [
          {
            what: `host ${host.name}: limits.${name}`,
            path: `${at[0]}[${at[1]}].limits.${name}`,
            configured,
            detected,
            date: host.recorded.date,
          },
        ];
  return [
    ...told("disk", sized(formatStorage, disk), sized(formatStorage, found.pools && roomOf(found.pools))),
    ...told(
      "network",
      sized(bandwidthText, network),
      sized(bandwidthText, sum(found.bridges?.map((b) => b.bandwidth))),
    ),
  ];
}

/** What the host has and its record lacks. Figures of the host as a whole have the host's own date. */
function additions(
  host: Host,
  at: readonly (string | number)[],
  found: FoundHost,
  provenance: object,
  isDated: boolean,
): Edit[] {
  const lists = [
    [
      "cells",
      host.cells,
      host.cells.map(({ id }) => String(id)),
      found.cells?.map((c) => [String(c.id), cellEntry(c)] as const),
    ],
    [
      "pools",
      host.pools,
      host.pools.map(({ name }) => name),
      found.pools?.flatMap((p) => {
        const entry = poolEntry(p);
        return entry === undefined ? [] : [[p.name, entry] as const];
      }),
    ],
    [
      "bridges",
      host.bridges,
      host.bridges.map(({ name }) => name),
      found.bridges?.map((b) => [b.name, entryOfBridge(b)] as const),
    ],
    [
      "gpus",
      host.gpus,
      host.gpus.map(({ address }) => address),
      found.gpus?.map((g) => [g.address, gpuEntry(g)] as const),
    ],
  ] as const;
  return [
    ...(isDated && host.sockets === undefined && found.sockets !== undefined
      ? [{ path: [...at, "sockets"], value: found.sockets }]
      : []),
    ...(isDated && host.cgroup === undefined && found.cgroup !== undefined
      ? [{ path: [...at, "cgroup"], value: found.cgroup }]
      : []),
    ...(isDated && host.swap === undefined && found.swap !== undefined
      ? [{ path: [...at, "swap"], value: memoryText(found.swap) }]
      : []),
    ...(host.systemDisk === undefined && found.systemDisk !== undefined
      ? [{ path: [...at, "systemDisk"], value: { capacity: storageText(found.systemDisk), ...provenance } }]
      : []),
    ...lists.flatMap(([key, declared, known, seen]) => {
      const fresh = (seen ?? []).flatMap(([name, entry]) =>
        known.includes(name) ? [] : [{ ...entry, ...provenance }],
      );
      if (fresh.length === 0) return [];
      // A list that is not written out has no place for an entry.
      if (declared.length === 0) return [{ path: [...at, key], value: fresh }];
      return fresh.map((value, i): Edit => ({ path: [...at, key, declared.length + i], value }));
    }),
  ];
}

/** VMs that the fleet lacks, as edits; those it has under another host are named. */
export function vmEdits(
  fleet: Fleet,
  host: string,
  entries: readonly { readonly name: string }[],
): {
  readonly edits: readonly Edit[];
  readonly elsewhere: readonly string[];
  readonly gone: readonly string[];
} {
  const known = new Map(fleet.vms.map((vm) => [vm.name, vm]));
  const fresh = entries.filter(({ name }) => !known.has(name));
  const elsewhere = entries.flatMap(({ name }) => {
    const vm = known.get(name);
    return vm?.host !== undefined && vm.host !== host ? [name] : [];
  });
  const gone = fleet.vms.flatMap((vm) =>
    vm.host === host && vm.managed === false && !entries.some(({ name }) => name === vm.name)
      ? [vm.name]
      : [],
  );
  const edits =
    fleet.vms.length === 0 && fresh.length > 0
      ? [{ path: ["vms"], value: fresh, block: true as const }]
      : fresh.map((value, i): Edit => ({ path: ["vms", fleet.vms.length + i], value, block: true }));
  return { edits, elsewhere, gone };
}
