import { defineFleet } from "../model/fleet.ts";
import { numa } from "./numa.ts";
import { runners } from "./runners.ts";

/** The default stack: the NUMA host with its VMs, and the runner fleet with its policy. */
export default defineFleet({ ...numa, ...runners });
