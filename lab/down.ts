import { labError } from "./labError.ts";
import { labState, removeFolder } from "./labFolder.ts";
import { endMachine } from "./machineProcess.ts";
import { elsewhere, removeRemains } from "./remains.ts";

/**
 * Ends a lab, and takes its folder away.
 *
 * @returns what was there
 * @throws LabError where it cannot be ended from here
 */
export async function bringDown(host: string): Promise<"none" | "running" | "remains"> {
  const state = await labState(host);
  switch (state.kind) {
    case "none":
      return "none";
    case "remains":
      await removeRemains(host, state.record);
      return "remains";
    case "starting":
      throw labError(host, {
        rule: "lab/starting",
        message: `The lab of host ${host} is being started, by process ${state.record.starter.pid}.`,
        remedy: "End that command with Ctrl-C, or a plain kill: it leaves nothing behind.",
      });
    case "elsewhere":
      throw elsewhere(host, state.record);
    case "running": {
      const { machine } = state.record;
      if (machine !== undefined && !(await endMachine(machine))) {
        throw labError(host, {
          rule: "lab/not-ended",
          message: `The lab of host ${host} does not end: process ${machine.pid} is still there.`,
          remedy: "Look at what holds that process, end it, and ask again.",
        });
      }
      await removeFolder(host);
      return "running";
    }
  }
}
