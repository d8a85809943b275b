/** Memory that a running guest gets and gives back: a virtio-mem device as the fleet declares it, read from within. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { domainArgs } from "../../components/domainArgs.ts";
import { readHost } from "../../live/readHost.ts";
import { type FleetInput, requireFleet } from "../../model/fleet.ts";
import { testGuest } from "../../tools/guest/testGuest.ts";
import { compareFleet } from "../../verify/compare.ts";
import { untilGuest } from "../guest/guestConsole.ts";
import { GUEST_KERNEL } from "../guest/guestDomain.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { createStack, LIBVIRT_PROJECT, succeeded } from "./engine.ts";

const guest = await testGuest();
const why = whyNoLibvirtd() ?? ("skip" in guest ? guest.skip : undefined);

describe.skipIf(why !== undefined)(`virtio-mem${why ? ` (skipped: ${why})` : ""}`, () => {
  let daemon: PrivateLibvirtd;
  let folder: string;
  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    folder = await mkdtemp(path.join(tmpdir(), "virtio-mem-"));
  });
  afterAll(async () => {
    await daemon?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("gives a running guest memory and takes it back, without a restart", async () => {
    if ("skip" in guest) throw new Error(guest.skip);
    const console = path.join(folder, "console.log");
    const declared = (requested: string) => {
      const input: FleetInput = {
        hosts: [
          {
            name: "h",
            uri: daemon.uri,
            recorded: { source: "configured", date: "2026-05-03" },
            cells: [{ id: 0, cores: ["0", "1"], memory: "8 GiB" }],
            reserved: { memoryPerCell: "1 GiB" },
          },
        ],
        vms: [
          {
            name: "vm",
            host: "h",
            vcpus: 1,
            memory: "256 MiB",
            virtioMem: { maximum: "512 MiB", requested },
          },
        ],
      };
      return requireFleet(input);
    };
    const program = (requested: string): string => {
      const { vms, hosts } = declared(requested);
      const [vm, host] = [vms[0], hosts[0]];
      if (!vm || !host) throw new Error("no VM");
      const args = domainArgs(vm, { host, type: "qemu", disks: [], seed: undefined, sharedCpus: [] });
      const os = {
        type: "hvm",
        typeArch: "x86_64",
        typeMachine: "q35",
        kernel: guest.kernel,
        initrd: guest.initrd,
        cmdline: `${GUEST_KERNEL} memhp_default_state=online_movable`,
      };
      const serials = [{ source: { file: { path: console } }, target: { port: 0 } }];
      const { consoles: _, ...devices } = args.devices as Record<string, unknown>;
      const inputs = { ...args, os, devices: { ...devices, serials } };
      return `
import * as libvirt from "@pulumi/libvirt";
const provider = new libvirt.Provider("host", { uri: ${JSON.stringify(daemon.uri)} });
new libvirt.Domain("vm", ${JSON.stringify(inputs)}, { provider });
`;
    };
    const stack = await createStack({
      files: { "Pulumi.yaml": LIBVIRT_PROJECT, "index.ts": program("0 MiB") },
    });
    const request = (requested: string) =>
      writeFile(path.join(stack.directory, "index.ts"), program(requested));

    succeeded(await stack.up());
    const first = await untilGuest(console);
    const pid = daemon.qemuPid("vm");
    succeeded(await stack.up("--refresh", "--expect-no-changes"));

    await request("256 MiB");
    const { stdout } = succeeded(await stack.preview());
    expect(stdout).toContain("changes live, without a restart: devices.memorydevs[0].target.requested");
    succeeded(await stack.up());
    const more = await untilGuest(console, ({ memTotalKiB }) => memTotalKiB >= first.memTotalKiB + 250_000, {
      what: "256 MiB more",
    });
    succeeded(await stack.up("--refresh", "--expect-no-changes"));

    await request("64 MiB");
    succeeded(await stack.up());
    const less = await untilGuest(console, ({ memTotalKiB }) => memTotalKiB <= first.memTotalKiB + 70_000, {
      what: "64 MiB more",
    });
    expect([more.boot, less.boot, daemon.qemuPid("vm")]).toEqual([first.boot, first.boot, pid]);
    expect(daemon.virsh("dumpxml", "vm", "--inactive")).toMatch(/<requested unit='KiB'>65536</);

    // The guest counts a block out before its driver gives it back.
    await expect
      .poll(() => daemon.virsh("dumpxml", "vm"), { timeout: 120_000 })
      .toMatch(/<current unit='KiB'>65536</);
    const reading = await readHost(daemon.uri, { interval: 0.1, timeoutMs: 60_000, perf: false });
    const rows = (requested: string) =>
      compareFleet(declared(requested), new Map([["h", reading]]))
        .flatMap((host) => host.rows)
        .filter(({ check, subject }) => subject === "VM vm" && ["virtio-mem", "memory"].includes(check))
        .map(({ check, declared: asked, live, status }) => [check, asked, live, status]);
    expect(rows("64 MiB")).toEqual([
      ["memory", "768Mi", "768Mi", "ok"],
      ["virtio-mem", "64Mi", "64Mi, the guest has 64Mi", "ok"],
    ]);
    expect(rows("128 MiB")[1]).toEqual(["virtio-mem", "128Mi", "64Mi, the guest has 64Mi", "differs"]);
  });
});
