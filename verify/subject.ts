import type { Machine } from "../capacity/host/machine.ts";
import type { DomainFacts, HostFacts, Sample } from "../facts/hostFacts.ts";
import type { HostInventory } from "../facts/inventory.ts";
import type { VM } from "../model/vm.ts";
import type { Subject } from "./row.ts";

/** A declared host beside what it has. */
export interface HostComparison {
  readonly machine: Machine;
  readonly facts: HostInventory;
  /** Another machine plays the host: its cores and its kernel's settings are its own. */
  readonly isRehearsal: boolean;
}

/** A declared host beside what is true on it. */
export interface Comparison extends HostComparison {
  readonly facts: HostFacts;
  /** Counters of an earlier moment; without them nothing that needs two is known. */
  readonly previous: Sample | undefined;
}

/** A declared VM and its domain, which is there. */
export interface Guest {
  readonly vm: VM;
  readonly domain: DomainFacts;
  readonly subject: Subject;
}

export function hostSubject({ host, path }: Machine): Subject {
  return { name: `host ${host.name}`, path };
}

export function vmSubject(vm: VM, path: string): Subject {
  return { name: `VM ${vm.name}`, path };
}

/** Whether a domain has a QEMU process. */
export function isActive({ state }: DomainFacts): boolean {
  return !["shut off", "crashed", "no state"].includes(state);
}

/** In a table, names of at most three things and the number of others. */
export function listed(names: readonly string[], most = 3): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(", ")} and ${more} more` : names.join(", ");
}

/** A share in per cent: `0.4 %`, `62 %`; small ones keep a second digit, so that 1 % and 0.99 % are told apart. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value < 10 ? Number(value.toFixed(2)) : Number(value.toFixed(1))} %`;
}
