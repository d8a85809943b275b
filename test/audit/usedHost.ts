import { machines } from "../../capacity/host/machine.ts";
import type { HardwareFacts } from "../../facts/hardware.ts";
import type { UsedHost } from "../../facts/inventory.ts";
import type { FleetInput } from "../../model/fleet.ts";
import { fleetOf, recordedHost } from "../verify/recordedHost.ts";
import { type Plain, type PlainFacts, soundFacts } from "../verify/soundFacts.ts";

/** What a host says that has exactly what a fleet's only host is declared with. */
export function usedHost(
  change: (facts: PlainFacts, hardware: Plain<HardwareFacts>) => void = () => undefined,
  input: FleetInput = recordedHost(),
): UsedHost {
  const [machine] = machines(fleetOf(input));
  if (!machine) throw new Error("the fleet has no host");
  const facts = structuredClone(soundFacts(machine));
  change(facts, facts.hardware as Plain<HardwareFacts>);
  return { ...(facts as unknown as UsedHost), samples: facts.sample.domains as never };
}
