import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bringDown } from "../../../lab/down.ts";
import {
  abandonFolder,
  claimFolder,
  type LabRecord,
  labFolder,
  labHosts,
  labState,
  labsFolder,
  writeRecord,
} from "../../../lab/labFolder.ts";
import { identify, isSame, type ProcessIdentity } from "../../../lab/processes.ts";
import { bringUp } from "../../../lab/up.ts";
import { type Fleet, requireFleet } from "../../../model/fleet.ts";
import { numa } from "../../../stacks/numa.ts";

const before = process.env.XDG_STATE_HOME;
let state: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  state = await mkdtemp(path.join(tmpdir(), "numafleet-lab-test-"));
  process.env.XDG_STATE_HOME = state;
});
afterEach(async () => {
  if (before === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = before;
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(state, { recursive: true, force: true });
});

/** A process that plays a lab's QEMU. */
function sleeper(): ProcessIdentity {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  children.push(child);
  return identify(child.pid as number) as ProcessIdentity;
}

const self = () => identify(process.pid) as ProcessIdentity;
const gone = (): ProcessIdentity => ({ ...self(), started: "1" });
const record = (change: Partial<LabRecord> = {}): LabRecord => ({
  version: 1,
  host: "numa",
  phase: "running",
  starter: gone(),
  uri: "qemu+ssh://root@numa/system",
  accelerator: "tcg",
  cpus: 72,
  cells: 2,
  memory: 2 ** 38,
  ...change,
});
const said = (work: Promise<unknown>) =>
  work.then(
    () => "no failure",
    (error: { findings?: { rule: string; message: string; remedy: string }[] }) =>
      error.findings?.map(({ rule, message, remedy }) => `${rule}: ${message} ${remedy}`).join("\n") ?? error,
  );
const up = () => {
  const fleet = requireFleet(numa);
  return said(bringUp(fleet, fleet.hosts[0] as Fleet["hosts"][number]));
};

describe("a lab's folder", () => {
  test("is there whole, for one of two that ask for it, and for its owner alone", async () => {
    const claims = await Promise.all([claimFolder(record()), claimFolder(record())]).catch(() => []);
    expect(await readdir(labsFolder())).toEqual(["numa"]);
    expect(claims.filter(Boolean).length).toBeLessThanOrEqual(1);
    expect(await claimFolder(record())).toBe(false);
    expect(await labHosts()).toEqual(["numa"]);
  });

  test("is rid of what a command left that was killed over it", async () => {
    await mkdir(path.join(labsFolder(), ".numa.4194999"), { recursive: true });
    await mkdir(path.join(labsFolder(), ".numa.4194999.gone"));
    await mkdir(path.join(labsFolder(), `.numa.${process.ppid}.gone`));
    // Of the host numa.4194999, by a process that runs.
    await mkdir(path.join(labsFolder(), `.numa.4194999.${process.ppid}`));
    const others = [`.numa.${process.ppid}.gone`, `.numa.4194999.${process.ppid}`].sort();
    await claimFolder(record());
    expect((await readdir(labsFolder())).sort()).toEqual([...others, "numa"]);
    await mkdir(path.join(labsFolder(), ".numa.4194999"));
    await bringDown("numa");
    expect((await readdir(labsFolder())).sort()).toEqual(others);
  });

  test("is not reached by another way than its host's name", async () => {
    const machine = sleeper();
    await claimFolder(record({ machine }));
    for (const name of ["numa/", "./numa", "../lab/numa", "", ".", ".."]) {
      expect(await labState(name), name).toEqual({ kind: "none" });
      expect(await bringDown(name), name).toBe("none");
    }
    expect(isSame(machine)).toBe(true);
  });

  test("is abandoned by the command that made it, with its draft, and by no other", async () => {
    const ours = record({ starter: self() });
    await mkdir(path.join(labsFolder(), `.numa.${process.pid}`), { recursive: true });
    abandonFolder(ours);
    expect(await readdir(labsFolder())).toEqual([]);
    await claimFolder(ours);
    abandonFolder(record({ starter: { ...self(), started: "1" } }));
    expect(await labHosts()).toEqual(["numa"]);
    abandonFolder(ours);
    expect(await labHosts()).toEqual([]);
  });

  test("of one host is not that of another", async () => {
    await claimFolder(record({ machine: sleeper() }));
    await claimFolder(record({ host: "spare", machine: sleeper() }));
    expect(await labHosts()).toEqual(["numa", "spare"]);
    await bringDown("spare");
    expect(await labHosts()).toEqual(["numa"]);
  });
});

describe("a lab that runs", () => {
  test("is not started again", async () => {
    const machine = sleeper();
    await claimFolder(record({ machine }));
    expect((await labState("numa")).kind).toBe("running");
    expect(await up()).toBe(
      `lab/already-runs: The lab of host numa runs already, as process ${machine.pid}. Use it (npm run lab -- status tells its URI), or end it first: npm run lab -- down.`,
    );
    expect(isSame(machine)).toBe(true);
  });

  test("is ended by down, with its folder", async () => {
    const machine = sleeper();
    await claimFolder(record({ machine }));
    expect(await bringDown("numa")).toBe("running");
    expect(isSame(machine)).toBe(false);
    expect(existsSync(labFolder("numa"))).toBe(false);
    expect(await bringDown("numa")).toBe("none");
  });
});

test("a lab that is being started is left to the command that does so", async () => {
  await claimFolder(record({ phase: "starting", starter: self(), machine: sleeper() }));
  expect(await up()).toBe(
    `lab/starting: The lab of host numa is being started, by process ${process.pid}. Wait for that one: npm run lab -- status.`,
  );
  expect(await said(bringDown("numa"))).toBe(
    `lab/starting: The lab of host numa is being started, by process ${process.pid}. End that command with Ctrl-C, or a plain kill: it leaves nothing behind.`,
  );
});

test.each<[string, Partial<ProcessIdentity>]>([
  ["in another container of this machine", { space: "pid:[1]" }],
  ["on another machine that has the same home", { machine: "another", boot: "another" }],
])("a lab %s cannot be seen, and is left alone", async (_, change) => {
  await claimFolder(record({ machine: { ...gone(), ...change } }));
  const expected = `lab/elsewhere: The lab of host numa was started on another machine or in another container, as process ${process.pid} there, and cannot be seen from here. End it there: npm run lab -- down. If that machine or container is gone, remove ${labFolder("numa")} by hand.`;
  expect(await up()).toBe(expected);
  expect(await said(bringDown("numa"))).toBe(expected);
  expect(existsSync(labFolder("numa"))).toBe(true);
});

describe("what is left of a lab", () => {
  test("whose process number is another's by now: that one is not touched", async () => {
    const other = sleeper();
    await claimFolder(record({ machine: { ...other, started: "1" } }));
    expect((await labState("numa")).kind).toBe("remains");
    expect(await bringDown("numa")).toBe("remains");
    expect(isSame(other)).toBe(true);
    expect(await labHosts()).toEqual([]);
  });

  test("of another boot of this machine", async () => {
    await claimFolder(record({ machine: { ...self(), boot: "another" } }));
    expect((await labState("numa")).kind).toBe("remains");
  });

  test("whose start was killed together with what watches over it: its machine is ended", async () => {
    const machine = sleeper();
    await claimFolder(record({ phase: "starting", starter: gone() }));
    await writeRecord(record({ phase: "starting", starter: gone(), machine }));
    expect((await labState("numa")).kind).toBe("remains");
    expect(await bringDown("numa")).toBe("remains");
    expect(isSame(machine)).toBe(false);
  });

  test.each([
    ["no note", undefined],
    ["half a note", '{"version":1,"ho'],
    ["a note of a later version", '{"version":2,"starter":{"pid":1}}'],
  ])("with %s", async (_, text) => {
    await mkdir(labFolder("numa"), { recursive: true });
    if (text !== undefined) await writeFile(path.join(labFolder("numa"), "lab.json"), text);
    expect(await labState("numa")).toEqual({ kind: "remains", record: undefined });
    expect(await bringDown("numa")).toBe("remains");
    expect(await labHosts()).toEqual([]);
  });
});
