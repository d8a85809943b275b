import { builtInStack, loadFleet } from "../stacks/load.ts";
import type { Settings } from "./settings.ts";

/**
 * The fleet that the config names, as it was written: a built-in stack, a file, or else the default stack.
 * @param folder the project's folder, from which a relative path starts
 * @throws FleetError if there is no such stack, or the file cannot be read
 */
export async function fleetSource({ stack, fleet }: Settings, folder: string): Promise<unknown> {
  return stack === undefined ? loadFleet(fleet, folder) : builtInStack(stack);
}
