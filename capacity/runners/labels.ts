import type { Envelope, LabelCapacity } from "../capacity.ts";
import type { Survey, SurveyedSet } from "./survey.ts";

/**
 * The aggregate of each label at maximum: labels in the order in which the scale sets name them, then those
 * that only the policy names. A scale set with several labels counts for each.
 */
export function labelCapacities({ sets, fleet }: Survey): LabelCapacity[] {
  const advertising = new Map<string, SurveyedSet[]>();
  for (const surveyed of sets) {
    for (const label of new Set(surveyed.set.labels)) {
      const list = advertising.get(label);
      if (list) list.push(surveyed);
      else advertising.set(label, [surveyed]);
    }
  }
  for (const { label } of fleet.policy.labels) if (!advertising.has(label)) advertising.set(label, []);
  const ceilings = new Map(fleet.policy.labels.map((b) => [b.label, b.ceiling]));
  return [...advertising].map(([label, all]) => {
    const active = all.filter((s) => s.active);
    return {
      label,
      activeScaleSets: active.length,
      maximum: active.reduce((sum, s) => sum + s.set.maxRunners, 0),
      ceiling: ceilings.get(label) ?? null,
      requests: aggregate(active, (s) => s.envelope.requests),
      limits: aggregate(active, (s) => s.envelope.limits),
    };
  });
}

function aggregate(sets: readonly SurveyedSet[], envelope: (s: SurveyedSet) => Envelope): Envelope {
  const figures = (figure: keyof Envelope) =>
    sets.map((s) => {
      const one = envelope(s)[figure];
      return one === null ? null : one * s.set.maxRunners;
    });
  const stated = figures("ephemeralStorage").filter((f) => f !== null);
  return {
    cpu: sum(figures("cpu")),
    memory: sum(figures("memory")),
    ephemeralStorage: stated.length === 0 ? null : sum(stated),
  };
}

function sum(figures: readonly (number | null)[]): number | null {
  return figures.reduce((total, f) => (total === null || f === null ? null : total + f), 0);
}
