import type { Fleet } from "../../model/fleet.ts";
import type { VM } from "../../model/vm.ts";
import type { Machine } from "../host/machine.ts";
import type { Candidates } from "./candidates.ts";
import type { Built, Origin } from "./figure.ts";

/** A VM with all that its figures follow from. */
export interface Subject {
  readonly fleet: Fleet;
  /** The fleet as it was written, before defaults. */
  readonly written: unknown;
  /** As it is once it has its place; without one as it is declared. */
  readonly vm: VM;
  readonly origin: Origin;
  readonly built: Built;
  /** Its host with all VMs there; undefined if it has no place. */
  readonly machine: Machine | undefined;
  readonly place: Candidates;
}
