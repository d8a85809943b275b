import { labState } from "./labFolder.ts";
import { elsewhere, starting, takeAway } from "./remains.ts";

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
    case "starting":
      throw starting(
        host,
        state.record,
        "End that command with Ctrl-C, or a plain kill: it leaves nothing behind.",
      );
    case "elsewhere":
      throw elsewhere(host, state.record);
    case "running":
    case "remains":
      await takeAway(host, state.record);
      return state.kind;
  }
}
