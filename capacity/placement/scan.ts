import type { Demand } from "./demand.ts";
import { type Proposal, propose, scoreOf } from "./fit.ts";
import type { HostState } from "./hostState.ts";
import { compareScores, type Score } from "./score.ts";

/** A place with what speaks for it. */
export interface Rated {
  readonly proposal: Proposal;
  readonly score: Score;
}

/** How a VM is rated where it would be placed. By count, the score has no shares and tells nothing. */
export function rate(state: HostState, demand: Demand, byCount: boolean): Rated | undefined {
  const proposal = propose(state, demand);
  if (proposal === undefined) return undefined;
  return { proposal, score: byCount ? { shares: [], sum: 0 } : scoreOf(proposal, demand) };
}

/** Negative if `a` is better: by score or, where nothing is scored, by the number of VMs. */
export function compareRated(a: Rated, b: Rated): number {
  if (a.score.shares.length === 0) return a.proposal.state.vms - b.proposal.state.vms;
  return compareScores(a.score, b.score);
}

/**
 * The best place by looking at every host, one after another: what every other way to find it has to agree with.
 *
 * @param states in the order in which equals are preferred
 */
export function scan(states: readonly HostState[], demand: Demand, byCount: boolean): Proposal | undefined {
  let best: Rated | undefined;
  for (const state of states) {
    const rated = rate(state, demand, byCount);
    if (rated && (best === undefined || compareRated(rated, best) < 0)) best = rated;
  }
  return best?.proposal;
}
