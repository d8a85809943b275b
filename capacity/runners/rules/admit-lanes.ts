import { type Finding, finding } from "../../../model/finding.ts";
import { listNames } from "../../host/names.ts";
import type { OverflowCase } from "../overflow.ts";
import type { Survey, SurveyedSet } from "../survey.ts";

/** Only lanes that the policy admits may land on an overflow node. One finding for each scale set. */
export function admitLanes({ sets }: Survey, cases: readonly OverflowCase[]): Finding[] {
  const strangers = new Map<number, OverflowCase[]>();
  for (const overflowCase of cases) {
    const admitted = new Set(overflowCase.lanes.map((l) => l.set));
    for (const s of overflowCase.tenants) {
      if (admitted.has(s)) continue;
      const list = strangers.get(s);
      if (list) list.push(overflowCase);
      else strangers.set(s, [overflowCase]);
    }
  }
  return [...strangers].map(([s, there]) => {
    const { set, path } = sets[s] as SurveyedSet;
    const lanes = listNames(there.map((c) => `${c.path}.lanes`));
    return finding({
      rule: "overflow/not-admitted",
      path: `${path}.tolerations`,
      subject: `scale set ${set.name}`,
      message: `Scale set ${set.name} may land on ${listNames(there.map((c) => c.overflow.node))}, but ${lanes} ${there.length === 1 ? "does" : "do"} not admit it.`,
      remedy: `Remove its toleration, or admit it in ${lanes} with evidence for every gate.`,
    });
  });
}
