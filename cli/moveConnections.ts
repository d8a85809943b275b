import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Host } from "../libvirt/virsh/host.ts";
import type { Host as DeclaredHost } from "../model/host.ts";
import { Folders } from "../move/folder.ts";

const CONNECT_MS = 30_000;

/** Connections to hosts of a fleet, each made once, and the folders that are read over them. */
export interface Connections {
  readonly folders: Folders;
  to(host: DeclaredHost): Promise<Host>;
}

/** Does the work with connections that end with it. */
export async function connected<T>(
  timeoutMs: number,
  work: (connections: Connections) => Promise<T>,
): Promise<T> {
  // What virsh keeps for itself is not the user's.
  const cacheDir = await mkdtemp(join(tmpdir(), "numafleet-move-"));
  const open = new Map<string, Promise<Host>>();
  const folders = new Folders();
  const to = (host: DeclaredHost): Promise<Host> => {
    const settings = { timeoutMs, connectMs: CONNECT_MS, maxConcurrency: 4, cacheDir };
    const made = open.get(host.name) ?? Host.connect(host.uri, settings);
    open.set(host.name, made);
    return made;
  };
  try {
    return await work({ folders, to });
  } finally {
    await folders.drop();
    for (const host of open.values()) {
      await host.then(
        (each) => each.close(),
        () => undefined,
      );
    }
    await rm(cacheDir, { recursive: true, force: true });
  }
}
