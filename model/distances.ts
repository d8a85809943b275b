import { z } from "zod";
import { formatCpuset } from "./cpuset.ts";
import { type Finding, finding } from "./finding.ts";
import type { Host } from "./host.ts";
import { eachSound, type Outline } from "./outline.ts";

/**
 * How far a cell's memory is from the CPUs of each cell, as firmware says it (ACPI's SLIT): 10 within a cell, twice the
 * figure for twice the way. The two directions between cells may differ.
 */

export const LOCAL_DISTANCE = 10;
/** What ACPI has for a cell that cannot be reached. */
const UNREACHABLE = 255;

const EXPECTED = "expected distances by the numbers of cells, like {0: 10, 1: 21}";
const EXPECTED_CELL = "expected the number of a cell";
const EXPECTED_DISTANCE = `expected a distance: a whole number from ${LOCAL_DISTANCE} to ${UNREACHABLE}`;

export const distances = z
  .record(
    z.string().regex(/^(?:0|[1-9]\d{0,6})$/, { error: () => EXPECTED_CELL }),
    z
      .int({ error: () => EXPECTED_DISTANCE })
      .min(LOCAL_DISTANCE, { error: () => EXPECTED_DISTANCE })
      .max(UNREACHABLE, { error: () => EXPECTED_DISTANCE })
      .meta({ description: "Distance to that cell." }),
    { error: () => EXPECTED },
  )
  .default({})
  .meta({
    description:
      "Distance from this cell to each of the host's cells, by their numbers, as `numactl --hardware` and libvirt's capabilities have them; not recorded by default. All cells of a host have them, or none. Capacity does not count them; the twin of `fleet lab` has them.",
    examples: [{ "0": 10, "1": 21 }],
  });

type Cells = NonNullable<Outline<Host>["cells"]>;

/** The distances of a host are a whole table, or not there at all. */
export function checkDistances(host: Outline<Host>, at: string): Finding[] {
  const cells = host.cells ?? [];
  const first = cells.findIndex((cell) => Object.keys(cell?.distances ?? {}).length > 0);
  if (first < 0) return [];
  const subject = `host ${host.name ?? at}`;
  return eachSound(cells, `${at}.cells`, ({ id, distances: given }, cell) => {
    const path = `${cell}.distances`;
    if (given === undefined) return [];
    if (Object.keys(given).length === 0) {
      const message = `\`${path}\` is missing, and \`${at}.cells[${first}].distances\` is there.`;
      return [wrong({ path, subject, message, remedy: "Record the distances of all cells, or of none." })];
    }
    return [
      ...checkFigures(given, id, path, subject),
      ...checkWhole(Object.keys(given).map(Number), cells, path, subject),
    ];
  });
}

function checkFigures(
  given: Readonly<Record<string, number | undefined>>,
  own: number | undefined,
  path: string,
  subject: string,
): Finding[] {
  if (own === undefined) return [];
  return Object.entries(given).flatMap(([to, distance]) => {
    const isOwn = Number(to) === own;
    if (distance === undefined || isOwn === (distance === LOCAL_DISTANCE)) return [];
    const at = `${path}[${JSON.stringify(to)}]`;
    const message = isOwn
      ? `\`${at}\` is ${distance}, and a cell's distance to itself is ${LOCAL_DISTANCE}.`
      : `\`${at}\` is ${distance}, which is a cell's distance to itself; to another it is from ${LOCAL_DISTANCE + 1} to ${UNREACHABLE - 1}, or ${UNREACHABLE} where it cannot be reached.`;
    const remedy = "Write the distances as `numactl --hardware` prints them.";
    return [{ ...wrong({ path: at, subject, message, remedy }), have: distance }];
  });
}

function checkWhole(named: readonly number[], cells: Cells, path: string, subject: string): Finding[] {
  const ids = cells.map((cell) => cell?.id);
  if (!ids.every((id) => id !== undefined) || new Set(ids).size < ids.length) return [];
  const missing = ids.filter((id) => !named.includes(id));
  const unknown = named.filter((id) => !ids.includes(id));
  const found: Finding[] = [];
  if (missing.length > 0) {
    const message = `\`${path}\` has no distance to cell ${formatCpuset(missing)}.`;
    found.push(wrong({ path, subject, message, remedy: "Record the distance to each cell of the host." }));
  }
  if (unknown.length > 0) {
    const message = `\`${path}\` names cell ${formatCpuset(unknown)}, but the host has only cells ${formatCpuset(ids)}.`;
    const remedy = "Name cells of the host, or record the missing ones.";
    found.push(finding({ rule: "model/unknown-name", path, subject, message, remedy }));
  }
  return found;
}

function wrong(told: Pick<Finding, "path" | "subject" | "message" | "remedy">): Finding {
  return finding({ rule: "model/invalid-value", ...told });
}
