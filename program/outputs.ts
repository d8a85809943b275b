import { capacityOutputs } from "../report/outputs.ts";
import { residentOutputs } from "../report/residents.ts";
import { definitionOutputs } from "./arcDefinitions.ts";
import type { Judgement } from "./judgement.ts";
import { k3sNodeOutputs } from "./k3sNodes.ts";
import { placementOutputs } from "./placements.ts";
import type { Stack } from "./stack.ts";

/** The stack's outputs: for people, and for the next run to know what was. */
export function stackOutputs({ fleet, placed }: Stack, { capacity, charts }: Judgement) {
  const k3sNodes = k3sNodeOutputs(fleet);
  const vms = residentOutputs(fleet);
  const arcDefinitions = definitionOutputs(fleet, charts);
  return {
    capacity: capacityOutputs(capacity),
    ...placementOutputs(placed.records),
    ...(Object.keys(vms).length === 0 ? {} : { vms }),
    ...(arcDefinitions.length === 0 ? {} : { arcDefinitions }),
    ...(Object.keys(k3sNodes).length === 0 ? {} : { k3sNodes }),
  };
}
