import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFleet, requireFleet } from "../../model/fleet.ts";
import { sharesOf } from "../../model/weight.ts";
import { soundFleet } from "./fleets.ts";

/** Sets the ledger, and the own weight of VM a. */
function fleet(weights: Record<string, unknown>, own?: number) {
  const [a, b] = soundFleet().vms;
  return { ...soundFleet(), vms: [{ ...a, ...(own && { weight: own }) }, b], weights };
}

const complaints = (given: unknown) =>
  parseFleet(given).findings.map(({ path, message, remedy }) => [path, message, remedy]);

describe("the ledger of CPU weights", () => {
  it("gives VMs their weights; who is not in it keeps its own", () => {
    const weights = (given: unknown) => requireFleet(given).vms.map((vm) => vm.weight);
    expect(weights(fleet({ a: 400 }))).toEqual([400, undefined]);
    expect(weights(fleet({ b: 1 }, 50))).toEqual([50, 1]);
    expect(weights(fleet({ a: 10_000 }, 10_000))).toEqual([10_000, undefined]);
    expect(weights(fleet({}))).toEqual([undefined, undefined]);
  });

  it("has the say: another weight in the VM itself is refused", () => {
    expect(complaints(fleet({ a: 400 }, 50))).toEqual([
      [
        "vms[0].weight",
        "`vms[0].weight` is 50, but `weights` gives VM a 400.",
        "Remove the VM's own weight: the ledger has the say.",
      ],
    ]);
  });

  it("refuses names of no VM and weights that cgroup v2 does not take, all at once", () => {
    expect(complaints(fleet({ c: 100 }))).toEqual([
      [
        'weights["c"]',
        '`weights["c"]` is "c", but there is no VM of that name (known: a, b).',
        "Name a declared VM, or declare it.",
      ],
    ]);
    expect(complaints(fleet({ a: 0, b: 10_001 })).map(([, message]) => message)).toEqual([
      "`weights.a` is 0; expected a CPU weight from 1 to 10000 (cgroup v2).",
      "`weights.b` is 10001; expected a CPU weight from 1 to 10000 (cgroup v2).",
    ]);
  });

  it("is not misled by names that every object has", () => {
    const { vms } = requireFleet({
      ...soundFleet(),
      vms: [{ ...soundFleet().vms[0], name: "constructor" }],
      nodes: [],
      scaleSets: [],
      policy: {},
      weights: { constructor: 7 },
    });
    expect(vms[0]?.weight).toBe(7);
    expect(requireFleet({ ...soundFleet(), weights: {} }).vms[0]?.weight).toBeUndefined();
  });
});

describe("sharesOf", () => {
  it.each([
    [1, "v2", 1],
    [10_000, "v2", 10_000],
    [1, "v1", 10],
    [100, "v1", 1024],
    [10_000, "v1", 102_400],
    [1, undefined, 2],
    [2, undefined, 2],
    [10_000, undefined, 10_000],
  ] as const)("weight %i on cgroup %s is %i", (weight, cgroup, shares) => {
    expect(sharesOf(weight, cgroup)).toBe(shares);
  });

  it("gives what libvirt takes, and keeps the order of weights and their proportions", () => {
    const weight = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(weight, weight, fc.constantFrom("v1", "v2", undefined), (a, b, cgroup) => {
        const [x, y] = [sharesOf(a, cgroup), sharesOf(b, cgroup)];
        const [least, most] = cgroup === "v1" ? [2, 262_144] : [cgroup === "v2" ? 1 : 2, 10_000];
        expect(x).toBeGreaterThanOrEqual(least);
        expect(x).toBeLessThanOrEqual(most);
        if (a < b) expect(x).toBeLessThanOrEqual(y);
        if (cgroup !== undefined) expect(Math.abs(x / y / (a / b) - 1)).toBeLessThan(0.06);
      }),
    );
  });
});
