import { describe, expect, it } from "vitest";
import { diffLines } from "../../capacity/diff.ts";
import type { Line } from "../../capacity/lines.ts";
import { finding } from "../../model/finding.ts";
import { renderFindings } from "../../report/findings.ts";
import { renderDiff, renderTable } from "../../report/table.ts";

const GiB = 1024 ** 3;
const memory = (subject: string, committed: number, limit: number | null): Line => ({
  kind: "node",
  subject,
  resource: "memory",
  unit: "bytes",
  committed,
  limit,
});

describe("renderDiff", () => {
  it("prints before, after, change, limit and headroom, and marks what is short", () => {
    const diff = diffLines(
      [memory("honey/honey", 80 * GiB, 200 * GiB), memory("honey/old", 0, GiB)],
      [memory("honey/honey", 240 * GiB, 200 * GiB), memory("honey/new", 8 * GiB, 16 * GiB)],
    );
    expect(renderDiff(diff)).toBe(
      [
        "where             what    before  after  change     of  headroom",
        "node honey/honey  memory    80Gi  240Gi  +160Gi  200Gi     -40Gi  SHORT",
        "node honey/new    memory       -    8Gi    +8Gi   16Gi       8Gi",
        "node honey/old    memory       0      -       0    1Gi",
      ].join("\n"),
    );
  });

  it("shows how a limit moved, came or went", () => {
    const diff = diffLines(
      [
        memory("n/a", 0, GiB),
        memory("n/b", 0, null),
        memory("n/c", 0, GiB),
        { ...memory("n/d", 0, null), committed: null },
      ],
      [memory("n/a", 0, 2 * GiB), memory("n/b", 0, GiB), memory("n/c", 0, null), memory("n/d", 0, GiB)],
    );
    expect(renderDiff(diff)).toBe(
      [
        "where     what     before  after   change                 of  headroom",
        "node n/a  memory        0      0        0         2Gi (+1Gi)       2Gi",
        "node n/b  memory        0      0        0     1Gi (was none)       1Gi",
        "node n/c  memory        0      0        0     none (was 1Gi)",
        "node n/d  memory  unknown      0  unknown  1Gi (was unknown)       1Gi",
      ].join("\n"),
    );
  });

  it("says so when nothing differs", () => {
    expect(renderDiff(diffLines([], []))).toBe("Capacity: no difference.");
  });

  it("cuts a long table but never what is short", () => {
    const lines = Array.from({ length: 200 }, (_, i) => memory(`n/${i}`, i === 199 ? 2 * GiB : 0, GiB));
    const text = renderDiff(diffLines([], lines));
    expect(text.split("\n")).toHaveLength(62);
    expect(text).toContain("node n/199");
    expect(text.endsWith("and 140 more; the stack output `capacity` and --json have all.")).toBe(true);
  });
});

describe("renderTable", () => {
  it("leaves no trailing blanks", () => {
    expect(renderTable(["a", "b"], [["x", ""]], 1)).toBe("a  b\nx");
  });
});

describe("renderFindings", () => {
  const base = { path: "vms[0]", subject: "VM a", message: "VM a is too large.", remedy: "Shrink it." };
  it("puts refusals first and closes with the verdict", () => {
    expect(
      renderFindings([
        finding({ ...base, rule: "a/warn", severity: "warn" }),
        finding({ ...base, rule: "z/refuse", path: "" }),
      ]),
    ).toBe(
      [
        "REFUSED z/refuse: VM a is too large.",
        "  Shrink it.",
        "warning a/warn: VM a is too large. (vms[0])",
        "  Shrink it.",
        "Refused: 1 finding, 1 warning.",
      ].join("\n"),
    );
    expect(renderFindings([])).toBe("Fits.");
  });
});
