import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Disks of a guest for real: block devices over sparse files, and a private /etc for what a script does there. */

/** Root's tools, also for a user without /sbin on PATH. */
export const SYSTEM_ENV = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LC_ALL: "C" };

/** Why there can be no such disks here; undefined if there can. */
export function whyNoLoopDisks(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "only root may make block devices";
  for (const [tool, option] of Object.entries({ "mkfs.ext4": "-V", blkid: "-V", cmp: "-v", unshare: "-V" })) {
    if (spawnSync(tool, [option], { env: SYSTEM_ENV }).error) return `there is no ${tool}`;
  }
  const folder = mkdtempSync(join(tmpdir(), "numafleet-loop-"));
  try {
    new LoopDisk(folder, "probe", 1024 ** 2).detach();
    execFileSync("unshare", ["--mount", "true"], { env: SYSTEM_ENV, stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `no block device and mounts of its own are allowed here: ${(error as Error).message.trim().split("\n").at(-1)}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Why such a disk can have no partitions here; undefined if it can. Containers have a /dev that nobody keeps up. */
export function whyNoPartitions(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "numafleet-loop-"));
  try {
    const disk = new LoopDisk(folder, "probe", 4 * 1024 ** 2);
    try {
      execFileSync("addpart", [disk.device, "1", "2048", "2048"], { env: SYSTEM_ENV, stdio: "pipe" });
      return existsSync(`${disk.device}p1`) ? undefined : "partitions do not appear in /dev here";
    } finally {
      disk.detach();
    }
  } catch (error) {
    return `no partitions are allowed here: ${(error as Error).message.trim().split("\n").at(-1)}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether this process may let a mounted file system grow. */
export function mayResize(): boolean {
  const CAP_SYS_RESOURCE = 24n;
  const [, mask = "0"] = /^CapEff:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return ((BigInt(`0x${mask}`) >> CAP_SYS_RESOURCE) & 1n) === 1n;
}

/** A block device over a file; gone when it is detached. */
export class LoopDisk {
  readonly file: string;
  readonly device: string;

  constructor(folder: string, name: string, bytes: number) {
    this.file = join(folder, name);
    writeFileSync(this.file, "");
    truncateSync(this.file, bytes);
    this.device = execFileSync("losetup", ["--find", "--show", "--partscan", this.file], {
      env: SYSTEM_ENV,
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  }

  /** Gives the device another size, as a host does under a running guest. */
  resize(bytes: number): void {
    truncateSync(this.file, bytes);
    execFileSync("losetup", ["--set-capacity", this.device], { env: SYSTEM_ENV });
  }

  /** What blkid takes it for: `ext4`, `gpt`, nothing. */
  kind(device = this.device): string {
    const probe = ["--probe", "--output", "value", "--match-tag", "TYPE", "--match-tag", "PTTYPE", device];
    return spawnSync("blkid", probe, { env: SYSTEM_ENV, encoding: "utf8" }).stdout.trim();
  }

  digest(): string {
    return createHash("sha256").update(readFileSync(this.file)).digest("hex");
  }

  detach(): void {
    execFileSync("losetup", ["--detach", this.device], { env: SYSTEM_ENV });
  }
}

/** How a script ended in a guest of its own, and how that was left. */
export interface GuestRun {
  readonly code: number | null;
  readonly said: string;
  readonly fstab: string;
  /** Folders and files below the place for mounts, as paths from there; what the script mounted included. */
  readonly found: readonly string[];
  /** Bytes of the file systems mounted there, by path. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** A place in which scripts run as in a guest: mounts and /etc/fstab are its own, and mounts go with each run. */
export class GuestPlace {
  readonly etc: string;
  /** Where mount points are to be. */
  readonly root: string;

  constructor(folder: string, fstab: string) {
    this.etc = join(folder, "etc");
    this.root = join(folder, "root");
    for (const name of ["alternatives", "mke2fs.conf", "ld.so.cache", "passwd", "group"])
      cpSync(join("/etc", name), join(this.etc, name), {
        recursive: true,
        verbatimSymlinks: true,
        force: true,
      });
    writeFileSync(join(this.etc, "fstab"), fstab);
  }

  /** @param before commands that run first in there, for mounts of an earlier boot */
  run(script: string, words: readonly string[], before = ""): GuestRun {
    const around = `
      mount --bind "$1" /etc && mkdir -p "$2" && mount -t tmpfs none "$2" && cd "$2" || exit 99
      shift 2
      ${before}
      sh -c "$@" 2>&1
      echo "code $?"
      find . -mindepth 1 ! -name lost+found | sort | sed 's/^/found /'
      findmnt -rno TARGET,SOURCE | grep " /dev/loop" | while read -r target source; do
        case $target in "$PWD"/*) echo "size \${target#"$PWD/"} $(stat -f -c '%b %S' "$target")" ;; esac
      done`;
    const { stdout, stderr } = spawnSync(
      "unshare",
      [
        "--mount",
        "--propagation",
        "private",
        "sh",
        "-c",
        around,
        "guest",
        this.etc,
        this.root,
        script,
        ...words,
      ],
      { env: SYSTEM_ENV, encoding: "utf8" },
    );
    const lines = (kind: string) =>
      stdout.split("\n").flatMap((l) => (l.startsWith(`${kind} `) ? [l.slice(kind.length + 1)] : []));
    const code = lines("code").at(-1);
    return {
      code: code === undefined ? null : Number(code),
      said: `${stdout.split(/^code /m)[0]}${stderr}`,
      fstab: readFileSync(join(this.etc, "fstab"), "utf8"),
      found: lines("found").map((f) => f.slice(2)),
      sizes: Object.fromEntries(
        lines("size").map((l) => {
          const [where = "", blocks, size] = l.split(" ");
          return [where, Number(blocks) * Number(size)];
        }),
      ),
    };
  }
}
