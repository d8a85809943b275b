import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { findOnPath, run, tail } from "../setup/command.mjs";
import { SetupError } from "../setup/failure.mjs";

/** Debian's package that depends on its current kernel for virtual machines. */
const KERNEL = "linux-image-cloud-amd64";

/**
 * Fetches kernel, shell and guest agent with apt, as package files. Nothing is installed.
 *
 * @throws SetupError when that is not possible here
 */
export async function fetchPackages(folder: string): Promise<void> {
  const why = whyNoPackages();
  if (why) throw new SetupError(why);
  await download(folder).catch(async (error: unknown) => {
    // A fresh image has no package lists, or old ones; only root may get new ones.
    if (process.getuid?.() !== 0) throw error;
    await run("apt-get", ["update"]);
    await download(folder);
  });
}

/** Unpacks all that was fetched into one folder. */
export async function unpackPackages(packages: string, folder: string): Promise<void> {
  const files = (await readdir(packages)).filter((name) => name.endsWith(".deb"));
  for (const file of files)
    await succeed("dpkg-deb", ["--extract", path.join(packages, file), folder], folder);
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

async function download(folder: string): Promise<void> {
  const { stdout } = await succeed("apt-cache", ["depends", "--important", KERNEL], folder);
  const kernel = /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  if (kernel === undefined) throw new SetupError(`apt knows no kernel of the name ${KERNEL}`);
  // apt's own user could not write into this folder; without the option it warns and then goes on as root.
  const options = ["-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=1"];
  await succeed("apt-get", ["download", ...options, kernel, "busybox-static", "qemu-guest-agent"], folder);
}

/** The libraries that a program is linked against, the loader included, or undefined if one is missing. */
export async function libraries(program: string): Promise<{ path: string; content: Buffer }[] | undefined> {
  const { code, stdout } = await run("ldd", [program]);
  if (code !== 0 || stdout.includes("not found")) return undefined;
  const paths = [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1] as string);
  return Promise.all(paths.map(async (file) => ({ path: file, content: await readFile(file) })));
}

async function succeed(command: string, args: string[], cwd: string): Promise<{ stdout: string }> {
  const result = await run(command, args, { cwd, env: { ...process.env, LC_ALL: "C" } });
  if (result.code !== 0) throw new SetupError(`${command} ${args.at(0)} failed: ${tail(result)}`);
  return result;
}
