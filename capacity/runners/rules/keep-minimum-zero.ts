import { type Finding, finding } from "../../../model/finding.ts";
import type { Survey } from "../survey.ts";

/** Minimum runners are 0 unless a warm pool was decided: scale-to-zero is part of the capacity contract. */
export function keepMinimumZero({ sets, fleet }: Survey): Finding[] {
  return sets.flatMap(({ set, path }) => {
    const pool = fleet.policy.warmPools.find((w) => w.scaleSet === set.name);
    const decided = pool?.minRunners ?? 0;
    if (set.minRunners <= decided) return [];
    const given = pool ? `a warm pool of ${decided} was decided` : "no warm pool was decided for it";
    return [
      finding({
        rule: "runners/minimum-without-warm-pool",
        path: `${path}.minRunners`,
        subject: `scale set ${set.name}`,
        have: set.minRunners,
        need: set.minRunners,
        limit: decided,
        unit: "runners",
        message: `Scale set ${set.name} keeps at least ${set.minRunners} runners, but ${given}.`,
        remedy: `Set minRunners to ${decided}, or record the decision in policy.warmPools.`,
      }),
    ];
  });
}
