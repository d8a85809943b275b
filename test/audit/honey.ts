/** The cluster of the policy page as its API server tells it: a known-good one, which tests spoil in one place. */
import type { ClusterFacts } from "../../facts/clusterFacts.ts";
import { nodeFacts, quotaFacts } from "../../facts/liveNode.ts";
import { podFacts } from "../../facts/livePod.ts";
import { runnerFacts } from "../../facts/liveRunner.ts";
import { scaleSetFacts } from "../../facts/liveScaleSet.ts";

// biome-ignore lint/suspicious/noExplicitAny: objects of an API server, which tests change at will
export type KubeObject = any;

export interface Objects {
  autoscalingrunnersets: KubeObject[];
  ephemeralrunners: KubeObject[];
  nodes: KubeObject[];
  resourcequotas: KubeObject[];
  pods: KubeObject[];
}

const KVM = { "capability.tinyland.dev/kvm": "true" };
const EXPANSION = { key: "dedicated.tinyland.dev/compute-expansion", value: "true", effect: "NoSchedule" };
export const IMAGE = "ghcr.io/actions/actions-runner:latest";

export function node(
  name: string,
  allocatable: object,
  labels: object = {},
  taints: object[] = [],
): KubeObject {
  return {
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
    spec: { taints },
    status: { allocatable, capacity: allocatable, conditions: [{ type: "Ready", status: "True" }] },
  };
}

export function scaleSet(
  name: string,
  url: string,
  maxRunners: number,
  pod: object,
  labels?: string[],
): KubeObject {
  return {
    apiVersion: "actions.github.com/v1alpha1",
    kind: "AutoscalingRunnerSet",
    metadata: { name, namespace: `arc-${name}` },
    spec: {
      githubConfigUrl: url,
      githubConfigSecret: "github-config",
      runnerScaleSetName: name,
      runnerScaleSetLabels: labels ?? ["tinyland-nix-kvm"],
      minRunners: 0,
      maxRunners,
      template: { spec: pod },
    },
  };
}

export function runnerPod(requests: object, limits: object, more: object = {}): KubeObject {
  return { containers: [{ name: "runner", image: IMAGE, resources: { requests, limits } }], ...more };
}

const small = () =>
  runnerPod(
    { cpu: "2", memory: "8Gi" },
    { cpu: "8", memory: "16Gi" },
    { nodeSelector: { ...KVM, "kubernetes.io/hostname": "honey" } },
  );

/** As recorded by the default stack, with nothing running. */
export function honey(): Objects {
  return {
    autoscalingrunnersets: [
      scaleSet("tinyland-nix-kvm", "https://github.com/tinyland-inc", 1, small()),
      scaleSet("jesssullivan-nix-kvm", "https://github.com/Jesssullivan/jesssullivan-infra", 1, small()),
      scaleSet(
        "jesssullivan-nix-vm-test-kvm",
        "https://github.com/Jesssullivan/nix-vm-test",
        2,
        runnerPod(
          { cpu: "4", memory: "32Gi", "ephemeral-storage": "24Gi" },
          { cpu: "8", memory: "64Gi", "ephemeral-storage": "40Gi" },
          { nodeSelector: KVM, tolerations: [{ ...EXPANSION, operator: "Equal" }] },
        ),
      ),
    ],
    ephemeralrunners: [],
    nodes: [
      node("honey", allocatable("32", "219.81Gi", "1384.60Gi"), KVM),
      node("sting", allocatable("32", "54.68Gi", "66.32Gi"), KVM, [EXPANSION]),
      node("bumble", allocatable("4", "15.06Gi", "66.44Gi")),
    ],
    resourcequotas: [
      envelope("tinyland-nix-kvm", ONE_SMALL),
      envelope("jesssullivan-nix-kvm", ONE_SMALL),
      envelope("jesssullivan-nix-vm-test-kvm", {
        pods: "2",
        "requests.cpu": "8",
        "requests.memory": "64Gi",
        "requests.ephemeral-storage": "48Gi",
        "limits.cpu": "16",
        "limits.memory": "128Gi",
        "limits.ephemeral-storage": "80Gi",
      }),
    ],
    pods: [],
  };
}

const ONE_SMALL = {
  pods: "1",
  "requests.cpu": "2",
  "requests.memory": "8Gi",
  "limits.cpu": "8",
  "limits.memory": "16Gi",
};

/** The quota that the program puts on the namespace of a scale set. */
function envelope(set: string, hard: object): KubeObject {
  return { metadata: { name: "envelope", namespace: `arc-${set}` }, spec: { hard } };
}

function allocatable(cpu: string, memory: string, storage: string): object {
  return { cpu, memory, "ephemeral-storage": storage, pods: "110" };
}

/** A runner of a scale set and its pod. */
export function runner(
  set: string,
  name: string,
  status: object,
  created = "2026-05-06T11:00:00Z",
): KubeObject {
  return {
    metadata: { name, namespace: `arc-${set}`, labels: runnerLabels(set), creationTimestamp: created },
    status,
  };
}

export function runnerLabels(set: string): object {
  return {
    "actions.github.com/scale-set-name": set,
    "actions.github.com/scale-set-namespace": `arc-${set}`,
    "actions-ephemeral-runner": "True",
  };
}

export function pod(
  namespace: string,
  name: string,
  spec: object,
  status: object = {},
  labels: object = {},
): KubeObject {
  return { metadata: { name, namespace, labels }, spec, status: { phase: "Running", ...status } };
}

/** What is read of the objects. */
export function factsOf(objects: Objects): ClusterFacts {
  return {
    scaleSets: objects.autoscalingrunnersets.map(scaleSetFacts),
    runners: objects.ephemeralrunners.map(runnerFacts),
    nodes: objects.nodes.map(nodeFacts),
    quotas: objects.resourcequotas.map(quotaFacts),
    pods: objects.pods.map(podFacts),
  };
}
