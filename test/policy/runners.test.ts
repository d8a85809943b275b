import { describe, expect, it } from "vitest";
import { runnerEnvelope } from "../../capacity/runners/envelope.ts";
import { Facts } from "../../policy/facts.ts";
import { plainObject } from "../../policy/plain.ts";
import {
  type Declared,
  isScaleSetChart,
  scaleSetFromRelease,
  scaleSetFromRunnerSet,
} from "../../policy/resources/runners.ts";
import { runnerSet, smallValues, VM_TEST_VALUES } from "./resources.ts";

const GIB = 1024 ** 3;

function read(values: object, inputs: object = {}, declared?: ReturnType<Declared>) {
  const facts = new Facts("scale set lane");
  const set = scaleSetFromRelease(facts, plainObject({ values, ...inputs }), "lane", "honey", () => declared);
  return { set, findings: facts.findings, messages: facts.findings.map((f) => f.message) };
}

const pod = (spec: object) => ({ ...VM_TEST_VALUES, template: { spec } });
const figures = (cpu: string, memory: string) => ({
  resources: { requests: { cpu, memory }, limits: { cpu, memory } },
});

describe("isScaleSetChart", () => {
  it.each([
    "gha-runner-scale-set",
    "oci://example.test/actions/gha-runner-scale-set",
    "oci://example.test/actions/gha-runner-scale-set:0.14.2",
    "./charts/gha-runner-scale-set/",
    "/srv/gha-runner-scale-set-0.14.2.tgz",
  ])("knows %s", (chart) => {
    expect(isScaleSetChart(chart)).toBe(true);
  });

  it.each(["gha-runner-scale-set-controller", "oci://example.test/my-gha-runner-scale-set", "postgresql"])(
    "has no interest in %s",
    (chart) => {
      expect(isScaleSetChart(chart)).toBe(false);
    },
  );
});

describe("scale sets", () => {
  it("reads every figure of a release", () => {
    const { set, findings } = read(VM_TEST_VALUES);
    expect(findings).toEqual([]);
    expect(set).toEqual({
      name: "lane",
      cluster: "honey",
      scope: "Jesssullivan/nix-vm-test",
      labels: ["tinyland-nix-kvm"],
      selector: { "capability.tinyland.dev/kvm": "true" },
      tolerations: [
        {
          key: "dedicated.tinyland.dev/compute-expansion",
          operator: "Equal",
          value: "true",
          effect: "NoSchedule",
        },
      ],
      minRunners: 0,
      maxRunners: 2,
      runnerGroup: "default",
      containerMode: "none",
      image: "",
      containers: [
        {
          name: "runner",
          requests: { cpu: 4000, memory: 32 * GIB, ephemeralStorage: 24 * GIB },
          limits: { cpu: 8000, memory: 64 * GIB, ephemeralStorage: 40 * GIB },
        },
      ],
      initContainers: [],
    });
  });

  it("reads an AutoscalingRunnerSet as the release that makes it", () => {
    const facts = new Facts("scale set lane");
    const { inputs } = runnerSet("lane", VM_TEST_VALUES);
    expect(scaleSetFromRunnerSet(facts, inputs, "ignored", "honey", () => undefined)).toEqual(
      read(VM_TEST_VALUES).set,
    );
    expect(facts.findings).toEqual([]);
  });

  it("takes the name of the values, else of the release, and is its own label without others", () => {
    const { scaleSetLabels: _, ...bare } = smallValues("tinyland-inc");
    expect(read({ ...bare, runnerScaleSetName: "kvm" }).set).toMatchObject({ name: "kvm", labels: ["kvm"] });
    expect(read(bare, { name: "helm-name" }).set).toMatchObject({ name: "helm-name", labels: ["helm-name"] });
  });

  it.each([
    ["https://github.com/tinyland-inc", "tinyland-inc", undefined],
    ["https://GitHub.com/Jesssullivan/nix-vm-test/", "Jesssullivan/nix-vm-test", undefined],
    ["https://GitHub.example.test/enterprises/acme", "acme", "https://github.example.test"],
  ])("reads scope and server of %s", (githubConfigUrl, scope, server) => {
    const { set } = read({ ...VM_TEST_VALUES, githubConfigUrl });
    expect([set.scope, set.githubServer]).toEqual([scope, server]);
  });

  it("defaults a request to the limit, as the API server does", () => {
    const containers = [{ name: "runner", resources: { limits: { cpu: "2", memory: "4Gi" } } }];
    expect(read(pod({ containers })).set.containers[0]?.requests).toEqual({ cpu: 2000, memory: 4 * GIB });
  });

  it("takes what runs beside runner and dind for sidecars", () => {
    const containers = [
      { name: "runner", ...figures("1", "2Gi") },
      { name: "dind", ...figures("2", "4Gi") },
      { name: "cache", ...figures("500m", "1Gi") },
    ];
    const initContainers = [{ name: "proxy", restartPolicy: "Always", ...figures("250m", "1Gi") }];
    const { set } = read(pod({ containers, initContainers }));
    expect(set.containerMode).toBe("dind");
    expect(set.containers.map((c) => [c.name, c.requests])).toEqual([
      ["runner", { cpu: 1000, memory: 2 * GIB }],
      ["dind", { cpu: 2000, memory: 4 * GIB }],
    ]);
    expect(set.initContainers.map((c) => [c.name, c.sidecar, c.requests])).toEqual([
      ["proxy", true, { cpu: 250, memory: GIB }],
      ["cache", true, { cpu: 500, memory: GIB }],
    ]);
  });

  it("knows what a sidecar lacks", () => {
    const containers = [
      { name: "runner", ...figures("1", "2Gi") },
      { name: "cache", resources: { requests: { cpu: "1" }, limits: { cpu: "1" } } },
    ];
    expect(runnerEnvelope(read(pod({ containers })).set).missing).toEqual([
      "memory request of container cache",
      "memory limit of container cache",
    ]);
  });

  it("takes an init container without figures for none", () => {
    const containers = [{ name: "runner", ...figures("1", "2Gi") }];
    const initContainers = [{ name: "warm", ...figures("4", "1Gi") }, { name: "bare" }];
    const { requests, missing } = runnerEnvelope(read(pod({ containers, initContainers })).set);
    expect({ requests, missing }).toEqual({
      requests: { cpu: 4000, memory: 2 * GIB, ephemeralStorage: null },
      missing: [],
    });
  });

  it("counts sidecars, and Docker as one, beside the init containers that start after them", () => {
    const containers = [{ name: "runner", ...figures("1", "2Gi") }];
    const sidecar = (name: string) => ({ name, restartPolicy: "Always", ...figures("500m", "1Gi") });
    const warm = { name: "warm", ...figures("4", "8Gi") };
    const cpu = (...initContainers: object[]) =>
      runnerEnvelope(read(pod({ containers, initContainers })).set).requests.cpu;
    expect(cpu(warm, sidecar("proxy"), sidecar("dind"))).toBe(4000);
    expect(cpu(sidecar("proxy"), warm, sidecar("dind"))).toBe(4500);
    expect(cpu(sidecar("proxy"), sidecar("dind"), warm)).toBe(5000);
  });

  it.each([
    ["nodeName", { nodeName: "honey" }],
    ["topologySpreadConstraints", { topologySpreadConstraints: [{ maxSkew: 1 }] }],
    ["schedulerName", { schedulerName: "mine" }],
    ["resources", { resources: { limits: { memory: "200Gi" } } }],
    ["resourceClaims", { resourceClaims: [{ name: "gpu" }] }],
    [
      "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution",
      {
        affinity: {
          nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
        },
      },
    ],
  ])("refuses %s, which steers pods beside what is judged", (name, spec) => {
    expect(read(pod({ containers: [{ name: "runner", ...figures("1", "2Gi") }], ...spec })).messages).toEqual(
      [
        `\`values.template.spec.${name}\` of scale set lane steers its pods in a way that is not judged: it cannot be proven that it fits.`,
      ],
    );
  });

  it("refuses ports of the node, of which it has each once", () => {
    const ports = (port: object, spec: object = {}) =>
      read(pod({ containers: [{ name: "runner", ...figures("1", "2Gi"), ports: [port] }], ...spec }))
        .messages;
    const refused = [
      "`values.template.spec.containers[0].ports` of scale set lane steers its pods in a way that is not judged: it cannot be proven that it fits.",
    ];
    expect(ports({ containerPort: 80, hostPort: 80 })).toEqual(refused);
    expect(ports({ containerPort: 80 }, { hostNetwork: true })).toEqual(refused);
    expect(ports({ containerPort: 80 })).toEqual([]);
  });

  it("reads required node affinity, and refuses one that it cannot judge", () => {
    const containers = [{ name: "runner", ...figures("1", "2Gi") }];
    const required = (...nodeSelectorTerms: object[]) =>
      read(
        pod({
          containers,
          affinity: {
            nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
          },
        }),
      );
    const zone = { matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] };
    const gpu = { matchExpressions: [{ key: "gpu", operator: "DoesNotExist" }] };
    const { set, findings } = required(zone, gpu);
    expect(findings).toEqual([]);
    expect(set.affinity).toEqual({
      required: [zone, { matchExpressions: [{ key: "gpu", operator: "DoesNotExist", values: [] }] }],
    });
    const named = { matchFields: [{ key: "metadata.name", operator: "In", values: ["honey"] }] };
    expect(required(zone, named).messages).toEqual([
      "`values.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution` of scale set lane steers its pods in a way that is not judged: it cannot be proven that it fits.",
    ]);
  });

  it("takes a runtime class with the overhead that the plan declares, and refuses another", () => {
    const values = pod({
      runtimeClassName: "kata",
      containers: [{ name: "runner", ...figures("1", "2Gi") }],
    });
    const kata = { name: "kata", overhead: { memory: GIB } };
    expect(read(values, {}, { containers: [], runtimeClass: kata })).toMatchObject({
      set: { runtimeClass: kata },
      findings: [],
    });
    for (const declared of [undefined, { containers: [], runtimeClass: { ...kata, name: "gvisor" } }])
      expect(read(values, {}, declared).messages).toEqual([
        "`values.template.spec.runtimeClassName` of scale set lane steers its pods in a way that is not judged: it cannot be proven that it fits.",
      ]);
  });

  it("refuses requests that the budget's nodes do not state, and passes none of them", () => {
    const asking = (gpus: number) => {
      const { resources } = figures("1", "1Gi");
      const requests = { ...resources.requests, "nvidia.com/gpu": gpus };
      return read(pod({ containers: [{ name: "runner", resources: { ...resources, requests } }] }));
    };
    expect(asking(0).findings).toEqual([]);
    expect(asking(1).messages).toEqual([
      "`values.template.spec.containers[0].resources.requests` of scale set lane asks for nvidia.com/gpu, which the budget's nodes do not state: it cannot be proven that it fits.",
    ]);
  });

  it("refuses a toleration with an operator that it does not know", () => {
    const tolerations = [{ key: "level", operator: "Lt", value: "3" }];
    const containers = [{ name: "runner", ...figures("1", "1Gi") }];
    expect(read(pod({ containers, tolerations })).messages).toEqual([
      '`values.template.spec.tolerations[0].operator` of scale set lane is "Lt"; expected Equal or Exists.',
    ]);
  });

  it("has no objection to a preference, nor to the default scheduler", () => {
    const affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 }] } };
    expect(read(pod({ affinity, schedulerName: "default-scheduler" })).findings).toEqual([]);
  });

  it("refuses values that it does not see", () => {
    expect(read(VM_TEST_VALUES, { valueYamlFiles: [{}] }).messages).toEqual([
      "`valueYamlFiles` of scale set lane holds values that are not judged: it cannot be proven that it fits.",
    ]);
  });

  it("has no objection to a list of no files", () => {
    expect(read(VM_TEST_VALUES, { valueYamlFiles: [] }).findings).toEqual([]);
  });

  it.each([
    ["maxRunners", { maxRunners: -1 }, "-1; expected a whole number from 0"],
    ["maxRunners", { maxRunners: "many" }, '"many"; expected a whole number from 0'],
    [
      "containerMode.type",
      { containerMode: { type: "podman" } },
      '"podman"; expected one of dind, kubernetes, kubernetes-novolume',
    ],
    ["githubConfigUrl", { githubConfigUrl: 7 }, "7; expected a text"],
  ])("refuses a wrong %s", (name, values, told) => {
    expect(read({ ...VM_TEST_VALUES, ...values }).messages).toEqual([
      `\`values.${name}\` of scale set lane is ${told}.`,
    ]);
  });

  it("refuses a quantity of another form by its path", () => {
    const containers = [{ name: "runner", resources: { requests: { cpu: "2", memory: "8 GB" } } }];
    expect(read(pod({ containers })).messages).toEqual([
      '`values.template.spec.containers[0].resources.requests.memory` of scale set lane is "8 GB"; expected a quantity, like "8Gi" or "66G".',
    ]);
  });
});
