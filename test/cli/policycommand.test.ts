import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type PolicyReport, runPolicyCommand } from "../../cli/policycommand.ts";
import defaultStack from "../../stacks/default.ts";
import { FOUR_DOMAINS, SLM, VM_TEST_VALUES } from "../policy/resources.ts";
import { captured } from "./captured.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "numafleet-policy-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const target = path.join(folder, name);
  writeFileSync(target, typeof content === "string" ? content : JSON.stringify(content));
  return target;
}

async function policy(...args: string[]) {
  return captured((streams) => runPolicyCommand(["--today", "2026-05-06", ...args], streams));
}

async function report(...args: string[]): Promise<PolicyReport & { code: number }> {
  const { code, out } = await policy("--json", ...args);
  return { code, ...(JSON.parse(out) as PolicyReport) };
}

const urn = (type: string, name: string) => `urn:pulumi:dev::test::${type}::${name}`;
const PROVIDER = urn("pulumi:providers:libvirt", "numa");

/** An exported stack of raw Domains on one provider. */
function exported(domains: readonly { name: string }[], more: readonly object[] = []) {
  return {
    version: 3,
    deployment: {
      manifest: {},
      resources: [
        { urn: urn("pulumi:pulumi:Stack", "test-dev"), custom: false, type: "pulumi:pulumi:Stack" },
        {
          urn: PROVIDER,
          custom: true,
          id: "1",
          type: "pulumi:providers:libvirt",
          inputs: { uri: "qemu+ssh://root@numa/system" },
        },
        ...domains.map((inputs) => ({
          urn: urn("libvirt:index/domain:Domain", inputs.name),
          custom: true,
          id: inputs.name,
          type: "libvirt:index/domain:Domain",
          inputs,
          provider: `${PROVIDER}::1`,
        })),
        ...more,
      ],
    },
  };
}

const eight = {
  ...defaultStack,
  scaleSets: (defaultStack.scaleSets ?? []).map((s) => (s.maxRunners === 2 ? { ...s, maxRunners: 8 } : s)),
};

describe("a fleet", () => {
  it("judges the default stack without a file, and fits", async () => {
    const { code, out, err } = await policy();
    expect(code).toBe(0);
    expect(out).toMatch(/^the default stack, judged by its own figures as of 2026-05-06:\n/);
    expect(out).toMatch(/\nFits, \d+ warnings?\.\n$/);
    expect(err).toBe("");
  });

  it("refuses a file with exit code 1, the figures and what would fit", async () => {
    const { code, out } = await policy("--fleet", file("eight.json", eight));
    expect(code).toBe(1);
    expect(out).toContain(
      "REFUSED runners/label-ceiling: Label tinyland-nix-kvm: the maxima sum up to 10 runners",
    );
    expect(out).toContain("the largest maxRunners that passes is 2");
  });

  it("reports as data", async () => {
    const fleet = file("eight.json", eight);
    const { code, findings, capacity, ...rest } = await report("--fleet", fleet);
    expect(code).toBe(1);
    expect(rest).toEqual({
      version: 1,
      verdict: "refused",
      today: "2026-05-06",
      source: { kind: "fleet", path: fleet },
      budget: { kind: "own", path: null },
    });
    expect(findings.find((f) => f.rule === "runners/label-ceiling")).toEqual({
      rule: "runners/label-ceiling",
      severity: "refuse",
      path: "policy.labels[0].ceiling",
      subject: "label tinyland-nix-kvm",
      have: 10,
      need: 10,
      limit: 4,
      unit: "runners",
      message: expect.stringContaining("above the ceiling of 4 by 6"),
      remedy: expect.stringContaining("the largest maxRunners that passes is 2"),
      urn: null,
    });
    expect(capacity?.labels[0]).toMatchObject({ label: "tinyland-nix-kvm", maximum: 10, ceiling: 4 });
  });

  it("takes ceilings and nodes from the budget, not from the fleet", async () => {
    const labels = (defaultStack.policy?.labels ?? []).map((l) => ({ ...l, ceiling: 99 }));
    const generous = file("generous.json", { ...eight, policy: { ...defaultStack.policy, labels } });
    const budget = file("budget.json", { ...defaultStack, vms: [], scaleSets: [] });
    const rules = async (...args: string[]) => (await report(...args)).findings.map((f) => f.rule);
    expect(await rules("--fleet", generous)).not.toContain("runners/label-ceiling");
    expect(await rules("--fleet", generous, "--budget", budget)).toContain("runners/label-ceiling");
  });

  it("judges records by the given day", async () => {
    const old = await report("--today", "2028-01-01");
    expect(old.code).toBe(1);
    expect(old.findings.map((f) => f.rule)).toContain("record/outdated");
  });
});

describe("an exported stack", () => {
  it("passes what fits", async () => {
    const { code, out } = await policy("--stack-export", file("fits.json", exported(FOUR_DOMAINS)));
    expect(out).toContain("judged by the built-in budget");
    expect(code).toBe(0);
  });

  it("refuses the first resource that does not, and names it", async () => {
    const fifth = { ...SLM, name: "fifth" };
    const { code, findings, capacity } = await report(
      "--stack-export",
      file("fifth.json", exported([...FOUR_DOMAINS, fifth])),
    );
    expect(code).toBe(1);
    expect(capacity).toBeNull();
    const refused = findings.filter((f) => f.severity === "refuse");
    expect(refused.map((f) => f.rule)).toEqual(["host/cell-memory", "host/pin-twice"]);
    expect(new Set(refused.map((f) => f.urn))).toEqual(
      new Set([urn("libvirt:index/domain:Domain", "fifth")]),
    );
  });

  it("names the refused resource for people, and tells what all resources cause only once", async () => {
    const domains = [...FOUR_DOMAINS, { ...SLM, name: "fifth" }, { ...SLM, name: "sixth", memory: "many" }];
    const path = file("sixth.json", exported(domains));
    const { out } = await policy("--stack-export", path, "--today", "2026-11-01");
    expect(out).toMatch(/REFUSED host\/pin-twice: .* \(libvirt:index\/domain:Domain fifth\)\n/);
    expect(out).toMatch(
      /REFUSED resource\/invalid-figure: .* \(libvirt:index\/domain:Domain sixth: memory\)\n/,
    );
    const { findings } = await report("--stack-export", path, "--today", "2026-11-01");
    const old = findings.filter((f) => f.rule === "record/outdated" && f.subject === "host numa");
    expect(old.map((f) => f.urn)).toEqual([urn("libvirt:index/domain:Domain", "k3s-worker-slm-heavy")]);
  });

  it("leaves out what waits for its deletion or is only read", async () => {
    const gone = exported([{ ...SLM, name: "fifth" }]).deployment.resources.slice(2);
    const more = [
      { ...gone[0], delete: true },
      { ...gone[0], external: true },
    ];
    expect((await report("--stack-export", file("gone.json", exported(FOUR_DOMAINS, more)))).code).toBe(0);
  });

  it("refuses an encrypted figure, and reads a decrypted one", async () => {
    const secret = (more: object) => ({
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ...more,
    });
    const set = (maxRunners: unknown) => ({
      urn: urn("kubernetes:helm.sh/v3:Release", "jesssullivan-nix-vm-test-kvm"),
      type: "kubernetes:helm.sh/v3:Release",
      inputs: {
        chart: "gha-runner-scale-set",
        name: "jesssullivan-nix-vm-test-kvm",
        values: { ...VM_TEST_VALUES, maxRunners },
      },
    });
    const encrypted = exported([], [set(secret({ ciphertext: "v1:x" }))]);
    const decrypted = exported([], [set(secret({ plaintext: "2" }))]);
    const { findings } = await report("--stack-export", file("encrypted.json", encrypted));
    expect(findings.map((f) => [f.rule, f.path])).toEqual([["resource/unknown-figure", "values.maxRunners"]]);
    expect((await report("--stack-export", file("decrypted.json", decrypted))).code).toBe(0);
  });

  it("passes an empty stack", async () => {
    expect((await report("--stack-export", file("empty.json", { version: 3, deployment: {} }))).code).toBe(0);
  });
});

describe("wrong input", () => {
  it.each([
    [
      "a missing fleet",
      ["--fleet", "/nowhere/fleet.yaml"],
      /error: .*\/nowhere\/fleet\.yaml.* there is no such file/,
    ],
    [
      "a missing export",
      ["--stack-export", "/nowhere.json"],
      /^error: `\/nowhere\.json` cannot be read as a stack export: there is no such file\. Name a file that can be read\.\n$/,
    ],
    [
      "a folder",
      ["--stack-export", "/"],
      /^error: `\/` cannot be read as a stack export: it is a directory\./,
    ],
    ["a missing budget", ["--budget", "/nowhere.yaml"], /error: .*\/nowhere\.yaml/],
    [
      "a wrong day",
      ["--today", "yesterday"],
      /error: `today` of the policy settings is "yesterday"; expected a date, like "2026-05-06"\./,
    ],
    [
      "both inputs",
      ["--fleet", "a.yaml", "--stack-export", "b.json"],
      /^error: --fleet and --stack-export exclude each other\n$/,
    ],
    ["an unknown option", ["--flet", "a.yaml"], /error: unknown option '--flet'/],
    [
      "a stray argument",
      ["fleet.yaml"],
      /^error: unexpected argument 'fleet\.yaml'; name a file as in: npm run policy -- --fleet FILE\n$/,
    ],
    [
      "two fleets",
      ["--fleet", "a.yaml", "--fleet", "b.yaml"],
      /^error: option '--fleet <file>' argument 'b\.yaml' is invalid\. It is given already, as 'a\.yaml'\.\n$/,
    ],
    [
      "the budget and the fleet, both at once",
      ["--budget", "/no/budget.yaml", "--fleet", "/no/fleet.yaml"],
      /^error: `\/no\/budget\.yaml` .*\nerror: `\/no\/fleet\.yaml` .*\n$/,
    ],
    [
      "an export that is given as a fleet",
      ["--fleet", file("export-as-fleet.json", exported(FOUR_DOMAINS))],
      /^error: `.*export-as-fleet\.json` cannot be read as a fleet: it is an exported stack\. Judge it by --stack-export\.\n$/,
    ],
    [
      "a fleet that is given as an export",
      ["--stack-export", file("fleet-as-export.json", defaultStack)],
      /^error: This is no stack export: it has no `deployment`\. .*; a fleet file is judged by --fleet\.\n$/,
    ],
  ])("says what is wrong with %s, with exit code 2", async (_, args, message) => {
    const { code, out, err } = await policy(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toContain("    at ");
    expect(out).toBe("");
  });

  it.each([
    ["no JSON", "{", "it is no JSON"],
    ["no export", { resources: [] }, "it has no `deployment`"],
    ["a list", [], "it has no `deployment`"],
    ["resources of another form", { deployment: { resources: {} } }, "its `deployment.resources` is no list"],
    [
      "a resource without type",
      { deployment: { resources: [{ urn: "x" }] } },
      "its resource 0 has no `urn` or no `type`",
    ],
  ])("says that an export is %s", async (_, content, why) => {
    const { code, err } = await policy("--stack-export", file("wrong.json", content));
    expect(code).toBe(2);
    expect(err).toContain(why);
  });

  it("tells every error of a fleet at once, and as data with --json", async () => {
    const broken = file("broken.json", { vms: [{ name: "a", memory: "12" }], hosts: "none" });
    const { code, verdict, findings, today } = await report("--fleet", broken);
    expect({ code, verdict, today }).toEqual({ code: 2, verdict: "invalid", today: null });
    expect(findings.length).toBeGreaterThan(2);
    expect(findings.every((f) => f.rule.startsWith("model/"))).toBe(true);
  });

  it("shows its options and passes", async () => {
    const { code, out } = await policy("--help");
    expect(code).toBe(0);
    expect(out).toContain("--stack-export <file>");
  });
});

describe("the process", () => {
  it("exits with the verdict's code, and prints nothing but data to standard output", () => {
    const entry = path.join(import.meta.dirname, "../../cli/policy.ts");
    const args = [entry, "--json", "--today", "2026-05-06", "--fleet", file("eight.json", eight)];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout).verdict).toBe("refused");
    expect(status).toBe(1);
  });
});
