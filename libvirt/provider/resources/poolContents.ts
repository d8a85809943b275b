/** What is in a pool that is to be deleted. */
import type { Host } from "../../virsh/host.ts";
import { listedVolumes } from "../../virsh/volumeList.ts";
import { parseDocument } from "../../xml/element.ts";
import { textAt } from "../../xml/location.ts";
import { ProviderError } from "../failure.ts";
import { objectOf } from "../resource.ts";
import { refreshPool } from "../storage/poolTurns.ts";
import { humanBytes } from "../storage/progress.ts";
import { allUses, namesOf } from "../storage/volumeUse.ts";
import type { Properties } from "../values.ts";

/** Kinds whose data goes with them when they are deleted; a file system keeps its own. */
const TAKES_DATA = new Set(["dir", "logical", "zfs"]);

/** A pool goes only when no running VM has its data open and, with `delete`, when there is none. */
export async function refuseInUse(host: Host, uuid: string, inputs: Properties): Promise<void> {
  const name = String(inputs.name);
  const takesData = takesAll(inputs) && TAKES_DATA.has(String(inputs.type));
  // A pool that cannot be read any more still goes, as long as nothing of it is deleted.
  await refreshPool(host, name).catch((failure: unknown) => {
    if (takesData) throw failure;
  });
  const volumes = listedVolumes(
    await host.run("vol-list", { pool: uuid }, `listing the volumes of pool ${name}`),
  );
  const uses = await allUses(host);
  const users = volumes.flatMap(({ path }) => uses.get(path) ?? []);
  if (users.length > 0) {
    throw new ProviderError(
      `pool ${name} is not deleted: running VMs use volumes of it, ${namesOf(users)}. Shut them down first`,
    );
  }
  if (!takesData) return;
  if (volumes.length === 0) return refuseHidden(host, uuid, inputs);
  const some = volumes.slice(0, 5).map((volume) => volume.name);
  const more = volumes.length > some.length ? ` and ${volumes.length - some.length} more` : "";
  throw new ProviderError(
    `pool ${name} is not deleted: destroy.delete would take its data too, and it holds ${some.join(", ")}${more}. ` +
      "Delete them first, or set destroy.delete to false and run pulumi up: then the pool goes and its data stays",
  );
}

/** A volume group goes with all that is in it, and libvirt does not list thin pools, nor volumes that are off. */
async function refuseHidden(host: Host, uuid: string, inputs: Properties): Promise<void> {
  const root = parseDocument(await host.run("pool-dumpxml", { pool: uuid }, "reading a pool"));
  const used = Number(textAt(root, "allocation") ?? 0);
  if (inputs.type !== "logical" || used === 0) return;
  throw new ProviderError(
    `pool ${String(inputs.name)} is not deleted: destroy.delete would take its data too, and ${humanBytes(used)} of its volume group are used by what libvirt does not list, such as a thin pool (lvs on the host shows it). ` +
      "Remove that first, or set destroy.delete to false and run pulumi up: then the pool goes and its data stays",
  );
}

export const takesAll = (inputs: Properties): boolean => objectOf(inputs, "destroy").delete === true;
