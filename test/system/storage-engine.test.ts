/** Seeds, precious volumes, and storage that was changed by hand, through the real engine. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { createStack, type EngineResult, LIBVIRT_PROJECT, type TestStack } from "./engine.ts";

const why = whyNoLibvirtd();
const title = why ? `storage through the engine (skipped: ${why})` : "storage through the engine";

const ROOT = path.resolve(import.meta.dirname, "../..");
function succeeded(result: EngineResult): string {
  const text = `${result.stdout}\n${result.stderr}`;
  expect(result.exitCode, text).toBe(0);
  return text;
}

function refused(result: EngineResult): string {
  const text = `${result.stdout}\n${result.stderr}`;
  expect(result.exitCode, text).not.toBe(0);
  expect(text).not.toMatch(/\n\s+at /);
  return text;
}

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
  });
  afterAll(() => daemon?.stop());

  const stackOf = (text: string): Promise<TestStack> =>
    createStack({ files: { "Pulumi.yaml": LIBVIRT_PROJECT, "index.ts": text } });
  const header = (folder: string): string => `
import * as libvirt from "@pulumi/libvirt";
const provider = new libvirt.Provider("host", {
  uri: ${JSON.stringify(daemon.uri)},
  stateDir: ${JSON.stringify(path.join(daemon.folder, "state"))},
});
const opts = { provider };
const pool = new libvirt.Pool("pool", { name: ${JSON.stringify(path.basename(folder))}, type: "dir", target: { path: ${JSON.stringify(folder)} } }, opts);
`;

  it("makes a VM anew for a changed seed only where that is said", async () => {
    const folder = path.join(daemon.folder, "seeds");
    // The component as the default program uses it: a VM with two disks, of which one is precious.
    const program = (user: string, onSeedChange: string | undefined): string => `
import { NumaDomain } from ${JSON.stringify(path.join(ROOT, "components/numaDomain.ts"))};
import { vm } from ${JSON.stringify(path.join(ROOT, "model/vm.ts"))};
import { host } from ${JSON.stringify(path.join(ROOT, "model/host.ts"))};
${header(folder)}
new NumaDomain("vm", {
  type: "qemu",
  provider,
  host: host.parse({
    name: "lab", uri: ${JSON.stringify(daemon.uri)},
    recorded: { source: "configured", date: "2026-05-06" },
    cells: [{ id: 0, cores: ["0", "1"], memory: "8 GiB" }],
    reserved: { memoryPerCell: "1 GiB" },
    pools: [{ name: "seeds", class: "ssd", path: ${JSON.stringify(folder)}, capacity: "1 GB" }],
  }),
  vm: vm.parse({
    name: "vm", host: "lab", vcpus: 1, memory: "64 MiB",
    disks: [
      { name: "os", class: "ssd", size: "4 MiB" },
      { name: "hot", class: "ssd", size: "4 MiB", precious: true },
    ],
    cloudInit: ${JSON.stringify({ users: [{ name: user }], onSeedChange })},
  }),
}, { dependsOn: pool });
`;
    const stack = await stackOf(program("ann", undefined));
    const change = (text: string) => writeFile(path.join(stack.directory, "index.ts"), text);
    succeeded(await stack.up());
    const pid = daemon.qemuPid("vm");
    const image = readFileSync(path.join(folder, "vm-cloud-init.iso"));
    // A file that is made anew can get the number of the one before it, but not its time of birth.
    const born = (name: string): bigint => statSync(path.join(folder, name), { bigint: true }).birthtimeNs;
    const [os, hot] = [born("vm-os.qcow2"), born("vm-hot.qcow2")];

    await change(program("hunter2", undefined));
    const asked = refused(await stack.preview());
    expect(asked).toContain("userData: changed, and onSeedChange does not say what that does to the VM");
    expect(asked).not.toContain("hunter2");

    await change(program("bob", "ignore"));
    expect(succeeded(await stack.preview())).toContain(
      'onSeedChange is "ignore": the image, its volume and the VM stay as they are',
    );
    succeeded(await stack.up());
    succeeded(await stack.preview("--expect-no-changes"));
    expect(daemon.qemuPid("vm")).toBe(pid);
    expect(readFileSync(path.join(folder, "vm-cloud-init.iso")).equals(image)).toBe(true);

    // To choose what a change does changes nothing; from then on the VM goes and comes with its seed.
    await change(program("bob", "replace"));
    succeeded(await stack.up());
    expect(daemon.qemuPid("vm")).toBe(pid);
    await change(program("cyd", "replace"));
    succeeded(await stack.up());
    const seed = readFileSync(path.join(folder, "vm-cloud-init.iso"));
    expect([seed.includes("cyd"), seed.includes("bob")]).toEqual([true, false]);
    expect(daemon.qemuPid("vm")).not.toBe(pid);
    expect(born("vm-os.qcow2")).not.toBe(os);
    expect(born("vm-hot.qcow2")).toBe(hot);
    succeeded(await stack.up("--refresh", "--expect-no-changes"));
    daemon.virsh("destroy", "vm");
    daemon.virsh("undefine", "vm");
  });

  it("keeps precious volumes through replacement, destruction and loss", async () => {
    const folder = path.join(daemon.folder, "data");
    const elsewhere = path.join(daemon.folder, "elsewhere");
    const program = (at: string, volume: string, options = "opts"): string => `${header(at)}
new libvirt.Volume("data", { name: "data", pool: pool.name, capacityUnit: "MiB", target: { format: { type: "qcow2" } }, ${volume} }, ${options});
`;
    const precious = "capacity: 8, precious: true";
    const stack = await stackOf(program(folder, precious));
    const change = (text: string) => writeFile(path.join(stack.directory, "index.ts"), text);
    succeeded(await stack.up());
    const file = path.join(folder, "data");

    // Another place for the pool would take the volume with it.
    await change(program(elsewhere, precious));
    expect(refused(await stack.preview())).toContain("the volume is precious");
    refused(await stack.up());
    expect(existsSync(file)).toBe(true);
    await change(program(folder, precious.replace("8", "4")));
    expect(refused(await stack.preview())).toContain("would shrink the volume from 8388608 to 4194304 bytes");
    await change(program(folder, precious));
    expect(refused(await stack.destroy())).toContain("volume data is precious, so it is not deleted");
    expect(existsSync(file)).toBe(true);

    // Retained: the stack goes, the data stays, and the same program has it again.
    await change(program(folder, precious, "{ ...opts, retainOnDelete: true }"));
    succeeded(await stack.up());
    const made = statSync(file).ino;
    succeeded(await stack.destroy());
    expect(readdirSync(folder)).toEqual(["data"]);
    expect(daemon.virsh("pool-list", "--all", "--name")).not.toContain("data");
    succeeded(await stack.up());
    expect(statSync(file).ino).toBe(made);

    // Grown by hand: shown, and taken up by the program. Pool stopped by hand: started.
    execFileSync("qemu-img", ["resize", "-q", "-f", "qcow2", file, "16M"]);
    expect(refused(await stack.up("--refresh"))).toContain("Declare at least 16777216 bytes");
    await change(program(folder, precious.replace("8", "16"), "{ ...opts, retainOnDelete: true }"));
    succeeded(await stack.up("--refresh"));
    daemon.virsh("pool-destroy", "data");
    succeeded(await stack.up("--refresh"));
    expect(daemon.virsh("pool-list", "--name")).toContain("data");
    succeeded(await stack.up("--refresh", "--expect-no-changes"));

    // Lost: the update says so, and does not hide it behind an empty one.
    rmSync(file);
    expect(refused(await stack.up("--refresh"))).toContain("the precious volume data is gone from pool data");
    expect(existsSync(file)).toBe(false);
  });

  it("imports a pool, a volume and a network with an empty preview", async () => {
    const folder = path.join(daemon.folder, "adopted");
    daemon.virsh("pool-define-as", "adopted", "dir", "--target", folder);
    daemon.virsh("pool-build", "adopted");
    daemon.virsh("pool-start", "adopted");
    daemon.virsh("vol-create-as", "adopted", "by hand", "4M", "--format", "qcow2");
    const xml = path.join(daemon.folder, "network.xml");
    await writeFile(
      xml,
      "<network><name>adopted</name><forward mode='bridge'/><bridge name='br0'/></network>",
    );
    daemon.virsh("net-define", xml);
    const stack = await createStack({
      files: { "Pulumi.yaml": LIBVIRT_PROJECT, "index.ts": "export {};\n" },
      config: { "libvirt:uri": daemon.uri },
    });
    const config = path.join(path.dirname(stack.directory), "stack", "Pulumi.dev.yaml");
    const file = path.join(stack.directory, "import.json");
    const resources = [
      { type: "libvirt:index/pool:Pool", name: "pool", id: "adopted" },
      { type: "libvirt:index/volume:Volume", name: "volume", id: "adopted/by hand" },
      { type: "libvirt:index/network:Network", name: "network", id: "adopted" },
    ];
    await writeFile(file, JSON.stringify({ resources }));
    const flags = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false"];
    const where = ["--stack", "dev", "--config-file", config];
    succeeded(await stack.pulumi("import", "--file", file, ...flags, ...where));
    const state = (await stack.exportStack()).deployment.resources ?? [];
    const lines = resources.map(({ type, name }) => {
      const inputs = state.find((resource) => resource.type === type)?.inputs;
      return `new libvirt.${type.split(":").at(-1)}(${JSON.stringify(name)}, ${JSON.stringify(inputs)});`;
    });
    await writeFile(
      path.join(stack.directory, "index.ts"),
      `import * as libvirt from "@pulumi/libvirt";\n${lines.join("\n")}\n`,
    );
    succeeded(await stack.preview("--expect-no-changes"));
    succeeded(await stack.up("--refresh", "--expect-no-changes"));
    succeeded(await stack.destroy());
    expect(daemon.virsh("net-list", "--all", "--name")).not.toContain("adopted");
    expect(readdirSync(folder)).toEqual([]);
  });
});
