import { type LabError, labError } from "./labError.ts";
import { type LabRecord, removeFolder } from "./labFolder.ts";
import { endMachine } from "./machineProcess.ts";

/** Labs that have ended without `down`, and those that may not have. */

/** A machine whose starter was killed is ended by its supervisor; should that be gone too, here. */
export async function removeRemains(host: string, record: LabRecord | undefined): Promise<void> {
  if (record?.machine !== undefined) await endMachine(record.machine);
  await removeFolder(host);
}

export function elsewhere(host: string, { machine, starter }: LabRecord): LabError {
  return labError(host, {
    rule: "lab/elsewhere",
    message: `The lab of host ${host} was started in another container of this machine, as process ${(machine ?? starter).pid} there, and cannot be seen from here.`,
    remedy: "End it there: npm run lab -- down. If that container is gone, remove the lab's folder by hand.",
  });
}
