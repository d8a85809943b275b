import { type Finding, finding } from "../../model/finding.ts";
import { formatBytes, formatFigure, formatStorage } from "../../model/format.ts";
import type { CapacityDiff, DiffRow } from "../diff.ts";
import { MOST_NAMES, sentence } from "../host/names.ts";
import type { FilteredByPressure, PressureState, UnknownHost } from "./exclusion.ts";
import { type Growth, growthOf, type Residents } from "./residents.ts";

/**
 * What an update means to a host that may take nothing new. Placement keeps its VMs away from it; here are also those
 * that name their host: an update that asks more of the host than the last one did is refused, and nothing overrides
 * that. What is there stays, may be changed, and may become less.
 *
 * @param diff against the last update
 * @param before the VMs of the last update; where nothing tells them, sums are all there is to compare with, and a VM
 * in place of an equal one goes unseen
 */
export function checkPressure(
  { filtered, unknown }: PressureState,
  diff: CapacityDiff,
  { before, after }: { readonly before: Residents | undefined; readonly after: Residents },
): Finding[] {
  const asked = before === undefined ? bySums(diff) : byVms(growthOf(before, after));
  return [...filtered.map((entry) => pressed(entry, asked)), ...unknown.map((entry) => unseen(entry, asked))];
}

/** What is asked of a host, or of one pool of it alone, in words; nothing: an empty list. */
type Asked = (node: string, pool?: string) => readonly string[];

function byVms(growths: readonly Growth[]): Asked {
  const byHost = Map.groupBy(growths, ({ host }) => host);
  return (node, pool) => {
    const told = (byHost.get(node) ?? []).flatMap(({ vm, isNew, vcpus, memory, gpus, disks }) => {
      const concerned = disks.filter((disk) => pool === undefined || disk.pool === pool);
      const parts = [
        ...(pool !== undefined ? [] : partsOf({ vcpus, memory, gpus })),
        ...concerned.map(({ name, pool, size }) => `disk ${name} in pool ${pool} +${formatStorage(size)}`),
      ];
      return parts.length === 0 ? [] : [`${isNew ? "new " : ""}VM ${vm} (${parts.join(", ")})`];
    });
    const more = told.length - MOST_NAMES;
    return more > 0 ? [...told.slice(0, MOST_NAMES), `${more} more`] : told;
  };
}

function partsOf({ vcpus, memory, gpus }: Pick<Growth, "vcpus" | "memory" | "gpus">): string[] {
  return [
    ...(vcpus === 0 ? [] : [`vCPUs +${vcpus}`]),
    ...(memory === 0 ? [] : [`memory +${formatBytes(memory)}`]),
    ...(gpus === 0 ? [] : [`GPUs +${gpus}`]),
  ];
}

function bySums({ rows }: CapacityDiff): Asked {
  // A rate is no room: who may send faster takes nothing that is short.
  const grown = rows.filter(
    ({ change, unit }) => change !== null && change > 0 && unit !== "bits per second",
  );
  return (node, pool) => {
    const of =
      pool === undefined ? ofHost(node, grown) : grown.filter((row) => isPool(row, `${node}/${pool}`));
    return of.map(({ kind, subject, resource, change, unit }) => {
      const where = kind === "pool" ? `pool ${subject.slice(subject.indexOf("/") + 1)} ` : "";
      return `${where}${resource} +${formatFigure(change, SAID.has(unit) ? unit : "")}`;
    });
  };
}

function pressed(entry: FilteredByPressure, asked: Asked): Finding {
  const { node, pool, conditions } = entry;
  const subject = pool === undefined ? `host ${node}` : `pool ${pool} of host ${node}`;
  const since = [entry.memory_pressure_since, entry.system_disk_pressure_since, entry.disk_pressure_since];
  const list = conditions
    .map((name) => `${name} since ${since[ORDER.indexOf(name)] ?? "an unknown time"}`)
    .join(", ");
  const what = `${sentence(subject)} is under pressure (${list})`;
  return judged(subject, what, asked(node, pool), {
    told: "Free room there, or move VMs away.",
    refused:
      pool === undefined
        ? "Free room there, or put what is new on another host."
        : "Free room there, or put what is new into another pool.",
  });
}

const ORDER: readonly string[] = ["memory_pressure", "system_disk_pressure", "disk_pressure"];

function unseen({ node, why }: UnknownHost, asked: Asked): Finding {
  const subject = `host ${node}`;
  const what = `Whether host ${node} is under pressure is not known (${why})`;
  const remedy = "See that fleet watch runs with this fleet and reaches the host.";
  return judged(subject, what, asked(node), { told: remedy, refused: remedy });
}

function judged(
  subject: string,
  what: string,
  more: readonly string[],
  remedy: { readonly told: string; readonly refused: string },
): Finding {
  if (more.length === 0) {
    return finding({
      rule: "pressure/nothing-new",
      severity: "warn",
      path: "",
      subject,
      message: `${what}: nothing new is placed there.`,
      remedy: remedy.told,
    });
  }
  return finding({
    rule: "pressure/asks-more",
    path: "",
    subject,
    message: `${what}, and more is asked of it: ${more.join(", ")}.`,
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
