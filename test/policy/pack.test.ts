import type { ReportViolation, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import { createPolicies } from "../../policy/policies.ts";
import type { Resource } from "../../policy/resource.ts";
import defaultStack from "../../stacks/default.ts";
import {
  DATA,
  domain,
  FOUR_DOMAINS,
  PLAN,
  release,
  resource,
  SLM,
  smallValues,
  VM_TEST_VALUES,
  volume,
} from "./resources.ts";

const TODAY = { today: "2026-05-06" };

/** Runs the pack's policies on resources in turn, as the engine does; what each reports, by policy. */
async function analyze(resources: readonly Resource[], config: object = TODAY) {
  const policies = createPolicies();
  const reports: string[][] = [];
  for (const r of resources) {
    const texts: string[] = [];
    for (const policy of policies) {
      const report: ReportViolation = (message) => texts.push(`${policy.name} ${message}`);
      await validate(policy, argsOf(r, policy.name === "capacity-budget" ? config : {}), report);
    }
    reports.push(texts);
  }
  return reports;
}

async function validate(
  policy: ResourceValidationPolicy,
  args: ResourceValidationArgs,
  report: ReportViolation,
) {
  const { validateResource } = policy;
  if (typeof validateResource !== "function") throw new Error(`${policy.name} has no single validation`);
  await validateResource(args, report);
}

function argsOf({ urn, type, name, inputs, provider }: Resource, config: object): ResourceValidationArgs {
  return {
    urn,
    type,
    name,
    props: inputs,
    opts: {
      protect: false,
      ignoreChanges: [],
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: [],
    },
    provider: { type: "", name: "", urn: "", props: provider },
    stackTags: new Map(),
    isType: () => false,
    asType: () => undefined,
    getConfig: <T extends object>() => config as T,
    notApplicable: (): never => {
      throw new Error("not applicable");
    },
  };
}

describe("the policies", () => {
  it("are mandatory resource policies, the budget first", () => {
    const policies = createPolicies();
    expect(policies.map((p) => p.name)).toEqual([
      "capacity-budget",
      "capacity-plan",
      "configured-budget",
      "host-envelope",
      "storage-envelope",
      "runner-envelope",
    ]);
    for (const policy of policies) {
      expect(policy.enforcementLevel).toBe(policy.name === "configured-budget" ? "advisory" : "mandatory");
      expect(Object.keys(policy).filter((key) => key !== "configSchema")).toEqual([
        "name",
        "description",
        "enforcementLevel",
        "validateResource",
      ]);
    }
  });

  it("pass a stack that fits, and have no interest in other resources", async () => {
    const bucket = { ...domain(SLM), type: "aws:s3/bucket:Bucket" };
    const stack = [
      bucket,
      ...FOUR_DOMAINS.map(domain),
      volume("os"),
      release("tinyland-nix-kvm", smallValues("tinyland-inc")),
    ];
    expect((await analyze(stack)).flat()).toEqual([]);
  });

  it("report each refusal once, by the policy of the resource's kind, and no warning", async () => {
    const stack = [
      domain({ ...DATA, memory: 999_999 }),
      volume("huge", { capacity: 9, capacityUnit: "TB" }),
      release("jesssullivan-nix-vm-test-kvm", { ...VM_TEST_VALUES, maxRunners: 3 }),
    ];
    const reports = await analyze(stack);
    expect(reports.map((texts) => texts.map((text) => text.split(":")[0]))).toEqual([
      ["host-envelope host/cell-memory"],
      ["storage-envelope host/pool-capacity"],
      ["runner-envelope runners/new-owner-maximum"],
    ]);
    expect(reports[2]?.[0]).toBe(
      "runner-envelope runners/new-owner-maximum: Scale set jesssullivan-nix-vm-test-kvm has a maximum of 3 runners, its budget is 2: short by 1. Lower scale set jesssullivan-nix-vm-test-kvm: the largest maxRunners that passes is 2.",
    );
  });

  it("tell, and do not refuse, that a plan of another site is judged by its own figures", async () => {
    const [host] = defaultStack.hosts ?? [];
    const plan = resource(PLAN, "plan", { fleet: { hosts: [{ ...host, name: "other" }], policy: {} } });
    expect((await analyze([plan]))[0]).toEqual([
      "configured-budget budget/own-figures: The policy pack's config names no budget, so the stack is judged by the hosts, nodes and ceilings that it states itself (other). Name the budget that holds for it in the pack's config; docs/policies.md shows one. (fleet)",
    ]);
  });

  it("hold the budget of the config, given as an object", async () => {
    const config = { ...TODAY, budget: { hosts: [], nodes: [], policy: {} } };
    expect(await analyze([volume("os")], config)).toEqual([
      [
        "storage-envelope resource/missing-figure: `provider.uri` of volume os is missing: it cannot be proven that it fits. Give the resource a libvirt provider with a `uri` of the budget. (provider.uri)",
      ],
    ]);
  });

  it.each([
    [
      "a file that is not there",
      { budget: "/nowhere/budget.yaml" },
      "model/unreadable-file: `/nowhere/budget.yaml` cannot be read as a fleet: there is no such file (/nowhere/budget.yaml). Name a fleet file that can be read.",
    ],
    [
      "a wrong figure",
      { budget: { policy: { limitRatio: 0 } } },
      "model/invalid-value: `policy.limitRatio` is 0; expected a number above 0. Correct the value; docs/reference.md tells its form. (policy.limitRatio)",
    ],
    [
      "a wrong day",
      { today: "2026-13-01" },
      'budget/invalid-config: `today` of the policy settings is "2026-13-01"; expected a date, like "2026-05-06". Correct the file that --policy-pack-config names, or the option; docs/policies.md shows both. (today)',
    ],
    [
      "a day that the calendar lacks",
      { today: "2026-02-30" },
      'budget/invalid-config: `today` of the policy settings is "2026-02-30"; expected a date, like "2026-05-06". Correct the file that --policy-pack-config names, or the option; docs/policies.md shows both. (today)',
    ],
    [
      "a misspelt setting",
      { buget: "budget.yaml" },
      'budget/invalid-config: `buget` of the policy settings is "budget.yaml"; expected one of the settings budget, today, uris, contexts. Correct the file that --policy-pack-config names, or the option; docs/policies.md shows both. (buget)',
    ],
    [
      "a wrong mapping",
      { uris: ["numa"] },
      'budget/invalid-config: `uris` of the policy settings is ["numa"]; expected an object of texts. Correct the file that --policy-pack-config names, or the option; docs/policies.md shows both. (uris)',
    ],
  ])("refuse everything under a budget with %s", async (_, config, told) => {
    expect(await analyze([volume("os")], config)).toEqual([
      [
        `capacity-budget ${told}`,
        "storage-envelope budget/unreadable: The policy pack has no budget to judge os by: it cannot be proven that it fits. Correct what capacity-budget reports.",
      ],
    ]);
  });

  it("tell everything that is wrong with the config at once", async () => {
    const nodes = [
      {
        name: "lab",
        cluster: "lab",
        recorded: { source: "configured", date: "2026-05-01" },
        allocatable: {},
      },
    ];
    const config = {
      buget: "budget.yaml",
      budjet: 5,
      today: "soon",
      budget: { nodes, policy: {} },
      uris: { "qemu:///system": "nowhere" },
      contexts: { admin: "lba", other: 7 },
    };
    const [texts = []] = await analyze([volume("os")], config);
    const told = texts.slice(0, -1).map((text) => text.replace(/\. Correct the file.*$/, ""));
    expect(new Set(told)).toEqual(
      new Set([
        'capacity-budget budget/invalid-config: `buget` of the policy settings is "budget.yaml"; expected one of the settings budget, today, uris, contexts',
        "capacity-budget budget/invalid-config: `budjet` of the policy settings is 5; expected one of the settings budget, today, uris, contexts",
        'capacity-budget budget/invalid-config: `today` of the policy settings is "soon"; expected a date, like "2026-05-06"',
        'capacity-budget budget/invalid-config: `contexts["other"]` of the policy settings is 7; expected a text',
        'capacity-budget budget/invalid-config: `uris["qemu:///system"]` of the policy settings is "nowhere"; expected a host of the budget (it has none)',
        'capacity-budget budget/invalid-config: `contexts["admin"]` of the policy settings is "lba"; expected a cluster of the budget (lab)',
      ]),
    );
    expect(texts.at(-1)).toContain("storage-envelope budget/unreadable");
  });

  it("accept a budget whose lanes and nodes name scale sets and VMs that only stacks declare", async () => {
    const budget = {
      nodes: [
        {
          name: "slm",
          vm: "k3s-worker-slm",
          recorded: { source: "configured", date: "2026-05-01" },
          allocatable: {},
          taints: [{ key: "over", value: "flow", effect: "NoSchedule" }],
        },
      ],
      policy: {
        overflow: [
          {
            node: "slm",
            taint: { key: "over", value: "flow", effect: "NoSchedule" },
            lanes: [{ scaleSet: "elsewhere", gates: [], rollbackNode: "slm" }],
          },
        ],
      },
    };
    const controller = release("arc", {}, { chart: "gha-runner-scale-set-controller" });
    expect(await analyze([controller], { ...TODAY, budget })).toEqual([[]]);
  });
});
