import { readFile, stat } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { DocumentFormat } from "../model/document.ts";
import { FleetError, finding } from "../model/finding.ts";
import type { FleetInput } from "../model/fleet.ts";
import defaultStack from "./default.ts";
import { numa } from "./numa.ts";
import { runners } from "./runners.ts";

/** Where a fleet comes from: a file that the stack's config names, or a stack that is built in. */

/** 200 scale sets on 5,000 nodes take about 2 MiB of YAML; a larger file is hardly a fleet. */
export const MAX_FILE_BYTES = 16 * 1024 ** 2;

const BUILT_IN: Readonly<Record<string, FleetInput>> = { default: defaultStack, numa, runners };

/** `default`, `numa` and `runners`. @throws FleetError for another name */
export function builtInStack(name: string): FleetInput {
  const fleet = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (fleet) return fleet;
  const known = Object.keys(BUILT_IN).join(", ");
  throw new FleetError("There is no such stack:", [
    finding({
      rule: "model/unknown-stack",
      path: "",
      subject: `stack ${name}`,
      message: `${JSON.stringify(name)} names no built-in stack; expected one of ${known}.`,
      remedy: "Name one of them, or a fleet file by its path.",
    }),
  ]);
}

const FORMATS: Readonly<Record<string, DocumentFormat | "module">> = {
  ".yaml": "yaml",
  ".yml": "yaml",
  ".json": "json",
  ".ts": "module",
  ".mts": "module",
};

/**
 * The fleet of a file, not yet checked: `parseFleet` judges it, and so gives the same errors for every format.
 * Without a path it is the default stack. YAML and JSON are read as data; a TypeScript file is run, and its
 * default export is the fleet (or a promise of it).
 * @param path file of the form `.yaml`, `.yml`, `.json`, `.ts` or `.mts`
 * @param baseDir folder that a relative path starts from; the working directory by default
 * @throws FleetError if the file cannot be read, is too large, or is no YAML, JSON or TypeScript
 */
export async function loadFleet(path?: string, baseDir: string = process.cwd()): Promise<unknown> {
  if (path === undefined) return defaultStack;
  const file = resolve(baseDir, path);
  const format = FORMATS[extname(file).toLowerCase()];
  if (format === undefined) {
    throw unreadable(path, `it ends in none of ${Object.keys(FORMATS).join(", ")}`, "Name a fleet file.");
  }
  const trouble = await inspect(file);
  if (trouble) throw unreadable(path, `${trouble} (${file})`, "Name a fleet file that can be read.");
  return format === "module" ? importDefault(path, file) : readDocument(path, file, format);
}

/** Why a file cannot be a fleet, seen from outside; undefined if nothing speaks against it. */
async function inspect(file: string): Promise<string | undefined> {
  try {
    const facts = await stat(file);
    if (facts.isDirectory()) return "it is a directory";
    if (!facts.isFile()) return "it is no regular file";
    if (facts.size <= MAX_FILE_BYTES) return undefined;
    return `it has ${facts.size} bytes, and the limit is ${MAX_FILE_BYTES}`;
  } catch (error) {
    return reason(error);
  }
}

async function readDocument(path: string, file: string, format: DocumentFormat): Promise<unknown> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw unreadable(path, reason(error), "Name a fleet file that can be read.");
  });
  const text = decode(bytes);
  if (text === undefined) throw unreadable(path, "it is not UTF-8", "Save it as UTF-8.");
  // The YAML library costs more than judging the fleet does; a stack written in TypeScript never needs it.
  const { parseDocument } = await import("../model/document.ts");
  const document = parseDocument(text, basename(file), format);
  if (document.findings.length > 0) throw new FleetError(`${path} is not sound:`, document.findings);
  return document.value;
}

/** Undefined for bytes that are not UTF-8: they would turn into other characters without a word. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function importDefault(path: string, file: string): Promise<unknown> {
  let fleet: unknown;
  try {
    const module: { default?: unknown } = await import(pathToFileURL(file).href);
    fleet = await module.default;
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw unreadable(path, `running it failed: ${reason(error)}`, "Correct the program.");
  }
  if (fleet !== undefined) return fleet;
  throw unreadable(path, "it has no default export", "Write `export default defineFleet({ … })`.");
}

/** First line of what went wrong, in words where the system only has a code. */
function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return "there is no such file";
  if (code === "EACCES" || code === "EPERM") return "permission is denied";
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return (text.split("\n")[0] ?? "").replace(/\.$/, "");
}

function unreadable(path: string, why: string, remedy: string): FleetError {
  const message = `\`${path}\` cannot be read as a fleet: ${why}.`;
  return new FleetError("The fleet file cannot be read:", [
    finding({ rule: "model/unreadable-file", path: "", subject: `file ${path}`, message, remedy }),
  ]);
}
