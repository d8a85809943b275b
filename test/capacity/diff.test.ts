import { describe, expect, it } from "vitest";
import { diffCapacity, diffLines } from "../../capacity/diff.ts";
import { judge } from "../../capacity/judge.ts";
import type { Line } from "../../capacity/lines.ts";
import { type FleetInput, requireFleet } from "../../model/fleet.ts";
import stack from "../../stacks/default.ts";

const GiB = 1024 ** 3;
const today = { today: "2026-05-06" };
const judged = (change: (fleet: FleetInput) => void = () => {}) => {
  const fleet = structuredClone(stack);
  change(fleet);
  return judge(requireFleet(fleet), today);
};

describe("diffCapacity", () => {
  it("of the same fleet is empty", () => {
    expect(diffCapacity(judged(), judged())).toEqual({ rows: [], empty: true });
  });

  it("of one VM grown by 8 GiB changes one host row and one cell row, by 8 GiB plus overhead", () => {
    const { rows } = diffCapacity(
      judged(),
      judged((fleet) => {
        const slm = fleet.vms?.find((vm) => vm.name === "k3s-worker-slm");
        if (slm) slm.memory = "40960 MiB";
      }),
    );
    // Page tables of the guest's memory: 1 byte in 512, the only part of the overhead that grows with memory.
    const grown = 8 * GiB + (8 * GiB) / 512;
    expect(rows.map((r) => [r.kind, r.subject, r.resource, r.change])).toEqual([
      ["host", "numa", "memory", grown],
      ["cell", "numa/1", "memory", grown],
    ]);
  });

  it("tells a moved limit from a moved demand", () => {
    const { rows } = diffCapacity(
      judged(),
      judged((fleet) => {
        const honey = fleet.nodes?.[0];
        if (honey) honey.allocatable = { ...honey.allocatable, pods: 100 };
      }),
    );
    expect(rows).toEqual([
      {
        kind: "node",
        subject: "honey/honey",
        resource: "pods",
        unit: "pods",
        status: "changed",
        before: 4,
        after: 4,
        change: 0,
        limit: 100,
        limitBefore: 110,
        limitChange: -10,
        headroom: 96,
      },
    ]);
  });

  it("tells a limit that comes or goes from one that moves", () => {
    const { rows } = diffCapacity(
      judged(),
      judged((fleet) => {
        fleet.policy = { ...fleet.policy, labels: [] };
      }),
    );
    expect(rows).toMatchObject([
      { kind: "label", resource: "runners", limit: null, limitBefore: 4, limitChange: null, headroom: null },
    ]);
  });

  it("shows what is gone as removed", () => {
    const { rows } = diffCapacity(
      judged(),
      judged((fleet) => {
        const lake = fleet.hosts?.[0]?.pools?.find((pool) => pool.name === "lake");
        if (lake) lake.name = "spare";
      }),
    );
    expect(rows.map((r) => [r.subject, r.status, r.before, r.after])).toEqual([
      ["numa/spare", "added", null, 8e12],
      ["numa/lake", "removed", 8e12, null],
    ]);
  });
});

describe("diffLines", () => {
  const line = (committed: number | null, limit: number | null): Line => ({
    kind: "pool",
    subject: "h/p",
    resource: "storage",
    unit: "bytes",
    committed,
    limit,
  });

  it("keeps unknown apart from zero", () => {
    expect(diffLines([line(5, 10)], [line(null, 10)]).rows).toMatchObject([{ change: null, headroom: null }]);
    expect(diffLines([line(null, 10)], [line(null, 10)]).empty).toBe(true);
    expect(diffLines([line(0, null)], [line(3, null)]).rows).toMatchObject([
      { change: 3, limit: null, headroom: null },
    ]);
  });

  it("keeps the order of its input", () => {
    const named = (subject: string) => ({ ...line(1, 2), subject });
    expect(diffLines([], [named("b"), named("a")]).rows.map((r) => r.subject)).toEqual(["b", "a"]);
  });
});
