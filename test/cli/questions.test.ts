import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { runFleetCommand } from "../../cli/fleetcommand.ts";
import type { FleetInput } from "../../model/fleet.ts";
import { captured } from "./captured.ts";

async function fleet(command: string, ...args: string[]) {
  return captured((streams) => runFleetCommand([command, ...args], streams));
}

const TODAY = ["--today", "2026-05-06"];
const json = async (command: string, ...args: string[]) => {
  const { code, out, err } = await fleet(command, ...args, ...TODAY, "--json");
  return { code, err, report: JSON.parse(out) };
};

const folder = mkdtempSync(join(tmpdir(), "numafleet-questions-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: FleetInput) => {
  const path = join(folder, name);
  writeFileSync(path, stringify(content));
  return path;
};

const recorded = { source: "detected", date: "2026-05-03" } as const;
const node = (name: string, cluster: string, memory: string) => ({
  name,
  cluster,
  recorded,
  allocatable: { cpu: "8", memory, ephemeralStorage: "100Gi", pods: 20 },
  running: { cpu: 0, memory: 0, ephemeralStorage: 0, pods: 0 },
});
const set = (name: string, cluster: string, maxRunners: number) => ({
  name,
  cluster,
  scope: "owner",
  labels: ["build-x64"],
  maxRunners,
  containers: [
    { name: "runner" as const, requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "1", memory: "2Gi" } },
  ],
});
/** Two clusters with a node and a scale set of the same name each. */
const twoClusters = file("two.yaml", {
  nodes: [node("n", "east", "8Gi"), node("n", "west", "4Gi")],
  scaleSets: [set("s", "east", 2), set("s", "west", 1)],
  policy: { newOwnerMaximum: 10 },
});
const three = file("three.yaml", {
  nodes: [node("a", "default", "8Gi"), node("b", "default", "8Gi"), node("c", "default", "8Gi")],
  scaleSets: [set("s", "default", 3)],
  policy: { newOwnerMaximum: 10 },
});
/** One node takes all by requests, and not by memory limits. */
const loose = file("loose.yaml", {
  nodes: [node("a", "default", "8Gi"), node("b", "default", "8Gi")],
  scaleSets: [
    {
      ...set("s", "default", 3),
      containers: [
        { name: "runner", requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "1", memory: "4Gi" } },
      ],
    },
  ],
  policy: { newOwnerMaximum: 10 },
});

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

describe("what is wrong is told at once, with exit code 2 and nothing on the output", () => {
  it.each<[string, string[], string[]]>([
    [
      "max-runners",
      [
        "--label",
        "tinyland-nix-kvn",
        "--scale-set",
        "tinyland-nix-kv",
        "--json",
        "--markdown",
        "--today",
        "2026-02-30",
      ],
      [
        "--json and --markdown exclude each other. Choose one of them.",
        '`--today` is "2026-02-30"; expected a date, like "2026-05-06". Correct the value.',
        "--label and --scale-set exclude each other. Name the scale sets, or the labels that they share.",
        '`--scale-set` is "tinyland-nix-kv", which names no scale set of the fleet; did you mean tinyland-nix-kvm? Name a scale set as the fleet does.',
        '`--label` is "tinyland-nix-kvn", which names no label of the fleet; did you mean tinyland-nix-kvm? Name a label as the fleet does.',
      ],
    ],
    [
      "max-runners",
      ["--fleet", twoClusters, "--scale-set", "s"],
      ['`--scale-set` is "s"; several clusters have a scale set of that name. Write east/s or west/s.'],
    ],
    [
      "seats",
      [
        "--cpu",
        "4Gi",
        "--ephemeral-storage",
        "400m",
        "--selector",
        "a",
        "--toleration",
        ":x",
        "--survive",
        "2",
        "--cluster",
        "hony",
      ],
      [
        '`--cpu` is "4Gi"; expected a CPU quantity, like "4" or "500m"; there is no unit "Gi", did you mean G. Correct the value.',
        '`--ephemeral-storage` is "400m"; expected a quantity, like "219.81Gi" or "66G"; "m" is a fraction of a byte, did you mean M or Mi. Correct the value.',
        "`--memory` is missing: without a request nothing can be proven to fit. Add it, like --memory 32Gi, or name a scale set with --like.",
        '`--selector` is "a"; expected a label like "capability.tinyland.dev/kvm=true". Correct the value.',
        '`--toleration` is ":x"; expected a toleration like "key=value:NoSchedule", "key:NoSchedule" (any value), "key" (any effect) or "*" (everything). Correct the value.',
        '`--cluster` is "hony", which names no cluster of the fleet; did you mean honey? Name a cluster as the fleet does.',
        '`--survive` is "2"; expected a whole number from 0 to 1. Correct the value.',
      ],
    ],
    [
      "seats",
      [
        "--fleet",
        twoClusters,
        "--cpu",
        "-1",
        "--memory",
        "4Gi",
        "--limit-memory",
        "2Gi",
        "--beside",
        "all",
        "--at-least",
        "x",
      ],
      [
        '`--cpu` is "-1"; expected a CPU quantity, like "4" or "500m"; it is negative. Correct the value.',
        '`--limit-memory` is "2Gi"; it is below the request, and Kubernetes rejects such a pod. Correct the value.',
        "`--cluster` is missing: the fleet has nodes in east, west. Name one of them.",
        '`--beside` is "all"; expected maxima, minima or nothing. Correct the value.',
        '`--at-least` is "x"; expected a whole number from 0 to 1000000. Correct the value.',
      ],
    ],
    [
      "seats",
      ["--like", "tinyland", "--memory", "1Gi"],
      [
        "--like takes the shape of a scale set, and --memory would change it. Leave them out, or spell the whole shape without --like.",
        '`--like` is "tinyland", which names no scale set of the fleet; expected one of tinyland-nix-kvm, jesssullivan-nix-kvm, jesssullivan-nix-vm-test-kvm. Name a scale set as the fleet does.',
      ],
    ],
    ["what-if", [], ["No change is asked about. Name one, like --drop NODE, or ask --loss 1."]],
    [
      "what-if",
      [
        ...[
          "--drop",
          "hony",
          "--drop",
          "sting",
          "--cordon",
          "sting",
          "--cordon",
          "honey",
          "--uncordon",
          "honey",
        ],
        ...[
          "--requests",
          "tinyland-nix-kvm:memory=1x,cpu=-1,disk=1Gi",
          "--requests",
          "jesssullivan-nix-kvm:cpu=1,cpu=1",
          "--limits",
          "jesssullivan-nix-kvm:cpu=4,memory=8Gi",
          "--limits",
          "jesssullivan-nix-kvm:cpu=5",
          "--limits",
          "tinyland-nix-kvm/dind:memory=1Gi",
          "--limits",
          "x",
        ],
        ...["--max-runners", "tinyland-nix-kvm=1.5", "--max-runners", "jesssullivan-nix-kvm=2"],
        ...["--max-runners", "jesssullivan-nix-kvm=3", "--ceiling", "tinyland-nix=4", "--limit-ratio", "0"],
        ...["--add-node", "name=honey,like=honey", "--add-node", "name=x,cpu=4", "--add-node", "bogus=1"],
        ...["--pod-toleration-restriction", "--loss", "2"],
      ],
      [
        '`--loss` is "2"; expected a whole number from 0 to 1. Correct the value.',
        '`--add-node` is "name=x,cpu=4"; without like= it needs cpu, memory and pods; expected a node like name=honey-2,like=honey or name=n,cpu=32,memory=128Gi,ephemeral-storage=500Gi,pods=110,label=a=b,taint=a=b:NoSchedule. Correct the value.',
        '`--add-node` is "bogus=1"; expected a node like name=honey-2,like=honey or name=n,cpu=32,memory=128Gi,ephemeral-storage=500Gi,pods=110,label=a=b,taint=a=b:NoSchedule. Correct the value.',
        "Node honey/honey is in the fleet already. Give the new node a name of its own, or drop the other one in a question of its own.",
        '`--drop` is "hony", which names no node of the fleet; did you mean honey? Name a node as the fleet does.',
        "--drop and --cordon exclude each other for node sting. Choose one of them.",
        "--cordon and --uncordon exclude each other for node honey. Choose one of them.",
        '`--requests` is "tinyland-nix-kvm:memory=1x"; expected a quantity, like "219.81Gi" or "66G"; there is no unit "x". Correct the value.',
        '`--requests` is "tinyland-nix-kvm:cpu=-1"; expected a CPU quantity, like "4" or "500m"; it is negative. Correct the value.',
        '`--requests` is "tinyland-nix-kvm:disk=1Gi"; expected a scale set and quantities, like name:cpu=4,memory=32Gi or name/dind:memory=2Gi. Correct the value.',
        "--requests is given twice for jesssullivan-nix-kvm. Choose one of them.",
        "--limits is given twice for jesssullivan-nix-kvm. Choose one of them.",
        '`--limits` is "tinyland-nix-kvm/dind:memory=1Gi", but scale set tinyland-nix-kvm has no container dind; expected runner. Correct the value.',
        '`--limits` is "x"; expected a scale set and quantities, like name:cpu=4,memory=32Gi or name/dind:memory=2Gi. Correct the value.',
        '`--max-runners` is "tinyland-nix-kvm=1.5"; expected a whole number from 0 to 1000000. Correct the value.',
        "--max-runners is given twice for jesssullivan-nix-kvm, as 2 and 3. Choose one of them.",
        '`--ceiling` is "tinyland-nix", which names no label with a ceiling of the fleet; expected one of tinyland-nix-kvm. Name a label with a ceiling as the fleet does.',
        '`--limit-ratio` is "0"; expected a number above 0, like 1.5. Correct the value.',
        "--pod-toleration-restriction says nothing without --memory-pressure. Leave it out, or name a node under memory pressure.",
      ],
    ],
    [
      "what-if",
      ["--add-nodes", "/nowhere.yaml", "--fleet", "/nowhere.toml"],
      [
        "`/nowhere.toml` cannot be read as a fleet: it ends in none of .yaml, .yml, .json, .ts, .mts. Name a fleet file.",
        "`/nowhere.yaml` cannot be read as a fleet: there is no such file (/nowhere.yaml). Name a fleet file that can be read.",
      ],
    ],
  ])("fleet %s %j", async (command, args, messages) => {
    const { code, out, err } = await fleet(command, ...args);
    expect(err).toBe(messages.map((m) => `error: ${m}\n`).join(""));
    expect(code).toBe(2);
    if (!args.includes("--json")) expect(out).toBe("");
  });

  it("as JSON has the same findings", async () => {
    const { code, out } = await fleet("seats", "--json", "--cpu", "1");
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      verdict: "invalid",
      today: null,
      findings: [
        {
          rule: "model/invalid-value",
          message: "`--memory` is missing: without a request nothing can be proven to fit.",
        },
      ],
    });
  });

  it("leaves the file of the fleet as it is", async () => {
    const { readFileSync, statSync } = await import("node:fs");
    const before = [readFileSync(three, "utf8"), statSync(three).mtimeMs];
    await fleet("what-if", "--fleet", three, "--drop", "a", "--loss", "1", ...TODAY);
    await fleet("max-runners", "--fleet", three, ...TODAY);
    await fleet("seats", "--fleet", three, "--cpu", "1", "--memory", "1Gi", ...TODAY);
    expect([readFileSync(three, "utf8"), statSync(three).mtimeMs]).toEqual(before);
  });
});
