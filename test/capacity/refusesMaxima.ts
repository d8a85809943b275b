import { MAXIMUM_RULES } from "../../capacity/questions/maxRunners.ts";
import { type Finding, refuses } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";

/**
 * Whether findings refuse a maximum. A rollback that selector or taints forbid does not depend on one, nor do the files
 * of a node that takes one runner at a time.
 */
export function refusesMaxima(findings: readonly Finding[], { policy }: Pick<Fleet, "policy">): boolean {
  return refuses(
    findings.filter(({ rule, unit, path }) => {
      if (rule !== "overflow/imagefs") return MAXIMUM_RULES.has(rule) && unit === "runners";
      const overflow = policy.overflow[Number(/^policy\.overflow\[(\d+)\]/.exec(path)?.[1])];
      return overflow?.oneAtATime === false;
    }),
  );
}
