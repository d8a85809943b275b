/** How a watch goes: its state read and locked, hosts asked, changes told and kept, and an end without loss. */
import { setTimeout as sleep } from "node:timers/promises";
import { asOf } from "../capacity/pressure/stale.ts";
import { pressureVerdict, pressureView } from "../capacity/pressure/view.ts";
import { FleetError, finding } from "../model/finding.ts";
import type { WatchState } from "../model/watchState.ts";
import { renderMetrics } from "../report/exposition.ts";
import { renderPressureEvent } from "../report/pressure.ts";
import { pressureMetrics } from "../report/pressureMetrics.ts";
import { askHosts } from "../watch/askHosts.ts";
import { type MetricsServer, serveMetrics } from "../watch/metricsServer.ts";
import { readWatchState, StateFile } from "../watch/stateFile.ts";
import { StateKeeper } from "../watch/stateKeeper.ts";
import { lockFileOf, lockState, type StateLock } from "../watch/stateLock.ts";
import { type Asking, type Clock, type Listener, Watcher } from "../watch/watcher.ts";
import { replaceFile } from "./replaceFile.ts";
import type { ExitCode, Streams } from "./streams.ts";
import { WATCH_EXIT_CODES, type WatchPlan } from "./watchPlan.ts";

/** What a watch asks and goes by; tests put others in their place. */
export interface WatchDependencies {
  readonly asking: (timeoutMs: number) => Asking;
  readonly clock: Clock;
  /** A signal that ends it, and what takes its handlers away again. */
  readonly ending: () => { readonly signal: AbortSignal; readonly forget: () => void };
}

export const REAL: WatchDependencies = {
  asking: askHosts,
  clock: {
    wallMs: () => Date.now(),
    steadyMs: () => performance.now(),
    sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
  },
  ending: () => {
    const controller = new AbortController();
    const end = () => controller.abort();
    process.on("SIGINT", end).on("SIGTERM", end);
    return { signal: controller.signal, forget: () => process.off("SIGINT", end).off("SIGTERM", end) };
  },
};

const TOGETHER_MS = 1000;

/** `--show`: what the file has. Whoever writes it is not disturbed. */
export async function showWatch(
  plan: WatchPlan,
  { out }: Streams,
  { clock }: WatchDependencies,
): Promise<ExitCode> {
  const nowMs = clock.wallMs();
  const state = asOf(await readWatchState(plan.statePath), nowMs);
  out(plan.render(state, nowMs, true));
  return exitCode(plan, state);
}

/** `--once`: one observation on top of what the file has. */
export async function runWatchOnce(
  plan: WatchPlan,
  streams: Streams,
  dependencies: WatchDependencies,
): Promise<ExitCode> {
  return held(plan, streams, dependencies, async (watch) => {
    await watch.watcher.once(watch.signal);
    const state = watch.watcher.state();
    streams.out(plan.render(state, dependencies.clock.wallMs(), true));
    return exitCode(plan, state);
  });
}

/** Goes on until it is ended; then 0, since what was under pressure was told at its time. */
export async function runWatch(
  plan: WatchPlan,
  streams: Streams,
  dependencies: WatchDependencies,
): Promise<ExitCode> {
  const { clock } = dependencies;
  return held(plan, streams, dependencies, async ({ watcher, signal, changed }) => {
    const metrics = await metricsOf(plan, watcher);
    streams.err(begun(plan, metrics));
    let told = "";
    let telling: Promise<void> | undefined;
    const tell = async (): Promise<void> => {
      // Hosts answer one after the other: what comes at about the same time is told at once.
      await clock.sleep(TOGETHER_MS, signal);
      telling = undefined;
      const state = watcher.state();
      const statuses = statusesOf(plan, state);
      if (statuses === told) return;
      told = statuses;
      streams.out(plan.render(state, clock.wallMs(), false));
    };
    changed(() => {
      telling ??= tell();
    });
    // What an earlier watch has seen: the next observation may not be due for a while.
    if (watcher.state().hosts.length > 0) telling = tell();
    await watcher.run(signal);
    await telling;
    await metrics?.close();
    return 0;
  });
}

interface Watch {
  readonly watcher: Watcher;
  readonly signal: AbortSignal;
  /** Has this called each time that something new is known. */
  readonly changed: (listener: () => void) => void;
}

/** Work with a watcher whose state file is locked, written after each change, and whole at the end. */
async function held(
  plan: WatchPlan,
  streams: Streams,
  { asking, clock, ending }: WatchDependencies,
  work: (watch: Watch) => Promise<ExitCode>,
): Promise<ExitCode> {
  // What is none of a watch's is refused before anything is put beside it.
  await StateFile.open(plan.statePath, replaceFile);
  const lock = await lockOf(plan.statePath);
  const { signal: ended, forget } = ending();
  const stopping = new AbortController();
  const stop = (why: string): void => {
    if (!stopping.signal.aborted) streams.err(`error: ${why}\n`);
    stopping.abort();
  };
  const tell = (line: string): void => streams.err(`${new Date(clock.wallMs()).toISOString()} ${line}\n`);
  try {
    const file = await StateFile.open(plan.statePath, replaceFile);
    let onChange = (): void => undefined;
    const listener: Listener = {
      onChange: () => {
        keeper.note();
        onChange();
      },
      onEvent: (event) => tell(renderPressureEvent(event)),
      onClockJump: (byMs) =>
        tell(
          `WARN this machine's clock was set ${byMs > 0 ? "forwards" : "back"} by ${Math.round(Math.abs(byMs) / 1000)} s; times that are told may be off by as much, flags are not`,
        ),
    };
    const watcher = new Watcher(
      {
        targets: plan.targets,
        settings: plan.fleet.placement.pressure,
        intervals: plan.intervals,
        before: file.found,
      },
      asking(plan.timeoutMs),
      clock,
      listener,
    );
    const keeper = new StateKeeper(file, () => watcher.state(), clock, {
      onTrouble: (why) =>
        tell(`WARN ${file.path} cannot be written: ${why}; it is tried again after each observation`),
      onRelief: () => tell(`info ${file.path} can be written again`),
      onForeign: (why) =>
        stop(`${file.path} is not written any more: ${why}. It is left as it is; start the watch again.`),
    });
    void lock.lost.then(() => stop(`the lock on ${lockFileOf(file.path)} is lost. Start the watch again.`));
    for (const note of plan.notes) streams.err(`${note}\n`);
    const signal = AbortSignal.any([ended, stopping.signal]);
    const changed = (next: () => void): void => {
      onChange = next;
    };
    const code = await work({ watcher, signal, changed });
    keeper.note();
    await keeper.flush();
    // What is not kept is missing from the next count.
    return stopping.signal.aborted || !keeper.isKept ? 2 : code;
  } finally {
    forget();
    stopping.abort();
    await lock.release();
  }
}

async function lockOf(statePath: string): Promise<StateLock> {
  const answer = await lockState(statePath);
  if (answer.kind === "held") return answer.lock;
  const [message, remedy] =
    answer.kind === "in-use"
      ? [
          `\`${statePath}\` belongs to another fleet watch, process ${answer.holder}; two of them would count each observation twice.`,
          "See what it knows with --show, or name another file with --state.",
        ]
      : [
          `\`${lockFileOf(statePath)}\` cannot be locked: ${answer.why}.`,
          answer.isMissing
            ? "Install util-linux, which has it."
            : "Name a file in a folder that can be written, with --state.",
        ];
  throw new FleetError("The state file cannot be had:", [
    finding({ rule: "watch/state-in-use", path: "", subject: `file ${statePath}`, message, remedy }),
  ]);
}

async function metricsOf(
  { listen, targets, fleet }: WatchPlan,
  watcher: Watcher,
): Promise<MetricsServer | undefined> {
  if (listen === undefined) return undefined;
  try {
    return await serveMetrics(listen, () =>
      renderMetrics(pressureMetrics(pressureView(targets, watcher.state(), fleet.placement.pressure))),
    );
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    const given = `${listen.host}:${listen.port}`;
    throw new FleetError("Metrics cannot be told:", [
      finding({
        rule: "watch/cannot-listen",
        path: "--listen",
        subject: `address ${given}`,
        message: `${given} cannot be listened on: ${code === "EADDRINUSE" ? "another program does" : code}.`,
        remedy: "Name another address with --listen, or --listen off.",
      }),
    ]);
  }
}

function begun({ targets, intervals, statePath }: WatchPlan, metrics: MetricsServer | undefined): string {
  const hosts = targets.length === 1 ? "1 host" : `${targets.length} hosts`;
  return [
    `Watching ${hosts} every ${intervals.hosts} s, pools every ${intervals.pools} s.`,
    `State: ${statePath}`,
    metrics ? `Metrics: ${metrics.url}` : "Metrics: off",
    "",
  ].join("\n");
}

/** All statuses as one text. */
function statusesOf({ targets, fleet }: WatchPlan, state: WatchState): string {
  const { hosts } = pressureView(targets, state, fleet.placement.pressure);
  return JSON.stringify(hosts.map(({ status, pools }) => [status, ...pools.map((pool) => pool.status)]));
}

function exitCode({ targets, fleet }: WatchPlan, state: WatchState): ExitCode {
  return WATCH_EXIT_CODES[pressureVerdict(pressureView(targets, state, fleet.placement.pressure))];
}
