import { mkdir } from "node:fs/promises";
import { isIPv4, isIPv6 } from "node:net";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { listNames } from "../capacity/host/names.ts";
import { pressureVerdict, pressureView } from "../capacity/pressure/view.ts";
import { carriesCommands } from "../libvirt/transport/target.ts";
import { FleetError } from "../model/finding.ts";
import { type HostUris, reachBy } from "../model/hostUris.ts";
import { renderHostPressure, renderPressure } from "../report/pressure.ts";
import type { ListenAddress } from "../watch/metricsServer.ts";
import { parseOptions } from "./commandLine.ts";
import { chooseHosts, noHost, once, readFleet, renderErrors } from "./fleetInput.ts";
import { collect, seconds, uriOf } from "./optionValues.ts";
import type { ExitCode, Streams } from "./streams.ts";
import { WATCH_EXIT_CODES, type WatchPlan, type WatchReport, type WatchSource } from "./watchPlan.ts";
import type { WatchDependencies } from "./watchRun.ts";

interface Options {
  readonly fleet?: string;
  readonly host?: readonly string[];
  readonly uri?: HostUris;
  readonly once?: true;
  readonly show?: true;
  readonly interval: number;
  readonly poolInterval: number;
  readonly timeout: number;
  readonly state: string;
  readonly listen: ListenAddress | "off";
  readonly json?: true;
}

const DEFAULT_STATE = ".numafleet/pressure.json";
const DEFAULT_LISTEN: ListenAddress = { host: "127.0.0.1", port: 9845 };

/** Runs `fleet watch` with its arguments. Never throws for a mistake of the user's, nor for a host that is down. */
export async function runWatchCommand(
  args: readonly string[],
  streams: Streams,
  given?: WatchDependencies,
): Promise<ExitCode> {
  const options = parse(args, streams);
  if (typeof options === "number") return options;
  const source: WatchSource = {
    kind: options.fleet === undefined ? "default" : "fleet",
    path: options.fleet ?? null,
  };
  try {
    const plan = await planOf(options, source);
    const { runWatch, runWatchOnce, showWatch, REAL } = await import("./watchRun.ts");
    const dependencies = given ?? REAL;
    if (options.show) return await showWatch(plan, streams, dependencies);
    if (options.state === DEFAULT_STATE) await mkdir(path.dirname(DEFAULT_STATE), { recursive: true });
    return await (options.once ? runWatchOnce : runWatch)(plan, streams, dependencies);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    const report: WatchReport = { version: 1, verdict: "invalid", source, findings: error.findings };
    if (options.json) streams.out(`${JSON.stringify(report, null, 2)}\n`);
    streams.err(renderErrors(error.findings));
    return WATCH_EXIT_CODES.invalid;
  }
}

function parse(args: readonly string[], streams: Streams): Options | ExitCode {
  const command = new Command("fleet watch")
    .description(
      "Watches memory, root file system and pools of the hosts, and takes out of placement what is under pressure, by " +
        "fleet.placement.pressure. Nothing is changed on the hosts. Goes on until it is ended, and tells Prometheus.\n" +
        "Exit code of --once and --show: 0: all is ready. 1: something is under pressure. 2: something could not be " +
        "asked, or the input is wrong. docs/hosts.md tells more.",
    )
    .option("--fleet <file>", "fleet file: YAML, JSON or TypeScript; the default stack without one", once)
    .option(
      "--host <name>",
      "watch this host only, and tell each of its conditions; may be repeated",
      collect,
    )
    .option("--uri <name=uri>", "reach a host by another URI, as numafleet:uris does; may be repeated", uriOf)
    .option("--once", "one observation of each host and pool, then end")
    .option("--show", "tell what the state file has, ask no host, write nothing")
    .option("--interval <seconds>", "time between two observations of a host", seconds(0.1, 86_400), 30)
    .option("--pool-interval <seconds>", "time between two scans of its pools", seconds(0.1, 86_400), 900)
    .option("--timeout <seconds>", "time that one question may take", seconds(1, 3600), 10)
    .option("--state <file>", "file that keeps counters and flags", DEFAULT_STATE)
    .option("--listen <address:port>", "where metrics are told, or off", listenAddress, DEFAULT_LISTEN)
    .option("--json", "print JSON: the report, or one line each time that a status changes");
  const formats = [["--once", "--show"]] as const;
  return parseOptions(command, args, streams, "fleet watch --fleet FILE", formats) ?? command.opts<Options>();
}

/** `127.0.0.1:9845`, `[::1]:9845`, `off` */
function listenAddress(value: string): ListenAddress | "off" {
  if (value === "off") return value;
  const [, host = "", port = ""] = /^(.+):(\d{1,5})$/.exec(value) ?? [];
  const bare = /^\[(.+)\]$/.exec(host)?.[1] ?? host;
  const isAddress = host === bare ? isIPv4(bare) : isIPv6(bare);
  if (isAddress && Number(port) <= 65_535) return { host: bare, port: Number(port) };
  throw new InvalidArgumentError(
    "Expected an IP address and a port, like 127.0.0.1:9845 or [::1]:9845, or off.",
  );
}

/** What cannot be seen of hosts by the way that they are reached. */
function blindSpots(targets: WatchPlan["targets"]): string[] {
  const blind = targets.filter(({ uri }) => !carriesCommands(uri)).map(({ name }) => name);
  if (blind.length === 0) return [];
  const hosts = blind.length === 1 ? "Host" : "Hosts";
  return [
    `${hosts} ${listNames(blind)}: no commands can be run there by this transport, so libvirt alone is asked: it tells memory roughly, pools as it counted them last, and nothing of the root file system (docs/hosts.md).`,
  ];
}

async function planOf(options: Options, source: WatchSource): Promise<WatchPlan> {
  const fleet = reachBy(await readFleet(options.fleet), options.uri ?? {}, "--uri");
  if (fleet.hosts.length === 0) throw noHost("watch/no-host", "watch", "watch");
  const targets = chooseHosts(fleet, options.host).map(({ name, uri, cordoned, pools }) => {
    return { name, uri, cordoned, pools: pools.map((pool) => pool.name) };
  });
  return {
    fleet,
    targets,
    intervals: { hosts: options.interval, pools: options.poolInterval },
    timeoutMs: options.timeout * 1000,
    notes: blindSpots(targets),
    statePath: path.resolve(options.state),
    listen: options.listen === "off" ? undefined : options.listen,
    render: (state, nowMs, isOne) => {
      const view = pressureView(targets, state, fleet.placement.pressure);
      if (options.json) {
        const verdict = pressureVerdict(view);
        const at = new Date(nowMs).toISOString();
        const report: WatchReport = { version: 1, verdict, source, at, ...view };
        return `${JSON.stringify(report, null, isOne ? 2 : undefined)}\n`;
      }
      const text =
        options.host === undefined
          ? renderPressure(view, nowMs)
          : view.hosts.map((host) => renderHostPressure(host, nowMs)).join("\n\n");
      return `${text}\n${isOne ? "" : "\n"}`;
    },
  };
}
