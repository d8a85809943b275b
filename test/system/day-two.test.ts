/** A fleet's second day: real engine, real libvirt, real API server behind the stand-in plugin. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FleetInput } from "../../model/fleet.ts";
import { ROOT } from "../../tools/engine/engine.ts";
import { findEngine } from "../../tools/engine/findEngine.ts";
import { callApi } from "../../tools/kube/api.ts";
import { missingTools } from "../../tools/kube/binaries.ts";
import { type RunningCluster, startCluster } from "../../tools/kube/cluster.ts";
import { createNode } from "../../tools/kube/nodes.ts";
import { findOnPath } from "../../tools/setup/command.mjs";
import { type RecordingProxy, recordingProxy } from "../kubernetes/recordingProxy.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { createStack, succeeded, type TestStack } from "./engine.ts";

const missing = missingTools();
const vendor = findOnPath("pulumi-resource-kubernetes", process.env.PATH);
const why =
  whyNoLibvirtd() ??
  (missing.length > 0 ? missing.join("; ") : undefined) ??
  (vendor === undefined ? undefined : `the vendor's Kubernetes plugin is on PATH (${vendor})`);

const NODE = "/api/v1/nodes/agent-node";
const ALLOCATABLE = { cpu: "1", memory: "32Mi", "ephemeral-storage": "1Mi", pods: "10" };
const taint = (value: string) => ({ key: "workload", value, effect: "NoSchedule" }) as const;
const THEIRS = { key: "somebody", value: "else", effect: "NoExecute" };

describe.skipIf(why !== undefined)(`day two${why ? ` (skipped: ${why})` : ""}`, () => {
  let daemon: PrivateLibvirtd;
  let cluster: RunningCluster;
  let proxy: RecordingProxy;

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    cluster = await startCluster();
    proxy = await recordingProxy(cluster, () => "");
    await callApi(cluster, "POST", "/api/v1/namespaces", { metadata: { name: "kube-system" } });
  }, 20 * 60_000);
  afterAll(async () => {
    await proxy?.stop();
    await cluster?.stop();
    await daemon?.stop();
  });

  const fleet = (value: string): FleetInput => {
    const common = { host: "lab", vcpus: 1, memory: "64 MiB", exclusiveCores: false } as const;
    const recorded = { source: "detected", date: "2026-05-06" } as const;
    return {
      hosts: [
        {
          name: "lab",
          uri: daemon.uri,
          // Not read off this machine, whose siblings may be others.
          recorded: { ...recorded, source: "configured" },
          cells: [{ id: 0, cores: ["0", "1"], memory: "8 GiB" }],
          reserved: { memoryPerCell: "1 GiB" },
          pools: [{ name: "images", class: "ssd", path: join(daemon.folder, "images"), capacity: "10 GB" }],
        },
      ],
      vms: [
        {
          ...common,
          name: "agent",
          role: "k3s-agent",
          disks: [
            { name: "os", class: "ssd", size: "4 MiB" },
            { name: "hot", class: "ssd", size: "4 MiB", precious: true },
          ],
          taints: [taint(value)],
          labels: { tier: "gold" },
        },
        {
          ...common,
          name: "server",
          role: "k3s-server",
          disks: [{ name: "os", class: "ssd", size: "4 MiB" }],
        },
      ],
      nodes: [
        {
          name: "agent-node",
          cluster: "lab",
          vm: "agent",
          recorded,
          allocatable: { cpu: "1", memory: "32Mi", ephemeralStorage: "1Mi", pods: 10 },
          running: { cpu: "0", memory: "0", ephemeralStorage: "0", pods: 0 },
          labels: { tier: "gold" },
          taints: [taint(value)],
        },
      ],
    };
  };
  const file = () => join(daemon.folder, "fleet.json");
  const write = (value: string) => writeFileSync(file(), JSON.stringify(fleet(value)));

  it("puts a changed taint on the Node and into the config file, and a VM made anew has it from its start", async () => {
    const labels = { tier: "gold", theirs: "yes" };
    await createNode(cluster, {
      name: "agent-node",
      allocatable: ALLOCATABLE,
      labels,
      taints: [taint("a"), THEIRS],
    });
    write("a");
    const stack = await stackOf(file());
    succeeded(await stack.up());
    const before = { uuid: daemon.virsh("domuuid", "agent"), pid: daemon.qemuPid("agent") };

    write("b");
    const preview = succeeded(await stack.preview("--diff"));
    expect(changesIn(preview.stdout)).toEqual([
      "~ kubernetes:core/v1:NodePatch",
      "~ libvirt:index/guestFile:GuestFile",
      "~ numafleet:capacity:Plan",
    ]);
    expect(preview.stdout).toMatch(/workload=a:NoSchedule[\s\S]*workload=b:NoSchedule/);

    proxy.changes.length = 0;
    const up = succeeded(await stack.up());
    expect(proxy.changes).toEqual([`PATCH ${NODE} 200`]);
    const node = (await callApi(cluster, "GET", NODE)).body;
    expect(node.spec.taints).toEqual([taint("b"), THEIRS]);
    expect(node.metadata.labels).toMatchObject({ tier: "gold", theirs: "yes" });
    // Nothing runs in this VM, so no agent either: the Node has it all the same, and the file is asked for again.
    expect(up.stdout).toContain(
      "/etc/rancher/k3s/config.yaml in the guest is not written yet: no guest agent answers",
    );
    expect(before).toEqual({ uuid: daemon.virsh("domuuid", "agent"), pid: daemon.qemuPid("agent") });
    expect(seedOf("agent")).toContain("workload=a:NoSchedule");

    proxy.changes.length = 0;
    const os = await urnOf(stack, "libvirt:index/volume:Volume", "agent/os");
    succeeded(await stack.up("--replace", os));
    expect(daemon.virsh("domuuid", "agent")).not.toBe(before.uuid);
    expect(seedOf("agent")).toContain("workload=b:NoSchedule");
    expect(proxy.changes.filter((line) => line.startsWith("DELETE"))).toEqual([
      `DELETE ${NODE} 200`,
      "DELETE /api/v1/namespaces/kube-system/secrets/agent-node.node-password.k3s 404",
    ]);
    expect(daemon.virsh("vol-list", "images")).toContain("agent-hot.qcow2");
  });

  /** The config file in the seed's image as it lies in the pool. */
  function seedOf(vm: string): string {
    const image = readFileSync(join(daemon.folder, "images", `${vm}-cloud-init.iso`), "latin1");
    const content = /path: "\/etc\/rancher\/k3s\/config\.yaml"[\s\S]*?content: "?([A-Za-z0-9+/=]+)/.exec(
      image,
    )?.[1];
    return Buffer.from(content ?? "", "base64").toString();
  }

  async function stackOf(fleetFile: string): Promise<TestStack> {
    const home = join(daemon.folder, "home");
    mkdirSync(home, { recursive: true });
    const engine = await findEngine();
    const standIn = join(ROOT, "tools", "kubernetes-standin");
    return createStack({
      directory: ROOT,
      env: { XDG_STATE_HOME: home, PATH: `${standIn}${delimiter}${engine.env.PATH ?? process.env.PATH}` },
      config: {
        "numafleet:fleet": fleetFile,
        "numafleet:today": "2026-05-06",
        "numafleet:domainType": "qemu",
        "numafleet:k3sToken": "only-for-this-test",
        "numafleet:kubeconfig": proxy.kubeconfig,
      },
    });
  }
});

/** Kind of change and type of every resource that a preview with `--diff` names. */
function changesIn(text: string): string[] {
  const lines = text.matchAll(
    /^\s*([~+-]+) ([a-z]+:[\w./-]+:\w+): \((?:update|create|delete|replace)[^)]*\)/gm,
  );
  return [...lines].map(([, sign, type]) => `${sign} ${type}`).sort();
}

async function urnOf(stack: TestStack, type: string, name: string): Promise<string> {
  const { deployment } = await stack.exportStack();
  const found = deployment.resources?.find((r) => r.type === type && r.urn.endsWith(`::${name}`));
  if (!found) throw new Error(`no ${type} ${name} in the state`);
  return found.urn;
}
