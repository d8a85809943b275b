import { beforeAll, describe, expect, it } from "vitest";
import { Ledger } from "../../policy/ledger.ts";
import type { Resource } from "../../policy/resource.ts";
import { readSettings, type Settings } from "../../policy/settings.ts";
import { violationText } from "../../policy/violation.ts";
import { release, resource, runnerSet, smallValues, VM_TEST_VALUES } from "./resources.ts";

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

describe("scale sets by other ways", () => {
  const many = smallValues("tinyland-inc", { maxRunners: 50 });

  it.each([
    ["a chart by its digest", `oci://example.test/gha-runner-scale-set@sha256:${"a".repeat(64)}`, many],
    ["a package with a query", "https://example.test/gha-runner-scale-set-0.14.2.tgz?raw=1", many],
    ["a copy under another name", "./charts/our-runners", many],
    ["a chart that contains it", "./charts/umbrella", { arc: { "gha-runner-scale-set": many } }],
  ])("refuses %s", (_, chart, values) => {
    const texts = judgeAll([release("tinyland-nix-kvm", values, { chart })]);
    expect(rulesOf(texts[0])).toEqual([
      "runners/label-ceiling",
      "runners/new-owner-maximum",
      "runners/unplaceable",
    ]);
  });

  it("counts every scale set of one release, and names each figure by its place", () => {
    const values = (maxRunners: number) => ({
      own: smallValues("tinyland-inc", { runnerScaleSetName: "tinyland-nix-kvm" }),
      other: smallValues("other", { runnerScaleSetName: "other-nix-kvm", maxRunners }),
    });
    const umbrella = (maxRunners: number) => release("runners", values(maxRunners), { chart: "./umbrella" });
    const ledger = new Ledger(settings);
    expect(judgeAll([umbrella(1)], ledger)).toEqual([[]]);
    const heavy = release("jesssullivan-nix-vm-test-kvm", VM_TEST_VALUES);
    const third = release("jesssullivan-nix-kvm", smallValues("Jesssullivan/jesssullivan-infra"));
    expect(judgeAll([umbrella(1), heavy], ledger)).toEqual([[], []]);
    expect(judgeAll([third], ledger)[0]?.[0]).toContain(
      "runners/label-ceiling: Label tinyland-nix-kvm: the maxima sum up to 5 runners",
    );
    expect(judgeAll([umbrella(-1)])[0]?.[0]).toContain(
      '`values["other"].maxRunners` of scale set runners is -1',
    );
  });

  it("judges the custom resource in every version of its API", () => {
    const [set] = [runnerSet("tinyland-nix-kvm", many)];
    const next = { ...set, type: "kubernetes:actions.github.com/v1:AutoscalingRunnerSet" };
    expect(rulesOf(judgeAll([next])[0])).toContain("runners/label-ceiling");
  });

  it("refuses a Patch of figures that the stack does not declare, and passes one of metadata", () => {
    const type = "kubernetes:actions.github.com/v1alpha1:AutoscalingRunnerSetPatch";
    const metadata = { name: "live", namespace: "arc", annotations: { a: "b" } };
    const texts = judgeAll([
      resource(type, "raise", { metadata, spec: { maxRunners: 20 } }),
      resource(type, "note", { metadata }),
    ]);
    expect(texts).toEqual([
      [
        "resource/unsupported-constraint: `spec` of patch raise changes a scale set that the stack does not declare, which is not judged: it cannot be proven that it fits. Declare the whole AutoscalingRunnerSet or its release in the stack, and change it there. (spec)",
      ],
      [],
    ]);
  });

  it("tells namesakes in two namespaces apart, and refuses a second one in the same", () => {
    const lane = (name: string, namespace: unknown) => ({
      ...release(name, smallValues("tinyland-inc"), { name: "tinyland-nix-kvm", namespace }),
    });
    expect(judgeAll([lane("a", "one"), lane("b", "two"), lane("c", UNKNOWN_TEXT)])).toEqual([[], [], []]);
    expect(judgeAll([lane("a", "one"), lane("b", "one")])[1]).toEqual([
      "model/duplicate-name: scale set tinyland-nix-kvm has a name that another one in namespace one has already: only one of them can exist. Give one of them another name, or remove it. (name)",
    ]);
  });

  it("tells values that are not known as a whole once, and no figure in them as missing", () => {
    expect(judgeAll([release("tinyland-nix-kvm", UNKNOWN_TEXT as unknown as object)]).map(rulesOf)).toEqual([
      ["resource/unknown-figure"],
    ]);
  });

  it("refuses more runners kept than allowed, by the release's own path", () => {
    const values = smallValues("tinyland-inc", { minRunners: 3 });
    expect(judgeAll([release("tinyland-nix-kvm", values)])).toEqual([
      [
        "resource/invalid-figure: `values.minRunners` of scale set tinyland-nix-kvm is 3; expected at most `values.maxRunners`, which is 1. Correct the value. (values.minRunners)",
      ],
    ]);
  });
});
