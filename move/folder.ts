/**
 * Folders of a host that are no pool, as that of the UEFI variables. libvirt reads and writes files in pools only, so
 * such a folder is one for as long as the command runs, and keeps its files when it is none any more.
 */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { refreshPool } from "../libvirt/provider/storage/poolTurns.ts";
import type { Host } from "../libvirt/virsh/host.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";
import { element, parseDocument, type XmlElement } from "../libvirt/xml/element.ts";
import { setText, textAt } from "../libvirt/xml/location.ts";

const PREFIX = "numafleet-move-";

/** Pools that a command has made, by host. */
export class Folders {
  readonly #made: { readonly host: Host; readonly pool: string }[] = [];

  /** The pool of a folder, with the list of its files as it is now; undefined where the host has no such folder. */
  async pool(host: Host, folder: string): Promise<string | undefined> {
    const known = await poolOf(host, folder);
    const name = known ?? temporaryPool(folder);
    if (known === undefined) {
      try {
        await host.withDefinition("pool-create", definition(name, folder), {}, `reading folder ${folder}`);
      } catch (failure) {
        if (failure instanceof HostError && /cannot open|No such file/i.test(failure.message))
          return undefined;
        throw failure;
      }
    }
    // One that a killed command has left is taken away as well.
    if (name.startsWith(PREFIX)) this.#made.push({ host, pool: name });
    await refreshPool(host, name);
    return name;
  }

  /** Whoever has no connection any more leaves a pool behind, which the next command takes away. */
  async drop(): Promise<void> {
    for (const { host, pool } of this.#made.splice(0)) {
      await host.run("pool-destroy", { pool }, `letting go of pool ${pool}`).catch(() => undefined);
    }
  }
}

function temporaryPool(folder: string): string {
  return `${PREFIX}${createHash("sha256").update(folder).digest("hex").slice(0, 8)}`;
}

function definition(name: string, folder: string): XmlElement {
  const root = element("pool", { type: "dir" });
  setText(root, "name", name);
  setText(root, "target/path", folder);
  return root;
}

/** The pool that a folder is already: libvirt makes no second one of it. */
async function poolOf(host: Host, folder: string): Promise<string | undefined> {
  for (const { uuid, name } of await host.pools()) {
    const text = await host.tryRun("pool-dumpxml", { pool: uuid }, `reading pool ${name}`);
    const path = text === undefined ? undefined : textAt(parseDocument(text), "target/path");
    if (path !== undefined && posix.normalize(`${path}/`) === posix.normalize(`${folder}/`)) return name;
  }
  return undefined;
}
