/** How virsh is to call ssh: without questions, and with a limit on connecting. */
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Left for libvirt itself to answer after ssh has connected. */
const RESERVE_SECONDS = 2;

/**
 * Parameters for a URI that goes through ssh; none for another. The time limit is an argument of ssh, so the user's
 * own configuration is read as ever and stays untouched; libvirt takes no arguments, so a script has to add it.
 */
export async function sshCommand(
  uri: string,
  settings: { readonly connectMs: number; readonly cacheDir: string },
): Promise<Readonly<Record<string, string>>> {
  if (!/^[a-z0-9]+\+(ssh|libssh2?):/.test(uri)) return {};
  // ssh asks nothing: there is nobody to answer.
  const quiet = { no_tty: "1" };
  if (!/^[a-z0-9]+\+ssh:/.test(uri) || /[?&]command=/.test(uri)) return quiet;
  const seconds = Math.max(1, Math.round(settings.connectMs / 1000) - RESERVE_SECONDS);
  const file = join(settings.cacheDir, `ssh-${seconds}s`);
  await mkdir(settings.cacheDir, { recursive: true, mode: 0o700 });
  // Whole or not at all: another provider may call the very same script.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `#!/bin/sh\nexec ssh -o ConnectTimeout=${seconds} "$@"\n`);
  await chmod(draft, 0o700);
  await rename(draft, file);
  return { ...quiet, command: encodeURIComponent(file) };
}
