import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { FleetInput } from "../../model/fleet.ts";
import stack from "../../stacks/default.ts";
import { ROOT } from "../../tools/engine/engine.ts";
import { createStack, type EngineResult, type TestStack } from "./engine.ts";

/**
 * The program itself through the real engine: the default stack's preview, and refusals before anything is
 * created. `virsh` and `helm` on PATH are tripwires here: whatever would create something must call one of
 * them, and leaves a trace if it does.
 */

interface Tripped {
  readonly stack: TestStack;
  /** The calls of virsh and helm so far, one line each. */
  calls(): Promise<string[]>;
}

async function fleetStack(change: (fleet: FleetInput) => void, pack: boolean): Promise<Tripped> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "numafleet-fleet-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const fleet = structuredClone(stack);
  change(fleet);
  await writeFile(path.join(folder, "fleet.json"), JSON.stringify(fleet));
  const log = path.join(folder, "calls");
  await mkdir(path.join(folder, "bin"));
  for (const command of ["virsh", "helm"]) {
    const file = path.join(folder, "bin", command);
    await writeFile(file, `#!/bin/sh\necho "${command} $*" >> '${log}'\nexit 1\n`);
    await chmod(file, 0o755);
  }
  return {
    stack: await createStack({
      directory: ROOT,
      kubernetes: true,
      env: { PATH: `${path.join(folder, "bin")}${path.delimiter}${process.env.PATH}` },
      config: {
        "numafleet:fleet": path.join(folder, "fleet.json"),
        "numafleet:today": "2026-05-06",
        "numafleet:k3sToken": "only-for-this-test",
      },
      ...(pack ? { policyPack: "policy" } : {}),
    }),
    calls: async () =>
      (await readFile(log, "utf8").catch(() => "")).split("\n").filter((line) => line !== ""),
  };
}

const scaleSet = (fleet: FleetInput, name: string) => {
  const found = fleet.scaleSets?.find((s) => s.name === name);
  if (!found) throw new Error(`no scale set ${name}`);
  return found;
};
const vmTestAtEight = (fleet: FleetInput) => {
  scaleSet(fleet, "jesssullivan-nix-vm-test-kvm").maxRunners = 8;
};
const text = (result: EngineResult) => `${result.stdout}\n${result.stderr}`;

/** The columns of the capacity table's row for a subject and a resource. */
function row(output: string, subject: string, resource: string): string[] | undefined {
  const line = output
    .split("\n")
    .find((l) => l.trim().startsWith(`${subject} `) && l.includes(`  ${resource}  `));
  return line
    ?.trim()
    .split(/\s{2,}/)
    .slice(2);
}

describe("the default stack", () => {
  it("previews with the figures of the policy page, and calls nothing on any host", async () => {
    const { stack, calls } = await fleetStack(() => {}, true);
    const result = await stack.preview();
    expect(result.exitCode, text(result)).toBe(0);
    const label = "label tinyland-nix-kvm";
    expect(row(result.stdout, label, "scale sets")).toEqual(["-", "3", "+3"]);
    expect(row(result.stdout, label, "runners")).toEqual(["-", "4", "+4", "4", "0"]);
    expect(row(result.stdout, label, "requested cpu")).toEqual(["-", "12", "+12"]);
    expect(row(result.stdout, label, "requested memory")).toEqual(["-", "80Gi", "+80Gi"]);
    expect(row(result.stdout, label, "limit cpu")).toEqual(["-", "32", "+32"]);
    expect(row(result.stdout, label, "limit memory")).toEqual(["-", "160Gi", "+160Gi"]);
    const budget = (node: string) =>
      ["cpu", "memory", "ephemeral storage", "pods"].map(
        (what) => row(result.stdout, `node honey/${node}`, what)?.[3],
      );
    expect(budget("honey")).toEqual(["32", "219.81Gi", "1384.60Gi", "110"]);
    expect(budget("sting")).toEqual(["32", "54.68Gi", "66.32Gi", "110"]);
    expect(budget("bumble")).toEqual(["4", "15.06Gi", "66.44Gi", "110"]);
    expect(await calls()).toEqual([]);
    expect(text(result)).not.toContain("only-for-this-test");
  });

  it("shows a refused change whole, with every finding, and then fails", async () => {
    const { stack } = await fleetStack(vmTestAtEight, false);
    const result = await stack.preview();
    expect(result.exitCode).not.toBe(0);
    expect(row(result.stdout, "label tinyland-nix-kvm", "runners")).toEqual([
      "-",
      "10",
      "+10",
      "4",
      "-6",
      "SHORT",
    ]);
    expect(result.stdout).toContain("runners/label-ceiling");
    expect(result.stdout).toContain("runners/unplaceable");
    expect(result.stdout).toContain("the largest maxRunners that passes is 2");
    // The resources are still shown, as the reviewer wants to see what would have happened.
    expect(result.stdout).toMatch(/libvirt:index:Domain +k3s-worker-slm +create/);
    expect(text(result)).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  });
});

describe("an over-budget update without a preview", () => {
  for (const pack of [false, true]) {
    it(`creates nothing ${pack ? "with" : "without"} the policy pack`, async () => {
      const { stack, calls } = await fleetStack(vmTestAtEight, pack);
      const result = await stack.up();
      expect(result.exitCode).not.toBe(0);
      const output = text(result);
      expect(output).toContain("runners/label-ceiling");
      expect(output).toContain("above the ceiling of 4 by 6");
      expect(output).toContain("the largest maxRunners that passes is 2");
      expect(output).toContain("Nothing was created or changed.");
      expect(output).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
      const { deployment } = await stack.exportStack();
      const types = (deployment.resources ?? []).map((r) => r.type);
      // The engine's own provider is what answers for the stack's earlier outputs; it creates nothing.
      const engines = ["pulumi:pulumi:Stack", "pulumi:providers:pulumi"];
      expect(types.filter((type) => !engines.includes(type))).toEqual([]);
      expect(await calls()).toEqual([]);
    });
  }
});

describe("refusals by name", () => {
  const cases: [string, (fleet: FleetInput) => void, string[]][] = [
    [
      "a fourth owner with a maximum of 2",
      (fleet) => {
        fleet.scaleSets?.push({
          ...scaleSet(fleet, "tinyland-nix-kvm"),
          name: "fourth-nix-kvm",
          scope: "fourth-owner",
          maxRunners: 2,
        });
      },
      ["runners/new-owner-maximum", "fourth-nix-kvm has a maximum of 2 runners", "is 1: short by 1"],
    ],
    [
      "a scale set without ephemeral figures that tolerates sting",
      (fleet) => {
        for (const container of scaleSet(fleet, "jesssullivan-nix-vm-test-kvm").containers) {
          container.requests = { cpu: "4", memory: "32Gi" };
          container.limits = { cpu: "8", memory: "64Gi" };
        }
      },
      ["overflow/ephemeral", "jesssullivan-nix-vm-test-kvm may land on sting"],
    ],
    [
      "slm moved onto CPUs of data",
      (fleet) => {
        const slm = fleet.vms?.find((vm) => vm.name === "k3s-worker-slm");
        const data = fleet.vms?.find((vm) => vm.name === "k3s-worker-data");
        if (slm && data?.pins) slm.pins = data.pins.slice(0, 8);
      },
      [
        "host/pin-twice",
        "VMs k3s-worker-data and k3s-worker-slm are both pinned to CPUs 18-21,54-57 of host numa",
      ],
    ],
  ];
  it.each(cases)("%s", async (_, change, expected) => {
    const { stack } = await fleetStack(change, false);
    const result = await stack.preview();
    expect(result.exitCode).not.toBe(0);
    for (const fragment of expected) expect(result.stdout).toContain(fragment);
  });
});

describe("bad input", () => {
  const preview = async (config: Record<string, string>) => {
    const stack = await createStack({ directory: ROOT, kubernetes: true, config });
    return stack.preview();
  };
  const cases: [string, (fleet: FleetInput) => void, string][] = [
    [
      "a wrong unit",
      (f) => Object.assign(f.vms?.[0] ?? {}, { memory: "120832 Mb" }),
      '`vms[0].memory` is "120832 Mb"; expected a size with its unit, like "120832 MiB" or "8 TB"; there is no unit "Mb", did you mean MB or MiB?',
    ],
    [
      "a pin of 99",
      (f) => f.vms?.[0]?.pins?.splice(0, 1, "99"),
      "VM k3s-worker-slm-heavy is pinned to CPU 99, but host numa has only CPUs 0-71: requested 32 CPUs, available 31, short by 1.",
    ],
    [
      "two VMs of one name",
      (f) => Object.assign(f.vms?.[1] ?? {}, { name: "k3s-worker-slm-heavy" }),
      '`vms[1].name` is "k3s-worker-slm-heavy", which `vms[0]` has already.',
    ],
    [
      "a taint without effect",
      (f) => Object.assign(f.vms?.[0] ?? {}, { taints: [{ key: "workload", value: "slm" }] }),
      '`vms[0].taints[0].effect` is missing; expected the effect "NoSchedule", "PreferNoSchedule" or "NoExecute".',
    ],
  ];
  it.each(cases)("%s: one clear message, no stack trace", async (_, change, message) => {
    const { stack } = await fleetStack(change, false);
    const result = await stack.preview();
    expect(result.exitCode).not.toBe(0);
    expect(result.stdout).toContain(message);
    expect(text(result)).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  });

  it("an unreadable file, a config that names no stack", async () => {
    const missing = await preview({ "numafleet:fleet": "no/such/fleet.yaml" });
    expect(missing.exitCode).not.toBe(0);
    expect(missing.stdout).toContain("no/such/fleet.yaml");
    const unknown = await preview({ "numafleet:stack": "numb" });
    expect(unknown.exitCode).not.toBe(0);
    expect(unknown.stdout).toContain("default, numa, runners");
    for (const result of [missing, unknown]) expect(text(result)).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  });
});
