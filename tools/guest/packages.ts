import { readFile } from "node:fs/promises";
import path from "node:path";
import { cacheDirectory, installOnce } from "../setup/cache.mjs";
import { findOnPath, run } from "../setup/command.mjs";
import { downloadPackages, succeed } from "../setup/debianPackages.ts";
import { SetupError } from "../setup/failure.mjs";

/** Debian's package that depends on its current kernel for virtual machines. */
const KERNEL = "linux-image-cloud-amd64";

/**
 * The folder with the package files of kernel, shell and guest agent; fetched with apt on the first call. Nothing is
 * installed.
 *
 * @throws SetupError when that is not possible here
 */
export async function guestPackages(): Promise<string> {
  const folder = path.join(cacheDirectory(), "guest-packages");
  await installOnce(folder, fetchPackages);
  return folder;
}

async function fetchPackages(folder: string): Promise<void> {
  const why = whyNoPackages();
  if (why) throw new SetupError(why);
  const others = ["busybox-static", "qemu-guest-agent"];
  await downloadPackages(folder, async () => [
    ...["-o", "Acquire::Retries=1"],
    await kernelPackage(KERNEL, folder),
    ...others,
  ]);
}

/** Why Debian's packages cannot be fetched here; undefined when they can. */
function whyNoPackages(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return "the test guest is made for Linux on x86-64";
  }
  for (const tool of ["apt-get", "apt-cache", "dpkg-deb"]) {
    if (!findOnPath(tool, process.env.PATH))
      return `the test guest's kernel is fetched with ${tool}, which is not here`;
  }
  return undefined;
}

/** The package of the kernel that this one depends on, by the version that apt knows now. */
export async function kernelPackage(current: string, folder: string): Promise<string> {
  const { stdout } = await succeed("apt-cache", ["depends", "--important", current], folder);
  const name = /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  if (name === undefined) throw new SetupError(`apt knows no kernel of the name ${current}`);
  return name;
}

/** The libraries that a program is linked against, the loader included, or undefined if one is missing. */
export async function libraries(program: string): Promise<{ path: string; content: Buffer }[] | undefined> {
  const { code, stdout } = await run("ldd", [program]);
  if (code !== 0 || stdout.includes("not found")) return undefined;
  const paths = [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1] as string);
  return Promise.all(paths.map(async (file) => ({ path: file, content: await readFile(file) })));
}
