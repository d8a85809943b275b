import { Command } from "commander";
import { bringDown } from "../lab/down.ts";
import { LabError } from "../lab/labError.ts";
import { type LabRecord, type LabState, labHosts, labState } from "../lab/labFolder.ts";
import { labShell } from "../lab/shell.ts";
import { bringUp } from "../lab/up.ts";
import { FleetError, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { formatBytes } from "../model/format.ts";
import type { Host } from "../model/host.ts";
import { SetupError } from "../tools/setup/failure.mjs";
import { elapsed } from "../tools/setup/progress.mjs";
import { parseOptions } from "./commandLine.ts";
import { once, readFleet, renderErrors, unknownHost } from "./fleetInput.ts";
import type { ExitCode, Streams } from "./streams.ts";

/** `fleet lab`: the twin of a declared host, on this machine. What starts and ends it is in lab/. */

interface Options {
  readonly host?: string;
  readonly fleet?: string;
  readonly uri?: true;
}

type Action = (options: Options, streams: Streams, command: readonly string[]) => Promise<ExitCode>;

interface Verb {
  readonly description: string;
  readonly run: Action;
}

const VERBS: Readonly<Record<string, Verb>> = {
  up: { description: "build and start the twin of a host, and wait until its libvirt answers", run: up },
  status: { description: "tell which labs there are, and how each is reached", run: status },
  shell: {
    description: "log in to the twin as root, or run a command there: shell -- virsh list",
    run: shell,
  },
  down: { description: "end the twin, with all that is in it", run: down },
};

/** Runs `fleet lab` with its arguments. Never throws for a mistake of the user's. */
export async function runLabCommand(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const [word = "", ...rest] = args;
  const verb = Object.hasOwn(VERBS, word) ? VERBS[word] : undefined;
  if (verb === undefined) return misused(word, streams);
  const dashes = rest.indexOf("--");
  const [own, command] = dashes < 0 ? [rest, []] : [rest.slice(0, dashes), rest.slice(dashes + 1)];
  const options = parse(word, verb, own, streams);
  if (typeof options === "number") return options;
  try {
    return await verb.run(options, streams, command);
  } catch (error) {
    if (error instanceof FleetError) streams.err(renderErrors(error.findings));
    else if (error instanceof SetupError) streams.err(`error: ${error.message}\n`);
    else throw error;
    return error instanceof LabError || error instanceof SetupError ? 1 : 2;
  }
}

function misused(word: string, { out, err }: Streams): ExitCode {
  const list = Object.entries(VERBS).map(([name, { description }]) => `  ${name.padEnd(7)} ${description}\n`);
  const usage = `Usage: fleet lab COMMAND [options]\n\nA twin of a declared host on this machine: its CPUs, cells, pools and bridges, without the host.\n\nCommands:\n${list.join("")}\nEach tells its options: fleet lab COMMAND --help.\n`;
  if (word === "--help" || word === "-h" || word === "help") {
    out(usage);
    return 0;
  }
  if (word !== "") err(`error: unknown command '${word}'\n\n`);
  err(usage);
  return 2;
}

function parse(
  word: string,
  { description }: Verb,
  args: readonly string[],
  streams: Streams,
): Options | ExitCode {
  const command = new Command(`fleet lab ${word}`)
    .description(`${description.charAt(0).toUpperCase()}${description.slice(1)}.`)
    .option("--host <name>", "host whose twin it is; the fleet's only one by default", once)
    .option("--fleet <file>", "fleet file: YAML, JSON or TypeScript; the default stack without one", once);
  if (word === "status") command.option("--uri", "print the URI of a running lab and nothing else");
  const ended = parseOptions(command, args, streams, `fleet lab ${word} --fleet FILE`);
  return ended ?? command.opts<Options>();
}

async function up(options: Options, { out }: Streams): Promise<ExitCode> {
  const started = Date.now();
  const fleet = await readFleet(options.fleet);
  const record = await bringUp(fleet, chooseHost(fleet, options.host));
  out(`The lab of host ${record.host} is up after ${elapsed(started)}.\n${describe(record)}`);
  return 0;
}

async function status(options: Options, streams: Streams): Promise<ExitCode> {
  const isOne = options.host !== undefined || options.fleet !== undefined || options.uri === true;
  const hosts = isOne ? [await hostOf(options)] : await labHosts();
  if (options.uri) return tellUri(hosts[0] ?? "", streams);
  if (hosts.length === 0) streams.out("There is no lab.\n");
  let code: ExitCode = hosts.length === 0 ? 1 : 0;
  for (const host of hosts) {
    const state = await labState(host);
    streams.out(tell(host, state));
    if (state.kind !== "running") code = 1;
  }
  return code;
}

async function tellUri(host: string, { out }: Streams): Promise<ExitCode> {
  const state = await labState(host);
  if (state.kind !== "running") throw notRunning(host, state);
  out(`${state.record.uri}\n`);
  return 0;
}

async function shell(options: Options, _: Streams, command: readonly string[]): Promise<ExitCode> {
  const host = await hostOf(options);
  const state = await labState(host);
  if (state.kind !== "running") throw notRunning(host, state);
  return (await labShell(host, command)) === 0 ? 0 : 1;
}

async function down(options: Options, { out }: Streams): Promise<ExitCode> {
  const host = await hostOf(options);
  const before = await bringDown(host);
  const others = await labHosts();
  out(
    before === "none"
      ? `There is no lab of host ${host}${others.length === 0 ? "" : `, but of ${others.join(", ")}`}.\n`
      : before === "remains"
        ? `Removed what was left of a lab of host ${host} that had ended without \`down\`.\n`
        : `The lab of host ${host} is gone, with all that was in it.\n`,
  );
  return 0;
}

function describe({ host, uri, cpus, cells, memory, accelerator, machine }: LabRecord): string {
  const at = host === "numa" ? "" : ` --host ${host}`;
  return [
    `  machine  ${cpus} CPUs, ${cells} cells, ${formatBytes(memory)}, ${accelerator === "kvm" ? "by KVM" : "emulated"}, process ${machine?.pid}`,
    `  URI      ${uri}`,
    `  shell    npm run lab -- shell${at}`,
    `  end      npm run lab -- down${at}`,
    "",
  ].join("\n");
}

function tell(host: string, state: LabState): string {
  switch (state.kind) {
    case "running":
      return `The lab of host ${host} runs.\n${describe(state.record)}`;
    case "starting":
      return `The lab of host ${host} is being started, by process ${state.record.starter.pid}.\n`;
    case "elsewhere":
      return `The lab of host ${host} was started on another machine or in another container.\n`;
    case "remains":
      return `A lab of host ${host} has ended without \`down\`; \`up\` and \`down\` remove what is left of it.\n`;
    case "none":
      return `There is no lab of host ${host}.\n`;
  }
}

function notRunning(host: string, state: LabState): LabError {
  return new LabError([
    finding({
      rule: "lab/not-running",
      path: "",
      subject: `lab ${host}`,
      message: tell(host, state).trim(),
      remedy: state.kind === "starting" ? "Wait for it." : "Start it: npm run lab -- up.",
    }),
  ]);
}

/** The host that is asked for, or the fleet's only one. @throws FleetError where that is none */
function chooseHost({ hosts }: Fleet, name: string | undefined): Host {
  const known = hosts.map((host) => host.name);
  const found =
    name === undefined && hosts.length === 1 ? hosts[0] : hosts.find((host) => host.name === name);
  if (found) return found;
  if (name !== undefined && known.length > 0)
    throw new FleetError("There is no such host:", [unknownHost(name, known)]);
  throw new FleetError("There is no host to take:", [
    finding({
      rule: "lab/which-host",
      path: "hosts",
      subject: "fleet",
      message:
        known.length === 0
          ? "The fleet declares no host, so there is none to build a twin of."
          : `The fleet declares ${known.length} hosts (${known.join(", ")}), and a lab is the twin of one.`,
      remedy: known.length === 0 ? "Name another fleet with --fleet." : "Name it with --host.",
    }),
  ]);
}

/** The host whose lab is meant: the named one, the fleet's, that of the only lab, or the default stack's. */
async function hostOf({ host, fleet }: Options): Promise<string> {
  if (fleet !== undefined) return chooseHost(await readFleet(fleet), host).name;
  if (host !== undefined) return host;
  const there = await labHosts();
  return there.length === 1 ? (there[0] as string) : chooseHost(await readFleet(undefined), undefined).name;
}
