import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { metaData, NO_ROLE, networkConfig, userData } from "../../components/cloudConfig.ts";
import { nodePatch } from "../../components/clusterNode.ts";
import { DISKS_SCRIPT } from "../../components/guestDisks.ts";
import { k3sAgentRole, k3sConfigFile, k3sServerRole } from "../../components/k3sConfig.ts";
import { renderCloudConfig, renderYaml } from "../../components/yaml.ts";
import type { FleetInput } from "../../model/fleet.ts";
import type { VM } from "../../model/vm.ts";
import { aVm } from "./fixtures.ts";

type VmInput = NonNullable<FleetInput["vms"]>[number];

const mounted = aVm({
  disks: [{ name: "hot", class: "ssd", size: "80 GB", mount: "/data/hot", folders: ["clean"] }],
  cloudInit: { users: [{ name: "admin", sshAuthorizedKeys: ["ssh-ed25519 AAAA a@b"] }] },
});

describe("user-data", () => {
  test("of a VM without a role has host name, users and mounts, and reads back as it was", () => {
    const document = userData(mounted, NO_ROLE);
    expect(document).toEqual({
      hostname: "v",
      disable_root: true,
      ssh_pwauth: false,
      users: [
        {
          name: "admin",
          lock_passwd: true,
          shell: "/bin/bash",
          sudo: "ALL=(ALL) NOPASSWD:ALL",
          ssh_authorized_keys: ["ssh-ed25519 AAAA a@b"],
        },
      ],
      bootcmd: [
        [
          ...["sh", "-c", DISKS_SCRIPT, "numafleet-disks", ""],
          ...["disk", "/dev/disk/by-id/virtio-hot", "/data/hot", "folder", "clean"],
        ],
      ],
      write_files: [
        {
          path: "/usr/local/lib/numafleet/grow-mounts",
          owner: "root:root",
          permissions: "0755",
          content: expect.stringContaining("systemd-growfs"),
        },
        {
          path: "/etc/udev/rules.d/80-numafleet-grow.rules",
          owner: "root:root",
          permissions: "0644",
          content: expect.stringContaining("grow-mounts"),
        },
      ],
    });
    const text = renderCloudConfig(document);
    expect(text.startsWith("#cloud-config\n")).toBe(true);
    expect(parse(text)).toEqual(document);
  });

  test("mounts what is below another mount after it, says which disk gets a partition, and leaves the root to the guest", () => {
    const disk = { class: "ssd", size: "1 GB" } as const;
    const vm = aVm({
      role: "k3s-server",
      disks: [
        { ...disk, name: "os", mount: "/" },
        { ...disk, name: "inner", mount: "/data/./inner/", partition: "gpt" },
        { ...disk, name: "outer", mount: "/data" },
        { ...disk, name: "a-name-longer-than-virtio-tells", mount: "/srv" },
      ],
    });
    const [command] = userData(vm, NO_ROLE).bootcmd as string[][];
    expect(command?.slice(4)).toEqual([
      "k3s.service",
      ...["disk", "/dev/disk/by-id/virtio-outer", "/data"],
      ...["partition", "/dev/disk/by-id/virtio-inner", "/data/inner"],
      ...["disk", expect.stringMatching(/^\/dev\/disk\/by-id\/virtio-a-name-long-[0-9a-f]{8}$/), "/srv"],
    ]);
  });

  test("of a VM without users or keys names none, since cloud-init takes no empty lists", () => {
    expect(userData(aVm(), NO_ROLE)).not.toHaveProperty("users");
    const [user] = userData(aVm({ cloudInit: { users: [{ name: "a" }] } }), NO_ROLE).users as object[];
    expect(user).not.toHaveProperty("ssh_authorized_keys");
  });

  test("survives keys and values that YAML would read as something else", () => {
    const vm = aVm({ labels: { zone: "no", version: "1.10", empty: "" }, role: "k3s-agent" });
    const role = k3sAgentRole(vm, "s", { agent: ": # {not yaml}\n  'x'" });
    const read = parse(renderCloudConfig(userData(vm, role)));
    expect(parse(read.write_files[0].content)["node-label"]).toEqual(["zone=no", "version=1.10", "empty="]);
    expect(read.write_files[1].content).toBe(": # {not yaml}\n  'x'\n");
  });

  test("names the instance by its VM, and its interface by its MAC address", () => {
    expect(parse(renderYaml(metaData(mounted)))).toEqual({ "instance-id": "v", "local-hostname": "v" });
    expect(parse(renderYaml(networkConfig(mounted)))).toEqual({
      version: 2,
      ethernets: {
        lan: {
          match: { macaddress: expect.stringMatching(/^52:54:00:/) },
          "set-name": "lan",
          dhcp4: true,
        },
      },
    });
  });
});

describe("k3s", () => {
  const vm = aVm({
    taints: [{ key: "workload", value: "slm", effect: "NoSchedule" }],
    labels: { tier: "gold" },
  });
  const config = (role: { files: readonly { path: string; content: string }[] }) =>
    parse(role.files.find((f) => f.path === "/etc/rancher/k3s/config.yaml")?.content ?? "");

  test("an agent joins by host name and a token of its own", () => {
    const role = k3sAgentRole(vm, "server", { agent: "A" });
    expect(config(role)).toEqual({
      "node-name": "v",
      server: "https://server:6443",
      "token-file": "/etc/rancher/k3s/agent-token",
      "node-taint": ["workload=slm:NoSchedule"],
      "node-label": ["tier=gold"],
    });
    expect(role.services).toEqual(["k3s-agent"]);
  });

  test("a label that no kubelet may give itself is left to the cluster's side", () => {
    const labels = {
      tier: "gold",
      "node-role.kubernetes.io/worker": "true",
      "app.k8s.io/x": "",
      "kubernetes.io/os": "linux",
      "node.kubernetes.io/tier": "a",
      "gpu.node.kubernetes.io/y": "b",
      "example.com/z": "c",
      "notkubernetes.io/z": "d",
    };
    expect(config(k3sAgentRole({ ...vm, labels }, "s", { agent: "A" }))["node-label"]).toEqual([
      "tier=gold",
      "kubernetes.io/os=linux",
      "node.kubernetes.io/tier=a",
      "gpu.node.kubernetes.io/y=b",
      "example.com/z=c",
      "notkubernetes.io/z=d",
    ]);
    expect(nodePatch({ name: "v" }, { taints: [], labels }).metadata.labels).toEqual(labels);
  });

  test("of several servers the first founds the cluster, and the others join with the servers' token", () => {
    const tokens = { agent: "A", server: "S" };
    const first = k3sServerRole(vm, { joins: undefined, several: true }, tokens);
    const next = k3sServerRole(vm, { joins: "first", several: true }, tokens);
    expect(config(first)).toMatchObject({
      "cluster-init": true,
      "agent-token-file": "/etc/rancher/k3s/agent-token",
    });
    expect(config(first)).not.toHaveProperty("server");
    expect(config(next)).toMatchObject({ server: "https://first:6443" });
    // Not in the config file, which reaches guests that were made without the file it would name.
    expect(config(next)).not.toHaveProperty("token-file");
    expect(config(next)).not.toHaveProperty("cluster-init");
    expect(next.files.map((f) => [f.path, f.content]).slice(1)).toEqual([
      ["/etc/rancher/k3s/agent-token", "A\n"],
      ["/etc/rancher/k3s/config.yaml.d/server-token.yaml", 'token-file: "/etc/rancher/k3s/server-token"\n'],
      ["/etc/rancher/k3s/server-token", "S\n"],
    ]);
  });

  test("the kubelet is told what to keep back, and an own eviction keeps k3s' thresholds of storage", () => {
    const k3s: VmInput["k3s"] = {
      reserved: { system: { cpu: "0.5", memory: "512Mi" }, kube: { ephemeralStorage: "1Gi" } },
      evictionHard: { memory: "100Mi" },
      cpuManager: "static",
      topologyManager: "restricted",
    };
    const file = (vm: VM) => k3sConfigFile(vm, { role: "k3s-agent", server: "s" });
    expect(parse(file(aVm({ role: "k3s-agent", k3s })).content)["kubelet-arg"]).toEqual([
      "system-reserved=cpu=500m,memory=536870912",
      "kube-reserved=ephemeral-storage=1073741824",
      "eviction-hard=memory.available<104857600,nodefs.available<5%,imagefs.available<5%",
      "cpu-manager-policy=static",
      "topology-manager-policy=restricted",
    ]);
    const storage = aVm({ role: "k3s-agent", k3s: { evictionHard: { ephemeralStorage: "1Ki" } } });
    expect(parse(file(storage).content)["kubelet-arg"]).toEqual([
      "eviction-hard=nodefs.available<1024,imagefs.available<1024",
    ]);
    expect(parse(file(aVm({ role: "k3s-agent", k3s: {} })).content)).not.toHaveProperty("kubelet-arg");
    expect(file(storage).path).toBe("/etc/rancher/k3s/config.yaml");
  });

  test("what is installed stands in a file of its own, a line each, beside installer and service", () => {
    const install = {
      version: "v1.33.5+k3s1",
      binary: { from: "/opt/k3s", sha256: "a".repeat(64) },
      images: { from: "/opt/images.tar.zst", sha256: "b".repeat(64) },
    };
    const vm = aVm({ role: "k3s-server", k3s: { install } });
    const plan = { joins: undefined, several: false };
    const files = k3sServerRole(vm, plan, { agent: "A", server: undefined }).files.slice(2);
    expect(files.map((f) => [f.path, f.mode])).toEqual([
      ["/etc/numafleet/k3s-install", undefined],
      ["/usr/local/lib/numafleet/install-k3s", "0755"],
      ["/etc/systemd/system/k3s.service", "0644"],
    ]);
    expect(files[0]?.content.split("\n")).toEqual([
      ...["v1.33.5+k3s1", "/opt/k3s", "a".repeat(64)],
      ...["/opt/images.tar.zst", "b".repeat(64), "k3s-airgap-images.tar.zst", ""],
    ]);
    expect(files[2]?.content).toContain("ExecStart=/usr/local/bin/k3s server\n");
    const agent = k3sAgentRole(aVm({ role: "k3s-agent", k3s: { install } }), "s", { agent: "A" });
    expect(agent.files.at(-1)?.path).toBe("/etc/systemd/system/k3s-agent.service");
    expect(agent.files.at(-1)?.content).toContain("ExecStart=/usr/local/bin/k3s agent\n");
  });
});
