import type { Container, InitContainer, ScaleSet } from "../model/scaleset.ts";
import { type Placement, placementOf } from "./placement.ts";
import { type PodResources, podResources } from "./podResources.ts";

/**
 * The runner pod of a scale set, every container whole: Helm replaces lists, so a chart value that named
 * only the resources of a container would drop its image and command.
 *
 * Modes: `none` is the bare runner. `dind` is written out here and not left to the chart's mode, which gives
 * its Docker sidecar neither requests nor limits, so that no budget and no quota could hold. For
 * `kubernetes` and `kubernetes-novolume` the chart's mode stays on (it makes the service account and its
 * role), and the runner carries what that mode would add to it.
 * Source of images, commands and mounts: chart gha-runner-scale-set 0.14.2, templates/_helpers.tpl.
 */

/** A container in Kubernetes' own form. */
export interface PodContainer {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly securityContext?: { readonly privileged: true };
  readonly restartPolicy?: "Always";
  readonly startupProbe?: object;
  readonly resources: PodResources;
  readonly volumeMounts?: readonly VolumeMount[];
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef: { readonly fieldPath: string } };
}

interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: true;
}

/** The `template.spec` of the chart's values. */
export interface RunnerPodSpec extends Placement {
  readonly restartPolicy: "Never";
  readonly initContainers?: readonly PodContainer[];
  readonly containers: readonly PodContainer[];
  readonly volumes?: readonly object[];
}

const DIND_IMAGE = "docker:dind";
/** Group that may use Docker's socket; the runner image's user belongs to it. */
const DOCKER_GROUP = "123";
const WORK = { name: "work", mountPath: "/home/runner/_work" } as const;
const SOCKET = { name: "dind-sock", mountPath: "/var/run" } as const;
/** Name of the volume with the workflow pod's template, and where the hooks look for it. */
const HOOK_TEMPLATE = { name: "workflow-pod", mountPath: "/home/runner/workflow-pod" } as const;
export const HOOK_TEMPLATE_KEY = "template.yaml";

/** Renders the runner pod. `workflowConfigMap` names the ConfigMap that holds the workflow pod's template. */
export function runnerPod(set: ScaleSet, workflowConfigMap: string): RunnerPodSpec {
  const runner = containerOf(set, "runner");
  const placed = { ...placementOf(set), restartPolicy: "Never" } as const;
  switch (set.containerMode) {
    case "none":
      return { ...placed, ...initContainers(set), containers: [runnerContainer(set, runner, [], [])] };
    case "dind":
      return { ...placed, ...dockerPod(set, runner) };
    case "kubernetes":
    case "kubernetes-novolume":
      return { ...placed, ...hookPod(set, runner, workflowConfigMap) };
  }
}

function dockerPod(set: ScaleSet, runner: Container): Omit<RunnerPodSpec, "restartPolicy"> {
  const dind = containerOf(set, "dind");
  const externals = { name: "dind-externals" } as const;
  return {
    initContainers: [
      ...set.initContainers.map(initContainer),
      {
        name: "init-dind-externals",
        image: runner.image ?? set.image,
        command: ["cp", "-r", "/home/runner/externals/.", "/home/runner/tmpDir/"],
        // It ends before the others start, so the runner's own figures cost nothing more; a quota wants some.
        resources: podResources(runner),
        volumeMounts: [{ ...externals, mountPath: "/home/runner/tmpDir" }],
      },
      {
        name: "dind",
        image: dind.image ?? DIND_IMAGE,
        ...(dind.command === undefined
          ? { args: ["dockerd", "--host=unix:///var/run/docker.sock", "--group=$(DOCKER_GROUP_GID)"] }
          : { command: dind.command }),
        env: [{ name: "DOCKER_GROUP_GID", value: DOCKER_GROUP }],
        securityContext: { privileged: true },
        // A native sidecar (Kubernetes 1.29): it runs before the runner starts, and ends with it.
        restartPolicy: "Always",
        startupProbe: {
          exec: { command: ["docker", "info"] },
          initialDelaySeconds: 0,
          failureThreshold: 24,
          periodSeconds: 5,
        },
        resources: podResources(dind),
        volumeMounts: [WORK, SOCKET, { ...externals, mountPath: "/home/runner/externals" }],
      },
    ],
    containers: [
      runnerContainer(
        set,
        runner,
        [
          { name: "DOCKER_HOST", value: "unix:///var/run/docker.sock" },
          { name: "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS", value: "120" },
        ],
        [WORK, SOCKET],
      ),
    ],
    volumes: [
      { name: WORK.name, emptyDir: {} },
      { name: SOCKET.name, emptyDir: {} },
      { ...externals, emptyDir: {} },
    ],
  };
}

function hookPod(set: ScaleSet, runner: Container, configMap: string): Omit<RunnerPodSpec, "restartPolicy"> {
  const withVolume = set.containerMode === "kubernetes";
  const folder = withVolume ? "k8s" : "k8s-novolume";
  const env: EnvVar[] = [
    { name: "ACTIONS_RUNNER_CONTAINER_HOOKS", value: `/home/runner/${folder}/index.js` },
    { name: "ACTIONS_RUNNER_POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    // A job without a container of its own would run in the runner, past the workflow pod's figures.
    { name: "ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER", value: "true" },
    // The hooks of this mode copy the runner's files from its image.
    ...(withVolume ? [] : [{ name: "ACTIONS_RUNNER_IMAGE", value: runner.image ?? set.image }]),
    {
      name: "ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE",
      value: `${HOOK_TEMPLATE.mountPath}/${HOOK_TEMPLATE_KEY}`,
    },
  ];
  return {
    ...initContainers(set),
    containers: [
      runnerContainer(set, runner, env, [
        ...(withVolume ? [WORK] : []),
        { ...HOOK_TEMPLATE, readOnly: true },
      ]),
    ],
    // The work volume of mode `kubernetes` is the chart's own, from its volume claim.
    volumes: [{ name: HOOK_TEMPLATE.name, configMap: { name: configMap } }],
  };
}

/** The fleet's own init containers; the chart puts them before its own, and so does this. */
function initContainers(set: ScaleSet): Pick<RunnerPodSpec, "initContainers"> {
  return set.initContainers.length === 0 ? {} : { initContainers: set.initContainers.map(initContainer) };
}

function initContainer({ name, image, command, sidecar, ...figures }: InitContainer): PodContainer {
  return {
    name,
    image,
    ...(command === undefined ? {} : { command }),
    ...(sidecar ? { restartPolicy: "Always" } : {}),
    resources: podResources(figures),
  };
}

function runnerContainer(
  set: ScaleSet,
  runner: Container,
  env: readonly EnvVar[],
  volumeMounts: readonly VolumeMount[],
): PodContainer {
  return {
    name: "runner",
    image: runner.image ?? set.image,
    command: runner.command ?? ["/home/runner/run.sh"],
    ...(env.length === 0 ? {} : { env }),
    resources: podResources(runner),
    ...(volumeMounts.length === 0 ? {} : { volumeMounts }),
  };
}

/** The container's figures; one that the fleet lacks has none, and capacity refuses it for that. */
export function containerOf(set: ScaleSet, name: Container["name"]): Container {
  return set.containers.find((c) => c.name === name) ?? { name, requests: {}, limits: {} };
}
