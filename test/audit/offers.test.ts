import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { unknown } from "../../facts/asked.ts";
import defaultStack from "../../stacks/default.ts";
import { factsOf, honey, type KubeObject, runnerPod, scaleSet } from "./honey.ts";
import { audit, report, spec } from "./run.ts";

/** What is said of shared labels and of jobs where not all is known, or several scopes and groups are at work. */

const folder = mkdtempSync(path.join(os.tmpdir(), "numafleet-offers-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const VM_TEST = "jesssullivan-nix-vm-test-kvm";
const both = ["--context", "honey", "--context", "comb"];
const envelope = () => runnerPod({ cpu: "1", memory: "1Gi" }, { cpu: "1", memory: "1Gi" });
const groupsOf = (answer: KubeObject, scope: string) =>
  answer.groups.filter((g: KubeObject) => g.scope === scope && g.isCapability);

/** The default stack with one more scale set, in another cluster. */
function fleetWithComb(): string {
  const file = path.join(folder, "comb.json");
  const [own, ...others] = defaultStack.scaleSets ?? [];
  const scaleSets = [own, ...others, { ...own, name: "tinyland-comb", cluster: "comb" }];
  writeFileSync(file, JSON.stringify({ ...defaultStack, scaleSets }));
  return file;
}

describe("seats of a group", () => {
  it("are unknown where the nodes could not be read", async () => {
    const blind = { ...factsOf(honey()), nodes: unknown("no right") };
    const answer = await report(undefined, [], { honey: blind });
    expect(answer.groups.map((g: KubeObject) => [g.maximum, g.seats])).toEqual([
      [1, null],
      [2, null],
      [1, null],
    ]);
  });

  it("are unknown in a cluster whose pods could not be read, though another has room for all", async () => {
    const objects = honey();
    objects.autoscalingrunnersets = [scaleSet("far", "https://github.com/acme", 3, envelope(), ["far"])];
    const dim = { ...factsOf(objects), pods: unknown("no right") };
    const answer = await report(undefined, both, { comb: dim });
    expect(groupsOf(answer, "acme")).toMatchObject([{ maximum: 3, seats: null }]);
    expect(groupsOf(answer, "tinyland-inc")).toMatchObject([{ maximum: 1, seats: 1 }]);
  });
});

describe("a label's aggregate", () => {
  it("holds scale sets of a cluster whose nodes could not be read", async () => {
    const blind = { ...factsOf(honey()), nodes: unknown("no right") };
    const { labels } = await report(undefined, [], { honey: blind });
    expect(labels).toMatchObject([{ label: "tinyland-nix-kvm", activeScaleSets: 3, maximum: 4 }]);
  });

  it("says whose scale sets it does not hold: of a cluster that did not answer, and of one that was not asked", async () => {
    const down = await audit(["--fleet", fleetWithComb()], undefined, { comb: unknown("nobody is there") });
    expect(down.out).toContain("Scale sets of comb could not be read, and are not counted here.\n");
    const narrow = await audit(["--fleet", fleetWithComb(), "--context", "honey"]);
    expect(narrow.out).toContain("Scale sets of comb were not asked for, and are not counted here.\n");
    expect(narrow.out).not.toContain("could not be read");
  });

  it("is pooled over runner groups only where both admit a repository, and says so", async () => {
    const answer = await audit([], (o) => {
      o.autoscalingrunnersets = ["one", "two"].map((name) =>
        scaleSet(name, "https://github.com/acme", 1, envelope(), ["shared"]),
      );
      spec(o, 1).runnerGroup = "kvm";
    });
    expect(answer.out).toMatch(/^shared +2 +2 .* none {2}over 2 runner groups$/m);
    expect(answer.out).toContain("of runner groups default, kvm: a job goes only to those that admit it");
  });
});

describe("who may take a job", () => {
  it("is told with the declared scale sets of a cluster that was not asked", async () => {
    const answer = await report(undefined, ["--fleet", fleetWithComb(), "--context", "honey"]);
    expect(groupsOf(answer, "tinyland-inc")).toMatchObject([
      { contexts: ["honey", "comb"], maximum: null, seats: null },
    ]);
    expect(answer.notAsked).toEqual(["comb"]);
    expect(answer.code).toBe(0);
  });

  it("names a wider scope only where its scale sets have the labels", async () => {
    const wider = (labels: string[]) =>
      report((o) => {
        o.autoscalingrunnersets.push(
          scaleSet("org", "https://github.com/Jesssullivan", 1, envelope(), labels),
          scaleSet("all", "https://github.com/enterprises/acme", 1, envelope(), labels),
        );
      });
    const alike = groupsOf(await wider(["tinyland-nix-kvm"]), "Jesssullivan/nix-vm-test");
    expect(alike[0].alsoServedBy).toEqual(["Jesssullivan", "enterprises/acme"]);
    const other = groupsOf(await wider(["windows"]), "Jesssullivan/nix-vm-test");
    expect(other[0].alsoServedBy).toEqual([]);
  });

  it("asks for the name that a scale set registers, though another scope has the same", async () => {
    const answer = await report((o) => {
      o.autoscalingrunnersets = ["one", "two"].map((namespace) => {
        const set = scaleSet("kvm", `https://github.com/${namespace}`, 1, envelope(), []);
        return { ...set, metadata: { name: "kvm", namespace } };
      });
    });
    expect(groupsOf(answer, "one")).toMatchObject([{ asks: [["kvm"]], maximum: 1, seats: 1 }]);
    expect(groupsOf(answer, "two")).toMatchObject([{ asks: [["kvm"]], maximum: 1, seats: 1 }]);
  });

  it("locks out a name in a runner group that is written otherwise, as GitHub compares", async () => {
    const twin = honey();
    twin.autoscalingrunnersets = twin.autoscalingrunnersets.slice(2);
    for (const set of twin.autoscalingrunnersets) set.spec.runnerGroup = "KVM";
    const { findings } = await report(
      (o) => {
        spec(o, 2).runnerGroup = "kvm";
      },
      both,
      { comb: factsOf(twin) },
    );
    expect(findings.map((f: KubeObject) => f.message)).toContain(
      `Scale set ${VM_TEST} of cluster comb registers at Jesssullivan/nix-vm-test in runner group KVM, where cluster honey registers the same name: their sessions lock each other out.`,
    );
  });
});

describe("--include-label", () => {
  it("is no clean audit of nothing where no scale set has the label", async () => {
    const { findings, code } = await report(undefined, ["--include-label", "tinyland-nix-kvn"]);
    expect(findings.map((f: KubeObject) => f.message)).toContain(
      "Label tinyland-nix-kvn is on no scale set, live or declared; did you mean tinyland-nix-kvm?",
    );
    expect(code).toBe(1);
  });
});
