/** What becomes of labs and of the commands that start them, on twins of small hosts. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LabRecord } from "../../lab/labFolder.ts";
import { identify, isSame, type ProcessIdentity } from "../../lab/processes.ts";
import type { FleetInput } from "../../model/fleet.ts";
import { ROOT } from "../../tools/engine/engine.ts";
import { type CommandResult, run } from "../../tools/setup/command.mjs";
import { whyNoLab } from "./whyNoLab.ts";

const why = await whyNoLab();
const title = why ? `labs on small hosts (skipped: ${why})` : "labs on small hosts";

/** Two cells that are not alike, and siblings beside each other. */
const host = (name: string) => ({
  name,
  uri: `qemu+ssh://root@${name}/system`,
  recorded: { source: "configured" as const, date: "2026-05-03" },
  cells: [
    { id: 0, cores: ["0,3", "1,4"], memory: "1 GiB" },
    { id: 1, cores: ["2"], memory: "1 GiB" },
  ],
  reserved: { memoryPerCell: "256 MiB" },
  pools: [{ name: "images", class: "ssd" as const, path: "/srv/images", capacity: "100 GB" }],
  bridges: [{ name: "br0" }],
});
const FLEET: FleetInput = { hosts: [host("one"), host("two")] };

describe.skipIf(why !== undefined)(title, () => {
  let folder: string;
  const started: ChildProcess[] = [];
  const fleetFile = () => path.join(folder, "fleet.json");
  const labs = () => readdir(path.join(folder, "numafleet", "lab")).catch(() => []);
  const env = () => ({ ...process.env, XDG_STATE_HOME: folder });
  const command = (...args: string[]) => [path.join(ROOT, "cli", "fleet.ts"), "lab", ...args];

  const lab = (...args: string[]): Promise<CommandResult> =>
    run(process.execPath, command(...args), { env: env() });
  const up = (name: string) => lab("up", "--fleet", fleetFile(), "--host", name);

  function recordOf(name: string): LabRecord {
    return JSON.parse(
      readFileSync(path.join(folder, "numafleet", "lab", name, "lab.json"), "utf8"),
    ) as LabRecord;
  }

  /** `up` as a command of its own, once its QEMU runs. */
  async function halfUp(name: string): Promise<{ child: ChildProcess; machine: ProcessIdentity }> {
    const child = spawn(process.execPath, command("up", "--fleet", fleetFile(), "--host", name), {
      env: env(),
      stdio: "ignore",
    });
    started.push(child);
    const machine = () => {
      try {
        return recordOf(name).machine;
      } catch {
        return undefined;
      }
    };
    await expect.poll(machine, { timeout: 120_000 }).toBeDefined();
    return { child, machine: machine() as ProcessIdentity };
  }

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "numafleet-labs-"));
    await writeFile(fleetFile(), JSON.stringify(FLEET));
  });
  afterEach(async () => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
    for (const name of await labs()) await lab("down", "--host", name);
    await rm(folder, { recursive: true, force: true });
  });

  it("run beside each other, each like its host, and one that crashes is told from one that runs", async () => {
    const ups = await Promise.all([up("one"), up("two")]);
    expect(
      ups.map(({ code }) => code),
      ups.map(({ stderr }) => stderr).join("\n"),
    ).toEqual([0, 0]);
    const status = await lab("status");
    expect(status.code).toBe(0);
    expect(status.stdout.match(/^The lab of host (one|two) runs\.$/gm)).toHaveLength(2);
    const [one, two] = [recordOf("one"), recordOf("two")];
    expect(one.uri).not.toBe(two.uri);
    for (const name of ["one", "two"]) {
      const question =
        "hostname; cat /sys/devices/system/node/node[01]/cpulist /sys/devices/system/cpu/cpu3/topology/thread_siblings_list; ls -d /srv/images; virsh uri";
      const answer = await lab("shell", "--host", name, "--", question);
      expect(answer.stdout.trim().split(/\s+/), answer.stderr).toEqual([
        ...[name, "0-1,3-4", "2", "0,3", "/srv/images", "qemu:///system"],
      ]);
    }
    expect((await lab("shell", "--host", "one", "--", "exit 7")).code).toBe(1);

    process.kill((one.machine as ProcessIdentity).pid, "SIGKILL");
    await expect.poll(() => isSame(one.machine as ProcessIdentity)).toBe(false);
    const after = await lab("status");
    expect(after.code).toBe(1);
    expect(after.stdout).toContain(
      "A lab of host one has ended without `down`; `up` and `down` remove what is left of it.\n",
    );
    expect(after.stdout).toContain("The lab of host two runs.\n");
    const shell = await lab("shell", "--host", "one", "--", "true");
    expect(shell).toMatchObject({
      code: 1,
      stderr:
        "error: A lab of host one has ended without `down`; `up` and `down` remove what is left of it. Start it: npm run lab -- up.\n",
    });
    expect((await lab("down", "--host", "one")).stdout).toBe(
      "Removed what was left of a lab of host one that had ended without `down`.\n",
    );
    expect((await lab("down", "--host", "two")).stdout).toBe(
      "The lab of host two is gone, with all that was in it.\n",
    );
    expect(isSame(two.machine as ProcessIdentity)).toBe(false);
    expect(await labs()).toEqual([]);
    expect((await lab("status")).stdout).toBe("There is no lab.\n");
  });

  it.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
    "end with the command that starts them, by %s, and leave nothing",
    async (signal) => {
      const { child, machine } = await halfUp("one");
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill(signal);
      await ended;
      await expect.poll(() => isSame(machine), { timeout: 20_000 }).toBe(false);
      await expect.poll(labs, { timeout: 20_000 }).toEqual([]);
    },
  );

  /** `up` of a fleet's first host, with a program of the system's that is this script, and folders of its own. */
  async function upWith(program: string, script: string) {
    const [bin, tmp, cache] = ["bin", "tmp", "cache"].map((name) => path.join(folder, name)) as [
      ...[string, string, string],
    ];
    for (const at of [bin, tmp, cache]) await mkdir(at);
    await writeFile(path.join(bin, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    // Only who fetches packages has none yet.
    const ownCache = program === "apt-get" ? { XDG_CACHE_HOME: cache } : {};
    const child = spawn(process.execPath, command("up", "--fleet", fleetFile(), "--host", "one"), {
      env: { ...env(), PATH: `${bin}:${process.env.PATH}`, TMPDIR: tmp, ...ownCache },
      stdio: ["ignore", "ignore", "pipe"],
    });
    started.push(child);
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += String(chunk)));
    const ended = new Promise<number | NodeJS.Signals>((resolve) =>
      child.once("close", (code, signal) => resolve(code ?? (signal as NodeJS.Signals))),
    );
    const left = async () => [
      ...(await labs()),
      ...(await readdir(tmp)),
      ...(await readdir(path.join(cache, "numafleet")).catch(() => [])).filter((name) =>
        /part|lock/.test(name),
      ),
    ];
    return { child, ended: async () => ({ code: await ended, stderr, left: await left() }) };
  }

  it.each([
    ["their packages are fetched", "apt-get"],
    ["their keys are made", "ssh-keygen"],
    ["their images are made", "qemu-img"],
  ])("leave nothing by Ctrl-C while %s", async (_, program) => {
    const mark = path.join(folder, "mark");
    const { child, ended } = await upWith(
      program,
      `echo $$ >'${mark}.new'; mv '${mark}.new' '${mark}'; exec sleep 600`,
    );
    await expect.poll(() => existsSync(mark), { timeout: 120_000 }).toBe(true);
    const busy = identify(Number(readFileSync(mark, "utf8"))) as ProcessIdentity;
    child.kill("SIGINT");
    expect(await ended()).toMatchObject({ code: "SIGINT", left: [] });
    await expect.poll(() => isSame(busy)).toBe(false);
  });

  it("leave nothing where their packages cannot be had, and say so", async () => {
    const { ended } = await upWith("apt-get", "echo 'E: no such mirror' >&2; exit 100");
    const { code, stderr, left } = await ended();
    expect({ code, left }).toEqual({ code: 1, left: [] });
    expect(stderr).toMatch(/^error: apt-get download failed: E: no such mirror$/m);
  });

  it("are not left half-started where QEMU ends", async () => {
    const { child, machine } = await halfUp("two");
    const ended = new Promise((resolve) => child.once("exit", resolve));
    process.kill(machine.pid, "SIGKILL");
    expect(await ended).toBe(1);
    expect(await labs()).toEqual([]);
  });
});
