import { writeFileSync } from "node:fs";
import type { PressureSettings } from "../../capacity/pressure/condition.ts";
import { unwatched, withSample } from "../../capacity/pressure/watched.ts";
import {
  WATCH_STATE_KIND,
  WATCH_STATE_VERSION,
  type WatchState,
  watchState,
} from "../../model/watchState.ts";
import { HIGH, LOW } from "./fakeHosts.ts";

const on = { enabled: true, thresholdPercent: 10, consecutiveRequired: 1 };
const SETTINGS: PressureSettings = { memory: on, systemDisk: on, disk: on };

/** Writes the state of a watch that has seen these hosts just now, some of them short of memory. */
export function writePressed(file: string, hosts: Readonly<Record<string, "pressed" | "ready">>): void {
  const at = new Date().toISOString();
  const state: WatchState = {
    kind: WATCH_STATE_KIND,
    version: WATCH_STATE_VERSION,
    // What was seen is taken for true long enough for any test.
    intervals: { hosts: 3600, pools: 3600 },
    clockJumps: 0,
    hosts: Object.entries(hosts).map(([name, status]) => {
      const answer = { memory: status === "pressed" ? LOW : HIGH, systemDisk: HIGH };
      return withSample(unwatched(name), answer, SETTINGS, at).host;
    }),
  };
  writeFileSync(file, JSON.stringify(watchState.parse(state)));
}
