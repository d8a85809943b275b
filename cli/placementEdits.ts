import type { Edit } from "../model/documentEdit.ts";
import { type PlacementRecord, writtenPlacement } from "../model/placements.ts";

/**
 * The changes to a fleet file that record placements: those it has not are added at the end, those that were made anew
 * are changed where they stand.
 * @param written the file's own records
 */
export function placementEdits(
  written: readonly PlacementRecord[],
  records: readonly PlacementRecord[],
): readonly Edit[] | { readonly why: string } {
  const positions = new Map(written.map((record, i) => [record.vm, i]));
  const added = records.filter((record) => !positions.has(record.vm)).map(writtenPlacement);
  if (written.length === 0)
    return added.length === 0 ? [] : [{ path: ["placements"], value: added, block: true }];
  const edits: Edit[] = [];
  for (const record of records) {
    const at = positions.get(record.vm);
    if (at === undefined) continue;
    const before = writtenPlacement(written[at] as PlacementRecord) as Readonly<Record<string, unknown>>;
    const after = writtenPlacement(record) as Readonly<Record<string, unknown>>;
    const lost = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
    if (lost.length > 0) {
      return {
        why: `the placement of VM ${record.vm} has ${lost.join(" and ")} no more. Take its entry out of \`placements\`, and place it again`,
      };
    }
    for (const [key, value] of Object.entries(after)) {
      if (JSON.stringify(before[key]) !== JSON.stringify(value))
        edits.push({ path: ["placements", at, key], value });
    }
  }
  const appended = added.map((value, i): Edit => ({ path: ["placements", written.length + i], value }));
  return [...edits, ...appended];
}
