import type { FleetError } from "../model/finding.ts";
import type { MovePlan, MoveRecord } from "../move/journal.ts";
import { aboutVm, refused } from "../move/refusal.ts";

/** What `fleet move` refuses before it asks whether the VM fits. */

export function running(name: string, from: string): FleetError {
  return refused([
    aboutVm("move/running", name, {
      message: `VM ${name} runs on ${from}, and only a VM that is off can be moved.`,
      remedy: `Shut the guest down, or let --shutdown ask it to.`,
    }),
  ]);
}

export function notThere(name: string, from: string): FleetError {
  return refused([
    aboutVm("move/where-from", name, {
      message: `Host ${from} has no VM ${name}.`,
      remedy: "Name the host that has it with --from.",
    }),
  ]);
}

/** @param having hosts that have a VM of the name */
export function whereFrom(name: string, to: string, having: readonly string[]): FleetError {
  const reason =
    having.length > 0
      ? {
          message: `Several hosts have a VM ${name}: ${having.join(", ")}.`,
          remedy: "Name the one that it leaves with --from.",
        }
      : {
          message: `No host of the fleet but ${to} has a VM ${name} that could move.`,
          remedy: "Look where it is, and declare that host.",
        };
  return refused([aboutVm("move/where-from", name, reason)]);
}

export function noMove(name: string, to: string): FleetError {
  return refused([
    aboutVm("move/no-journal", name, {
      message: `No move of VM ${name} to ${to} is known on this machine.`,
      remedy: "Run it where the move was begun, or begin one.",
    }),
  ]);
}

export function otherTarget({ plan, stage }: Pick<MoveRecord, "plan" | "stage">, name: string): FleetError {
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

/** Two fleets may have a VM of one name, and this machine one journal for it. */
export function otherVm({ vm, from, to, uuid }: MovePlan, host: string, file: string): FleetError {
  return refused([
    aboutVm("move/other-move", vm, {
      message: `VM ${vm} on ${host} is another one than that with the UUID ${uuid}, which this machine was moving from ${from} to ${to}.`,
      remedy: `Finish that move with its own fleet first, or keep the moves of this fleet apart: set XDG_STATE_HOME to another folder. (${file})`,
    }),
  ]);
}

/** @param heldFor host of the move that the VM is held for where it went; undefined where it is there no more */
export function notOnTarget({ vm, from, to }: MovePlan, heldFor: string | undefined): FleetError {
  const became = heldFor === undefined ? "does not have it any more" : `holds it for a move to ${heldFor}`;
  return refused([
    aboutVm("move/not-done", vm, {
      message: `VM ${vm} went from ${from} to ${to}, and ${to} ${became}.`,
      remedy: `Look what has become of it there. What it was before is still on ${from}: docs/hosts.md tells how it is let go by hand.`,
    }),
  ]);
}

export function busy(name: string, lock: string): FleetError {
  return refused([
    aboutVm("move/busy", name, {
      message: `Another fleet move of VM ${name} runs on this machine.`,
      remedy: `Wait for it. If there is none, as after a crash of the machine, remove ${lock}.`,
    }),
  ]);
}
