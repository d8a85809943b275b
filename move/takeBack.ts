/** Taking a move back that has not let the VM run on the target. */
import { moveOf } from "../libvirt/provider/resources/domainMark.ts";
import { type Host, named } from "../libvirt/virsh/host.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";
import { heldFor } from "./hold.ts";
import { isBefore, type MoveJournal, type MovePlan, type MoveRecord, type Place } from "./journal.ts";
import { begunElsewhere, findDefinition, isActive, otherMove } from "./leaving.ts";
import { type OtherVm, othersOn, whoHas } from "./others.ts";
import { aboutVm, refused } from "./refusal.ts";
import { letGo } from "./source.ts";
import { undefine } from "./undefine.ts";
import { seeVolume } from "./volumes.ts";

/**
 * Deletes what was made on the target and lets the source go.
 * @param ends without a target, which is lost: then nothing is asked or deleted there. Nobody could start the VM there,
 * as it is held or not defined as long as the move has not let it go.
 */
export async function abandonMove(
  record: MoveRecord,
  journal: MoveJournal,
  { source, target }: { readonly source: Host; readonly target: Host | undefined },
  say: (line: string) => void,
): Promise<void> {
  const { plan } = record;
  if (!isBefore(record, "released")) throw tooLate(plan);
  const there = await findDefinition(source, plan.uuid);
  const other = there && otherMove(there, plan.id);
  // Whoever has taken the VM over would find it let go.
  if (other !== undefined) throw begunElsewhere(plan.vm, plan.from, other);
  await requireFiles(plan, source);
  if (target) await clean(record, target, say);
  else say(`left on ${plan.to} whatever was made there of ${plan.vm}, as it was not asked`);
  // A definition without the mark was changed by hand since, and is not overwritten.
  if (!there || moveOf(there)) await letGo(plan, source);
  else if (plan.autostart) {
    await source.run("autostart", { domain: plan.uuid }, `letting go of VM ${plan.vm} on ${plan.from}`);
  }
  say(`${plan.vm} is on ${plan.from} as it was`);
  await journal.remove();
}

/** What is deleted on the target may be all there is where the source has lost its files. */
async function requireFiles({ vm, from, volumes }: MovePlan, source: Host): Promise<void> {
  for (const { kind, from: file } of volumes) {
    if (kind === "base" || (await seeVolume(source, file)) !== undefined) continue;
    throw refused([
      aboutVm("move/source-changed", vm, {
        message: `Volume ${file.vol} is no longer on ${from}, so the copy may be all there is of it, and is left.`,
        remedy: `Bring the file back to pool ${file.pool} there, or go on with the move.`,
      }),
    ]);
  }
}

async function clean(
  { plan, volumes }: MoveRecord,
  target: Host,
  say: (line: string) => void,
): Promise<void> {
  const { vm, uuid, to, id } = plan;
  const root = named(await target.domains(), uuid) && (await findDefinition(target, uuid));
  // One that is not held for this move is not of it.
  const isOurs = root !== undefined && heldFor(root)?.id === id;
  if (isOurs && (await isActive(target, uuid))) throw tooLate(plan);
  const made = plan.volumes.flatMap(({ to: place, kind }, index) => {
    const { isBegun, sha256 } = volumes[index] ?? {};
    // A whole base image may serve others by now.
    return isBegun && !(kind === "base" && sha256 !== undefined) ? [place] : [];
  });
  await requireUnused(plan, made, target, await othersOn(target, isOurs ? uuid : ""));
  if (isOurs) await undefine(target, uuid, root, `undefining VM ${vm} on ${to}`);
  for (const place of made) {
    try {
      await target.run("vol-delete", { ...place }, `deleting volume ${place.vol} on ${to}`);
      say(`deleted ${place.vol} on ${to}`);
    } catch (failure) {
      if (!(failure instanceof HostError) || failure.code !== "not-found") throw failure;
    }
  }
}

/** Somebody may have let a VM have the copy by hand, and it may have written to it. */
async function requireUnused(
  { vm, to }: MovePlan,
  made: readonly Place[],
  target: Host,
  others: readonly OtherVm[],
): Promise<void> {
  for (const place of made) {
    const there = await seeVolume(target, place);
    const user = there && (await whoHas(target, others, there));
    if (user === undefined) continue;
    throw refused([
      aboutVm("move/target-taken", vm, {
        message: `VM ${user} on ${to} has the copy ${place.vol} in pool ${place.pool}, which this move has not let go, so it is left.`,
        remedy: `Shut ${user} down and undefine it there if nothing that it has written is needed, and take the move back then.`,
      }),
    ]);
  }
}

function tooLate({ vm, from, to }: MovePlan): Error {
  return refused([
    aboutVm("move/too-late", vm, {
      message: `VM ${vm} may have run on ${to} already, so what is on ${from} may be older.`,
      remedy: `Go on with the move, and move it back if it should be on ${from}.`,
    }),
  ]);
}
