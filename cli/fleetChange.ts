import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { parseDocument } from "../model/document.ts";
import { type Edit, editDocument, type Hunk } from "../model/documentEdit.ts";
import { FleetError } from "../model/finding.ts";
import { type Fleet, parseFleet } from "../model/fleet.ts";
import { readFleet, renderErrors } from "./fleetInput.ts";
import { replaceFile } from "./replaceFile.ts";

/**
 * A change to a fleet file by a command: the difference is shown first, comments, order and all else stay, and what is
 * written is a sound fleet.
 */

export interface FleetFile {
  readonly path: string;
  readonly format: "json" | "yaml";
  readonly before: string;
  readonly fleet: Fleet;
}

export interface Change {
  readonly file: FleetFile;
  readonly after: string;
  readonly isChanged: boolean;
  /** As `diff -u` has it; empty without a change. */
  readonly difference: string;
}

/** Why something cannot be done, as the text of an error. */
export interface Hindrance {
  readonly why: string;
}

/** A fleet file that can be changed. @throws FleetError if it is not sound */
export async function openFleetFile(path: string, what: string): Promise<FleetFile | Hindrance> {
  if (/\.m?ts$/i.test(path))
    return { why: `${path} is a program, which cannot be written. Keep the ${what} in a YAML or JSON file.` };
  const format = extname(path).toLowerCase() === ".json" ? "json" : "yaml";
  const fleet = await readFleet(path);
  return { path, format, before: await readFile(path, "utf8"), fleet };
}

/** The file with the edits made, if it is a sound fleet then. */
export function planChange(file: FleetFile, edits: readonly Edit[]): Change | Hindrance {
  const { path, format, before } = file;
  const edited = editDocument(before, format, edits);
  if (edited.why !== undefined)
    return {
      why: `${path} cannot be changed in place: ${edited.why}. Write the figures out there, and record again.`,
    };
  const document = parseDocument(edited.text, path, format);
  if (document.findings.length > 0) throw new FleetError("The new text is not sound:", document.findings);
  const sound = parseFleet(document.value);
  if (!sound.fleet)
    return {
      why: renderErrors(sound.findings)
        .replace(/^error: /, "")
        .trimEnd(),
    };
  return {
    file,
    after: edited.text,
    isChanged: edited.text !== before,
    difference: difference(path, edited.hunks),
  };
}

/** Writes the file in one step. Returns why it was not written, if so. */
export async function writeChange({ file, after }: Change): Promise<Hindrance | undefined> {
  const problem = await replaceFile(file.path, file.before, after);
  return problem === undefined
    ? undefined
    : { why: `${file.path} is not written: ${problem}. Nothing is changed; record again.` };
}

function difference(path: string, hunks: readonly Hunk[]): string {
  if (hunks.length === 0) return "";
  const body = hunks.flatMap(({ before, after, lines }) => {
    const count = (sign: string) => lines.filter((l) => !l.startsWith(sign)).length;
    return [`@@ -${before},${count("+")} +${after},${count("-")} @@`, ...lines];
  });
  return `--- ${path}\n+++ ${path}\n${body.map((l) => l.replace(/\r$/, "")).join("\n")}\n`;
}
