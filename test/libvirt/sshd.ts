/**
 * An ssh server of a test's own on the loopback address, with keys of its own; it takes root's place for one user.
 * OpenSSH's where it is installed; else dropbear, which unlike that comes without a service for all the world.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../tools/setup/freePorts.ts";

const SSHD = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].find((path) => existsSync(path));
const DROPBEAR = "/usr/sbin/dropbear";

/** Why no sshd can run here; undefined when one can. */
export function whyNoSshd(): string | undefined {
  if (process.platform !== "linux") return "the test of sshd is for Linux";
  if (process.getuid?.() !== 0) return "a private sshd wants root";
  if (!SSHD && !existsSync(DROPBEAR)) return "no ssh server is installed (apt-get install dropbear-bin)";
  return undefined;
}

export interface PrivateSshd {
  readonly port: number;
  readonly user: string;
  /** An ssh program with the test's own configuration, in place of the user's, for a URI's `command`. */
  readonly ssh: string;
  /** A key that sshd lets in. */
  readonly key: string;
  /** Makes the host's key one that ssh does not expect. */
  changeHostKey(): void;
  forgetHostKey(): void;
  stop(): Promise<void>;
}

/** @param command script of sh that the server runs in place of what is asked for, which is $SSH_ORIGINAL_COMMAND */
export async function startPrivateSshd(command?: string): Promise<PrivateSshd> {
  const folder = mkdtempSync(join(tmpdir(), "sshd-test-"));
  chmodSync(folder, 0o700);
  const file = (name: string): string => join(folder, name);
  for (const name of ["host", "other", "key"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file(name)]);
  }
  if (!SSHD) {
    // dropbear reads keys of its own form only.
    execFileSync("dropbearconvert", ["openssh", "dropbear", file("host"), file("host.dropbear")], {
      stdio: "ignore",
    });
  }
  const port = await freePort();
  const known = (name: string): void =>
    writeFileSync(file("known_hosts"), `[127.0.0.1]:${port} ${readFileSync(file(`${name}.pub`), "utf8")}`);
  known("host");
  if (command) writeFileSync(file("command"), `#!/bin/sh\n${command}\n`, { mode: 0o755 });
  const allowed = `${command ? `command="${file("command")}" ` : ""}${readFileSync(file("key.pub"), "utf8")}`;
  writeFileSync(file("authorized_keys"), allowed, { mode: 0o600 });
  writeFileSync(
    file("sshd_config"),
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${file("host")}`,
      `AuthorizedKeysFile ${file("authorized_keys")}`,
      "PermitRootLogin prohibit-password",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "UsePAM no",
      "StrictModes no",
      "PidFile none",
      "",
    ].join("\n"),
  );
  writeFileSync(
    file("ssh_config"),
    `Host *\n  UserKnownHostsFile ${file("known_hosts")}\n  GlobalKnownHostsFile /dev/null\n  IdentitiesOnly yes\n  IdentityAgent none\n`,
  );
  writeFileSync(file("ssh"), `#!/bin/sh\nexec ssh -F ${file("ssh_config")} "$@"\n`, { mode: 0o755 });
  // sshd drops its privileges into a folder that is made at boot.
  const made = SSHD && mkdirSync("/run/sshd", { recursive: true });
  const [program = "", ...args] = SSHD
    ? [SSHD, "-D", "-e", "-f", file("sshd_config")]
    : dropbear(folder, port);
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await listening(child);
  return {
    port,
    user: userInfo().username,
    ssh: file("ssh"),
    key: file("key"),
    changeHostKey: () => known("other"),
    forgetHostKey: () => writeFileSync(file("known_hosts"), ""),
    async stop() {
      child.kill("SIGTERM");
      await ended;
      if (made) rmSync(made, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** dropbear takes the keys that it lets in from the user's home only, so it sees another one there. */
function dropbear(folder: string, port: number): string[] {
  const keys = join(folder, "home", ".ssh");
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  copyFileSync(join(folder, "authorized_keys"), join(keys, "authorized_keys"));
  const script = 'mount --make-rprivate / && mount --bind "$1" "$2" && shift 2 && exec "$@"';
  const home = [join(folder, "home"), userInfo().homedir];
  const server = [DROPBEAR, "-F", "-E", "-s", "-p", `127.0.0.1:${port}`, "-r", join(folder, "host.dropbear")];
  return ["unshare", "--mount", "sh", "-c", script, "sh", ...home, ...server, "-P", join(folder, "pid")];
}

async function listening(child: ChildProcess): Promise<void> {
  let words = "";
  child.stderr?.on("data", (chunk: Buffer) => (words += String(chunk)));
  for (let attempt = 0; attempt < 100; attempt++) {
    if (/Server listening|Not backgrounding/.test(words)) return;
    if (child.exitCode !== null) break;
    await sleep(50);
  }
  throw new Error(`the private sshd does not listen: ${words}`);
}
