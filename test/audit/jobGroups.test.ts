import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Candidate, formatAsks, jobGroups } from "../../audit/jobGroups.ts";

function set(name: string, labels: string[], scope = "acme", context = "honey"): Candidate {
  return { context, name, scope, labels, maximum: 1 };
}

const shown = (candidates: Candidate[]) =>
  jobGroups(candidates).groups.map((g) => [g.scope, formatAsks(g.asks), g.members.map((m) => m.name)]);

describe("who may take a job", () => {
  it("offers a job to every scale set whose labels include all that it asks for", () => {
    expect(shown([set("x", ["a", "b"]), set("y", ["a"]), set("z", ["b"])])).toEqual([
      ["acme", "a", ["x", "y"]],
      ["acme", "b", ["x", "z"]],
      ["acme", "x", ["x"]],
      ["acme", "y", ["y"]],
      ["acme", "z", ["z"]],
    ]);
  });

  it("tells a combination of labels that no single label stands for", () => {
    const found = shown([
      set("p", ["kvm", "big", "x1"]),
      set("q", ["kvm", "big"]),
      set("r", ["kvm"]),
      set("s", ["big"]),
    ]);
    expect(found.slice(0, 3)).toEqual([
      ["acme", "big", ["p", "q", "s"]],
      ["acme", "kvm", ["p", "q", "r"]],
      ["acme", "big with kvm", ["p", "q"]],
    ]);
  });

  it("keeps scopes apart, joins clusters of one scope, and compares without case", () => {
    const candidates = [
      set("a", ["KVM"], "Acme", "honey"),
      set("b", ["kvm"], "acme", "comb"),
      set("c", ["kvm"], "acme/tools", "honey"),
    ];
    expect(shown(candidates).map(([scope, , names]) => [scope, names])).toEqual([
      ["Acme", ["a", "b"]],
      ["Acme", ["a"]],
      ["Acme", ["b"]],
      ["acme/tools", ["c"]],
    ]);
  });

  it("knows a group that only a name leads to", () => {
    const { groups } = jobGroups([set("x", ["a"]), set("y", ["a"]), set("bare", [])]);
    expect(groups.filter((g) => !g.isCapability).map((g) => g.asks)).toEqual([[["x"]], [["y"]]]);
  });

  it("says where labels combine in too many ways", () => {
    const labels = Array.from({ length: 14 }, (_, i) => `l${i}`);
    const all = labels.map((own, i) =>
      set(
        `s${i}`,
        labels.filter((l) => l !== own),
      ),
    );
    expect(jobGroups(all)).toMatchObject({ cut: ["acme"] });
  });

  it("finds every group of a brute-force search, and no other", () => {
    const label = fc.constantFrom("a", "b", "c", "d");
    const lists = fc.array(fc.uniqueArray(label, { maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lists, (all) => {
        const candidates = all.map((labels, i) => set(`s${i}`, labels));
        const universe = [...new Set(candidates.flatMap((c) => [...c.labels, c.name]))];
        const offeredTo = (ask: readonly string[]) =>
          candidates.filter((c) => ask.every((l) => l === c.name || c.labels.includes(l))).map((c) => c.name);
        const wanted = new Set<string>();
        for (let bits = 1; bits < 1 << universe.length; bits++) {
          const members = offeredTo(universe.filter((_, i) => (bits >> i) & 1));
          if (members.length > 0) wanted.add(members.join());
        }
        const { groups } = jobGroups(candidates);
        expect(new Set(groups.map((g) => g.members.map((m) => m.name).join()))).toEqual(wanted);
        for (const group of groups)
          for (const ask of group.asks) expect(offeredTo(ask)).toEqual(group.members.map((m) => m.name));
      }),
      { numRuns: 60 },
    );
  });
});
