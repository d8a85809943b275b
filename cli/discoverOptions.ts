import { Command, InvalidArgumentError } from "commander";
import { name as nameField } from "../model/fields.ts";
import type { DiskClass } from "../model/host.ts";
import { parseSize, QuantityError } from "../model/quantity.ts";
import { parseOptions } from "./commandLine.ts";
import { once } from "./fleetInput.ts";
import { day, seconds } from "./optionValues.ts";
import type { ExitCode, Streams } from "./streams.ts";

/** The options of `fleet discover`. */
export interface DiscoverOptions {
  readonly name?: string;
  readonly into?: string;
  readonly write?: true;
  readonly program?: string;
  readonly class?: Readonly<Record<string, DiskClass>>;
  readonly reserve?: number;
  readonly replaceConfigured?: true;
  readonly today?: string;
  readonly timeout: number;
  readonly json?: true;
}

export const EXAMPLE = "fleet discover qemu+ssh://root@numa1/system --into FILE";

/** Options, or the exit code where the command ends here. */
export function discoverOptions(args: readonly string[], streams: Streams): DiscoverOptions | ExitCode {
  const command = new Command("fleet discover")
    .usage("[options] HOST-URI")
    .description(
      "Reads what a host has (CPUs, sockets, siblings, NUMA cells, distances, hugepages, pools and their file systems, " +
        "uplinks, GPUs, swap) and the VMs that run there, and prints it as a fleet, or as a change to a fleet file. " +
        "Nothing is changed on the host. Configured figures stay. What cannot be read is told, and is no figure.\n" +
        "Exit code 0: all of it is recorded. 1: something could not be read, or is declared and not there. 2: the " +
        "host could not be asked, or the input is wrong; nothing is written.",
    )
    .option("--name <name>", "the host's name in the fleet; by default that of the URI", nameOf)
    .option(
      "--into <file>",
      "show what changes in this fleet file (YAML or JSON); with --write, change it",
      once,
    )
    .option("--write", "write the file of --into; without it the difference is only shown")
    .option("--program <file>", "write a Pulumi program that takes over the VMs and pools that exist", once)
    .option("--class <pool=kind>", "ssd or hdd, where the host does not tell; may be repeated", classOf)
    .option("--reserve <size>", "memory to keep for a new host in each cell; a 32nd by default", sizeOf)
    .option("--replace-configured", "put detected figures in the place of configured ones too")
    .option("--today <date>", "day of the record, like 2026-05-06; the current day by default", day)
    .option("--timeout <seconds>", "time that one question may take", seconds(1, 3600), 30)
    .option("--json", "print what was found as JSON");
  const ended = parseOptions(command, args, streams, EXAMPLE);
  if (ended !== undefined) return ended;
  const options = command.opts<DiscoverOptions>();
  if (!options.write || options.into !== undefined) return options;
  streams.err("error: --write needs --into, the file that is written\n");
  return 2;
}

function nameOf(value: string): string {
  const parsed = nameField("").safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(
    `${parsed.error.issues[0]?.message.replace(/^e/, "E") ?? "Expected a name"}.`,
  );
}

function classOf(
  value: string,
  previous: Readonly<Record<string, DiskClass>> = {},
): Record<string, DiskClass> {
  const [, pool, kind] = /^([^=]+)=(ssd|hdd)$/.exec(value) ?? [];
  if (pool === undefined) throw new InvalidArgumentError("Expected a pool and its kind, like images=ssd.");
  return { ...previous, [pool]: kind as DiskClass };
}

function sizeOf(value: string): number {
  try {
    return parseSize(value, "demand");
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    throw new InvalidArgumentError(`${error.message.replace(/^e/, "E")}.`);
  }
}
