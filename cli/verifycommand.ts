import { Command, InvalidArgumentError } from "commander";
import { inParallel } from "../live/inParallel.ts";
import type { HostReading, ReadSettings } from "../live/readHost.ts";
import { type Finding, FleetError } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Host } from "../model/host.ts";
import { type HostUris, reachBy } from "../model/hostUris.ts";
import { type Rehearsal, rehearsal } from "../model/rehearsal.ts";
import { renderVerification, renderVerificationMarkdown } from "../report/verification.ts";
import { compareFleet, findingsOf, type Verdict, type VerifiedHost, verdictOf } from "../verify/compare.ts";
import { parseOptions } from "./commandLine.ts";
import { chooseHosts, noHost, once, readFleet, renderErrors } from "./fleetInput.ts";
import { collect, seconds, uriOf, whole } from "./optionValues.ts";
import type { ExitCode, Streams } from "./streams.ts";

/** The answer as data; `--json` prints it. Fields are only ever added within a version. */
export interface VerifyReport {
  readonly version: 1;
  /** `invalid`: the fleet or the command line is wrong, and no host was asked. */
  readonly verdict: Verdict | "invalid";
  readonly source: { readonly kind: "default" | "fleet"; readonly path: string | null };
  /** In declaration order. */
  readonly hosts: readonly VerifiedHost[];
  /** Differences first; what is unknown because its tools are often absent is in the rows alone. */
  readonly findings: readonly Finding[];
}

interface Options {
  readonly fleet?: string;
  readonly host?: readonly string[];
  readonly uri?: HostUris;
  readonly interval: number;
  readonly timeout: number;
  readonly parallel: number;
  readonly rehearsal?: Rehearsal;
  readonly perf?: true;
  readonly brief?: true;
  readonly json?: true;
  readonly markdown?: true;
}

export type ReadHost = (uri: string, settings: ReadSettings) => Promise<HostReading>;

const EXIT_CODES: Readonly<Record<VerifyReport["verdict"], ExitCode>> = {
  "as-declared": 0,
  differs: 1,
  unknown: 2,
  invalid: 2,
};

/** Runs `fleet verify` with its arguments. Never throws for a mistake of the user's, nor for a host that is down. */
export async function runVerifyCommand(
  args: readonly string[],
  streams: Streams,
  read: ReadHost = readForReal,
): Promise<ExitCode> {
  const options = parse(args, streams);
  if (typeof options === "number") return options;
  const report = await answer(options, read);
  const { verdict, hosts, findings } = report;
  if (options.json) streams.out(`${JSON.stringify(report, null, 2)}\n`);
  if (verdict === "invalid") {
    streams.err(renderErrors(findings));
  } else if (!options.json) {
    const render = options.markdown ? renderVerificationMarkdown : renderVerification;
    streams.out(`${render({ hosts, verdict, brief: options.brief === true })}\n`);
  }
  return EXIT_CODES[verdict];
}

async function readForReal(uri: string, settings: ReadSettings): Promise<HostReading> {
  const { readHost } = await import("../live/readHost.ts");
  return readHost(uri, settings);
}

function parse(args: readonly string[], streams: Streams): Options | ExitCode {
  const command = new Command("fleet verify")
    .description(
      "Asks the real hosts what is true and compares it with what is declared. Nothing is changed on them.\n" +
        "Exit code 0: all is as declared. 1: something differs. 2: something could not be asked, or the input " +
        "is wrong. Warnings (a threshold is exceeded) do not change it. docs/verify.md tells each check.",
    )
    .option("--fleet <file>", "fleet file: YAML, JSON or TypeScript; the default stack without one", once)
    .option("--host <name>", "verify this host only; may be repeated", collect)
    .option("--uri <name=uri>", "reach a host by another URI, as numafleet:uris does; may be repeated", uriOf)
    .option("--interval <seconds>", "time between the two samples of loads", seconds(0.1, 3600), 2)
    .option("--timeout <seconds>", "time that one question may take", seconds(1, 3600), 30)
    .option("--parallel <hosts>", "hosts that are asked at once", whole(1, 256, "number of hosts"), 8)
    .option("--rehearsal <cpus,memory>", "the machine that plays the hosts, like 2,4GiB", rehearsalOf)
    .option("--perf", "count cache misses too; takes counters of the CPU for the interval")
    .option("--brief", "show only what is not in order")
    .option("--json", "print the report as JSON")
    .option("--markdown", "print the report as Markdown");
  const formats = [["--json", "--markdown"]] as const;
  return (
    parseOptions(command, args, streams, "fleet verify --fleet FILE", formats) ?? command.opts<Options>()
  );
}

/** As `numafleet:rehearsal` has them. */
function rehearsalOf(value: string): Rehearsal {
  const [cpus = "", memory = "", ...more] = value.split(",").map((text) => text.trim());
  const parsed = rehearsal.safeParse({ cpus: Number(cpus || Number.NaN), memory });
  if (parsed.success && more.length === 0) return parsed.data;
  throw new InvalidArgumentError("Expected CPUs and memory of the machine, like 2,4GiB.");
}

async function answer(options: Options, read: ReadHost): Promise<VerifyReport> {
  const { fleet: path = null, interval, timeout, parallel } = options;
  const source = { kind: path === null ? "default" : "fleet", path } as const;
  let fleet: Fleet;
  let chosen: readonly Host[];
  try {
    fleet = reachBy(await readFleet(options.fleet), options.uri ?? {}, "--uri");
    if (fleet.hosts.length === 0) throw noHost("verify/no-host", "verify", "ask");
    chosen = chooseHosts(fleet, options.host);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return { version: 1, verdict: "invalid", source, hosts: [], findings: error.findings };
  }
  const settings = { interval, timeoutMs: timeout * 1000, perf: options.perf === true };
  const readings = await inParallel(chosen, parallel, async ({ name, uri }) => {
    return [name, await read(uri, settings)] as const;
  });
  const verified = compareFleet(fleet, new Map(readings), options.rehearsal);
  return {
    version: 1,
    verdict: verdictOf(verified),
    source,
    hosts: verified,
    findings: findingsOf(verified),
  };
}
