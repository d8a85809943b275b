import { beforeAll, describe, expect, it } from "vitest";
import type { FleetInput } from "../../model/fleet.ts";
import { Ledger } from "../../policy/ledger.ts";
import { plainObject } from "../../policy/plain.ts";
import type { Resource } from "../../policy/resource.ts";
import { readSettings, type Settings } from "../../policy/settings.ts";
import { violationText } from "../../policy/violation.ts";
import defaultStack from "../../stacks/default.ts";
import {
  DATA,
  domain,
  FOUR_DOMAINS,
  PLAN,
  release,
  resource,
  runnerSet,
  SLM,
  SLM_HEAVY,
  smallValues,
  VM_TEST_VALUES,
  volume,
} from "./resources.ts";

const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

let settings: Settings;
beforeAll(async () => {
  settings = await readSettings({}, "/", "2026-05-06");
});

/** The refusals of each resource in turn, as the texts of violations. */
function judgeAll(resources: readonly Resource[], ledger = new Ledger(settings)): string[][] {
  return resources.map((r) =>
    ledger
      .judge(r)
      .filter((f) => f.severity === "refuse")
      .map(violationText),
  );
}

const rulesOf = (texts: readonly string[] | undefined) => texts?.map((text) => text.split(":")[0]);

const THREE_SETS = [
  release("tinyland-nix-kvm", smallValues("tinyland-inc")),
  runnerSet("jesssullivan-nix-kvm", smallValues("Jesssullivan/jesssullivan-infra")),
  release("jesssullivan-nix-vm-test-kvm", VM_TEST_VALUES),
];

describe("Domains", () => {
  it("passes the four specified VMs one after the other", () => {
    expect(judgeAll(FOUR_DOMAINS.map(domain))).toEqual([[], [], [], []]);
  });

  it("refuses the one that no longer fits, with what is short, and only that one", () => {
    const fifth = { ...SLM, name: "fifth", memory: 16384, cpuTune: { emulatorPin: { cpuSet: "34" } } };
    const texts = judgeAll([domain(DATA), domain({ ...fifth, memory: 81920 }), domain(SLM)]);
    expect(texts[0]).toEqual([]);
    expect(rulesOf(texts[1])).toContain("host/cell-memory");
    expect(texts[1]?.join()).toContain("short by 16.");
    expect(texts[2]).toEqual([]);
  });

  it("refuses a VM on CPUs of another by both names", () => {
    const cpuTune = { ...SLM.cpuTune, vcpuPins: DATA.cpuTune.vcpuPins.slice(0, 8) };
    const [, texts] = judgeAll([domain(DATA), domain({ ...SLM, cpuTune })]);
    expect(texts?.[0]).toBe(
      "host/pin-twice: VMs k3s-worker-data and k3s-worker-slm are both pinned to CPUs 18-21,54-57 of host numa (cell 1); a pinned CPU belongs to one VM: requested 16 CPUs, available 8, short by 8. Move one of them to CPUs that no VM is pinned to (free: CPUs 24-33,60-69).",
    );
  });

  it("counts a resource once that is analysed again, with its new figures", () => {
    const grown = { ...SLM, memory: 40960 };
    expect(judgeAll([...FOUR_DOMAINS.map(domain), domain(SLM), domain(DATA)]).flat()).toEqual([]);
    const ledger = new Ledger(settings);
    judgeAll(FOUR_DOMAINS.map(domain), ledger);
    expect(rulesOf(judgeAll([domain(grown)], ledger)[0])).toEqual(["host/cell-memory"]);
    expect(judgeAll([domain({ ...SLM, memory: 16384 }), domain(DATA)], ledger)).toEqual([[], []]);
  });

  it("does not hold a refused VM against those after it", () => {
    const huge = { ...DATA, name: "huge", memory: 999_999 };
    const texts = judgeAll([domain(huge), domain(DATA)]);
    expect(rulesOf(texts[0])).toEqual(["host/cell-memory"]);
    expect(texts[1]).toEqual([]);
  });

  it("refuses an unpinned VM that may run on pinned CPUs, and passes one that is kept off them", () => {
    const floating = { name: "floating", memory: 1, memoryUnit: "GiB", vcpu: 2 };
    const ledger = new Ledger(settings);
    expect(judgeAll([domain(SLM), domain(floating)], ledger)[1]).toEqual([
      "resource/floats-on-pinned: VM floating has no pins, and without `vcpuCpuset` it may run on CPUs 24-27,60-63 of host numa, which are pinned to k3s-worker-slm. Set `vcpuCpuset` to CPUs that are neither pinned nor reserved: 0-15,18-23,28-33,36-51,54-59,64-69. (vcpuCpuset)",
    ]);
    expect(judgeAll([domain({ ...floating, vcpuCpuset: "0-3" })], ledger)).toEqual([[]]);
    expect(rulesOf(judgeAll([domain(SLM_HEAVY)], ledger)[0])).toContain("resource/floats-on-pinned");
  });

  it("leaves alone what an update does not target: it has no inputs", () => {
    expect(judgeAll([{ ...domain(SLM), inputs: {} }, resource(PLAN, "plan", {})]).map(rulesOf)).toEqual([
      [],
      ["resource/missing-figure"],
    ]);
  });

  it("refuses a connection that the budget does not know", () => {
    const elsewhere = { ...domain(SLM), provider: { uri: "qemu+ssh://root@other/system" } };
    expect(judgeAll([elsewhere])).toEqual([
      [
        "budget/unknown-place: The policy pack's budget has no host at qemu+ssh://root@other/system (it knows numa at qemu+ssh://root@numa/system): it cannot be proven that VM k3s-worker-slm fits. Map the URI to one of its hosts in `uris` of the pack's config, add it to the budget, or use what it knows. (provider.uri)",
      ],
    ]);
  });

  it("needs no name to judge a VM: one that is not known yet is no figure", () => {
    const { urn, ...known } = domain({ ...SLM, name: UNKNOWN_TEXT });
    expect(judgeAll([{ ...known, urn, name: "slm" }])).toEqual([[]]);
  });

  it("takes a URI with parameters of the connection for the host without them", () => {
    const keyed = { uri: "qemu+ssh://root@numa/system?keyfile=/root/.ssh/hv" };
    expect(judgeAll([{ ...domain(SLM), provider: keyed }])).toEqual([[]]);
  });

  it("tells namesakes on two hosts apart, and refuses a second one on the same host", async () => {
    const hosts = ["east", "west"].map((name) => ({
      name,
      uri: `qemu+ssh://root@${name}/system`,
      recorded: { source: "configured", date: "2026-05-01" },
      cells: [{ id: 0, cores: ["0,2", "1,3"], memory: "32 GiB" }],
      reserved: { memoryPerCell: "2 GiB" },
    }));
    const web = (name: string, host: string, memory = 4) => ({
      ...resource("libvirt:index/domain:Domain", name, {
        name: "web",
        vcpu: 2,
        memory,
        memoryUnit: "GiB",
        cpuTune: { vcpuPins: ["0", "2"].map((cpuSet, vcpu) => ({ vcpu, cpuSet })) },
      }),
      provider: { uri: `qemu+ssh://root@${host}/system` },
    });
    const configured = await readSettings(plainObject({ budget: { hosts } }), "/", "2026-05-06");
    const texts = judgeAll(
      [web("a", "east"), web("b", "west"), web("c", "west"), web("b", "west", 64)],
      new Ledger(configured),
    );
    expect(texts.slice(0, 2)).toEqual([[], []]);
    expect(texts[2]).toEqual([
      "model/duplicate-name: VM web has a name that another one on host west has already: only one of them can exist. Give one of them another name, or remove it. (name)",
    ]);
    expect(texts[3]?.[0]).toContain(
      "host/cell-memory: Cell 0 of host west cannot hold the memory of VM west/web",
    );
  });

  it("takes a connection for the host that the config maps it to, and the only host for none", () => {
    const mapped = { ...settings, uris: { "qemu:///system": "numa" } };
    const local = { ...domain(SLM), provider: { uri: "qemu:///system" } };
    expect(judgeAll([local, { ...domain(DATA), provider: {} }], new Ledger(mapped))).toEqual([[], []]);
  });

  it("refuses a VM whose provider's URI is not known yet", () => {
    const unknown = { ...domain(SLM), provider: plainObject({ uri: UNKNOWN_TEXT }) };
    expect(rulesOf(judgeAll([unknown])[0])).toEqual(["resource/unknown-figure"]);
  });
});

describe("Domains that nodes of the budget run in", () => {
  const withNode = async (allocatable: object) =>
    readSettings(
      plainObject({
        budget: {
          ...defaultStack,
          nodes: [
            {
              name: "slm",
              cluster: "lab",
              vm: "k3s-worker-slm",
              recorded: { source: "configured", date: "2026-05-01" },
              allocatable,
            },
          ],
          policy: {},
        },
      }),
      "/",
      "2026-05-06",
    );
  const disks = (volumeName: string) => ({
    devices: { disks: [{ device: "disk", source: { volume: { pool: "images", volume: volumeName } } }] },
  });
  const slm = (inputs: object) => domain({ ...SLM, ...inputs });

  it("offer no more than VM and volume have", async () => {
    const allocatable = { cpu: "8", memory: "30Gi", ephemeralStorage: "30Gi" };
    const ledger = new Ledger(await withNode(allocatable));
    expect(judgeAll([volume("os"), slm(disks("os"))], ledger)).toEqual([[], []]);
  });

  it("are refused by figure where they offer more, and where the disk is not the stack's", async () => {
    const ledger = new Ledger(await withNode({ cpu: "16", memory: "64Gi", ephemeralStorage: "30Gi" }));
    const texts = judgeAll([volume("os"), slm(disks("os")), slm(disks("another"))], ledger);
    expect(rulesOf(texts[1])).toEqual(["layers/node-cpu", "layers/node-memory"]);
    expect(rulesOf(texts[2])).toEqual([
      "layers/node-cpu",
      "layers/node-ephemeral-storage",
      "layers/node-memory",
    ]);
  });
});

describe("Volumes", () => {
  it("sums them up by pool", () => {
    const texts = judgeAll([
      volume("a", { capacity: 900 }),
      volume("b", { capacity: 60 }),
      volume("c", { capacity: 1 }),
    ]);
    expect(texts[0]).toEqual([]);
    expect(texts[1]).toEqual([]);
    expect(texts[2]).toEqual([
      "host/pool-capacity: Pool images (ssd) of host numa cannot hold the disks of VMs a (volume), b (volume) and c (volume) at full size: requested 961 GB, available 960 GB, short by 1 GB. Make the disks smaller by 1 GB in all, move one to another ssd pool, or enlarge the pool.",
    ]);
  });

  it("refuses a pool that the budget does not know, and a size that is missing", () => {
    expect(judgeAll([volume("a", { pool: "scratch" }), volume("b", { capacity: undefined })])).toEqual([
      [
        "budget/unknown-place: The policy pack's budget has no pool scratch on host numa (it knows images, lake): it cannot be proven that volume a fits. Add the pool with its class and capacity to the budget, or use one that it knows. (pool)",
      ],
      [
        "resource/missing-figure: `capacity` of volume b is missing: it cannot be proven that it fits. State the size in `capacity` and `capacityUnit`. (capacity)",
      ],
    ]);
  });
});

describe("scale sets", () => {
  it("passes the three of the capacity policy, releases and custom resources alike", () => {
    expect(judgeAll(THREE_SETS)).toEqual([[], [], []]);
  });

  it("refuses a maximum of 8 with the largest that fits", () => {
    const [, , texts] = judgeAll([
      ...THREE_SETS.slice(0, 2),
      release("jesssullivan-nix-vm-test-kvm", { ...VM_TEST_VALUES, maxRunners: 8 }),
    ]);
    const ceiling = texts?.find((t) => t.startsWith("runners/label-ceiling"));
    expect(ceiling).toContain("above the ceiling of 4 by 6");
    expect(ceiling).toContain("the largest maxRunners that passes is 2");
    expect(rulesOf(texts)).toContain("runners/unplaceable");
  });

  it("refuses a fourth owner with a maximum of 2", () => {
    const texts = judgeAll([...THREE_SETS, release("fourth", smallValues("other", { maxRunners: 2 }))]);
    expect(rulesOf(texts[3])).toEqual(["runners/label-ceiling", "runners/new-owner-maximum"]);
  });

  it("refuses a lane onto sting without ephemeral figures", () => {
    const template = structuredClone(VM_TEST_VALUES.template);
    const [container] = template.spec.containers;
    if (container)
      container.resources = { requests: { cpu: "4", memory: "32Gi" }, limits: { cpu: "8", memory: "64Gi" } };
    const texts = judgeAll([release("jesssullivan-nix-vm-test-kvm", { ...VM_TEST_VALUES, template })]);
    expect(rulesOf(texts[0])).toContain("overflow/ephemeral");
  });

  it("refuses missing and unknown figures, and does not count the set", () => {
    const { maxRunners: _, ...unbounded } = VM_TEST_VALUES;
    const texts = judgeAll([
      release("jesssullivan-nix-vm-test-kvm", unbounded),
      runnerSet("tinyland-nix-kvm", smallValues("tinyland-inc", { maxRunners: UNKNOWN_TEXT })),
      ...THREE_SETS,
    ]);
    expect(texts).toEqual([
      [
        "resource/missing-figure: `values.maxRunners` of scale set jesssullivan-nix-vm-test-kvm is missing: it cannot be proven that it fits. State `maxRunners`; without it ARC starts as many runners as there are jobs. (values.maxRunners)",
      ],
      [
        "resource/unknown-figure: `spec.maxRunners` of scale set tinyland-nix-kvm is not known before the update: it cannot be proven that it fits. Give it as a plain value, neither an output of another resource nor a secret. (spec.maxRunners)",
      ],
      [],
      [],
      [],
    ]);
  });

  it("refuses a runner without figures", () => {
    const template = { spec: { containers: [{ name: "runner" }] } };
    const texts = judgeAll([release("bare", smallValues("other", { template }))]);
    expect(rulesOf(texts[0])).toContain("runners/missing-figure");
  });

  it("has no interest in other charts, and refuses a chart that is not known", () => {
    const controller = release("arc", {}, { chart: "oci://example.test/gha-runner-scale-set-controller" });
    expect(judgeAll([controller, release("x", {}, { chart: UNKNOWN_TEXT })]).map(rulesOf)).toEqual([
      [],
      ["resource/unknown-figure"],
    ]);
  });

  it("refuses a context that the budget does not know, and maps one that the config knows", () => {
    const [set] = THREE_SETS as [Resource];
    const admin = { ...set, provider: { context: "honey-admin" } };
    const mapped = { ...settings, contexts: { "honey-admin": "honey" } };
    expect(rulesOf(judgeAll([admin])[0])).toEqual(["budget/unknown-place"]);
    expect(judgeAll([admin], new Ledger(mapped))).toEqual([[]]);
  });
});

describe("plans", () => {
  const plan = (fleet: unknown, more: object = {}) => resource(PLAN, "plan", { fleet, ...more });
  const withSets = (change: (set: NonNullable<FleetInput["scaleSets"]>[number]) => object): FleetInput => ({
    ...defaultStack,
    scaleSets: (defaultStack.scaleSets ?? []).map((set) => ({ ...set, ...change(set) })),
  });
  const eight = withSets((set) => (set.maxRunners === 2 ? { maxRunners: 8 } : {}));

  it("passes the default stack", () => {
    expect(judgeAll([plan(defaultStack)])).toEqual([[]]);
  });

  it("judges the fleet and not the verdict that comes with it", () => {
    const texts = judgeAll([plan(eight, { verdict: "fits", findings: [], capacity: {} })]);
    expect(rulesOf(texts[0])).toContain("runners/label-ceiling");
    expect(texts[0]?.[1]).toContain("(policy.labels[0].ceiling)");
  });

  it("holds the pack's ceilings and nodes against those of the plan", () => {
    const nodes = (defaultStack.nodes ?? []).map((n) => ({
      ...n,
      allocatable: { cpu: "999", memory: "9999Gi", ephemeralStorage: "9999Gi", pods: 999 },
    }));
    const labels = (defaultStack.policy?.labels ?? []).map((l) => ({ ...l, ceiling: 999 }));
    const ownerBudgets = (defaultStack.policy?.ownerBudgets ?? []).map((b) => ({ ...b, maximum: 999 }));
    const generous = { ...eight, nodes, policy: { ...defaultStack.policy, labels, ownerBudgets } };
    expect(rulesOf(judgeAll([plan(generous)])[0])).toEqual([
      "overflow/rollback",
      "runners/label-ceiling",
      "runners/new-owner-maximum",
      "runners/unplaceable",
    ]);
  });

  it("refuses hosts and nodes that the pack's budget does not know", () => {
    const [host] = defaultStack.hosts ?? [];
    const [node] = defaultStack.nodes ?? [];
    const elsewhere = plan({ hosts: [{ ...host, name: "other" }], nodes: [{ ...node, name: "new" }] });
    const texts = judgeAll([elsewhere], new Ledger({ ...settings, isBuiltIn: false }));
    expect(rulesOf(texts[0])).toEqual(["budget/unknown-place", "budget/unknown-place"]);
    expect(texts[0]?.[1]).toBe(
      "budget/unknown-place: The policy pack's budget has no node honey/new (it knows honey/honey, honey/sting, honey/bumble): it cannot be proven that it fits. Add the node to the budget that the pack's config names, or use one that it knows. (nodes[0])",
    );
  });

  it("judges a plan of another site by its own figures if the config names no budget, and tells so", () => {
    const [host] = defaultStack.hosts ?? [];
    const other = { ...host, name: "other", uri: "qemu+ssh://root@other/system" };
    const ledger = new Ledger(settings);
    const findings = ledger.judge(plan({ hosts: [other], policy: {} }));
    expect(findings.map((f) => [f.rule, f.severity])).toEqual([["budget/own-figures", "warn"]]);
    expect(findings[0]?.message).toBe(
      "The policy pack's config names no budget, so the stack is judged by the hosts, nodes and ceilings that it states itself (other).",
    );
    const there = { uri: "qemu+ssh://root@other/system" };
    const texts = judgeAll(
      [
        { ...domain(DATA), provider: there },
        { ...domain({ ...SLM, name: "huge", memory: 999_999 }), provider: there },
        domain(SLM),
      ],
      ledger,
    );
    expect(texts.map(rulesOf)).toEqual([[], ["host/cell-memory"], ["budget/unknown-place"]]);
  });

  it("refuses a plan without a fleet, with an unknown figure, and with an invalid fleet", () => {
    const texts = judgeAll([
      plan(undefined),
      plan({ scaleSets: [{ maxRunners: UNKNOWN_TEXT }] }),
      plan({ vms: "none" }),
    ]);
    expect(texts.map(rulesOf)).toEqual([
      ["resource/missing-figure"],
      ["resource/unknown-figure"],
      ["model/invalid-value"],
    ]);
    expect(texts[1]?.[0]).toContain("`fleet.scaleSets[0].maxRunners` of plan plan");
  });

  it("lends a Domain what only the plan can say: whether it wants its cores for itself", () => {
    const siblings = (name: string, cpu: number) => ({
      name,
      memory: 1,
      memoryUnit: "GiB",
      vcpu: 1,
      cpuTune: { vcpuPins: [{ vcpu: 0, cpuSet: `${cpu}` }] },
      numaTune: { memory: { mode: "strict", nodeset: "0" } },
    });
    const pair = [domain(siblings("a", 0)), domain(siblings("b", 36))];
    expect(rulesOf(judgeAll(pair).flat())).toContain("host/sibling-shared");
    const vm = (name: string, pin: string) => ({
      name,
      host: "numa",
      vcpus: 1,
      memory: "1 GiB",
      pins: [pin],
      numa: { nodeset: "0" },
      exclusiveCores: false,
    });
    const fleet: FleetInput = {
      ...defaultStack,
      vms: [vm("a", "0"), vm("b", "36")],
      nodes: [],
      scaleSets: [],
      policy: {},
    };
    expect(judgeAll([plan(fleet), ...pair])).toEqual([[], [], []]);
  });
});
