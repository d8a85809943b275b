/**
 * What a pod counts for as a whole, by Kubernetes' own rule (component-helpers `resource.PodRequests`, 1.36).
 * The one place that knows it: for runners that are declared, pods that run, quotas, and chart values.
 */

/**
 * Figures by resource, in the caller's names and units (cpu in millicores, memory in bytes, a device in pieces).
 * A figure that is absent counts for nothing.
 */
export type Figures = Readonly<Record<string, number | undefined>>;

/**
 * A container with its figures. The API server makes a request that is absent the limit, so whoever reads what it
 * has not seen yet does the same. Of a pod that was resized in place, Kubernetes counts the larger of `spec` and
 * what `status` says is held.
 */
export interface PodContainerFigures {
  readonly requests: Figures;
  readonly limits: Figures;
}

export interface InitContainerFigures extends PodContainerFigures {
  /** True with `restartPolicy: Always`: it runs on beside the containers. */
  readonly sidecar: boolean;
}

/** A pod as far as its figures go. */
export interface PodFigures {
  readonly containers: readonly PodContainerFigures[];
  /** In the order in which they start, which matters: a sidecar runs beside those after it. */
  readonly initContainers?: readonly InitContainerFigures[];
  /** The pod's own `resources`: a figure here stands in the place of the containers'. */
  readonly own?: PodContainerFigures;
  /** `spec.overhead`, what its runtime class costs. */
  readonly overhead?: Figures;
}

/** What the scheduler needs free on a node for the pod, and a quota counts. */
export function podRequests(pod: PodFigures): Record<string, number> {
  const requests = wholeOf(pod, "requests");
  add(requests, pod.overhead ?? {});
  return requests;
}

/** The sum that its containers may grow to. Overhead raises limits that there are, and makes none. */
export function podLimits(pod: PodFigures): Record<string, number> {
  const limits = wholeOf(pod, "limits");
  for (const [name, figure] of stated(pod.overhead ?? {})) {
    const limit = limits[name];
    if (limit !== undefined && limit > 0) limits[name] = limit + figure;
  }
  return limits;
}

/**
 * Containers and sidecars together; or more, while an init container runs beside the sidecars that started
 * before it.
 */
function wholeOf({ containers, initContainers = [], own }: PodFigures, kind: "requests" | "limits") {
  const whole: Record<string, number> = {};
  for (const container of containers) add(whole, container[kind]);
  const sidecars: Record<string, number> = {};
  const peak: Record<string, number> = {};
  for (const container of initContainers) {
    if (container.sidecar) {
      add(whole, container[kind]);
      add(sidecars, container[kind]);
      continue;
    }
    const meanwhile = { ...sidecars };
    add(meanwhile, container[kind]);
    raise(peak, meanwhile);
  }
  raise(whole, peak);
  if (own) for (const [name, figure] of stated(own[kind])) whole[name] = figure;
  return whole;
}

function add(sum: Record<string, number>, figures: Figures): void {
  for (const [name, figure] of stated(figures)) sum[name] = (sum[name] ?? 0) + figure;
}

function raise(most: Record<string, number>, figures: Figures): void {
  for (const [name, figure] of stated(figures)) most[name] = Math.max(most[name] ?? 0, figure);
}

function stated(figures: Figures): [string, number][] {
  return Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== undefined);
}
