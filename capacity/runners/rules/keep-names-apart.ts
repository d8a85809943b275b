import { type Finding, finding } from "../../../model/finding.ts";
import { configUrl } from "../../../model/scaleset.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/**
 * A GitHub server knows a scale set by scope, runner group and name. Two clusters that register the same one lock
 * each other out (409 session conflicts in a loop: actions/actions-runner-controller #3351).
 */
export function keepNamesApart({ sets }: Survey): Finding[] {
  const seen = new Map<string, SurveyedSet>();
  return sets.flatMap((surveyed) => {
    const { set, path } = surveyed;
    const key = JSON.stringify([configUrl(set).toLowerCase(), set.runnerGroup.toLowerCase(), set.name]);
    const earlier = seen.get(key);
    if (!earlier) {
      seen.set(key, surveyed);
      return [];
    }
    return [
      finding({
        rule: "runners/duplicate-name",
        path: `${path}.name`,
        subject: `scale set ${set.name}`,
        message: `Scale set ${set.name} of cluster ${set.cluster} registers at ${set.scope} in runner group ${set.runnerGroup}, where cluster ${earlier.set.cluster} registers the same name: their sessions lock each other out.`,
        remedy: "Give one of them another name or runner group.",
      }),
    ];
  });
}

/** GitHub compares labels without case; naming one twice in a scale set is a slip. */
export function keepLabelsApart({ sets }: Survey): Finding[] {
  return sets.flatMap(({ set, path }) =>
    set.labels.flatMap((label, i) => {
      const first = set.labels.findIndex((l) => l.toLowerCase() === label.toLowerCase());
      if (first === i) return [];
      return [
        finding({
          rule: "runners/duplicate-label",
          path: `${path}.labels[${i}]`,
          subject: `scale set ${set.name}`,
          message: `Scale set ${set.name} advertises ${JSON.stringify(label)} twice (GitHub compares labels without case).`,
          remedy: "Remove one of them.",
        }),
      ];
    }),
  );
}
