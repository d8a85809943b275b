import { describe, expect, it } from "vitest";
import {
  type KubeObject,
  node,
  type Objects,
  pod,
  runner,
  runnerLabels,
  runnerPod,
  scaleSet,
} from "./honey.ts";
import { type Change, container, report, spec } from "./run.ts";

describe("what differs", () => {
  const CHANGES: readonly [string, Change, string][] = [
    [
      "a maximum",
      (o) => {
        spec(o, 0).maxRunners = 2;
      },
      "Scale set honey/tinyland-nix-kvm: maximum: declared is 1, live is 2.",
    ],
    [
      "a minimum",
      (o) => {
        spec(o, 0).minRunners = 1;
      },
      "Scale set honey/tinyland-nix-kvm: minimum: declared is 0, live is 1.",
    ],
    [
      "a scope",
      (o) => {
        spec(o, 0).githubConfigUrl = "https://ghe.example/tinyland-inc";
      },
      "Scale set honey/tinyland-nix-kvm: scope: declared is tinyland-inc, live is ghe.example/tinyland-inc.",
    ],
    [
      "labels",
      (o) => {
        spec(o, 0).runnerScaleSetLabels = ["tinyland-kvm"];
      },
      "Scale set honey/tinyland-nix-kvm: labels: declared is tinyland-nix-kvm, live is tinyland-kvm.",
    ],
    [
      "a selector",
      (o) => {
        spec(o, 0).template.spec.nodeSelector = { "capability.tinyland.dev/kvm": "true" };
      },
      "Scale set honey/tinyland-nix-kvm: node selector: declared is honey plus capability.tinyland.dev/kvm=true, live is capability.tinyland.dev/kvm=true.",
    ],
    [
      "a toleration",
      (o) => {
        spec(o, 0).template.spec.tolerations = [{ operator: "Exists" }];
      },
      "Scale set honey/tinyland-nix-kvm: tolerations: declared is none, live is every taint.",
    ],
    [
      "a runner group",
      (o) => {
        spec(o, 0).runnerGroup = "kvm";
      },
      "Scale set honey/tinyland-nix-kvm: runner group: declared is default, live is kvm.",
    ],
    [
      "a container mode",
      (o) => {
        spec(o, 0).template.spec.initContainers = [
          { ...container(o, 0), name: "dind", restartPolicy: "Always" },
        ];
      },
      "Scale set honey/tinyland-nix-kvm: container mode: declared is none, live is dind.",
    ],
    [
      "an image",
      (o) => {
        container(o, 0).image = "runner:old";
      },
      "Scale set honey/tinyland-nix-kvm: image: declared is ghcr.io/actions/actions-runner:latest, live is runner:old.",
    ],
    [
      "requests",
      (o) => {
        container(o, 0).resources.requests.memory = "9Gi";
      },
      "Scale set honey/tinyland-nix-kvm: requests: declared is 2 CPU, 8Gi, live is 2 CPU, 9Gi.",
    ],
    [
      "limits",
      (o) => {
        container(o, 0).resources.limits.cpu = "4";
      },
      "Scale set honey/tinyland-nix-kvm: limits: declared is 8 CPU, 16Gi, live is 4 CPU, 16Gi.",
    ],
    [
      "a scale set that is missing",
      (o) => {
        o.autoscalingrunnersets.shift();
      },
      "Scale set honey/tinyland-nix-kvm is declared and not in the cluster.",
    ],
    [
      "a scale set that is being deleted",
      (o) => {
        o.autoscalingrunnersets[0].metadata.deletionTimestamp = "2026-05-06T11:00:00Z";
      },
      "Scale set honey/tinyland-nix-kvm is being deleted, and starts no further runner.",
    ],
    [
      "a scale set without resources",
      (o) => {
        container(o, 0).resources = {};
      },
      "Scale set honey/tinyland-nix-kvm cannot be proven to fit: it states no cpu request of container runner, no memory request of container runner, no memory limit of container runner.",
    ],
    [
      "a scale set without maximum",
      (o) => {
        spec(o, 0).maxRunners = undefined;
      },
      "Scale set honey/tinyland-nix-kvm cannot be proven to fit: it states no maxRunners, so ARC starts as many as there are jobs.",
    ],
    [
      "a quantity that is none",
      (o) => {
        container(o, 0).resources.requests.memory = "8 Gigs";
      },
      'Scale set honey/tinyland-nix-kvm cannot be proven to fit: `template.spec.containers[0].resources.requests.memory` is "8 Gigs", expected a quantity, like "1.5Gi", "1e3", "100m" or "2k"; there is no unit "Gigs".',
    ],
    [
      "a quantity that is no text",
      (o) => {
        container(o, 0).resources.requests.memory = { Gi: 8 };
      },
      'Scale set honey/tinyland-nix-kvm cannot be proven to fit: `template.spec.containers[0].resources.requests.memory` is {"Gi":8}, expected a quantity.',
    ],
    [
      "an affinity",
      (o) => {
        const expressions = [
          { key: "disk", operator: "In", values: ["ssd", "nvme"] },
          { key: "old", operator: "DoesNotExist" },
        ];
        const required = { nodeSelectorTerms: [{ matchExpressions: expressions }] };
        spec(o, 0).template.spec.affinity = {
          nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required },
        };
      },
      "Scale set honey/tinyland-nix-kvm: affinity: declared is none, live is disk In (ssd, nvme) and old DoesNotExist.",
    ],
    [
      "a priority class",
      (o) => {
        spec(o, 0).template.spec.priorityClassName = "ci";
      },
      "Scale set honey/tinyland-nix-kvm: priority class: declared is none, live is ci.",
    ],
    [
      "a runtime class",
      (o) => {
        spec(o, 0).template.spec.runtimeClassName = "kata";
      },
      "Scale set honey/tinyland-nix-kvm cannot be proven to fit: the fleet does not declare what its runtime class kata costs a pod.",
    ],
    [
      "an affinity between pods",
      (o) => {
        spec(o, 0).template.spec.affinity = {
          podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{}] },
        };
      },
      "Scale set honey/tinyland-nix-kvm cannot be proven to fit: affinity.podAntiAffinity is not judged.",
    ],
    [
      "a device",
      (o) => {
        container(o, 0).resources.limits["devices.example/kvm"] = "1";
      },
      "Scale set honey/tinyland-nix-kvm cannot be proven to fit: requests of devices.example/kvm is not judged.",
    ],
    [
      "a workflow pod",
      (o) => {
        container(o, 0).env = [
          { name: "ACTIONS_RUNNER_CONTAINER_HOOKS", value: "/home/runner/k8s/index.js" },
        ];
      },
      "Scale set honey/tinyland-nix-kvm cannot be proven to fit: its workflow pod's figures are in no object that is read, and the fleet does not declare them.",
    ],
    [
      "a scale set that nobody declared",
      (o) => {
        o.autoscalingrunnersets.push(
          scaleSet(
            "extra",
            "https://github.com/acme",
            0,
            runnerPod({ cpu: "1", memory: "1Gi" }, { memory: "1Gi" }),
          ),
        );
      },
      "Scale set honey/extra is live (in namespace arc-extra, for acme) and not declared.",
    ],
    [
      "a node that is gone",
      (o) => {
        o.nodes.pop();
      },
      "Node honey/bumble is declared and not in the cluster.",
    ],
    [
      "a node that nobody budgeted",
      (o) => {
        o.nodes.push(
          node(
            "fresh",
            { cpu: "8", memory: "32Gi", pods: "110" },
            { "kubernetes.io/hostname": "honey", "capability.tinyland.dev/kvm": "true" },
          ),
        );
      },
      "Node honey/fresh is live and not declared, and runners of tinyland-nix-kvm, jesssullivan-nix-kvm, jesssullivan-nix-vm-test-kvm may land on it.",
    ],
    [
      "a cordon",
      (o) => {
        o.nodes[1].spec.unschedulable = true;
      },
      "Node honey/sting is cordoned.",
    ],
    [
      "a node that is not ready",
      (o) => {
        o.nodes[0].status.conditions = [
          { type: "Ready", status: "Unknown" },
          { type: "DiskPressure", status: "True" },
        ];
      },
      "Node honey/honey is not ready, under disk pressure.",
    ],
    [
      "less memory",
      (o) => {
        o.nodes[0].status.allocatable.memory = "200Gi";
      },
      "Node honey/honey: allocatable memory: declared is 219.81Gi, live is 200Gi.",
    ],
    [
      "a half-readable node",
      (o) => {
        o.nodes[0].status.allocatable.memory = undefined;
      },
      "Node honey/honey: allocatable memory: declared is 219.81Gi, live is not told.",
    ],
    [
      "a label that is gone",
      (o) => {
        o.nodes[1].metadata.labels = {};
      },
      "Node honey/sting: labels: declared is capability.tinyland.dev/kvm=true, kubernetes.io/hostname=sting, live is kubernetes.io/hostname=sting.",
    ],
    [
      "a taint that is gone",
      (o) => {
        o.nodes[1].spec.taints = [];
      },
      "Node honey/sting: taints: declared is dedicated.tinyland.dev/compute-expansion=true:NoSchedule, live is none.",
    ],
    [
      "a quota that is too small",
      (o) => {
        o.resourcequotas.push({
          metadata: { name: "envelope", namespace: "arc-jesssullivan-nix-vm-test-kvm" },
          spec: { hard: { pods: "1", "requests.memory": "64Gi" } },
        });
      },
      "Quota honey/arc-jesssullivan-nix-vm-test-kvm/envelope holds pods 1 pods, and all runners at maximum need 2 pods.",
    ],
    [
      "a failed runner",
      (o) => {
        o.ephemeralrunners.push(
          runner("tinyland-nix-kvm", "r-1", {
            phase: "Failed",
            reason: "TooManyPodFailures",
            message: "Pod has failed to start more than 5 times: \u001b[31mboom",
          }),
        );
      },
      "Scale set honey/tinyland-nix-kvm has lost 1 of 1 slots (failed): TooManyPodFailures: Pod has failed to start more than 5 times: ?[31mboom.",
    ],
    [
      "an outdated scale set",
      (o) => {
        o.autoscalingrunnersets[0].status = { phase: "Outdated" };
      },
      "Scale set honey/tinyland-nix-kvm has lost 1 of 1 slots (outdated): ARC has switched the scale set off: GitHub takes the runner version of its image no more.",
    ],
  ];

  it.each(CHANGES)("sees %s", async (_, change, message) => {
    const { findings, verdict, code } = await report(change);
    expect(findings.map((f: KubeObject) => f.message)).toContain(message);
    expect([verdict, code]).toEqual(["differs", 1]);
  });

  it.each<[string, Change]>([
    ["a request", (o) => Object.assign(container(o, 0).resources.requests, { memory: "8 Gigs" })],
    ["a limit", (o) => Object.assign(container(o, 0).resources.limits, { memory: "-16Gi" })],
    ["a maximum", (o) => Object.assign(spec(o, 0), { maxRunners: "many" })],
    ["a minimum", (o) => Object.assign(spec(o, 0), { minRunners: -1 })],
  ])("tells %s that cannot be read once, and nothing that follows from it", async (_, change) => {
    const { findings } = await report(change);
    const own = findings.filter((f: KubeObject) => f.message.includes("honey/tinyland-nix-kvm"));
    expect(own.map((f: KubeObject) => f.rule)).toEqual(["audit/envelope"]);
    expect(own[0].message).toContain(", expected a ");
  });

  const VM_TEST = "jesssullivan-nix-vm-test-kvm";
  const waiting =
    (status: object, phase = "Pending") =>
    (o: Objects) => {
      o.ephemeralrunners.push(runner(VM_TEST, "r-1", { phase: "Pending" }, "2026-05-06T11:50:00Z"));
      o.pods.push(
        pod(`arc-${VM_TEST}`, "r-1", runnerPod({}, {}), { phase, ...status }, runnerLabels(VM_TEST)),
      );
    };
  it.each<[string, Change, string]>([
    [
      "the scheduler",
      waiting({
        conditions: [
          {
            type: "PodScheduled",
            status: "False",
            reason: "Unschedulable",
            message: "0/3 nodes are available: 3 Insufficient memory.",
          },
        ],
      }),
      "Unschedulable: 0/3 nodes are available: 3 Insufficient memory.",
    ],
    [
      "the kubelet",
      waiting({
        containerStatuses: [
          {
            name: "runner",
            state: { waiting: { reason: "ImagePullBackOff", message: 'Back-off pulling image "x"' } },
          },
        ],
      }),
      'ImagePullBackOff: Back-off pulling image "x"',
    ],
    [
      "an init container",
      waiting({
        initContainerStatuses: [{ name: "dind", state: { waiting: { reason: "CrashLoopBackOff" } } }],
      }),
      "CrashLoopBackOff",
    ],
    [
      "a pod that failed",
      waiting(
        {
          containerStatuses: [
            { name: "runner", state: { terminated: { exitCode: 137, reason: "OOMKilled" } } },
          ],
        },
        "Failed",
      ),
      "Failed: container runner ended with exit code 137 (OOMKilled)",
    ],
    [
      "a pod that was evicted",
      waiting({ reason: "Evicted", message: "The node was low on resource: ephemeral-storage." }, "Failed"),
      "Evicted: The node was low on resource: ephemeral-storage.",
    ],
    [
      "the quota",
      (o) => {
        o.ephemeralrunners.push(runner(VM_TEST, "r-1", { phase: "Pending" }));
        o.resourcequotas.push({
          metadata: { name: "envelope", namespace: `arc-${VM_TEST}` },
          spec: {},
          status: { hard: { "limits.memory": "128Gi" }, used: { "limits.memory": "96Gi" } },
        });
      },
      "it has no pod: quota envelope is used up: limits.memory 96Gi of 128Gi",
    ],
    [
      "nobody",
      (o) => {
        o.ephemeralrunners.push(runner(VM_TEST, "r-1", {}));
      },
      "it has no pod",
    ],
  ])("tells why a slot is lost: %s", async (_, change, cause) => {
    const { lost, scaleSets } = await report(change);
    expect(lost).toEqual([
      { context: "honey", scaleSet: VM_TEST, phase: "pending", slots: 1, cause, runners: ["r-1"] },
    ]);
    expect(scaleSets[2].runners).toEqual({ running: 0, pending: 1, failed: 0 });
  });

  it("counts a pending runner only after its time, and tolerates what it is told to", async () => {
    const fresh: Change = (o) => {
      o.ephemeralrunners.push(runner(VM_TEST, "r-1", { phase: "Pending" }, "2026-05-06T11:56:00Z"));
    };
    expect(await report(fresh)).toMatchObject({ lost: [], code: 0 });
    expect(await report(fresh, ["--pending", "4"])).toMatchObject({ lost: [{ slots: 1 }], code: 1 });
    expect(await report(fresh, ["--pending", "4", "--tolerate", "1"])).toMatchObject({
      lost: [{ slots: 1 }],
      code: 0,
    });
  });
});
