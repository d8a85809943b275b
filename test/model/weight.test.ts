import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFleet, requireFleet } from "../../model/fleet.ts";
import { asDeclared } from "../../model/placements.ts";
import { sharesOf } from "../../model/weight.ts";
import { soundFleet } from "./fleets.ts";

/** Sets the ledger, and the own weight of VM a. */
function fleet(weights: Record<string, unknown>, own?: number) {
  const [a, b] = soundFleet().vms;
  return { ...soundFleet(), vms: [{ ...a, ...(own && { weight: own }) }, b], weights };
}

const on = (cgroup: "v1" | "v2", given: ReturnType<typeof fleet>) => {
  return { ...given, hosts: given.hosts.map((host) => ({ ...host, cgroup })) };
};

const complaints = (given: unknown) =>
  parseFleet(given).findings.map(({ path, message, remedy }) => [path, message, remedy]);

describe("the ledger of CPU weights", () => {
  it("gives VMs their weights; who is not in it keeps its own", () => {
    const weights = (given: unknown) => requireFleet(given).vms.map((vm) => vm.weight);
    expect(weights(on("v2", fleet({ a: 400 })))).toEqual([400, undefined]);
    expect(weights(on("v1", fleet({ b: 1 }, 50)))).toEqual([50, 1]);
    expect(weights(on("v2", fleet({ a: 10_000 }, 10_000)))).toEqual([10_000, undefined]);
    expect(weights(fleet({}))).toEqual([undefined, undefined]);
  });

  it("is outweighed by no VM without a weight where the host's cgroups are not recorded", () => {
    const shares = (given: unknown) => {
      const { vms, hosts } = requireFleet(given);
      return vms.map(({ weight }) =>
        weight === undefined ? "the host's" : sharesOf(weight, hosts[0]?.cgroup),
      );
    };
    // In cgroup v1 the host's own are 1024.
    expect(shares(fleet({ a: 400 }))).toEqual([400, 100]);
    expect(shares(fleet({}, 400))).toEqual([400, 100]);
    expect(shares(on("v1", fleet({ a: 400 })))).toEqual([4096, "the host's"]);
    const [a, b] = fleet({ a: 400 }).vms;
    expect(shares({ ...fleet({ a: 400 }), vms: [a, { ...b, managed: false }] })).toEqual([400, "the host's"]);
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

  it("leaves it to be told that a VM's place is a record's", () => {
    const { host: _, ...a } = soundFleet().vms[0] as Record<string, unknown>;
    const given = { hosts: soundFleet().hosts, vms: [a], weights: { a: 400 } };
    const placements = [{ vm: "a", host: "h" }];
    const [placed] = requireFleet({ ...given, placements }).vms;
    expect(placed).toMatchObject({ host: "h", weight: 400 });
    expect(placed && asDeclared(placed)).toMatchObject({ name: "a", weight: 400 });
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
    [1, "v2", 2],
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
        const [least, most] = cgroup === "v1" ? [2, 262_144] : [2, 10_000];
        expect(x).toBeGreaterThanOrEqual(least);
        expect(x).toBeLessThanOrEqual(most);
        if (a < b) expect(x).toBeLessThanOrEqual(y);
        if (cgroup === "v1" || Math.min(a, b) > 1) expect(Math.abs(x / y / (a / b) - 1)).toBeLessThan(0.06);
      }),
    );
  });
});
