/** `fleet verify` against a real libvirt with running VMs: what is true, and what was moved by hand. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runVerifyCommand, type VerifyReport } from "../../cli/verifycommand.ts";
import type { FleetInput } from "../../model/fleet.ts";
import type { Row } from "../../verify/row.ts";
import { canHaveOwnCgroups } from "../libvirt/ownCgroups.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { smallDomain } from "./smallDomain.ts";

const why = whyNoLibvirtd() ?? (os.availableParallelism() < 2 ? "it wants two CPUs" : undefined);
const title = why ? `fleet verify on a real libvirt (skipped: ${why})` : "fleet verify on a real libvirt";

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let fleetFile: string;
  let pools: string;

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    pools = join(daemon.folder, "pool");
    mkdirSync(pools);
    daemon.virsh("pool-define-as", "fast", "dir", "--target", pools);
    daemon.virsh("pool-start", "fast");
    for (const name of ["one", "two"]) {
      const disk = join(pools, `${name}-os.qcow2`);
      execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", disk, "100M"]);
      const file = join(daemon.folder, `${name}.xml`);
      writeFileSync(file, smallDomain(name, disk, "1"));
      daemon.virsh("define", file);
      daemon.virsh("autostart", name);
      daemon.virsh("start", name);
    }
    fleetFile = join(daemon.folder, "fleet.json");
    writeFileSync(fleetFile, JSON.stringify(fleetOf(daemon.uri)));
  });
  afterAll(() => daemon?.stop());

  /** What this machine truly has, and the two VMs on it. */
  function fleetOf(uri: string): FleetInput {
    const capabilities = daemon.virsh("capabilities");
    const cell = /<cell id='0'>.*?<\/cell>/s.exec(capabilities)?.[0] ?? "";
    const cores = [...new Set([...cell.matchAll(/siblings='([\d,-]+)'/g)].map(([, cpus]) => cpus ?? ""))];
    const kib = Number(/<memory unit='KiB'>(\d+)</.exec(cell)?.[1]);
    const pages = (size: number) =>
      Number(new RegExp(`<pages unit='KiB' size='${size}'>(\\d+)<`).exec(cell)?.[1] ?? 0);
    const hugepages = { "2MiB": pages(2048), "1GiB": pages(1024 ** 2) };
    // A machine in a cloud may give some of its memory back at any time, so half of it is promised.
    const memory = `${Math.floor(kib / 2)} KiB`;
    const vm = (name: string) => ({
      name,
      host: "lab",
      vcpus: 1,
      memory: "64 MiB",
      pins: [1],
      emulator: "0",
      iothreads: [{ cpus: 0 }],
      numa: { nodeset: 0 },
      weight: 300,
      disks: [{ name: "os", class: "ssd" as const, size: "100 MiB" }],
    });
    return {
      hosts: [
        {
          name: "lab",
          uri,
          recorded: { source: "detected", date: "2026-11-21" },
          cells: [{ id: 0, cores, memory, hugepages }],
          reserved: { memoryPerCell: "64 MiB" },
          pools: [{ name: "fast", class: "ssd", path: pools, capacity: "1 GB" }],
        },
      ],
      vms: [vm("one"), vm("two")],
    };
  }

  async function verify(...args: string[]) {
    let out = "";
    let err = "";
    const code = await runVerifyCommand(["--interval", "0.3", "--fleet", fleetFile, ...args], {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    });
    return { code, out, err };
  }

  /** Rows that are not as declared; the machine's own load may warn at any time. */
  async function different(...args: string[]): Promise<[number, string[][]]> {
    const { code, out } = await verify("--json", ...args);
    const report = JSON.parse(out) as VerifyReport;
    const rows = report.hosts.flatMap((host) => host.rows);
    const told = (r: Row) => r.status === "differs" || (r.status === "unknown" && r.check !== "cache-misses");
    return [code, rows.filter(told).map((r) => [r.subject, r.check, r.live])];
  }

  /** Threads of a VM by their name. */
  function threads(name: string): Map<string, string> {
    const tasks = `/proc/${daemon.qemuPid(name)}/task`;
    const comm = (tid: string) => readFileSync(join(tasks, tid, "comm"), "utf8").trim();
    return new Map(readdirSync(tasks).map((tid) => [comm(tid), tid]));
  }

  /** The file that confines a thread to CPUs, with cgroups of either version; undefined if nothing does. */
  function cpusetOf(thread: string): string | undefined {
    const groups = readFileSync(`/proc/${thread}/cgroup`, "utf8").split("\n");
    const path = (pattern: RegExp) => groups.flatMap((line) => pattern.exec(line)?.[1] ?? [])[0];
    const files = [
      `/sys/fs/cgroup/cpuset${path(/^\d+:cpuset:(.*)$/)}/cpuset.cpus`,
      `/sys/fs/cgroup${path(/^0::(.*)$/)}/cpuset.cpus`,
    ];
    return files.find((file) => existsSync(file));
  }

  const apart = canHaveOwnCgroups();
  it.skipIf(!apart)(
    `keeps its guests apart from those of other daemons${apart ? "" : " (skipped: no control groups of one's own here)"}`,
    () => {
      const groups = readFileSync(`/proc/${daemon.qemuPid("one")}/cgroup`, "utf8");
      const own = basename(dirname(daemon.folder));
      for (const name of ["cpu", "cpuset"]) {
        expect(groups).toMatch(new RegExp(`^\\d+:(.*,)?${name}(,.*)?:.*/${own}/machine/qemu-1-one`, "m"));
      }
    },
  );

  it("is as declared, with a row of every kind for the host and both VMs", async () => {
    expect(await different()).toEqual([0, []]);
    const { code, out, err } = await verify();
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const line of [
      /^ok +connection +reachable +libvirt \d+\.\d+\.\d+, QEMU \d+/m,
      /^ok +cores +\d+ cores, 0-\d+ /m,
      /^ok +pool fast +1 GB in \/tmp\S* +[\d.]+ [GT]B in \/tmp/m,
      /^info +NUMA balancing +not declared \(specified: 0\) +/m,
      /^ok +vCPU pins +1 on 1 +1 as declared$/m,
      /^ok +vCPU threads +1 on 1 +1 as declared$/m,
      /^ok +emulator threads +0 +\d+ on 0$/m,
      /^ok +iothreads +1 on 0 +1 on 0$/m,
      /^ok +NUMA binding +strict 0 +strict 0$/m,
      /^ok +CPU weight +300 +300$/m,
      /^ok +disk os \(vda\) +fast\/one-os\.qcow2, 104\.86 MB +as declared, 104\.86 MB$/m,
      /^info +memory per cell +cell 0 +0: [\d.]+Mi$/m,
      /^ok +remote memory +at most 1 % +0 %$/m,
      /^ok +memory policy +cell 0 +asks for 0$/m,
      /^info +CPU use +shown only +\d+\.\d of 1 CPUs; busiest /m,
      /^(ok|WARN) +vCPU wait +at most 1 % +at most /m,
    ]) {
      expect(out).toMatch(line);
    }
  });

  it("sees a pin that was moved by hand, in libvirt and past it", async () => {
    daemon.virsh("vcpupin", "one", "0", "0", "--live");
    expect(await different()).toEqual([
      1,
      [
        ["VM one", "pending-restart", "pins and CPU weights"],
        ["VM one", "vcpu-pins", "vCPU 0 on 0, not 1"],
        ["VM one", "vcpu-affinity", "vCPU 0 on 0, not 1"],
      ],
    ]);
    daemon.virsh("vcpupin", "one", "0", "1", "--live");
    // Past libvirt: the thread's cgroup, where there is one, and then the thread itself.
    const thread = [...threads("two")].find(([name]) => name.startsWith("CPU 0/"))?.[1] ?? "";
    const cpuset = cpusetOf(thread);
    if (cpuset !== undefined) writeFileSync(cpuset, "0-1");
    execFileSync("taskset", ["-p", "-c", "0,1", thread], { stdio: "ignore" });
    const moved = await different();
    daemon.virsh("vcpupin", "two", "0", "1", "--live");
    expect(moved).toEqual([1, [["VM two", "vcpu-affinity", "vCPU 0 on 0-1, not 1"]]]);
    expect(await different()).toEqual([0, []]);
  });

  it("sees each other setting that was changed by hand", async () => {
    daemon.virsh("schedinfo", "one", "--set", "cpu_shares=200", "--live", "--config");
    daemon.virsh("emulatorpin", "one", "1", "--live", "--config");
    daemon.virsh("autostart", "two", "--disable");
    daemon.virsh("setmaxmem", "two", "96M", "--config");
    expect(await different()).toEqual([
      1,
      [
        ["VM one", "emulator-pin", "1"],
        ["VM one", "emulator-affinity", expect.stringMatching(/^\d+ of \d+ on /)],
        ["VM one", "weight", "200"],
        ["VM two", "autostart", "no"],
        ["VM two", "pending-restart", "memory"],
      ],
    ]);
    daemon.virsh("schedinfo", "one", "--set", "cpu_shares=300", "--live", "--config");
    daemon.virsh("emulatorpin", "one", "0", "--live", "--config");
    daemon.virsh("autostart", "two");
    daemon.virsh("setmaxmem", "two", "64M", "--config");
    expect(await different()).toEqual([0, []]);
  });

  it("compares the kernel's settings with what is declared", async () => {
    const choice = (file: string) =>
      /\[(.+)\]/.exec(readFileSync(`/sys/kernel/mm/transparent_hugepage/${file}`, "utf8"))?.[1];
    const enabled = choice("enabled");
    const other = enabled === "never" ? "madvise" : "never";
    const write = (thp: string | undefined) => {
      const fleet = fleetOf(daemon.uri);
      const tuning = { transparentHugepages: { enabled: thp, defrag: choice("defrag") } };
      const hosts = (fleet.hosts ?? []).map((host) => ({ ...host, tuning }));
      const file = join(daemon.folder, "tuned.json");
      writeFileSync(file, JSON.stringify({ ...fleet, hosts }));
      return file;
    };
    fleetFile = write(enabled);
    expect(await different()).toEqual([0, []]);
    fleetFile = write(other);
    expect(await different()).toEqual([1, [["host lab", "transparent-hugepages", enabled]]]);
    fleetFile = join(daemon.folder, "fleet.json");
  });

  it("asks over ssh what it asks on the spot", async () => {
    const path = process.env.PATH;
    const file = join(daemon.folder, "remote.json");
    writeFileSync(file, JSON.stringify(fleetOf("qemu+ssh://root@lab/system")));
    // Its ssh takes every host to this daemon's machine.
    process.env.PATH = `${daemon.ssh}:${path}`;
    try {
      fleetFile = file;
      expect(await different()).toEqual([0, []]);
    } finally {
      process.env.PATH = path;
      fleetFile = join(daemon.folder, "fleet.json");
    }
  });

  it("sees an intruder, a stopped VM and one that is gone", async () => {
    const file = join(daemon.folder, "intruder.xml");
    const xml = smallDomain("it's <x>", join(pools, "none"), "1").replace(/<disk.*<\/disk>/s, "");
    writeFileSync(file, xml.replace("it's <x>", "it&apos;s &lt;x&gt;"));
    daemon.virsh("create", file);
    daemon.virsh("destroy", "two");
    expect(await different()).toEqual([
      1,
      [
        ["host lab", "undeclared-vms", "it's <x> on 1"],
        ["VM two", "state", "shut off"],
      ],
    ]);
    daemon.virsh("destroy", "it's <x>");
    daemon.virsh("start", "two");
    daemon.virsh("pool-destroy", "fast");
    expect(await different()).toEqual([1, [["host lab", "pool", "not active"]]]);
    daemon.virsh("pool-start", "fast");
  });

  it("counts cache misses where it may, and says what is missing where not", async () => {
    const { out } = await verify("--json", "--perf");
    const report = JSON.parse(out) as VerifyReport;
    const rows = report.hosts.flatMap((host) => host.rows).filter((r) => r.check === "cache-misses");
    expect(rows).toHaveLength(2);
    for (const { status, live } of rows) {
      expect(`${status}: ${live}`).toMatch(
        /^(info: (no loads|[\d.]+ % of \d+ loads)|unknown: unknown: (no perf there|the CPU has no such counter|perf counted nothing))/,
      );
    }
  });

  it("a daemon that is down is unknown, never clean", async () => {
    await daemon.kill();
    const { code, out } = await verify();
    await daemon.start();
    expect(code).toBe(2);
    expect(out).toMatch(/^UNKNOWN +connection +reachable +unknown: cannot connect to /m);
    expect(out).toMatch(/^Not known: 1 unknown\.$/m);
    expect(await different()).toEqual([0, []]);
  });
});
