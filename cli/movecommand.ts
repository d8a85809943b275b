import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { checkPressure } from "../capacity/pressure/gate.ts";
import { residentsOf } from "../capacity/pressure/residents.ts";
import { ProviderError } from "../libvirt/provider/failure.ts";
import { Host } from "../libvirt/virsh/host.ts";
import { type Finding, FleetError } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Host as DeclaredHost } from "../model/host.ts";
import { type HostUris, reachBy } from "../model/hostUris.ts";
import type { PlacementRecord } from "../model/placements.ts";
import type { VM } from "../model/vm.ts";
import { journalFolder, MoveJournal, type MoveRecord } from "../move/journal.ts";
import { begunElsewhere, otherMove, vmOn } from "../move/leaving.ts";
import { abandonMove, removeSource, runMove } from "../move/move.ts";
import { type Asked, type Ends, judgeOnTarget, planMove } from "../move/plan.ts";
import { shutDownGuest } from "../move/power.ts";
import { aboutVm, refused } from "../move/refusal.ts";
import { checkEnds, onHost, vmNamed } from "../move/request.ts";
import { parseOptions } from "./commandLine.ts";
import { once, readFleet, renderErrors, unknownHost } from "./fleetInput.ts";
import { moveInFile } from "./moveFile.ts";
import { type MoveReport, movedFiles, renderFiles } from "./moveReport.ts";
import { moveInState } from "./moveState.ts";
import { day, seconds, uriOf } from "./optionValues.ts";
import { pressureIn } from "./placementFiles.ts";
import type { ExitCode, Streams } from "./streams.ts";

/** `fleet move`: a VM that is off goes to another host, with its disks, its seed and its definition. */

interface Options {
  readonly fleet: string;
  readonly to: string;
  readonly from?: string;
  readonly uri?: HostUris;
  readonly today?: string;
  readonly timeout: number;
  readonly dryRun?: true;
  readonly shutdown?: true;
  readonly start: boolean;
  readonly write?: true;
  readonly pressure?: string;
  readonly state?: string;
  readonly removeSource?: true;
  readonly abandon?: true;
  readonly json?: true;
}

/** Runs `fleet move` with its arguments. Never throws for a mistake of the user's, nor for a host that is down. */
export async function runMoveCommand(
  args: readonly string[],
  streams: Streams,
  now: () => number = Date.now,
): Promise<ExitCode> {
  const [name, ...rest] = args;
  const isHelp = name === "--help" || name === "-h";
  if (!isHelp && (name === undefined || name.startsWith("-"))) {
    streams.err("error: name the VM first, as in: fleet move VM --to HOST --fleet FILE\n");
    return 2;
  }
  const options = parse(isHelp ? args : rest, streams);
  if (typeof options === "number") return options;
  const move = new Move(name ?? "", options, streams, now);
  try {
    return move.tell(await move.run());
  } catch (error) {
    if (error instanceof FleetError) return move.refuse(error.findings);
    if (error instanceof ProviderError) return move.cutOff(error.message);
    throw error;
  }
}

function parse(args: readonly string[], streams: Streams): Options | ExitCode {
  const command = new Command("fleet move")
    .usage("[options] VM")
    .description(
      "Takes a VM that is off to another host: copies its disks and its seed, reads them back, defines it there with " +
        "the place that the fleet gives it, and starts it. UUID, MAC addresses and seed stay. What is left on the old " +
        "host cannot be started any more, and is removed with --remove-source. Cut off anywhere, the same command " +
        "goes on.\nExit code 0: done. 1: refused; nothing more is changed. 2: a host could not be asked, or the input " +
        "is wrong.",
    )
    .requiredOption("--to <host>", "host that it goes to, as the fleet calls it", once)
    .requiredOption("--fleet <file>", "fleet file: YAML, JSON or TypeScript", once)
    .option(
      "--from <host>",
      "host that it leaves; by default that of the fleet, or the one that has it",
      once,
    )
    .option("--uri <name=uri>", "reach a host by another URI, as numafleet:uris does; may be repeated", uriOf)
    .option("--dry-run", "tell what would be done; nothing is touched")
    .option("--shutdown", "ask the guest to shut down first; it is never ended by force")
    .option("--no-start", "leave it off on its new host")
    .option("--write", "write the new host into the fleet file; without it the difference is only shown")
    .option("--state <file>", "point an exported stack to the VM's new place, for pulumi stack import", once)
    .option("--pressure <file>", "state of fleet watch: nothing goes where there is pressure", once)
    .option("--remove-source", "remove what a finished move has left on the old host")
    .option("--abandon", "take back a move that has not started the VM on its new host")
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
  const options = command.opts<Options>();
  const modes = [options.dryRun, options.removeSource, options.abandon].filter(Boolean);
  if (modes.length < 2) return options;
  streams.err("error: --dry-run, --remove-source and --abandon exclude each other\n");
  return 2;
}

class Move {
  readonly #name: string;
  readonly #options: Options;
  readonly #streams: Streams;
  readonly #today: string;
  #from: string | undefined;
  #record: MoveRecord | undefined;

  constructor(name: string, options: Options, streams: Streams, now: () => number) {
    this.#name = name;
    this.#options = options;
    this.#streams = streams;
    this.#today = options.today ?? new Date(now()).toISOString().slice(0, 10);
  }

  /** With --json nothing but the report goes to standard output. */
  get #talk(): Streams {
    const { err } = this.#streams;
    return this.#options.json ? { out: err, err } : this.#streams;
  }

  readonly #say = (line: string): void => this.#streams.err(`${line}\n`);

  async run(): Promise<MoveReport["verdict"]> {
    const declared = reachBy(await readFleet(this.#options.fleet), this.#options.uri ?? {}, "--uri");
    const vm = vmNamed(declared, this.#name);
    const to = hostNamed(declared, this.#options.to);
    const journal = new MoveJournal(journalFolder(), vm.name);
    // What takes something away needs no place for the VM.
    const isLeft = this.#options.abandon === true || this.#options.removeSource === true;
    const { fleet, record } = isLeft ? { fleet: declared, record: undefined } : onHost(declared, vm, to.name);
    const done = await journal.alone(async () => {
      const known = await journal.read();
      if (known && known.plan.to !== to.name) {
        if (known.stage !== "removed") throw otherTarget(known, vm.name);
      } else this.#record = known;
      return connected(this.#options.timeout * 1000, async (connect) => {
        const from = await this.#leaves(declared, vm, to, connect);
        this.#from = from.name;
        const wrong = checkEnds(vm.name, from, to);
        if (wrong.length > 0) throw refused(wrong);
        const asked: Asked = {
          fleet,
          vm: vmNamed(fleet, vm.name),
          from,
          to,
          today: this.#today,
        };
        const ends = { source: await connect(from), target: await connect(to) };
        const verdict = await this.#work(asked, ends, journal);
        if (verdict === "moved") await this.#settle(asked, ends, vm, record);
        return verdict;
      });
    });
    if (done === undefined) {
      throw refused([
        aboutVm("move/busy", vm.name, {
          message: `Another fleet move of VM ${vm.name} runs on this machine.`,
          remedy: `Wait for it. If there is none, as after a crash of the machine, remove ${journal.file}.lock.`,
        }),
      ]);
    }
    return done;
  }

  async #work(asked: Asked, ends: Ends, journal: MoveJournal): Promise<MoveReport["verdict"]> {
    const { abandon, dryRun, start } = this.#options;
    const record = await this.#known(asked, ends);
    if (abandon || this.#options.removeSource) {
      if (!record || record.stage === "removed") throw noMove(asked.vm.name, asked.to.name);
      await (abandon ? abandonMove : removeSource)(record, journal, ends, this.#say);
      return abandon ? "abandoned" : "source-removed";
    }
    if (record?.stage !== "done" && record?.stage !== "removed") {
      const known = await this.#begun(asked, ends, record);
      if (!known) {
        const planned = await this.#plan(asked, ends);
        this.#record = { plan: planned, stage: "planned", volumes: [] };
        if (dryRun) return "planned";
        await journal.begin(planned);
      } else if (dryRun) return "planned";
      this.#record = await runMove(journal, ends, { start, say: this.#say });
    }
    return "moved";
  }

  /** What is known of this move; of one that is over only as long as the VM is where it went. */
  async #known(asked: Asked, { target }: Ends): Promise<MoveRecord | undefined> {
    if (this.#record?.stage === "removed" && !(await vmOn(target, asked.vm.name))) this.#record = undefined;
    return this.#record;
  }

  /** A move that was begun and has held the source: its plan stands. One that has not is planned anew. */
  async #begun(asked: Asked, { source }: Ends, record: MoveRecord | undefined): Promise<boolean> {
    if (record !== undefined && record.stage !== "planned") return true;
    const leaving = await vmOn(source, asked.vm.name);
    const isHeld = leaving !== undefined && otherMove(leaving.definition, undefined) !== undefined;
    const other = leaving && otherMove(leaving.definition, record?.plan.id);
    if (other !== undefined) throw begunElsewhere(asked.vm.name, asked.from.name, other);
    return record !== undefined && isHeld;
  }

  async #plan(asked: Asked, ends: Ends) {
    const { vm, from } = asked;
    const tight = [...judgeOnTarget(asked), ...(await this.#pressed(asked))];
    if (tight.length > 0) throw refused(tight);
    const leaving = await vmOn(ends.source, vm.name);
    if (!leaving) throw notThere(vm.name, from.name);
    if (leaving.info.active) {
      if (!this.#options.shutdown || this.#options.dryRun) throw running(vm.name, from.name);
      this.#say(`shutting down ${vm.name} on ${from.name}`);
      await shutDownGuest(ends.source, leaving.uuid, vm.name, from.name, this.#options.timeout);
    }
    return planMove(asked, ends, leaving);
  }

  /** What speaks against the target by what a watch has seen. */
  async #pressed({ fleet, vm, from }: Asked): Promise<readonly Finding[]> {
    if (this.#options.pressure === undefined) return [];
    const pressure = await pressureIn(this.#options.pressure, fleet);
    const there = residentsOf(fleet).get(vm.name);
    if (there === undefined) return [];
    const residents = (host: string) => new Map([[vm.name, { ...there, host, isForeign: false }]]);
    const moved = { before: residents(from.name), after: residents(there.host) };
    return checkPressure(pressure, { rows: [], empty: true }, moved).filter(
      ({ severity }) => severity === "refuse",
    );
  }

  /** Everything that has to know of the VM's new place. */
  async #settle(asked: Asked, ends: Ends, vm: VM, record: PlacementRecord | undefined): Promise<void> {
    const { fleet, write, state, dryRun } = this.#options;
    if (dryRun) return;
    await moveInFile(fleet, vm, { record, to: asked.to.name }, write === true, this.#talk);
    const plan = this.#record?.plan;
    if (state !== undefined && plan) await moveInState(state, asked, plan, ends.target, this.#say);
  }

  /** The host that the VM leaves. */
  async #leaves(
    fleet: Fleet,
    vm: VM,
    to: DeclaredHost,
    connect: (host: DeclaredHost) => Promise<Host>,
  ): Promise<DeclaredHost> {
    const known = this.#record?.plan.from;
    const given =
      this.#record?.stage === "removed" ? (this.#options.from ?? known) : (known ?? this.#options.from);
    if (given !== undefined) return hostNamed(fleet, given);
    if (vm.host !== undefined && vm.host !== to.name) return hostNamed(fleet, vm.host);
    const having: DeclaredHost[] = [];
    for (const host of fleet.hosts) {
      if (host.name === to.name) continue;
      const entries = await (await connect(host)).domains();
      if (entries.some((entry) => entry.name === vm.name)) having.push(host);
    }
    const [only, second] = having;
    if (only && !second) return only;
    throw refused([
      aboutVm("move/where-from", vm.name, {
        message: only
          ? `Several hosts have a VM ${vm.name}: ${having.map((host) => host.name).join(", ")}.`
          : `No host of the fleet but ${to.name} has a VM ${vm.name} that could move.`,
        remedy: only
          ? "Name the one that it leaves with --from."
          : "Look where it is, and declare that host.",
      }),
    ]);
  }

  refuse(findings: readonly Finding[]): ExitCode {
    const isInvalid = findings.some(({ rule }) => rule.split("/")[0] === "model");
    this.#print(isInvalid ? "invalid" : "refused", findings);
    this.#streams.err(renderErrors(findings));
    return isInvalid ? 2 : 1;
  }

  cutOff(message: string): ExitCode {
    this.#print("unfinished", []);
    this.#streams.err(`error: ${message}\nThe same command goes on from where it stopped.\n`);
    return 2;
  }

  tell(verdict: MoveReport["verdict"]): ExitCode {
    this.#print(verdict, []);
    if (this.#options.json) return 0;
    const { to, fleet } = this.#options;
    const again = `fleet move ${this.#name} --to ${to} --fleet ${fleet}`;
    const { out } = this.#streams;
    if (this.#record && (verdict === "planned" || verdict === "moved")) {
      const files = movedFiles(this.#record);
      if (files.length > 0) out(`${renderFiles(files)}\n`);
    }
    if (verdict === "planned") out(`VM ${this.#name} fits on ${to}; nothing was touched.\n`);
    if (verdict === "moved") {
      const isRemoved = this.#record?.stage === "removed";
      const left = isRemoved ? "" : ` ${this.#from} keeps its files, and cannot start it.`;
      out(`VM ${this.#name} is on ${to}.${left}\n`);
      if (this.#options.state === undefined)
        out(
          `Before the next pulumi up: pulumi stack export --file state.json, ${again} --state state.json, `,
        );
      if (this.#options.state === undefined) out("pulumi stack import --file state.json\n");
      if (!isRemoved) out(`To remove what ${this.#from} keeps: ${again} --remove-source\n`);
    }
    return 0;
  }

  #print(verdict: MoveReport["verdict"], findings: readonly Finding[]): void {
    if (!this.#options.json) return;
    const { plan, stage } = this.#record ?? {};
    const report: MoveReport = {
      version: 1,
      verdict,
      vm: this.#name,
      uuid: plan?.uuid ?? null,
      from: plan?.from ?? this.#from ?? null,
      to: this.#options.to,
      stage: stage ?? null,
      volumes: this.#record ? movedFiles(this.#record) : [],
      findings,
    };
    this.#streams.out(`${JSON.stringify(report, null, 2)}\n`);
  }
}

function hostNamed({ hosts }: Fleet, name: string): DeclaredHost {
  const host = hosts.find((each) => each.name === name);
  if (host) return host;
  const known = hosts.map((each) => each.name);
  throw new FleetError("There is no such host:", [unknownHost(name, known)]);
}

const CONNECT_MS = 30_000;

/** Does the work with connections that end with it; each host is connected to once. */
async function connected<T>(
  timeoutMs: number,
  work: (connect: (host: DeclaredHost) => Promise<Host>) => Promise<T>,
): Promise<T> {
  // What virsh keeps for itself is not the user's.
  const cacheDir = await mkdtemp(join(tmpdir(), "numafleet-move-"));
  const open = new Map<string, Promise<Host>>();
  const connect = (host: DeclaredHost): Promise<Host> => {
    const known = open.get(host.name);
    if (known) return known;
    const made = Host.connect(host.uri, {
      timeoutMs,
      connectMs: CONNECT_MS,
      maxConcurrency: 4,
      cacheDir,
    });
    open.set(host.name, made);
    return made;
  };
  try {
    return await work(connect);
  } finally {
    for (const host of open.values()) {
      await host.then(
        (each) => each.close(),
        () => undefined,
      );
    }
    await rm(cacheDir, { recursive: true, force: true });
  }
}

function running(name: string, from: string): FleetError {
  return refused([
    aboutVm("move/running", name, {
      message: `VM ${name} runs on ${from}, and only a VM that is off can be moved.`,
      remedy: `Shut the guest down, or let --shutdown ask it to.`,
    }),
  ]);
}

function notThere(name: string, from: string): FleetError {
  return refused([
    aboutVm("move/where-from", name, {
      message: `Host ${from} has no VM ${name}.`,
      remedy: "Name the host that has it with --from.",
    }),
  ]);
}

function noMove(name: string, to: string): FleetError {
  return refused([
    aboutVm("move/no-journal", name, {
      message: `No move of VM ${name} to ${to} is known on this machine.`,
      remedy: "Run it where the move was begun, or begin one.",
    }),
  ]);
}

function otherTarget({ plan, stage }: Pick<MoveRecord, "plan" | "stage">, name: string): FleetError {
  const isDone = stage === "done";
  return refused([
    aboutVm("move/other-move", name, {
      message: isDone
        ? `VM ${name} went from ${plan.from} to ${plan.to}, and ${plan.from} still has what it was.`
        : `A move of VM ${name} from ${plan.from} to ${plan.to} is under way.`,
      remedy: isDone
        ? `Remove that first: --to ${plan.to} --remove-source.`
        : `Finish it, or take it back: --to ${plan.to} --abandon.`,
    }),
  ]);
}
