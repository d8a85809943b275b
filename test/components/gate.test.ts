import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FleetInput } from "../../model/fleet.ts";
import defaultStack from "../../stacks/default.ts";
import { runProgram } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "numafleet-gate-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A preview that is refused ends the process with an error; here that is the test's own. */
let exitListeners: number;
beforeEach(() => {
  exitListeners = process.listenerCount("exit");
});
afterEach(() => {
  for (const listener of process.listeners("exit").slice(exitListeners)) process.off("exit", listener);
});

function fleetFile(name: string, fleet: FleetInput): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(fleet));
  return file;
}

const overBudget = fleetFile("over.json", {
  ...defaultStack,
  scaleSets: (defaultStack.scaleSets ?? []).map((s) =>
    s.name === "jesssullivan-nix-vm-test-kvm" ? { ...s, maxRunners: 8 } : s,
  ),
});
const today = "2026-05-06";
const k3sToken = "token";

describe("a refused fleet", () => {
  test("stops an update before anything is registered", async () => {
    const run = await runProgram({ today, k3sToken, fleet: overBudget }, { preview: false });
    expect(run.recorder.registrations).toEqual([]);
    expect(run.outputs).toBeUndefined();
    expect(run.error?.message).toMatch(
      /^Refused: \d+ findings?(, \d+ warnings?)?\. Nothing was created or changed\.$/,
    );
    expect(run.errors.join("\n")).toContain("runners/label-ceiling: Label tinyland-nix-kvm:");
    expect(run.errors.join("\n")).toContain("the largest maxRunners that passes is 2");
    expect(run.infos.join("\n")).toContain("SHORT");
  });

  test("is shown whole by a preview, which then fails", async () => {
    const run = await runProgram({ today, k3sToken, fleet: overBudget }, { preview: true });
    expect(run.error).toBeUndefined();
    expect(run.recorder.registrations[0]).toMatchObject({
      type: "numafleet:capacity:Plan",
      inputs: { verdict: "refused" },
    });
    expect(run.recorder.names("kubernetes:helm.sh/v3:Release")).toHaveLength(3);
    expect(run.recorder.names("libvirt:index/domain:Domain")).toHaveLength(4);
    expect(run.outputs).toHaveProperty("capacity");
    expect(run.errors.at(-1)).toMatch(/^Refused: .* An update would create and change nothing\.$/);
    expect(process.listenerCount("exit")).toBe(exitListeners + 1);
  });
});

describe("a fleet that fits", () => {
  test("is registered, and its preview does not fail", async () => {
    const run = await runProgram({ today, k3sToken }, { preview: true });
    expect(run.errors).toEqual([]);
    expect(run.recorder.registrations.length).toBeGreaterThan(40);
    expect(process.listenerCount("exit")).toBe(exitListeners);
  });

  test("shows no difference against its own outputs", async () => {
    const first = await runProgram({ today, k3sToken }, { preview: false });
    expect(first.infos.join("\n")).toContain("Capacity difference:");
    const second = await runProgram(
      { today, k3sToken },
      { preview: true, call: () => ({ outputs: first.outputs }) },
    );
    expect(second.recorder.invokes).toEqual([
      { token: "pulumi:pulumi:readStackOutputs", inputs: { name: "organization/numafleet/test" } },
    ]);
    expect(second.infos).toEqual([]);
  });

  test("registers the same plan on another day", async () => {
    const plan = async (day: string) =>
      (await runProgram({ today: day, k3sToken }, { preview: true })).recorder.registrations[0]?.inputs;
    expect(await plan("2026-09-02")).toEqual(await plan("2026-09-03"));
  });
});

describe("a missing k3s token", () => {
  test("is a warning of a preview", async () => {
    const run = await runProgram({ today }, { preview: true });
    expect(run.errors).toEqual([]);
    expect(run.warnings.join("\n")).toContain("config/missing-token: `numafleet:k3sToken` is missing");
  });

  test("refuses an update before anything is registered", async () => {
    const run = await runProgram({ today }, { preview: false });
    expect(run.recorder.registrations).toEqual([]);
    expect(run.errors).toEqual([
      'config/missing-token: `numafleet:k3sToken` is missing, the secret that the k3s agents join by; 4 VMs of the fleet need it. (numafleet:k3sToken)\n  Set it before the update: pulumi config set --secret numafleet:k3sToken "$(openssl rand -hex 32)".',
    ]);
  });

  test("does not matter to a fleet without k3s", async () => {
    const run = await runProgram({ today, stack: "runners" }, { preview: false });
    expect(run.error).toBeUndefined();
    expect(run.recorder.names("kubernetes:helm.sh/v3:Release")).toHaveLength(3);
  });
});

describe("files that two would write", () => {
  const [first, second, ...others] = defaultStack.vms ?? [];
  const [os, hot, cold] = second?.disks ?? [];
  const seed = first?.cloudInit?.seed ?? "";
  const shared = fleetFile("shared.json", {
    ...defaultStack,
    vms: [
      first,
      {
        ...second,
        disks: [{ ...os, file: "slm-heavy.qcow2" }, { ...hot, file: "slm-heavy-cloud-init.iso" }, cold],
        cloudInit: { ...second?.cloudInit, seed },
      },
      ...others,
    ] as NonNullable<FleetInput["vms"]>,
  });

  test("refuse an update, each by the place that had the file first", async () => {
    const run = await runProgram({ today, k3sToken, fleet: shared }, { preview: false });
    expect(run.recorder.registrations).toEqual([]);
    expect(run.errors.filter((e) => /^(build|host)\//.test(e)).map((e) => e.split("\n")[0])).toEqual([
      'build/volume-twice: `vms[1].cloudInit.seed` is the file "slm-heavy-cloud-init.iso" in pool images of host numa, which `vms[0].cloudInit.seed` is already. (vms[1].cloudInit.seed)',
      'build/volume-twice: `vms[1].disks[1].file` is the file "slm-heavy-cloud-init.iso" in pool images of host numa, which `vms[0].cloudInit.seed` is already. (vms[1].disks[1].file)',
      "host/disk-file-twice: File slm-heavy.qcow2 in pool images of host numa is disk os of VM k3s-worker-data and disk os of VM k3s-worker-slm-heavy at once: requested 2 files, available 1, short by 1. (vms[0].disks[0].file)",
    ]);
  });
});

describe("a host that is to be tuned", () => {
  const [host, ...others] = defaultStack.hosts ?? [];
  const tls = (tuning: NonNullable<typeof host>["tuning"]) =>
    fleetFile("tls.json", {
      ...defaultStack,
      hosts: [{ ...host, uri: "qemu+tls://numa/system", tuning }, ...others] as NonNullable<
        FleetInput["hosts"]
      >,
    });

  test("over a connection that carries no commands refuses an update", async () => {
    const run = await runProgram({ today, k3sToken, fleet: tls(host?.tuning) }, { preview: false });
    expect(run.recorder.registrations).toEqual([]);
    expect(run.errors[0]).toMatch(
      /^build\/tuning-unreachable: Host numa is to be tuned, but .*transport tls carries no commands.*\(hosts\[0\]\.uri\)/,
    );
  });

  test("in nothing, may have any connection", async () => {
    const run = await runProgram({ today, k3sToken, fleet: tls({ hugepages: true }) }, { preview: false });
    expect(run.errors).toEqual([]);
    expect(run.recorder.names("libvirt:index/hostTuning:HostTuning")).toEqual([]);
  });
});

describe("bad input", () => {
  const twoNames = fleetFile("two.json", {
    ...defaultStack,
    vms: [...(defaultStack.vms ?? []), ...(defaultStack.vms ?? []).slice(0, 1)],
  });

  test.each([
    [
      { stack: "nope" },
      'There is no such stack:\n  - refuse model/unknown-stack: "nope" names no built-in stack; expected one of default, numa, runners. Name one of them, or a fleet file by its path.',
    ],
    [
      { stack: "numa", fleet: "f.yaml" },
      /^The stack's config is not valid:\n {2}- refuse config\/invalid-value numafleet:stack: .*no built-in stack beside a fleet file/,
    ],
    [
      { domainType: "xen", today: "soon" },
      /`numafleet:domainType` is "xen"; expected kvm or qemu\.[\s\S]*`numafleet:today` is "soon"; expected a date/,
    ],
    [{ liveHosts: "some" }, /`numafleet:liveHosts` is "some"; expected detected, all or none\./],
    [{ whenDrainBlocked: "force" }, /`numafleet:whenDrainBlocked` is "force"; expected refuse or proceed\./],
    [
      { flet: "fleet.yaml", colour: "red" },
      /`numafleet:colour` is no key of the stack's config; expected one of fleet, stack, .*\n.*`numafleet:flet` is no key of the stack's config; did you mean `numafleet:fleet`\? Correct its spelling, or remove it: pulumi config rm numafleet:flet\./,
    ],
    [
      { uris: '{ "numa": "numa" }' },
      /`numafleet:uris` is .*; expected connection URIs by host name, like \{ "numa1": "qemu\+ssh:\/\/root@numa1\/system" \}\./,
    ],
    [
      { uris: '{ "nuna": "qemu:///system" }' },
      /^There is no such host:\n.*model\/unknown-name numafleet:uris: `numafleet:uris` has a URI for "nuna", which is no host of the fleet; did you mean numa\?/,
    ],
    [
      { timeouts: '{ "connect": 2 }' },
      /`numafleet:timeouts` is .*; expected seconds, like \{ "connect": 60, "command": 600 \}: to connect from 3 /,
    ],
    [
      { rehearsal: "2 CPUs" },
      /`numafleet:rehearsal` is "2 CPUs"; expected the CPUs and memory of a machine, like \{ "cpus": 2, "memory": "4 GiB" \}\./,
    ],
    [
      { rehearsal: '{ "cpus": 0, "memory": "4 GiB" }' },
      /`numafleet:rehearsal` is .*; expected the CPUs and memory of a machine/,
    ],
    [{ today: "2026-02-30" }, /`numafleet:today` is "2026-02-30"; expected a date/],
    [{ fleet: twoNames }, /^The fleet is not valid:\n {2}- refuse model\/duplicate-name vms\[4\]\.name: /],
    [{ fleet: join(folder, "none.yaml") }, /^The fleet file cannot be read:\n.*there is no such file/],
  ])("%o ends with one clear message", async (config, message) => {
    const run = await runProgram(config as Record<string, string>, { preview: true });
    expect(run.recorder.registrations).toEqual([]);
    expect(run.error?.constructor.name).toBe("RunError");
    if (typeof message === "string") expect(run.error?.message).toBe(message);
    else expect(run.error?.message).toMatch(message);
  });
});
