import { readFile } from "node:fs/promises";
import type { Host } from "../libvirt/virsh/host.ts";
import { FleetError, finding } from "../model/finding.ts";
import type { MovePlan } from "../move/journal.ts";
import type { Item } from "../move/placed.ts";
import { type Asked, argsOnTarget } from "../move/plan.ts";
import { withArrival } from "../move/stackState.ts";
import { seeVolume } from "../move/volumes.ts";
import { residentOutputs } from "../report/residents.ts";
import { isRecord } from "./fleetInput.ts";
import { replaceFile } from "./replaceFile.ts";

/** Points an exported stack to the place that a VM has moved to. @throws FleetError where that cannot be done */
export async function moveInState(
  path: string,
  asked: Asked,
  plan: MovePlan,
  target: Host,
  say: (line: string) => void,
): Promise<void> {
  const { vm, from, to } = asked;
  const fail = (why: string, remedy: string): FleetError =>
    new FleetError("The stack is not pointed to the VM:", [
      finding({
        rule: "move/stack",
        path: "",
        subject: `file ${path}`,
        message: `\`${path}\` cannot be pointed to VM ${vm.name} on ${to.name}: ${why}.`,
        remedy,
      }),
    ]);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw fail(`it cannot be read (${error.code})`, "Write it with pulumi stack export --file FILE.");
  });
  const exported = parsed(text);
  if (!isRecord(exported) || !isRecord(exported.deployment)) {
    throw fail("it is no exported stack", "Write it with pulumi stack export --file FILE.");
  }
  const volumes = [];
  for (const volume of plan.volumes) {
    if (volume.kind === "base") continue;
    const there = await seeVolume(target, volume.to);
    volumes.push({ ...volume, path: there?.path ?? "" });
  }
  const args = argsOnTarget(asked, plan.type);
  const result = withArrival(exported.deployment, {
    vm: vm.name,
    from: from.name,
    to: to.name,
    args,
    volumes,
    resident: residentOutputs(asked.fleet)[vm.name] as Item | undefined,
  });
  if (result.why !== undefined) throw fail(result.why, result.remedy);
  const after = `${JSON.stringify({ ...exported, deployment: result.deployment }, null, 4)}\n`;
  if (result.changed.length > 0) {
    const problem = await replaceFile(path, text, after);
    if (problem !== undefined) throw fail(`it cannot be written (${problem})`, "Look at the file's rights.");
  }
  say(
    `${path}: ${result.changed.length} resources point to ${to.name} now; pulumi stack import --file ${path}`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
