import { join } from "node:path";
import { run } from "../tools/setup/command.mjs";
import { withProgress } from "../tools/setup/progress.mjs";
import { type Figure, median } from "./figure.ts";
import { benchCells } from "./placementCells.ts";
import type { Curve } from "./plot.ts";
import { BenchmarkError } from "./process.ts";

/** Hosts at which the curves are drawn; ten VMs to each. */
const SIZES = [100, 300, 1_000, 3_000, 10_000];
const VMS_PER_HOST = 10;
const LARGEST = 10_000;
const MIB = 1024 ** 2;

/**
 * kube-scheduler's own floor for SchedulingBasic: 680 pods a second on 5,000 nodes. Source: Kubernetes,
 * test/integration/scheduler_perf/misc/performance-config.yaml. It has an API server to ask and binds what it places;
 * `--only scheduler` measures it on this machine.
 */
const KUBE_PODS_PER_SECOND = 680;

interface Measured {
  readonly cpuMilliseconds: number;
  readonly residentBytes: number;
  readonly placed: number;
}

interface More {
  readonly reading: number;
  readonly first: number;
  readonly indexed: readonly number[];
  readonly scanned: readonly number[];
}

/** Placing VMs by the index, by looking at every host, and as kube-scheduler's figures have it. CPU time of one process. */
export async function benchPlacement(): Promise<Figure[]> {
  const indexed = new Map<number, Measured>();
  const scanned = new Map<number, Measured>();
  for (const hosts of SIZES) {
    indexed.set(hosts, await place<Measured>("all", hosts));
    if (hosts <= 1_000) scanned.set(hosts, await place<Measured>("scan", hosts));
  }
  const uneven = await place<Measured>("uneven", LARGEST);
  const plain = await place<Measured>("plain", LARGEST);
  const more = new Map<number, More>();
  for (const hosts of [1_000, LARGEST]) more.set(hosts, await place<More>("one", hosts));
  return [
    ...largest(indexed.get(LARGEST) as Measured, uneven, plain),
    ...oneMore(more.get(LARGEST) as More),
    growth(indexed, curveOf(indexed, scanned, more)),
    againstScan(indexed.get(1_000) as Measured, scanned.get(1_000) as Measured),
    ...kube(indexed.get(LARGEST) as Measured),
    ...benchCells(),
  ];
}

async function place<T>(what: string, hosts: number): Promise<T> {
  const program = join(import.meta.dirname, "placeFleet.ts");
  const args = [program, what, String(hosts), String(VMS_PER_HOST * hosts)];
  const { code, stdout, stderr } = await withProgress(`Placing ${VMS_PER_HOST * hosts} VMs (${what})`, () =>
    run(process.execPath, args),
  );
  if (code !== 0) throw new BenchmarkError(`${program} ended with exit code ${code}:\n${stderr}`);
  return JSON.parse(stdout) as T;
}

const perPlacement = ({ cpuMilliseconds }: Measured, hosts: number) =>
  cpuMilliseconds / (VMS_PER_HOST * hosts);
const micro = (ms: number) => `${(ms * 1000).toFixed(0)} µs`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

function largest(ours: Measured, uneven: Measured, plain: Measured): Figure[] {
  const name = "100,000 VMs placed on 10,000 hosts";
  return [
    {
      name: `${name}, CPU time`,
      value: ours.cpuMilliseconds,
      unit: "ms",
      target: 10_000,
      runs: 1,
      detail: `${ours.placed} placed with pins, cells and pools, the others told; LeastAllocated without any of these, by a plain scan in doubles, takes ${seconds(plain.cpuMilliseconds)}`,
    },
    {
      name: `${name}, no two hosts and no two VMs alike`,
      value: uneven.cpuMilliseconds,
      unit: "ms",
      target: null,
      runs: 1,
      detail: `${uneven.placed} placed: what the index saves where hosts are alike is not to be had`,
    },
    {
      name: `${name}, memory of the process`,
      value: ours.residentBytes / MIB,
      unit: "MiB",
      target: 1024,
      runs: 1,
      detail: "the fleet itself included",
    },
  ];
}

function oneMore({ reading, first, indexed, scanned }: More): Figure[] {
  const sorted = [...indexed].sort((a, b) => a - b);
  const nearlyAll = sorted[Math.floor(sorted.length * 0.99)] as number;
  return [
    {
      name: "one more VM into that fleet",
      value: median(indexed),
      unit: "ms",
      target: 1,
      runs: indexed.length,
      detail: `each of a shape of its own; 99 of 100 within ${nearlyAll.toFixed(2)} ms; looking at every host ${median(scanned).toFixed(1)} ms; once before, reading the fleet ${reading.toFixed(0)} ms and making the index ${first.toFixed(0)} ms`,
    },
  ];
}

function growth(indexed: ReadonlyMap<number, Measured>, curve: Curve): Figure {
  const [small, large] = [1_000, LARGEST].map((hosts) => perPlacement(indexed.get(hosts) as Measured, hosts));
  return {
    name: "a placement among 10,000 hosts / among 1,000",
    value: (large as number) / (small as number),
    unit: "×",
    target: 2,
    runs: 1,
    detail: `${micro(large as number)} against ${micro(small as number)}, all that a placement takes included`,
    curve,
  };
}

function againstScan(ours: Measured, theirs: Measured): Figure {
  return {
    name: "10,000 VMs on 1,000 hosts, by the index / by looking at every host",
    value: ours.cpuMilliseconds / theirs.cpuMilliseconds,
    unit: "×",
    target: 0.5,
    runs: 1,
    detail: `${seconds(ours.cpuMilliseconds)} against ${seconds(theirs.cpuMilliseconds)}, with the same result: ${ours.placed} and ${theirs.placed} placed`,
  };
}

function kube(ours: Measured): Figure[] {
  const each = 1000 / KUBE_PODS_PER_SECOND;
  return [
    {
      name: "kube-scheduler, one pod on 5,000 nodes: the floor of its own benchmark",
      value: each,
      unit: "ms",
      target: null,
      runs: 0,
      detail: `${KUBE_PODS_PER_SECOND} pods a second, API server and binding included; one VM on 10,000 hosts takes us ${micro(perPlacement(ours, LARGEST))} with neither`,
    },
  ];
}

function curveOf(
  indexed: ReadonlyMap<number, Measured>,
  scanned: ReadonlyMap<number, Measured>,
  more: ReadonlyMap<number, More>,
): Curve {
  const points = (of: ReadonlyMap<number, Measured>) =>
    [...of].map(([hosts, measured]) => ({ x: hosts, y: perPlacement(measured, hosts) }));
  return {
    name: "placement",
    title: "One placement, ten VMs to a host",
    x: "hosts",
    y: "ms",
    lines: [
      { name: "index", points: points(indexed) },
      { name: "every host", points: points(scanned) },
      { name: "every host, full fleet", points: [...more].map(([x, m]) => ({ x, y: median(m.scanned) })) },
      { name: "index, full fleet", points: [...more].map(([x, m]) => ({ x, y: median(m.indexed) })) },
    ],
  };
}
