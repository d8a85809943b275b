import { describe, expect, test } from "vitest";
import { type FleetInput, parseFleet, requireFleet } from "../../model/fleet.ts";
import { runners } from "../../stacks/runners.ts";

const LANE = "jesssullivan-nix-vm-test-kvm";
const expansion = {
  key: "dedicated.tinyland.dev/compute-expansion",
  value: "true",
  effect: "NoSchedule",
} as const;

/** The recorded fleet with its lane changed. */
function fleet(lane: Record<string, unknown>, change: (fleet: FleetInput) => void = () => {}) {
  const copy = JSON.parse(JSON.stringify(runners)) as FleetInput;
  Object.assign(copy.policy?.overflow?.[0]?.lanes?.[0] ?? {}, lane);
  change(copy);
  return requireFleet(copy);
}
const laneOf = (f: ReturnType<typeof fleet>) => f.scaleSets.find((s) => s.name === LANE);

describe("the switch of a rollback", () => {
  test("leaves a lane that is not rolled back as it is written", () => {
    expect(laneOf(fleet({}))).toMatchObject({
      selector: { "capability.tinyland.dev/kvm": "true" },
      tolerations: [{ ...expansion, operator: "Equal" }],
    });
  });

  test("takes the toleration, and selects the rollback node beside what was selected", () => {
    const before = fleet({});
    const after = fleet({ rolledBack: true });
    expect(laneOf(after)).toMatchObject({
      selector: { "capability.tinyland.dev/kvm": "true", "kubernetes.io/hostname": "honey" },
      tolerations: [],
    });
    const others = (f: typeof before) => f.scaleSets.filter((s) => s.name !== LANE);
    expect(others(after)).toEqual(others(before));
    expect(after.nodes).toEqual(before.nodes);
  });

  test("takes whatever tolerates the taint, and leaves tolerations of other taints", () => {
    const other = { key: "gpu", operator: "Equal", value: "yes" } as const;
    const set = laneOf(
      fleet({ rolledBack: true }, ({ scaleSets }) => {
        const lane = scaleSets?.find((s) => s.name === LANE);
        if (lane)
          lane.tolerations = [{ operator: "Exists" }, other, { key: expansion.key, operator: "Exists" }];
      }),
    );
    expect(set?.tolerations).toEqual([other]);
  });

  test("leaves a scale set of the same name in another cluster alone", () => {
    const comb = {
      name: "drone",
      cluster: "comb",
      recorded: { source: "detected", date: "2026-05-05" },
    } as const;
    const sets = fleet({ rolledBack: true }, ({ nodes, scaleSets }) => {
      const lane = scaleSets?.find((s) => s.name === LANE);
      if (lane) scaleSets?.push({ ...lane, cluster: "comb" });
      nodes?.push({ ...comb, allocatable: {}, labels: {} });
    }).scaleSets.filter((s) => s.name === LANE);
    expect(sets.map((s) => [s.cluster, s.tolerations.length])).toEqual([
      ["honey", 0],
      ["comb", 1],
    ]);
    expect(sets[1]?.selector).toEqual({ "capability.tinyland.dev/kvm": "true" });
  });

  test("replaces a selector that held the lane on the overflow node", () => {
    const set = laneOf(
      fleet({ rolledBack: true }, ({ scaleSets }) => {
        const lane = scaleSets?.find((s) => s.name === LANE);
        if (lane) lane.selector = { "kubernetes.io/hostname": "sting" };
      }),
    );
    expect(set?.selector).toEqual({ "kubernetes.io/hostname": "honey" });
  });

  test("selects a node by what its label says, which is not always its name", () => {
    const set = laneOf(
      fleet({ rolledBack: true }, ({ nodes }) => {
        const honey = nodes?.find((n) => n.name === "honey");
        if (honey) honey.labels = { ...honey.labels, "kubernetes.io/hostname": "honey.lan" };
      }),
    );
    expect(set?.selector["kubernetes.io/hostname"]).toBe("honey.lan");
  });

  test("goes to one node, whichever overflow nodes it comes from", () => {
    const copy = JSON.parse(JSON.stringify(runners)) as FleetInput;
    const [sting] = copy.policy?.overflow ?? [];
    const [lane] = sting?.lanes ?? [];
    if (!sting || !lane) throw new Error("the recorded fleet has an overflow lane");
    const other = (rollbackNode: string) =>
      parseFleet({
        ...copy,
        policy: {
          ...copy.policy,
          overflow: [
            { ...sting, lanes: [{ ...lane, rolledBack: true }] },
            { ...sting, node: "bumble", lanes: [{ ...lane, rolledBack: true, rollbackNode }] },
          ],
        },
      }).findings.map((f) => `${f.message} ${f.remedy}`);
    expect(other("honey")).toEqual([]);
    expect(other("sting")).toEqual([
      `\`policy.overflow[1].lanes[0].rollbackNode\` is "sting", but \`policy.overflow[0].lanes[0]\` puts ${LANE} back on "honey". Give both lanes one rollback node, or roll back one of them.`,
    ]);
  });
});
