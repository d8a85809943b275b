import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { checkFloors, isBallooned } from "../capacity/balloon/floors.ts";
import { BALLOON_SETTINGS } from "../capacity/balloon/settings.ts";
import { type Machine, machines } from "../capacity/host/machine.ts";
import { listVms } from "../capacity/host/names.ts";
import { recallPlacements } from "../capacity/placement/recall.ts";
import type { BalloonHost } from "../control/balloonHost.ts";
import type { ControlOptions, RoundReport } from "../control/controller.ts";
import { FleetError, finding, sortFindings } from "../model/finding.ts";
import { type HostUris, reachBy } from "../model/hostUris.ts";
import { balloonRound, renderRound } from "../report/balloon.ts";
import { parseOptions } from "./commandLine.ts";
import { chooseHosts, once, readFleet, renderErrors } from "./fleetInput.ts";
import { collect, seconds, uriOf } from "./optionValues.ts";
import { readOutputs } from "./placementFiles.ts";
import type { ExitCode, Streams } from "./streams.ts";

interface Options {
  readonly fleet: string;
  readonly host?: readonly string[];
  readonly uri?: HostUris;
  readonly interval: number;
  readonly timeout: number;
  readonly once?: true;
  readonly dryRun?: true;
  readonly withoutLock?: true;
  readonly outputs?: string;
  readonly json?: true;
}

/** A lock that keeps other controllers off a host; undefined: another one has it. */
export interface Lock {
  readonly isHeld: boolean;
  release(): void;
}

/** Of a host whose connection carries none. */
const NO_LOCK: Lock = { isHeld: true, release: () => undefined };

/** How hosts are reached; tests put others in their place. */
export interface BalloonAccess {
  connect(machine: Machine, timeoutMs: number): Promise<BalloonHost>;
  lock(uri: string, timeoutMs: number): Promise<Lock | undefined>;
}

/** Rules by which a sound fleet is refused; all others tell of wrong input. */
const JUDGED = new Set(["host/balloon-floors", "host/balloon-forbidden"]);

const EXAMPLE = "fleet balloon --fleet FILE --once --dry-run";

/** Runs `fleet balloon` with its arguments. Never throws for a mistake of the user's, nor for a host that is down. */
export async function runBalloonCommand(
  args: readonly string[],
  streams: Streams,
  access?: BalloonAccess,
  signal: AbortSignal = untilTold(),
): Promise<ExitCode> {
  const options = parse(args, streams);
  if (typeof options === "number") return options;
  try {
    const hosts = await chosen(options, streams);
    const codes = await controlAll(hosts, options, streams, access ?? (await realAccess()), signal);
    return Math.max(0, ...codes) as ExitCode;
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    streams.err(renderErrors(error.findings));
    return error.findings.some(({ rule }) => JUDGED.has(rule)) ? 1 : 2;
  }
}

function parse(args: readonly string[], streams: Streams): Options | ExitCode {
  const command = new Command("fleet balloon")
    .description(
      "Moves memory between the guests of each host by their balloons, within the floor (minimumMemory) and the memory " +
        "of each VM: takes from idle guests when the host is short of it, and gives to those in need. Reads the " +
        "balloon drivers' statistics and nothing else of a guest. Runs until it is ended; one controller on a host.\n" +
        "Exit code 0: done. 1: refused, as a floor does not fit, another controller is there, or a move failed. " +
        "2: a host could not be asked, or the input is wrong. docs/hosts.md tells how it decides.",
    )
    .requiredOption("--fleet <file>", "fleet file: YAML, JSON or TypeScript", once)
    .option("--once", "one pass: three looks, an interval apart, the last of which is acted on")
    .option("--interval <seconds>", "time between two rounds", seconds(0.5, 3600), BALLOON_SETTINGS.interval)
    .option("--dry-run", "explain each decision and touch nothing")
    .option(
      "--without-lock",
      "hosts over TLS or TCP too, where nothing keeps a second controller off: you see to that",
    )
    .option("--host <name>", "this host only; may be repeated", collect)
    .option("--uri <name=uri>", "reach a host by another URI, as numafleet:uris does; may be repeated", uriOf)
    .option(
      "--outputs <file>",
      "the stack's outputs (`pulumi stack output --json`): where the VMs are that only the stack has placed",
      once,
    )
    .option("--timeout <seconds>", "time that one question may take", seconds(1, 3600), 30)
    .option("--json", "print each round of each host as JSON, one a line");
  return parseOptions(command, args, streams, EXAMPLE) ?? command.opts<Options>();
}

/** The hosts that are asked for, judged before any of them is touched. @throws FleetError */
async function chosen(options: Options, { err }: Streams): Promise<readonly Machine[]> {
  const remembered = options.outputs === undefined ? [] : await readOutputs(options.outputs);
  const placed = recallPlacements(await readFleet(options.fleet), remembered).fleet;
  const fleet = reachBy(placed, options.uri ?? {}, "--uri");
  const lost = fleet.vms.filter((vm) => vm.host === undefined && isBallooned(vm)).map(({ name }) => name);
  if (lost.length > 0) {
    err(
      `warning: Nothing says on which host ${listVms(lost)} ${lost.length === 1 ? "is, so no balloon of it" : "are, so no balloon of theirs"} is moved: record placements with fleet place --write, or name the stack's outputs with --outputs.\n`,
    );
  }
  const names = new Set(chooseHosts(fleet, options.host).map(({ name }) => name));
  const hosts = machines(fleet).filter(({ host }) => names.has(host.name));
  const findings = sortFindings(hosts.flatMap(checkFloors));
  if (findings.length > 0) throw new FleetError("The floors are refused:", findings);
  const ballooned = hosts.filter(({ guests }) => guests.some(({ vm }) => isBallooned(vm)));
  if (ballooned.length > 0) return ballooned;
  throw new FleetError("There is nothing to do:", [
    finding({
      rule: "balloon/no-guest",
      path: "vms",
      subject: "fleet",
      message: "No VM of these hosts has a minimumMemory below its memory, so no balloon may be moved.",
      remedy: "Give VMs that may be ballooned a minimumMemory.",
    }),
  ]);
}

async function realAccess(): Promise<BalloonAccess> {
  const [{ connectBalloons }, { HostLock }] = await Promise.all([
    import("../control/balloonHost.ts"),
    import("../control/hostLock.ts"),
  ]);
  return { connect: connectBalloons, lock: (uri, timeoutMs) => HostLock.take(uri, timeoutMs) };
}

/** All locks first: a fleet of which a part is another's is not begun. */
async function controlAll(
  hosts: readonly Machine[],
  options: Options,
  streams: Streams,
  access: BalloonAccess,
  signal: AbortSignal,
): Promise<readonly ExitCode[]> {
  const [{ isUnreachable }, { carriesCommands }, { bare }] = await Promise.all([
    import("../control/controller.ts"),
    import("../libvirt/transport/target.ts"),
    import("../libvirt/virsh/hostError.ts"),
  ]);
  const locks: Lock[] = [];
  try {
    for (const { host } of options.dryRun ? [] : hosts) {
      if (!carriesCommands(host.uri)) {
        if (options.withoutLock) {
          locks.push(NO_LOCK);
          continue;
        }
        streams.err(
          `error: Nothing can keep a second controller off host ${host.name}: the transport of ${bare(host.uri)} carries no commands, and so no lock. Reach it by qemu+ssh://user@host/system (--uri), or, if no other controller moves its balloons, say --without-lock.\n`,
        );
        return [2];
      }
      const lock = await access.lock(host.uri, options.timeout * 1000);
      if (lock === undefined) {
        streams.err(
          `error: Another controller moves the balloons of host ${host.name}. End it, or leave this host out with --host.\n`,
        );
        return [1];
      }
      locks.push(lock);
    }
    return await Promise.all(
      hosts.map((machine, i) => controlHost(machine, locks[i], options, streams, access, signal)),
    );
  } catch (failure) {
    if (!isUnreachable(failure)) throw failure;
    streams.err(`error: ${failure.message}\n`);
    return [2];
  } finally {
    for (const lock of locks) lock.release();
  }
}

async function controlHost(
  machine: Machine,
  lock: Lock | undefined,
  options: Options,
  streams: Streams,
  access: BalloonAccess,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { control, isUnreachable, NotAlone } = await import("../control/controller.ts");
  const { interval } = options;
  const [once, dryRun] = [options.once === true, options.dryRun === true];
  const settings = {
    ...BALLOON_SETTINGS,
    interval,
    period: Math.min(BALLOON_SETTINGS.period, Math.ceil(interval / 2)),
  };
  const told = teller(machine, options, streams);
  const how: ControlOptions = { settings, dryRun, once, signal, isAlone: () => lock?.isHeld ?? true };
  while (!signal.aborted) {
    let host: BalloonHost | undefined;
    try {
      host = await access.connect(machine, options.timeout * 1000);
      await control(host, how, told.round);
      return told.code();
    } catch (failure) {
      const isLost = failure instanceof NotAlone;
      if (!isLost && !isUnreachable(failure)) throw failure;
      streams.err(`error: host ${machine.host.name}: ${failure.message}.\n`);
      if (isLost || once) return isLost ? 1 : 2;
    } finally {
      await host?.close();
    }
    // A host that is away for a while is no reason to leave the others; what was known of it is forgotten.
    await sleep(interval * 1000, undefined, { signal }).catch(() => undefined);
  }
  return told.code();
}

/** Prints rounds: as data all of them, as text those that bring news. */
function teller(machine: Machine, { dryRun, json }: Options, { out }: Streams) {
  let last = "";
  let hasFailed = false;
  return {
    round(report: RoundReport): void {
      hasFailed ||= report.failures.size > 0;
      const round = balloonRound({ host: machine.host.name, dryRun: dryRun === true, ...report });
      if (json) {
        out(`${JSON.stringify({ version: 1, ...round })}\n`);
        return;
      }
      // That a balloon rests for a round after each move is none.
      const news = round.guests.map(({ action }) => (action === "wait" ? "stay" : action)).join();
      const isMove = round.guests.some(({ action }) => action === "grow" || action === "shrink");
      if (isMove || news !== last) out(`${renderRound(round)}\n`);
      last = news;
    },
    code: (): ExitCode => (hasFailed ? 1 : 0),
  };
}

/** Ends the loop after the command that is under way when the user or the system says so. */
function untilTold(): AbortSignal {
  const ending = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => ending.abort());
  return ending.signal;
}
