import { type PlacedFleet, type PlaceOptions, placeVms } from "../../../capacity/placement/placeVms.ts";
import { type FleetInput, requireFleet } from "../../../model/fleet.ts";
import { type HostInput, host as small, type VmInput } from "../host/fleet.ts";

/** Hosts of two cells of four cores, one core of each kept for the host; 15 GiB a cell are for VMs. */
export const host = (name: string, facts: Partial<HostInput> = {}): HostInput => ({
  ...small,
  name,
  ...facts,
});
export const vm = (name: string, facts: Partial<VmInput> = {}): VmInput => ({
  name,
  vcpus: 4,
  memory: "4 GiB",
  ...facts,
});

export const place = (input: FleetInput, options: PlaceOptions = {}): PlacedFleet =>
  placeVms(requireFleet(input), options);
export const where = ({ records }: PlacedFleet) => records.map((r) => `${r.vm}: ${r.host}`);
