import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { type Edit, editDocument } from "../model/documentEdit.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Asked } from "../move/plan.ts";
import { renderDifference } from "./difference.ts";
import { replaceFile } from "./replaceFile.ts";
import type { Streams } from "./streams.ts";

/** Shows how a moved VM's entry in its fleet file changes, and writes it where that is asked for. */
export async function moveInFile(
  path: string,
  before: Fleet,
  { vm, to }: Asked,
  write: boolean,
  { out, err }: Streams,
): Promise<void> {
  const edits = editsOf(before, vm.name, to.name);
  if (edits.length === 0) return;
  if (/\.m?ts$/i.test(path)) {
    err(`${path} is a program: write the new host of VM ${vm.name} there by hand (host: ${to.name}).\n`);
    return;
  }
  const format = extname(path).toLowerCase() === ".json" ? "json" : "yaml";
  const text = await readFile(path, "utf8");
  const edited = editDocument(text, format, edits);
  if (edited.why !== undefined) {
    err(`${path} cannot be changed in place: ${edited.why}. Write host: ${to.name} there by hand.\n`);
    return;
  }
  out(renderDifference(path, edited.hunks));
  if (!write) {
    err(`${path} is not written without --write.\n`);
    return;
  }
  const problem = await replaceFile(path, text, edited.text);
  if (problem !== undefined) err(`${path} is not written: ${problem}.\n`);
}

/** The VM's own host where it names one, else the host of its placement. */
function editsOf({ vms, placements }: Fleet, name: string, to: string): Edit[] {
  const index = vms.findIndex((vm) => vm.name === name);
  if (vms[index]?.host === to) return [];
  const record = placements.findIndex((placement) => placement.vm === name);
  return [{ path: record < 0 ? ["vms", index, "host"] : ["placements", record, "host"], value: to }];
}
