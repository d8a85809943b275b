import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { metaData, NO_ROLE, networkConfig, userData } from "../../components/cloudConfig.ts";
import { nodePatch } from "../../components/clusterNode.ts";
import { k3sAgentRole, k3sServerRole } from "../../components/k3sConfig.ts";
import { renderCloudConfig, renderYaml } from "../../components/yaml.ts";
import { aVm } from "./fixtures.ts";

const mounted = aVm({
  disks: [{ name: "hot", class: "ssd", size: "80 GB", mount: "/data/hot" }],
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
      bootcmd: [["sh", "-c", expect.any(String), "format", "/dev/disk/by-id/virtio-hot"]],
      mounts: [["/dev/disk/by-id/virtio-hot", "/data/hot", "auto", "defaults,nofail", "0", "2"]],
    });
    const text = renderCloudConfig(document);
    expect(text.startsWith("#cloud-config\n")).toBe(true);
    expect(parse(text)).toEqual(document);
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
      ethernets: { lan: { match: { macaddress: expect.stringMatching(/^52:54:00:/) }, dhcp4: true } },
    });
  });
});

describe("the format command", () => {
  const folder = mkdtempSync(join(tmpdir(), "numafleet-format-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const [command] = userData(mounted, NO_ROLE).bootcmd as string[][];
  const run = (file: string) => {
    const [sh = "", ...args] = command as string[];
    // Root's tools, also for a user without /sbin on PATH; the image stands in for the disk.
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
    spawnSync(sh, [...args.slice(0, -1), file], { env });
    return spawnSync("blkid", ["-p", "-o", "value", "-s", "TYPE", file], {
      env,
      encoding: "utf8",
    }).stdout.trim();
  };
  const image = (name: string, bytes: number) => {
    const file = join(folder, name);
    writeFileSync(file, "");
    truncateSync(file, bytes);
    return file;
  };
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const missing = ["blkid", "mkfs.ext4", "mkswap"].filter((tool) => spawnSync(tool, ["-V"], { env }).error);

  test.skipIf(missing.length > 0)(
    `makes a file system on an empty disk${missing.length > 0 ? ` (skipped: no ${missing.join(", ")})` : ""}`,
    () => {
      expect(run(image("empty", 16 * 1024 ** 2))).toBe("ext4");
    },
  );

  test.skipIf(missing.length > 0)(
    `leaves a disk alone that holds anything else${missing.length > 0 ? ` (skipped: no ${missing.join(", ")})` : ""}`,
    () => {
      const file = image("used", 16 * 1024 ** 2);
      execFileSync("mkswap", [file], { env, stdio: "ignore" });
      expect(run(file)).toBe("swap");
    },
  );
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
      "token-file": "/etc/rancher/k3s/server-token",
      "agent-token-file": "/etc/rancher/k3s/agent-token",
    });
    expect(config(first)).not.toHaveProperty("server");
    expect(config(next)).toMatchObject({
      server: "https://first:6443",
      "token-file": "/etc/rancher/k3s/server-token",
    });
    expect(config(next)).not.toHaveProperty("cluster-init");
    expect(next.files.map((f) => [f.path, f.content]).slice(1)).toEqual([
      ["/etc/rancher/k3s/agent-token", "A\n"],
      ["/etc/rancher/k3s/server-token", "S\n"],
    ]);
  });
});
