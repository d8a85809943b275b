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

/** QEMU's words where another program has taken the port in between. */
const PORT_IS_TAKEN = /Could not set up host forwarding rule/;

/** A twin that has started is waited for so long; an emulated one of 72 CPUs takes a minute and a half. */
const START_MS = 20 * 60_000;
const PAUSE_MS = 200;
const REACH_MS = 5 * 60_000;

export interface Boot {
  readonly record: LabRecord;
  /** QEMU's arguments, with a port that is free. */
  readonly prepare: () => Promise<readonly string[]>;
  readonly consoleFile: string;
  /** Told of each QEMU that is started. */
  readonly onMachine: (machine: StartedMachine) => void;
  /** Told what the twin is at. */
  readonly detail: (text: string) => void;
  /** How long its kernel may be silent; see SILENCE_MS. */
  readonly silenceMs?: number;
}

/** What keeps a machine from coming up that may do so when it is started anew: as it is told then, and in the end. */
const HINDRANCES = {
  silence: { now: "The twin's kernel hangs", last: "its kernel does not come up" },
  port: {
    now: "Another program has taken the twin's port",
    last: "each port for it was taken by another program",
  },
} as const;
type Hindrance = keyof typeof HINDRANCES;

/**
 * Starts QEMU, and waits until the twin's libvirt is reached from outside.
 *
 * @throws LabError with how far it came
 */
export async function bootMachine(boot: Boot): Promise<StartedMachine> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await bootOnce(boot);
    if (typeof outcome !== "string") return outcome;
    const { now, last } = HINDRANCES[outcome];
    if (attempt === ATTEMPTS) throw await didNotStart(boot.record.host, last);
    say(`${now}; it is started anew.`);
  }
}

async function bootOnce(boot: Boot): Promise<StartedMachine | Hindrance> {
  const { record, prepare, onMachine, detail } = boot;
  const { host } = record;
  const machine = await startMachine(labFolder(host), await prepare()).catch(async (error: Error) => {
    if (await lacksPort(host)) return undefined;
    throw await didNotStart(host, error.message);
  });
  if (machine === undefined) return "port";
  onMachine(machine);
  await writeRecord({ ...record, machine: machine.identity });
  const hindrance = await waitForLibvirt(machine, boot);
  if (hindrance !== undefined) {
    await machine.discard();
    return hindrance;
  }
  detail("connects from outside");
  await reach(record);
  return machine;
}

async function waitForLibvirt(
  machine: StartedMachine,
  { record: { host }, consoleFile, detail, silenceMs = SILENCE_MS }: Boot,
): Promise<Hindrance | undefined> {
  const started = Date.now();
  let heard = { at: started, bytes: -1 };
  for (; ; await sleep(PAUSE_MS)) {
    // First whether it lives: what it said before it ended is then read.
    const isAlive = isSame(machine.identity);
    const { stages, failure, bytes } = await readConsole(consoleFile);
    if (bytes !== heard.bytes) heard = { at: Date.now(), bytes };
    const stage = stages.at(-1)?.name;
    detail(stage === undefined ? "the kernel starts" : STAGES[stage]);
    if (stage === "libvirt") return undefined;
    if (failure !== undefined) throw await didNotStart(host, failure);
    if (!isAlive) {
      if (await lacksPort(host)) return "port";
      throw await didNotStart(host, "QEMU has ended");
    }
    if (stage === undefined && Date.now() - heard.at > silenceMs) return "silence";
    if (Date.now() - started > START_MS) {
      throw await didNotStart(host, `it does not answer after ${START_MS / 60_000} minutes`);
    }
  }
}

async function saidByQemu(host: string): Promise<string> {
  return (await readFile(path.join(labFolder(host), "qemu.log"), "latin1").catch(() => "")).trim();
}

async function lacksPort(host: string): Promise<boolean> {
  return PORT_IS_TAKEN.test(await saidByQemu(host));
}

async function didNotStart(host: string, why: string): Promise<LabError> {
  const said = await saidByQemu(host);
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
