import { type Finding, finding } from "../../model/finding.ts";
import { formatFigure } from "../../model/format.ts";
import type { CapacityDiff, DiffRow } from "../diff.ts";
import type { FilteredByPressure, PressureState, UnknownHost } from "./exclusion.ts";

/**
 * What an update means to a host that may take nothing new. Placement keeps its VMs away from it; here are also those
 * that name their host: an update that asks more of the host than the last one did is refused, and nothing overrides
 * that. What is there stays, may be changed, and may become less.
 */
export function checkPressure({ filtered, unknown }: PressureState, diff: CapacityDiff): Finding[] {
  // A rate is no room: who may send faster takes nothing that is short.
  const grown = diff.rows.filter(
    ({ change, unit }) => change !== null && change > 0 && unit !== "bits per second",
  );
  return [...filtered.map((entry) => pressed(entry, grown)), ...unknown.map((entry) => unseen(entry, grown))];
}

function pressed(entry: FilteredByPressure, grown: readonly DiffRow[]): Finding {
  const { node, pool, conditions } = entry;
  const subject = pool === undefined ? `host ${node}` : `pool ${pool} of host ${node}`;
  const since = [entry.memory_pressure_since, entry.system_disk_pressure_since, entry.disk_pressure_since];
  const list = conditions
    .map((name) => `${name} since ${since[ORDER.indexOf(name)] ?? "an unknown time"}`)
    .join(", ");
  const what = `${capital(subject)} is under pressure (${list})`;
  const rows =
    pool === undefined ? ofHost(node, grown) : grown.filter((row) => isPool(row, `${node}/${pool}`));
  return judged(subject, what, rows, {
    told: "Free room there, or move VMs away.",
    refused:
      pool === undefined
        ? "Free room there, or put what is new on another host."
        : "Free room there, or put what is new into another pool.",
  });
}

const ORDER: readonly string[] = ["memory_pressure", "system_disk_pressure", "disk_pressure"];

function unseen({ node, why }: UnknownHost, grown: readonly DiffRow[]): Finding {
  const subject = `host ${node}`;
  const what = `Whether host ${node} is under pressure is not known (${why})`;
  const remedy = "See that fleet watch runs with this fleet and reaches the host.";
  return judged(subject, what, ofHost(node, grown), { told: remedy, refused: remedy });
}

function judged(
  subject: string,
  what: string,
  rows: readonly DiffRow[],
  remedy: { readonly told: string; readonly refused: string },
): Finding {
  if (rows.length === 0) {
    return finding({
      rule: "pressure/nothing-new",
      severity: "warn",
      path: "",
      subject,
      message: `${what}: nothing new is placed there.`,
      remedy: remedy.told,
    });
  }
  const more = rows.map(({ kind, subject: at, resource, change, unit }) => {
    const where = kind === "pool" ? `pool ${at.slice(at.indexOf("/") + 1)} ` : "";
    return `${where}${resource} +${formatFigure(change, SAID.has(unit) ? unit : "")}`;
  });
  return finding({
    rule: "pressure/asks-more",
    path: "",
    subject,
    message: `${what}, and this update asks more of it: ${more.join(", ")}.`,
    remedy: remedy.refused,
  });
}

/** Units without which a figure would say nothing; a resource's name tells what is counted. */
const SAID: ReadonlySet<DiffRow["unit"]> = new Set(["bytes", "storage bytes"]);

/** Sums over the host, and its pools; a cell's figures are in the host's. */
function ofHost(node: string, grown: readonly DiffRow[]): readonly DiffRow[] {
  return grown.filter(
    (row) =>
      (row.kind === "host" && row.subject === node) ||
      (row.kind === "pool" && row.subject.startsWith(`${node}/`)),
  );
}

function isPool({ kind, subject }: DiffRow, name: string): boolean {
  return kind === "pool" && subject === name;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
