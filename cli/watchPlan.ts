import type { PressureVerdict, PressureView } from "../capacity/pressure/view.ts";
import type { Finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { WatchState } from "../model/watchState.ts";
import type { ListenAddress } from "../watch/metricsServer.ts";
import type { Intervals, WatchedTarget } from "../watch/watcher.ts";
import type { ExitCode } from "./streams.ts";

/** What a watch is about, read and checked. */
export interface WatchPlan {
  readonly fleet: Fleet;
  readonly targets: readonly WatchedTarget[];
  readonly intervals: Intervals;
  readonly timeoutMs: number;
  /** What is said of the hosts before they are asked, a line each. */
  readonly notes: readonly string[];
  readonly statePath: string;
  /** Where metrics are told; undefined: nowhere. */
  readonly listen: ListenAddress | undefined;
  /** How it stands, as it is printed. `isOne`: nothing follows; else a table ends with a blank line, and JSON is one line. */
  readonly render: (state: Pick<WatchState, "hosts" | "clockJumps">, nowMs: number, isOne: boolean) => string;
}

/** The answer as data; `--json` prints it. Fields are only ever added within a version. */
export type WatchReport =
  | ({
      readonly version: 1;
      readonly verdict: PressureVerdict;
      readonly source: WatchSource;
      /** When it was told. */
      readonly at: string;
    } & PressureView)
  | {
      readonly version: 1;
      /** The fleet, the state file or the command line is wrong, and no host was asked. */
      readonly verdict: "invalid";
      readonly source: WatchSource;
      readonly findings: readonly Finding[];
    };

export interface WatchSource {
  readonly kind: "default" | "fleet";
  readonly path: string | null;
}

export const WATCH_EXIT_CODES: Readonly<Record<WatchReport["verdict"], ExitCode>> = {
  ready: 0,
  under_pressure: 1,
  unknown: 2,
  invalid: 2,
};
