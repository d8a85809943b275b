import { Command } from "commander";
import { machines } from "../capacity/host/machine.ts";
import { hostStatus } from "../capacity/status/hostStatus.ts";
import { isUnknown, type Unknown } from "../facts/asked.ts";
import { type HostUse, reportOf } from "../facts/hostUse.ts";
import { inParallel } from "../live/inParallel.ts";
import { type Finding, FleetError } from "../model/finding.ts";
import { type HostUris, reachBy } from "../model/hostUris.ts";
import { renderStatus, type StatusEntry } from "../report/status.ts";
import { parseOptions } from "./commandLine.ts";
import { chooseHosts, noHost, once, readFleet, renderErrors } from "./fleetInput.ts";
import { collect, seconds, uriOf, whole } from "./optionValues.ts";
import type { ExitCode, Streams } from "./streams.ts";

/** The answer as data; `--json` prints it. Fields are only ever added within a version. */
export interface StatusReport {
  readonly version: 1;
  /** In declaration order; a host that could not be asked has only `host` and `unknown`. */
  readonly hosts: readonly StatusEntry[];
  /** What is wrong with the input. */
  readonly findings: readonly Finding[];
}

interface Options {
  readonly fleet?: string;
  readonly host?: readonly string[];
  readonly uri?: HostUris;
  readonly timeout: number;
  readonly parallel: number;
  readonly json?: true;
}

/** What VMs take of a host, or why it could not be asked. */
export type ReadUse = (uri: string, timeoutMs: number) => Promise<HostUse | Unknown>;

/** Runs `fleet status` with its arguments. Never throws for a mistake of the user's, nor for a host that is down. */
export async function runStatusCommand(
  args: readonly string[],
  streams: Streams,
  read: ReadUse = readForReal,
): Promise<ExitCode> {
  const options = parse(args, streams);
  if (typeof options === "number") return options;
  const report = await answer(options, read);
  if (options.json) streams.out(`${JSON.stringify(report, null, 2)}\n`);
  if (report.findings.length > 0) {
    streams.err(renderErrors(report.findings));
    return 2;
  }
  if (!options.json) streams.out(`${renderStatus(report.hosts)}\n`);
  return report.hosts.some((host) => "unknown" in host || host.unread_pools.length > 0) ? 2 : 0;
}

async function readForReal(uri: string, timeoutMs: number): Promise<HostUse | Unknown> {
  const { connected } = await import("../live/connected.ts");
  return connected(uri, timeoutMs, (libvirt, kernel) => libvirt.use(kernel));
}

function parse(args: readonly string[], streams: Streams): Options | ExitCode {
  const command = new Command("fleet status")
    .description(
      "Shows what each host has, what may be promised of it, what its VMs hold and what is free. Nothing is changed.\n" +
        "Exit code 0: every host answered. 2: one did not, or one of its pools, or the input is wrong. docs/hosts.md " +
        "tells each figure.",
    )
    .option("--fleet <file>", "fleet file: YAML, JSON or TypeScript; the default stack without one", once)
    .option("--host <name>", "this host only; may be repeated", collect)
    .option("--uri <name=uri>", "reach a host by another URI, as numafleet:uris does; may be repeated", uriOf)
    .option("--timeout <seconds>", "time that one question may take", seconds(1, 3600), 30)
    .option("--parallel <hosts>", "hosts that are asked at once", whole(1, 256, "number of hosts"), 8)
    .option("--json", "print the report as JSON");
  return parseOptions(command, args, streams, "fleet status --fleet FILE") ?? command.opts<Options>();
}

async function answer(options: Options, read: ReadUse): Promise<StatusReport> {
  try {
    const fleet = reachBy(await readFleet(options.fleet), options.uri ?? {}, "--uri");
    const chosen = new Set(chooseHosts(fleet, options.host).map((host) => host.name));
    if (chosen.size === 0) throw noHost("verify/no-host", "show", "ask");
    const asked = machines(fleet).filter(({ host }) => chosen.has(host.name));
    const hosts = await inParallel(asked, options.parallel, async (machine): Promise<StatusEntry> => {
      const use = await read(machine.host.uri, options.timeout * 1000);
      return isUnknown(use)
        ? { host: machine.host.name, unknown: use.unknown }
        : hostStatus(machine, reportOf(use, new Set(machine.host.pools.map((pool) => pool.name))));
    });
    return { version: 1, hosts, findings: [] };
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return { version: 1, hosts: [], findings: error.findings };
  }
}
