import { describe, expect, it } from "vitest";
import { judgeRunners } from "../../../capacity/runners/runners.ts";
import { type Finding, refuses } from "../../../model/finding.ts";
import { type FleetInput, requireFleet } from "../../../model/fleet.ts";
import { runners } from "../../../stacks/runners.ts";
import { largeFleet, wedgedNode } from "./fleets.ts";

const GI = 1024 ** 3;
const judgeInput = (input: FleetInput, today = "2026-05-06") => judgeRunners(requireFleet(input), { today });
const withMaximum = (maxRunners: number): FleetInput => ({
  ...runners,
  scaleSets: (runners.scaleSets ?? []).map((s, i) => (i === 2 ? { ...s, maxRunners } : s)),
});
const refusals = (findings: readonly Finding[]) => findings.filter((f) => f.severity === "refuse");
const byRule = (findings: readonly Finding[], rule: string) => findings.find((f) => f.rule === rule);

describe("today's fleet", () => {
  const judged = judgeInput(runners);

  it("has the aggregate of the policy page, to the digit", () => {
    expect(judged.labels).toEqual([
      {
        label: "tinyland-nix-kvm",
        activeScaleSets: 3,
        maximum: 4,
        ceiling: 4,
        requests: { cpu: 12_000, memory: 80 * GI, ephemeralStorage: 48 * GI },
        limits: { cpu: 32_000, memory: 160 * GI, ephemeralStorage: 80 * GI },
      },
    ]);
  });

  it("places all four runners on honey", () => {
    expect(judged.placement).toEqual({
      verdict: "placed",
      seats: [
        { cluster: "honey", scaleSet: "tinyland-nix-kvm", node: "honey", runners: 1 },
        { cluster: "honey", scaleSet: "jesssullivan-nix-kvm", node: "honey", runners: 1 },
        { cluster: "honey", scaleSet: "jesssullivan-nix-vm-test-kvm", node: "honey", runners: 2 },
      ],
      workflowSeats: [],
      unseated: [],
      bound: 4,
      asked: 4,
    });
    const [honey] = judged.nodes;
    expect(honey?.memory?.committed).toBe(80 * GI);
    expect(honey?.memoryLimits?.committed).toBe(160 * GI);
    expect(honey?.pods).toEqual({ capacity: 110, reserved: 0, committed: 4, free: 106 });
  });

  it("only warns, in May and in November 2026", () => {
    expect(judged.findings.map((f) => [f.severity, f.rule])).toEqual([["warn", "runners/limit-above-node"]]);
    expect(refuses(judgeInput(runners, "2026-11-21").findings)).toBe(false);
  });

  it("names what bounds each maximum", () => {
    expect(judged.scaleSets.map((s) => s.largest)).toEqual([
      { byRequests: 13, byLimits: 8, byCeiling: 1, byBudget: 1, passes: 1, binds: "label ceiling 4" },
      { byRequests: 13, byLimits: 8, byCeiling: 1, byBudget: 1, passes: 1, binds: "label ceiling 4" },
      { byRequests: 7, byLimits: 3, byCeiling: 2, byBudget: 2, passes: 2, binds: "label ceiling 4" },
    ]);
  });

  it("shows bumble without the KVM label and sting as one at a time", () => {
    expect(judged.nodes.map((n) => [n.name, n.kvm, n.oneAtATime, n.taints])).toEqual([
      ["honey", true, false, []],
      ["sting", true, true, ["dedicated.tinyland.dev/compute-expansion=true:NoSchedule"]],
      ["bumble", false, false, []],
    ]);
    expect(judged.scaleSets.map((s) => s.eligibleNodes)).toEqual([["honey"], ["honey"], ["honey", "sting"]]);
  });
});

describe("jesssullivan-nix-vm-test-kvm at a maximum of 8", () => {
  const { findings, placement } = judgeInput(withMaximum(8));

  it("seats seven as the real scheduler does: six on honey, one on sting", () => {
    expect(placement.verdict).toBe("impossible");
    expect(placement.bound).toBe(9);
    expect(placement.seats.slice(2)).toEqual([
      { cluster: "honey", scaleSet: "jesssullivan-nix-vm-test-kvm", node: "honey", runners: 6 },
      { cluster: "honey", scaleSet: "jesssullivan-nix-vm-test-kvm", node: "sting", runners: 1 },
    ]);
    expect(placement.unseated).toEqual([
      { cluster: "honey", scaleSet: "jesssullivan-nix-vm-test-kvm", runners: 1 },
    ]);
  });

  it("is refused, and every refusal ends with the largest that passes", () => {
    expect(refusals(findings).map((f) => f.rule)).toEqual([
      "runners/unplaceable",
      "runners/label-ceiling",
      "runners/new-owner-maximum",
      "overflow/rollback",
    ]);
    for (const f of refusals(findings))
      expect(f.remedy).toBe(
        "Lower scale set jesssullivan-nix-vm-test-kvm: the largest maxRunners that passes is 2.",
      );
    expect(byRule(findings, "runners/unplaceable")?.message).toBe(
      "Cluster honey cannot seat its 10 runners at maximum at once by requests: at most 9, short by 1. jesssullivan-nix-vm-test-kvm asks for 8 of 4 CPU, 32Gi memory, 24Gi ephemeral storage: honey seats at most 6 (memory, 219.81Gi free), sting seats at most 1 (one runner at a time).",
    );
  });

  it("at 5 has seats by requests, but not within the memory limits", () => {
    const { findings: five } = judgeInput(withMaximum(5));
    expect(byRule(five, "runners/limits-exceed-node")?.message).toBe(
      "Cluster honey seats its 7 runners at maximum by requests, but not within its nodes' memory limits: at most 5, short by 2. jesssullivan-nix-vm-test-kvm asks for 5 of 4 CPU, 32Gi memory, 24Gi ephemeral storage with a memory limit of 64Gi: honey seats at most 3 (memory limits, 219.81Gi free), sting seats at most 1 (one runner at a time).",
    );
  });
});

describe("20 runners of 4Gi request and 16Gi limit on one node of 125Gi", () => {
  it("are refused by their limits, and the finding says 7", () => {
    const { findings, placement } = judgeInput(wedgedNode(20));
    expect(placement.verdict).toBe("placed");
    expect(refusals(findings)).toMatchObject([
      {
        rule: "runners/limits-exceed-node",
        have: 7,
        need: 20,
        limit: 7,
        unit: "runners",
        message:
          "Cluster default seats its 20 runners at maximum by requests, but not within its nodes' memory limits: at most 7, short by 13. r asks for 20 of 1 CPU, 4Gi memory with a memory limit of 16Gi: a seats at most 7 (memory limits, 125Gi free).",
        remedy: "Lower scale set r: the largest maxRunners that passes is 7.",
      },
    ]);
  });

  it("pass at 7 and not at 8", () => {
    expect(judgeInput(wedgedNode(7)).findings).toEqual([]);
    expect(refusals(judgeInput(wedgedNode(8)).findings).map((f) => f.rule)).toEqual([
      "runners/limits-exceed-node",
    ]);
  });

  it("pass where the policy sets another ratio", () => {
    const fleet = wedgedNode(20);
    const { findings } = judgeInput({ ...fleet, policy: { ...fleet.policy, limitRatio: 2.56 } });
    expect(refusals(findings)).toEqual([]);
  });
});

describe("holes, not totals", () => {
  const [node] = wedgedNode(1).nodes ?? [];
  const [set] = wedgedNode(1).scaleSets ?? [];
  const holes = (sizes: readonly number[], sets: readonly [string, string, number][]): FleetInput => ({
    nodes: sizes.map((size, i) => ({
      ...node,
      name: `n${i}`,
      allocatable: { ...node?.allocatable, memory: `${size}Gi` },
    })) as NonNullable<FleetInput["nodes"]>,
    scaleSets: sets.map(([name, memory, maxRunners]) => ({
      ...set,
      name,
      maxRunners,
      containers: [{ name: "runner", requests: { cpu: "1", memory }, limits: { cpu: "1", memory } }],
    })) as NonNullable<FleetInput["scaleSets"]>,
    policy: { newOwnerMaximum: 50 },
  });

  it("seats no pod of 34.5Gi in holes of 20, 8, 6 and 4 GiB, though the sum is 38", () => {
    const { findings, placement, scaleSets } = judgeInput(holes([20, 8, 6, 4], [["big", "34.5Gi", 1]]));
    expect(placement).toMatchObject({ verdict: "impossible", seats: [], bound: 0, asked: 1 });
    expect(scaleSets[0]?.largest).toMatchObject({ byRequests: 0, passes: 0 });
    expect(byRule(findings, "runners/unplaceable")?.message).toBe(
      "Cluster default cannot seat its 1 runner at maximum at once by requests: at most 0, short by 1. big asks for 1 of 1 CPU, 34.50Gi memory: n0 seats at most 0 (memory, 20Gi free), n1 seats at most 0 (memory, 8Gi free), n2 seats at most 0 (memory, 6Gi free), n3 seats at most 0 (memory, 4Gi free).",
    );
  });

  it("names a smallest set of scale sets that do not fit together, and the way out that keeps both", () => {
    const { findings } = judgeInput(
      holes(
        [10, 10],
        [
          ["a", "6Gi", 2],
          ["b", "5Gi", 1],
          ["c", "1Gi", 1],
        ],
      ),
    );
    const finding = byRule(findings, "runners/unplaceable");
    expect(finding?.message).toBe(
      "Cluster default cannot seat its 4 runners at maximum at once by requests: at most 3, short by 1. a asks for 2 of 1 CPU, 6Gi memory: n0 seats at most 1 (memory, 10Gi free), n1 seats at most 1 (memory, 10Gi free). b asks for 1 of 1 CPU, 5Gi memory: n0 seats at most 2 (memory, 10Gi free), n1 seats at most 2 (memory, 10Gi free). Together these nodes seat at most 2 of their 3 pods (the sums fit, the holes do not).",
    );
    expect(finding?.remedy).toBe("Lower scale set a: the largest maxRunners that passes is 1.");
  });

  it("sums only the nodes that the group may use, and every resource", () => {
    const fleet = holes(
      [10, 1000],
      [
        ["x", "6Gi", 1],
        ["w", "7Gi", 1],
        ["link", "1Gi", 1],
      ],
    );
    const [small, large] = fleet.nodes ?? [];
    const [x, y, link] = fleet.scaleSets ?? [];
    if (!small || !large || !x || !y || !link) throw new Error("two nodes and three scale sets");
    const zone = { zone: "a" };
    const message = (input: FleetInput) => byRule(judgeInput(input).findings, "runners/unplaceable")?.message;
    expect(
      message({
        ...fleet,
        nodes: [{ ...small, labels: zone }, large],
        scaleSets: [{ ...x, selector: zone }, { ...y, selector: zone }, link],
      }),
    ).toMatch(/Together these nodes seat at most 1 of their 2 pods \(memory: 13Gi asked, 10Gi free\)\.$/);
    expect(
      message({
        ...fleet,
        nodes: [{ ...large, allocatable: { ...large.allocatable, pods: 1 } }],
        scaleSets: [x, y],
      }),
    ).toMatch(/\(pods: 2 asked, 1 free\)\.$/);
  });

  it("names the fewest groups, though dropping others one by one would leave more", () => {
    const { findings } = judgeInput(
      holes(
        [10],
        [
          ["a", "6Gi", 1],
          ["b", "7Gi", 1],
          ["w", "2Gi", 1],
          ["x", "2.5Gi", 1],
          ["v", "2.75Gi", 1],
          ["z", "3Gi", 1],
        ],
      ),
    );
    const message = byRule(findings, "runners/unplaceable")?.message ?? "";
    expect(message.match(/\w+ asks for/g)).toEqual(["a asks for", "b asks for"]);
  });

  it("names whose runners they are where the cluster has others on other nodes", () => {
    const fleet = holes([10, 10], [["a", "6Gi", 2]]);
    const [first, second] = fleet.nodes ?? [];
    const [a] = fleet.scaleSets ?? [];
    if (!first || !second || !a) throw new Error("two nodes and a scale set");
    const zone = (name: string) => ({ zone: name });
    const { findings } = judgeInput({
      ...fleet,
      nodes: [
        { ...first, labels: zone("a") },
        { ...second, labels: zone("b") },
      ],
      scaleSets: [
        { ...a, selector: zone("a") },
        { ...a, name: "b", maxRunners: 1, selector: zone("b") },
      ],
    });
    expect(byRule(findings, "runners/unplaceable")?.message).toMatch(
      /^Cluster default cannot seat the 2 runners of a at maximum at once by requests: at most 1, short by 1\./,
    );
  });

  it("does not let an unplaceable scale set spoil another's answer", () => {
    const alone = judgeInput(holes([10, 10], [["a", "6Gi", 1]]));
    const both = judgeInput(
      holes(
        [10, 10],
        [
          ["a", "6Gi", 1],
          ["giant", "11Gi", 1],
        ],
      ),
    );
    expect(both.scaleSets[0]?.largest).toEqual(alone.scaleSets[0]?.largest);
    expect(both.placement.seats).toEqual(alone.placement.seats);
  });

  it("warns of limits that the scheduler may pile up though the proof spreads them", () => {
    const fleet = wedgedNode(14);
    const nodes = ["a", "b"].map((name) => ({ ...node, name })) as NonNullable<FleetInput["nodes"]>;
    const { findings } = judgeInput({ ...fleet, nodes });
    expect(findings.map((f) => [f.severity, f.rule, f.message])).toEqual([
      [
        "warn",
        "runners/limits-worst-case",
        "The scheduler places by requests and may put runners with 224Gi of memory limits on a, which has 125Gi for them (also over: b).",
      ],
    ]);
  });

  it("blames no runners for the limits of what runs already", () => {
    const running = { cpu: "1", memory: "1Gi", memoryLimit: "300Gi", ephemeralStorage: "0", pods: 1 };
    const fleet = { ...wedgedNode(0), nodes: [{ ...node, name: "full", running }] } as FleetInput;
    expect(judgeInput(fleet).findings.filter((f) => f.rule === "runners/limits-worst-case")).toEqual([]);
  });
});

describe("a runner whose workflow pod is placed on its own", () => {
  it("has a seat for both, on different nodes if need be", () => {
    const node = (name: string, memory: string) => ({
      name,
      recorded: { source: "detected" as const, date: "2026-05-03" },
      allocatable: { cpu: 8, memory, pods: 10 },
      running: { cpu: 0, memory: 0, ephemeralStorage: 0, pods: 0 },
    });
    const asks = (memory: string) => ({ requests: { cpu: 1, memory }, limits: { cpu: 1, memory } });
    const { placement } = judgeInput({
      nodes: [node("large", "6Gi"), node("small", "3Gi")],
      scaleSets: [
        {
          name: "hooked",
          scope: "o/r",
          labels: ["l"],
          maxRunners: 1,
          containerMode: "kubernetes-novolume",
          containers: [
            { name: "runner", ...asks("3Gi") },
            { name: "workflow", ...asks("5Gi") },
          ],
        },
      ],
    });
    expect(placement).toMatchObject({
      verdict: "placed",
      seats: [{ cluster: "default", scaleSet: "hooked", node: "small", runners: 1 }],
      workflowSeats: [{ cluster: "default", scaleSet: "hooked", node: "large", pods: 1 }],
    });
  });
});

describe("a large fleet", () => {
  it("of 200 scale sets, 10,000 runners and 5,000 nodes is placed, and every maximum settled", () => {
    const { placement, scaleSets, findings } = judgeInput(largeFleet(200, 10_000, 5_000));
    expect(placement).toMatchObject({ verdict: "placed", bound: 10_000, asked: 10_000, unseated: [] });
    expect(placement.seats.reduce((sum, s) => sum + s.runners, 0)).toBe(10_000);
    expect(scaleSets.every((s) => s.largest.passes === s.maxRunners)).toBe(true);
    expect(refusals(findings)).toEqual([]);
  });

  it("that asks for more than the nodes have is refused by the sum", () => {
    const { placement, findings } = judgeInput(largeFleet(200, 10_000, 5_000, { load: 1.6 }));
    expect(placement.verdict).toBe("impossible");
    expect(byRule(findings, "runners/unplaceable")?.message).toMatch(
      /^Cluster default cannot seat its 10000 runners at maximum at once by requests: at most \d+, short by \d+\. Too many are the runners of set-0, [^:]+ and \d+ more\. Together their nodes seat at most \d+ of their \d+ pods \(cpu: \S+ asked, \S+ free\)\.$/,
    );
    expect(placement.bound).toBeLessThan(10_000);
    const seated = placement.seats.reduce((sum, s) => sum + s.runners, 0);
    expect(seated).toBeLessThanOrEqual(placement.bound);
  });

  it("that is too tight to decide is refused as not proven", () => {
    const { placement, findings } = judgeInput(largeFleet(200, 10_000, 5_000, { load: 1.1 }));
    expect(placement.verdict).toBe("undecided");
    expect(byRule(findings, "runners/unproven")?.severity).toBe("refuse");
  });
});
