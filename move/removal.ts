/** Removing what a finished move has left on the source. */
import type { Host } from "../libvirt/virsh/host.ts";
import { heldFor } from "./hold.ts";
import type { MovedVolume, MoveJournal, MovePlan, MoveRecord } from "./journal.ts";
import { findDefinition } from "./leaving.ts";
import { basedOn, othersOn, whoHas } from "./others.ts";
import type { Ends } from "./plan.ts";
import { aboutVm, refused } from "./refusal.ts";
import { requireHeld } from "./source.ts";
import { undefine } from "./undefine.ts";
import { seeVolume } from "./volumes.ts";

/** Base images stay: others may be based on them. So does what is no longer the file that was copied. */
export async function removeSource(
  record: MoveRecord,
  journal: MoveJournal,
  { source, target }: Ends,
  say: (line: string) => void,
): Promise<void> {
  const { plan } = record;
  const { vm, uuid, from } = plan;
  await requireArrived(record, target);
  const root = await findDefinition(source, uuid);
  if (root) {
    await requireHeld(plan, source);
    await undefine(source, uuid, root, `undefining VM ${vm} on ${from}`);
    say(`undefined ${vm} on ${from}`);
  }
  for (const volume of plan.volumes) {
    if (volume.kind === "base") continue;
    const { pool, vol } = volume.from;
    const why = await whyKept(plan, volume, source);
    if (why === undefined) await source.run("vol-delete", { pool, vol }, `deleting volume ${vol} on ${from}`);
    if (why !== GONE) say(why === undefined ? `deleted ${vol} on ${from}` : `left ${vol} on ${from}: ${why}`);
  }
  await journal.end(plan);
}

const GONE = "it is gone";

/** Why a file stays on the source; undefined where it goes. */
async function whyKept(
  { uuid }: MovePlan,
  { from, bytes, written, isThere }: MovedVolume,
  source: Host,
): Promise<string | undefined> {
  // Pools on shared storage have one file between them.
  if (isThere) return "the same file was on the target before the move, and may be this one";
  const seen = await seeVolume(source, from);
  if (!seen) return GONE;
  if (seen.bytes !== bytes || seen.written !== written) return "it is another file by now";
  const user = await whoHas(source, await othersOn(source, uuid), from);
  if (user !== undefined) return `VM ${user} has it too`;
  const image = await basedOn(source, from.path);
  return image && `${image} is based on it`;
}

/** The VM and all its files are on the target. */
async function requireArrived({ plan, stage }: MoveRecord, target: Host): Promise<void> {
  const { vm, uuid, from, to, id } = plan;
  const root = stage === "done" ? await findDefinition(target, uuid) : undefined;
  if (!root || heldFor(root)?.id === id) {
    throw refused([
      aboutVm("move/not-done", vm, {
        message: `VM ${vm} has not arrived on ${to}, so what is on ${from} is all there is of it.`,
        remedy: stage === "done" ? `Look what has become of it on ${to}.` : "Finish the move first.",
      }),
    ]);
  }
  for (const { kind, to: place } of plan.volumes) {
    if (kind === "base" || (await seeVolume(target, place)) !== undefined) continue;
    throw refused([
      aboutVm("move/not-done", vm, {
        message: `Volume ${place.vol} is not in pool ${place.pool} of ${to}, so what is on ${from} may be all there is of it.`,
        remedy: `Look what has become of it on ${to}.`,
      }),
    ]);
  }
}
