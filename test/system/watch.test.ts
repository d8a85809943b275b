/** `fleet watch` on a real libvirt: real memory, real file systems, a pool that fills up, a host that is gone, kill -9. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { WatchReport } from "../../cli/watchPlan.ts";
import type { FleetInput } from "../../model/fleet.ts";
import type { WatchState } from "../../model/watchState.ts";
import { ROOT } from "../architecture/files.ts";
import { whyNoCertificates, writeCertificates } from "../libvirt/certificates.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";

const meminfo = (field: string) =>
  Number(new RegExp(`^${field}: +(\\d+) kB`, "m").exec(readFileSync("/proc/meminfo", "utf8"))?.[1] ?? 0) *
  1024;

/** What is real can only be found short where it is: below the highest threshold that there is. */
function whyNoPressure(): string | undefined {
  const { blocks, bavail } = statfsSync("/");
  if (meminfo("MemAvailable") > 0.985 * (meminfo("MemTotal") - meminfo("Hugetlb")))
    return "nearly all of this machine's memory is free";
  return bavail > 0.985 * blocks ? "nearly all of this machine's disk is free" : undefined;
}

const why = whyNoLibvirtd() ?? whyNoPressure();
const whyNoTls = whyNoCertificates();
const title = why ? `fleet watch on a real libvirt (skipped: ${why})` : "fleet watch on a real libvirt";

/** Room of the pool that is filled; the kernel is asked for it, since libvirt knows only its last refresh. */
const POOL_MIB = 32;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

interface Run {
  readonly child: ChildProcess;
  readonly metricsUrl: string;
  readonly out: () => string;
  readonly err: () => string;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let folder: string;
  let fleetFile: string;
  let tlsPort: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "numafleet-watch-system-"));
    if (whyNoTls === undefined) writeCertificates(folder);
    tlsPort = await freePort();
    const tls = { port: tlsPort, folder };
    daemon = await startPrivateLibvirtd(whyNoTls === undefined ? { tls } : {});
    for (const name of ["fast", "slow"]) mkdirSync(join(daemon.folder, name));
    onHost(`mount -t tmpfs -o size=${POOL_MIB}m tmpfs '${join(daemon.folder, "fast")}'`);
    for (const name of ["fast", "slow"]) {
      daemon.virsh("pool-define-as", name, "dir", "--target", join(daemon.folder, name));
      daemon.virsh("pool-start", name);
    }
    writeFileSync(
      join(folder, "slow-ssh"),
      "#!/bin/sh\nsleep 3\necho 'ssh: connect to host slow port 22: Connection timed out' >&2\nexit 255\n",
      { mode: 0o755 },
    );
    fleetFile = join(folder, "fleet.json");
    writeFileSync(fleetFile, JSON.stringify(fleetOf({ disk: { thresholdPercent: 2 } })));
  });
  afterAll(async () => {
    await daemon?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** In the daemon's own mounts, which end with it. */
  function onHost(command: string): void {
    execFileSync(join(daemon.ssh, "ssh"), ["host", command], { stdio: ["ignore", "ignore", "inherit"] });
  }

  /** No machine has 99 % of its memory or of its disk free for long, so what is real is below. */
  function fleetOf(pressure: object): FleetInput {
    const host = (name: string, uri: string, pools: string[]) => ({
      name,
      uri,
      recorded: { source: "detected" as const, date: "2026-11-21" },
      cells: [{ id: 0, cores: ["0", "1"], memory: "1 GiB" }],
      reserved: { memoryPerCell: "0 GiB" },
      pools: pools.map((pool) => ({
        name: pool,
        class: "ssd" as const,
        path: join(daemon.folder, pool),
        capacity: "16 MiB",
      })),
    });
    return {
      hosts: [
        host("gone", `qemu+ssh://root@gone/system?command=${join(folder, "slow-ssh")}`, ["fast"]),
        host("lab", "qemu+ssh://root@lab/system", ["fast", "slow", "missing"]),
      ],
      placement: {
        pressure: {
          memory: { thresholdPercent: 99, consecutiveRequired: 3 },
          systemDisk: { thresholdPercent: 99, consecutiveRequired: 4 },
          ...pressure,
        },
      },
    };
  }

  function command(...args: string[]): ChildProcess {
    return spawn(process.execPath, [join(ROOT, "tools/fleet.ts"), ...args], {
      cwd: folder,
      env: { ...process.env, PATH: `${daemon.ssh}:${process.env.PATH}` },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async function finished(child: ChildProcess): Promise<{ code: number; out: string; err: string }> {
    let out = "";
    let err = "";
    child.stdout?.on("data", (chunk: Buffer) => (out += String(chunk)));
    child.stderr?.on("data", (chunk: Buffer) => (err += String(chunk)));
    const code = await new Promise<number>((resolve) => child.once("close", (ended) => resolve(ended ?? -1)));
    return { code, out, err };
  }

  async function start(): Promise<Run> {
    const child = command(
      ...["watch", "--fleet", fleetFile, "--interval", "0.5", "--pool-interval", "0.5", "--timeout", "60"],
      ...["--state", "state.json", "--listen", "127.0.0.1:0"],
    );
    let out = "";
    let err = "";
    child.stdout?.on("data", (chunk: Buffer) => (out += String(chunk)));
    child.stderr?.on("data", (chunk: Buffer) => (err += String(chunk)));
    const ended = new Promise<number | string>((resolve) =>
      child.once("exit", (code, signal) => resolve(code ?? signal ?? "")),
    );
    onTestFinished(() => void child.kill("SIGKILL"));
    const url = () => /Metrics: (\S+)/.exec(err)?.[1];
    await until(
      () => url() !== undefined || child.exitCode !== null,
      () => err,
    );
    expect(child.exitCode, err).toBeNull();
    return { child, metricsUrl: url() ?? "", out: () => out, err: () => err, ended };
  }

  /** Waits for it, and tells how it stands where it does not come. */
  async function until(holds: () => boolean | Promise<boolean>, standing: () => string): Promise<void> {
    const giveUp = Date.now() + 120_000;
    while (!(await holds())) {
      if (Date.now() > giveUp) throw new Error(`it does not come about: ${standing()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Values by their name and labels, without `numafleet_`. */
  async function scrape({ metricsUrl }: Run): Promise<Map<string, number>> {
    const text = await (await fetch(metricsUrl)).text();
    return new Map(
      text
        .split("\n")
        .filter((line) => line.startsWith("numafleet_"))
        .map((line) => [
          line.slice("numafleet_".length, line.lastIndexOf(" ")),
          Number(line.split(" ").at(-1)),
        ]),
    );
  }

  /** Scrapes until a value is as expected, and gives all that was scraped then. */
  async function scraped(run: Run, name: string, expected: (value: number) => boolean) {
    let values = new Map<string, number>();
    await until(
      async () => {
        values = await scrape(run);
        return expected(values.get(name) ?? Number.NaN);
      },
      () => `${name} is ${values.get(name)}\n${run.out()}${run.err()}`,
    );
    return values;
  }

  const state = () => JSON.parse(readFileSync(join(folder, "state.json"), "utf8")) as WatchState;
  const lab = () => state().hosts.find(({ name }) => name === "lab");
  const FAST = 'pool_pressure{host="lab",pool="fast"}';
  const MEMORY = 'host_pressure{host="lab",condition="memory_pressure"}';

  it("sets pressure of real figures late, of a pool that fills up at once, and clears it at once", async () => {
    const run = await start();
    const values = await scraped(run, MEMORY, (value) => value === 1);
    expect(
      values.get('host_pressure_observations{host="lab",condition="memory_pressure"}'),
    ).toBeGreaterThanOrEqual(3);
    expect(values.get('host_memory_bytes{host="lab"}')).toBe(meminfo("MemTotal") - meminfo("Hugetlb"));
    await scraped(run, 'host_pressure{host="lab",condition="system_disk_pressure"}', (value) => value === 1);

    const before = await scraped(run, FAST, (value) => value === 0);
    expect(before.get('pool_capacity_bytes{host="lab",pool="fast"}')).toBe(POOL_MIB * 1024 ** 2);
    onHost(`head -c ${POOL_MIB}M /dev/zero > '${join(daemon.folder, "fast", "full")}' 2>/dev/null || true`);
    const full = await scraped(run, FAST, (value) => value === 1);
    expect(full.get('pool_available_bytes{host="lab",pool="fast"}')).toBe(0);
    expect(full.get('pool_pressure{host="lab",pool="slow"}')).toBe(0);
    await until(
      () => /^fast +lab +under_pressure +0 B of 33.55 MB \(0.0 %\) +disk_pressure for/m.test(run.out()),
      () => run.out(),
    );
    onHost(`rm '${join(daemon.folder, "fast", "full")}'`);
    await scraped(run, FAST, (value) => value === 0);

    // One host does not answer all the while, and tells so only after three seconds: it costs the other nothing.
    const gone = await scraped(run, 'host_failures_total{host="gone"}', (value) => value >= 1);
    expect(gone.get('host_reachable{host="gone"}')).toBe(0);
    expect(gone.get('host_samples_total{host="lab"}')).toBeGreaterThanOrEqual(4);
    expect([...gone.keys()].filter((name) => /^host_(pressure|memory).*gone/.test(name))).toEqual([]);
    await until(
      () => /^gone +unreachable/m.test(run.out()),
      () => run.out(),
    );
    expect(run.out()).toMatch(/^lab +under_pressure/m);
    run.child.kill("SIGTERM");
    expect(await run.ended).toBe(0);
  });

  it("is killed with -9 and goes on where it stopped; a second one is refused meanwhile", async () => {
    const first = await start();
    await scraped(first, MEMORY, (value) => value === 1);
    const second = await finished(command("watch", "--fleet", fleetFile, "--once", "--state", "state.json"));
    expect(second.code).toBe(2);
    expect(second.err).toContain(`belongs to another fleet watch, process ${first.child.pid};`);

    first.child.kill("SIGKILL");
    expect(await first.ended).toBe("SIGKILL");
    const kept = lab();
    expect(kept?.memory.since).not.toBeNull();

    const again = await start();
    const values = await scraped(again, 'host_samples_total{host="lab"}', (v) => v > (kept?.samples ?? 0));
    expect(values.get(MEMORY)).toBe(1);
    expect(values.get('host_pressure_observations{host="lab",condition="memory_pressure"}')).toBeGreaterThan(
      kept?.memory.count ?? Number.NaN,
    );
    expect(values.get('host_pressure_since_timestamp_seconds{host="lab",condition="memory_pressure"}')).toBe(
      Date.parse(kept?.memory.since ?? "") / 1000,
    );
    again.child.kill("SIGINT");
    expect(await again.ended).toBe(0);
    expect(lab()?.samples).toBeGreaterThan(kept?.samples ?? Number.NaN);
  });

  it("takes a host out of placement: a VM without a host is refused, and placed once pressure is not looked for", async () => {
    const first = { thresholdPercent: 99, consecutiveRequired: 1 };
    const db = {
      name: "db",
      vcpus: 1,
      memory: "256 MiB",
      disks: [{ name: "os", class: "ssd" as const, size: "1 MB", pool: "slow" }],
    };
    const file = (name: string, pressure: object): string => {
      const { hosts = [], ...rest } = fleetOf(pressure);
      const path = join(folder, name);
      writeFileSync(path, JSON.stringify({ ...rest, hosts: hosts.slice(1), vms: [db] }));
      return path;
    };
    const pressed = file("pressed.json", { memory: first, systemDisk: first });
    const off = { enabled: false };
    const calm = file("calm.json", { memory: off, systemDisk: off, disk: off });
    const { code } = await finished(command("watch", "--fleet", pressed, "--once", "--state", "place.json"));
    // A declared pool is missing.
    expect(code).toBe(2);
    const place = (fleet: string) =>
      finished(command("place", "--fleet", fleet, "--pressure", "place.json", "--json"));
    const refused = await place(pressed);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({
      verdict: "refused",
      refusals: [
        {
          reason: "no_eligible_nodes",
          details: {
            reason: "node_pressure",
            filtered_due_to_pressure: [
              { node: "lab", conditions: ["memory_pressure", "system_disk_pressure"] },
            ],
          },
        },
      ],
    });
    const placed = await place(calm);
    expect(JSON.parse(placed.out)).toMatchObject({
      verdict: "placed",
      placements: [{ vm: "db", host: "lab" }],
    });
  });

  it.skipIf(whyNoTls !== undefined)(
    `watches over TLS what libvirt alone tells, and says what it does not${whyNoTls ? ` (skipped: ${whyNoTls})` : ""}`,
    async () => {
      const uri = `qemu+tls://127.0.0.1:${tlsPort}/system?pkipath=${folder}`;
      const { code, out, err } = await finished(
        command(
          ...["watch", "--fleet", fleetFile, "--host", "lab", "--uri", `lab=${uri}`],
          ...["--once", "--json", "--state", "tls.json"],
        ),
      );
      expect(err).toMatch(/^Host lab: no commands can be run there by this transport, so libvirt alone /);
      // A declared pool is missing.
      expect(code).toBe(2);
      const { hosts } = JSON.parse(out) as Extract<WatchReport, { hosts: unknown }>;
      expect(hosts[0]).toMatchObject({
        unreachable: null,
        memory: { total: meminfo("MemTotal") - meminfo("Hugetlb"), count: 1 },
        systemDisk: { total: null, available: null, pressure: false },
      });
      const available = hosts[0]?.memory?.available ?? Number.NaN;
      expect(Math.abs(available - meminfo("MemAvailable"))).toBeLessThan(meminfo("MemTotal") / 10);
      const pools = hosts[0]?.pools.map(({ name, disk }) => [name, disk?.total ?? null]);
      const { blocks, bsize } = statfsSync(join(daemon.folder, "slow"));
      expect(pools).toEqual([
        ["fast", POOL_MIB * 1024 ** 2],
        ["slow", blocks * bsize],
        ["missing", null],
      ]);
    },
  );

  const isShared = statSync(tmpdir()).dev === statSync("/").dev;
  it.skipIf(!isShared)(
    `a pool on the root file system: both conditions fire, and neither hides the other${isShared ? "" : ` (skipped: ${tmpdir()} is a file system of its own)`}`,
    async () => {
      const shared = fleetOf({
        systemDisk: { thresholdPercent: 99, consecutiveRequired: 1 },
        disk: { thresholdPercent: 99 },
      });
      writeFileSync(join(folder, "shared.json"), JSON.stringify(shared));
      const { code, out } = await finished(
        command(
          ...["watch", "--fleet", join(folder, "shared.json"), "--host", "lab"],
          ...["--once", "--json", "--state", "shared-state.json"],
        ),
      );
      // A declared pool is missing.
      expect(code).toBe(2);
      const { hosts } = JSON.parse(out) as Extract<WatchReport, { hosts: unknown }>;
      expect(hosts[0]).toMatchObject({ status: "under_pressure", systemDisk: { pressure: true } });
      const slow = hosts[0]?.pools.find(({ name }) => name === "slow");
      expect(slow).toMatchObject({ status: "under_pressure", disk: { total: hosts[0]?.systemDisk?.total } });
    },
  );
});
