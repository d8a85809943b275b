import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unknown } from "../../facts/asked.ts";
import type { DomainFacts, DomainTuning } from "../../facts/hostFacts.ts";
import { requireFleet } from "../../model/fleet.ts";
import defaultStack from "../../stacks/default.ts";
import { verdictOf } from "../../verify/compare.ts";
import type { Row } from "../../verify/row.ts";
import { verify } from "./soundFacts.ts";

const fleet = requireFleet(defaultStack);
const sound = verify(fleet).rows;
const pinned = fleet.vms.flatMap(({ name, pins }) =>
  (pins ?? []).map((cpus, vcpu) => ({ name, vcpu, cpus })),
);

const tuningOf = (domains: readonly DomainFacts[], name: string) =>
  domains.find((d) => d.name === name)?.tuning as DomainTuning;
const changed = (rows: readonly Row[]) =>
  rows.filter((r, i) => JSON.stringify(r) !== JSON.stringify(sound[i]));

describe("any pin that was moved", () => {
  it("is seen, by that row of that VM and no other", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...pinned),
        fc.uniqueArray(fc.nat(71), { minLength: 1, maxLength: 4 }),
        fc.constantFrom("vcpuPins", "vcpuAffinity"),
        ({ name, vcpu, cpus }, set, list) => {
          const moved = [...set].sort((a, b) => a - b);
          fc.pre(moved.join() !== cpus.join());
          const { rows } = verify(fleet, (facts) => {
            const pins = tuningOf(facts.domains as readonly DomainFacts[], name)[
              list as "vcpuPins" | "vcpuAffinity"
            ] as number[][];
            pins[vcpu] = moved;
          });
          expect(changed(rows).map(({ check, subject, status }) => [check, subject, status])).toEqual([
            [list === "vcpuPins" ? "vcpu-pins" : "vcpu-affinity", `VM ${name}`, "differs"],
          ]);
        },
      ),
    );
  });
});

describe("the order in which a host lists things", () => {
  it("does not show", () => {
    const order = fc.infiniteStream(fc.integer());
    fc.assert(
      fc.property(order, (keys) => {
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((item) => [keys.next().value as number, item] as const)
            .sort(([a], [b]) => a - b)
            .map(([, item]) => item);
        const { rows } = verify(fleet, (facts) => {
          facts.domains = shuffled(facts.domains);
          facts.pools = shuffled(facts.pools as []) as never;
          facts.cells = shuffled(facts.cells as []) as never;
          facts.kernel.interfaces = shuffled(facts.kernel.interfaces);
          facts.kernel.guests = new Map(shuffled([...facts.kernel.guests]));
          facts.sample.domains = new Map(shuffled([...facts.sample.domains]));
        });
        expect(rows).toEqual(sound);
      }),
      { numRuns: 20 },
    );
  });
});

describe("an answer that is missing", () => {
  const hole = unknown("it was not answered", "Ask again.");
  /** Every place where a host may have given no answer. */
  const places = ["cells", "onlineCpus", "pools", "kernel", "sample.kernel", "tuning", "definition"] as const;

  it("is never taken for sound, whichever and however many there are", () => {
    fc.assert(
      fc.property(fc.subarray([...places], { minLength: 1 }), fc.nat(3), (missing, nth) => {
        const host = verify(fleet, (facts) => {
          for (const place of missing) {
            const target = place === "tuning" || place === "definition" ? facts.domains[nth] : facts;
            if (place === "sample.kernel") Object.assign(facts.sample, { kernel: hole });
            else Object.assign(target as object, { [place]: hole });
          }
        });
        expect(verdictOf([host])).toBe("unknown");
        expect(host.rows).toHaveLength(sound.length);
      }),
    );
  });
});
