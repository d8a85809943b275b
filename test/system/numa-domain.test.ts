import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FleetInput } from "../../model/fleet.ts";
import { ROOT } from "../../tools/engine/engine.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { createStack, succeeded, type TestStack } from "./engine.ts";

/** The program and its components through the real engine, against a real libvirt: a small fleet's life. */

const why = whyNoLibvirtd();
const TOKEN = "only-for-this-test";
const DOMAIN = "libvirt:index/domain:Domain";

type VM = NonNullable<FleetInput["vms"]>[number];

/** Two CPUs of this machine as one cell: the agent has one to itself, the server floats over the other. */
function fleet(daemon: PrivateLibvirtd, agent: Partial<VM> = {}, server: Partial<VM> = {}): FleetInput {
  const common = { host: "lab", vcpus: 1, memory: "64 MiB", exclusiveCores: false } as const;
  return {
    hosts: [
      {
        name: "lab",
        uri: daemon.uri,
        recorded: { source: "configured", date: "2026-05-06" },
        cells: [{ id: 0, cores: ["0", "1"], memory: "8 GiB" }],
        reserved: { memoryPerCell: "1 GiB" },
        pools: [{ name: "images", class: "ssd", path: join(daemon.folder, "images"), capacity: "10 GB" }],
      },
    ],
    vms: [
      {
        ...common,
        name: "server",
        role: "k3s-server",
        disks: [{ name: "os", class: "ssd", size: "4 MiB" }],
        ...server,
      },
      {
        ...common,
        name: "agent",
        role: "k3s-agent",
        cloudInit: { onSeedChange: "ignore" },
        purpose: "Small models & <tests>",
        minimumMemory: "32 MiB",
        pins: ["1"],
        emulator: "0",
        weight: 200,
        numa: { nodeset: "0", mode: "strict" },
        iothreads: [{ cpus: "0" }],
        disks: [
          { name: "os", class: "ssd", size: "4 MiB" },
          { name: "hot", class: "ssd", size: "8 MiB", precious: true, mount: "/data/hot" },
        ],
        taints: [{ key: "workload", value: "slm", effect: "NoSchedule" }],
        ...agent,
      },
    ],
  };
}

describe.skipIf(why !== undefined)(`a fleet's life${why ? ` (skipped: ${why})` : ""}`, () => {
  let daemon: PrivateLibvirtd;
  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
  });
  afterAll(() => daemon?.stop());

  test("is created, is the same afterwards, and takes a taint without touching the VM", async () => {
    const file = join(daemon.folder, "fleet.json");
    const write = (input: FleetInput) => writeFileSync(file, JSON.stringify(input));
    const stack = await stackOf(file);

    write(fleet(daemon));
    succeeded(await stack.up());
    const agent = daemon.virsh("dumpxml", "agent");
    expect(agent).toContain("<vcpupin vcpu='0' cpuset='1'/>");
    expect(agent).toContain("<emulatorpin cpuset='0'/>");
    expect(agent).toContain("<iothreadpin iothread='1' cpuset='0'/>");
    expect(agent).toContain("<shares>200</shares>");
    expect(agent).toContain("<serial>hot</serial>");
    expect(agent).toContain("<title>Small models &amp; &lt;tests&gt;</title>");
    expect(agent).toContain('xmlns:numafleet="urn:numafleet:vm:1" minimumMemory="33554432"');
    const uuid = await uuidOf(stack);
    expect(JSON.stringify(await stack.exportStack())).not.toContain(TOKEN);
    const pid = daemon.qemuPid("agent");

    const { stdout: second } = succeeded(await stack.preview("--expect-no-changes"));
    expect(second).not.toContain("Capacity difference");
    succeeded(await stack.up("--refresh", "--expect-no-changes"));

    write(fleet(daemon, { taints: [{ key: "workload", value: "data", effect: "NoSchedule" }] }));
    succeeded(await stack.up());
    expect(daemon.qemuPid("agent")).toBe(pid);

    write(fleet(daemon, {}, { pins: ["1"] }));
    const refused = await stack.up();
    expect(refused.exitCode).not.toBe(0);
    expect(`${refused.stdout}${refused.stderr}`).toContain("Nothing was created or changed");

    expect(daemon.qemuPid("agent")).toBe(pid);
    expect(await uuidOf(stack)).toBe(uuid);
  });

  test("will not lose precious data, and is gone without it", async () => {
    daemon.virsh("destroy", "agent");
    daemon.virsh("undefine", "agent");
    daemon.virsh("destroy", "server");
    daemon.virsh("undefine", "server");
    daemon.virsh("pool-destroy", "images");
    daemon.virsh("pool-undefine", "images");
    const file = join(daemon.folder, "second.json");
    const input = fleet(daemon);
    const folder = join(daemon.folder, "second");
    for (const host of input.hosts ?? []) for (const pool of host.pools ?? []) pool.path = folder;
    writeFileSync(file, JSON.stringify(input));
    const stack = await stackOf(file);
    succeeded(await stack.up());

    const kept = await stack.destroy();
    expect(kept.exitCode).not.toBe(0);
    expect(`${kept.stdout}${kept.stderr}`).toContain("agent/hot");
    expect(readdirSync(folder)).toContain("agent-hot.qcow2");

    for (const vm of input.vms ?? []) for (const disk of vm.disks ?? []) disk.precious = false;
    writeFileSync(file, JSON.stringify(input));
    succeeded(await stack.up());
    succeeded(await stack.destroy());
    expect(daemon.virsh("list", "--all", "--name").trim()).toBe("");
    expect(readdirSync(folder)).toEqual([]);
  });
});

function stackOf(file: string): Promise<TestStack> {
  const home = join(dirname(file), "home");
  mkdirSync(home, { recursive: true });
  return createStack({
    directory: ROOT,
    env: { XDG_STATE_HOME: home },
    config: {
      "numafleet:fleet": file,
      "numafleet:today": "2026-05-06",
      "numafleet:domainType": "qemu",
      "numafleet:k3sToken": TOKEN,
    },
  });
}

async function uuidOf(stack: TestStack): Promise<unknown> {
  const { deployment } = await stack.exportStack();
  const found = deployment.resources?.find((r) => r.type === DOMAIN && r.urn.endsWith("::agent"));
  return found?.outputs?.uuid;
}
