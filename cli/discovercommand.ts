import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { foreignRoom } from "../audit/foreignRoom.ts";
import { type FoundHost, foundHost, type Remark } from "../audit/foundHost.ts";
import { foundVms, type VmEntry } from "../audit/foundVms.ts";
import { hostEntry, proposedReserve } from "../audit/hostEntry.ts";
import { hostRecord, type Kept, vmEdits } from "../audit/hostRecord.ts";
import { isUnknown, type Unknown } from "../facts/asked.ts";
import type { UsedHost } from "../facts/inventory.ts";
import { printable } from "../facts/kubeText.ts";
import { bare } from "../libvirt/virsh/hostError.ts";
import { type Edit, renderBlock } from "../model/documentEdit.ts";
import { name as nameField } from "../model/fields.ts";
import { FleetError } from "../model/finding.ts";
import { parseFleet } from "../model/fleet.ts";
import { connectionUri, type DiskClass, type Host } from "../model/host.ts";
import type { Adoption } from "./adoption.ts";
import { type DiscoverOptions, discoverOptions, EXAMPLE } from "./discoverOptions.ts";
import {
  type Change,
  type FleetFile,
  type Hindrance,
  openFleetFile,
  planChange,
  writeChange,
} from "./fleetChange.ts";
import { renderErrors } from "./fleetInput.ts";
import type { ExitCode, Streams } from "./streams.ts";

/** The answer as data; `--json` prints it. Fields are only ever added within a version. */
export interface DiscoverReport {
  readonly version: 1;
  readonly host: string;
  readonly uri: string;
  readonly date: string;
  /** Versions of libvirt and the hypervisor. */
  readonly versions: string;
  /** The host as a fleet declares it, by what was found alone; null where not even its cells are known. */
  readonly found: object | null;
  /** VMs that run there, as a fleet declares them. */
  readonly vms: readonly object[];
  /** What could not be read, and is no figure of the record. */
  readonly unknown: readonly Remark[];
  readonly notes: readonly Remark[];
  /** Configured figures that stay, where the host says something else. */
  readonly kept: readonly Kept[];
  /** Declared and not there. */
  readonly missing: readonly string[];
  /** The difference to the file that `--into` names; null without one. */
  readonly difference: string | null;
  readonly written: boolean;
}

/** Reads a host; tests put another one in its place. */
export type ReadUsedHost = (uri: string, timeoutMs: number) => Promise<UsedHost | Unknown>;

/** Runs `fleet discover` with its arguments. Never throws for a mistake of the user's, nor for a host that is down. */
export async function runDiscoverCommand(
  args: readonly string[],
  streams: Streams,
  read: ReadUsedHost = readForReal,
  now: () => number = Date.now,
): Promise<ExitCode> {
  const uri = args.find((arg) => /^[a-z][a-z0-9+.-]*:\/\//.test(arg));
  const options = discoverOptions(
    args.filter((arg) => arg !== uri),
    streams,
  );
  if (typeof options === "number") return options;
  const fail = (message: string): ExitCode => {
    streams.err(`error: ${message}\n`);
    return 2;
  };
  if (uri === undefined || !connectionUri.safeParse(uri).success)
    return fail(`say which host, by its libvirt connection URI; as in: ${EXAMPLE}`);
  try {
    return await discover(uri, options, { streams, read, fail, nowMs: now() });
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    streams.err(renderErrors(error.findings));
    return 2;
  }
}

async function readForReal(uri: string, timeoutMs: number): Promise<UsedHost | Unknown> {
  const { readUsedHost } = await import("../live/readInventory.ts");
  return readUsedHost(uri, timeoutMs);
}

interface Surroundings {
  readonly streams: Streams;
  readonly read: ReadUsedHost;
  readonly fail: (message: string) => ExitCode;
  readonly nowMs: number;
}

async function discover(uri: string, options: DiscoverOptions, around: Surroundings): Promise<ExitCode> {
  const { streams, fail } = around;
  const today = options.today ?? new Date(around.nowMs).toISOString().slice(0, 10);
  const file = options.into === undefined ? undefined : await openFleetFile(options.into, "hosts");
  if (file && "why" in file) return fail(file.why);
  const derived = options.name ?? nameFrom(uri);
  const known = file && knownHost(file, uri, options.name, derived);
  const name = known?.host.name ?? derived;
  if (name === undefined) return fail(`${uri} gives no name for the host; name it with --name`);
  const used = await around.read(uri, options.timeout * 1000);
  if (isUnknown(used))
    return fail(
      `Host ${name} is not known: ${used.unknown}. ${used.remedy}\nNothing is written.`.replace(
        /\.\. /,
        ". ",
      ),
    );
  const classes = { ...classesOf(known?.host), ...options.class };
  const pools = isUnknown(used.pools) ? [] : used.pools.map((pool) => pool.name);
  const strange = Object.keys(options.class ?? {}).filter((pool) => !pools.includes(pool));
  if (strange.length > 0)
    return fail(
      `--class names ${strange.join(", ")}, which is no pool of host ${name} (pools: ${pools.join(", ") || "none"})`,
    );
  const found = foundHost(used, classes);
  const vms = foundVms(used, found, name);
  const result = record({ found, entries: vms.entries, name, uri, today, options, file, known });
  if ("why" in result) return fail(result.why);
  const remarks = {
    unknown: [...found.unknown, ...result.unknown, ...vms.unknown],
    notes: [
      ...otherUri(known?.host, uri),
      ...found.notes,
      ...vms.notes,
      ...foreignRoom(used, found, vms.entries),
    ],
  };
  const adoption = options.program === undefined ? undefined : await adopt(options, { uri, name, today });
  if (adoption && "why" in adoption) return fail(adoption.why);
  const { change } = result;
  const written = options.write === true && change?.isChanged === true;
  const problem = await writeAll(adoption, options.program, written ? change : undefined);
  if (problem) return fail(problem.why);
  remarks.notes.push(...(adoption?.transient ?? []).map(transientNote));
  const report: DiscoverReport = {
    version: 1,
    host: name,
    uri,
    date: today,
    versions: used.versions,
    found: result.entry ?? null,
    vms: vms.entries,
    unknown: remarks.unknown,
    notes: remarks.notes,
    kept: result.kept,
    missing: result.missing,
    difference: change?.difference ?? null,
    written,
  };
  if (options.json) streams.out(`${JSON.stringify(report, null, 2)}\n`);
  else streams.out(change ? change.difference : result.text);
  streams.err(told(report, options, change));
  return report.unknown.length + report.missing.length > 0 ? 1 : 0;
}

async function adopt(
  { timeout }: DiscoverOptions,
  { uri, name, today }: { readonly uri: string; readonly name: string; readonly today: string },
): Promise<Adoption | Hindrance> {
  const { readAdoption } = await import("./adoption.ts");
  return readAdoption(uri, name, today, timeout * 1000);
}

/** Both files or none. */
async function writeAll(
  adoption: Adoption | undefined,
  program: string | undefined,
  change: Change | undefined,
): Promise<Hindrance | undefined> {
  if (adoption && program !== undefined) {
    const { writeProgram } = await import("./adoption.ts");
    const problem = await writeProgram(program, adoption.text);
    if (problem) return problem;
  }
  const problem = change && (await writeChange(change));
  if (problem && program !== undefined) await rm(program, { force: true });
  return problem;
}

const transientNote = (vm: string): Remark => ({
  subject: `VM ${vm}`,
  text: "has no definition that outlives its run, and is not in the program",
});

/** The host that a file has already: by the name that is given, else by the URI, else by the URI's name. */
function knownHost(
  { fleet }: FleetFile,
  uri: string,
  given: string | undefined,
  derived: string | undefined,
): { readonly host: Host; readonly index: number } | undefined {
  const byUri = given === undefined ? fleet.hosts.findIndex((host) => host.uri === uri) : -1;
  const index = byUri >= 0 ? byUri : fleet.hosts.findIndex((host) => host.name === derived);
  const host = fleet.hosts[index];
  return host && { host, index };
}

/** `numa1` of `qemu+ssh://root@numa1.example/system`; this machine's own name without one. */
function nameFrom(uri: string): string | undefined {
  const given = URL.canParse(uri) ? new URL(uri).hostname : "";
  const [first = ""] = /^[\d.:[\]]+$/.test(given) ? [] : (given || hostname()).split(".");
  return nameField("").safeParse(first).success ? first : undefined;
}

/** It may be another way to the same host, and it may be another host. */
function otherUri(host: Host | undefined, uri: string): Remark[] {
  if (host === undefined || host.uri === uri) return [];
  return [
    {
      subject: `host ${host.name}`,
      text: `is ${bare(host.uri)} in the file, which stays; asked was ${bare(uri)}, so see that both are the same machine`,
    },
  ];
}

function classesOf(host: Host | undefined): Record<string, DiskClass> {
  return Object.fromEntries(host?.pools.map((pool) => [pool.name, pool.class]) ?? []);
}

interface Recording {
  readonly found: FoundHost;
  readonly entries: readonly VmEntry[];
  readonly name: string;
  readonly uri: string;
  readonly today: string;
  readonly options: DiscoverOptions;
  readonly file: FleetFile | undefined;
  readonly known: { readonly host: Host; readonly index: number } | undefined;
}

interface Recorded {
  readonly entry: object | undefined;
  /** The whole fleet, where no file is changed. */
  readonly text: string;
  readonly change: Change | undefined;
  readonly kept: readonly Kept[];
  readonly missing: readonly string[];
  readonly unknown: readonly Remark[];
}

/** What is printed or changed. */
function record(given: Recording): Recorded | Hindrance {
  const { found, entries, name, uri, today, options, file, known } = given;
  const reserved = options.reserve ?? proposedReserve(found);
  const entry = hostEntry(found, { name, uri, today, reserved });
  const unknown: Remark[] = (found.pools ?? [])
    .filter((pool) => pool.class === undefined)
    .map((pool) => ({
      subject: `kind of storage of pool ${pool.name}`,
      text: `the host does not tell, so the pool is not recorded; name it with --class ${pool.name}=ssd`,
    }));
  const base = { entry, text: "", change: undefined, kept: [], missing: [], unknown };
  if (file === undefined) {
    if (entry === undefined) return { why: noCells(name, found) };
    const fleet = { hosts: [entry], ...(entries.length === 0 ? {} : { vms: entries }) };
    const sound = parseFleet(fleet);
    if (!sound.fleet)
      return {
        why: renderErrors(sound.findings)
          .replace(/^error: /, "")
          .trimEnd(),
      };
    return { ...base, text: renderBlock(fleet) };
  }
  const { edits, elsewhere, gone } = vmEdits(file.fleet, name, entries);
  const merged = known
    ? hostRecord(known.host, known.index, found, {
        today,
        overConfigured: options.replaceConfigured === true,
      })
    : undefined;
  if (!merged && entry === undefined) return { why: noCells(name, found) };
  const { hosts } = file.fleet;
  const added: Edit[] =
    hosts.length === 0
      ? [{ path: ["hosts"], value: [entry], block: true }]
      : [{ path: ["hosts", hosts.length], value: entry, block: true }];
  const change = planChange(file, [...(merged?.edits ?? added), ...edits]);
  if ("why" in change) return change;
  return {
    ...base,
    change,
    kept: merged?.kept ?? [],
    missing: [
      ...(merged?.missing ?? []),
      ...gone.map((vm) => `VM ${vm}`),
      ...elsewhere.map((vm) => `VM ${vm} (it runs here, and the fleet has it on another host)`),
    ],
  };
}

function noCells(name: string, { unknown }: FoundHost): string {
  const why =
    unknown.find(({ subject }) => subject.startsWith("cells"))?.text ?? "none has a CPU that is online";
  return `Host ${name} cannot be recorded without its cells: ${why}. Nothing is written.`;
}

/** What is said beside the data. */
function told(report: DiscoverReport, options: DiscoverOptions, change: Change | undefined): string {
  const lines = [
    ...report.kept.map(
      ({ what, configured, detected, date }) =>
        `kept: ${what} is configured (${date}) as ${configured}, and that wins; detected is ${detected}.`,
    ),
    ...report.unknown.map(({ subject, text }) => `unknown: ${subject}: ${text}.`),
    ...report.missing.map((what) => `left as it is, since it is not there: ${what}.`),
    ...report.notes.map(({ subject, text }) => `note: ${subject} ${text}.`),
    ...(options.program === undefined ? [] : [`${options.program} is written.`]),
    summary(report, options, change),
  ];
  return `${lines.map(printable).join("\n")}\n`;
}

function summary(
  { host, vms, unknown }: DiscoverReport,
  { write }: DiscoverOptions,
  change: Change | undefined,
): string {
  const what = `Host ${host} with ${vms.length} running VM${vms.length === 1 ? "" : "s"}`;
  const part =
    unknown.length === 0
      ? ""
      : ` but for ${unknown.length} thing${unknown.length === 1 ? "" : "s"} that nobody could say`;
  if (change === undefined) return `${what}${part}.`;
  if (!change.isChanged) return `The file holds all of it already${part}.`;
  return `${what} recorded${part}${write ? "" : "; nothing is written without --write"}.`;
}
