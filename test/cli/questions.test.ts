import { describe, expect, it } from "vitest";
import { file, fleet, json, loose, node, set, TODAY, three, twoClusters } from "./askedFleets.ts";

describe("fleet max-runners", () => {
  it("tells each scale set alone and beside the others, and all combinations", async () => {
    const { code, report } = await json("max-runners");
    expect(code).toBe(0);
    expect(report).toMatchObject({
      version: 1,
      verdict: "exact",
      today: "2026-05-06",
      exact: true,
      findings: [],
    });
    const figures = report.scaleSets.map((s: Record<string, Record<string, { atLeast: number }>>) => [
      s.scaleSet,
      s.alone?.capacity?.atLeast,
      s.beside?.capacity?.atLeast,
      s.beside?.policy?.atLeast,
    ]);
    expect(figures).toEqual([
      ["tinyland-nix-kvm", 16, 13, 1],
      ["jesssullivan-nix-kvm", 16, 13, 1],
      ["jesssullivan-nix-vm-test-kvm", 7, 7, 2],
    ]);
    const [capacity] = report.together.capacity;
    expect(capacity.complete).toBe(true);
    expect(capacity.columns.map((c: { scaleSets: string[] }) => c.scaleSets)).toEqual([
      ["honey/tinyland-nix-kvm", "honey/jesssullivan-nix-kvm"],
      ["honey/jesssullivan-nix-vm-test-kvm"],
    ]);
    expect(capacity.combinations.map((c: { maxima: number[] }) => c.maxima)).toEqual([
      [16, 1],
      [14, 2],
      [12, 3],
      [10, 4],
      [8, 5],
      [6, 6],
      [3, 7],
    ]);
    expect(report.together.policy[0].combinations.map((c: { maxima: number[] }) => c.maxima)).toEqual([
      [2, 2],
    ]);
  });

  it("names the node that binds and what one more would need", async () => {
    const { out } = await fleet("max-runners", "--scale-set", "jesssullivan-nix-vm-test-kvm", ...TODAY);
    expect(out).toContain(
      "by capacity: memory (32Gi needed, 22.68Gi free) on sting; memory (32Gi needed, 11.81Gi free) on honey; one more needs 9.32Gi more memory on sting",
    );
    expect(out).toContain(
      "by policy: label ceiling 4; one more needs a ceiling of 5 for label tinyland-nix-kvm",
    );
    expect(out).toContain(
      "by policy: owner budget 2; one more needs a budget of 3 for jesssullivan-nix-vm-test-kvm in policy.ownerBudgets",
    );
    expect(out).not.toContain("Together");
  });

  it("ends with 1 where a declared maximum does not pass, and says why", async () => {
    const path = file("over.yaml", {
      nodes: [node("n", "default", "8Gi")],
      scaleSets: [
        set("s", "default", 5),
        { ...set("t", "default", 1), containers: set("t", "default", 1).containers },
      ],
      policy: { newOwnerMaximum: 10 },
    });
    const { code, out } = await fleet("max-runners", "--fleet", path, ...TODAY);
    expect(code).toBe(1);
    expect(out).toContain("What is declared does not pass:\nREFUSED runners/unplaceable: ");
    expect(out).toContain("Lower scale set s: the largest maxRunners that passes is 3.");
    expect(out).toContain(
      "No runner of default/t passes beside the others: make room, or leave the scale set out.",
    );
    expect(out).toContain("A maximum of 0 is no throttle: jobs that are queued then are not reconsidered.");
  });

  it("as Markdown has the same figures", async () => {
    const { code, out } = await fleet("max-runners", "--markdown", ...TODAY);
    expect(code).toBe(0);
    expect(out).toContain("| honey/tinyland-nix-kvm | 1 | 16 | 1 | 13 | 1 |");
    expect(out).toContain("| 16 | 1 | 17 | a: 2 more CPU on honey, b: 9.32Gi more memory on sting |");
  });
});

describe("fleet seats", () => {
  const shape = ["--cpu", "4", "--memory", "32Gi", "--selector", "capability.tinyland.dev/kvm=true"];

  it("tells how many, where, and what stops the next", async () => {
    const { code, out } = await fleet("seats", ...shape, ...TODAY);
    expect(code).toBe(0);
    expect(out).toContain(`             seats  where
by capacity      5  honey 5
by policy        1  honey 1
`);
    expect(out).toContain(
      "by capacity: memory (32Gi needed, 11.81Gi free) on honey; one more needs 20.19Gi more memory on honey",
    );
    expect(out).toContain(
      "sting has the taint dedicated.tinyland.dev/compute-expansion=true:NoSchedule that is not tolerated",
    );
    expect(out).toContain("bumble lacks capability.tinyland.dev/kvm=true");
  });

  it("with a node lost, and ends with 1 where fewer hold than asked for", async () => {
    const args = ["--fleet", three, "--cpu", "1", "--memory", "2Gi", "--survive", "1"];
    const { code, report } = await json("seats", ...args, "--at-least", "5");
    expect(code).toBe(0);
    // 12 seats of 2Gi in all, 8 without a node, 3 of them taken.
    expect(report.capacity.seats).toEqual({ atLeast: 9, below: 10, exact: true });
    expect(report.capacity.survive.seats).toEqual({ atLeast: 5, below: 6, exact: true });
    const more = await fleet("seats", ...args, "--at-least", "6", ...TODAY);
    expect(more.code).toBe(1);
    expect(more.out).toContain(
      "REFUSED ask/too-few-seats: Cluster default: 6 more seats asked for of 1 CPU, 2Gi memory with a memory limit of 2Gi, but 5 with any one node lost.",
    );
  });

  it("counts on what --beside says", async () => {
    const args = ["--fleet", three, "--cpu", "1", "--memory", "2Gi"];
    const seats = async (beside: string) =>
      (await json("seats", ...args, "--beside", beside)).report.capacity.seats.atLeast;
    expect([await seats("maxima"), await seats("minima"), await seats("nothing")]).toEqual([9, 12, 12]);
  });

  it.each([
    ["1", 4],
    ["1000m", 4],
    ["1e0", 4],
    ["0.5", 4],
    ["2", 4],
    ["2500m", 3],
    ["+3", 2],
    [".4e1", 2],
  ])("takes %s CPU", async (cpu, seats) => {
    const args = ["--fleet", twoClusters, "--cluster", "east", "--beside", "nothing", "--memory", "2Gi"];
    const { report } = await json("seats", ...args, "--cpu", cpu);
    expect(report.capacity.seats.atLeast).toBe(seats);
  });

  it.each([
    ["2Gi", 4],
    ["2048Mi", 4],
    ["2147483648", 4],
    ["2.5Gi", 3],
    ["3e9", 2],
    ["3G", 2],
    ["3000M", 2],
    ["3000000k", 2],
    ["3E9", 2],
    ["2147483648000m", 4],
  ])("takes %s of memory", async (memory, seats) => {
    const args = ["--fleet", twoClusters, "--cluster", "east", "--beside", "nothing", "--cpu", "1"];
    const { report } = await json("seats", ...args, "--memory", memory);
    expect(report.capacity.seats.atLeast).toBe(seats);
  });
});

describe("fleet what-if", () => {
  it("combines changes, and shows before and after", async () => {
    const args = [
      "--max-runners",
      "s=5",
      "--drop",
      "b",
      "--requests",
      "s:memory=3Gi",
      "--limits",
      "s:memory=3Gi",
    ];
    const { code, report } = await json("what-if", "--fleet", three, ...args);
    expect(code).toBe(1);
    expect(report.whatIf.before).toMatchObject({
      verdict: "fits",
      placement: { verdict: "placed", asked: 3 },
    });
    expect(report.whatIf.after).toMatchObject({
      verdict: "refused",
      placement: { verdict: "impossible", asked: 5, bound: 4 },
    });
    expect(report.whatIf.appeared.map((f: { rule: string }) => f.rule)).toContain("runners/unplaceable");
    const added = await json("what-if", "--fleet", three, ...args, "--add-node", "name=d,like=a,memory=16Gi");
    expect(added.code).toBe(0);
    expect(added.report.whatIf.after.placement.verdict).toBe("placed");
  });

  it("adds the nodes of a fleet file", async () => {
    const path = file("more.yaml", { nodes: [node("d", "default", "64Gi")] });
    const { code, report } = await json(
      "what-if",
      "--fleet",
      three,
      "--add-nodes",
      path,
      "--max-runners",
      "s=9",
    );
    expect(code).toBe(0);
    expect(report.whatIf.difference.rows).toContainEqual(
      expect.objectContaining({ subject: "default/d", resource: "cpu", status: "added" }),
    );
  });

  it("answers for the loss of each node at once", async () => {
    const { code, out } = await fleet("what-if", "--loss", "1", ...TODAY);
    expect(code).toBe(1);
    expect(out).toContain(
      "honey/honey               4  NOT PLACED   NOT PLACED               3  tinyland-nix-kvm 1, jesssullivan-nix-kvm 1 and jesssullivan-nix-vm-test-kvm 1  REFUSED\n",
    );
    expect(out).toMatch(/^honey\/sting {15}0 {2}placed {7}placed {19}0 *$/m);
    expect(out).toContain(
      "\nask/lost-node: Add a node that admits these scale sets, or accept that their jobs wait while it is lost.\n",
    );
    // By policy alone it warns: the scheduler would place them.
    const warned = await fleet("what-if", "--fleet", loose, "--loss", "1", ...TODAY);
    expect(warned.code).toBe(0);
    expect(warned.out).toMatch(/^default\/a .* placed +NOT PLACED .* warning$/m);
    expect((await fleet("what-if", "--fleet", three, "--loss", "1", ...TODAY)).code).toBe(0);
    const tight = await json("what-if", "--fleet", three, "--max-runners", "s=9", "--loss", "1");
    expect(
      tight.report.losses.losses.map((l: { requests: { verdict: string } }) => l.requests.verdict),
    ).toEqual(["impossible", "impossible", "impossible"]);
    expect(tight.report.findings[0]).toMatchObject({
      rule: "ask/lost-node",
      have: 1,
      message: "Without node a of cluster default: 1 runner has no seat by requests, such as 1 of s.",
    });
  });

  it("tells what pressure does, and what a maximum of 0 does not", async () => {
    const { out } = await fleet(
      "what-if",
      "--memory-pressure",
      "all",
      "--max-runners",
      "tinyland-nix-kvm=0",
      ...TODAY,
    );
    expect(out).toContain(
      "A maximum of 0 for tinyland-nix-kvm is no throttle: jobs that are queued then are not reconsidered.",
    );
    expect(out).toContain(
      "Under memory pressure honey, sting and bumble have the taint node.kubernetes.io/memory-pressure:NoSchedule",
    );
  });
});
