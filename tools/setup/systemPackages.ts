import { findOnPath, run, tail } from "./command.mjs";
import { SetupError } from "./failure.mjs";
import { say, withProgress } from "./progress.mjs";

/** Debian's packages that the system tests drive, each with a command by which it is known to be there. */
const PACKAGES: readonly { package: string; command: string }[] = [
  { package: "libvirt-daemon-system", command: "libvirtd" },
  { package: "libvirt-clients", command: "virsh" },
  { package: "qemu-system-x86", command: "qemu-system-x86_64" },
  { package: "qemu-utils", command: "qemu-img" },
  { package: "iproute2", command: "ip" },
  { package: "etcd-server", command: "etcd" },
  { package: "xorriso", command: "xorriso" },
  { package: "dropbear-bin", command: "dropbear" },
];

/** Daemons are in folders that an ordinary user's PATH leaves out. */
const SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin";

/**
 * Installs what is missing with apt-get, where that is possible: as root, on a Debian. Elsewhere it says what is
 * missing, and the tests that need it skip and say so.
 *
 * @throws SetupError when apt-get fails.
 */
export async function installSystemPackages(
  env: NodeJS.ProcessEnv = process.env,
  { isRoot = process.getuid?.() === 0, systemFolders = SYSTEM_FOLDERS } = {},
): Promise<boolean> {
  const searchPath = `${env.PATH ?? ""}:${systemFolders}`;
  const missing = PACKAGES.filter(({ command }) => !findOnPath(command, searchPath));
  if (missing.length === 0) {
    say("All there");
    return true;
  }
  const names = missing.map((entry) => entry.package);
  const reason = cannotInstall(searchPath, isRoot);
  if (reason) {
    say(`Skipped, ${reason}; tests that need these say so and skip: ${names.join(" ")}`);
    return true;
  }
  await withProgress(`Installing ${names.join(" ")}`, async () => {
    const options = { env: { ...env, DEBIAN_FRONTEND: "noninteractive" } };
    const install = () => run("apt-get", ["install", "-y", ...names], options);
    let result = await install();
    if (result.code !== 0) {
      // A fresh image has no package lists, or old ones.
      await run("apt-get", ["update"], options);
      result = await install();
    }
    if (result.code !== 0) {
      throw new SetupError(`apt-get install failed: ${tail(result)}\nInstall by hand: ${names.join(" ")}`);
    }
  });
  say(`Installed ${names.join(" ")}`);
  return true;
}

function cannotInstall(searchPath: string, isRoot: boolean): string | undefined {
  if (!findOnPath("apt-get", searchPath)) return "there is no apt-get here";
  if (!isRoot) return "only root may install packages";
  return undefined;
}
