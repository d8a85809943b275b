import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run, tail } from "../tools/setup/command.mjs";
import { say } from "../tools/setup/progress.mjs";
import { readConsole, STAGES } from "./console.ts";
import { type LabError, labError } from "./labError.ts";
import { type LabRecord, labFolder, writeRecord } from "./labFolder.ts";
import { type StartedMachine, startMachine } from "./machineProcess.ts";
import { isSame } from "./processes.ts";

/**
 * A kernel that is silent for so long before it loads its drivers hangs, as an emulated one now and then does at its start:
 * it is started anew. Its longest pause was 40 seconds, on a machine that was overloaded ten times.
 */
const SILENCE_MS = 150_000;
const ATTEMPTS = 3;

/** A twin that has started is waited for so long; an emulated one of 72 CPUs takes a minute and a half. */
const START_MS = 20 * 60_000;
const PAUSE_MS = 200;
const REACH_MS = 5 * 60_000;

/**
 * Starts QEMU, and waits until the twin's libvirt is reached from outside.
 *
 * @param onMachine told of each QEMU that is started
 * @throws LabError with how far it came
 */
export async function bootMachine(
  record: LabRecord,
  args: readonly string[],
  consoleFile: string,
  onMachine: (machine: StartedMachine) => void,
  detail: (text: string) => void,
): Promise<StartedMachine> {
  const { host } = record;
  for (let attempt = 1; ; attempt++) {
    const started = await startMachine(labFolder(host), args).catch(async (error: Error) => {
      throw await didNotStart(host, error.message);
    });
    onMachine(started);
    await writeRecord({ ...record, machine: started.identity });
    if (await waitForLibvirt(host, started, consoleFile, detail)) {
      detail("connects from outside");
      await reach(record);
      return started;
    }
    if (attempt === ATTEMPTS) throw await didNotStart(host, "its kernel does not come up");
    say("The twin's kernel hangs; it is started anew.");
    await started.discard();
  }
}

/** @returns false for a kernel that hangs */
async function waitForLibvirt(
  host: string,
  machine: StartedMachine,
  consoleFile: string,
  detail: (text: string) => void,
): Promise<boolean> {
  const started = Date.now();
  let heard = { at: started, bytes: -1 };
  for (; ; await sleep(PAUSE_MS)) {
    // First whether it lives: what it said before it ended is then read.
    const isAlive = isSame(machine.identity);
    const { stages, failure, bytes } = await readConsole(consoleFile);
    if (bytes !== heard.bytes) heard = { at: Date.now(), bytes };
    const stage = stages.at(-1)?.name;
    detail(stage === undefined ? "the kernel starts" : STAGES[stage]);
    if (stage === "libvirt") return true;
    if (failure !== undefined) throw await didNotStart(host, failure);
    if (!isAlive) throw await didNotStart(host, "QEMU has ended");
    if (stage === undefined && Date.now() - heard.at > SILENCE_MS) return false;
    if (Date.now() - started > START_MS) {
      throw await didNotStart(host, `it does not answer after ${START_MS / 60_000} minutes`);
    }
  }
}

async function didNotStart(host: string, why: string): Promise<LabError> {
  const said = (await readFile(path.join(labFolder(host), "qemu.log"), "latin1").catch(() => "")).trim();
  return labError(host, {
    rule: "lab/not-started",
    message: `The twin of host ${host} did not start: ${why}${said === "" ? "" : ` (QEMU says: ${said.split("\n").at(-1)})`}.`,
    remedy:
      "Nothing of it is left. Start it again; if it fails again, look at what else this machine is doing.",
  });
}

/** @throws LabError unless virsh reaches the twin's libvirt as any user of its URI would */
async function reach({ host, uri }: LabRecord): Promise<void> {
  // It is asked for what the first VM would make it find out.
  const result = await run("virsh", ["-q", "-c", uri, "capabilities"], {
    env: { ...process.env, LC_ALL: "C" },
    timeoutMs: REACH_MS,
  });
  if (result.code !== 0) throw await didNotStart(host, `virsh does not reach it: ${tail(result, 1)}`);
}
