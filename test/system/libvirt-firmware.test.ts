/** A VM with UEFI firmware, a TPM, the host's CPU model and a bridge: what it keeps through updates, and at its end. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { debianPackages } from "../../tools/setup/debianPackages.ts";
import { SetupError } from "../../tools/setup/failure.mjs";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { createStack, LIBVIRT_PROJECT, succeeded, type TestStack } from "./engine.ts";

const packages = await debianPackages("firmware", [
  "ovmf",
  "swtpm",
  "swtpm-libs",
  "swtpm-tools",
  "libtpms0",
  "libjson-glib-1.0-0",
  // swtpm makes its certificates with certtool.
  "gnutls-bin",
  "libgnutls-dane0",
  "libopts25",
  "libunbound8",
]).catch((failure: unknown) => {
  if (failure instanceof SetupError) return failure;
  throw failure;
});
const why = whyNoLibvirtd() ?? (packages instanceof Error ? packages.message : undefined);

const FIRMWARE = "/usr/share/OVMF/OVMF_CODE_4M.fd";
const TEMPLATE = "/usr/share/OVMF/OVMF_VARS_4M.fd";

const program = (uri: string, title: string, more = ""): string => `
import * as libvirt from "@pulumi/libvirt";
const provider = new libvirt.Provider("host", { uri: ${JSON.stringify(uri)} });
new libvirt.Domain("vm", {
  name: "vm",
  type: "qemu",
  title: ${JSON.stringify(title)},
  memory: 128,
  memoryUnit: "MiB",
  vcpu: 1,
  running: true,
  cpu: { mode: "host-model" },
  os: {
    type: "hvm",
    typeArch: "x86_64",
    typeMachine: "q35",
    loader: "${FIRMWARE}",
    loaderReadonly: "yes",
    loaderType: "pflash",
    nvRam: { template: "${TEMPLATE}" },
  },
  features: { acpi: true, smm: { state: "off" } },
  devices: {
    interfaces: [{ source: { bridge: { bridge: "br0" } }, model: { type: "virtio" } }],
    tpms: [{ model: "tpm-crb", backend: { emulator: { version: "2.0" } } }],
  },
  ${more}
}, { provider });
`;

const digest = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

describe.skipIf(why !== undefined)(`UEFI and TPM${why ? ` (skipped: ${why})` : ""}`, () => {
  let daemon: PrivateLibvirtd;
  let stack: TestStack;
  beforeAll(async () => {
    if (packages instanceof Error) throw packages;
    daemon = await startPrivateLibvirtd({ bridges: ["br0"], packages });
  });
  afterAll(() => daemon?.stop());

  /** Files of the daemon's own folder, which is mounted over the system's. */
  const lib = (...names: string[]) => path.join(path.dirname(daemon.folder), "lib", ...names);
  const tpmState = () =>
    readdirSync(lib("swtpm"), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith("permall"));
  const change = (text: string) => writeFile(path.join(stack.directory, "index.ts"), text);

  it("survive updates, are no drift, and go with the VM unless they are kept", async () => {
    if (packages instanceof Error) throw packages;
    const template = path.join(packages, TEMPLATE);
    const untouched = digest(template);
    stack = await createStack({
      files: { "Pulumi.yaml": LIBVIRT_PROJECT, "index.ts": program(daemon.uri, "one") },
    });
    succeeded(await stack.up());
    const nvram = lib("qemu", "nvram", "vm_VARS.fd");
    const pid = daemon.qemuPid("vm");
    expect(existsSync(nvram)).toBe(true);
    const [tpm] = tpmState();
    expect(tpm).toBeDefined();

    // What the host fills in (CPU model, paths, MAC address, tap device) is no drift.
    succeeded(
      await stack.pulumi("refresh", "--stack", "dev", "--yes", "--skip-preview", "--expect-no-changes"),
    );
    succeeded(await stack.preview("--expect-no-changes"));

    // Variables and TPM state are the guest's; an update, live or of the definition, leaves them alone.
    await change(program(daemon.uri, "two", 'description: "x", clock: { offset: "localtime" },'));
    succeeded(await stack.up());
    expect([daemon.qemuPid("vm"), tpmState(), existsSync(nvram)]).toEqual([pid, [tpm], true]);
    expect(daemon.virsh("dumpxml", "vm", "--inactive")).toContain("vm_VARS.fd");
    succeeded(await stack.preview("--expect-no-changes"));

    // Kept on purpose.
    await change(program(daemon.uri, "two", "destroy: { keepNvram: true },"));
    succeeded(await stack.up());
    succeeded(await stack.destroy());
    expect(existsSync(nvram)).toBe(true);

    // Made anew it finds them, and by default they go with it; the template never does.
    await change(program(daemon.uri, "three"));
    succeeded(await stack.up());
    succeeded(await stack.destroy());
    expect([existsSync(nvram), tpmState()]).toEqual([false, []]);
    expect(daemon.virsh("list", "--all").trim()).toBe("");
    expect(digest(template)).toBe(untouched);
  });
});
