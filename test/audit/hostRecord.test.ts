/** Whatever a host says: its record is sound, holds no more than was told, and is the same when it is taken again. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryText, recordedMemory, recordedStorage, storageText } from "../../audit/figureTexts.ts";
import { foundHost } from "../../audit/foundHost.ts";
import { foundVms } from "../../audit/foundVms.ts";
import { hostEntry, proposedReserve } from "../../audit/hostEntry.ts";
import { hostRecord } from "../../audit/hostRecord.ts";
import { type Asked, isUnknown, unknown } from "../../facts/asked.ts";
import type { HardwareFacts } from "../../facts/hardware.ts";
import type { UsedHost } from "../../facts/inventory.ts";
import { parseDocument } from "../../model/document.ts";
import { editDocument, renderBlock } from "../../model/documentEdit.ts";
import { parseFleet } from "../../model/fleet.ts";
import type { Host } from "../../model/host.ts";
import { parseSize } from "../../model/quantity.ts";
import { usedHost } from "./usedHost.ts";

const TODAY = "2026-11-21";
const names = fc.constantFrom("fast", "slow", "images", "lake");
/** An answer, or none. */
const maybe = <T>(answer: fc.Arbitrary<T>): fc.Arbitrary<Asked<T>> =>
  fc.oneof(
    { weight: 4, arbitrary: answer },
    { weight: 1, arbitrary: fc.constant(unknown("nobody could say")) },
  );

/** Cells of cores with consecutive CPUs, with or without SMT, whole distances or none. */
const cells = fc
  .record({
    cells: fc.integer({ min: 1, max: 4 }),
    cores: fc.integer({ min: 1, max: 4 }),
    threads: fc.integer({ min: 1, max: 2 }),
    memory: fc.integer({ min: 0, max: 2 ** 40 }),
    far: fc.option(fc.integer({ min: 11, max: 254 }), { nil: undefined }),
    pages: fc.integer({ min: 0, max: 9 }),
  })
  .map((g) =>
    Array.from({ length: g.cells }, (_, id) => ({
      id,
      memory: g.memory,
      cores: Array.from({ length: g.cores }, (_c, core) =>
        Array.from({ length: g.threads }, (_t, t) => (id * g.cores + core) * g.threads + t),
      ),
      hugepages: new Map([
        [2 ** 21, g.pages],
        [2 ** 30, 0],
      ]),
      distances: new Map<number, number>(
        g.far === undefined
          ? []
          : Array.from({ length: g.cells }, (_d, to) => [to, to === id ? 10 : (g.far ?? 0)]),
      ),
    })),
  );

const pools = fc
  .uniqueArray(
    fc.record({
      name: names,
      type: fc.constantFrom("dir", "logical"),
      active: fc.boolean(),
      path: fc.constant(""),
      capacity: fc.integer({ min: 0, max: 2 ** 45 }),
      available: fc.constant(0),
    }),
    { selector: ({ name }) => name },
  )
  .map((list) => list.map((pool) => ({ ...pool, path: `/srv/${pool.name}` })));

const room = fc.record({
  mount: fc.constantFrom("/", "/srv"),
  device: fc.constant("/dev/sda1"),
  type: fc.constantFrom("xfs", "zfs"),
  capacity: fc.integer({ min: 0, max: 2 ** 45 }),
  available: fc.constant(0),
  rotational: fc.option(fc.boolean(), { nil: undefined }),
});

const hardware = fc.record({
  cpuModel: fc.constant("Xeon"),
  presentCpus: maybe(fc.constant([0, 1, 2])),
  onlineCpus: maybe(fc.constant([0, 1])),
  sockets: maybe(fc.integer({ min: 1, max: 8 })),
  memory: fc.constant(2 ** 40),
  swap: maybe(fc.integer({ min: 0, max: 2 ** 40 })),
  overcommit: fc.constant(0),
  overcommitRatio: fc.constant(50),
  commitLimit: fc.constant(2 ** 40),
  cgroup: maybe(fc.constantFrom("v1" as const, "v2" as const, undefined)),
  links: maybe(
    fc
      .array(maybe(fc.integer({ min: 1, max: 400_000 }).map((mbps) => mbps * 1e6)), { maxLength: 2 })
      .map((speeds) => [
        {
          name: "br0",
          isPhysical: false,
          isBridge: true,
          isBond: false,
          master: "",
          lowers: [],
          speed: unknown("none"),
        },
        ...speeds.map((speed, i) => ({
          name: `eno${i}`,
          isPhysical: true,
          isBridge: false,
          isBond: false,
          master: "br0",
          lowers: [],
          speed,
        })),
      ]),
  ),
  gpus: maybe(
    fc.uniqueArray(
      fc.record({
        address: fc.constantFrom("0000:65:00.0", "0000:ca:00.0", "0000:03:00.1"),
        model: fc.constant("10de:20b5"),
        cell: fc.constant(undefined),
        driver: fc.constantFrom("", "vfio-pci", "nvidia"),
        iommuGroup: fc.option(fc.integer({ min: 0, max: 99 }), { nil: undefined }),
        isConsole: fc.boolean(),
        hasVendorVgpus: fc.boolean(),
        functions: fc.integer({ min: 0, max: 16 }),
        profiles: fc.uniqueArray(
          fc.record({
            type: fc.constantFrom("nvidia-1", "nvidia-2"),
            name: fc.constantFrom("", "A100"),
            available: fc.option(fc.integer({ min: 0, max: 16 }), { nil: undefined }),
            used: fc.integer({ min: 0, max: 2 }),
            uuids: fc.constant([]),
          }),
          { selector: ({ type }) => type },
        ),
      }),
      { selector: ({ address }) => address },
    ),
  ),
  filesystems: fc
    .tuple(maybe(room), maybe(room))
    .map(
      ([system, pool]) =>
        new Map([
          ["/", system],
          ...["fast", "slow", "images", "lake"].map((n) => [`/srv/${n}`, pool] as const),
        ]),
    ),
}) as fc.Arbitrary<HardwareFacts>;

const host: fc.Arbitrary<UsedHost> = fc.record({
  versions: fc.constant("libvirt"),
  cells,
  onlineCpus: fc.constant(unknown("nobody could say")),
  pools: maybe(pools),
  hardware: maybe(hardware),
  domains: fc.constant([]),
  samples: fc.constant(new Map()),
});

const plan = (name: string, date: string) => ({ name, uri: "qemu:///system", today: date });
function record(used: UsedHost, date = TODAY): { text: string; host: Host } | undefined {
  const found = foundHost(used);
  const entry = hostEntry(found, { ...plan("lab", date), reserved: proposedReserve(found) });
  if (!entry) return undefined;
  const text = renderBlock({ hosts: [entry] });
  return { text, host: hostOf(text) };
}

function hostOf(text: string): Host {
  const parsed = parseFleet(parseDocument(text, "fleet.yaml", "yaml").value);
  expect(parsed.findings).toEqual([]);
  return parsed.fleet?.hosts[0] as Host;
}

describe("a record", () => {
  it("is a sound fleet with no figure above what was told, and none that was not", () => {
    fc.assert(
      fc.property(host, (used) => {
        const made = record(used);
        if (!made) return;
        const { cells: told } = used;
        made.host.cells.forEach((cell, i) => {
          const live = isUnknown(told) ? undefined : told[i];
          expect(cell.memory).toBeLessThanOrEqual(live?.memory ?? -1);
          expect(cell.cores).toEqual(live?.cores);
        });
        const kernel = isUnknown(used.hardware) ? undefined : used.hardware;
        expect(made.host.swap === undefined).toBe(kernel === undefined || isUnknown(kernel.swap));
        expect(made.host.sockets === undefined).toBe(kernel === undefined || isUnknown(kernel.sockets));
        if (kernel === undefined || isUnknown(kernel.gpus)) expect(made.host.gpus).toEqual([]);
        if (isUnknown(used.pools)) expect(made.host.pools).toEqual([]);
      }),
    );
  });

  it("names everything that nobody could say", () => {
    fc.assert(
      fc.property(host, (used) => {
        const { unknown: told } = foundHost(used);
        const subjects = told.map(({ subject }) => subject);
        expect(subjects.includes("pools")).toBe(isUnknown(used.pools));
        const kernel = used.hardware;
        for (const [subject, answer] of [
          ["swap", isUnknown(kernel) ? kernel : kernel.swap],
          ["sockets", isUnknown(kernel) ? kernel : kernel.sockets],
          ["GPUs", isUnknown(kernel) ? kernel : kernel.gpus],
          ["bridges and their uplinks", isUnknown(kernel) ? kernel : kernel.links],
        ] as const)
          expect(subjects.includes(subject)).toBe(isUnknown(answer));
      }),
    );
  });

  it("taken again changes nothing, and taken of another host makes the file what that host's own record is", () => {
    fc.assert(
      fc.property(host, host, (first, second) => {
        const made = record(first, "2026-05-03");
        if (!made) return;
        const again = (used: UsedHost, of: Host, overConfigured = false) =>
          hostRecord(of, 0, foundHost(used), { today: TODAY, overConfigured });
        const same = hostRecord(made.host, 0, foundHost(first), {
          today: "2026-05-03",
          overConfigured: false,
        });
        expect([same.edits, same.kept, same.missing]).toEqual([[], [], []]);
        const plan = again(second, made.host);
        const edited = editDocument(made.text, "yaml", plan.edits);
        expect(edited.why).toBeUndefined();
        const parsed = parseFleet(parseDocument(edited.text ?? "", "fleet.yaml", "yaml").value);
        // A cell that is gone stays declared; beside another table its distances cannot be whole.
        if (!parsed.fleet) return;
        const after = again(second, parsed.fleet.hosts[0] as Host);
        expect(after.edits).toEqual([]);
        expect(after.missing).toEqual(plan.missing);
      }),
    );
  });

  it("leaves every configured figure as it is, and tells each that differs", () => {
    fc.assert(
      fc.property(host, host, (first, second) => {
        const made = record(first, "2026-05-03");
        if (!made) return;
        const text = made.text.replace("source: detected", "source: configured");
        const configured = hostOf(text);
        const plan = hostRecord(configured, 0, foundHost(second), { today: TODAY, overConfigured: false });
        const edited = editDocument(text, "yaml", plan.edits);
        const parsed = parseFleet(parseDocument(edited.text ?? "", "fleet.yaml", "yaml").value);
        if (!parsed.fleet) return;
        const now = parsed.fleet.hosts[0] as Host;
        expect(now.recorded).toEqual(configured.recorded);
        expect(now.cells.slice(0, configured.cells.length)).toEqual(configured.cells);
        expect(now.pools.slice(0, configured.pools.length)).toEqual(configured.pools);
        expect([now.swap, now.sockets]).toEqual([configured.swap, configured.sockets]);
        const fresh = [
          ...now.cells.slice(configured.cells.length),
          ...now.pools.slice(configured.pools.length),
        ];
        for (const { recorded } of fresh) expect(recorded).toEqual({ source: "detected", date: TODAY });
        const live = foundHost(second);
        const differs = configured.cells.some((cell) =>
          live.cells?.some((other) => other.id === cell.id && other.memory !== cell.memory),
        );
        expect(plan.kept.some(({ what }) => /^cell .*: memory$/.test(what))).toBe(differs);
      }),
    );
  });
});

it("texts of figures are read back as they are, and never above what was found", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (bytes) => {
      for (const [round, text] of [
        [recordedMemory, memoryText],
        [recordedStorage, storageText],
      ] as const) {
        const recorded = round(bytes);
        expect(recorded).toBeLessThanOrEqual(bytes);
        expect(parseSize(text(recorded), "capacity")).toBe(recorded);
        expect(round(recorded)).toBe(recorded);
      }
      expect(bytes - recordedMemory(bytes)).toBeLessThan(80 * 2 ** 20);
    }),
  );
});

it("a kernel that keeps some MiB more for itself leaves a large cell with what is recorded", () => {
  fc.assert(
    fc.property(fc.integer({ min: 4 * 2 ** 30, max: 2 ** 42 }), (bytes) => {
      fc.pre(bytes % (64 * 2 ** 20) !== 0);
      expect(recordedMemory(bytes)).toBeLessThanOrEqual(bytes - 16 * 2 ** 20);
    }),
  );
});

it.each([
  ["by libvirt's CPUs", { hardware: unknown("nothing runs commands there") }],
  ["by the kernel's", { onlineCpus: unknown("libvirt does not tell") }],
  ["by neither", { onlineCpus: unknown("no"), hardware: unknown("no") }],
])("a pinned VM stays pinned: known %s", (_, change) => {
  const used = { ...usedHost(), ...change };
  expect(foundVms(used, foundHost(used), "lab").entries).toMatchObject([{ name: "db", pins: [0, 4] }]);
});

it("no VM is recorded of a host that names none", () => {
  fc.assert(
    fc.property(host, (used) => {
      expect(foundVms({ ...used, domains: unknown("no") }, foundHost(used), "lab").entries).toEqual([]);
    }),
    { numRuns: 10 },
  );
});

it("a CPU that is offline, which libvirt names as a core of its own, is none", () => {
  // As a machine of two cells said it after `echo 0 > /sys/devices/system/cpu/cpu7/online`.
  const cell = {
    id: 1,
    memory: 2 ** 31,
    cores: [[2, 6], [3], [7]],
    hugepages: new Map(),
    distances: new Map(),
  };
  const used: UsedHost = {
    versions: "libvirt 9.0.0",
    cells: [cell],
    onlineCpus: [0, 1, 2, 3, 4, 5, 6],
    pools: [],
    hardware: unknown("nobody could say"),
    domains: [],
    samples: new Map(),
  };
  expect(foundHost(used).cells?.map(({ cores }) => cores)).toEqual([[[2, 6], [3]]]);
});
