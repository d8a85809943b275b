import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeTaints, taintName } from "../../tools/kubernetes-standin/taints.ts";

const overflow = { key: "overflow", value: "true", effect: "NoSchedule" };
const theirs = { key: "registered", value: "true", effect: "NoExecute" };

const taint = fc.record({
  key: fc.constantFrom("a", "b", "c", "d"),
  value: fc.constantFrom("1", "2"),
  effect: fc.constantFrom("NoSchedule", "NoExecute"),
});
const taints = fc.uniqueArray(taint, { selector: taintName, maxLength: 5 });

describe("changeTaints", () => {
  it("adds ours behind theirs, and owns it", () => {
    expect(changeTaints([theirs], [], [overflow], [], false)).toEqual({
      taints: [theirs, overflow],
      isChanged: true,
      owned: ["overflow:NoSchedule"],
    });
  });

  it("does not own a taint that was there with the same value", () => {
    expect(changeTaints([theirs], [], [theirs], [], false)).toEqual({
      taints: [theirs],
      isChanged: false,
      owned: [],
    });
  });

  it("refuses another value of a taint that it did not set, unless forced", () => {
    const clash = { ...theirs, value: "false" };
    expect(() => changeTaints([theirs], [], [clash], [], false)).toThrow(
      "somebody else's taint registered=true:NoExecute is there, and the program sets registered=false:NoExecute. " +
        'Take it out of the program, or take it over with the annotation pulumi.com/patchForce: "true".',
    );
    expect(changeTaints([theirs], [], [clash], [], true).taints).toEqual([clash]);
  });

  it("takes a missing value for an empty one", () => {
    const bare = { key: "k", effect: "NoSchedule" };
    expect(changeTaints([bare], [], [{ ...bare, value: "" }], [], false).isChanged).toBe(false);
  });

  it("leaves every taint that no version of the program names, in its order", () => {
    fc.assert(
      fc.property(taints, taints, taints, (live, before, after) => {
        const named = new Set([...before, ...after].map(taintName));
        const result = changeTaints(live, before, after, [], true);
        const others = (list: readonly object[]) => list.filter((each) => !named.has(taintName({ ...each })));
        expect(others(result.taints)).toEqual(others(live));
      }),
    );
  });

  it("leaves exactly the wanted taints of those that it manages, and has nothing to do the second time", () => {
    fc.assert(
      fc.property(taints, taints, taints, (live, before, after) => {
        const first = changeTaints(live, before, after, [], true);
        const managed = new Set([...before, ...after].map(taintName));
        const ours = first.taints.filter((each) => managed.has(taintName(each)));
        expect(new Set(ours.map((each) => JSON.stringify(each)))).toEqual(
          new Set(after.map((each) => JSON.stringify(each))),
        );
        expect(changeTaints(first.taints, after, after, first.owned, false).isChanged).toBe(false);
      }),
    );
  });
});
