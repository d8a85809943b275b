import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import type { HostAnswer, PoolAnswer } from "../../capacity/pressure/watched.ts";
import { runWatchCommand } from "../../cli/watchcommand.ts";
import type { WatchReport } from "../../cli/watchPlan.ts";
import type { WatchState } from "../../model/watchState.ts";
import { lockState } from "../../watch/stateLock.ts";
import { FakeClock, FakeHosts, HIGH, LOW } from "../watch/fakeHosts.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "numafleet-watch-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const freshState = () => path.join(folder, `state-${made++}.json`);

function file(name: string, content: unknown): string {
  const target = path.join(folder, name);
  writeFileSync(target, typeof content === "string" ? content : JSON.stringify(content));
  return target;
}

const host = (name: string, more: object = {}) => ({
  name,
  uri: `qemu+ssh://${name}/system`,
  recorded: { source: "detected", date: "2026-11-21" },
  cells: [{ id: 0, cores: ["0"], memory: "8 GiB" }],
  reserved: { memoryPerCell: "1 GiB" },
  ...more,
});
const pool = { name: "fast", class: "ssd", path: "/fast", capacity: "1 TB" };
const two = file("two.json", { hosts: [host("a", { pools: [pool] }), host("b", { cordoned: true })] });

const calm: HostAnswer = { memory: HIGH, systemDisk: HIGH };
const pressed: HostAnswer = { memory: LOW, systemDisk: HIGH };

interface World {
  readonly a?: () => HostAnswer;
  readonly b?: () => HostAnswer;
  readonly pools?: () => PoolAnswer;
}

/** Runs the command in a world that the test makes. `end` is what Ctrl-C does. */
function watch(args: readonly string[], { a, b, pools }: World = {}, clock = new FakeClock()) {
  const hosts = new FakeHosts(
    clock,
    { "qemu+ssh://a/system": a ?? (() => calm), "qemu+ssh://b/system": b ?? (() => calm) },
    { "qemu+ssh://a/system": pools ?? (() => new Map([["fast", HIGH]])) },
  );
  const controller = new AbortController();
  let out = "";
  let err = "";
  const code = runWatchCommand(
    args,
    { out: (text) => (out += text), err: (text) => (err += text) },
    {
      asking: () => hosts.asking(),
      clock,
      ending: () => ({ signal: controller.signal, forget: () => undefined }),
    },
  );
  return {
    clock,
    code,
    end: () => controller.abort(),
    out: () => out,
    err: () => err,
    asked: hosts.asked,
  };
}

/** Runs it to its end. */
async function watched(args: readonly string[], world?: World, clock?: FakeClock) {
  const run = watch(args, world, clock);
  const code = await run.code;
  return { code, out: run.out(), err: run.err(), asked: run.asked };
}

/**
 * Waits until a text is there: files and the lock take time of this machine's. With a clock that goes on meanwhile.
 */
async function until(text: () => string, pattern: RegExp, clock?: FakeClock): Promise<void> {
  while (!pattern.test(text())) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await clock?.pass(5000);
  }
}

describe("fleet watch --once", () => {
  test("tells hosts and pools, each with its status, and ends with 0 where all is ready", async () => {
    const state = freshState();
    const { code, out, err } = await watched(["--fleet", two, "--once", "--state", state]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe(
      `
host  status    memory free           system disk free          pressure
a     ready     500 of 1000 (50.0 %)  500 B of 1000 B (50.0 %)
b     cordoned  500 of 1000 (50.0 %)  500 B of 1000 B (50.0 %)

pool  host  status  free                      pressure
fast  a     ready   500 B of 1000 B (50.0 %)
`.slice(1),
    );
  });

  test("counts on what the file has: the third time sets it, and ends with 1", async () => {
    const args = ["--fleet", two, "--once", "--state", freshState()];
    const codes = [];
    for (let i = 0; i < 2; i++) codes.push((await watched(args, { a: () => pressed })).code);
    const { code, out, err } = await watched(args, { a: () => pressed });
    expect([...codes, code]).toEqual([0, 0, 1]);
    expect(err).toBe(
      "2026-11-21T12:00:00.000Z WARN host a: memory_pressure is set: 20 of 1000 (2.0 %) free, below 10 % in 3 observations in a row\n",
    );
    expect(out).toMatch(/^a {5}under_pressure {2}.* {2}memory_pressure for 0s$/m);
    const last = await watched(args, { a: () => calm });
    expect(last.code).toBe(0);
    expect(last.err).toMatch(
      /info host a: memory_pressure is cleared: 500 of 1000 \(50.0 %\) free, not below 10 %\n$/,
    );
  });

  test("ends with 2 where a host does not answer, and tells the others all the same", async () => {
    const { code, out } = await watched(["--fleet", two, "--once", "--state", freshState()], {
      b: () => "no route to host.",
    });
    expect(code).toBe(2);
    expect(out).toMatch(/^a {5}ready/m);
    expect(out).toMatch(/^b {5}unreachable {2}- +-$/m);
    expect(out).toContain("\nhost b does not answer: no route to host.\n");
  });

  test("a pool's scan that fails is told, and its host stays ready", async () => {
    const { code, out } = await watched(["--fleet", two, "--once", "--state", freshState()], {
      pools: () => "libvirt is down.",
    });
    expect(code).toBe(2);
    expect(out).toMatch(/^a {5}ready/m);
    expect(out).toContain("\npools of host a could not be scanned: libvirt is down.\n");
  });

  test("ends with 2 where what it saw could not be kept, and tells why", async () => {
    const inner = path.join(folder, "taken");
    mkdirSync(inner);
    const state = path.join(inner, "state.json");
    const { code, err, out } = await watched(["--fleet", two, "--once", "--state", state], {
      a: () => {
        rmSync(inner, { recursive: true, force: true });
        return calm;
      },
    });
    expect(code).toBe(2);
    expect(out).toMatch(/^a {5}ready/m);
    expect(err).toMatch(/ WARN .*state\.json cannot be written: ENOENT; /);
  });

  test("--host tells one host in full, and asks no other", async () => {
    const { out, asked } = await watched(["--fleet", two, "--once", "--host", "a", "--state", freshState()]);
    expect(out).toBe(
      "host a: ready\npressure:\n  memory:      ok; 500 of 1000 (50.0 %) free\n  system_disk: ok; 500 B of 1000 B (50.0 %) free\n\npool fast: ready\npressure:\n  disk: ok; 500 B of 1000 B (50.0 %) free\n",
    );
    expect(asked).toEqual(["0 qemu+ssh://a/system", "0 qemu+ssh://a/system: fast"]);
  });

  test("tells what cannot be seen of a host by its transport, and goes on", async () => {
    const blind = "qemu+tls://b/system";
    const args = ["--fleet", two, "--state", freshState(), "--once", "--host", "b", "--uri", `b=${blind}`];
    const { err, asked } = await watched(args);
    expect(err).toBe(
      "Host b: no commands can be run there by this transport, so libvirt alone is asked: it tells memory roughly, pools as it counted them last, and nothing of the root file system (docs/hosts.md).\n",
    );
    expect(asked).toEqual([`0 ${blind}`]);
  });

  test("--uri reaches a host by another way", async () => {
    const { asked } = await watched([
      ...["--fleet", two, "--once", "--host", "b", "--uri", "b=qemu+ssh://a/system"],
      ...["--state", freshState()],
    ]);
    expect(asked).toEqual(["0 qemu+ssh://a/system"]);
  });

  test("--json prints the report", async () => {
    const { out } = await watched(["--fleet", two, "--once", "--json", "--state", freshState()], {
      a: () => pressed,
    });
    const report = JSON.parse(out) as WatchReport;
    expect(report).toMatchObject({
      version: 1,
      verdict: "ready",
      source: { kind: "fleet", path: two },
      at: "2026-11-21T12:00:00.000Z",
      clockJumps: 0,
      hosts: [
        {
          name: "a",
          status: "ready",
          memory: {
            ...LOW,
            count: 1,
            since: null,
            pressure: false,
            thresholdPercent: 10,
            consecutiveRequired: 3,
          },
          pools: [{ name: "fast", status: "ready" }],
        },
        { name: "b", status: "cordoned", cordoned: true, pools: [] },
      ],
    });
  });

  test("thresholds are the fleet's own, and what is disabled is never set", async () => {
    const own = file("own.json", {
      hosts: [host("a", { pools: [pool] })],
      placement: {
        pressure: {
          memory: { thresholdPercent: 60, consecutiveRequired: 1 },
          systemDisk: { enabled: false, thresholdPercent: 99 },
          disk: { thresholdPercent: 51 },
        },
      },
    });
    const { code, out } = await watched(["--fleet", own, "--once", "--host", "a", "--state", freshState()]);
    expect(code).toBe(1);
    expect(out).toContain("host a: under_pressure\n");
    expect(out).toContain(
      "memory:      active since 0s ago (consecutive_count=1); 500 of 1000 (50.0 %) free\n",
    );
    expect(out).toContain("system_disk: disabled; 500 B of 1000 B (50.0 %) free\n");
    expect(out).toContain("pool fast: under_pressure\npressure:\n  disk: active since 0s ago");
  });
});

describe("fleet watch --show", () => {
  test("tells what the file has, asks nobody, and does not mind who writes it", async () => {
    const state = freshState();
    await watched(["--fleet", two, "--once", "--state", state]);
    const text = readFileSync(state, "utf8");
    const answer = await lockState(state);
    if (answer.kind !== "held") throw new Error("no lock");
    onTestFinished(() => answer.lock.release());
    const { code, out, asked } = await watched(["--fleet", two, "--show", "--state", state]);
    expect({ code, asked }).toEqual({ code: 0, asked: [] });
    expect(out).toMatch(/^a {5}ready/m);
    expect(readFileSync(state, "utf8")).toBe(text);
  });

  test("does not pass off for now what was seen long ago", async () => {
    const state = freshState();
    await watched(["--fleet", two, "--once", "--state", state]);
    const later = new FakeClock();
    await later.pass(7_200_000);
    const { code, out } = await watched(["--fleet", two, "--show", "--state", state], {}, later);
    expect(code).toBe(2);
    expect(out).toMatch(/^a {5}unreachable {2}- +-$/m);
    expect(out).toMatch(/^fast {2}a {5}unknown/m);
    expect(out).toContain(
      "\nhost a does not answer: fleet watch saw it last at 2026-11-21T12:00:00.000Z, 7200 s ago; after 90 s that is no longer taken for true\n",
    );
  });

  test("without a file tells so", async () => {
    const state = freshState();
    const { code, err } = await watched(["--fleet", two, "--show", "--state", state]);
    expect(code).toBe(2);
    expect(err).toBe(
      `error: \`${state}\` cannot be read as a state of fleet watch: there is no such file. Start fleet watch with --state.\n`,
    );
    expect(existsSync(state)).toBe(false);
  });
});

describe("fleet watch", () => {
  const listening = ["--listen", "127.0.0.1:0"];

  test("tells a table when a status changes, metrics all the time, and ends with 0", async () => {
    let a = calm;
    const state = freshState();
    const run = watch(["--fleet", two, "--state", state, ...listening], { a: () => a });
    await until(run.err, /Metrics: (\S+)/);
    expect(run.err()).toMatch(
      /^Watching 2 hosts every 30 s, pools every 900 s\.\nState: .*state-\d+\.json\nMetrics: http:\/\/127\.0\.0\.1:\d+\/metrics\n$/,
    );
    const url = /Metrics: (\S+)/.exec(run.err())?.[1] ?? "";
    await run.clock.pass(31_000);
    const tables = () => run.out().split(/^(?=host {2})/m);
    expect(tables().at(-1)).toMatch(/^a {5}ready/m);
    const calmly = tables().length;
    a = pressed;
    await run.clock.pass(60_000);
    expect(tables()).toHaveLength(calmly);
    await run.clock.pass(30_000);
    expect(tables()).toHaveLength(calmly + 1);
    expect(tables().at(-1)).toMatch(/^a {5}under_pressure/m);
    const metrics = await (await fetch(url)).text();
    expect(metrics).toContain('\nnumafleet_host_pressure{host="a",condition="memory_pressure"} 1\n');
    expect(metrics).toContain('\nnumafleet_host_samples_total{host="a"} 5\n');
    run.end();
    expect(await run.code).toBe(0);
    const kept = JSON.parse(readFileSync(state, "utf8")) as WatchState;
    expect(kept.hosts[0]).toMatchObject({ name: "a", samples: 5, memory: { count: 3 } });
    await expect(fetch(url)).rejects.toThrow();
  });

  test("tells at once what an earlier one has seen, and asks when it is due", async () => {
    const clock = new FakeClock();
    const state = freshState();
    const args = ["--fleet", two, "--state", state, "--listen", "off"];
    expect((await watched([...args, "--once"], {}, clock)).code).toBe(0);
    await clock.pass(5000);
    const run = watch(args, {}, clock);
    await until(run.err, /^Watching/m);
    await clock.pass(1000);
    expect(run.out()).toMatch(/^a +ready/m);
    expect(run.asked).toEqual([]);
    run.end();
    expect(await run.code).toBe(0);
  });

  test("--json prints one line for each change", async () => {
    let a = calm;
    const run = watch(["--fleet", two, "--json", "--listen", "off", "--state", freshState()], { a: () => a });
    await until(run.err, /Metrics: off/);
    await run.clock.pass(31_000);
    a = pressed;
    await run.clock.pass(100_000);
    run.end();
    expect(await run.code).toBe(0);
    const lines = run.out().split("\n");
    expect(lines.pop()).toBe("");
    expect(lines.map((line) => (JSON.parse(line) as WatchReport).verdict)).toEqual([
      "ready",
      "under_pressure",
    ]);
  });

  test("refuses a state file that another watch has, and tells which process that is", async () => {
    const state = freshState();
    const first = watch(["--fleet", two, "--listen", "off", "--state", state]);
    await until(first.err, /Metrics: off/);
    const { code, err, asked } = await watched(["--fleet", two, "--once", "--state", state]);
    expect({ code, asked }).toEqual({ code: 2, asked: [] });
    expect(err).toBe(
      `error: \`${state}\` belongs to another fleet watch, process ${process.pid}; two of them would count each observation twice. See what it knows with --show, or name another file with --state.\n`,
    );
    first.end();
    expect(await first.code).toBe(0);
  });

  test("stops where somebody else writes its file, and leaves that alone", async () => {
    const state = freshState();
    const run = watch(["--fleet", two, "--listen", "off", "--state", state]);
    await until(run.err, /Metrics: off/);
    await run.clock.pass(1000);
    // What has been seen is written, so that nothing is being written any more.
    const kept = () => (existsSync(state) ? readFileSync(state, "utf8") : "");
    await until(
      kept,
      /"name": "a".*"samples": [1-9].*"scannedAt": ".*"name": "b".*"samples": [1-9]/s,
      run.clock,
    );
    writeFileSync(state, "mine");
    await until(run.err, /is not written any more/, run.clock);
    expect(await run.code).toBe(2);
    expect(run.err()).toContain(
      `error: ${state} is not written any more: it was changed meanwhile. It is left as it is; start the watch again.\n`,
    );
    expect(readFileSync(state, "utf8")).toBe("mine");
  });

  test("goes on where its file cannot be written, tells so once, and writes again", async () => {
    const inner = path.join(folder, "inner");
    const state = path.join(inner, "state.json");
    mkdirSync(inner);
    const run = watch(["--fleet", two, "--listen", "off", "--state", state]);
    await until(run.err, /Metrics: off/);
    rmSync(inner, { recursive: true });
    await until(run.err, /cannot be written/, run.clock);
    await run.clock.pass(61_000);
    mkdirSync(inner);
    await until(run.err, /can be written again/, run.clock);
    run.end();
    expect(await run.code).toBe(0);
    expect(run.err().match(/cannot be written/g)).toHaveLength(1);
    expect(run.err()).toContain(
      `WARN ${state} cannot be written: ENOENT; it is tried again after each observation\n`,
    );
    expect((JSON.parse(readFileSync(state, "utf8")) as WatchState).hosts).toHaveLength(2);
  });

  test("tells that the clock was set", async () => {
    const run = watch(["--fleet", two, "--listen", "off", "--state", freshState()]);
    await until(run.err, /Metrics: off/);
    await run.clock.pass(31_000);
    run.clock.setBackMs = 3_600_000;
    await run.clock.pass(30_000);
    expect(run.err()).toContain(
      "WARN this machine's clock was set back by 3600 s; times that are told may be off by as much, flags are not\n",
    );
    run.end();
    await run.code;
  });

  test("an address that is in use is told, and nothing is left behind", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const state = freshState();
    const args = ["--fleet", two, "--state", state];
    const { code, err } = await watched([...args, "--listen", `127.0.0.1:${port}`]);
    expect(code).toBe(2);
    expect(err).toBe(
      `error: 127.0.0.1:${port} cannot be listened on: another program does. Name another address with --listen, or --listen off.\n`,
    );
    expect((await watched([...args, "--once"])).code).toBe(0);
  });
});

describe("wrong use", () => {
  test.each([
    [["--once", "--show"], "error: --once and --show exclude each other\n"],
    [["--interval", "0"], "Expected seconds from 0.1 to 86400, like 5."],
    [["--interval", "-30"], "Expected seconds from 0.1 to 86400, like 5."],
    [["--pool-interval", "NaN"], "Expected seconds from 0.1 to 86400, like 5."],
    [["--listen", "9845"], "Expected an IP address and a port, like 127.0.0.1:9845 or [::1]:9845, or off."],
    [["--listen", "localhost:9845"], "Expected an IP address and a port"],
    [["--listen", "127.0.0.1:65536"], "Expected an IP address and a port"],
    [["--listen", "::1:80"], "Expected an IP address and a port"],
    [
      ["--host", "c"],
      'error: "c" names no host of the fleet; did you mean a? Name a host as the fleet does.\n',
    ],
    [
      ["fleet.yaml"],
      "error: unexpected argument 'fleet.yaml'; name a file as in: fleet watch --fleet FILE\n",
    ],
  ])("%j", async (args, words) => {
    const state = freshState();
    const { code, err, asked } = await watched(["--fleet", two, "--state", state, ...args]);
    expect({ code, asked }).toEqual({ code: 2, asked: [] });
    expect(err).toContain(words);
    expect(existsSync(state)).toBe(false);
  });

  test("a torn state file is told and left as it is, in JSON too", async () => {
    const state = file("torn.json", '{"kind":"numafleet/pr');
    const { code, err, out, asked } = await watched(["--fleet", two, "--once", "--json", "--state", state]);
    expect({ code, asked }).toEqual({ code: 2, asked: [] });
    expect(err).toBe(
      `error: \`${state}\` cannot be read as a state of fleet watch: it is no JSON: torn, or not written by fleet watch. Name another file, or move this one away to begin anew. It was left as it is.\n`,
    );
    expect(JSON.parse(out)).toMatchObject({
      verdict: "invalid",
      findings: [{ rule: "watch/unreadable-state" }],
    });
    expect(readFileSync(state, "utf8")).toBe('{"kind":"numafleet/pr');
    expect(existsSync(`${state}.lock`)).toBe(false);
  });

  test("a fleet without hosts", async () => {
    const { code, err } = await watched([
      "--fleet",
      file("empty.json", {}),
      "--once",
      "--state",
      freshState(),
    ]);
    expect(code).toBe(2);
    expect(err).toBe(
      "error: The fleet declares no host, so there is none to watch. Declare the hosts, or name another fleet with --fleet.\n",
    );
  });
});
