import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOnPath } from "../../tools/setup/command.mjs";
import type { PrivateLibvirtd } from "../libvirt/privateLibvirtd.ts";

/** The network behind a bridge of a private libvirtd: an address by DHCP for one guest, and ssh to it. */

const OURS = "10.77.0.1";
const GUESTS = "10.77.0.2";

/** Why there can be no such network here; undefined if there can. */
export function whyNoGuestNetwork(): string | undefined {
  const missing = ["ssh", "ssh-keygen"].find((tool) => !findOnPath(tool, process.env.PATH));
  return missing && `${missing} is not installed (apt-get install openssh-client)`;
}

export interface GuestNetwork {
  /** The public half of the key that `ssh` shows. */
  readonly publicKey: string;
  /** Address that the guest is given. */
  readonly address: string;
  /** Runs a command as that user in the guest, logged in by the key, and returns what it prints. */
  ssh(user: string, command: string): string;
  stop(): void;
}

/** @param busybox a program that has a DHCP server */
export function startGuestNetwork(daemon: PrivateLibvirtd, bridge: string, busybox: string): GuestNetwork {
  const folder = mkdtempSync(join(tmpdir(), "numafleet-network-"));
  const [key, pid, leases] = [join(folder, "key"), join(folder, "pid"), join(folder, "leases")];
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "user@host", "-f", key]);
  writeFileSync(leases, "");
  const config = [`interface ${bridge}`, `start ${GUESTS}`, `end ${GUESTS}`, "option subnet 255.255.255.0"];
  const files = [`pidfile ${pid}`, `lease_file ${leases}`];
  writeFileSync(join(folder, "udhcpd.conf"), `${[...config, ...files].join("\n")}\n`);
  daemon.inNetwork("ip", "address", "add", `${OURS}/24`, "dev", bridge);
  daemon.inNetwork(busybox, "udhcpd", join(folder, "udhcpd.conf"));
  // The guest's own key is made at its first boot, so nothing is known of it here.
  const options = [
    "BatchMode=yes",
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "LogLevel=ERROR",
  ];
  const args = [
    "-F",
    "none",
    "-E",
    join(folder, "log"),
    "-i",
    key,
    ...options.flatMap((option) => ["-o", option]),
  ];
  return {
    publicKey: readFileSync(`${key}.pub`, "utf8").trim(),
    address: GUESTS,
    ssh: (user, command) => daemon.inNetwork("ssh", ...args, `${user}@${GUESTS}`, command),
    stop() {
      process.kill(Number(readFileSync(pid, "utf8")));
      rmSync(folder, { recursive: true });
    },
  };
}
