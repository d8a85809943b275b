/** An sshd of a test's own on the loopback address, with keys of its own; it takes root's place for one user. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const SSHD = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].find((path) => existsSync(path));

/** Why no sshd can run here; undefined when one can. */
export function whyNoSshd(): string | undefined {
  if (process.platform !== "linux") return "the test of sshd is for Linux";
  if (process.getuid?.() !== 0) return "a private sshd wants root";
  if (!SSHD) return "sshd is not installed (apt-get install openssh-server)";
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

export async function startPrivateSshd(): Promise<PrivateSshd> {
  const folder = mkdtempSync(join(tmpdir(), "sshd-test-"));
  chmodSync(folder, 0o700);
  const file = (name: string): string => join(folder, name);
  for (const name of ["host", "other", "key"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file(name)]);
  }
  const port = await freePort();
  const known = (name: string): void =>
    writeFileSync(file("known_hosts"), `[127.0.0.1]:${port} ${readFileSync(file(`${name}.pub`), "utf8")}`);
  known("host");
  writeFileSync(file("authorized_keys"), readFileSync(file("key.pub")), { mode: 0o600 });
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
  const made = mkdirSync("/run/sshd", { recursive: true });
  const child = spawn(SSHD as string, ["-D", "-e", "-f", file("sshd_config")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
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

async function listening(child: ChildProcess): Promise<void> {
  let words = "";
  child.stderr?.on("data", (chunk: Buffer) => (words += String(chunk)));
  for (let attempt = 0; attempt < 100; attempt++) {
    if (words.includes("Server listening")) return;
    if (child.exitCode !== null) break;
    await sleep(50);
  }
  throw new Error(`the private sshd does not listen: ${words}`);
}

/** A port of the loopback address that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
