import { readFile } from "node:fs/promises";
import type { Host } from "../libvirt/virsh/host.ts";
import { FleetError, finding } from "../model/finding.ts";
import type { MovePlan } from "../move/journal.ts";
import { withArrival } from "../move/stackState.ts";
import { seeVolume } from "../move/volumes.ts";
import { isRecord } from "./fleetInput.ts";
import { replaceFile } from "./replaceFile.ts";

/** Points an exported stack to the place that a VM has moved to. @throws FleetError where that cannot be done */
export async function moveInState(
  path: string,
  plan: MovePlan,
  target: Host,
  say: (line: string) => void,
): Promise<void> {
  const { vm, from, to, args, isRehearsal } = plan;
  const fail = (why: string, remedy: string): FleetError =>
    new FleetError("The stack is not pointed to the VM:", [
      finding({
        rule: "move/stack",
        path: "",
        subject: `file ${path}`,
        message: `\`${path}\` cannot be pointed to VM ${vm} on ${to}: ${why}.`,
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
    if (volume.kind === "base" || volume.kind === "nvram") continue;
    const there = await seeVolume(target, volume.to);
    if (!there) {
      throw fail(
        `volume ${volume.to.vol} is not in pool ${volume.to.pool} of ${to}`,
        `Look what has become of it on ${to}.`,
      );
    }
    volumes.push({ ...volume, path: there.path });
  }
  const result = withArrival(exported.deployment, { vm, from, to, args, isRehearsal, volumes });
  if (result.why !== undefined) throw fail(result.why, result.remedy);
  const after = `${JSON.stringify({ ...exported, deployment: result.deployment }, null, 4)}\n`;
  if (result.changed.length > 0) {
    const problem = await replaceFile(path, text, after);
    if (problem !== undefined) throw fail(`it cannot be written (${problem})`, "Look at the file's rights.");
  }
  say(`${path}: ${result.changed.length} resources point to ${to} now; pulumi stack import --file ${path}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
