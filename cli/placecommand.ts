import { Command } from "commander";
import { checkRecords } from "../capacity/placement/kept.ts";
import { type PlacedFleet, placeVms } from "../capacity/placement/placeVms.ts";
import { recallPlacements } from "../capacity/placement/recall.ts";
import type { Refusal } from "../capacity/placement/refusal.ts";
import { type Finding, FleetError, finding, refuses, sortFindings } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { asDeclared, isUnplaced, type WrittenPlacement, writtenPlacement } from "../model/placements.ts";
import { nearest } from "../model/properties.ts";
import { renderFindings } from "../report/findings.ts";
import { renderPlacements } from "../report/placements.ts";
import { parseOptions } from "./commandLine.ts";
import { type Change, openFleetFile, planChange, writeChange } from "./fleetChange.ts";
import { once, readFleet, renderErrors } from "./fleetInput.ts";
import { collect } from "./optionValues.ts";
import { placementEdits } from "./placementEdits.ts";
import { pressureIn, readOutputs } from "./placementFiles.ts";
import type { ExitCode, Streams } from "./streams.ts";

/** The answer as data; `--json` prints it. Fields are only ever added within a version. */
export interface PlaceReport {
  readonly version: 1;
  readonly verdict: "placed" | "refused" | "invalid";
  /** Every placed VM, in the fleet's order. */
  readonly placements: readonly (WrittenPlacement & { readonly how: string })[];
  /** VMs without a place, with what each candidate lacks. */
  readonly refusals: readonly Refusal[];
  readonly findings: readonly Finding[];
}

interface Options {
  readonly fleet?: string;
  readonly again?: readonly string[];
  readonly outputs?: string;
  readonly pressure?: string;
  readonly write?: true;
  readonly json?: true;
}

const NOTHING = { placements: [], refusals: [] } as const;

/** Runs `fleet place` with its arguments. Never throws for a mistake of the user's. */
export async function runPlaceCommand(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const options = parse(args, streams);
  if (typeof options === "number") return options;
  try {
    return await place(options, streams);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    const { findings } = error;
    if (options.json) print(streams, { version: 1, verdict: "invalid", ...NOTHING, findings });
    else streams.err(renderErrors(findings));
    return 2;
  }
}

function parse(args: readonly string[], streams: Streams): Options | ExitCode {
  const command = new Command("fleet place")
    .description(
      "Places the VMs that name no host, and shows where each of them goes. A placement that is recorded is kept. " +
        "--write records the others in the fleet file; comments, order and all else stay.\n" +
        "Exit code 0: every VM has a place. 1: one has none, or a recorded one no longer fits. 2: the input is wrong.",
    )
    .option("--fleet <file>", "fleet file: YAML, JSON or TypeScript; the default stack without one", once)
    .option("--again <vm>", "place this VM anew, whatever is recorded of it; may be repeated", collect)
    .option(
      "--outputs <file>",
      "the stack's outputs (`pulumi stack output --json`): placements that it remembers are kept",
      once,
    )
    .option("--pressure <file>", "state of fleet watch: what is under pressure takes nothing new", once)
    .option("--write", "write the fleet file; without it the difference is only shown")
    .option("--json", "print the placements, refusals and findings as JSON");
  return parseOptions(command, args, streams, "fleet place --fleet FILE") ?? command.opts<Options>();
}

async function place(options: Options, streams: Streams): Promise<ExitCode> {
  const fail = (message: string): ExitCode => {
    streams.err(`error: ${message}\n`);
    return 2;
  };
  const isFile = options.fleet !== undefined && /\.(ya?ml|json)$/i.test(options.fleet);
  const file = isFile ? await openFleetFile(options.fleet as string, "placements") : undefined;
  if (file && "why" in file) return fail(file.why);
  if (options.write && !file) return fail("--write wants a fleet file of YAML or JSON: --fleet FILE.");
  const fleet = file?.fleet ?? (await readFleet(options.fleet));
  const { again = [] } = options;
  const strange = again.flatMap((name) => checkAgain(fleet, name));
  if (strange.length > 0) throw new FleetError("They cannot be placed anew:", strange);
  const remembered = options.outputs === undefined ? [] : await readOutputs(options.outputs);
  const recalled = recallPlacements(fleet, remembered);
  const fixed = again.flatMap((name) => checkMovable(recalled.fleet, name));
  if (fixed.length > 0) throw new FleetError("They cannot be placed anew:", fixed);
  const pressure = options.pressure === undefined ? undefined : await pressureIn(options.pressure, fleet);
  const placed = placeVms(recalled.fleet, { again, ...(pressure && { pressure }) });
  const findings = sortFindings([
    ...recalled.findings,
    ...placed.findings,
    // Of a fleet in which nothing was left to place, nothing was looked at.
    ...(placed.made.length + placed.findings.length === 0 ? checkRecords(placed.fleet, true) : []),
  ]);
  const refused = refuses(findings);

  let change: Change | undefined;
  if (file && !refused) {
    const edits = placementEdits(fleet.placements, placed.records);
    if ("why" in edits) return fail(`${file.path} cannot be changed: ${edits.why}.`);
    const planned = planChange(file, edits);
    if ("why" in planned) return fail(planned.why);
    change = planned;
  }
  show(placed, findings, change, options, streams);
  if (refused) {
    if (options.write) streams.err("Nothing is written.\n");
    return 1;
  }
  const problem = options.write && change?.isChanged ? await writeChange(change) : undefined;
  return problem ? fail(problem.why) : 0;
}

function checkAgain({ vms }: Fleet, name: string): Finding[] {
  const index = vms.findIndex((vm) => vm.name === name);
  const names = vms.map((vm) => vm.name);
  if (index === -1) {
    const meant = nearest(name, names);
    return [
      finding({
        rule: "model/unknown-name",
        path: "vms",
        subject: `VM ${name}`,
        message: `${JSON.stringify(name)} names no VM of the fleet; ${meant ? `did you mean ${meant}?` : `known: ${names.slice(0, 5).join(", ")}.`}`,
        remedy: "Name a VM as the fleet does.",
      }),
    ];
  }
  return [];
}

/** A VM that names its host and its CPUs itself has nothing that could be chosen. */
function checkMovable({ vms }: Fleet, name: string): Finding[] {
  const index = vms.findIndex((vm) => vm.name === name);
  const vm = vms[index];
  if (vm === undefined || isUnplaced(vm) || asDeclared(vm) !== undefined) return [];
  return [
    finding({
      rule: "model/invalid-value",
      path: `vms[${index}].host`,
      subject: `VM ${name}`,
      message: `VM ${name} names its host ${vm.host} itself: there is nothing to place.`,
      remedy: "Remove its host and pins, or change them there.",
    }),
  ];
}

function show(
  placed: PlacedFleet,
  findings: readonly Finding[],
  change: Change | undefined,
  { write, json }: Options,
  streams: Streams,
): void {
  const made = new Set(placed.made.map((record) => record.vm));
  const grown = new Set(placed.grown.map(({ record }) => record.vm));
  const from = new Map(placed.moved.map((move) => [move.vm, move.from]));
  const how = (vm: string) => {
    const before = from.get(vm);
    if (!made.has(vm)) return grown.has(vm) ? "kept, pools chosen now" : "kept";
    return before === undefined ? "placed now" : `placed anew, was on ${before.host}`;
  };
  const shown = placed.records.map((record) => ({ record, how: how(record.vm) }));
  if (json) {
    print(streams, {
      version: 1,
      verdict: refuses(findings) ? "refused" : "placed",
      placements: shown.map((each) => ({ ...writtenPlacement(each.record), how: each.how })),
      refusals: placed.refusals,
      findings,
    });
    return;
  }
  streams.out(`${renderPlacements(shown)}\n`);
  if (findings.length > 0) streams.err(`${renderFindings(findings)}\n`);
  if (refuses(findings) || !change) return;
  if (change.difference !== "") streams.out(`\n${change.difference}`);
  const recorded = change.isChanged
    ? `${write ? "Recorded" : "Not recorded: nothing is written without --write"}.`
    : "The file holds all of it already.";
  streams.err(`${recorded}\n`);
}

function print(streams: Streams, report: PlaceReport): void {
  streams.out(`${JSON.stringify(report, null, 2)}\n`);
}
