/** What a program has installed under `node_modules`, read without npm. */
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A provider package that the program's dependencies bring. */
export interface RequiredPackage {
  /** The plugin's name, such as `kubernetes`. */
  name: string;
  /** Its version with a leading `v`. */
  version: string;
  /** Where its plugin is downloaded from; empty for the vendor's usual place. */
  server: string;
}

interface Manifest {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  pulumi?: { resource?: boolean; name?: string; version?: string; server?: string };
}

/**
 * The provider packages in the program's `node_modules`, nested ones too, sorted by name and version.
 * A package is one if its manifest says `"pulumi": {"resource": true}`.
 */
export function requiredPackages(programDirectory: string): RequiredPackage[] {
  const found = new Map<string, RequiredPackage>();
  for (const folder of packageFolders(programDirectory)) {
    const manifest = readManifest(folder, '"pulumi"');
    if (!manifest?.pulumi?.resource) continue;
    const name = manifest.pulumi.name || manifest.name?.replace(/^@pulumi\//, "");
    const version = manifest.pulumi.version || manifest.version;
    if (!name || !version) continue;
    const required = {
      name,
      version: version.startsWith("v") ? version : `v${version}`,
      server: manifest.pulumi.server ?? "",
    };
    found.set(`${required.name}@${required.version}`, required);
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, required]) => required);
}

/**
 * Name and installed version of the program's own dependencies, or of everything installed.
 *
 * @param transitive whether to list dependencies of dependencies too.
 */
export function installedVersions(programDirectory: string, transitive: boolean): [string, string][] {
  const own = readManifest(programDirectory);
  const wanted = new Set(Object.keys({ ...own?.dependencies, ...own?.devDependencies }));
  const found = new Map<string, string>();
  for (const folder of packageFolders(programDirectory)) {
    const manifest = readManifest(folder);
    if (!manifest?.name || !manifest.version || found.has(manifest.name)) continue;
    if (transitive || wanted.has(manifest.name)) found.set(manifest.name, manifest.version);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

function* packageFolders(directory: string): Generator<string> {
  const modules = path.join(directory, "node_modules");
  for (const entry of entries(modules)) {
    if (entry.name.startsWith(".")) continue;
    const folders = entry.name.startsWith("@")
      ? entries(path.join(modules, entry.name)).map((scoped) => path.join(modules, entry.name, scoped.name))
      : [path.join(modules, entry.name)];
    for (const folder of folders) {
      yield folder;
      yield* packageFolders(folder);
    }
  }
}

function entries(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return []; // most packages have no node_modules of their own
  }
}

function readManifest(folder: string, mustContain = ""): Manifest | undefined {
  try {
    const text = readFileSync(path.join(folder, "package.json"), "utf8");
    return text.includes(mustContain) ? (JSON.parse(text) as Manifest) : undefined;
  } catch {
    return undefined; // a folder without a readable manifest is no package
  }
}
