import { describe, expect, test } from "vitest";
import { arcValues } from "../../components/arcValues.ts";
import { defaultResources, quotaHard } from "../../components/quota.ts";
import { workflowPod } from "../../components/workflowPod.ts";
import { aScaleSet } from "./fixtures.ts";

const references = {
  githubSecret: "github-config",
  controller: { namespace: "arc-systems", name: "arc-gha-rs-controller" },
  workflowConfigMap: "s-workflow-pod",
};

const runnerFigures = {
  requests: { cpu: "500m", memory: "1Gi", "ephemeral-storage": "2Gi" },
  limits: { cpu: "1", memory: "1536Mi", "ephemeral-storage": "3Gi" },
};
const runner = {
  name: "runner" as const,
  requests: { cpu: "500m", memory: "1Gi", ephemeralStorage: "2Gi" },
  limits: { cpu: "1", memory: "1536Mi", ephemeralStorage: "3Gi" },
};
const second = {
  requests: { cpu: "2", memory: "4Gi", ephemeralStorage: "10Gi" },
  limits: { cpu: "4", memory: "8Gi", ephemeralStorage: "20Gi" },
};
const secondFigures = {
  requests: { cpu: "2", memory: "4Gi", "ephemeral-storage": "10Gi" },
  limits: { cpu: "4", memory: "8Gi", "ephemeral-storage": "20Gi" },
};

const common = {
  githubConfigUrl: "https://github.com/o/r",
  githubConfigSecret: "github-config",
  runnerGroup: "default",
  runnerScaleSetName: "s",
  scaleSetLabels: ["l"],
  minRunners: 0,
  maxRunners: 2,
  controllerServiceAccount: { namespace: "arc-systems", name: "arc-gha-rs-controller" },
};

describe("mode none", () => {
  test("is the bare runner", () => {
    expect(arcValues(aScaleSet(), references)).toEqual({
      ...common,
      template: {
        spec: {
          restartPolicy: "Never",
          containers: [
            { name: "runner", image: "runner:1", command: ["/home/runner/run.sh"], resources: runnerFigures },
          ],
        },
      },
    });
  });

  test("takes the container's own image and command", () => {
    const set = aScaleSet({ containers: [{ ...runner, image: "mine:2", command: ["/run"] }] });
    expect(arcValues(set, references).template.spec.containers[0]).toMatchObject({
      image: "mine:2",
      command: ["/run"],
    });
  });
});

describe("placement and init containers", () => {
  const set = (change: Parameters<typeof aScaleSet>[0] = {}) =>
    aScaleSet({
      affinity: {
        required: [
          {
            matchExpressions: [
              { key: "zone", operator: "In", values: ["a"] },
              { key: "gpu", operator: "DoesNotExist" },
            ],
          },
        ],
      },
      initContainers: [
        { name: "warm", image: "warm:1", command: ["/warm"], ...second },
        { name: "proxy", image: "proxy:1", sidecar: true, ...second },
      ],
      runtimeClass: { name: "kata", overhead: { cpu: "1", memory: "1Gi" } },
      ...change,
    });
  const placed = {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                { key: "zone", operator: "In", values: ["a"] },
                { key: "gpu", operator: "DoesNotExist" },
              ],
            },
          ],
        },
      },
    },
    runtimeClassName: "kata",
  };
  const initContainers = [
    { name: "warm", image: "warm:1", command: ["/warm"], resources: secondFigures },
    { name: "proxy", image: "proxy:1", restartPolicy: "Always", resources: secondFigures },
  ];

  test("are in the runner pod, overhead is left to the API server", () => {
    expect(arcValues(set(), references).template.spec).toMatchObject({ ...placed, initContainers });
    expect(arcValues(set(), references).template.spec).not.toHaveProperty("overhead");
  });

  test("come before ARC's own containers of mode dind", () => {
    const dind = set({ containerMode: "dind", containers: [runner, { name: "dind", ...second }] });
    const { spec } = arcValues(dind, references).template;
    expect(spec.initContainers?.slice(0, 2)).toEqual(initContainers);
    expect(spec.initContainers?.slice(2).map((c) => c.name)).toEqual(["init-dind-externals", "dind"]);
  });

  test("of the workflow pod are the runner's, without its init containers", () => {
    const hooked = set({
      containerMode: "kubernetes",
      containers: [runner, { name: "workflow", ...second }],
    });
    expect(workflowPod(hooked)).toEqual({
      spec: { ...placed, containers: [{ name: "$job", resources: secondFigures }] },
    });
    expect(arcValues(hooked, references).template.spec.initContainers).toEqual(initContainers);
  });

  test("get no default that the quota does not ask for: the scheduler would count it", () => {
    const bare = { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } };
    expect(defaultResources(set({ initContainers: [{ name: "warm", image: "warm:1", ...bare }] }))).toEqual({
      type: "Container",
      defaultRequest: { cpu: "500m", memory: "1Gi" },
      default: { memory: "1536Mi" },
    });
  });

  test("are in the quota as the scheduler counts them", () => {
    expect(quotaHard(set())).toEqual({
      pods: "2",
      "requests.cpu": "7",
      "requests.memory": "12Gi",
      "requests.ephemeral-storage": "24Gi",
      "limits.cpu": "12",
      "limits.memory": "21Gi",
      "limits.ephemeral-storage": "46Gi",
    });
  });
});

describe("mode dind", () => {
  const set = aScaleSet({ containerMode: "dind", containers: [runner, { name: "dind", ...second }] });

  test("is written out whole, without the chart's own mode", () => {
    expect(arcValues(set, references)).toEqual({
      ...common,
      template: {
        spec: {
          restartPolicy: "Never",
          initContainers: [
            {
              name: "init-dind-externals",
              image: "runner:1",
              command: ["cp", "-r", "/home/runner/externals/.", "/home/runner/tmpDir/"],
              resources: runnerFigures,
              volumeMounts: [{ name: "dind-externals", mountPath: "/home/runner/tmpDir" }],
            },
            {
              name: "dind",
              image: "docker:dind",
              args: ["dockerd", "--host=unix:///var/run/docker.sock", "--group=$(DOCKER_GROUP_GID)"],
              env: [{ name: "DOCKER_GROUP_GID", value: "123" }],
              securityContext: { privileged: true },
              restartPolicy: "Always",
              startupProbe: {
                exec: { command: ["docker", "info"] },
                initialDelaySeconds: 0,
                failureThreshold: 24,
                periodSeconds: 5,
              },
              resources: secondFigures,
              volumeMounts: [
                { name: "work", mountPath: "/home/runner/_work" },
                { name: "dind-sock", mountPath: "/var/run" },
                { name: "dind-externals", mountPath: "/home/runner/externals" },
              ],
            },
          ],
          containers: [
            {
              name: "runner",
              image: "runner:1",
              command: ["/home/runner/run.sh"],
              env: [
                { name: "DOCKER_HOST", value: "unix:///var/run/docker.sock" },
                { name: "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS", value: "120" },
              ],
              resources: runnerFigures,
              volumeMounts: [
                { name: "work", mountPath: "/home/runner/_work" },
                { name: "dind-sock", mountPath: "/var/run" },
              ],
            },
          ],
          volumes: [
            { name: "work", emptyDir: {} },
            { name: "dind-sock", emptyDir: {} },
            { name: "dind-externals", emptyDir: {} },
          ],
        },
      },
    });
  });

  test("counts runner and sidecar in the quota", () => {
    expect(quotaHard(set)).toEqual({
      pods: "2",
      "requests.cpu": "5",
      "requests.memory": "10Gi",
      "requests.ephemeral-storage": "24Gi",
      "limits.cpu": "10",
      "limits.memory": "19Gi",
      "limits.ephemeral-storage": "46Gi",
    });
  });
});

describe.each([
  {
    mode: "kubernetes" as const,
    hooks: "/home/runner/k8s/index.js",
    containerMode: {
      type: "kubernetes",
      kubernetesModeWorkVolumeClaim: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "2Gi" } },
      },
    },
    mounts: [{ name: "work", mountPath: "/home/runner/_work" }],
    image: [],
  },
  {
    mode: "kubernetes-novolume" as const,
    hooks: "/home/runner/k8s-novolume/index.js",
    containerMode: { type: "kubernetes-novolume" },
    mounts: [],
    image: [{ name: "ACTIONS_RUNNER_IMAGE", value: "runner:1" }],
  },
])("mode $mode", ({ mode, hooks, containerMode, mounts, image }) => {
  const toleration = { key: "t", operator: "Exists" as const };
  const set = aScaleSet({
    containerMode: mode,
    selector: { zone: "a" },
    tolerations: [toleration],
    containers: [runner, { name: "workflow", ...second }],
  });

  test("keeps the chart's mode, and renders the runner whole", () => {
    expect(arcValues(set, references)).toEqual({
      ...common,
      containerMode,
      template: {
        spec: {
          nodeSelector: { zone: "a" },
          tolerations: [toleration],
          restartPolicy: "Never",
          containers: [
            {
              name: "runner",
              image: "runner:1",
              command: ["/home/runner/run.sh"],
              env: [
                { name: "ACTIONS_RUNNER_CONTAINER_HOOKS", value: hooks },
                { name: "ACTIONS_RUNNER_POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                { name: "ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER", value: "true" },
                ...image,
                {
                  name: "ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE",
                  value: "/home/runner/workflow-pod/template.yaml",
                },
              ],
              resources: runnerFigures,
              volumeMounts: [
                ...mounts,
                { name: "workflow-pod", mountPath: "/home/runner/workflow-pod", readOnly: true },
              ],
            },
          ],
          volumes: [{ name: "workflow-pod", configMap: { name: "s-workflow-pod" } }],
        },
      },
      listenerTemplate: {
        spec: {
          nodeSelector: { zone: "a" },
          tolerations: [toleration],
          containers: [{ name: "listener" }],
        },
      },
    });
  });

  test("places the workflow pod as the runner, with figures of its own", () => {
    expect(workflowPod(set)).toEqual({
      spec: {
        nodeSelector: { zone: "a" },
        tolerations: [toleration],
        containers: [{ name: "$job", resources: secondFigures }],
      },
    });
  });

  test("counts both pods, and gives containers without figures the workflow's", () => {
    expect(quotaHard(set)).toMatchObject({ pods: "4", "requests.cpu": "5", "limits.memory": "19Gi" });
    expect(defaultResources(set)).toEqual({
      type: "Container",
      defaultRequest: secondFigures.requests,
      default: secondFigures.limits,
    });
  });
});

test("a figure that one container lacks is no quota", () => {
  const { ephemeralStorage: _, ...requests } = second.requests;
  const set = aScaleSet({
    containerMode: "dind",
    containers: [runner, { name: "dind", ...second, requests }],
  });
  expect(Object.keys(quotaHard(set))).not.toContain("requests.ephemeral-storage");
  expect(Object.keys(quotaHard(set))).toContain("limits.ephemeral-storage");
});
