import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import type { FleetInput } from "../../model/fleet.ts";
import { type ProgramRun, runProgram } from "./program.ts";
import { Secret } from "./recorder.ts";
import { userDataOf } from "./seed.ts";

/** One budget over all layers: host, VMs, the nodes in them, runners on these; a floating VM, and workflow pods. */

const SEED = "libvirt:index/cloudinitDisk:CloudinitDisk";
const DOMAIN = "libvirt:index/domain:Domain";
const taint = { key: "workload", value: "ci", effect: "NoSchedule" } as const;
const small = (name: "runner" | "workflow") => ({
  name,
  requests: { cpu: "100m", memory: "512Mi", ephemeralStorage: "1Gi" },
  limits: { cpu: "1", memory: "1Gi", ephemeralStorage: "1Gi" },
});

const disks = [{ name: "os", class: "ssd", size: "20 GB" } as const];

const fleet: FleetInput = {
  hosts: [
    {
      name: "lab",
      uri: "qemu:///system",
      recorded: { source: "configured", date: "2026-05-06" },
      cells: [{ id: 0, cores: ["0,4", "1,5", "2,6", "3,7"], memory: "64 GiB" }],
      reserved: { cpus: "0,4", memoryPerCell: "1 GiB" },
      pools: [{ name: "images", class: "ssd", path: "/p", capacity: "100 GB" }],
    },
  ],
  vms: [
    { name: "floats", host: "lab", vcpus: 2, memory: "4 GiB", role: "k3s-server", disks },
    {
      name: "pinned",
      host: "lab",
      vcpus: 2,
      memory: "8 GiB",
      role: "k3s-agent",
      disks,
      pins: ["1", "5"],
      emulator: "0,4",
      numa: { nodeset: "0" },
      labels: { tier: "gold" },
      taints: [taint],
    },
  ],
  nodes: [
    {
      name: "pinned-node",
      cluster: "k",
      vm: "pinned",
      recorded: { source: "detected", date: "2026-05-06" },
      allocatable: { cpu: "2", memory: "6Gi", ephemeralStorage: "8Gi", pods: 110 },
      running: { cpu: "0", memory: "0", ephemeralStorage: "0", pods: 0 },
      labels: { tier: "gold" },
      taints: [taint],
    },
    {
      name: "floats",
      cluster: "k",
      vm: "floats",
      recorded: { source: "configured", date: "2026-05-06" },
      allocatable: { cpu: "1", memory: "2Gi", ephemeralStorage: "1Gi", pods: 110 },
      running: { cpu: "0", memory: "0", ephemeralStorage: "0", pods: 0 },
      labels: { "node-role.kubernetes.io/control-plane": "true" },
    },
  ],
  scaleSets: [
    {
      name: "ci",
      cluster: "k",
      scope: "org/repo",
      labels: ["ci"],
      maxRunners: 1,
      containerMode: "kubernetes",
      selector: { tier: "gold" },
      tolerations: [{ ...taint, operator: "Equal" }],
      containers: [small("runner"), small("workflow")],
    },
  ],
};

const folder = mkdtempSync(join(tmpdir(), "numafleet-mixed-"));
afterAll(() => rmSync(folder, { recursive: true }));

let run: ProgramRun;
beforeAll(async () => {
  const file = join(folder, "fleet.json");
  writeFileSync(file, JSON.stringify(fleet));
  run = await runProgram(
    { fleet: file, today: "2026-05-07", k3sToken: "t", kubeconfig: "clusters: []", githubSecret: "app" },
    { preview: false },
  );
});

test("fits", () => {
  expect(run.errors).toEqual([]);
  expect(run.error).toBeUndefined();
});

test("patches taints and labels of the node that was detected, and of no other", () => {
  const patches = run.recorder.registrations.filter((r) => r.type === "kubernetes:core/v1:NodePatch");
  expect(patches).toHaveLength(1);
  expect(patches[0]).toMatchObject({
    name: "k/pinned-node",
    provider: "pulumi:providers:kubernetes k",
    inputs: {
      metadata: {
        name: "pinned-node",
        labels: { tier: "gold" },
        annotations: { "pulumi.com/patchForce": "true" },
      },
      spec: { taints: [taint] },
    },
  });
});

test("gives k3s the name that the cluster knows the node by", () => {
  const config = userDataOf(run.recorder.get(SEED, "pinned/cloud-init/seed"));
  expect(config.hostname).toBe("pinned");
  expect(parse(config.write_files[0].content)).toMatchObject({
    "node-name": "pinned-node",
    server: "https://floats:6443",
  });
});

test("keeps the config file of the node that has joined, and no other, up to date in its guest", () => {
  const { recorder } = run;
  const [file, ...others] = recorder.registrations.filter((r) => r.type.endsWith(":GuestFile"));
  expect(others).toEqual([]);
  const seed = recorder.get(SEED, "pinned/cloud-init/seed");
  const [text] = seed.inputs.texts as [{ content: string; kept: boolean }];
  expect(file).toMatchObject({
    name: "pinned/config.yaml",
    parent: "pinned",
    provider: "pulumi:providers:libvirt lab",
    inputs: { path: "/etc/rancher/k3s/config.yaml", content: text.content },
  });
  expect(parse(text.content)["node-taint"]).toEqual(["workload=ci:NoSchedule"]);
  expect(text.kept).toBe(true);
  expect(recorder.get(SEED, "floats/cloud-init/seed").inputs.texts).toMatchObject([{ kept: false }]);
});

test("lets a node leave its cluster before its VM goes, and its only server last", () => {
  const agent = run.recorder.get(DOMAIN, "pinned");
  expect(agent.inputs.destroy).toEqual({
    shutdown: { timeout: 120 },
    kubernetesNode: {
      name: "pinned-node",
      context: "k",
      kubeconfig: new Secret("clusters: []"),
      whenBlocked: "refuse",
    },
  });
  expect(run.recorder.get("numafleet:k3s:Agent", "pinned").dependencies).toContain(`${DOMAIN} floats`);
  expect(agent.deleteBeforeReplace).toBe(true);
  expect(run.recorder.get(DOMAIN, "floats").inputs.destroy).toEqual({ shutdown: { timeout: 120 } });
});

test("confines the floating VM to what is neither pinned nor reserved", () => {
  const { inputs } = run.recorder.get("libvirt:index/domain:Domain", "floats");
  expect(inputs.vcpuCpuset).toBe("2-3,6-7");
  expect(inputs).not.toHaveProperty("cpuTune");
});

test("hands kubeconfig, context and the secret's name on", () => {
  expect(run.recorder.get("pulumi:providers:kubernetes", "k").inputs).toMatchObject({
    context: "k",
    kubeconfig: expect.objectContaining({ value: "clusters: []" }),
  });
  expect(run.recorder.get("kubernetes:helm.sh/v3:Release", "k/ci").inputs).toMatchObject({
    values: { githubConfigSecret: "app" },
  });
});

test("gives workflow pods their template and default figures, before the release", () => {
  const { recorder } = run;
  const map = recorder.get("kubernetes:core/v1:ConfigMap", "k/ci/workflow-pod").inputs;
  expect(map).toMatchObject({ metadata: { name: "ci-workflow-pod", namespace: "arc-ci" } });
  const template = parse((map.data as Record<string, string>)["template.yaml"] ?? "");
  expect(template.spec).toMatchObject({
    nodeSelector: { tier: "gold" },
    tolerations: [{ key: "workload", operator: "Equal", value: "ci", effect: "NoSchedule" }],
    containers: [{ name: "$job", resources: { requests: { cpu: "100m", memory: "512Mi" } } }],
  });
  expect(recorder.get("kubernetes:helm.sh/v3:Release", "k/ci").dependencies).toEqual(
    expect.arrayContaining([
      "kubernetes:core/v1:ConfigMap k/ci/workflow-pod",
      "kubernetes:core/v1:LimitRange k/ci",
      "kubernetes:core/v1:ResourceQuota k/ci",
    ]),
  );
});
