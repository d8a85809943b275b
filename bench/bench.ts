import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SetupError } from "../tools/setup/failure.mjs";
import { say } from "../tools/setup/progress.mjs";
import { benchAudit } from "./audit.ts";
import { benchCapacity } from "./capacity.ts";
import { type Figure, met, renderFigures } from "./figure.ts";
import { benchPlacement } from "./placement.ts";
import { renderPlot } from "./plot.ts";
import { benchPolicy } from "./policy.ts";
import { benchPreview } from "./preview.ts";
import { BenchmarkError } from "./process.ts";
import { benchQuestions } from "./questions.ts";
import { benchRollout } from "./rollout.ts";
import { benchScheduler } from "./scheduler.ts";
import { benchStatus } from "./status.ts";

const BENCHMARKS: Readonly<Record<string, (pairs: number) => Figure[] | Promise<Figure[]>>> = {
  audit: benchAudit,
  capacity: benchCapacity,
  placement: benchPlacement,
  policy: benchPolicy,
  preview: benchPreview,
  questions: benchQuestions,
  rollout: benchRollout,
  scheduler: benchScheduler,
  status: benchStatus,
};

const USAGE = `usage: npm run bench -- [--pairs N] [--only ${Object.keys(BENCHMARKS).join("|")}] [--json] [--check]
  --pairs N   how often the compared commands run in turns, from 1 to 100; 5 by default
  --only NAME one benchmark; all by default
  --plots DIR write time against size as SVG files there
  --json      print the figures as JSON
  --check     exit with 1 if a target is missed`;

interface Options {
  readonly pairs: number;
  readonly names: readonly string[];
  /** Folder for the plots; undefined where none are asked for. */
  readonly plots: string | undefined;
  readonly json: boolean;
  readonly check: boolean;
}

/**
 * `npm run bench`: measures what has a target, all within this one run, and prints figure, target and whether it
 * is met. Ratios compare on any machine; milliseconds are this machine's.
 * @returns exit code: 0, or 1 if something could not be measured or, with `--check`, missed its target, or 2 for
 *   a wrong command line
 */
export async function bench(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === "string") {
    say(`${options}\n${USAGE}`);
    return 2;
  }
  const machine = { cpus: availableParallelism(), loadAverage: loadavg()[0] ?? 0, node: process.version };
  const figures: Figure[] = [];
  const broken: string[] = [];
  for (const name of options.names) {
    try {
      figures.push(...((await BENCHMARKS[name]?.(options.pairs)) ?? []));
    } catch (error) {
      if (!(error instanceof BenchmarkError || error instanceof SetupError)) throw error;
      broken.push(error.message);
    }
  }
  if (options.plots !== undefined) writePlots(options.plots, figures);
  const report = { version: 1, machine, figures: figures.map((f) => ({ ...f, met: met(f) })), broken };
  console.log(options.json ? JSON.stringify(report, null, 2) : renderFigures(figures));
  // A machine that is busy otherwise stretches what runs in several processes more than what runs in one.
  say(
    `${machine.cpus} CPUs, load average ${machine.loadAverage.toFixed(1)} at the start, Node ${machine.node}`,
  );
  for (const message of broken) say(message);
  return broken.length > 0 || (options.check && !figures.every(met)) ? 1 : 0;
}

function writePlots(folder: string, figures: readonly Figure[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { curve } of figures) {
    if (curve) writeFileSync(join(folder, `${curve.name}.svg`), renderPlot(curve));
  }
}

/** The options, or what is wrong with them. */
export function readOptions(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        pairs: { type: "string", default: "5" },
        only: { type: "string" },
        plots: { type: "string" },
        json: { type: "boolean", default: false },
        check: { type: "boolean", default: false },
      },
    });
    const pairs = Number(values.pairs);
    if (!Number.isInteger(pairs) || pairs < 1 || pairs > 100) return `--pairs is ${values.pairs}`;
    const names = values.only === undefined ? Object.keys(BENCHMARKS) : [values.only];
    if (!names.every((n) => Object.hasOwn(BENCHMARKS, n))) return `--only is ${values.only}`;
    return { pairs, names, plots: values.plots, json: values.json, check: values.check };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
