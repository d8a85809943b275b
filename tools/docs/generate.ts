#!/usr/bin/env node
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderProviderPage } from "./changeClasses.ts";
import { renderFleetJsonSchema } from "./fleetSchema.ts";
import { renderReadme } from "./readme.ts";
import { renderReference } from "./reference.ts";

/**
 * `npm run docs`: writes what is generated from the model, whole files and the README's figures. With `--check` it
 * writes nothing and exits 1 if one is stale.
 */

const ROOT = join(import.meta.dirname, "../..");

/** Every generated file by its path from the repository's root. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  "model/fleet.schema.json": renderFleetJsonSchema,
  "docs/reference.md": () => renderReference(),
  "docs/provider.md": () => renderProviderPage(),
  "README.md": () => renderReadme(),
};

/** The generated files whose content on disk is not what the model gives. */
export function staleFiles(): string[] {
  return Object.entries(GENERATED)
    .filter(([path, render]) => read(join(ROOT, path)) !== render())
    .map(([path]) => path);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function main(check: boolean): number {
  const stale = staleFiles();
  if (check) {
    for (const path of stale) console.error(`${path} is stale; run \`npm run docs\``);
    return stale.length === 0 ? 0 : 1;
  }
  for (const path of stale) {
    writeFileSync(join(ROOT, path), GENERATED[path]?.() ?? "");
    console.log(`wrote ${path}`);
  }
  return 0;
}

if (process.argv[1] === import.meta.filename) process.exitCode = main(process.argv.includes("--check"));
