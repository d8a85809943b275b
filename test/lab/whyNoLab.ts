import { findAccelerator, readMachine } from "../../lab/machine.ts";
import { checkMachine, neededMemory } from "../../lab/requirements.ts";
import { planTwin } from "../../lab/twin.ts";
import { type Fleet, requireFleet } from "../../model/fleet.ts";
import { numa } from "../../stacks/numa.ts";

/** Why the twin of the default stack's host cannot run on this machine; undefined if it can. */
export async function whyNoLab(): Promise<string | undefined> {
  const fleet = requireFleet(numa);
  const accelerator = await findAccelerator();
  const planned = planTwin(fleet, fleet.hosts[0] as Fleet["hosts"][number], accelerator);
  if (!("twin" in planned)) return planned.findings[0]?.message;
  const facts = await readMachine([]);
  return checkMachine(facts, neededMemory(planned.twin))[0]?.message;
}
