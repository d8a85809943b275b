import { describe, expect, it } from "vitest";
import { fleet, TODAY, three, twoClusters } from "./askedFleets.ts";

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
