import { isUnknown } from "../facts/asked.ts";
import type { CellFacts, NetworkInterface } from "../facts/hostFacts.ts";
import { formatCpuset } from "../model/cpuset.ts";
import { formatBytes, formatStorage } from "../model/format.ts";
import { type Cell, PAGE_BYTES, PAGE_SIZES, type StoragePool } from "../model/host.ts";
import { hardwareRows } from "./hardwareRows.ts";
import { type LivePool, livePool, trimmed } from "./livePool.ts";
import { askedRow, type Row, row, type Subject, unknownRow } from "./row.ts";
import { type Comparison, type HostComparison, hostSubject, listed } from "./subject.ts";

/** A host against its record: what it has less of than was recorded, something else counts on. */

const RECORD = "Mend the host, or record what it has now.";

export function hostRows(comparison: Comparison): Row[] {
  return [...recordRows(comparison), ...bridgeRows(comparison)];
}

/** The recorded figures: what `fleet discover` writes. */
export function recordRows(comparison: HostComparison): Row[] {
  return [
    ...cpuRows(comparison),
    ...cellRows(comparison),
    ...poolRows(comparison),
    ...hardwareRows(comparison),
  ];
}

/** Of the host, if all are there; else of each cell that lacks some, which may have a record of its own. */
function cpuRows({ machine, facts }: HostComparison): Row[] {
  const host = hostSubject(machine);
  const all = { declared: formatCpuset(machine.cpus), at: ".cells" };
  if (isUnknown(facts.onlineCpus)) return [unknownRow("cpus-online", host, facts.onlineCpus, all)];
  const online = new Set(facts.onlineCpus);
  const rows = machine.host.cells.flatMap((cell, i) => {
    const cpus = cell.cores.flat();
    const offline = cpus.filter((cpu) => !online.has(cpu));
    if (offline.length === 0) return [];
    const left = formatCpuset(cpus.filter((cpu) => online.has(cpu))) || "none";
    return [
      row("cpus-online", cellSubject(machine, i), "differs", {
        declared: formatCpuset(cpus),
        live: `${left}; offline ${formatCpuset(offline)}`,
        at: ".cores",
        remedy: `Bring CPUs ${formatCpuset(offline)} online (/sys/devices/system/cpu/cpuN/online), or record the host anew.`,
        less: true,
      }),
    ];
  });
  if (rows.length > 0) return rows;
  return [row("cpus-online", host, "ok", { ...all, live: formatCpuset(facts.onlineCpus) })];
}

function cellSubject({ host, path }: HostComparison["machine"], i: number): Subject {
  return { name: `cell ${host.name}/${host.cells[i]?.id}`, path: `${path}.cells[${i}]` };
}

function cellRows({ machine, facts, isRehearsal }: HostComparison): Row[] {
  return machine.host.cells.flatMap((cell, i) => {
    const subject = cellSubject(machine, i);
    const declared = `${cell.cores.length} cores, ${formatCpuset(cell.cores.flat())}`;
    if (isUnknown(facts.cells)) {
      return [
        unknownRow("cell-cores", subject, facts.cells, { declared, at: ".cores" }),
        unknownRow("cell-memory", subject, facts.cells, {
          declared: formatBytes(cell.memory),
          at: ".memory",
        }),
      ];
    }
    const live = facts.cells.find((c) => c.id === cell.id);
    if (!live) {
      return [
        row("cell-cores", subject, "differs", {
          declared,
          live: "no such cell",
          at: ".cores",
          remedy: RECORD,
          less: true,
        }),
      ];
    }
    // Siblings and hugepages are known of the host, not of the machine that plays it.
    if (isRehearsal) return [memoryRow(cell, live, subject)];
    return [
      coresRow(cell, live, subject, isUnknown(facts.onlineCpus) ? undefined : new Set(facts.onlineCpus)),
      memoryRow(cell, live, subject),
      ...pageRows(cell, live, subject),
      ...distanceRows(cell, live, subject),
    ];
  });
}

/**
 * Siblings are compared as far as they are online: libvirt names a CPU that is offline as a core of its own, and that
 * it is offline has its own row.
 */
function coresRow(
  cell: Cell,
  live: CellFacts,
  subject: Subject,
  online: ReadonlySet<number> | undefined,
): Row {
  const there = (core: readonly number[]) => core.filter((cpu) => online?.has(cpu) ?? true);
  const cores = live.cores.map(there).filter((core) => core.length > 0);
  const known = new Set(cores.map((core) => core.join()));
  const strange = cell.cores.filter((core) => there(core).length > 0 && !known.has(there(core).join()));
  const liveText = `${cores.length} cores, ${formatCpuset(cores.flat()) || "none"}`;
  return row("cell-cores", subject, strange.length === 0 ? "ok" : "differs", {
    declared: `${cell.cores.length} cores, ${formatCpuset(cell.cores.flat())}`,
    live:
      strange.length === 0
        ? liveText
        : `${liveText}; not a core: ${listed(strange.map((core) => formatCpuset(core)))}`,
    at: ".cores",
    remedy: "Record the siblings as thread_siblings_list has them: pins follow the declared cores.",
    less: true,
  });
}

function memoryRow(cell: Cell, live: CellFacts, subject: Subject): Row {
  return row("cell-memory", subject, live.memory >= cell.memory ? "ok" : "differs", {
    declared: formatBytes(cell.memory),
    live: formatBytes(live.memory),
    at: ".memory",
    remedy: `The cell has ${formatBytes(cell.memory - live.memory)} less than its record. ${RECORD}`,
    less: true,
  });
}

function pageRows(cell: Cell, live: CellFacts, subject: Subject): Row[] {
  return PAGE_SIZES.flatMap((size) => {
    const have = live.hugepages.get(PAGE_BYTES[size]) ?? 0;
    const want = cell.hugepages[size] ?? 0;
    if (have === 0 && want === 0) return [];
    return [
      row("cell-hugepages", subject, have === want ? "ok" : "differs", {
        item: size,
        declared: `${want} pages`,
        live: `${have} pages`,
        at: ".hugepages",
        remedy:
          have < want
            ? `Reserve ${want - have} more in /sys/devices/system/node/node${cell.id}/hugepages, best at boot.`
            : `Give ${have - want} back, or record them: ordinary guests count on that memory.`,
        less: have < want,
      }),
    ];
  });
}

/** Distances that firmware tells otherwise: memory has moved away from CPUs, or the machine is another one. */
function distanceRows(cell: Cell, live: CellFacts, subject: Subject): Row[] {
  const declared = Object.entries(cell.distances);
  if (declared.length === 0) return [];
  const text = (pairs: readonly (readonly [string, number])[]) =>
    pairs.map(([to, distance]) => `${to}: ${distance}`).join(", ") || "none";
  const found = declared.flatMap(([to]) => {
    const distance = live.distances.get(Number(to));
    return distance === undefined ? [] : [[to, distance] as const];
  });
  return [
    row("cell-distances", subject, text(found) === text(declared) ? "ok" : "differs", {
      declared: text(declared),
      live: text(found),
      at: ".distances",
      remedy: "Look at what has changed in the firmware's NUMA table, or record the host anew.",
    }),
  ];
}

function poolRows({ machine, facts }: HostComparison): Row[] {
  const subject = hostSubject(machine);
  return machine.host.pools.map((pool, i) => {
    const at = `.pools[${i}]`;
    // Of a rehearsal none is declared.
    const declared = pool.capacity === 0 ? pool.path : `${formatStorage(pool.capacity)} in ${pool.path}`;
    return askedRow("pool", subject, facts.pools, { item: pool.name, declared, at }, (pools) => {
      const live = livePool(pool, pools, facts.hardware);
      const { text, remedy, less } = poolFault(pool, live) ?? {};
      const shown = live ? `${formatStorage(live.capacity)} in ${live.path}` : "no such pool";
      return row("pool", subject, text === undefined ? "ok" : "differs", {
        item: pool.name,
        declared,
        live: text ?? shown,
        at,
        remedy: remedy ?? "",
        less: less === true,
      });
    });
  });
}

/** A pool that an update makes or starts is no loss; one that others look after stays as it is. */
function poolFault(
  pool: StoragePool,
  live: LivePool | undefined,
): { text: string; remedy: string; less?: true } | undefined {
  const isOthers = pool.managed === false;
  const lost = isOthers ? ({ less: true } as const) : {};
  if (!live)
    return {
      text: "no such pool",
      remedy: isOthers
        ? "No update makes it, as it is `managed: false`: bring it back, or take it out of the record."
        : "Run `pulumi up`, which makes it, or import the one that is meant.",
      ...lost,
    };
  if (trimmed(live.path) !== trimmed(pool.path))
    return {
      text: `path ${live.path}`,
      remedy: "Declare the path that the pool has, or give it another name.",
    };
  if (!live.active)
    return { text: "not active", remedy: `Start it: virsh pool-start ${pool.name}.`, ...lost };
  if (live.capacity < pool.capacity) {
    const less = formatStorage(pool.capacity - live.capacity);
    return { text: `${formatStorage(live.capacity)}, ${less} less`, remedy: RECORD, less: true };
  }
  return undefined;
}

function bridgeRows({ machine, facts }: Comparison): Row[] {
  const subject = hostSubject(machine);
  const interfaces = isUnknown(facts.kernel) ? facts.kernel : facts.kernel.interfaces;
  return machine.host.bridges.map((bridge, i) => {
    const init = { item: bridge.name, declared: "present, up", at: `.bridges[${i}]` };
    return askedRow("bridge", subject, interfaces, init, (list) => {
      const live = list.find((entry) => entry.name === bridge.name);
      const fault = bridgeFault(live);
      const kind = live?.isBridge ? "bridge" : "NIC";
      return row("bridge", subject, fault === undefined ? "ok" : "differs", {
        ...init,
        live: fault ?? `${kind}, ${live?.state ?? ""}`,
        remedy: live
          ? `Set it up: ip link set ${bridge.name} up, and look at its uplink.`
          : "Make the bridge on the host, or declare the one that VMs are to join.",
      });
    });
  });
}

/** A bridge without any port up says `down`; one that cannot tell says `unknown`, and works. */
function bridgeFault(live: NetworkInterface | undefined): string | undefined {
  if (!live) return "no such interface";
  return live.state === "down" || live.state === "lowerlayerdown" ? live.state : undefined;
}
