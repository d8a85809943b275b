import fc from "fast-check";
import { expect, test } from "vitest";
import type { Amount, HostCapacity } from "../../../capacity/capacity.ts";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { overhead } from "../../../capacity/host/overhead.ts";
import { parseCpuset } from "../../../model/cpuset.ts";
import type { Finding } from "../../../model/finding.ts";
import { type Fleet, requireFleet } from "../../../model/fleet.ts";
import type { Host } from "../../../model/host.ts";
import type { VM } from "../../../model/vm.ts";
import type { HostInput, VmInput } from "./fleet.ts";

/** Small hosts and VMs of every kind, sound or not, held against definitions that are tried out in full. */

const MOST_CPUS = 8;
const cpus = (most: number) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 3 })
    .map((list) => list.join());

const hostOf = (name: string): fc.Arbitrary<HostInput> =>
  fc
    .record({
      cells: fc.array(
        fc.record({
          cores: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 2 }),
          gib: fc.integer({ min: 2, max: 12 }),
          pages: fc.integer({ min: 0, max: 3 }),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      reserved: fc.option(cpus(MOST_CPUS), { nil: undefined }),
    })
    .map(({ cells, reserved }) => {
      let next = 0;
      const threads = cells.flatMap((cell) => cell.cores).reduce((sum, core) => sum + core, 0);
      const kept = reserved?.split(",").filter((cpu) => Number(cpu) < threads) ?? [];
      return {
        name,
        uri: "test:///default",
        recorded: { source: "configured", date: "2026-05-03" },
        cells: cells.map((cell, id) => ({
          id,
          cores: cell.cores.map((threads) => Array.from({ length: threads }, () => next++).join()),
          memory: `${cell.gib} GiB`,
          ...(cell.pages > 0 ? { hugepages: { "1GiB": cell.pages } } : {}),
        })),
        reserved: { memoryPerCell: "1 GiB", ...(kept.length === 0 ? {} : { cpus: kept.join() }) },
        pools: [{ name: "p", class: "ssd", path: "/p", capacity: "20 GB" }],
      };
    });

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const vmOf = (name: string): fc.Arbitrary<VmInput> =>
  fc
    .record({
      host: fc.constantFrom("h0", "h1"),
      vcpus: fc.integer({ min: 1, max: 3 }),
      pins: optional(fc.array(cpus(MOST_CPUS), { maxLength: 3 })),
      exclusiveCores: fc.boolean(),
      emulator: optional(cpus(MOST_CPUS)),
      iothreads: fc.array(optional(cpus(MOST_CPUS)), { maxLength: 2 }),
      gib: fc.integer({ min: 1, max: 8 }),
      numa: optional(
        fc.record({
          nodeset: cpus(3),
          mode: fc.constantFrom("strict" as const, "interleave" as const, "preferred" as const),
        }),
      ),
      hugepages: fc.option(fc.constant("1GiB" as const), { nil: undefined, freq: 4 }),
      disks: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 2 }),
    })
    .map(({ gib, disks, iothreads, pins, emulator, numa, hugepages, ...rest }) => ({
      ...rest,
      name,
      memory: `${gib} GiB`,
      disks: disks.map((gb, i) => ({ name: `d${i}`, class: "ssd", size: `${gb} GB` })),
      iothreads: iothreads.map((set) => (set === undefined ? {} : { cpus: set })),
      ...(pins === undefined ? {} : { pins }),
      ...(emulator === undefined ? {} : { emulator }),
      ...(numa === undefined ? {} : { numa }),
      ...(hugepages === undefined ? {} : { hugepages }),
    }));

const names = ["v0", "v1", "v2", "v3", "v4"];
const input = fc.record({
  hosts: fc.tuple(hostOf("h0"), hostOf("h1")).map((hosts) => [...hosts]),
  vms: fc.integer({ min: 0, max: names.length }).chain((n) => fc.tuple(...names.slice(0, n).map(vmOf))),
});
const runs = { numRuns: 300 };
/** Milliseconds; only keeps a machine that is busy otherwise from failing a test. */
const patience = 60_000;

const on = (fleet: Fleet, host: Host) => fleet.vms.filter((vm) => vm.host === host.name);
const pinned = (vm: VM) => [...new Set(vm.pins?.flat())];
const findingsOf = (findings: readonly Finding[], host: Host, ...rules: string[]) =>
  findings.filter((f) => rules.includes(f.rule) && new RegExp(`\\bhost ${host.name}\\b`).test(f.message));
/** The CPUs that a finding names first. */
const cpusOf = (f: Finding) => parseCpuset(/CPUs? ([\d,-]+)/.exec(f.message)?.[1] ?? "") ?? [];
const vmsOf = (f: Finding) => f.subject.match(/v\d/g) ?? [];

function amounts(host: HostCapacity): Amount[] {
  return [
    host.memory,
    host.cpus,
    host.sharedVcpus,
    ...host.pools.map((p) => p.storage),
    ...host.cells.flatMap((c) => [c.cpus, c.memory, ...Object.values(c.hugepages)]),
  ];
}

test(
  "nothing is lost: free is capacity less reserved less committed, and hosts are the sum of their cells",
  () => {
    fc.assert(
      fc.property(input, (value) => {
        const fleet = requireFleet(value);
        const { hosts } = judgeHosts(fleet);
        hosts.forEach((capacity, i) => {
          for (const a of amounts(capacity)) expect(a.free).toBe(a.capacity - a.reserved - a.committed);
          const host = fleet.hosts[i] as Host;
          const ids = host.cells.map((c) => c.id);
          const inCells = on(fleet, host).filter(
            (vm) => vm.numa === undefined || vm.numa.nodeset.some((id) => ids.includes(id)),
          );
          const ordinary = inCells.map(
            (vm) => overhead(vm).bytes + (vm.hugepages === undefined ? vm.memory : 0),
          );
          expect(capacity.memory.committed).toBe(ordinary.reduce((a, b) => a + b, 0));
          const resident = capacity.cells.flatMap((c) => c.vms);
          for (const vm of inCells) {
            const parts = resident.filter((r) => r.name === vm.name);
            expect(parts.reduce((sum, r) => sum + r.memory, 0)).toBe(vm.memory);
            expect(parts.reduce((sum, r) => sum + r.overhead, 0)).toBe(overhead(vm).bytes);
          }
          expect(resident.every((r) => inCells.some((vm) => vm.name === r.name))).toBe(true);
        });
      }),
      runs,
    );
  },
  patience,
);

test(
  "the order of declaration changes neither figures nor findings",
  () => {
    fc.assert(
      fc.property(
        input.chain((value) =>
          fc.record({
            value: fc.constant(value),
            shuffled: fc.shuffledSubarray([...value.vms], { minLength: value.vms.length }),
          }),
        ),
        ({ value, shuffled }) => {
          const outcome = (fleet: Fleet) => {
            const { hosts, findings } = judgeHosts(fleet);
            return {
              figures: hosts.map(amounts),
              findings: findings
                .map((f) => ({
                  ...f,
                  path: f.path.replace(/vms\[(\d+)\]/, (_, i) => fleet.vms[i]?.name ?? ""),
                }))
                .map((f) => JSON.stringify(f))
                .sort(),
            };
          };
          expect(outcome(requireFleet({ ...value, vms: shuffled }))).toEqual(outcome(requireFleet(value)));
        },
      ),
      runs,
    );
  },
  patience,
);

/** True if every pin can be given a CPU of its own, by trying all ways. */
function assignable(pins: readonly (readonly number[])[], taken: ReadonlySet<number> = new Set()): boolean {
  const [first, ...rest] = pins;
  if (first === undefined) return true;
  return first.some((cpu) => !taken.has(cpu) && assignable(rest, new Set([...taken, cpu])));
}

test(
  "CPUs pinned twice are those that brute force finds, between VMs and within one",
  () => {
    fc.assert(
      fc.property(input, (value) => {
        const fleet = requireFleet(value);
        const { findings } = judgeHosts(fleet);
        for (const host of fleet.hosts) {
          const vms = on(fleet, host);
          const expected = [...Array(MOST_CPUS + 1).keys()].flatMap((cpu) => {
            const owners = vms.filter((vm) => pinned(vm).includes(cpu)).map((vm) => vm.name);
            return owners.length < 2 ? [] : [`${owners.sort().join()} ${cpu}`];
          });
          const found = findingsOf(findings, host, "host/pin-twice").filter((f) => vmsOf(f).length > 1);
          expect(found.flatMap((f) => cpusOf(f).map((cpu) => `${vmsOf(f).join()} ${cpu}`)).sort()).toEqual(
            expected.sort(),
          );
          const crowded = findingsOf(findings, host, "host/pin-twice", "host/pin-oversubscribed").filter(
            (f) => vmsOf(f).length === 1,
          );
          expect([...new Set(crowded.flatMap(vmsOf))].sort()).toEqual(
            vms
              .filter((vm) => !assignable(vm.pins ?? []))
              .map((vm) => vm.name)
              .sort(),
          );
        }
      }),
      runs,
    );
  },
  patience,
);

test(
  "shared siblings are those that brute force finds, pair by pair and set by set",
  () => {
    fc.assert(
      fc.property(input, (value) => {
        const fleet = requireFleet(value);
        const { findings } = judgeHosts(fleet);
        for (const host of fleet.hosts) {
          const vms = on(fleet, host);
          const cores = host.cells.flatMap((c) => c.cores);
          const clashes = new Set<string>();
          for (const core of cores) {
            for (const a of vms) {
              for (const b of vms) {
                const [onA, onB] = [a, b].map((vm) => core.filter((cpu) => pinned(vm).includes(cpu)));
                if (a === b || !onA?.length || !onB?.length || !(a.exclusiveCores || b.exclusiveCores))
                  continue;
                if (onA.some((cpu) => onB.includes(cpu))) continue;
                for (const cpu of onA) clashes.add(`${a.name} ${cpu}`);
              }
            }
          }
          const found = findingsOf(findings, host, "host/sibling-shared");
          const between = found.filter((f) => f.path.includes(".pins"));
          const named = between.flatMap((f) =>
            vmsOf(f).flatMap((name) => {
              const vm = vms.find((v) => v.name === name) as VM;
              return cpusOf(f)
                .filter((cpu) => pinned(vm).includes(cpu))
                .map((cpu) => `${name} ${cpu}`);
            }),
          );
          expect([...new Set(named)].sort()).toEqual([...clashes].sort());

          const besides = vms.flatMap((vm) =>
            (vm.emulator ?? []).flatMap((cpu) => {
              if (vms.some((other) => pinned(other).includes(cpu))) return [];
              const core = cores.find((c) => c.includes(cpu)) ?? [];
              const victim = vms.some(
                (other) =>
                  other !== vm && other.exclusiveCores && core.some((c) => pinned(other).includes(c)),
              );
              return victim ? [`${vm.name} ${cpu}`] : [];
            }),
          );
          const emulators = found.filter((f) => f.path.endsWith(".emulator"));
          expect(emulators.flatMap((f) => cpusOf(f).map((cpu) => `${vmsOf(f)[0]} ${cpu}`)).sort()).toEqual(
            besides.sort(),
          );
        }
      }),
      runs,
    );
  },
  patience,
);

/** Demands and room, with Hall's condition tried on every set of cells. */
function violatesHall(
  demands: readonly { amount: number; places: readonly number[] }[],
  room: readonly number[],
) {
  for (let set = 1; set < 1 << room.length; set++) {
    const inside = (place: number) => ((set >> place) & 1) === 1;
    const need = demands.filter((d) => d.places.every(inside)).reduce((sum, d) => sum + d.amount, 0);
    const have = room.reduce((sum, r, place) => sum + (inside(place) ? Math.max(0, r) : 0), 0);
    if (need > have) return true;
  }
  return false;
}

test(
  "memory and hugepages are refused exactly where some set of cells is owed more than it has",
  () => {
    fc.assert(
      fc.property(input, (value) => {
        const fleet = requireFleet(value);
        const { findings } = judgeHosts(fleet);
        for (const host of fleet.hosts) {
          const all = host.cells.map((_, i) => i);
          const demandsOf = (vm: VM, amount: number, spills: boolean) => {
            const places = vm.numa === undefined ? all : all.filter((i) => vm.numa?.nodeset.includes(i));
            if (places.length === 0) return [];
            if (vm.numa?.mode === "preferred" && spills) return [{ amount, places: all }];
            if (vm.numa?.mode !== "interleave") return [{ amount, places }];
            const n = places.length;
            return places.map((place, i) => ({
              amount: Math.floor(amount / n) + (i < amount % n ? 1 : 0),
              places: [place],
            }));
          };
          const vms = on(fleet, host);
          const bytes = vms.flatMap((vm) => [
            ...demandsOf(vm, overhead(vm).bytes, true),
            ...(vm.hugepages === undefined ? demandsOf(vm, vm.memory, true) : []),
          ]);
          const room = host.cells.map(
            (c) => c.memory - host.reserved.memoryPerCell - (c.hugepages["1GiB"] ?? 0) * 1024 ** 3,
          );
          expect(findingsOf(findings, host, "host/cell-memory").length > 0).toBe(violatesHall(bytes, room));

          const pages = vms
            .filter((vm) => vm.hugepages !== undefined)
            .flatMap((vm) => demandsOf(vm, vm.memory / 1024 ** 3, false));
          expect(findingsOf(findings, host, "host/hugepages").length > 0).toBe(
            violatesHall(
              pages,
              host.cells.map((c) => c.hugepages["1GiB"] ?? 0),
            ),
          );
        }
      }),
      runs,
    );
  },
  patience,
);
