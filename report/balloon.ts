import type { Decision } from "../capacity/balloon/decide.ts";
import type { PoolSample } from "../capacity/balloon/sample.ts";
import { formatBytes } from "../model/format.ts";
import { renderTable } from "./table.ts";

/** One round of the balloon controller on one host, as data; `--json` prints it. All sizes are bytes. */
export interface BalloonRound {
  readonly host: string;
  readonly dryRun: boolean;
  readonly pool: {
    readonly physical: number;
    readonly kept: number;
    readonly available: number;
    readonly promised: number;
    readonly free: number;
    /** `physical − Σ minimum` over all declared VMs. */
    readonly poolAvailable: number;
    readonly freePart: number;
    readonly state: "enough" | "low" | "critical";
  };
  readonly guests: readonly BalloonRow[];
}

export interface BalloonRow {
  readonly name: string;
  readonly action: "grow" | "shrink" | "stay" | "wait" | "hands-off" | "off";
  /** null for a VM that does not run. */
  readonly current: number | null;
  readonly target: number | null;
  readonly minimum: number;
  readonly maximum: number;
  readonly reason: string;
  /** Why the move was not made; null if it was, or there was none. */
  readonly failure: string | null;
}

export interface RoundFacts {
  readonly host: string;
  readonly dryRun: boolean;
  readonly decision: Decision;
  readonly sample: PoolSample;
  readonly failures: ReadonlyMap<string, string>;
  /** UUIDs of guests that were asked for reports. */
  readonly awakened: readonly string[];
}

export function balloonRound({
  host,
  dryRun,
  decision,
  sample,
  failures,
  awakened,
}: RoundFacts): BalloonRound {
  const { available, promised, free, poolAvailable, freePart, state } = decision.pool;
  const { physical, kept } = sample;
  return {
    host,
    dryRun,
    pool: { physical, kept, available, promised, free, poolAvailable, freePart, state },
    guests: decision.guests.map(({ name, uuid, action, current, target, reason }, i) => {
      const bounds = sample.guests[i]?.bounds;
      return {
        name,
        action,
        current: current ?? null,
        target: target ?? null,
        minimum: bounds?.minimum ?? 0,
        maximum: bounds?.maximum ?? 0,
        reason: awakened.includes(uuid) ? `${reason}; it is asked for reports from now on` : reason,
        failure: failures.get(uuid) ?? null,
      };
    }),
  };
}

export function renderRound({ host, dryRun, pool, guests }: BalloonRound): string {
  const part = Math.floor(Math.max(0, pool.freePart) * 100);
  const head = `host ${host}: ${formatBytes(pool.promised)} of ${formatBytes(pool.available)} promised, ${part} % free (${pool.state}); ${formatBytes(pool.poolAvailable)} above the floors${dryRun ? "; dry run" : ""}`;
  if (guests.length === 0) return `${head}\nNo VM is declared there.`;
  const size = (bytes: number | null) => (bytes === null ? "-" : formatBytes(bytes));
  const rows = guests.map((guest) => [
    guest.name,
    guest.action,
    guest.failure === null ? guest.reason : `${guest.reason}; NOT DONE: ${guest.failure}`,
    size(guest.current),
    guest.target === guest.current ? "" : size(guest.target),
    size(guest.minimum),
    size(guest.maximum),
  ]);
  return `${head}\n${renderTable(["VM", "action", "why", "now", "to", "floor", "ceiling"], rows, 3)}`;
}
