import { type Finding, finding } from "../../model/finding.ts";
import { formatBytes, formatCpu } from "../../model/format.ts";
import { type Container, type InitContainer, MODE_CONTAINERS, type ScaleSet } from "../../model/scaleset.ts";
import type { Envelope } from "../capacity.ts";
import { listNames } from "../host/names.ts";
import { type PodFigures, podLimits, podRequests } from "./podRequest.ts";

/** What one pod of a runner asks the scheduler for, and the limits it may grow to. */
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
  /** Bytes; 0 if no container states it. */
  readonly ephemeralLimit: number;
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
  const missing = missingFigures(set);
  const figures = podFigures(set);
  const apart = set.containerMode === "kubernetes-novolume";
  const pods = apart
    ? figures.map((pod, i) => podDemand(i === 0 ? "runner" : "workflow", [pod]))
    : [podDemand("runner", figures)];
  return {
    requests: envelopeOf(set, "requests", figures.map(podRequests)),
    limits: envelopeOf(set, "limits", figures.map(podLimits)),
    pods: missing.length === 0 ? pods : null,
    missing,
  };
}

/** The pods of a runner with their figures: the runner's own, and the workflow pod of the kubernetes modes. */
export function podFigures({
  containerMode,
  containers,
  initContainers,
  runtimeClass,
}: ScaleSet): PodFigures[] {
  const overhead = runtimeClass?.overhead ?? {};
  const started = initContainers.map((c) => ({ ...figuresOf(c), sidecar: c.sidecar }));
  if (!MODE_CONTAINERS[containerMode].includes("workflow"))
    return [{ containers: containers.map(figuresOf), initContainers: started, overhead }];
  const runner = containers.filter((c) => c.name !== "workflow").map(figuresOf);
  const workflow = containers.filter((c) => c.name === "workflow").map(figuresOf);
  return [
    { containers: runner, initContainers: started, overhead },
    { containers: workflow, overhead },
  ];
}

function figuresOf({ requests, limits }: Pick<Container, "requests" | "limits">) {
  return { requests: { ...requests, ephemeralStorage: ephemeralRequest({ requests, limits }) }, limits };
}

/** As Kubernetes defaults it: a limit without a request is the request. */
export function ephemeralRequest({
  requests,
  limits,
}: Pick<Container, "requests" | "limits">): number | undefined {
  return requests.ephemeralStorage ?? limits.ephemeralStorage;
}

/** The demand of pods that are placed together. */
function podDemand(role: PodDemand["role"], pods: readonly PodFigures[]): PodDemand {
  const requests = pods.map(podRequests);
  const limits = pods.map(podLimits);
  return {
    role,
    cpu: sumOf(requests, "cpu"),
    memory: sumOf(requests, "memory"),
    ephemeralStorage: sumOf(requests, "ephemeralStorage"),
    pods: pods.length,
    memoryLimit: sumOf(limits, "memory"),
    ephemeralLimit: sumOf(limits, "ephemeralStorage"),
  };
}

function missingFigures(set: ScaleSet): string[] {
  const listed = new Set(set.containers.map((c) => c.name));
  return [
    ...MODE_CONTAINERS[set.containerMode].filter((n) => !listed.has(n)).map((n) => `container ${n}`),
    ...everyContainer(set).flatMap((c) => [
      ...(c.requests.cpu === undefined ? [`cpu request of container ${c.name}`] : []),
      ...(c.requests.memory === undefined ? [`memory request of container ${c.name}`] : []),
      ...(c.limits.memory === undefined ? [`memory limit of container ${c.name}`] : []),
    ]),
  ];
}

/** The containers of a runner, init containers included. */
export function everyContainer(set: ScaleSet): readonly (Container | InitContainer)[] {
  return [...set.containers, ...set.initContainers];
}

/** CPU and memory are unknown if a container lacks them; of ephemeral storage what is stated is summed. */
function envelopeOf(
  set: ScaleSet,
  kind: "requests" | "limits",
  pods: readonly Readonly<Record<string, number>>[],
): Envelope {
  const known = (figure: "cpu" | "memory") =>
    everyContainer(set).some((c) => c[kind][figure] === undefined) ? null : sumOf(pods, figure);
  const isStored = pods.some((pod) => pod.ephemeralStorage !== undefined);
  return {
    cpu: known("cpu"),
    memory: known("memory"),
    ephemeralStorage: isStored ? sumOf(pods, "ephemeralStorage") : null,
  };
}

function sumOf(pods: readonly Readonly<Record<string, number>>[], figure: string): number {
  return pods.reduce((sum, pod) => sum + (pod[figure] ?? 0), 0);
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
  const unlimited = everyContainer(set)
    .filter((c) => c.limits.cpu === undefined)
    .map((c) => c.name);
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
