/**
 * Writes schema.json and the generated part of the SDK: `node libvirt/schema/generate.ts`.
 * With `--check` nothing is written; the exit code is 1 when a file is not up to date.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageSchema } from "./packageSchema.ts";
import { sdkFiles } from "./sdkSource.ts";

const ROOT = join(import.meta.dirname, "..");

/** Every generated file and its content, by its path below libvirt/. */
export function generated(): Map<string, string> {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  const files = new Map([["schema.json", `${JSON.stringify(packageSchema(version), null, 2)}\n`]]);
  for (const [path, content] of sdkFiles()) files.set(join("sdk", path), content);
  return files;
}

/** The generated files whose content on disk is not what it should be, and those that are no longer generated. */
export function outdated(): string[] {
  const files = generated();
  const stale = [...files].filter(([path, content]) => current(path) !== content).map(([path]) => path);
  return [...stale, ...abandoned(files)];
}

function abandoned(files: ReadonlyMap<string, string>): string[] {
  const folder = join("sdk", "types");
  return readdirSync(join(ROOT, folder))
    .map((name) => join(folder, name))
    .filter((path) => !files.has(path))
    .sort();
}

function current(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), "utf8");
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const stale = outdated();
  if (process.argv.includes("--check")) {
    for (const path of stale)
      console.error(`libvirt/${path} is not up to date: run node libvirt/schema/generate.ts`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    const files = generated();
    for (const path of abandoned(files)) rmSync(join(ROOT, path));
    for (const [path, content] of files) {
      mkdirSync(dirname(join(ROOT, path)), { recursive: true });
      writeFileSync(join(ROOT, path), content);
    }
    console.log(`${stale.length} files changed`);
  }
}
