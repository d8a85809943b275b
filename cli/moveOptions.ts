import { Command, InvalidArgumentError } from "commander";
import type { HostUris } from "../model/hostUris.ts";
import { type Rehearsal, rehearsal } from "../model/rehearsal.ts";
import { parseOptions } from "./commandLine.ts";
import { once } from "./fleetInput.ts";
import { day, seconds, uriOf } from "./optionValues.ts";
import type { ExitCode, Streams } from "./streams.ts";

export interface MoveOptions {
  readonly fleet: string;
  readonly to: string;
  readonly from?: string;
  readonly uri?: HostUris;
  readonly outputs?: string;
  readonly pressure?: string;
  readonly rehearsal?: Rehearsal;
  readonly today?: string;
  readonly timeout: number;
  readonly dryRun?: true;
  readonly shutdown?: true;
  readonly start: boolean;
  readonly write?: true;
  readonly state?: string;
  readonly removeSource?: true;
  readonly abandon?: true;
  readonly targetLost?: true;
  readonly json?: true;
}

/** The options of `fleet move`, without the VM's name; an exit code where there is nothing more to do. */
export function parseMoveOptions(args: readonly string[], streams: Streams): MoveOptions | ExitCode {
  const command = new Command("fleet move")
    .usage("[options] VM")
    .description(
      "Takes a VM that is off to another host: copies its disks, its seed and its firmware's variables, reads them " +
        "back, defines it there with the place that the fleet gives it, and starts it. UUID, MAC addresses and seed " +
        "stay. What is left on the old host cannot be started any more, and is removed with --remove-source. Cut off " +
        "anywhere, the same command goes on.\nExit code 0: done. 1: refused; nothing more is changed. 2: a host could " +
        "not be asked, or the input is wrong.",
    )
    .requiredOption("--to <host>", "host that it goes to, as the fleet calls it", once)
    .requiredOption("--fleet <file>", "fleet file: YAML, JSON or TypeScript", once)
    .option(
      "--from <host>",
      "host that it leaves; by default that of the fleet, or the one that has it",
      once,
    )
    .option("--uri <name=uri>", "reach a host by another URI, as numafleet:uris does; may be repeated", uriOf)
    .option(
      "--outputs <file>",
      "the stack's outputs (`pulumi stack output --json`): where the VMs are that only the stack has placed",
      once,
    )
    .option("--pressure <file>", "state of fleet watch: what is under pressure takes no VM", once)
    .option(
      "--rehearsal <json>",
      'the machine that plays each host, as numafleet:rehearsal has it, like {"cpus":2,"memory":"4 GiB"}',
      rehearsalOf,
    )
    .option("--dry-run", "tell what would be done; nothing is touched")
    .option("--shutdown", "ask the guest to shut down first; it is never ended by force")
    .option("--no-start", "leave it off on its new host")
    .option("--write", "write the new host into the fleet file; without it the difference is only shown")
    .option("--state <file>", "point an exported stack to the VM's new place, for pulumi stack import", once)
    .option("--remove-source", "remove what a finished move has left on the old host")
    .option("--abandon", "take back a move that has not let the VM start on its new host")
    .option(
      "--target-lost",
      "with --abandon: the new host is gone for good, so nothing is asked or deleted there",
    )
    .option("--today <date>", "day of the judgement, like 2026-05-06; the current day by default", day)
    .option(
      "--timeout <seconds>",
      "time that one question may take, and the guest to shut down",
      seconds(1, 36_000),
      120,
    )
    .option("--json", "print the report as JSON");
  const ended = parseOptions(command, args, streams, "fleet move VM --to HOST --fleet FILE");
  if (ended !== undefined) return ended;
  const options = command.opts<MoveOptions>();
  const wrong = whatExcludes(options);
  if (wrong === undefined) return options;
  streams.err(`error: ${wrong}\n`);
  return 2;
}

function whatExcludes({ dryRun, removeSource, abandon, targetLost }: MoveOptions): string | undefined {
  if ([dryRun, removeSource, abandon].filter(Boolean).length > 1) {
    return "--dry-run, --remove-source and --abandon exclude each other";
  }
  return targetLost && !abandon ? "--target-lost goes with --abandon only" : undefined;
}

function rehearsalOf(value: string): Rehearsal {
  let given: unknown;
  try {
    given = JSON.parse(value);
  } catch {
    given = undefined;
  }
  const parsed = rehearsal.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('Expected a machine, like {"cpus":2,"memory":"4 GiB"}.');
}
