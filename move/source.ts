/** The VM on the host that it leaves: held there, unchanged as long as it is copied, and let go where it is not to go. */
import type { Host } from "../libvirt/virsh/host.ts";
import { parseDocument } from "../libvirt/xml/element.ts";
import type { FleetError } from "../model/finding.ts";
import { heldFor, hold } from "./hold.ts";
import type { MovedVolume, MoveJournal, MovePlan } from "./journal.ts";
import { begunElsewhere, definitionOf, findDefinition, isActive, otherMove } from "./leaving.ts";
import { aboutVm, refused } from "./refusal.ts";
import { seeVolume } from "./volumes.ts";

/** Makes the VM one that nobody can start. @throws FleetError where somebody has started it, or moves it too */
export async function holdSource(plan: MovePlan, journal: MoveJournal, source: Host): Promise<void> {
  const { vm, uuid, from, to, id } = plan;
  const root = await definitionOf(source, uuid);
  const other = otherMove(root, id);
  if (other !== undefined) throw begunElsewhere(vm, from, other);
  hold(root, { to, id });
  await source.withDefinition("define", root, {}, `holding VM ${vm} on ${from}`);
  await source.run("autostart", { domain: uuid, disable: true }, `holding VM ${vm} on ${from}`);
  // Who has started it before it was held is seen now; after that nobody can.
  if (await isActive(source, uuid)) {
    await letGo(plan, source);
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
export async function letGo({ vm, uuid, autostart, from, original }: MovePlan, source: Host): Promise<void> {
  const what = `letting go of VM ${vm} on ${from}`;
  await source.withDefinition("define", parseDocument(original), {}, what);
  if (autostart) await source.run("autostart", { domain: uuid }, what);
}

export async function requireHeld({ vm, uuid, from, to, id }: MovePlan, source: Host): Promise<void> {
  const root = await findDefinition(source, uuid);
  if (root && heldFor(root)?.id === id && !(await isActive(source, uuid))) return;
  const other = root && otherMove(root, id);
  throw refused([
    aboutVm("move/not-held", vm, {
      message: root
        ? `VM ${vm} on ${from} is no longer held for this move to ${to}: ${other === undefined ? "somebody has changed or started it there" : `another move, to ${other}, has it now`}.`
        : `VM ${vm} is no longer on ${from}: somebody has undefined it there.`,
      remedy: "Shut it down if it runs, take the move back with --abandon, and begin anew.",
    }),
  ]);
}

/** A file of which there is a copy has to be what was copied. */
export async function requireUnchanged(
  { vm, from }: Pick<MovePlan, "vm" | "from">,
  source: Host,
  volume: MovedVolume,
): Promise<void> {
  const seen = await seeVolume(source, volume.from);
  if (seen?.bytes !== volume.bytes || seen.written !== volume.written)
    throw changed(vm, from, volume.from.vol);
}

/** The same of all files that are the VM's own: what was written after the last look would be lost. */
export async function requireAllUnchanged(plan: MovePlan, source: Host): Promise<void> {
  for (const volume of plan.volumes) {
    // One that both hosts had is compared, and may be one file that both see.
    if (volume.kind !== "base") await requireUnchanged(plan, source, volume);
  }
}

export function changed(vm: string, from: string, vol: string): FleetError {
  return refused([
    aboutVm("move/source-changed", vm, {
      message: `Volume ${vol} on ${from} was written to after the move had begun, or is gone.`,
      remedy: "Find out who does that, take the move back with --abandon, and begin anew.",
    }),
  ]);
}
