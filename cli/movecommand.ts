import { recallPlacements } from "../capacity/placement/recall.ts";
import { ProviderError } from "../libvirt/provider/failure.ts";
import { type Finding, FleetError } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Host as DeclaredHost } from "../model/host.ts";
import { reachBy } from "../model/hostUris.ts";
import type { VM } from "../model/vm.ts";
import { openFolders } from "../move/firmware.ts";
import { heldFor } from "../move/hold.ts";
import { journalFolder, MoveJournal, type MoveRecord, plansBeside } from "../move/journal.ts";
import { begunElsewhere, otherMove, vmOn } from "../move/leaving.ts";
import { runMove } from "../move/move.ts";
import { type Asked, type Ends, judgeOnTarget, planMove, poolNames } from "../move/plan.ts";
import { shutDownGuest } from "../move/power.ts";
import { refused } from "../move/refusal.ts";
import { removeSource } from "../move/removal.ts";
import { checkEnds, onHost, vmNamed, whyClosed, withMoves } from "../move/request.ts";
import { SEGMENT_BYTES } from "../move/segments.ts";
import { abandonMove } from "../move/takeBack.ts";
import { readFleet, renderErrors, unknownHost } from "./fleetInput.ts";
import { type Connections, connected } from "./moveConnections.ts";
import { moveInFile } from "./moveFile.ts";
import { type MoveOptions, parseMoveOptions } from "./moveOptions.ts";
import {
  busy,
  noMove,
  notOnTarget,
  notThere,
  otherTarget,
  otherVm,
  running,
  whereFrom,
} from "./moveRefusals.ts";
import { type MoveReport, movedFiles, renderMove } from "./moveReport.ts";
import { moveInState } from "./moveState.ts";
import { pressureIn, readOutputs } from "./placementFiles.ts";
import type { ExitCode, Streams } from "./streams.ts";

/** `fleet move`: a VM that is off goes to another host, with its disks, its seed and its definition. */

/** What tests put in the place of the clock and of a size that would take long. */
export interface MoveSettings {
  readonly now?: () => number;
  readonly segmentBytes?: number;
}

/** Runs `fleet move` with its arguments. Never throws for a mistake of the user's, nor for a host that is down. */
export async function runMoveCommand(
  args: readonly string[],
  streams: Streams,
  settings: MoveSettings = {},
): Promise<ExitCode> {
  const [name, ...rest] = args;
  const isHelp = name === "--help" || name === "-h";
  if (!isHelp && (name === undefined || name.startsWith("-"))) {
    streams.err("error: name the VM first, as in: fleet move VM --to HOST --fleet FILE\n");
    return 2;
  }
  const options = parseMoveOptions(isHelp ? args : rest, streams);
  if (typeof options === "number") return options;
  const move = new Move(name ?? "", options, streams, settings);
  try {
    return move.tell(await move.run());
  } catch (error) {
    if (error instanceof FleetError) return move.refuse(error.findings);
    if (error instanceof ProviderError) return move.cutOff(error.message);
    throw error;
  }
}

/** Which VM goes where. */
interface Aim {
  readonly declared: Fleet;
  readonly vm: VM;
  readonly from: DeclaredHost;
  readonly to: DeclaredHost;
}

class Move {
  readonly #name: string;
  readonly #options: MoveOptions;
  readonly #streams: Streams;
  readonly #today: string;
  readonly #segmentBytes: number;
  #from: string | undefined;
  #record: MoveRecord | undefined;

  constructor(
    name: string,
    options: MoveOptions,
    streams: Streams,
    { now = Date.now, segmentBytes = SEGMENT_BYTES }: MoveSettings,
  ) {
    this.#name = name;
    this.#options = options;
    this.#streams = streams;
    this.#today = options.today ?? new Date(now()).toISOString().slice(0, 10);
    this.#segmentBytes = segmentBytes;
  }

  /** With --json nothing but the report goes to standard output. */
  get #talk(): Streams {
    const { err } = this.#streams;
    return this.#options.json ? { out: err, err } : this.#streams;
  }

  readonly #say = (line: string): void => this.#streams.err(`${line}\n`);

  async run(): Promise<MoveReport["verdict"]> {
    const { outputs, timeout, uri = {} } = this.#options;
    const written = reachBy(await readFleet(this.#options.fleet), uri, "--uri");
    const remembered = outputs === undefined ? [] : await readOutputs(outputs);
    const declared = recallPlacements(written, remembered).fleet;
    const vm = vmNamed(declared, this.#name);
    const to = hostNamed(declared, this.#options.to);
    const journal = new MoveJournal(journalFolder(), vm.name);
    const done = await journal.alone(async () => {
      const known = await journal.read();
      if (known && known.plan.to !== to.name) {
        if (known.stage !== "removed") throw otherTarget(known, vm.name);
      } else this.#record = known;
      return connected(timeout * 1000, (connections) =>
        this.#connected({ declared, vm, to }, journal, connections),
      );
    });
    if (done === undefined) throw busy(vm.name, `${journal.file}.lock`);
    return done;
  }

  async #connected(
    aim: Pick<Aim, "declared" | "vm" | "to">,
    journal: MoveJournal,
    connections: Connections,
  ): Promise<MoveReport["verdict"]> {
    const { vm, to } = aim;
    const { abandon, targetLost, dryRun } = this.#options;
    const from = await this.#leaves(aim.declared, vm, to, connections);
    this.#from = from.name;
    const wrong = checkEnds(vm.name, from, to);
    if (wrong.length > 0) throw refused(wrong);
    const [source, target] = await Promise.all([
      connections.to(from),
      targetLost ? undefined : this.#connect(to, connections),
    ]);
    if (this.#record) await this.#requireSame(this.#record, source, target, journal);
    if (abandon || this.#options.removeSource || !target) {
      const record = this.#record;
      if (!record || record.stage === "removed") throw noMove(vm.name, to.name);
      await openFolders(record.plan, target ? [source, target] : [source], connections.folders);
      if (abandon) await abandonMove(record, journal, { source, target }, this.#say);
      else if (target) await removeSource(record, journal, { source, target }, this.#say);
      return abandon ? "abandoned" : "source-removed";
    }
    const ends = { source, target };
    const verdict = await this.#work({ ...aim, from }, ends, journal, connections);
    if (!dryRun) await this.#settle(vm, ends);
    return verdict;
  }

  /** Whoever takes a move back may have lost the host that the VM was to go to. */
  async #connect(to: DeclaredHost, connections: Connections): Promise<Ends["target"]> {
    try {
      return await connections.to(to);
    } catch (failure) {
      if (!this.#options.abandon || !(failure instanceof ProviderError)) throw failure;
      throw new ProviderError(`${failure.message}. If ${to.name} is gone for good: --abandon --target-lost`);
    }
  }

  async #work(
    aim: Aim,
    ends: Ends,
    journal: MoveJournal,
    { folders }: Connections,
  ): Promise<MoveReport["verdict"]> {
    const { dryRun, start } = this.#options;
    const stage = this.#record?.stage;
    if (stage === "done" || stage === "removed") return "moved";
    if (await this.#isBegun(aim, ends)) {
      if (dryRun) return "planned";
      if (this.#record) await openFolders(this.#record.plan, [ends.source, ends.target], folders);
    } else {
      const plan = await this.#plan(aim, ends, folders);
      this.#record = { plan, stage: "planned", volumes: [] };
      if (dryRun) return "planned";
      await journal.begin(plan);
    }
    this.#record = await runMove(journal, ends, { start, say: this.#say });
    return "moved";
  }

  /**
   * The journal has to be of the VM that is asked about: another fleet may have one of the same name. What it tells of a
   * move that is over is only taken as long as the VM is where it went.
   */
  async #requireSame(
    { plan, stage }: MoveRecord,
    source: Ends["source"],
    target: Ends["target"] | undefined,
    journal: MoveJournal,
  ): Promise<void> {
    const there = target && (await vmOn(target, this.#name));
    const isThere = there?.uuid === plan.uuid && otherMove(there.definition, plan.id) === undefined;
    if (stage === "removed") {
      if (!isThere) this.#record = undefined;
      return;
    }
    const here = await vmOn(source, this.#name);
    if (here && here.uuid !== plan.uuid) throw otherVm(plan, plan.from, journal.file);
    if (stage === "planned") return;
    if (there && there.uuid !== plan.uuid) throw otherVm(plan, plan.to, journal.file);
    const held = there && (heldFor(there.definition)?.to ?? otherMove(there.definition, plan.id));
    if (stage === "done" && target && (!isThere || held)) throw notOnTarget(plan, held);
  }

  /** Whether the move has held the source: then its plan stands. One that has not is planned anew. */
  async #isBegun(
    { vm, from }: { readonly vm: VM; readonly from: DeclaredHost },
    { source }: Ends,
  ): Promise<boolean> {
    const record = this.#record;
    if (record !== undefined && record.stage !== "planned") return true;
    const leaving = await vmOn(source, vm.name);
    const other = leaving && otherMove(leaving.definition, record?.plan.id);
    if (other !== undefined) throw begunElsewhere(vm.name, from.name, other);
    return record !== undefined && leaving !== undefined && heldFor(leaving.definition) !== undefined;
  }

  async #plan(aim: Aim, ends: Ends, folders: Connections["folders"]) {
    const { from, to } = aim;
    const beside = withMoves(aim.declared, await plansBeside(journalFolder(), aim.vm.name));
    const declared = beside.fleet;
    for (const name of beside.counted) this.#say(`${name} counts where its move takes it`);
    const pressure =
      this.#options.pressure === undefined ? undefined : await pressureIn(this.#options.pressure, declared);
    const { fleet, record } = onHost(declared, aim.vm, to.name, pressure);
    const vm = vmNamed(fleet, aim.vm.name);
    const asked: Asked = {
      fleet,
      before: declared,
      vm,
      from,
      to,
      record,
      today: this.#today,
      rehearsal: this.#options.rehearsal,
      segmentBytes: this.#segmentBytes,
    };
    const tight = [...whyClosed(vm.name, to, poolNames(vm, to), pressure), ...judgeOnTarget(asked)];
    if (tight.length > 0) throw refused(tight);
    const leaving = await vmOn(ends.source, vm.name);
    if (!leaving) throw notThere(vm.name, from.name);
    if (leaving.info.active) {
      if (!this.#options.shutdown || this.#options.dryRun) throw running(vm.name, from.name);
      this.#say(`shutting down ${vm.name} on ${from.name}`);
      await shutDownGuest(ends.source, leaving.uuid, vm.name, from.name, this.#options.timeout);
    }
    return planMove(asked, ends, folders, leaving);
  }

  /** Everything that has to know of the VM's new place. */
  async #settle(vm: VM, { target }: Ends): Promise<void> {
    const { fleet, write, state } = this.#options;
    const plan = this.#record?.plan;
    if (!plan) return;
    await moveInFile(fleet, vm, { record: plan.record, to: plan.to }, write === true, this.#talk);
    if (state !== undefined) await moveInState(state, plan, target, this.#say);
  }

  /** The host that the VM leaves. */
  async #leaves(fleet: Fleet, vm: VM, to: DeclaredHost, connections: Connections): Promise<DeclaredHost> {
    const known = this.#record?.plan.from;
    const given =
      this.#record?.stage === "removed" ? (this.#options.from ?? known) : (known ?? this.#options.from);
    if (given !== undefined) return hostNamed(fleet, given);
    if (vm.host !== undefined && vm.host !== to.name) return hostNamed(fleet, vm.host);
    const having: DeclaredHost[] = [];
    for (const host of fleet.hosts) {
      if (host.name === to.name) continue;
      const entries = await (await connections.to(host)).domains();
      if (entries.some((entry) => entry.name === vm.name)) having.push(host);
    }
    const [only, second] = having;
    if (only && !second) return only;
    const names = having.map((host) => host.name);
    throw whereFrom(vm.name, to.name, names);
  }

  refuse(findings: readonly Finding[]): ExitCode {
    const isInvalid = findings.some(({ rule }) => rule.split("/")[0] === "model");
    this.#print(isInvalid ? "invalid" : "refused", findings);
    this.#streams.err(renderErrors(findings));
    return isInvalid ? 2 : 1;
  }

  cutOff(message: string): ExitCode {
    this.#print("unfinished", []);
    const next = this.#record ? "The same command goes on from where it stopped." : "Nothing was touched.";
    this.#streams.err(`error: ${message}\n${next}\n`);
    return 2;
  }

  tell(verdict: MoveReport["verdict"]): ExitCode {
    this.#print(verdict, []);
    if (this.#options.json) return 0;
    const { to, fleet, state } = this.#options;
    const aim = { vm: this.#name, from: this.#from, to, fleet, isInState: state !== undefined };
    this.#streams.out(renderMove(verdict, this.#record, aim));
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
