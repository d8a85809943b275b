import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { run, tail } from "../setup/command.mjs";
import { SetupError } from "../setup/failure.mjs";

/** A driver as the guest loads it. */
export interface KernelModule {
  readonly name: string;
  readonly content: Buffer;
}

/**
 * The named modules of a kernel with all that they need, in an order in which they load. A name that the kernel has
 * built in is left out.
 *
 * @param folder of the kernel's modules, such as `lib/modules/6.1.0-1-cloud-amd64`
 * @throws SetupError for a module that the kernel lacks, or one that is packed in a way not known here
 */
export async function kernelModules(folder: string, wanted: readonly string[]): Promise<KernelModule[]> {
  const builtIn = new Set(
    (await readFile(path.join(folder, "modules.builtin"), "utf8")).split("\n").map(moduleName),
  );
  const files = new Map<string, string>();
  for (const file of await readdir(folder, { recursive: true })) {
    if (/\.ko(\.xz)?$/.test(file)) files.set(moduleName(file), path.join(folder, file));
  }
  const ordered = new Map<string, KernelModule>();
  const add = async (name: string): Promise<void> => {
    if (builtIn.has(name) || ordered.has(name)) return;
    const file = files.get(name);
    if (file === undefined) throw new SetupError(`the kernel in ${folder} has no module ${name}`);
    const content = await unpacked(file);
    for (const needed of dependencies(content)) await add(needed);
    ordered.set(name, { name, content });
  };
  for (const name of wanted) await add(moduleName(name));
  return [...ordered.values()];
}

/** The kernel takes `-` and `_` in a module's name for the same. */
function moduleName(file: string): string {
  return path
    .basename(file)
    .replace(/\.ko(\.xz)?$/, "")
    .replaceAll("-", "_");
}

/** A module names what it needs in its `.modinfo` section, as `depends=a,b` between zero bytes. */
function dependencies(module: Buffer): string[] {
  const text = module.toString("latin1");
  const found = /\0depends=([\w,-]*)\0/.exec(text)?.[1] ?? "";
  return found
    .split(",")
    .filter((name) => name !== "")
    .map(moduleName);
}

async function unpacked(file: string): Promise<Buffer> {
  if (!file.endsWith(".xz")) return readFile(file);
  const result = await run("xz", ["--decompress", "--keep", file]);
  if (result.code !== 0) throw new SetupError(`cannot unpack ${file}: ${tail(result)}`);
  return readFile(file.slice(0, -".xz".length));
}
