import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { openShell } from "../libvirt/transport/shell.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";
import { cacheDirectory } from "../tools/setup/cache.mjs";

/**
 * What a twin's libvirtd has found out about QEMU, kept for the next twin: finding it out anew takes an emulated
 * machine half a minute. libvirtd itself checks that it still holds (its own build and QEMU's), and asks again if not.
 */

const KEPT = path.join(cacheDirectory(), "lab-capabilities");

export async function keptCapabilities(): Promise<ReadonlyMap<string, Buffer>> {
  const names = (await readdir(KEPT).catch(() => [])).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(KEPT, name))] as const)),
  );
}

/** `name length`, then as many bytes as base64, for each file. */
const READ = `
cd /var/cache/libvirt/qemu/capabilities 2>/dev/null || exit 0
for file in *.xml; do
  [ -f "$file" ] && printf '%s %s\\n' "$file" "$(base64 -w 0 "$file")"
done
`;

/** Keeps what the twin's libvirtd knows by now. That it cannot be had costs time, and nothing else. */
export async function keepCapabilities(uri: string): Promise<void> {
  const shell = openShell(uri, { timeoutMs: 120_000 });
  try {
    const text = await shell.run(READ, { what: "reading what libvirtd knows of QEMU" });
    const files = [...text.matchAll(/^([0-9a-f]+\.xml) (\S+)$/gm)].map(
      ([, name = "", content = ""]) => [name, Buffer.from(content, "base64")] as const,
    );
    const kept = await keptCapabilities();
    if (files.length === 0 || files.every(([name, content]) => kept.get(name)?.equals(content))) return;
    await replace(files);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
  } finally {
    shell.close();
  }
}

async function replace(files: readonly (readonly [string, Buffer])[]): Promise<void> {
  await mkdir(path.dirname(KEPT), { recursive: true });
  const draft = await mkdtemp(`${KEPT}-`);
  try {
    for (const [name, content] of files) await writeFile(path.join(draft, name), content);
    await rm(KEPT, { recursive: true, force: true });
    await rename(draft, KEPT);
  } catch {
    // Another lab has just kept its own, which are as good.
    await rm(draft, { recursive: true, force: true });
  }
}
