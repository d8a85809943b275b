import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { families, leastLost } from "../../../capacity/runners/placement/bounds.ts";
import { type Component, splitComponents } from "../../../capacity/runners/placement/components.ts";
import { type Group, type Problem, room, take, total } from "../../../capacity/runners/placement/problem.ts";
import { search } from "../../../capacity/runners/placement/search.ts";
import { estimate, solver } from "../../../capacity/runners/placement/solve.ts";

/** The steps of the decision one by one: whole fleets are often settled before the search is reached. */

const GROUPS = 3;
const NODES = 4;

const problem = fc
  .record({
    demands: fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 6 })), {
      minLength: 1,
      maxLength: GROUPS,
    }),
    counts: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: GROUPS, maxLength: GROUPS }),
    free: fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 14 }), fc.boolean()), {
      minLength: 1,
      maxLength: NODES,
    }),
    eligible: fc.array(fc.boolean(), { minLength: GROUPS * NODES, maxLength: GROUPS * NODES }),
  })
  .map(({ demands, counts, free, eligible }) => {
    const groups: Group[] = demands.map(([cpu, memory], g) => ({
      demand: Float64Array.of(cpu, memory, 0, 1, 0, 1),
      nodes: Int32Array.from(free.flatMap((_, n) => (eligible[g * NODES + n] ? [n] : []))),
    }));
    const unbounded = Number.POSITIVE_INFINITY;
    const whole: Problem = {
      groups,
      free: Float64Array.from(
        free.flatMap(([cpu, memory, one]) => [cpu, memory, 0, 5, unbounded, one ? 1 : unbounded]),
      ),
    };
    return { components: splitComponents(whole), counts: counts.slice(0, groups.length) };
  });

/** The most pods that have a seat, by trying each pod on each node. */
function mostPods({ groups, free }: Component, counts: readonly number[]): number {
  const left = Float64Array.from(free);
  const pods = counts.flatMap((n, g) => Array.from({ length: n }, () => groups[g] as Group));
  let best = 0;
  const visit = (k: number, seated: number, from: number): void => {
    best = Math.max(best, seated);
    const pod = pods[k];
    if (!pod || seated + pods.length - k <= best) return;
    const first = k > 0 && pods[k - 1] === pod ? from : 0;
    pod.nodes.forEach((node, i) => {
      if (i < first || room(left, node, pod.demand) === 0) return;
      take(left, node, pod.demand, 1);
      visit(k + 1, seated + 1, i);
      take(left, node, pod.demand, -1);
    });
    let next = k + 1;
    while (pods[next] === pod) next++;
    visit(next, seated, 0);
  };
  visit(0, 0, 0);
  return best;
}

describe("each step of the decision", () => {
  it("search is exact for every number of pods that may be left over, and shows a seating", () => {
    fc.assert(
      fc.property(problem, ({ components, counts }) => {
        for (const component of components) {
          const own = component.groupIds.map((g) => counts[g] as number);
          const lost = total(own) - mostPods(component, own);
          for (let slack = 0; slack <= lost; slack++) {
            const found = search(component, own, slack, families(component), { left: 1e9 });
            expect(found.verdict).toBe(slack < lost ? "impossible" : "placed");
            if (found.verdict !== "placed") continue;
            const left = Float64Array.from(component.free);
            found.seats.forEach((seats, g) => {
              const { demand, nodes } = component.groups[g] as Group;
              for (const { node, count } of seats) {
                expect(nodes.includes(node)).toBe(true);
                expect(room(left, node, demand)).toBeGreaterThanOrEqual(count);
                take(left, node, demand, count);
              }
              expect(total(seats.map((s) => s.count))).toBeLessThanOrEqual(own[g] as number);
            });
            expect(total(found.seats.flat().map((s) => s.count))).toBeGreaterThanOrEqual(total(own) - slack);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("bounds never exceed what is lost, and orders and bounds never contradict it", () => {
    fc.assert(
      fc.property(problem, ({ components, counts }) => {
        for (const component of components) {
          const own = component.groupIds.map((g) => counts[g] as number);
          const lost = total(own) - mostPods(component, own);
          expect(leastLost(component, own, families(component))).toBeLessThanOrEqual(lost);
          const verdict = estimate(solver(component, own), own, { left: 1e9 });
          if (verdict !== "undecided") expect(verdict).toBe(lost === 0 ? "placed" : "impossible");
        }
      }),
      { numRuns: 500 },
    );
  });

  it("search without effort decides nothing it has not proven", () => {
    fc.assert(
      fc.property(problem, fc.integer({ min: 0, max: 400 }), ({ components, counts }, left) => {
        for (const component of components) {
          const own = component.groupIds.map((g) => counts[g] as number);
          const lost = total(own) - mostPods(component, own);
          const { verdict } = search(component, own, 0, families(component), { left });
          if (verdict !== "undecided") expect(verdict).toBe(lost === 0 ? "placed" : "impossible");
        }
      }),
      { numRuns: 300 },
    );
  });
});
