import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { machines } from "../../capacity/host/machine.ts";
import { runVerifyCommand, type VerifyReport } from "../../cli/verifycommand.ts";
import { unknown } from "../../facts/asked.ts";
import type { Sample } from "../../facts/hostFacts.ts";
import type { HostReading, ReadSettings } from "../../live/readHost.ts";
import { requireFleet } from "../../model/fleet.ts";
import defaultStack from "../../stacks/default.ts";
import { type PlainFacts, soundFacts } from "../verify/soundFacts.ts";
import { captured } from "./captured.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "numafleet-verify-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const target = path.join(folder, name);
  writeFileSync(target, typeof content === "string" ? content : JSON.stringify(content));
  return target;
}

/** Two hosts of the same kind; the second without VMs. */
const [numa] = defaultStack.hosts ?? [];
const two = file("two.json", {
  ...defaultStack,
  hosts: [numa, { ...numa, name: "spare", uri: "qemu+ssh://root@spare/system" }],
});

interface Host {
  readonly change?: (facts: PlainFacts) => void;
  readonly down?: string;
}

/** Runs the command against hosts that are as declared but for what is said. */
async function verify(args: readonly string[], hosts: Readonly<Record<string, Host>> = {}) {
  const asked: { uri: string; settings: ReadSettings }[] = [];
  let busy = 0;
  let most = 0;
  const read = async (uri: string, settings: ReadSettings): Promise<HostReading> => {
    asked.push({ uri, settings });
    busy += 1;
    most = Math.max(most, busy);
    await new Promise((resolve) => setImmediate(resolve));
    busy -= 1;
    const fleet = requireFleet(
      args.includes(two) ? { ...defaultStack, hosts: [numa, { ...numa, name: "spare", uri }] } : defaultStack,
    );
    const name = /@(\w+)/.exec(uri)?.[1] ?? "";
    const { change, down } = hosts[name] ?? {};
    if (down !== undefined) return { facts: unknown(down), previous: undefined };
    const machine = machines(fleet).find(({ host }) => host.name === name);
    if (!machine) throw new Error(`no host ${name}`);
    const facts = structuredClone(soundFacts(machine));
    change?.(facts);
    return { facts, previous: facts.previous as Sample };
  };
  const ended = await captured((streams) => runVerifyCommand(args, streams, read));
  return { ...ended, asked, most };
}

const moved = (facts: PlainFacts) => {
  const tuning = facts.domains[0]?.tuning as { vcpuPins: number[][] };
  tuning.vcpuPins[1] = [17];
};
const loaded = (facts: PlainFacts) => {
  const kernel = facts.sample.kernel as { threads: { ticks: number }[] };
  if (kernel.threads[0]) kernel.threads[0].ticks = 900;
};
const report = (out: string) => JSON.parse(out) as VerifyReport;

describe("fleet verify", () => {
  it("exits with 0 where all is as declared, and shows every subject", async () => {
    const { code, out, err } = await verify([]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const subject of ["host numa", "cell numa/1", "VM k3s-worker-slm"])
      expect(out).toContain(`\n${subject}\n`);
    expect(out).toMatch(/\nok +vCPU pins +8 on 24-27,60-63 +8 as declared\n/);
    expect(out).toMatch(/\nAs declared: 4 unknown, \d+ ok, \d+ shown only\.\n$/);
  });

  it("exits with 1 where something differs, and says where, what and what to do", async () => {
    const { code, out } = await verify([], { numa: { change: moved } });
    expect(code).toBe(1);
    expect(out).toMatch(/\nDIFFERS +vCPU pins +32 on 0-15,36-51 +vCPU 1 on 17, not 36\n/);
    expect(out).toContain(
      "\nDIFFERS VM k3s-worker-slm-heavy: vCPU pins: declared is 32 on 0-15,36-51, live is vCPU 1 on 17, not 36.\n" +
        "  Run `pulumi refresh` and then `pulumi up`, which pins it live.\n",
    );
    expect(out).toMatch(/\nNot as declared: 1 different, 4 unknown, \d+ ok, \d+ shown only\.\n$/);
  });

  it("a warning shows, and passes", async () => {
    const { code, out } = await verify(["--brief"], { numa: { change: loaded } });
    expect(code).toBe(0);
    expect(out).toMatch(
      /\nWARN +emulator CPU 16-17,52-53 +at most 50 % of 4 +100 % by k3s-worker-slm-heavy\n/,
    );
    expect(out).toContain("Add a core to the emulator set of k3s-worker-slm-heavy");
    expect(out).not.toMatch(/^ok/m);
  });

  it("exits with 2 for a host that cannot be asked, and asks the others all the same", async () => {
    const hosts = { numa: { down: "the daemon is down." }, spare: {} };
    const { code, out, asked } = await verify(["--fleet", two], hosts);
    expect(code).toBe(2);
    expect(asked.map(({ uri }) => uri)).toEqual([
      "qemu+ssh://root@numa/system",
      "qemu+ssh://root@spare/system",
    ]);
    expect(out).toMatch(/\nUNKNOWN +connection +reachable +unknown: the daemon is down\.\n/);
    expect(out).toMatch(/\nhost spare\nok +connection/);
    expect(out).toContain("\nUNKNOWN host numa: connection is unknown: the daemon is down.\n");
  });

  it("exits with 2 where something else differs besides", async () => {
    const hosts = { numa: { change: moved }, spare: { down: "x" } };
    expect((await verify(["--fleet", two], hosts)).code).toBe(2);
  });

  it("asks the hosts that are named, within the bound", async () => {
    const one = await verify(["--fleet", two, "--host", "spare"]);
    expect(one.asked.map(({ uri }) => uri)).toEqual(["qemu+ssh://root@spare/system"]);
    expect((await verify(["--fleet", two, "--host", "spare", "--host", "numa"])).asked).toHaveLength(2);
    expect((await verify(["--fleet", two])).most).toBe(2);
    expect((await verify(["--fleet", two, "--parallel", "1"])).most).toBe(1);
  });

  it("hands on interval, timeout and whether cache misses are counted", async () => {
    const { asked } = await verify(["--interval", "0.5", "--timeout", "7", "--perf"]);
    expect(asked[0]?.settings).toEqual({ interval: 0.5, timeoutMs: 7000, perf: true });
    const [plain] = (await verify([])).asked;
    expect(plain?.settings).toEqual({ interval: 2, timeoutMs: 30000, perf: false });
  });

  it("reports as data", async () => {
    const { code, out } = await verify(["--json"], { numa: { change: moved } });
    const { hosts, findings, ...rest } = report(out);
    expect(code).toBe(1);
    expect(rest).toEqual({ version: 1, verdict: "differs", source: { kind: "default", path: null } });
    expect(hosts.map(({ host, reached }) => [host, reached])).toEqual([["numa", true]]);
    expect(hosts[0]?.rows.find((r) => r.status === "differs")).toEqual({
      check: "vcpu-pins",
      subject: "VM k3s-worker-slm-heavy",
      item: "",
      declared: "32 on 0-15,36-51",
      live: "vCPU 1 on 17, not 36",
      status: "differs",
      remedy: "Run `pulumi refresh` and then `pulumi up`, which pins it live.",
      path: "vms[0].pins",
    });
    expect(findings.map(({ rule, severity, path }) => [rule, severity, path])).toEqual([
      ["verify/vcpu-pins", "refuse", "vms[0].pins"],
    ]);
  });

  it("says the same twice", async () => {
    const once = await verify(["--json"], { numa: { change: moved } });
    expect((await verify(["--json"], { numa: { change: moved } })).out).toBe(once.out);
  });

  it("writes Markdown that a table cannot be broken out of", async () => {
    const change = (facts: PlainFacts) => {
      facts.domains[0] = { ...structuredClone(facts.domains[0]), name: "a|b <i>" } as never;
    };
    const { out } = await verify(["--markdown"], { numa: { change } });
    expect(out).toContain("### VM k3s-worker-slm\n\n| Status | Check | Declared | Live |\n");
    expect(out).toContain("a\\|b \\<i\\>");
    const rows = out.split("\n").filter((line) => line.startsWith("| "));
    expect(new Set(rows.map((line) => line.split(/(?<!\\)\|/).length))).toEqual(new Set([6]));
  });

  it("stays within 110 columns, whatever a host says", async () => {
    const change = (facts: PlainFacts) => {
      facts.versions = "x".repeat(300);
      facts.domains.push({ ...structuredClone(facts.domains[0]), uuid: "u", name: "n".repeat(200) } as never);
    };
    const { out } = await verify([], { numa: { change } });
    const table = out.split("\n\n").filter((block) => /^(host|cell|VM) /.test(block));
    expect(Math.max(...table.flatMap((block) => block.split("\n")).map((line) => line.length))).toBeLessThan(
      111,
    );
  });
});

describe("wrong input", () => {
  const none = file("none.json", { nodes: [] });
  it.each<[string, readonly string[], RegExp]>([
    [
      "a missing fleet",
      ["--fleet", "/nowhere.yaml"],
      /^error: `\/nowhere\.yaml` cannot be read as a fleet: /,
    ],
    [
      "a fleet that is none",
      ["--fleet", file("bad.json", { vms: 1 })],
      /^error: `vms` is 1; expected a list\./,
    ],
    [
      "an exported stack",
      ["--fleet", file("export.json", { deployment: {} })],
      /^error: .* cannot be read as a fleet: it is an exported stack\./,
    ],
    [
      "a fleet without hosts",
      ["--fleet", none],
      /^error: The fleet declares no host, so there is none to ask\. /,
    ],
    [
      "an unknown host",
      ["--host", "nuna"],
      /^error: "nuna" names no host of the fleet; did you mean numa\? /,
    ],
    [
      "two unknown hosts, both at once",
      ["--host", "x", "--host", "y"],
      /^error: "x" names no host .*\nerror: "y" names no host .*\n$/,
    ],
    [
      "another URI for an unknown host",
      ["--uri", "nuna=qemu:///system"],
      /^error: `--uri` has a URI for "nuna", which is no host of the fleet; did you mean numa\? /,
    ],
    [
      "a URI without its host",
      ["--uri", "qemu:///system"],
      /Expected a host and its URI, like numa=qemu\+ssh:/,
    ],
    [
      "two URIs for one host",
      ["--uri", "numa=qemu:///system", "--uri", "numa=test:///default"],
      /numa has a URI already\.\n$/,
    ],
    [
      "an interval of nothing",
      ["--interval", "0"],
      /'0' is invalid\. Expected seconds from 0\.1 to 3600, like 5\.\n$/,
    ],
    ["an interval that is no number", ["--interval", "1e3"], /'1e3' is invalid\. Expected seconds/],
    ["a negative interval", ["--interval=-1"], /'-1' is invalid\. Expected seconds/],
    ["no time to answer", ["--timeout", "0.5"], /'0\.5' is invalid\. Expected seconds from 1 to 3600/],
    [
      "no host at a time",
      ["--parallel", "0"],
      /'0' is invalid\. Expected a number of hosts from 1 to 256\.\n$/,
    ],
    ["a rehearsal without memory", ["--rehearsal", "2"], /'2' is invalid\. Expected CPUs and memory/],
    [
      "a rehearsal without CPUs",
      ["--rehearsal", ",2GiB"],
      /Expected CPUs and memory of the machine, like 2,4GiB\.\n$/,
    ],
    ["two forms", ["--json", "--markdown"], /^error: --json and --markdown exclude each other\n$/],
    ["two fleets", ["--fleet", "a.yaml", "--fleet", "b.yaml"], /It is given already, as 'a\.yaml'\.\n$/],
    ["a stray argument", ["fleet.yaml"], /^error: unexpected argument 'fleet\.yaml'; /],
    [
      "an unknown option",
      ["--hosts", "numa"],
      /^error: unknown option '--hosts'\n\(Did you mean --host\?\)\n$/,
    ],
  ])("%s asks nobody, with exit code 2", async (_, args, message) => {
    const { code, out, err, asked } = await verify(args);
    expect({ code, out, asked }).toEqual({ code: 2, out: "", asked: [] });
    expect(err).toMatch(message);
    expect(err).not.toContain("    at ");
  });

  it("is data too", async () => {
    const { code, out, err } = await verify(["--json", "--host", "x"]);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: "x"/);
    expect(report(out)).toMatchObject({
      verdict: "invalid",
      hosts: [],
      findings: [{ rule: "model/unknown-name" }],
    });
  });
});
