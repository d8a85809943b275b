import type { FleetInput } from "../../../model/fleet.ts";

/**
 * Generated fleets for tests and benchmarks; deterministic, no randomness of the machine.
 */

type NodeInput = NonNullable<FleetInput["nodes"]>[number];
type ScaleSetInput = NonNullable<FleetInput["scaleSets"]>[number];

/** How a large fleet is made. */
export interface LargeFleetOptions {
  /** Average share of the nodes' memory that the runners request. Default 0.6; above 1 nothing can hold them. */
  readonly load?: number;
  /** Seed of the generator. Default 1. */
  readonly seed?: number;
}

/** A small generator (mulberry32) so that every machine makes the same fleet. */
export function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const ZONES = 8;
const TAINTS = ["batch", "gpu", "spot"];
const recorded = { source: "detected", date: "2026-05-03" } as const;
const kvm = { "capability.tinyland.dev/kvm": "true" };

/**
 * A fleet that exercises everything at once: every node has figures of its own, a zone, every fifth one a
 * taint, something running; scale sets differ in envelope, select one, some or all zones and tolerate some
 * taints. Every scale set has its budget, and the label's ceiling is the sum, so that only placement is
 * open.
 */
export function largeFleet(
  sets: number,
  runners: number,
  nodes: number,
  { load = 0.6, seed = 1 }: LargeFleetOptions = {},
): FleetInput {
  const random = generator(seed);
  const each = Math.floor(runners / sets);
  const maxima = Array.from({ length: sets }, (_, i) => each + (i < runners - each * sets ? 1 : 0));
  const perNode = runners / nodes;
  // An average runner requests 18Gi and 3.5 CPU; the nodes are sized around that.
  const memory = (perNode * 18) / load;
  const cpu = (perNode * 3.5) / load;
  return {
    nodes: Array.from({ length: nodes }, (_, i) => largeNode(i, memory, cpu, random)),
    scaleSets: maxima.map((max, i) => largeSet(i, max, random)),
    policy: {
      labels: [
        {
          label: "fleet-kvm",
          ceiling: runners,
          date: "2026-05-05",
          evidence: "Generated: the sum of all maxima.",
        },
      ],
      ownerBudgets: maxima.map((maximum, i) => ({
        scaleSet: `set-${i}`,
        maximum,
        date: "2026-05-05",
        evidence: "Generated.",
      })),
      limitRatio: 2,
    },
  };
}

function largeNode(i: number, memory: number, cpu: number, random: (below: number) => number): NodeInput {
  const share = 0.7 + random(600) / 1000;
  const mebibytes = Math.round((memory * share + 8) * 1024) + i;
  const millicores = Math.round((cpu * (0.7 + random(600) / 1000) + 2) * 1000);
  const taint = TAINTS[i % 5];
  return {
    name: `node-${String(i).padStart(5, "0")}`,
    recorded,
    allocatable: {
      cpu: `${millicores}m`,
      memory: `${mebibytes}Mi`,
      ephemeralStorage: `${100 + random(400)}Gi`,
      pods: 110,
    },
    running: {
      cpu: `${random(1000)}m`,
      memory: `${random(4096)}Mi`,
      ephemeralStorage: "5Gi",
      pods: 5 + random(20),
    },
    labels: { ...kvm, zone: `z${i % ZONES}`, half: `h${i % 2}` },
    taints: taint && i % 5 < 1 ? [{ key: taint, value: "true", effect: "NoSchedule" }] : [],
  };
}

function largeSet(i: number, maxRunners: number, random: (below: number) => number): ScaleSetInput {
  const memory = 4 + random(29);
  const cpu = 500 + random(6001);
  const storage = 1 + random(10);
  const zone = [{}, { half: `h${i % 2}` }, { zone: `z${i % ZONES}` }][random(3)];
  return {
    name: `set-${i}`,
    scope: `owner-${i}/repository-${i}`,
    labels: ["fleet-kvm"],
    selector: { ...kvm, ...zone },
    tolerations: i % 3 === 0 ? [{ key: "batch", operator: "Equal", value: "true" }] : [],
    maxRunners,
    containers: [
      {
        name: "runner",
        requests: { cpu: `${cpu}m`, memory: `${memory}Gi`, ephemeralStorage: `${storage}Gi` },
        limits: {
          cpu: `${2 * cpu}m`,
          memory: `${Math.ceil(memory * 1.2)}Gi`,
          ephemeralStorage: `${2 * storage}Gi`,
        },
      },
    ],
  };
}

/** One node of 125Gi and a scale set of 4Gi requests and 16Gi limits: seven runners keep the limits. */
export function wedgedNode(maxRunners: number): FleetInput {
  return {
    nodes: [
      {
        name: "a",
        recorded,
        allocatable: { cpu: "64", memory: "125Gi", ephemeralStorage: "100Gi", pods: 110 },
        running: { cpu: 0, memory: 0, ephemeralStorage: 0, pods: 0 },
      },
    ],
    scaleSets: [
      {
        name: "r",
        scope: "tinyland-inc",
        labels: ["big"],
        maxRunners,
        containers: [
          { name: "runner", requests: { cpu: "1", memory: "4Gi" }, limits: { cpu: "2", memory: "16Gi" } },
        ],
      },
    ],
    policy: { newOwnerMaximum: 50 },
  };
}
