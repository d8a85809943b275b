import { listNames } from "../capacity/host/names.ts";
import type { Reach } from "../capacity/questions/reach.ts";
import type { Lack, NodeShortage, Shortage } from "../capacity/questions/shortage.ts";
import type { Stop } from "../capacity/questions/stop.ts";
import { formatFigure } from "../model/format.ts";

/** How many fit, and what stops the next one, for people. */

/** `13`, `none`, `4 to 9` or `at most 9` where it is not settled, `unknown`. */
export function formatReach({ atLeast, below, exact }: Reach): string {
  if (exact) return atLeast === null || atLeast === 0 ? "none" : `${atLeast}`;
  if (atLeast === null) return below === null ? "unknown" : `unknown, below ${below}`;
  if (atLeast === 0 && below !== null) return `at most ${below - 1}`;
  return below === null ? `at least ${atLeast}` : `${atLeast} to ${below - 1}`;
}

/** `memory on honey (32Gi needed, 11.81Gi free) and on 3 more nodes`, `label ceiling 4`. */
export function formatStop({ text, shortage }: Stop): string {
  return shortage ? formatShortage(shortage) : text;
}

export function formatShortage({ nodes, more }: Shortage): string {
  if (nodes.length === 0) return "no node admits the runner";
  const told = nodes.map((n) => `${listNames(n.lacks.map(formatLack))} on ${n.node}`);
  const rest = more === 0 ? [] : [`${more} more ${more === 1 ? "node" : "nodes"}`];
  return [...told, ...rest].join("; ");
}

function formatLack({ resource, unit, need, free }: Lack): string {
  if (resource === "runners") return "one runner at a time";
  return `${resource} (${bare(need, unit)} needed, ${bare(free, unit)} free)`;
}

/** `10.02Gi more memory on sting`; empty where it is not known or no amount helps. */
export function formatOneMore({ oneMore, shortage }: Stop): string {
  return shortage?.oneMore ? listNames(shortage.oneMore.map(formatAmounts)) : oneMore;
}

function formatAmounts({ node, lacks }: NodeShortage): string {
  return `${listNames(lacks.map((l) => `${bare(l.short, l.unit)} more ${NAMES[l.resource]}`))} on ${node}`;
}

const NAMES: Readonly<Record<Lack["resource"], string>> = {
  cpu: "CPU",
  memory: "memory",
  "ephemeral storage": "ephemeral storage",
  pods: "pods",
  "memory limits": "room for memory limits",
  runners: "runners",
};

function bare(value: number, unit: Lack["unit"]): string {
  return formatFigure(value, unit === "bytes" || unit === "millicores" ? unit : "");
}
