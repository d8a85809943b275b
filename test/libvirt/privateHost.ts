/**
 * A plugin of the provider that sees this machine's real kernel, but folders of its own for what is set at boot, and
 * no process of the machine's but its own. Wants root and a kernel whose settings may be written.
 */
import { execFileSync } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PLUGIN } from "./pluginClient.ts";

const THP = "/sys/kernel/mm/transparent_hugepage";
const PAGES = "/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages";

/** The settings of this machine that tests change, and set back. */
export const KERNEL = {
  enabled: `${THP}/enabled`,
  defrag: `${THP}/defrag`,
  numaBalancing: "/proc/sys/kernel/numa_balancing",
  hugepages: PAGES,
} as const;

const ETC = ["tmpfiles.d", "sysctl.d"] as const;

/** Why no such host can be had here; undefined when one can. */
export function whyNoPrivateHost(): string | undefined {
  if (process.platform !== "linux") return "a Linux kernel is tuned";
  if (process.getuid?.() !== 0) return "tuning the kernel wants root";
  for (const file of Object.values(KERNEL)) {
    try {
      accessSync(file, constants.W_OK);
    } catch {
      return `${file} cannot be written here`;
    }
  }
  try {
    execFileSync("unshare", ["--mount", "--pid", "--fork", "--mount-proc", "systemd-tmpfiles", "--version"], {
      stdio: "ignore",
    });
  } catch {
    return "mount namespaces are not allowed here, or systemd-tmpfiles is not installed";
  }
  return undefined;
}

/** What a file of the kernel's is set to. */
export function setting(file: string): string {
  const text = readFileSync(file, "utf8").trim();
  return /\[([^\]]+)\]/.exec(text)?.[1] ?? text;
}

export interface PrivateHost {
  /** A folder for `plugins.providers` of a Pulumi.yaml. */
  readonly plugin: string;
  /** A file of /etc, such as `tmpfiles.d/numafleet.conf`; undefined: it is not there. */
  etc(path: string): string | undefined;
  /** Writes, or without a text removes, a file of /etc. */
  setEtc(path: string, text: string | undefined): void;
  /** Governors of CPUs that the host has from now on, in place of none. */
  addCpufreq(governors: readonly string[]): void;
  governors(): string[];
  /** The arguments of a QEMU that runs from now on; undefined: none. */
  setQemu(args: string | undefined): void;
  /** Does what a boot of the host does with the files in /etc. */
  boot(): void;
  /** Sets the machine's kernel back and removes everything. */
  restore(): void;
}

export function createPrivateHost(): PrivateHost {
  const root = mkdtempSync(join(tmpdir(), "private-host-"));
  const inside = (...parts: string[]): string => join(root, ...parts);
  for (const folder of [...ETC, "plugin", "cpu"]) mkdirSync(inside(folder));
  const before = Object.values(KERNEL).map((file) => [file, setting(file)] as const);
  const mounts = [
    "set -e",
    "mount --make-rprivate /",
    ...ETC.map((folder) => `mkdir -p /etc/${folder}; mount --bind ${inside(folder)} /etc/${folder}`),
    `[ ! -e ${inside("cpu", "cpu0")} ] || mount --bind ${inside("cpu")} /sys/devices/system/cpu`,
  ];
  const qemu = inside("qemu-system-x86_64");
  writeFileSync(qemu, "#!/bin/sh\nsleep 600 & wait\n", { mode: 0o755 });
  writeFileSync(
    inside("enter"),
    [
      "#!/bin/sh",
      ...mounts,
      `if [ -e ${inside("guest")} ]; then ${qemu} $(cat ${inside("guest")}) </dev/null >/dev/null 2>&1 & fi`,
      'exec "$@"',
      "",
    ].join("\n"),
    { mode: 0o755 },
  );
  writeFileSync(
    inside("plugin", "pulumi-resource-libvirt"),
    `#!/bin/sh\nexec unshare --mount --pid --fork --kill-child --mount-proc ${inside("enter")} ${process.execPath} ${PLUGIN} "$@"\n`,
    { mode: 0o755 },
  );
  const cpus = (): string[] =>
    [0, 1, 2, 3].map((cpu) => inside("cpu", `cpu${cpu}`, "cpufreq")).filter((folder) => existsSync(folder));
  return {
    plugin: inside("plugin"),
    etc: (path) => (existsSync(inside(path)) ? readFileSync(inside(path), "utf8") : undefined),
    setEtc: (path, text) => (text === undefined ? rmSync(inside(path)) : writeFileSync(inside(path), text)),
    addCpufreq(governors) {
      for (const [cpu, governor] of governors.entries()) {
        const folder = inside("cpu", `cpu${cpu}`, "cpufreq");
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "scaling_governor"), `${governor}\n`);
        writeFileSync(join(folder, "scaling_available_governors"), "performance powersave\n");
      }
    },
    governors: () => cpus().map((folder) => setting(join(folder, "scaling_governor"))),
    setQemu: (args) =>
      args === undefined ? rmSync(inside("guest"), { force: true }) : writeFileSync(inside("guest"), args),
    boot() {
      const commands =
        'systemd-tmpfiles --create --boot /etc/tmpfiles.d/*.conf; for f in /etc/sysctl.d/*.conf; do sysctl --quiet -p "$f"; done';
      // With processes of its own, so that a QEMU of the host ends with it.
      const args = ["--mount", "--pid", "--fork", "--kill-child", inside("enter"), "sh", "-ec", commands];
      execFileSync("unshare", args, {
        env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
        stdio: ["ignore", "ignore", "pipe"],
      });
    },
    restore() {
      for (const [file, value] of before) writeFileSync(file, value);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
