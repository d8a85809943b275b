/**
 * A libvirt daemon of a test's own: its folders are mounted over the system's in a mount namespace, so it shares
 * nothing with a daemon of the machine. Wants root, unshare, libvirtd and QEMU.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { keepCapabilities, takeCapabilities } from "./capabilityCache.ts";
import { writeLocalSsh } from "./localSsh.ts";
import { endProcess, ownCgroups } from "./ownCgroups.ts";

/** Folders of libvirt, by their name below the private folder. */
const FOLDERS: Readonly<Record<string, string>> = {
  etc: "/etc/libvirt",
  run: "/run/libvirt",
  lib: "/var/lib/libvirt",
  cache: "/var/cache/libvirt",
  log: "/var/log/libvirt",
};

const QUIET = {
  stdio: "ignore",
  env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
} as const;

const LIBVIRTD_CONF = `
unix_sock_group = "root"
unix_sock_ro_perms = "0700"
unix_sock_rw_perms = "0700"
auth_unix_ro = "none"
auth_unix_rw = "none"
`;

// As root, since /dev/kvm is often root's alone, and then libvirt would probe QEMU anew at every call.
const QEMU_CONF = `
user = "root"
group = "root"
security_driver = "none"
namespaces = [ ]
stdio_handler = "file"
remember_owner = 0
`;

export interface PrivateLibvirtd {
  /** Connection URI of the daemon. */
  readonly uri: string;
  /** A folder for images and the like; removed at the end. */
  readonly folder: string;
  /**
   * A folder with an `ssh` that goes to this daemon's machine, whichever host it is asked for: it runs the command in
   * the daemon's namespaces. First on PATH, it lets a stack keep the URI of its host.
   */
  readonly ssh: string;
  /** The process id of a running domain's QEMU. */
  qemuPid(domain: string): number;
  /** Runs a command in the daemon's network and returns what it prints. */
  inNetwork(...command: string[]): string;
  /** The daemon's own process. */
  readonly pid: string;
  /** Runs virsh against the daemon and returns what it prints. */
  virsh(...args: string[]): string;
  /** Ends the daemon, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again. */
  start(): Promise<void>;
  /** Ends daemon and guests and removes everything. */
  stop(): Promise<void>;
}

/** Why no such daemon can run here, with bridges if these are needed; undefined when one can. */
export function whyNoLibvirtd({ bridges = false } = {}): string | undefined {
  if (process.platform !== "linux") return "libvirtd runs on Linux only";
  if (process.getuid?.() !== 0) return "a private libvirtd wants root";
  for (const tool of ["libvirtd", "virsh", "qemu-system-x86_64", "qemu-img", "ip", "unshare"]) {
    if (!onPath(tool)) {
      return `${tool} is not installed (apt-get install libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils iproute2)`;
    }
  }
  try {
    execFileSync("unshare", ["--mount", "true"], QUIET);
  } catch {
    return "mount namespaces are not allowed here";
  }
  try {
    if (bridges) execFileSync("unshare", ["--net", "ip", "link", "add", "probe", "type", "bridge"], QUIET);
  } catch {
    return "bridges in a network namespace are not to be had here";
  }
  return undefined;
}

function onPath(tool: string): boolean {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
  return folders.some((folder) => existsSync(join(folder, tool)));
}

export interface PrivateLibvirtdOptions {
  /** Bridges that it finds. With any, it has a network of its own: the machine's is not there, and not touched. */
  readonly bridges?: readonly string[];
  /** Programs that it finds before the system's: shell scripts by their names. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Folder of unpacked Debian packages that the daemon sees as if they were installed. */
  readonly packages?: string;
  /** It listens on loopback with TLS too, on this port, with the files that `writeCertificates` has made. */
  readonly tls?: { readonly port: number; readonly folder: string };
}

/** Starts a daemon and waits until it answers. */
export async function startPrivateLibvirtd({
  bridges = [],
  programs = {},
  packages,
  tls,
}: PrivateLibvirtdOptions = {}): Promise<PrivateLibvirtd> {
  const root = mkdtempSync(join(tmpdir(), "libvirtd-"));
  for (const name of [...Object.keys(FOLDERS), "images"]) mkdirSync(join(root, name));
  writeFileSync(
    join(root, "etc", "libvirtd.conf"),
    `unix_sock_dir = "${join(root, "run")}"\n${LIBVIRTD_CONF}${tls ? listening(tls) : ""}`,
  );
  writeFileSync(join(root, "etc", "qemu.conf"), QEMU_CONF);
  takeCapabilities(join(root, "cache"));
  const bin = join(root, "bin");
  mkdirSync(bin);
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(bin, name), text, { mode: 0o755 });
  const uri = `qemu+unix:///system?socket=${join(root, "run", "libvirt-sock")}`;
  const mounts = Object.entries(FOLDERS).map(
    ([name, at]) => `mkdir -p ${at}; mount --bind ${join(root, name)} ${at}`,
  );
  const links = bridges.flatMap((name) => [`ip link add ${name} type bridge`, `ip link set ${name} up`]);
  if (links.length > 0) links.push(...ownInterfaces(join(root, "sys")));
  const layers = packages === undefined ? [] : packageLayers(packages, root);
  const groups = ownCgroups(basename(root));
  const script = ["set -e", "mount --make-rprivate /", ...layers, ...mounts, ...links, ...groups.enter].join(
    "; ",
  );
  const namespaces = bridges.length === 0 ? ["--mount"] : ["--mount", "--net"];
  const args = ["--config", join(root, "etc", "libvirtd.conf"), "--pid-file", join(root, "libvirtd.pid")];
  if (tls) args.push("--listen");
  let daemon: ChildProcess | undefined;
  let output = "";

  const virsh = (...command: string[]): string =>
    execFileSync("virsh", ["--quiet", "--connect", uri, ...command], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });

  const start = async (): Promise<void> => {
    const child = spawn("unshare", [...namespaces, "sh", "-c", script, "sh", "libvirtd", ...args], {
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}:/usr/sbin:/sbin` },
      stdio: ["ignore", "pipe", "pipe"],
    });
    daemon = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => (output += String(chunk)));
    for (let attempt = 0; attempt < 100; attempt++) {
      if (child.exitCode !== null) break;
      try {
        virsh("uri");
        return;
      } catch {
        await sleep(100);
      }
    }
    throw new Error(`the private libvirtd does not answer: ${output}`);
  };

  const kill = async (): Promise<void> => {
    const child = daemon;
    daemon = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    // A daemon that is killed leaves its note of itself behind.
    rmSync(join(root, "libvirtd.pid"), { force: true });
  };

  const inNetwork = (...command: string[]): string =>
    execFileSync("nsenter", ["--target", String(daemon?.pid), "--net", ...command], { encoding: "utf8" });

  const pidFile = (domain: string): string => join(root, "run", "qemu", `${domain}.pid`);
  const qemuPid = (domain: string): number => Number(readFileSync(pidFile(domain), "utf8"));

  const stop = async (): Promise<void> => {
    await kill();
    // A daemon that sees other packages has found out about another QEMU, as far as it can tell.
    if (packages === undefined) keepCapabilities(join(root, "cache"));
    const folder = join(root, "run", "qemu");
    for (const file of existsSync(folder) ? readdirSync(folder) : []) {
      if (file.endsWith(".pid")) endProcess(Number(readFileSync(join(folder, file), "utf8")));
    }
    await groups.remove();
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  };

  groups.make();
  const ssh = writeLocalSsh(join(root, "ssh"), join(root, "libvirtd.pid"));
  await start();
  return {
    uri,
    folder: join(root, "images"),
    ssh,
    get pid() {
      return readFileSync(join(root, "libvirtd.pid"), "utf8").trim();
    },
    qemuPid,
    inNetwork,
    virsh,
    kill,
    start,
    stop,
  };
}

function listening({ port, folder }: NonNullable<PrivateLibvirtdOptions["tls"]>): string {
  return [
    'listen_tls = 1\nlisten_tcp = 0\nlisten_addr = "127.0.0.1"\nauth_tls = "none"',
    `tls_port = "${port}"`,
    `key_file = "${join(folder, "serverkey.pem")}"`,
    `cert_file = "${join(folder, "servercert.pem")}"`,
    `ca_file = "${join(folder, "cacert.pem")}"\n`,
  ].join("\n");
}

/** Lays folders of packages over the system's, and keeps to itself what their programs write. */
function packageLayers(packages: string, root: string): string[] {
  const [upper, work] = [join(root, "var"), join(root, "var-work")];
  for (const folder of [upper, work]) mkdirSync(folder);
  return [
    ...["usr", "etc"].map(
      (name) => `mount -t overlay overlay -o lowerdir=${join(packages, name)}:/${name} /${name}`,
    ),
    `mount -t overlay overlay -o lowerdir=/var,upperdir=${upper},workdir=${work} /var`,
  ];
}

/**
 * Shell commands by which /sys shows the interfaces of this network namespace. A new /sys as a whole would hide the
 * cgroups that are mounted in the one there is.
 */
function ownInterfaces(at: string): string[] {
  const folders = ["/class/net", "/devices/virtual/net"];
  return [
    `mkdir -p ${at}`,
    `mount -t sysfs sysfs ${at}`,
    ...folders.map((folder) => `mount --bind ${at}${folder} /sys${folder}`),
    `umount --lazy ${at}`,
  ];
}
