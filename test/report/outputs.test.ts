import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge } from "../../capacity/judge.ts";
import { capacityLines } from "../../capacity/lines.ts";
import { requireFleet } from "../../model/fleet.ts";
import { parseCpu, parseQuantity, parseSize } from "../../model/quantity.ts";
import { capacityOutputs, diffFromOutputs, formatExact, readLines } from "../../report/outputs.ts";
import stack from "../../stacks/default.ts";

const capacity = judge(requireFleet(stack), { today: "2026-05-06" });

describe("capacity outputs", () => {
  it("read back as the very figures they were made from", () => {
    expect(readLines(capacityOutputs(capacity))).toEqual(
      expect.arrayContaining(capacityLines(capacity).map((line) => expect.objectContaining(line))),
    );
    expect(diffFromOutputs(capacityOutputs(capacity), capacity)).toEqual({ rows: [], empty: true });
  });

  it("carry the policy page's figures to the digit", () => {
    const outputs = capacityOutputs(capacity);
    expect(outputs.labels?.["tinyland-nix-kvm"]).toEqual({
      "scale sets": { committed: "3" },
      runners: { committed: "4", of: "4", headroom: "0" },
      "requested cpu": { committed: "12" },
      "requested memory": { committed: "80Gi" },
      "requested ephemeral storage": expect.anything(),
      "limit cpu": { committed: "32" },
      "limit memory": { committed: "160Gi" },
      "limit ephemeral storage": expect.anything(),
    });
    const of = (node: string) =>
      Object.fromEntries(Object.entries(outputs.nodes?.[node] ?? {}).map(([what, f]) => [what, f.of]));
    expect(of("honey/honey")).toMatchObject({
      cpu: "32",
      memory: "219.81Gi",
      "ephemeral storage": "1384.60Gi",
      pods: "110",
    });
    expect(of("honey/sting")).toMatchObject({
      cpu: "32",
      memory: "54.68Gi",
      "ephemeral storage": "66.32Gi",
      pods: "110",
    });
    expect(of("honey/bumble")).toMatchObject({
      cpu: "4",
      memory: "15.06Gi",
      "ephemeral storage": "66.44Gi",
      pods: "110",
    });
  });

  it("hold a host that is called like a property of every object", () => {
    const [numa] = stack.hosts ?? [];
    const fleet = requireFleet({ hosts: numa ? [{ ...numa, name: "constructor" }] : [] });
    const judged = judge(fleet, { today: "2026-05-06" });
    expect(judged.findings).toEqual([]);
    const outputs = JSON.parse(JSON.stringify(capacityOutputs(judged)));
    expect(outputs.hosts.constructor.memory).toEqual({ committed: "0", of: "248Gi", headroom: "248Gi" });
    expect(diffFromOutputs(outputs, judged).empty).toBe(true);
  });

  it("of another shape count as none, so that the first preview shows everything as added", () => {
    for (const outputs of [
      undefined,
      null,
      3,
      "x",
      [],
      { labels: 1 },
      { labels: { a: { runners: { committed: 4 } } } },
    ]) {
      expect(readLines(outputs)).toEqual([]);
    }
    expect(diffFromOutputs(undefined, capacity).rows.every((row) => row.status === "added")).toBe(true);
  });

  it("never lose a byte or a millicore", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(parseQuantity(formatExact(value, "bytes"), "capacity")).toBe(value);
        expect(parseSize(formatExact(value, "storage bytes"), "capacity")).toBe(value);
        expect(formatExact(-value, "bytes")).toBe(value === 0 ? "0" : `-${formatExact(value, "bytes")}`);
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (value) => {
        expect(parseCpu(formatExact(value, "millicores"), "capacity")).toBe(value);
      }),
    );
  });
});
