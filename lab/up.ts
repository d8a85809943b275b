import { appendFile, copyFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Fleet } from "../model/fleet.ts";
import type { Host } from "../model/host.ts";
import { cpio } from "../tools/guest/cpio.ts";
import { cacheDirectory } from "../tools/setup/cache.mjs";
import { run, tail } from "../tools/setup/command.mjs";
import { SetupError } from "../tools/setup/failure.mjs";
import { freePort } from "../tools/setup/freePorts.ts";
import { onInterruption } from "../tools/setup/interruption.mjs";
import { say, withProgress } from "../tools/setup/progress.mjs";
import { labUri, makeAccess, writeSshConfig } from "./access.ts";
import { frequencyTable } from "./acpi/frequency.ts";
import { madt } from "./acpi/madt.ts";
import { bootMachine } from "./boot.ts";
import { type BootFiles, bootFiles } from "./bootFiles.ts";
import { keepCapabilities, keptCapabilities } from "./capabilities.ts";
import { qemuArguments } from "./commandLine.ts";
import { LabError, labError } from "./labError.ts";
import {
  abandonFolder,
  claimFolder,
  type LabRecord,
  labFolder,
  labState,
  labsFolder,
  writeRecord,
} from "./labFolder.ts";
import { findAccelerator, readMachine } from "./machine.ts";
import type { StartedMachine } from "./machineProcess.ts";
import { identify, type ProcessIdentity } from "./processes.ts";
import { elsewhere, starting, takeAway } from "./remains.ts";
import { checkMachine, neededMemory } from "./requirements.ts";
import { planTwin, type Twin } from "./twin.ts";
import { twinFiles } from "./twinFiles.ts";

/**
 * Builds and starts the twin of a host, and waits until its libvirt answers.
 *
 * @throws LabError with all that keeps it from starting
 */
export async function bringUp(fleet: Fleet, host: Host): Promise<LabRecord> {
  await clearWay(host.name);
  const accelerator = await findAccelerator();
  const planned = planTwin(fleet, host, accelerator);
  const machine = await readMachine([labsFolder(), cacheDirectory()]);
  const need = "twin" in planned ? neededMemory(planned.twin) : { bytes: 0, filled: 0 };
  const findings = [...planned.findings, ...checkMachine(machine, need)];
  if (!("twin" in planned) || findings.length > 0) throw new LabError(findings);
  const { twin } = planned;
  say(`The twin of host ${host.name} is as it is declared, but for this:`);
  for (const difference of twin.differences) say(`  ${difference}`);

  const boot = await bootFiles();
  const folder = labFolder(host.name);
  const record: LabRecord = {
    version: 1,
    host: host.name,
    phase: "starting",
    starter: identify(process.pid) as ProcessIdentity,
    uri: labUri(host.name, folder),
    accelerator,
    cpus: twin.topology.cpus.length,
    cells: twin.cells.length,
    memory: twin.memory,
  };
  return withCleanUp(record, async (onMachine) => {
    if (!(await claimFolder(record))) {
      await clearWay(host.name);
      throw labError(host.name, {
        rule: "lab/starting",
        message: `The lab of host ${host.name} was started by another command at the same time.`,
        remedy: "Wait for that one: npm run lab -- status.",
      });
    }
    return start(twin, record, boot, onMachine);
  });
}

/** @throws LabError where a lab of this host runs; what is left of one that has ended is removed, with a word. */
async function clearWay(host: string): Promise<void> {
  const state = await labState(host);
  switch (state.kind) {
    case "none":
      return;
    case "running":
      throw labError(host, {
        rule: "lab/already-runs",
        message: `The lab of host ${host} runs already, as process ${state.record.machine?.pid}.`,
        remedy: "Use it (npm run lab -- status tells its URI), or end it first: npm run lab -- down.",
      });
    case "starting":
      throw starting(host, state.record, "Wait for that one: npm run lab -- status.");
    case "elsewhere":
      throw elsewhere(host, state.record);
    case "remains":
      await takeAway(host, state.record);
      say(`Removed what was left of a lab of host ${host} that had ended without \`down\`.`);
  }
}

/** Has machine and folder taken away if the work fails, or a signal ends this process meanwhile. */
async function withCleanUp<T>(
  record: LabRecord,
  work: (onMachine: (machine: StartedMachine) => void) => Promise<T>,
): Promise<T> {
  let machine: StartedMachine | undefined;
  const undo = () => {
    machine?.kill();
    abandonFolder(record);
  };
  const forget = onInterruption(undo);
  try {
    return await work((started) => {
      machine = started;
    });
  } catch (error) {
    undo();
    throw error;
  } finally {
    forget();
  }
}

async function start(
  twin: Twin,
  record: LabRecord,
  boot: BootFiles,
  onMachine: (machine: StartedMachine) => void,
): Promise<LabRecord> {
  const folder = labFolder(twin.host);
  await writeFiles(twin, folder, boot);
  const at = (name: string) => path.join(folder, name);
  const files = {
    kernel: boot.kernel,
    initrd: at("initrd"),
    madt: at("madt.aml"),
    frequency: at("frequency.aml"),
    console: at("console.log"),
  };
  const { accelerator } = record;
  const prepare = async () => {
    const sshPort = await freePort();
    await writeSshConfig(folder, sshPort);
    return qemuArguments(twin, { files, accelerator, sshPort });
  };
  const by = accelerator === "kvm" ? "KVM" : "emulation";
  const machine: StartedMachine = await withProgress(
    `Starting ${record.cpus} CPUs in ${record.cells} cells by ${by}`,
    (detail): Promise<StartedMachine> =>
      bootMachine({ record, prepare, consoleFile: files.console, onMachine, detail }),
  );
  await keepCapabilities(record.uri);
  const running: LabRecord = { ...record, machine: machine.identity, phase: "running" };
  await writeRecord(running);
  await machine.keep();
  return running;
}

async function writeFiles(twin: Twin, folder: string, boot: BootFiles): Promise<void> {
  const at = (name: string) => path.join(folder, name);
  const { cpus } = twin.topology;
  await writeFile(at("madt.aml"), madt(cpus));
  await writeFile(at("frequency.aml"), frequencyTable(cpus.map(({ index }) => index)));
  const access = await makeAccess(folder, boot.ssh);
  const image = await run("qemu-img", ["create", "-q", "-f", "qcow2", at("empty.qcow2"), "1M"]);
  if (image.code !== 0) throw new SetupError(`an empty image cannot be made: ${tail(image)}`);
  const script = (name: string) => readFile(path.join(import.meta.dirname, name));
  const scripts = { init: await script("init.sh"), start: await script("start.sh") };
  const empty = await readFile(at("empty.qcow2"));
  const entries = twinFiles(twin, scripts, access, empty, await keptCapabilities());
  // The kernel reads one archive after another.
  await copyFile(boot.initrd, at("initrd"));
  await appendFile(at("initrd"), cpio(entries));
}
