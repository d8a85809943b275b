import { describe, expect, test } from "vitest";
import { machines } from "../../capacity/host/machine.ts";
import { unknown } from "../../facts/asked.ts";
import { requireFleet } from "../../model/fleet.ts";
import { numa } from "../../stacks/numa.ts";
import { compareFleet } from "../../verify/compare.ts";
import type { Row } from "../../verify/row.ts";
import { soundFacts } from "./soundFacts.ts";

const GIB = 1024 ** 3;

/** What is said of swap and overcommit on the NUMA host (256 GiB) at a memory ratio. */
function told(overcommitRatio: number, hardware: Record<string, unknown>): string[] {
  const fleet = requireFleet({ ...numa, placement: { resources: { memory: { overcommitRatio } } } });
  const [machine] = machines(fleet);
  if (!machine) throw new Error("no host");
  const { previous, ...facts } = soundFacts(machine);
  Object.assign(facts.hardware, hardware);
  const verified = compareFleet(fleet, new Map([["numa", { facts, previous } as never]]), undefined);
  const rows: Row[] = verified.flatMap((host) => [...host.rows]);
  return rows
    .filter(({ check }) => check === "overcommit-swap" || check === "overcommit-memory")
    .map(
      ({ check, status, declared, live, remedy }) => `${status} ${check}: ${declared} / ${live} | ${remedy}`,
    );
}

describe("a host whose memory is promised above 1.0", () => {
  test("has swap by the rule of thumb, and a kernel that answers with sense", () => {
    expect(told(1.5, { swap: 128 * GIB, overcommit: 0 })).toEqual([
      "ok overcommit-swap: at least 128Gi at memory ratio 1.5 / 128Gi | ",
      "ok overcommit-memory: 0 or 2 at memory ratio 1.5 / 0, heuristic | ",
    ]);
  });

  test("is warned of too little swap", () => {
    expect(told(1.5, { swap: 100 * GIB })[0]).toBe(
      "warn overcommit-swap: at least 128Gi at memory ratio 1.5 / 100Gi | Add 28Gi of swap, or lower the ratio: it is what is left when guests use what they were promised.",
    );
  });

  test.each<[number, Record<string, unknown>, string]>([
    [
      1.2,
      { overcommit: 1 },
      "warn overcommit-memory: 0 or 2 at memory ratio 1.2 / 1, never refuses | Set vm.overcommit_memory to 0 or 2: with 1 the kernel ends processes instead of refusing them memory.",
    ],
    [
      1.6,
      { overcommit: 0 },
      "warn overcommit-memory: 0 or 2 at memory ratio 1.6 / 0, heuristic | Set vm.overcommit_memory to 2 with a vm.overcommit_ratio that fits, or lower the ratio to 1.5.",
    ],
    [
      1.6,
      { overcommit: 2, overcommitRatio: 80, commitLimit: 410 * GIB },
      "ok overcommit-memory: 0 or 2 at memory ratio 1.6 / 2, strict (vm.overcommit_ratio 80) | ",
    ],
    [
      // The kernel's default ratio, with swap by the rule of thumb: 128 + 128 GiB for 384.
      1.5,
      { overcommit: 2, commitLimit: 256 * GIB },
      "warn overcommit-memory: 0 or 2 at memory ratio 1.5 / 2, strict (vm.overcommit_ratio 50), 128Gi short of what is promised | Raise vm.overcommit_ratio or add swap: the kernel refuses QEMU its memory before all that is promised is given out.",
    ],
    [
      1.5,
      { overcommit: 2, commitLimit: unknown("/proc/meminfo has no CommitLimit") },
      "unknown overcommit-memory: 0 or 2 at memory ratio 1.5 / unknown: /proc/meminfo has no CommitLimit | Mend what is in the way, and verify again.",
    ],
  ])("at %s with %j", (ratio, hardware, expected) => {
    expect(told(ratio, { swap: 1024 * GIB, ...hardware })[1]).toBe(expected);
  });

  test("is not known where its kernel does not tell", () => {
    const why = unknown("/proc/meminfo cannot be read");
    expect(told(1.2, { swap: why, overcommit: why }).map((line) => line.split(" | ")[0])).toEqual([
      "unknown overcommit-swap: at least 51.20Gi at memory ratio 1.2 / unknown: /proc/meminfo cannot be read",
      "unknown overcommit-memory: 0 or 2 at memory ratio 1.2 / unknown: /proc/meminfo cannot be read",
    ]);
  });
});

test("nothing is asked of a host whose memory is promised once", () => {
  expect(told(1, { swap: 0, overcommit: 1 })).toEqual([]);
});
