/**
 * The move itself, stage by stage. Each stage can be entered again after it was cut off. Until `released` the VM can
 * be started on neither host; from then on on the target alone, as the source stays held until it is removed.
 */
import { domainInfo } from "../libvirt/provider/resources/domainPower.ts";
import { explained } from "../libvirt/provider/storage/lookUp.ts";
import { refreshPool } from "../libvirt/provider/storage/poolTurns.ts";
import type { Host } from "../libvirt/virsh/host.ts";
import { element, parseDocument, type XmlElement } from "../libvirt/xml/element.ts";
import { setText } from "../libvirt/xml/location.ts";
import { heldFor, hold } from "./hold.ts";
import { isBefore, type MoveJournal, type MovePlan, type MoveRecord } from "./journal.ts";
import { definitionOf, findDefinition, isActive } from "./leaving.ts";
import type { Ends } from "./plan.ts";
import { aboutVm, refused } from "./refusal.ts";
import { copySegments, digestOf, LengthChanged } from "./segments.ts";
import { changed, holdSource, requireAllUnchanged, requireHeld, requireUnchanged } from "./source.ts";
import { undefine } from "./undefine.ts";
import { seeVolume } from "./volumes.ts";

export interface MoveOptions {
  /** Whether the VM is started on the target. */
  readonly start: boolean;
  /** Is told what is done. */
  readonly say: (line: string) => void;
}

/** Goes on from wherever the journal is, to the end. @throws FleetError, HostError: the next run goes on */
export async function runMove(journal: MoveJournal, ends: Ends, options: MoveOptions): Promise<MoveRecord> {
  const now = async (): Promise<MoveRecord> => {
    const record = await journal.read();
    if (!record) throw new Error(`the journal ${journal.file} has vanished`);
    return record;
  };
  if (isBefore(await now(), "held")) await holdSource((await now()).plan, journal, ends.source);
  if (isBefore(await now(), "copied")) {
    await tryDefinition(await now(), ends.target);
    await copyAll(now, journal, ends, options);
  }
  if (isBefore(await now(), "defined")) await defineOnTarget(await now(), journal, ends, options);
  if (isBefore(await now(), "done")) await start(await now(), journal, ends, options);
  return now();
}

/** What libvirt there does not take is told before anything is copied, which may take hours. */
async function tryDefinition({ plan, volumes }: MoveRecord, target: Host): Promise<void> {
  if (volumes.some(({ isBegun }) => isBegun)) return;
  await requireFree(plan, target);
  await defineHeld(plan, target);
  const root = await definitionOf(target, plan.uuid);
  await undefine(target, plan.uuid, root, `undefining VM ${plan.vm} on ${plan.to}`);
}

async function copyAll(
  now: () => Promise<MoveRecord>,
  journal: MoveJournal,
  ends: Ends,
  options: MoveOptions,
): Promise<void> {
  const record = await now();
  await requireHeld(record.plan, ends.source);
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
  await requireUnchanged(plan, source, volume);
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
    const cut = { bytes, segmentBytes: plan.segmentBytes, first: segments.length };
    await copySegments({ source, target }, { from, to }, cut, (sha256) =>
      journal.note({ event: "segment", volume: index, sha256 }),
    );
  } catch (failure) {
    if (failure instanceof LengthChanged) throw changed(plan.vm, plan.from, from.vol);
    throw await explained(target, to.pool, failure);
  }
  await requireUnchanged(plan, source, volume);
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
  const cut = { bytes, segmentBytes: plan.segmentBytes };
  const found = await digestOf(target, to, cut, what);
  const sent = isThere
    ? (await digestOf(source, from, cut, `reading volume ${from.vol}`)).segments
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
  await requireHeld(plan, source);
  await requireAllUnchanged(plan, source);
  await requireFree(plan, target);
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

/** A VM that is not held for this move, or runs, is not of it, which has not started any yet. */
async function requireFree({ vm, uuid, to, id }: MovePlan, target: Host): Promise<void> {
  const there = await findDefinition(target, uuid);
  if (!there || (heldFor(there)?.id === id && !(await isActive(target, uuid)))) return;
  throw refused([
    aboutVm("move/target-taken", vm, {
      message: `Host ${to} has got a VM of the same UUID as ${vm}, and it is not of this move.`,
      remedy: `Look whose it is, and undefine it on ${to} if it is nobody's.`,
    }),
  ]);
}

async function start(
  record: MoveRecord,
  journal: MoveJournal,
  { source, target }: Ends,
  options: MoveOptions,
): Promise<void> {
  const { vm, uuid, to, id, autostart, definition } = record.plan;
  await requireHeld(record.plan, source);
  const there = await findDefinition(target, uuid);
  if (!there) throw lost(record);
  if (record.stage !== "released") {
    await requireFree(record.plan, target);
    await requireAllUnchanged(record.plan, source);
    await journal.note({ event: "released" });
  }
  // One that a run before has let go may have been changed since, and may run.
  if (heldFor(there)?.id === id) {
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

function lost({ plan: { vm, from, to }, stage }: MoveRecord): Error {
  const remedy =
    stage === "released"
      ? `It may have run there: look what its files there hold. What it was before is still on ${from}: docs/hosts.md tells how it is let go by hand.`
      : "Take the move back with --abandon, and begin anew.";
  const message = `VM ${vm} is no longer on ${to}: somebody has undefined it there.`;
  return refused([aboutVm("move/not-done", vm, { message, remedy })]);
}
