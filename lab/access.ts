import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { findOnPath, run, tail } from "../tools/setup/command.mjs";
import { SetupError } from "../tools/setup/failure.mjs";

/** How a lab is reached: by the system's own ssh, with keys that are made for the lab and a configuration of its own. */

export interface Access {
  readonly authorizedKey: string;
  readonly hostKey: Buffer;
}

/** What the host's key is noted under; the address and the port say nothing of it. */
const ALIAS = "numafleet-lab";

/**
 * Makes keys and an `ssh` in the lab's folder that leads to the twin, whichever host it is asked for, once
 * `writeSshConfig` has said by which port. The user's own ssh configuration and known hosts have no part in it.
 *
 * @param sshTools folder with dropbearkey and its libraries
 * @throws SetupError when a key cannot be made
 */
export async function makeAccess(folder: string, sshTools: string): Promise<Access> {
  const at = (name: string) => path.join(folder, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [userKey, hostKey] = await Promise.all([
    run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", ALIAS, "-f", at("key")]),
    run(path.join(sshTools, "dropbearkey"), ["-t", "ed25519", "-f", at("host_key")], {
      env: { ...process.env, LD_LIBRARY_PATH: sshTools },
    }),
  ]);
  const failed = [userKey, hostKey].find(({ code }) => code !== 0);
  if (failed) throw new SetupError(`the lab's keys cannot be made: ${tail(failed)}`);
  const hostPublic = /^(ssh-\S+ \S+)/m.exec(hostKey.stdout)?.[1] ?? "";
  await writeFile(at("known_hosts"), `${ALIAS} ${hostPublic}\n`, { mode: 0o600 });
  // The program itself: the lab's own folder may come first on PATH.
  const program = findOnPath("ssh", process.env.PATH) ?? "/usr/bin/ssh";
  await writeFile(at("ssh"), `#!/bin/sh\nexec ${quoted(program)} -F ${quoted(at("ssh_config"))} "$@"\n`);
  await chmod(at("ssh"), 0o700);
  return { authorizedKey: await readFile(at("key.pub"), "utf8"), hostKey: await readFile(at("host_key")) };
}

/** The URI of a lab's libvirt: the host's own address, and after it how to connect. */
export function labUri(host: string, folder: string): string {
  return `qemu+ssh://root@${host}/system?command=${encodeURIComponent(path.join(folder, "ssh")).replaceAll("%2F", "/")}`;
}

export async function writeSshConfig(folder: string, port: number): Promise<void> {
  const file = (name: string) => `"${path.join(folder, name).replaceAll("%", "%%")}"`;
  const text = `Host *
  HostName 127.0.0.1
  Port ${port}
  User root
  IdentityFile ${file("key")}
  IdentitiesOnly yes
  HostKeyAlias ${ALIAS}
  UserKnownHostsFile ${file("known_hosts")}
  GlobalKnownHostsFile none
  StrictHostKeyChecking yes
  LogLevel ERROR
`;
  await writeFile(path.join(folder, "ssh_config"), text, { mode: 0o600 });
}

/** A word of POSIX sh. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
