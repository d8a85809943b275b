import type { Asked } from "./asked.ts";
import type { HardwareFacts } from "./hardware.ts";
import type { CellFacts, DomainFacts, DomainSample, PoolFacts } from "./hostFacts.ts";

/** What a host has, and what it is used for. Each part may be unknown, and the others are known all the same. */
export interface HostInventory {
  /** Versions, for people. */
  readonly versions: string;
  readonly cells: Asked<readonly CellFacts[]>;
  readonly onlineCpus: Asked<readonly number[]>;
  readonly pools: Asked<readonly PoolFacts[]>;
  readonly hardware: Asked<HardwareFacts>;
}

/** The same with the VMs that are there. */
export interface UsedHost extends HostInventory {
  readonly domains: Asked<readonly DomainFacts[]>;
  /** Counters of domains by their UUID; the disks of those that run are told there. */
  readonly samples: ReadonlyMap<string, DomainSample>;
}
