import { podFigures } from "../../capacity/runners/envelope.ts";
import { podRequests } from "../../capacity/runners/podRequest.ts";
import { bytesQuantity, cpuQuantity } from "../../components/podResources.ts";
import { runnerPod } from "../../components/runnerPod.ts";
import { workflowPod } from "../../components/workflowPod.ts";
import type { Fleet } from "../../model/fleet.ts";
import type { ScaleSet } from "../../model/scaleset.ts";
import { callApi, deleteAll, expectOk, forEachAtOnce, listAll } from "../../tools/kube/api.ts";
import type { RunningCluster } from "../../tools/kube/cluster.ts";
import { createNode, type Placement, type PodState, verdictOf } from "../../tools/kube/nodes.ts";
import { startScheduler } from "../../tools/kube/scheduler.ts";
import type { BorderFleet } from "./borderFleets.ts";
import { daemonSpec } from "./daemonPods.ts";

/** The runners of a fleet at maximum as real pods, as the components render them, for the real scheduler. */

/** Labels that keep fleets apart on one cluster, and pin pods. No selector of a fleet's own knows them. */
const FLEET = "numafleet.test/fleet";
const NODE = "numafleet.test/node";
const RUNNERS = "numafleet.test/runners";
const PODS = "/api/v1/namespaces/default/pods";
const PAUSE = 500;

/** One of the pods that a fleet's runners are. */
export interface RunnerPod {
  readonly name: string;
  readonly set: ScaleSet;
  readonly role: "runner" | "workflow";
  /** The runner whose node this workflow pod has to be on, as it mounts that one's volume. */
  readonly beside: string | undefined;
  /** What the scheduler is to count, as capacity has it. */
  readonly requests: Readonly<Record<string, number>>;
}

export function runnerPods({ scaleSets }: Fleet): RunnerPod[] {
  return scaleSets.flatMap((set) => {
    const [own, workflow] = podFigures(set).map(podRequests);
    return Array.from({ length: set.maxRunners }, (_, i): RunnerPod[] => {
      const runner = `${set.name}-r${i}`;
      const beside = set.containerMode === "kubernetes" ? runner : undefined;
      return [
        { name: runner, set, role: "runner", beside: undefined, requests: own ?? {} },
        ...(workflow
          ? [{ name: `${set.name}-w${i}`, set, role: "workflow" as const, beside, requests: workflow }]
          : []),
      ];
    }).flat();
  });
}

/** Creates the nodes of all fleets, what runs there already, and the runtime classes. */
export async function createFleets(
  cluster: RunningCluster,
  fleets: readonly { readonly border: BorderFleet; readonly fleet: Fleet }[],
): Promise<void> {
  await forEachAtOnce(fleets, async ({ border, fleet }) => {
    for (const [n, node] of fleet.nodes.entries()) {
      const written = border.input.nodes?.[n]?.allocatable ?? {};
      await createNode(cluster, {
        name: node.name,
        labels: { ...node.labels, [FLEET]: border.name, [NODE]: node.name },
        taints: node.taints,
        unschedulable: node.unschedulable,
        // As the fleet writes them: how quantities are read is judged with the rest.
        allocatable: {
          cpu: String(written.cpu),
          memory: String(written.memory),
          "ephemeral-storage": String(written.ephemeralStorage),
          pods: String(written.pods),
        },
      });
    }
    for (const daemon of border.daemons)
      await expectOk(
        callApi(cluster, "POST", PODS, { metadata: { name: daemon.name }, spec: daemonSpec(daemon) }),
      );
    for (const { runtimeClass } of fleet.scaleSets) {
      if (runtimeClass === undefined) continue;
      const { cpu = 0, memory = 0, ephemeralStorage = 0 } = runtimeClass.overhead;
      const podFixed = {
        cpu: cpuQuantity(cpu),
        memory: bytesQuantity(memory),
        "ephemeral-storage": bytesQuantity(ephemeralStorage),
      };
      const body = { metadata: { name: runtimeClass.name }, handler: "none", overhead: { podFixed } };
      await expectOk(callApi(cluster, "POST", "/apis/node.k8s.io/v1/runtimeclasses", body));
    }
  });
}

/** A pod to be placed, anywhere in its fleet or on the one node. */
export interface PodRequest {
  readonly fleet: string;
  readonly pod: RunnerPod;
  readonly node?: string;
}

/**
 * Lets the scheduler place pods, in their order within each fleet. Workflow pods that have to be beside their
 * runner are created once that one has its node, and never if it gets none. What a scheduler refused stays
 * refused: nothing is freed meanwhile.
 */
export async function schedule(
  cluster: RunningCluster,
  requests: readonly PodRequest[],
): Promise<ReadonlyMap<string, Placement>> {
  const scheduler = await startScheduler(cluster);
  try {
    const first = requests.filter(({ pod }) => pod.beside === undefined);
    const placements = await placeAll(cluster, first);
    const second = requests.flatMap((request) => {
      const runner = placements.get(request.pod.beside ?? "");
      return runner && "node" in runner ? [{ ...request, node: request.node ?? runner.node }] : [];
    });
    return second.length === 0 ? placements : await placeAll(cluster, second);
  } finally {
    await scheduler.stop();
  }
}

/** Every pod as the API server has it: with what its admission and its defaults make of it. */
export async function podSpecs(cluster: RunningCluster): Promise<ReadonlyMap<string, object>> {
  const pods: { metadata: { name: string }; spec: object }[] = await listAll(cluster, PODS);
  return new Map(pods.map(({ metadata, spec }) => [metadata.name, spec]));
}

/** Takes the runners away; what ran before them stays. Only without a scheduler, which would see it some time later. */
export function deleteRunners(cluster: RunningCluster): Promise<void> {
  return deleteAll(cluster, `${PODS}?labelSelector=${RUNNERS}`);
}

/** Creates the pods and waits for the scheduler's verdict over all that there are. */
async function placeAll(
  cluster: RunningCluster,
  requests: readonly PodRequest[],
): Promise<ReadonlyMap<string, Placement>> {
  const byFleet = Map.groupBy(requests, ({ fleet }) => fleet);
  await forEachAtOnce([...byFleet.values()], async (ofFleet) => {
    for (const request of ofFleet) await expectOk(callApi(cluster, "POST", PODS, podOf(request)));
  });
  const waiting = `${PODS}?labelSelector=${RUNNERS}&fieldSelector=spec.nodeName%3D`;
  for (;;) {
    const pending: PodState[] = await listAll(cluster, waiting);
    if (pending.every((pod) => verdictOf(pod) !== undefined)) break;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  const pods: PodState[] = await listAll(cluster, `${PODS}?labelSelector=${RUNNERS}`);
  return new Map(pods.map((pod) => [pod.metadata.name, verdictOf(pod) as Placement]));
}

function podOf({ fleet, pod, node }: PodRequest): object {
  const spec = pod.role === "runner" ? ownPod(pod.set) : jobPod(pod.set);
  const pinned = node === undefined ? {} : { [NODE]: node };
  const nodeSelector = { ...spec.nodeSelector, [FLEET]: fleet, ...pinned };
  return { metadata: { name: pod.name, labels: { [RUNNERS]: fleet } }, spec: { ...spec, nodeSelector } };
}

/** The runner pod; its work volume of mode `kubernetes` is the chart's, a claim that needs a storage class to be bound. */
function ownPod(set: ScaleSet) {
  const spec = runnerPod(set, "workflow");
  if (set.containerMode !== "kubernetes") return spec;
  return { ...spec, volumes: [...(spec.volumes ?? []), { name: "work", emptyDir: {} }] };
}

/** The workflow pod as the runner's hooks make it of the template: the job's container gets a name and an image. */
function jobPod(set: ScaleSet) {
  const { spec } = workflowPod(set) as {
    spec: { nodeSelector?: Record<string, string>; containers: object[] };
  };
  return {
    ...spec,
    restartPolicy: "Never",
    containers: spec.containers.map((container) => ({ ...container, name: "job", image: "none" })),
  };
}
