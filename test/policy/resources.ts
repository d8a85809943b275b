import { plainObject } from "../../policy/plain.ts";
import type { Resource } from "../../policy/resource.ts";

/** Known-good resources of stacks that use no component of ours; a test changes one field. */

const urn = (type: string, name: string) => `urn:pulumi:dev::test::${type}::${name}`;

const DOMAIN = "libvirt:index/domain:Domain";
const VOLUME = "libvirt:index/volume:Volume";
export const RELEASE = "kubernetes:helm.sh/v3:Release";
export const RUNNER_SET = "kubernetes:actions.github.com/v1alpha1:AutoscalingRunnerSet";
export const PLAN = "numafleet:capacity:Plan";

export function resource(type: string, name: string, inputs: object, provider: object = {}): Resource {
  return { urn: urn(type, name), type, name, inputs: plainObject(inputs), provider: plainObject(provider) };
}

/** One of the four specified VMs as a Domain: `cores` whole cores from core `first`, pinned thread by thread. */
export function domainInputs(vm: {
  name: string;
  memory: number;
  memoryUnit?: string;
  first: number;
  cores: number;
  emulator: string;
  cell: number;
}) {
  const cpus = Array.from({ length: vm.cores }, (_, i) => [vm.first + i, vm.first + i + 36]).flat();
  return {
    name: vm.name,
    type: "kvm",
    memory: vm.memory,
    memoryUnit: vm.memoryUnit ?? "MiB",
    vcpu: cpus.length,
    cpuTune: {
      vcpuPins: cpus.map((cpu, vcpu) => ({ vcpu, cpuSet: `${cpu}` })),
      emulatorPin: { cpuSet: vm.emulator },
    },
    numaTune: { memory: { mode: "strict", nodeset: `${vm.cell}` } },
  };
}

export const SLM_HEAVY = domainInputs({
  name: "k3s-worker-slm-heavy",
  memory: 120832,
  first: 0,
  cores: 16,
  emulator: "16-17,52-53",
  cell: 0,
});
export const DATA = domainInputs({
  name: "k3s-worker-data",
  memory: 61440,
  first: 18,
  cores: 6,
  emulator: "34-35,70-71",
  cell: 1,
});
export const SLM = domainInputs({
  name: "k3s-worker-slm",
  memory: 32768,
  first: 24,
  cores: 4,
  emulator: "34-35,70-71",
  cell: 1,
});
export const TASKS = domainInputs({
  name: "k3s-server-tasks",
  memory: 24576,
  first: 28,
  cores: 6,
  emulator: "34-35,70-71",
  cell: 1,
});
export const FOUR_DOMAINS = [SLM_HEAVY, DATA, SLM, TASKS];

export const domain = <Inputs extends { name: string }>(inputs: Inputs) =>
  resource(DOMAIN, inputs.name, inputs, { uri: "qemu+ssh://root@numa/system" });

export const volume = (name: string, inputs: object = {}) =>
  resource(VOLUME, name, { name, pool: "images", capacity: 40, capacityUnit: "GB", ...inputs });

const KVM = { "capability.tinyland.dev/kvm": "true" };

const runnerPod = (requests: object, limits: object, pod: object = {}) => ({
  spec: { containers: [{ name: "runner", resources: { requests, limits } }], nodeSelector: KVM, ...pod },
});

/** The specification's VM-test lane as values of ARC's chart. */
export const VM_TEST_VALUES = {
  githubConfigUrl: "https://github.com/Jesssullivan/nix-vm-test",
  scaleSetLabels: ["tinyland-nix-kvm"],
  minRunners: 0,
  maxRunners: 2,
  template: runnerPod(
    { cpu: "4", memory: "32Gi", "ephemeral-storage": "24Gi" },
    { cpu: "8", memory: "64Gi", "ephemeral-storage": "40Gi" },
    {
      tolerations: [
        {
          key: "dedicated.tinyland.dev/compute-expansion",
          operator: "Equal",
          value: "true",
          effect: "NoSchedule",
        },
      ],
    },
  ),
};

/** One of the two small lanes. */
export const smallValues = (scope: string, values: object = {}) => ({
  githubConfigUrl: `https://github.com/${scope}`,
  scaleSetLabels: ["tinyland-nix-kvm"],
  maxRunners: 1,
  template: runnerPod(
    { cpu: 2, memory: "8Gi" },
    { cpu: 8, memory: "16Gi" },
    { nodeSelector: { ...KVM, "kubernetes.io/hostname": "honey" } },
  ),
  ...values,
});

export const CHART = "oci://example.test/charts/gha-runner-scale-set";

export const release = (name: string, values: object, inputs: object = {}) =>
  resource(RELEASE, name, { name, chart: CHART, values, ...inputs });

/** What the chart makes of values, as far as capacity is concerned. */
export const runnerSet = (
  name: string,
  { scaleSetLabels, ...values }: object & { scaleSetLabels?: string[] },
) =>
  resource(RUNNER_SET, name, {
    apiVersion: "actions.github.com/v1alpha1",
    kind: "AutoscalingRunnerSet",
    metadata: { name },
    spec: { runnerScaleSetName: name, runnerScaleSetLabels: scaleSetLabels, ...values },
  });
