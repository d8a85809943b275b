import { type Finding, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Policy } from "../model/policy.ts";
import type { JudgeOptions } from "./capacity.ts";
import { count, listNames } from "./host/names.ts";

/** How old the figures are that a judgement rests on. */

/** Figures of one kind and day. */
export interface DatedRecord {
  /** `Node budgets of honey and sting`: what was recorded, the subject of the sentence. */
  readonly what: string;
  readonly subject: string;
  readonly path: string;
  readonly date: string;
  /** What to do once it is old. */
  readonly remedy: string;
}

const DAY = 86_400_000;

/** Whole days from a date to the day of the judgement; negative in the future, NaN if one is no date. */
export function daysSince(date: string, today: string): number {
  return (Date.parse(`${today}T00:00:00Z`) - Date.parse(`${date}T00:00:00Z`)) / DAY;
}

/** Whether a text is a day of the calendar. `Date.parse` alone takes 2026-02-30 for the second of March. */
export function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/**
 * Judges one record: a warning once it is older than `warnDays`, a refusal once it is older than
 * `refuseDays` or lies in the future.
 */
export function judgeAge(
  rule: string,
  record: DatedRecord,
  { warnDays, refuseDays }: Policy["recordAge"],
  today: string,
): Finding[] {
  const age = daysSince(record.date, today);
  const common = { path: record.path, subject: record.subject, unit: "days" };
  if (age < 0) {
    return [
      finding({
        ...common,
        rule: "record/future",
        have: age,
        limit: 0,
        message: `${record.what}: dated ${record.date}, ${count(-age, "day")} after ${today}; nothing can have been recorded then.`,
        remedy: "Correct the date, or the day of the judgement.",
      }),
    ];
  }
  if (!(age > warnDays)) return [];
  const refused = age > refuseDays;
  return [
    finding({
      ...common,
      rule,
      severity: refused ? "refuse" : "warn",
      have: age,
      limit: refused ? refuseDays : warnDays,
      message: `${record.what}: recorded on ${record.date}, ${count(age, "day")} before ${today}; records warn after ${warnDays} days and refuse after ${refuseDays}.`,
      remedy: record.remedy,
    }),
  ];
}

interface Kind {
  /** `Node budgets` and `Node budget`. */
  readonly many: string;
  readonly one: string;
  readonly subject: string;
  readonly remedy: string;
  readonly records: readonly { readonly name: string; readonly path: string; readonly date: string }[];
}

/**
 * The age of every budget: hosts, nodes, label ceilings, owner budgets, warm pools. One finding per kind and
 * day, since one audit makes many records. Evidence of overflow gates is judged with the gates.
 */
export function judgeRecords(fleet: Fleet, { today }: JudgeOptions): Finding[] {
  if (!isDay(today)) {
    return [
      finding({
        rule: "record/invalid-today",
        path: "",
        subject: "day of the judgement",
        message: `The day of the judgement is ${JSON.stringify(today)}, not a date like "2026-05-06": cannot prove that any record is recent.`,
        remedy: "Pass the day as year, month and day.",
      }),
    ];
  }
  return kinds(fleet).flatMap((kind) => {
    const byDate = new Map<string, Kind["records"][number][]>();
    for (const record of kind.records) {
      const list = byDate.get(record.date);
      if (list) list.push(record);
      else byDate.set(record.date, [record]);
    }
    return [...byDate].flatMap(([date, records]) => {
      const names = listNames(records.map((r) => r.name));
      return judgeAge(
        "record/outdated",
        {
          what: `${records.length === 1 ? kind.one : kind.many} of ${names}`,
          subject: `${kind.subject} ${names}`,
          path: records[0]?.path ?? "",
          date,
          remedy: kind.remedy,
        },
        fleet.policy.recordAge,
        today,
      );
    });
  });
}

function kinds({ hosts, nodes, policy }: Fleet): Kind[] {
  return [
    {
      many: "Host budgets",
      one: "Host budget",
      subject: "host",
      remedy: "Discover the hosts again and commit the record.",
      records: hosts.map((h, i) => ({
        name: h.name,
        path: `hosts[${i}].recorded.date`,
        date: h.recorded.date,
      })),
    },
    {
      many: "Node budgets",
      one: "Node budget",
      subject: "node",
      remedy: "Audit the nodes again and record what they offer and run.",
      records: nodes.map((n, i) => ({
        name: n.name,
        path: `nodes[${i}].recorded.date`,
        date: n.recorded.date,
      })),
    },
    {
      many: "Label ceilings",
      one: "Label ceiling",
      subject: "label",
      remedy: "Audit the live scale sets again and renew the ceiling with its evidence.",
      records: policy.labels.map((l, i) => ({
        name: l.label,
        path: `policy.labels[${i}].date`,
        date: l.date,
      })),
    },
    {
      many: "Owner budgets",
      one: "Owner budget",
      subject: "scale set",
      remedy: "Decide the budget again with its evidence, or remove it.",
      records: policy.ownerBudgets.map((b, i) => ({
        name: b.scaleSet,
        path: `policy.ownerBudgets[${i}].date`,
        date: b.date,
      })),
    },
    {
      many: "Warm pools",
      one: "Warm pool",
      subject: "scale set",
      remedy: "Decide the warm pool again with its evidence, or remove it.",
      records: policy.warmPools.map((w, i) => ({
        name: w.scaleSet,
        path: `policy.warmPools[${i}].date`,
        date: w.date,
      })),
    },
  ];
}
