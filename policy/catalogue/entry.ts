/**
 * Every rule that numafleet can emit: its stable id, what it holds, why, an example and the way out.
 * docs/policies.md is written from here (`node policy/document.ts`), and a test holds ids in the source, this
 * list and the page against each other.
 */

export interface RuleEntry {
  /** `area/verb-phrase`; never changes its meaning. */
  readonly id: string;
  /** Whether it stops the rollout. */
  readonly severity: "refuse" | "warn" | "warn or refuse";
  /** What holds if the rule is silent. */
  readonly title: string;
  readonly why: string;
  readonly example: string;
  readonly fix: string;
}

export interface RuleArea {
  readonly name: string;
  readonly intro: string;
  readonly rules: readonly RuleEntry[];
}
