/** What starts a twin, with programs that play QEMU and virsh: a kernel that hangs, a port that is taken. */
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bootMachine } from "../../../lab/boot.ts";
import { claimFolder, type LabRecord, labFolder } from "../../../lab/labFolder.ts";
import type { StartedMachine } from "../../../lab/machineProcess.ts";
import { identify, isSame, type ProcessIdentity } from "../../../lab/processes.ts";

let state: string;
const machines: StartedMachine[] = [];
const said: string[] = [];

beforeEach(async () => {
  state = await mkdtemp(path.join(tmpdir(), "numafleet-lab-boot-"));
  const bin = path.join(state, "bin");
  await mkdir(bin);
  vi.stubEnv("XDG_STATE_HOME", state);
  vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
  await program("virsh", "exit 0");
  vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const machine of machines.splice(0)) machine.kill();
  said.splice(0);
  await rm(state, { recursive: true, force: true, maxRetries: 5 });
});

async function program(name: string, script: string): Promise<void> {
  const file = path.join(state, "bin", name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

/** QEMU is a script that works in the lab's folder: `$start` is the number of its start, `$1` the console. */
async function boot(script: string, silenceMs?: number) {
  await program("qemu-system-x86_64", `echo >>starts; start=$(wc -l <starts); : >"$1"\n${script}`);
  const record: LabRecord = {
    version: 1,
    host: "numa",
    phase: "starting",
    starter: identify(process.pid) as ProcessIdentity,
    uri: "qemu+ssh://root@numa/system",
    accelerator: "tcg",
    cpus: 72,
    cells: 2,
    memory: 2 ** 38,
  };
  await claimFolder(record);
  const consoleFile = path.join(labFolder("numa"), "console.log");
  const ended = bootMachine({
    record,
    prepare: async () => [consoleFile],
    consoleFile,
    onMachine: (machine) => machines.push(machine),
    detail: () => undefined,
    ...(silenceMs === undefined ? {} : { silenceMs }),
  });
  return ended.then(
    ({ identity }) => identity,
    (error: { findings?: { message: string }[] }) => error.findings?.[0]?.message ?? String(error),
  );
}

const COMES_UP = `printf 'LAB 1 kernel\\nLAB 2 root\\nLAB 3 ssh\\nLAB 4 libvirt\\n' >"$1"; exec sleep 600`;

describe("a twin whose kernel hangs", () => {
  test("is ended and started anew, in the same folder", async () => {
    const identity = await boot(
      `[ $start = 1 ] && { echo '[ 0.1] Linux' >"$1"; exec sleep 600; }; ${COMES_UP}`,
      3000,
    );
    expect(machines).toHaveLength(2);
    const [first, second] = machines.map((machine) => machine.identity) as [ProcessIdentity, ProcessIdentity];
    expect(isSame(first)).toBe(false);
    expect(isSame(second)).toBe(true);
    expect(identity).toEqual(second);
    expect(said).toEqual(["The twin's kernel hangs; it is started anew.\n"]);
    const noted = JSON.parse(await readFile(path.join(labFolder("numa"), "lab.json"), "utf8")) as LabRecord;
    expect(noted.machine).toEqual(second);
  });

  test("again and again is given up, and none of its machines is left", async () => {
    expect(await boot("exec sleep 600", 200)).toBe(
      "The twin of host numa did not start: its kernel does not come up.",
    );
    expect(machines.map(({ identity }) => isSame(identity))).toEqual([false, false, false]);
  });

  test("is one that says nothing; what goes on speaking is waited for", async () => {
    const speaks = `for i in 1 2 3 4 5 6 7 8; do echo "[ $i ] tick" >>"$1"; sleep 0.5; done`;
    expect(await boot(`${speaks}; ${COMES_UP}`, 2500)).toEqual(machines[0]?.identity);
    expect(machines).toHaveLength(1);
  });
});

describe("a twin whose port is taken meanwhile", () => {
  const TAKEN = `echo "qemu-system-x86_64: -nic user: Could not set up host forwarding rule 'tcp:127.0.0.1:1-:22'" >&2`;

  test("is started anew with another", async () => {
    const identity = await boot(`[ $start = 1 ] && { ${TAKEN}; exit 1; }; ${COMES_UP}`);
    expect(isSame(identity as ProcessIdentity)).toBe(true);
    expect(said).toEqual(["Another program has taken the twin's port; it is started anew.\n"]);
  });

  test("each time is given up with QEMU's words", async () => {
    expect(await boot(`${TAKEN}; exit 1`)).toBe(
      "The twin of host numa did not start: each port for it was taken by another program (QEMU says: qemu-system-x86_64: -nic user: Could not set up host forwarding rule 'tcp:127.0.0.1:1-:22').",
    );
  });
});

test("a QEMU that ends has its last word told", async () => {
  expect(await boot("echo one >&2; echo 'no such machine' >&2; exit 1")).toMatch(
    /^The twin of host numa did not start: QEMU has ended(?: at once)? \(QEMU says: no such machine\)\.$/,
  );
});

test("a machine whose supervisor was killed is kept without waiting for it", async () => {
  await boot(COMES_UP);
  const [machine] = machines;
  const supervisor = await supervisorOf(machine);
  process.kill(supervisor.pid, "SIGKILL");
  await expect.poll(() => existsSync(`/proc/${supervisor.pid}`)).toBe(false);
  await machine?.keep();
  expect(isSame(machine?.identity as ProcessIdentity)).toBe(true);
});

/** The shell that started it. */
async function supervisorOf(machine: StartedMachine | undefined): Promise<ProcessIdentity> {
  const text = await readFile(`/proc/${machine?.identity.pid}/stat`, "latin1");
  return identify(Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1])) as ProcessIdentity;
}

test("a supervisor that is late leaves the folder of the next lab alone", async () => {
  await boot(COMES_UP);
  const folder = labFolder("numa");
  const [machine] = machines;
  // As by Ctrl-C and another start at once: the first lab's folder is gone, and another has its name.
  await rm(folder, { recursive: true });
  await mkdir(folder);
  await writeFile(path.join(folder, "lab.json"), "the next lab's");
  const supervisor = await supervisorOf(machine);
  machine?.kill();
  await expect.poll(() => isSame(supervisor), { timeout: 10_000 }).toBe(false);
  expect(await readFile(path.join(folder, "lab.json"), "utf8")).toBe("the next lab's");
});
