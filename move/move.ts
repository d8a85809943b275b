/**
 * The move itself, stage by stage. Each stage can be entered again after it was cut off. Until `released` the VM can
 * be started on neither host; from then on on the target alone, as the source stays held until it is removed.
 */
import { domainInfo } from "../libvirt/provider/resources/domainPower.ts";
import { refreshPool } from "../libvirt/provider/storage/poolTurns.ts";
import { type Host, named } from "../libvirt/virsh/host.ts";
import { element, parseDocument, type XmlElement } from "../libvirt/xml/element.ts";
import { setText } from "../libvirt/xml/location.ts";
import { heldFor, hold } from "./hold.ts";
import { type MoveJournal, type MovePlan, type MoveRecord, STAGES, type Stage } from "./journal.ts";
import { begunElsewhere, definitionOf, isActive, otherMove } from "./leaving.ts";
import type { Ends } from "./plan.ts";
import { aboutVm, refused } from "./refusal.ts";
import { copySegments, digestOf, LengthChanged } from "./segments.ts";
import { seeVolume } from "./volumes.ts";

export interface MoveOptions {
  /** Whether the VM is started on the target. */
  readonly start: boolean;
  /** Is told what is done. */
  readonly say: (line: string) => void;
}

const isBefore = (record: MoveRecord, stage: Stage): boolean =>
  STAGES.indexOf(record.stage) < STAGES.indexOf(stage);

/** Goes on from wherever the journal is, to the end. @throws FleetError, HostError: the next run goes on */
export async function runMove(journal: MoveJournal, ends: Ends, options: MoveOptions): Promise<MoveRecord> {
  const now = async (): Promise<MoveRecord> => {
    const record = await journal.read();
    if (!record) throw new Error(`the journal ${journal.file} has vanished`);
    return record;
  };
  if (isBefore(await now(), "held")) await holdSource(await now(), journal, ends.source);
  if (isBefore(await now(), "copied")) await copyAll(now, journal, ends, options);
  if (isBefore(await now(), "defined")) await defineOnTarget(await now(), journal, ends, options);
  if (isBefore(await now(), "done")) await start(await now(), journal, ends, options);
  return now();
}

async function holdSource({ plan }: MoveRecord, journal: MoveJournal, source: Host): Promise<void> {
  const { vm, uuid, from, to, id } = plan;
  const root = await definitionOf(source, uuid);
  const other = otherMove(root, id);
  if (other !== undefined) throw begunElsewhere(vm, from, other);
  hold(root, { to, id });
  await source.withDefinition("define", root, {}, `holding VM ${vm} on ${from}`);
  await source.run("autostart", { domain: uuid, disable: true }, `holding VM ${vm} on ${from}`);
  // Who has started it before it was held is seen now; after that nobody can.
  if (await isActive(source, uuid)) {
    await letGo({ plan }, source);
    await journal.remove();
    throw refused([
      aboutVm("move/running", vm, {
        message: `VM ${vm} was started on ${from} just now.`,
        remedy: "Shut it down, and move it then.",
      }),
    ]);
  }
  await journal.note({ event: "held" });
}

/** The source as it was before the move. */
async function letGo({ plan }: Pick<MoveRecord, "plan">, source: Host): Promise<void> {
  const { vm, uuid, autostart, from } = plan;
  const what = `letting go of VM ${vm} on ${from}`;
  await source.withDefinition("define", parseDocument(plan.original), {}, what);
  if (autostart) await source.run("autostart", { domain: uuid }, what);
}

async function requireHeld({ plan }: MoveRecord, source: Host): Promise<void> {
  const { vm, uuid, from, to, id } = plan;
  const isHeld = heldFor(await definitionOf(source, uuid))?.id === id && !(await isActive(source, uuid));
  if (isHeld) return;
  throw refused([
    aboutVm("move/not-held", vm, {
      message: `VM ${vm} on ${from} is no longer held for this move to ${to}: somebody has changed or started it there.`,
      remedy: "Shut it down if it runs, take the move back with --abandon, and begin anew.",
    }),
  ]);
}

async function copyAll(
  now: () => Promise<MoveRecord>,
  journal: MoveJournal,
  ends: Ends,
  options: MoveOptions,
): Promise<void> {
  const record = await now();
  await requireHeld(record, ends.source);
  for (const [index, volume] of record.plan.volumes.entries()) {
    if (record.volumes[index]?.sha256 !== undefined) continue;
    if (!volume.isThere) {
      await copy(await now(), index, journal, ends, options);
    }
    await verify(await now(), index, journal, ends, options);
  }
  for (const pool of new Set(record.plan.volumes.map(({ to }) => to.pool)))
    await refreshPool(ends.target, pool);
  await journal.note({ event: "copied" });
}

async function copy(
  { plan, volumes }: MoveRecord,
  index: number,
  journal: MoveJournal,
  { source, target }: Ends,
  { say }: MoveOptions,
): Promise<void> {
  const volume = plan.volumes[index];
  if (!volume) return;
  const { from, to, bytes } = volume;
  const there = await seeVolume(target, to);
  let segments = volumes[index]?.segments ?? [];
  if (there && !volumes[index]?.isBegun) throw strangeFile(plan.vm, plan.to, to.pool, to.vol);
  await requireUnchanged(plan.vm, plan.from, source, volume);
  if (!there || there.bytes !== bytes || segments.length === 0) {
    segments = [];
    await journal.note({ event: "begun", volume: index });
    const what = `making volume ${to.vol} on ${plan.to}`;
    if (there) await target.run("vol-delete", { ...to }, what);
    await target.withDefinition("vol-create", emptyVolume(to.vol, bytes), { pool: to.pool }, what);
  }
  say(
    segments.length === 0
      ? `copying ${from.vol} to ${plan.to}/${to.pool}`
      : `going on with ${from.vol} behind segment ${segments.length}`,
  );
  try {
    await copySegments({ source, target }, { from, to }, { bytes, first: segments.length }, (sha256) =>
      journal.note({ event: "segment", volume: index, sha256 }),
    );
  } catch (failure) {
    if (!(failure instanceof LengthChanged)) throw failure;
    throw changed(plan.vm, plan.from, from.vol);
  }
  await requireUnchanged(plan.vm, plan.from, source, volume);
}

/** As long as the original, and empty: what is not copied are holes. Its format is seen once the content is there. */
function emptyVolume(name: string, bytes: number): XmlElement {
  const root = element("volume", { type: "file" });
  setText(root, "name", name);
  setText(root, "capacity", String(bytes));
  setText(root, "capacity/@unit", "B");
  setText(root, "allocation", "0");
  setText(root, "target/format/@type", "raw");
  return root;
}

async function verify(
  { plan, volumes }: MoveRecord,
  index: number,
  journal: MoveJournal,
  { source, target }: Ends,
  { say }: MoveOptions,
): Promise<void> {
  const volume = plan.volumes[index];
  if (!volume) return;
  const { to, from, bytes, isThere } = volume;
  const what = `reading volume ${to.vol} back from ${plan.to}`;
  const found = await digestOf(target, to, bytes, what);
  const sent = isThere
    ? (await digestOf(source, from, bytes, `reading volume ${from.vol}`)).segments
    : (volumes[index]?.segments ?? []);
  if (JSON.stringify(sent) !== JSON.stringify(found.segments)) {
    // Not to be trusted in part either: the next run copies it from its beginning.
    if (!isThere) await journal.note({ event: "begun", volume: index });
    throw refused([
      aboutVm("move/not-the-same", plan.vm, {
        message: `Volume ${to.vol} on ${plan.to} is not what was sent: its SHA-256 there is ${found.sha256}.`,
        remedy:
          "Look at the disks and the memory of both hosts, and run the move again: it copies the volume anew.",
      }),
    ]);
  }
  say(`verified ${to.vol}: SHA-256 ${found.sha256}`);
  await journal.note({ event: "verified", volume: index, sha256: found.sha256 });
}

async function requireUnchanged(
  vm: string,
  from: string,
  source: Host,
  volume: MoveRecord["plan"]["volumes"][number],
): Promise<void> {
  const seen = await seeVolume(source, volume.from);
  if (seen?.bytes === volume.bytes && seen.written === volume.written) return;
  throw changed(vm, from, volume.from.vol);
}

function changed(vm: string, from: string, vol: string): Error {
  return refused([
    aboutVm("move/source-changed", vm, {
      message: `Volume ${vol} on ${from} was written to while it was copied.`,
      remedy: "Find out who does that, take the move back with --abandon, and begin anew.",
    }),
  ]);
}

function strangeFile(vm: string, to: string, pool: string, vol: string): Error {
  return refused([
    aboutVm("move/target-taken", vm, {
      message: `Pool ${pool} of host ${to} has got a file ${vol} that is not of this move, and it is left alone.`,
      remedy: `Look whose it is, and delete it if it is nobody's: virsh vol-delete --pool ${pool} ${vol}.`,
    }),
  ]);
}

async function defineOnTarget(
  record: MoveRecord,
  journal: MoveJournal,
  { source, target }: Ends,
  { say }: MoveOptions,
): Promise<void> {
  const { plan } = record;
  await requireHeld(record, source);
  const there = named(await target.domains(), plan.uuid);
  // One that runs is not of this move, which has not started any yet.
  if (there && (await isActive(target, plan.uuid))) throw runsThere(plan.vm, plan.to);
  await defineHeld(plan, target);
  say(`defined ${plan.vm} on ${plan.to}`);
  await journal.note({ event: "defined" });
}

/** Held there too, so that it has not run as long as this move has not let it: else it could not be taken back. */
async function defineHeld({ vm, to, id, definition }: MovePlan, target: Host): Promise<void> {
  const root = parseDocument(definition);
  hold(root, { to, id });
  await target.withDefinition("define", root, {}, `defining VM ${vm} on ${to}`);
}

function runsThere(vm: string, to: string): Error {
  return refused([
    aboutVm("move/target-taken", vm, {
      message: `Host ${to} runs a VM of the same UUID as ${vm} already.`,
      remedy: `Look whose it is; it is not of this move.`,
    }),
  ]);
}

async function start(
  record: MoveRecord,
  journal: MoveJournal,
  { source, target }: Ends,
  options: MoveOptions,
): Promise<void> {
  const { vm, uuid, to, autostart, definition } = record.plan;
  await requireHeld(record, source);
  if (record.stage !== "released") await journal.note({ event: "released" });
  // One that a run before has let go may have been changed since, and may run.
  if (heldFor(await definitionOf(target, uuid))) {
    await target.withDefinition("define", parseDocument(definition), {}, `letting go of VM ${vm} on ${to}`);
  }
  if (autostart) await target.run("autostart", { domain: uuid }, `setting autostart of VM ${vm} on ${to}`);
  if (options.start && !(await isActive(target, uuid))) {
    try {
      await target.run("start", { domain: uuid }, `starting VM ${vm} on ${to}`);
    } catch (failure) {
      // Without a connection nobody knows; else libvirt says whether it came to run.
      const info = await domainInfo(target, uuid);
      if (info?.active !== true) {
        if (record.stage !== "released") {
          await defineHeld(record.plan, target);
          await journal.note({ event: "withdrawn" });
        }
        throw failure;
      }
    }
    options.say(`started ${vm} on ${to}`);
  }
  await journal.note({ event: "done" });
}

/** Takes a move back that has not let the VM run on the target. */
export async function abandonMove(
  record: MoveRecord,
  journal: MoveJournal,
  ends: Ends,
  say: (line: string) => void,
): Promise<void> {
  const { plan, volumes } = record;
  const { vm, uuid, from, to } = plan;
  const isThere = named(await ends.target.domains(), uuid) !== undefined;
  if (!isBefore(record, "released") || (isThere && (await isActive(ends.target, uuid)))) {
    throw refused([
      aboutVm("move/too-late", vm, {
        message: `VM ${vm} may have run on ${to} already, so what is on ${from} may be older.`,
        remedy: `Go on with the move, and move it back if it should be on ${from}.`,
      }),
    ]);
  }
  if (isThere) await ends.target.run("undefine", { domain: uuid }, `undefining VM ${vm} on ${to}`);
  for (const [index, { to: place, kind }] of plan.volumes.entries()) {
    if (!volumes[index]?.isBegun) continue;
    // A whole base image may serve others by now.
    if (kind === "base" && volumes[index]?.sha256 !== undefined) continue;
    await ends.target.tryRun("vol-delete", { ...place }, `deleting volume ${place.vol} on ${to}`);
    say(`deleted ${place.vol} on ${to}`);
  }
  if (named(await ends.source.domains(), uuid) !== undefined) await letGo(record, ends.source);
  say(`${vm} is on ${from} as it was`);
  await journal.remove();
}

/** Removes what a finished move has left on the source. Base images stay: others may be based on them. */
export async function removeSource(
  record: MoveRecord,
  journal: MoveJournal,
  { source, target }: Ends,
  say: (line: string) => void,
): Promise<void> {
  const { plan, stage } = record;
  const { vm, uuid, from, to } = plan;
  if (stage !== "done" || named(await target.domains(), uuid) === undefined) {
    throw refused([
      aboutVm("move/not-done", vm, {
        message: `VM ${vm} has not arrived on ${to}, so what is on ${from} is all there is of it.`,
        remedy: "Finish the move first.",
      }),
    ]);
  }
  if (named(await source.domains(), uuid) !== undefined) {
    await requireHeld(record, source);
    await source.run("undefine", { domain: uuid }, `undefining VM ${vm} on ${from}`);
    say(`undefined ${vm} on ${from}`);
  }
  for (const { kind, from: place, bytes, written, isThere } of plan.volumes) {
    if (kind === "base") continue;
    const { pool, vol } = place;
    if (isThere) {
      // Pools on shared storage have one file between them.
      say(`left ${vol} on ${from}: the same file was on ${to} before the move, and may be this one`);
      continue;
    }
    const seen = await seeVolume(source, { pool, vol });
    if (!seen) continue;
    if (seen.bytes !== bytes || seen.written !== written) {
      say(`left ${vol} on ${from}: it is another file by now`);
      continue;
    }
    await source.run("vol-delete", { pool, vol }, `deleting volume ${vol} on ${from}`);
    say(`deleted ${vol} on ${from}`);
  }
  await journal.end(plan);
}
