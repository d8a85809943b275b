import { describe, expect, test } from "vitest";
import defaultStack from "../../stacks/default.ts";
import { DATA, FOUR_DOMAINS, runnerSet, SLM, smallValues, VM_TEST_VALUES } from "../policy/resources.ts";
import { createPolicyStack } from "./policy-stack.ts";

const domains = (list: readonly { name: string }[]) => `
let last;
for (const inputs of ${JSON.stringify(list)}) {
  last = new Raw("libvirt:index/domain:Domain", inputs.name, inputs, { dependsOn: last ? [last] : [] });
}
`;

const runnerSets = (sets: readonly (readonly [name: string, values: object])[]) => `
for (const [name, inputs] of ${JSON.stringify(sets.map(([name, values]) => [name, runnerSet(name, values).inputs]))}) {
  new Raw("kubernetes:actions.github.com/v1alpha1:AutoscalingRunnerSet", name, inputs);
}
`;

describe("the policy pack in the real engine, on stacks without any component of ours", () => {
  test("lets a stack through that fits", async () => {
    const { up, created } = await createPolicyStack(domains(FOUR_DOMAINS));
    const result = await up();
    expect(result.exitCode, result.stdout + result.stderr).toBe(0);
    expect(await created()).toEqual(FOUR_DOMAINS.map((vm) => vm.name));
  });

  test("refuses a scale set over its budget before anything is created, with what would fit", async () => {
    const { up, created, stack } = await createPolicyStack(
      runnerSets([["jesssullivan-nix-vm-test-kvm", { ...VM_TEST_VALUES, maxRunners: 8 }]]),
    );
    const result = await up();
    expect(result.exitCode).not.toBe(0);
    const text = result.stdout + result.stderr;
    expect(text).toContain("[mandatory]");
    expect(text).toContain("runners/label-ceiling");
    expect(text).toContain("above the ceiling of 4 by 4");
    expect(text).toContain("the largest maxRunners that passes is 2");
    expect(await created()).toEqual([]);
    const { deployment } = await stack.exportStack();
    expect(deployment.resources?.filter((r) => r.type.startsWith("kubernetes:"))).toEqual([]);
  });

  test("creates what fits, refuses the first VM that does not, and names both VMs", async () => {
    const cpuTune = { ...SLM.cpuTune, vcpuPins: DATA.cpuTune.vcpuPins.slice(0, 8) };
    const { up, created } = await createPolicyStack(domains([DATA, { ...SLM, cpuTune }]));
    const result = await up();
    expect(result.exitCode).not.toBe(0);
    expect(result.stdout + result.stderr).toContain(
      "host/pin-twice: VMs k3s-worker-data and k3s-worker-slm are both pinned to CPUs 18-21,54-57 of host numa",
    );
    expect(await created()).toEqual(["k3s-worker-data"]);
  });

  test("previews every refusal, and creates nothing", async () => {
    const { preview, created } = await createPolicyStack(
      runnerSets([
        ["tinyland-nix-kvm", smallValues("tinyland-inc", { maxRunners: 3 })],
        ["jesssullivan-nix-vm-test-kvm", { ...VM_TEST_VALUES, maxRunners: 8 }],
      ]),
    );
    const result = await preview();
    expect(result.exitCode).not.toBe(0);
    const text = result.stdout + result.stderr;
    expect(text).toContain("Scale set tinyland-nix-kvm has a maximum of 3 runners");
    expect(text).toContain("Scale set jesssullivan-nix-vm-test-kvm has a maximum of 8 runners");
    expect(await created()).toEqual([]);
  });

  test("refuses a plan over the pack's budget whatever verdict it carries, before what depends on it", async () => {
    const scaleSets = (defaultStack.scaleSets ?? []).map((set) => ({ ...set, maxRunners: 8 }));
    const fleet = { ...defaultStack, scaleSets };
    const { up, created } = await createPolicyStack(`
class Plan extends pulumi.ComponentResource {
  constructor(name, inputs) { super("numafleet:capacity:Plan", name, inputs); this.registerOutputs({}); }
}
const plan = new Plan("plan", { fleet: ${JSON.stringify(fleet)}, verdict: "fits", findings: [] });
new Raw("libvirt:index/domain:Domain", "k3s-worker-data", ${JSON.stringify(DATA)}, { dependsOn: [plan] });
`);
    const result = await up();
    expect(result.exitCode).not.toBe(0);
    expect(result.stdout + result.stderr).toContain("runners/label-ceiling");
    expect(result.stdout + result.stderr).toContain("above the ceiling of 4 by 20");
    expect(await created()).toEqual([]);
  });

  test("refuses a figure that another resource computes, since it cannot be proven that it fits", async () => {
    const first = { ...DATA, computes: 32768 };
    const { preview } = await createPolicyStack(`
const first = new Raw("libvirt:index/domain:Domain", "k3s-worker-data", ${JSON.stringify(first)});
new Raw("libvirt:index/domain:Domain", "k3s-worker-slm", { ...${JSON.stringify(SLM)}, memory: first.computed });
`);
    const result = await preview();
    expect(result.exitCode).not.toBe(0);
    expect(result.stdout + result.stderr).toContain(
      "resource/unknown-figure: `memory` of VM k3s-worker-slm is not known before the update: it cannot be proven that it fits.",
    );
  });

  test("holds the budget that its own config names, and refuses while that cannot be read", async () => {
    const policy = { newOwnerMaximum: 5, labels: [], labelPattern: ".*" };
    const node = {
      name: "lab",
      cluster: "lab",
      recorded: { source: "configured", date: "2026-05-01" },
      allocatable: { cpu: "8", memory: "32Gi", ephemeralStorage: "100Gi", pods: 10 },
      running: { cpu: "0", memory: "0", ephemeralStorage: "0", pods: 0 },
    };
    const template = {
      spec: {
        containers: [
          {
            name: "runner",
            resources: { requests: { cpu: 1, memory: "4Gi" }, limits: { cpu: 1, memory: "16Gi" } },
          },
        ],
      },
    };
    const values = { githubConfigUrl: "https://github.com/lab", maxRunners: 3, template };
    const program = runnerSets([["lab", values]]);

    const short = await createPolicyStack(program, { budget: { nodes: [node], policy } });
    const refused = await short.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain("runners/limits-exceed-node");
    expect(await short.created()).toEqual([]);

    const unreadable = await createPolicyStack(program, { budget: "/nowhere/budget.yaml" });
    const failed = await unreadable.up();
    expect(failed.exitCode).not.toBe(0);
    expect(failed.stdout + failed.stderr).toContain("model/unreadable-file");
    expect(failed.stdout + failed.stderr).not.toContain("    at ");
    expect(await unreadable.created()).toEqual([]);
  });

  test("has nothing against what an update does not target", async () => {
    const { up, created } = await createPolicyStack(`
new Raw("libvirt:index/domain:Domain", "k3s-worker-data", ${JSON.stringify(DATA)});
new Raw("libvirt:index/domain:Domain", "k3s-worker-slm", ${JSON.stringify(SLM)});
`);
    const result = await up("--target", "**k3s-worker-slm");
    expect(result.exitCode, result.stdout + result.stderr).toBe(0);
    expect(await created()).toEqual(["k3s-worker-slm"]);
  });
});
