import { type LabError, labError } from "./labError.ts";
import { type LabRecord, labFolder, removeFolder } from "./labFolder.ts";
import { endMachine } from "./machineProcess.ts";

/** How a lab is taken away that runs or has ended without `down`, and what is said of those that are another's. */

/**
 * Ends a lab's machine, and takes its folder away. A machine whose starter was killed is ended by its supervisor; should
 * that be gone too, here.
 *
 * @throws LabError for a machine that does not end; its folder is left
 */
export async function takeAway(host: string, record: LabRecord | undefined): Promise<void> {
  const machine = record?.machine;
  if (machine !== undefined && !(await endMachine(machine))) {
    throw labError(host, {
      rule: "lab/not-ended",
      message: `The lab of host ${host} does not end: process ${machine.pid} is still there.`,
      remedy: "Look at what holds that process, end it, and ask again.",
    });
  }
  await removeFolder(host);
}

export function starting(host: string, { starter }: LabRecord, remedy: string): LabError {
  return labError(host, {
    rule: "lab/starting",
    message: `The lab of host ${host} is being started, by process ${starter.pid}.`,
    remedy,
  });
}

export function elsewhere(host: string, { machine, starter }: LabRecord): LabError {
  return labError(host, {
    rule: "lab/elsewhere",
    message: `The lab of host ${host} was started on another machine or in another container, as process ${(machine ?? starter).pid} there, and cannot be seen from here.`,
    remedy: `End it there: npm run lab -- down. If that machine or container is gone, remove ${labFolder(host)} by hand.`,
  });
}
