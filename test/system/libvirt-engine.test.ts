/** The provider and its SDK through the real engine, against a real libvirt. */
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { createStack, LIBVIRT_PROJECT, succeeded, type TestStack } from "./engine.ts";

const why = whyNoLibvirtd();
const title = why ? `up, pin, drift, import, destroy (skipped: ${why})` : "up, pin, drift, import, destroy";

/** Pool, volume, seed and VM, with the pin of the second vCPU. */
const program = (daemon: PrivateLibvirtd, pin: string): string => `
import * as pulumi from "@pulumi/pulumi";
import * as libvirt from "@pulumi/libvirt";

const provider = new libvirt.Provider("host", {
  uri: ${JSON.stringify(daemon.uri)},
  stateDir: ${JSON.stringify(path.join(daemon.folder, "state"))},
  commandTimeout: 90,
});
const opts = { provider };
const pool = new libvirt.Pool("ssd", { name: "ssd", type: "dir", target: { path: ${JSON.stringify(path.join(daemon.folder, "ssd"))} } }, opts);
const root = new libvirt.Volume("root", { name: "root", pool: pool.name, capacity: 2, capacityUnit: "MiB", target: { format: { type: "qcow2" } } }, opts);
const seed = new libvirt.CloudinitDisk("seed", { userData: "#cloud-config\\npassword: hunter2\\n", metaData: "instance-id: vm\\n" }, opts);
const seedVolume = new libvirt.Volume("seed", { name: "seed.iso", pool: pool.name, create: { content: { url: seed.path } } }, opts);
const vm = new libvirt.Domain("vm", {
  name: "vm",
  type: "qemu",
  memory: 64,
  memoryUnit: "MiB",
  vcpu: 2,
  running: true,
  cpuTune: { vcpuPins: [{ vcpu: 0, cpuSet: "0" }, { vcpu: 1, cpuSet: "${pin}" }], emulatorPin: { cpuSet: "0-1" } },
  os: { type: "hvm", typeArch: "x86_64", typeMachine: "q35" },
  devices: {
    disks: [
      { source: { volume: { pool: pool.name, volume: root.name } }, driver: { name: "qemu", type: "qcow2" }, target: { dev: "vda", bus: "virtio" } },
      { device: "cdrom", source: { volume: { pool: pool.name, volume: seedVolume.name } }, target: { dev: "sda", bus: "sata" }, readOnly: true },
    ],
    interfaces: [{ source: { user: {} }, model: { type: "virtio" } }],
    consoles: [{ source: { pty: {} }, target: { type: "serial", port: 0 } }],
  },
}, opts);
export const uuid = vm.uuid;
export const runtimeId = vm.domainId;
export const seedPath = seed.path;
`;

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
  });
  afterAll(() => daemon?.stop());

  async function stackOf(text: string): Promise<TestStack> {
    return createStack({ files: { "Pulumi.yaml": LIBVIRT_PROJECT, "index.ts": text } });
  }

  it("keeps one VM through its life", async () => {
    const stack = await stackOf(program(daemon, "1"));
    const change = (text: string) => writeFile(path.join(stack.directory, "index.ts"), text);

    succeeded(await stack.up());
    const pid = daemon.qemuPid("vm");
    expect(daemon.virsh("domstate", "vm").trim()).toBe("running");
    succeeded(await stack.preview("--expect-no-changes"));
    succeeded(await stack.up("--refresh", "--expect-no-changes"));

    const state = JSON.stringify(await stack.exportStack());
    expect(state).not.toContain("hunter2");
    expect(state).toContain("ciphertext");

    // One pin: live, without a restart, and nothing else.
    await change(program(daemon, "0"));
    const moved = succeeded(await stack.preview("--diff"));
    expect(moved.stdout).toMatch(/cpuSet\s*:\s*"1" => "0"/);
    succeeded(await stack.up());
    expect(daemon.qemuPid("vm")).toBe(pid);
    for (const scope of ["--live", "--config"])
      expect(daemon.virsh("vcpupin", "vm", "1", scope)).toMatch(/1\s+0\n/);
    succeeded(await stack.preview("--expect-no-changes"));

    // Moved by hand: seen by a refresh, put back by the next update.
    daemon.virsh("vcpupin", "vm", "1", "1", "--live");
    expect((await stack.preview("--refresh", "--expect-no-changes")).exitCode).not.toBe(0);
    succeeded(await stack.up("--refresh"));
    expect(daemon.virsh("vcpupin", "vm", "1", "--live")).toMatch(/1\s+0\n/);
    expect(daemon.qemuPid("vm")).toBe(pid);

    // Bad input is one clear message, before anything is touched.
    await change(program(daemon, "99x"));
    const refused = await stack.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain(
      '"99x" must be numbers and ascending ranges such as "0-3,8,^2"',
    );
    expect(refused.stdout + refused.stderr).not.toMatch(/\n\s+at /);
    await change(program(daemon, "0"));

    succeeded(await stack.destroy());
    expect(daemon.virsh("list", "--all").trim()).toBe("");
    expect(daemon.virsh("pool-list", "--all").trim()).toBe("");
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(existsSync(path.join(daemon.folder, "ssd", "root"))).toBe(false);
  });

  it("imports a VM that was made by hand", async () => {
    const xml = path.join(daemon.folder, "manual.xml");
    await writeFile(
      xml,
      "<domain type='qemu'><name>manual</name><memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>",
    );
    daemon.virsh("define", xml);
    const stack = await createStack({
      files: { "Pulumi.yaml": LIBVIRT_PROJECT, "index.ts": "export {};\n" },
      config: { "libvirt:uri": daemon.uri },
    });
    const config = path.join(path.dirname(stack.directory), "stack", "Pulumi.dev.yaml");
    expect(readFileSync(config, "utf8")).toContain("libvirt:uri");
    const imported = succeeded(
      await stack.pulumi(
        "import",
        "libvirt:index/domain:Domain",
        "manual",
        "manual",
        "--yes",
        "--skip-preview",
        "--protect=false",
        "--generate-code=false",
        "--stack",
        "dev",
        "--config-file",
        config,
      ),
    );
    expect(imported.stdout).toContain("1 imported");
    const resources = (await stack.exportStack()).deployment.resources ?? [];
    const found = resources.find((resource) => resource.type === "libvirt:index/domain:Domain");
    expect(found?.id).toBe(daemon.virsh("domuuid", "manual").trim());
    await writeFile(
      path.join(stack.directory, "index.ts"),
      `import * as libvirt from "@pulumi/libvirt";\nnew libvirt.Domain("manual", ${JSON.stringify(found?.inputs)});\n`,
    );
    succeeded(await stack.preview("--expect-no-changes"));
    succeeded(await stack.destroy());
    expect(daemon.virsh("list", "--all").trim()).toBe("");
  });
});

describe("without a host", () => {
  it("a new stack previews, and spawns nothing", async () => {
    const stack = await createStack({
      files: {
        "Pulumi.yaml": LIBVIRT_PROJECT,
        "index.ts": `import * as libvirt from "@pulumi/libvirt";
const provider = new libvirt.Provider("far", { uri: "qemu+ssh://nobody@no-such-host.invalid/system" });
const vm = new libvirt.Domain("vm", { type: "kvm", memory: 4, memoryUnit: "GiB" }, { provider });
export const name = vm.name;
`,
      },
    });
    const result = succeeded(await stack.preview());
    expect(result.stdout).toMatch(/libvirt:index:Domain\s+vm\s+create/);
  });
});
