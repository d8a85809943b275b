import { type Finding, finding } from "../../../model/finding.ts";
import type { OverflowCase } from "../overflow.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/** Only lanes that the policy admits may land on an overflow node. */
export function admitLanes({ sets }: Survey, { overflow, path, tenants, lanes }: OverflowCase): Finding[] {
  return tenants.flatMap((s) => {
    if (lanes.some((l) => l.set === s)) return [];
    const { set, path: at } = sets[s] as SurveyedSet;
    return [
      finding({
        rule: "overflow/not-admitted",
        path: `${at}.tolerations`,
        subject: `scale set ${set.name}`,
        message: `Scale set ${set.name} may land on ${overflow.node}, but ${path}.lanes does not admit it.`,
        remedy: `Remove its toleration, or admit it in ${path}.lanes with evidence for every gate.`,
      }),
    ];
  });
}
