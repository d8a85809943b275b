/** `fleet discover` on a real libvirt with running VMs: the record, the change to a file, and the program that adopts. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { runDiscoverCommand } from "../../cli/discovercommand.ts";
import { runVerifyCommand, type VerifyReport } from "../../cli/verifycommand.ts";
import { runWatchCommand } from "../../cli/watchcommand.ts";
import { formatCpuset, parseCpuset } from "../../model/cpuset.ts";
import type { FleetInput } from "../../model/fleet.ts";
import { parseSize } from "../../model/quantity.ts";
import { ROOT } from "../../tools/engine/engine.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { createStack, LIBVIRT_PROJECT, succeeded } from "./engine.ts";
import { smallDomain } from "./smallDomain.ts";

const noSilence = existsSync("/dev/fuse") ? undefined : "there is no /dev/fuse";
const why = whyNoLibvirtd() ?? (os.availableParallelism() < 2 ? "it wants two CPUs" : undefined);
const title = why ? `fleet discover on a real libvirt (skipped: ${why})` : "fleet discover on a real libvirt";

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let pool: string;

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    pool = join(daemon.folder, "pool");
    mkdirSync(pool);
    daemon.virsh("pool-define-as", "fast", "dir", "--target", pool);
    daemon.virsh("pool-start", "fast");
    daemon.virsh("pool-autostart", "fast");
    for (const [name, cpu] of [["one", "1"], ["two"], ["three"]] as const) {
      const disk = join(pool, `${name}-os.qcow2`);
      execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", disk, "100M"]);
      const file = join(daemon.folder, `${name}.xml`);
      writeFileSync(file, smallDomain(name, disk, cpu));
      daemon.virsh("define", file);
    }
    for (const name of ["one", "two"]) {
      daemon.virsh("autostart", name);
      daemon.virsh("start", name);
    }
  });
  afterAll(() => daemon?.stop());

  async function discover(...args: string[]) {
    let out = "";
    let err = "";
    const code = await runDiscoverCommand([daemon.uri, ...args], {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    });
    return { code, out, err };
  }

  const file = (name: string, text: string): string => {
    const path = join(daemon.folder, name);
    writeFileSync(path, text);
    return path;
  };

  it("prints the host and what runs there as a fleet, which a verification then finds true", async () => {
    const run = (uri: string) =>
      execFileSync(
        process.execPath,
        ["tools/fleet.ts", "discover", uri, "--name", "lab", "--class", "fast=ssd"],
        {
          cwd: ROOT,
          encoding: "utf8",
          env: { ...process.env, PATH: `${daemon.ssh}:${process.env.PATH}` },
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
    const text = run(daemon.uri);
    // Over ssh it is the same host. A machine in a cloud may get or give memory at any time.
    const far = "qemu+ssh://root@lab/system";
    const rest = (printed: string) =>
      printed.replace(/ [GM]iB/g, "").replace(/(memory|memoryPerCell): \d+/g, "$1");
    expect(rest(run(far))).toBe(rest(text.replace(daemon.uri, far)));
    const fleet = parse(text) as FleetInput;
    const host = fleet.hosts?.[0];
    const room = statfsSync(pool);
    expect(host).toMatchObject({
      name: "lab",
      uri: daemon.uri,
      recorded: { source: "detected", date: new Date().toISOString().slice(0, 10) },
    });
    const cpus = host?.cells.flatMap((cell) => cell.cores.flatMap((core) => parseCpuset(String(core)) ?? []));
    expect(formatCpuset(cpus ?? [])).toBe(readFileSync("/sys/devices/system/cpu/online", "utf8").trim());
    const memTotal = Number(/^MemTotal: +(\d+) kB/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) * 1024;
    const recorded = (host?.cells ?? []).reduce((sum, cell) => sum + parseSize(cell.memory, "capacity"), 0);
    expect(Math.abs(recorded - memTotal)).toBeLessThan(2 ** 30);
    expect(host?.pools).toMatchObject([{ name: "fast", class: "ssd", path: pool }]);
    const capacity = parseSize(host?.pools?.[0]?.capacity ?? "", "capacity");
    expect(Math.abs(capacity - room.blocks * room.bsize)).toBeLessThan(1e7);
    expect(fleet.vms).toEqual([
      {
        name: "one",
        host: "lab",
        managed: false,
        vcpus: 1,
        memory: "64 MiB",
        pins: [1],
        exclusiveCores: false,
        emulator: 0,
        iothreads: [{ cpus: 0 }],
        numa: { mode: "strict", nodeset: 0 },
        disks: [{ name: "vda", class: "ssd", size: "104857600 B", pool: "fast", file: "one-os.qcow2" }],
      },
      {
        name: "two",
        host: "lab",
        managed: false,
        vcpus: 1,
        memory: "64 MiB",
        disks: [{ name: "vda", class: "ssd", size: "104857600 B", pool: "fast", file: "two-os.qcow2" }],
      },
    ]);
    const path = file("found.yaml", text);
    let report = "";
    await runVerifyCommand(["--fleet", path, "--interval", "0.3", "--json"], {
      out: (t) => {
        report += t;
      },
      err: () => undefined,
    });
    const rows = (JSON.parse(report) as VerifyReport).hosts.flatMap((h) => h.rows);
    const wrong = rows.filter(
      (row) =>
        /^(host|cell) /.test(row.subject) &&
        ["differs", "unknown"].includes(row.status) &&
        row.check !== "cell-memory",
    );
    expect(wrong).toEqual([]);
  });

  const silent =
    "with a pool whose server is gone the rest is told in time, and libvirt is not held up by the question";
  it.skipIf(noSilence)(noSilence ? `${silent} (skipped: ${noSilence})` : silent, async () => {
    const dead = join(daemon.folder, "dead");
    mkdirSync(dead);
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", join(dead, "a.qcow2"), "1M"]);
    daemon.virsh("pool-define-as", "dead", "dir", "--target", dead);
    daemon.virsh("pool-start", "dead");
    const path = file(
      "pools.yaml",
      (await discover("--name", "lab", "--class", "fast=ssd", "--class", "dead=hdd")).out,
    );
    // A file system that nobody serves answers nothing, as one over NFS does whose server is gone.
    const script = `exec 3<>/dev/fuse; mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 gone '${dead}'; echo; read -r end; umount -l '${dead}'`;
    const ssh = join(daemon.ssh, "ssh");
    const mount = spawn(ssh, ["lab", script], { stdio: ["pipe", "pipe", "inherit"] });
    onTestFinished(async () => {
      mount.stdin.end();
      await once(mount, "close");
      daemon.virsh("pool-destroy", "dead");
      daemon.virsh("pool-undefine", "dead");
    });
    await once(mount.stdout, "data");
    const far = "qemu+ssh://root@lab/system";
    const fleet = (...args: string[]) =>
      spawnSync(process.execPath, ["tools/fleet.ts", ...args, "--timeout", "3"], {
        cwd: ROOT,
        encoding: "utf8",
        env: { ...process.env, PATH: `${daemon.ssh}:${process.env.PATH}` },
        timeout: 60_000,
      });
    const told = `${dead}: its file system did not answer in 1 s`;
    const found = fleet("discover", far, "--name", "lab", "--class", "fast=ssd", "--class", "dead=hdd");
    expect([found.status, found.stderr]).toEqual([
      1,
      expect.stringContaining(`unknown: file system of pool dead: ${told}.\n`),
    ]);
    expect(found.stderr).toContain("but for 1 thing that nobody could say.");
    const status = fleet("status", "--fleet", path, "--uri", `lab=${far}`);
    expect([status.status, status.stdout]).toEqual([
      2,
      expect.stringContaining(`\npool dead is in no figure: ${told}\n`),
    ]);
    expect(status.stdout).toContain("\none ");
    expect(daemon.virsh("pool-list", "--name")).toContain("dead");
    // Somebody else has asked: libvirt then waits with all of its pools.
    const other = spawn("virsh", ["-c", daemon.uri, "vol-dumpxml", "--pool", "dead", "a.qcow2"], {
      stdio: "ignore",
    });
    onTestFinished(() => void other.kill("SIGKILL"));
    const list = ["-c", daemon.uri, "pool-list"];
    while (spawnSync("virsh", list, { timeout: 500 }).status === 0) await sleep(50);
    const stuck = fleet("discover", far, "--name", "lab");
    expect([stuck.status, stuck.stderr]).toEqual([
      1,
      expect.stringContaining("unknown: pools: libvirt did not answer about its pools in time"),
    ]);
    expect(parse(stuck.stdout)).toMatchObject({
      hosts: [{ name: "lab" }],
      vms: [{ name: "one" }, { name: "two" }],
    });
  });

  it("adopts the VMs that exist: a preview shows imports and no other change", async () => {
    const program = join(daemon.folder, "adopt.ts");
    const { code, err } = await discover("--name", "lab", "--class", "fast=ssd", "--program", program);
    expect(code, err).toBe(0);
    const stack = await createStack({
      files: { "Pulumi.yaml": LIBVIRT_PROJECT, "index.ts": readFileSync(program, "utf8") },
    });
    const before = daemon.virsh("list", "--all");
    const { stdout } = succeeded(await stack.preview("--json"));
    const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
    const names = (op: string) =>
      steps.filter((step) => step.op === op).map(({ urn }) => urn.split("::").slice(2).join(" "));
    expect(names("import").sort()).toEqual([
      "libvirt:index/domain:Domain one",
      "libvirt:index/domain:Domain three",
      "libvirt:index/domain:Domain two",
      "libvirt:index/pool:Pool fast",
    ]);
    // The stack itself and the connection, which is nothing on the host.
    expect(names("create").sort()).toEqual(["pulumi:providers:libvirt lab", "pulumi:pulumi:Stack test-dev"]);
    expect(steps).toHaveLength(6);
    expect(daemon.virsh("list", "--all")).toBe(before);
    const pid = daemon.qemuPid("one");
    succeeded(await stack.up());
    expect(daemon.qemuPid("one")).toBe(pid);
    succeeded(await stack.preview("--expect-no-changes"));
    expect(await discover("--program", program, "--name", "lab")).toMatchObject({
      code: 2,
      err: `error: ${program} is not written: the file is there already; name another one\n`,
    });
  });

  it("is a fleet to go on with: a VM joins those that are there, and a host that has lost something is refused", async () => {
    const path = join(daemon.folder, "fleet.yaml");
    writeFileSync(path, "# Ours, by hand.\nvms: []\n");
    const args = ["--name", "lab", "--class", "fast=ssd", "--into", path] as const;
    const shown = await discover(...args);
    expect([shown.code, readFileSync(path, "utf8")]).toEqual([0, "# Ours, by hand.\nvms: []\n"]);
    expect(shown.out).toMatch(/^--- .*fleet\.yaml\n\+\+\+ /);
    expect((await discover(...args, "--write")).code).toBe(0);
    const found = readFileSync(path, "utf8");
    // As above: less is recorded than there is, so that the machine may give some back.
    const text = found.replace(/(cores:[^}]*?memory: )\d+ [GM]iB/, (_, head: string) => `${head}4 GiB`);
    expect(text).toMatch(/^# Ours, by hand\.\n/);
    expect(await discover(...args, "--write")).toMatchObject({
      code: 0,
      out: "",
      err: expect.stringContaining("The file holds all of it already.\n"),
    });

    const fresh = (name: string) =>
      `  - { name: ${name}, host: lab, vcpus: 1, memory: 64 MiB, disks: [ { name: os, class: ssd, size: 4 MiB } ] }\n`;
    // One CPU of two is left to share.
    const write = (given: string) =>
      writeFileSync(path, `${given}policy: { oversubscription: { lab: 4 } }\n`);
    const vms = (given: string, ...names: string[]) =>
      given.replace(/^vms:\n/m, (head) => head + names.map(fresh).join(""));
    write(vms(text, "new"));
    const stack = await createStack({
      directory: ROOT,
      env: { XDG_STATE_HOME: join(daemon.folder, "provider") },
      config: { "numafleet:fleet": path, "numafleet:domainType": "qemu" },
    });
    const up = succeeded(await stack.up());
    expect(up.stdout + up.stderr).not.toContain("host/");
    expect(daemon.virsh("list", "--name").trim().split("\n").sort()).toEqual(["new", "one", "two"]);

    // Less than 99 % of its memory is free, as a watch has seen: a VM in place of an equal one is a new one there.
    const short = "{ thresholdPercent: 99, consecutiveRequired: 1 }";
    write(`${vms(text, "newer")}placement: { pressure: { memory: ${short}, systemDisk: ${short} } }\n`);
    const state = join(daemon.folder, "pressure.json");
    const quiet = { out: () => undefined, err: () => undefined };
    expect(
      await runWatchCommand(["--fleet", path, "--once", "--interval", "600", "--state", state], quiet),
    ).toBe(1);
    await stack.setConfig("numafleet:pressure", state);
    const instead = await stack.preview();
    expect(instead.exitCode).not.toBe(0);
    expect(instead.stdout + instead.stderr).toMatch(
      /pressure\/asks-more: Host lab is under pressure \(.*_pressure since .*: new VM newer \(vCPUs \+1, memory \+64Mi, disk os in pool fast \+4\.19 MB\)\./,
    );

    // A module of memory is gone, as far as the record can tell.
    const grown = vms(text, "new", "newer").replace(
      /(cores:[^}]*?memory: )\d+ [GM]iB/,
      (_, head: string) => `${head}4096 GiB`,
    );
    write(grown);
    for (const run of [stack.preview, stack.up]) {
      const refused = await run();
      const said = refused.stdout + refused.stderr;
      expect(refused.exitCode, said).not.toBe(0);
      expect(said).toMatch(
        /host\/below-record: Host lab has less than its record: memory of cell lab\/0 is recorded as 4096Gi \(detected, [-\d]+\), and is [\d.]+Gi\. \(hosts\[0\]\.cells\[0\]\.memory\)/,
      );
    }
    expect(daemon.virsh("list", "--all", "--name")).not.toContain("newer");

    // A host that is off holds no preview up.
    write(vms(text, "new").replace(daemon.uri, "qemu+unix:///system?socket=/nonexistent/libvirt-sock"));
    const away = await stack.preview();
    expect(away.stdout + away.stderr).toContain(
      "host/record-unknown: Whether host lab still has what is recorded is unknown: ",
    );
    write(vms(text, "new"));
    succeeded(await stack.destroy());
    expect(daemon.virsh("list", "--name").trim().split("\n").sort()).toEqual(["one", "two"]);
  });
});
