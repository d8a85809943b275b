import { describe, expect, it } from "vitest";
import { difference, formatPath } from "../../tools/kubernetes-standin/difference.ts";
import { Secret, UNKNOWN } from "../../tools/kubernetes-standin/wire.ts";

describe("difference", () => {
  it("names what was added, taken away and changed, path by path", () => {
    const before = { metadata: { labels: { a: "1", b: "2" } }, list: [1, 2, 3] };
    const after = { metadata: { labels: { a: "1", "x.y/z": "3" } }, list: [1, 5] };
    const changes = difference(before, after).map(({ path, kind }) => `${formatPath(path)} ${kind}`);
    expect(changes).toEqual([
      "list[1] update",
      "list[2] delete",
      "metadata.labels.b delete",
      'metadata.labels["x.y/z"] add',
    ]);
  });

  it("is empty for equal values, whether secret or not", () => {
    expect(difference({ a: new Secret({ b: "c" }) }, { a: { b: "c" } })).toEqual([]);
  });

  it("takes a null for an absent value", () => {
    expect(difference({ a: null }, {})).toEqual([]);
  });

  it("counts an unknown as a change, even where it was unknown before", () => {
    expect(difference({ a: "x" }, { a: UNKNOWN })).toEqual([{ path: ["a"], kind: "update" }]);
    expect(difference({ a: { b: 1 } }, { a: UNKNOWN })).toEqual([{ path: ["a"], kind: "update" }]);
  });
});
