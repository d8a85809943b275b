import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingTools } from "../../tools/kube/binaries.ts";
import { type RunningCluster, startCluster } from "../../tools/kube/cluster.ts";
import { generator } from "../capacity/runners/fleets.ts";
import {
  type Case,
  contradictions,
  type Judged,
  judged,
  misread,
  pendingOf,
  reason,
  saysPlaced,
  seatedRunners,
  tell,
} from "./agreement.ts";
import { describeAgreement, featureCounts } from "./agreementReport.ts";
import { borderFleet } from "./borderFleets.ts";
import { diceOf } from "./dice.ts";
import {
  createFleets,
  deleteRunners,
  type PodRequest,
  podSpecs,
  type RunnerPod,
  schedule,
} from "./runnerPods.ts";

/**
 * Our verdict held against the real kube-scheduler on generated fleets at the border of fitting
 * (docs/capacity-runners.md, "Held against the real scheduler").
 */

const missing = missingTools();
if (missing.length > 0)
  console.warn(`test/system/scheduler-agreement.test.ts is skipped: ${missing.join("; ")}`);

/** Another one in each run unless given: what one run finds, the same seed finds again. */
const SEED = Number(process.env.NUMAFLEET_SCHEDULER_SEED ?? Date.now() % 1_000_000);
const FLEETS = Number(process.env.NUMAFLEET_SCHEDULER_FLEETS ?? 320);
/** Fewer are there to look at something, and need not have everything among them. */
const ENOUGH = 300;

describe.skipIf(missing.length > 0)("our verdict and the real scheduler's", () => {
  let cluster: RunningCluster;
  let cases: readonly Case[] = [];
  let specs: ReadonlyMap<string, object> = new Map();

  beforeAll(async () => {
    console.log(`NUMAFLEET_SCHEDULER_SEED=${SEED} makes these ${FLEETS} fleets again.`);
    cluster = await startCluster();
    const fleets = Array.from({ length: FLEETS }, (_, i) => judged(borderFleet(SEED, i)));
    await createFleets(cluster, fleets);
    const free = await schedule(cluster, fleets.flatMap(inAnyOrder));
    specs = await podSpecs(cluster);
    await deleteRunners(cluster);
    const second = await schedule(
      cluster,
      fleets.flatMap((fleet) => (saysPlaced(fleet) ? asPrinted(fleet) : largestFirst(fleet))),
    );
    cases = fleets.map((fleet) => ({ ...fleet, free, second }));
    console.log(describeAgreement(cases));
  }, 20 * 60_000);

  afterAll(async () => {
    await cluster?.stop();
  });

  it("is settled for every fleet", () => {
    expect(cases.filter((c) => c.placement.verdict === "undecided").map(tell)).toEqual([]);
  });

  it("never says that runners cannot be placed which the scheduler placed", () => {
    const placedAnyway = cases.filter(
      (c) => !saysPlaced(c) && [c.free, c.second].some((placements) => pendingOf(c, placements).length === 0),
    );
    expect(placedAnyway.map(tell)).toEqual([]);
  });

  it("comes with a placement that the scheduler accepts pod by pod", () => {
    const refused = cases
      .filter(saysPlaced)
      .flatMap((c) =>
        pendingOf(c, c.second).map((pod) => `${pod.name}: ${reason(c.second, pod)} ${tell(c)}`),
      );
    expect(refused).toEqual([]);
  });

  it("bounds the runners that the scheduler seats", () => {
    const beyond = cases.filter(
      (c) => Math.max(seatedRunners(c, c.free), seatedRunners(c, c.second)) > c.placement.bound,
    );
    expect(beyond.map(tell)).toEqual([]);
  });

  it("rests on the same account of each node: who may be there, and for whom there is room", () => {
    const odd = cases.flatMap((c) =>
      [c.free, c.second].flatMap((placements) =>
        contradictions(c, placements).map((text) => `${text} ${tell(c)}`),
      ),
    );
    expect(odd).toEqual([]);
  });

  it("counts for every pod what the audit reads of it when it is live", () => {
    expect(cases.flatMap((c) => misread(c, specs).map((text) => `${text} ${tell(c)}`))).toEqual([]);
  });

  it.skipIf(FLEETS < ENOUGH)(
    `was asked where it is not obvious, with every feature (of ${ENOUGH} fleets)`,
    () => {
      const share = (of: readonly Case[]) => of.length / cases.length;
      expect(share(cases.filter(saysPlaced))).toBeGreaterThan(0.25);
      expect(share(cases.filter((c) => !saysPlaced(c)))).toBeGreaterThan(0.25);
      expect(share(cases.filter((c) => ["easy", "hopeless"].includes(c.border.aim)))).toBeLessThanOrEqual(
        0.2,
      );
      const rare = [...featureCounts(cases)].filter(([, count]) => count < cases.length / 20);
      expect(rare).toEqual([]);
    },
  );
});

/** As jobs arrive. */
function inAnyOrder({ border, pods }: Judged): PodRequest[] {
  const dice = diceOf(generator(SEED));
  const left = [...pods];
  return pods.map(() => ({
    fleet: border.name,
    pod: left.splice(dice.below(left.length), 1)[0] as RunnerPod,
  }));
}

/** The order in which a placement without second thoughts fails least. */
function largestFirst({ border, pods }: Judged): PodRequest[] {
  const size = ({ requests }: RunnerPod) => requests.memory ?? 0;
  return [...pods].sort((a, b) => size(b) - size(a)).map((pod) => ({ fleet: border.name, pod }));
}

/** Each pod on the node that our placement has for it. */
function asPrinted({ border, placement, pods }: Judged): PodRequest[] {
  const seats = new Map<string, string[]>();
  const add = (set: string, role: string, node: string, count: number) => {
    const key = `${set} ${role}`;
    seats.set(key, [...(seats.get(key) ?? []), ...Array<string>(count).fill(node)]);
  };
  for (const { scaleSet, node, runners } of placement.seats) add(scaleSet, "runner", node, runners);
  for (const { scaleSet, node, pods: count } of placement.workflowSeats)
    add(scaleSet, "workflow", node, count);
  return pods.map((pod) => {
    if (pod.beside !== undefined) return { fleet: border.name, pod };
    const node = seats.get(`${pod.set.name} ${pod.role}`)?.shift();
    if (node === undefined) throw new Error(`the placement of ${border.name} has no seat for ${pod.name}`);
    return { fleet: border.name, pod, node };
  });
}
