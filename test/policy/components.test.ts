import { describe, expect, it } from "vitest";
import { judge } from "../../capacity/judge.ts";
import { runnerEnvelope } from "../../capacity/runners/envelope.ts";
import { PUBLISHED_CHARTS } from "../../components/arcCharts.ts";
import { arcValues } from "../../components/arcValues.ts";
import { planDisks } from "../../components/diskArgs.ts";
import { domainArgs } from "../../components/domainArgs.ts";
import { planInputs } from "../../components/planInputs.ts";
import { type FleetInput, requireFleet } from "../../model/fleet.ts";
import type { ScaleSet } from "../../model/scaleset.ts";
import { Facts } from "../../policy/facts.ts";
import { Ledger } from "../../policy/ledger.ts";
import { plainObject } from "../../policy/plain.ts";
import { type Declared, scaleSetFromRelease } from "../../policy/resources/runners.ts";
import { readSettings } from "../../policy/settings.ts";
import defaultStack from "../../stacks/default.ts";
import { domain, PLAN, release, resource, volume } from "./resources.ts";

/** What our own components register, read back by the pack: both must mean the same fleet. */

const TODAY = "2026-05-06";
const references = {
  githubSecret: "github",
  controller: { namespace: "arc-systems", name: "arc" },
  workflowConfigMap: "workflow",
};
const fleet = requireFleet(defaultStack);

function readBack(set: ScaleSet, declared: Partial<ReturnType<Declared>> = {}) {
  const facts = new Facts(`scale set ${set.name}`);
  const inputs = plainObject({
    chart: PUBLISHED_CHARTS.scaleSet,
    values: JSON.parse(JSON.stringify(arcValues(set, references))),
  });
  const { image: _, ...read } = scaleSetFromRelease(facts, inputs, set.name, set.cluster, () => ({
    containers: [],
    ...declared,
  }));
  expect(facts.findings).toEqual([]);
  return read;
}

describe("the pack reads what the components render", () => {
  it("passes the whole default stack, resource by resource", async () => {
    const ledger = new Ledger(await readSettings({}, "/", TODAY));
    const plan = planInputs(defaultStack, judge(fleet, { today: TODAY }));
    const resources = [
      resource(PLAN, "plan", plan),
      ...fleet.vms.flatMap((vm) => {
        const host = fleet.hosts.find((h) => h.name === vm.host);
        if (!host) throw new Error(`no host ${vm.host}`);
        const disks = planDisks(vm, host);
        const args = domainArgs(vm, {
          host,
          type: "kvm",
          disks: disks.map((d) => d.device),
          seed: undefined,
          sharedCpus: [],
        });
        return [
          ...disks.map((d) => volume(d.volume.name, { ...d.volume, capacityUnit: undefined })),
          domain({ ...args, name: vm.name }),
        ];
      }),
      ...fleet.scaleSets.map((set) =>
        release(set.name, arcValues(set, references), { chart: PUBLISHED_CHARTS.scaleSet }),
      ),
    ];
    const refused = resources.flatMap((r) => ledger.judge(r)).filter((f) => f.severity === "refuse");
    expect(refused).toEqual([]);
    expect(resources.length).toBe(1 + 4 + 6 + 3);
  });

  it("reads back each scale set of the default stack", () => {
    for (const set of fleet.scaleSets) {
      const { image: _, ...declared } = set;
      expect(readBack(set)).toEqual(declared);
    }
  });

  const figures = (cpu: string, memory: string) => ({
    requests: { cpu, memory, ephemeralStorage: "1Gi" },
    limits: { cpu, memory, ephemeralStorage: "2Gi" },
  });
  const withMode = (containerMode: ScaleSet["containerMode"], second: "dind" | "workflow"): ScaleSet => {
    const [set] = defaultStack.scaleSets ?? [];
    const input = {
      ...defaultStack,
      policy: {},
      scaleSets: [
        {
          ...set,
          containerMode,
          containers: [
            { name: "runner", ...figures("1", "2Gi") },
            { name: second, ...figures("3", "6Gi") },
          ],
        },
      ],
    } as FleetInput;
    return requireFleet(input).scaleSets[0] as ScaleSet;
  };

  it("reads back a runner with Docker beside it", () => {
    const set = withMode("dind", "dind");
    const read = readBack(set);
    expect(read.containerMode).toBe("dind");
    expect(read.containers).toEqual(set.containers);
  });

  it("reads back affinity and runtime class, and counts init containers in the runner's figures", () => {
    const [set] = defaultStack.scaleSets ?? [];
    const required = [
      {
        matchExpressions: [
          { key: "zone", operator: "In" as const, values: ["a", "b"] },
          { key: "gpu", operator: "DoesNotExist" as const },
        ],
      },
    ];
    const scaleSet = {
      ...set,
      affinity: { required },
      initContainers: [{ name: "warm", image: "warm:1", ...figures("200", "1Gi") }],
      runtimeClass: { name: "kata", overhead: { memory: "1Gi" } },
    };
    const input = { ...defaultStack, policy: {}, scaleSets: [scaleSet] } as FleetInput;
    const written = requireFleet(input).scaleSets[0] as ScaleSet;
    const read = readBack(written, { runtimeClass: written.runtimeClass });
    expect(read).toMatchObject({ affinity: written.affinity, runtimeClass: written.runtimeClass });
    expect(runnerEnvelope({ ...read, image: "" }).pods).toEqual(runnerEnvelope(written).pods);
  });

  it.each(["kubernetes", "kubernetes-novolume"] as const)(
    "takes the workflow pod of mode %s from the plan",
    (mode) => {
      const set = withMode(mode, "workflow");
      expect(readBack(set, { containers: set.containers }).containers).toEqual(set.containers);
      expect(readBack(set).containers.map((c) => c.name)).toEqual(["runner"]);
    },
  );
});
