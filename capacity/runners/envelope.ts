import { type Finding, finding } from "../../model/finding.ts";
import { formatBytes, formatCpu } from "../../model/format.ts";
import { type Container, MODE_CONTAINERS, type ScaleSet } from "../../model/scaleset.ts";
import type { Envelope } from "../capacity.ts";
import { listNames } from "../host/names.ts";

/** What one pod of a runner asks the scheduler for, and the memory limit it may grow to. */
export interface PodDemand {
  readonly role: "runner" | "workflow";
  /** Millicores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes; 0 if no container states it. */
  readonly ephemeralStorage: number;
  /** 2 where the workflow pod must land on the runner's node and is placed with it. */
  readonly pods: number;
  /** Bytes. */
  readonly memoryLimit: number;
  readonly containers: readonly Container[];
}

export interface RunnerEnvelope {
  readonly requests: Envelope;
  readonly limits: Envelope;
  /** What the scheduler places; null if a figure is missing, since nothing can be proven of it then. */
  readonly pods: readonly PodDemand[] | null;
  /** `memory limit of container dind`, `container workflow`. */
  readonly missing: readonly string[];
}

/**
 * The envelope of one runner: every container counts. A container that is listed but that the mode does not
 * run counts all the same. In mode `kubernetes` the workflow pod mounts the runner's volume and so lands on
 * its node: both are placed as one. In `kubernetes-novolume` it is placed on its own.
 */
export function runnerEnvelope(set: ScaleSet): RunnerEnvelope {
  const { containers } = set;
  const missing = missingFigures(set);
  const workflow = containers.filter((c) => c.name === "workflow");
  const apart = set.containerMode === "kubernetes-novolume";
  const together = set.containerMode === "kubernetes";
  const runner = apart ? containers.filter((c) => c.name !== "workflow") : containers;
  const pods = apart
    ? [podDemand("runner", runner, 1), podDemand("workflow", workflow, 1)]
    : [podDemand("runner", runner, together ? 2 : 1)];
  return {
    requests: {
      cpu: sum(containers.map((c) => c.requests.cpu)),
      memory: sum(containers.map((c) => c.requests.memory)),
      ephemeralStorage: sumOfStated(containers.map(ephemeralRequest)),
    },
    limits: {
      cpu: sum(containers.map((c) => c.limits.cpu)),
      memory: sum(containers.map((c) => c.limits.memory)),
      ephemeralStorage: sumOfStated(containers.map((c) => c.limits.ephemeralStorage)),
    },
    pods: missing.length === 0 ? pods : null,
    missing,
  };
}

/** As Kubernetes defaults it: a limit without a request is the request. */
export function ephemeralRequest(c: Container): number | undefined {
  return c.requests.ephemeralStorage ?? c.limits.ephemeralStorage;
}

function podDemand(role: PodDemand["role"], containers: readonly Container[], pods: number): PodDemand {
  const add = (figure: (c: Container) => number | undefined) =>
    containers.reduce((total, c) => total + (figure(c) ?? 0), 0);
  return {
    role,
    cpu: add((c) => c.requests.cpu),
    memory: add((c) => c.requests.memory),
    ephemeralStorage: add(ephemeralRequest),
    pods,
    memoryLimit: add((c) => c.limits.memory),
    containers,
  };
}

function missingFigures(set: ScaleSet): string[] {
  const listed = new Set(set.containers.map((c) => c.name));
  return [
    ...MODE_CONTAINERS[set.containerMode].filter((n) => !listed.has(n)).map((n) => `container ${n}`),
    ...set.containers.flatMap((c) => [
      ...(c.requests.cpu === undefined ? [`cpu request of container ${c.name}`] : []),
      ...(c.requests.memory === undefined ? [`memory request of container ${c.name}`] : []),
      ...(c.limits.memory === undefined ? [`memory limit of container ${c.name}`] : []),
    ]),
  ];
}

function sum(figures: readonly (number | undefined)[]): number | null {
  return figures.some((f) => f === undefined) ? null : sumOfStated(figures);
}

function sumOfStated(figures: readonly (number | undefined)[]): number | null {
  const stated = figures.filter((f) => f !== undefined);
  return stated.length === 0 ? null : stated.reduce((a, b) => a + b, 0);
}

/** `4 CPU, 32Gi memory, 24Gi ephemeral storage`; what is not stated is left out. */
export function describeRequests({ cpu, memory, ephemeralStorage }: Envelope): string {
  return [
    ...(cpu === null ? [] : [`${formatCpu(cpu)} CPU`]),
    ...(memory === null ? [] : [`${formatBytes(memory)} memory`]),
    ...(ephemeralStorage === null ? [] : [`${formatBytes(ephemeralStorage)} ephemeral storage`]),
  ].join(", ");
}

/** Findings about the envelope itself; a scale set with a maximum of 0 runs nothing and has none. */
export function judgeEnvelope(set: ScaleSet, at: string, envelope: RunnerEnvelope): Finding[] {
  const subject = `scale set ${set.name}`;
  const findings: Finding[] = [];
  if (envelope.missing.length > 0) {
    findings.push(
      finding({
        rule: "runners/missing-figure",
        path: `${at}.containers`,
        subject,
        message: `Scale set ${set.name} (container mode ${set.containerMode}) states no ${listNames(envelope.missing)}: cannot prove that its runners fit.`,
        remedy: "State cpu and memory requests and a memory limit for every container that the mode runs.",
      }),
    );
  }
  const unlimited = set.containers.filter((c) => c.limits.cpu === undefined).map((c) => c.name);
  if (unlimited.length > 0) {
    findings.push(
      finding({
        rule: "runners/no-cpu-limit",
        severity: "warn",
        path: `${at}.containers`,
        subject,
        message: `Scale set ${set.name} states no cpu limit of container ${listNames(unlimited)}: one job may take every CPU of its node.`,
        remedy: "State a cpu limit, or accept it for a node that runs nothing else.",
      }),
    );
  }
  set.containers.forEach((container, i) => {
    for (const figure of ["cpu", "memory", "ephemeralStorage"] as const) {
      const request = container.requests[figure];
      const limit = container.limits[figure];
      if (request === undefined || limit === undefined || limit >= request) continue;
      const format = figure === "cpu" ? formatCpu : formatBytes;
      findings.push(
        finding({
          rule: "runners/limit-below-request",
          path: `${at}.containers[${i}].limits.${figure}`,
          subject,
          have: limit,
          need: request,
          limit,
          unit: figure === "cpu" ? "millicores" : "bytes",
          message: `Container ${container.name} of scale set ${set.name} requests ${format(request)} ${figure} and limits it to ${format(limit)}; Kubernetes rejects a pod with a limit below its request.`,
          remedy: `Raise the limit to ${format(request)}, or lower the request.`,
        }),
      );
    }
  });
  return findings;
}
