import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** Folders that hold nothing written here. */
const FOREIGN = new Set(["node_modules", ".git", ".numafleet", "coverage"]);

/** Every file of the checkout by its path from the root, in byte order. */
export function files(folder = ""): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (FOREIGN.has(entry.name)) return [];
      return entry.isDirectory() ? files(path) : entry.isFile() ? [path] : [];
    })
    .sort();
}

export const sources = () => files().filter((f) => /\.(ts|mts|mjs)$/.test(f));
export const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

export const MAX_LINES = 500;

/** What is wrong with the file itself, as one line each. */
export function fileFaults(file: string, text: string): string[] {
  const lines = text.split("\n").length - 1;
  const base = file.split("/").at(-1) ?? "";
  return [
    ...(lines > MAX_LINES ? [`${file}: has ${lines} lines, and the limit is ${MAX_LINES}`] : []),
    ...(/^(utils?|helpers?|common|misc)\./i.test(base)
      ? [`${file}: is named for nothing in particular`]
      : []),
  ];
}

/** Hosts of package registries, in parts, so that this file names none of them either. */
const REGISTRIES = [
  ["registry", "npmjs", "org"],
  ["registry", "yarnpkg", "com"],
  ["proxy", "golang", "org"],
  ["sum", "golang", "org"],
  ["pypi", "org"],
  ["pythonhosted", "org"],
  ["crates", "io"],
].map((parts) => parts.join("."));

/** A mirror is a site's own affair: the ordinary clients know where theirs is, files here must not. */
export function registryNames(file: string, text: string): string[] {
  return REGISTRIES.filter((host) => text.includes(host)).map((host) => `${file}: names ${host}`);
}
