/** What waits for a VM's next boot, and when it was: told by the VM that runs, against a real libvirt. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ownLibvirt } from "../libvirt/ownLibvirt.ts";
import { type Bag, type PluginClient, TYPES } from "../libvirt/pluginClient.ts";
import { type PrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";

const why = whyNoLibvirtd();

const SMALL: Bag = {
  type: "qemu",
  memory: 64,
  memoryUnit: "MiB",
  vcpu: 2,
  running: true,
  cpuTune: {
    vcpuPins: [
      { vcpu: 0, cpuSet: "0" },
      { vcpu: 1, cpuSet: "1" },
    ],
  },
  os: { type: "hvm", typeArch: "x86_64", typeMachine: "q35" },
  features: { acpi: true },
  devices: { interfaces: [{ source: { user: {} }, model: { type: "virtio" } }] },
};

describe.skipIf(why !== undefined)(`what waits for a boot${why ? ` (skipped: ${why})` : ""}`, () => {
  let daemon: PrivateLibvirtd;
  let plugin: PluginClient;

  ownLibvirt((own) => {
    ({ daemon, plugin } = own);
  });

  async function vm(name: string, changes: Bag = {}): Promise<{ id: string; inputs: Bag; state: Bag }> {
    const inputs: Bag = { name, ...structuredClone(SMALL), ...changes };
    const { id, properties } = await plugin.create(TYPES.domain, inputs, { name });
    return { id, inputs, state: properties };
  }
  const pin = (name: string, scope: "--live" | "--config"): string =>
    daemon.virsh("vcpupin", name, "1", scope).trim().replaceAll(/\s+/g, " ");

  it("moves a disk to another bus, where its address of before would not fit", async () => {
    const file = join(daemon.folder, "bus.raw");
    writeFileSync(file, Buffer.alloc(1024 ** 2));
    const disk = (bus: string): Bag => ({
      source: { file: { file } },
      driver: { name: "qemu", type: "raw" },
      target: { dev: "vdb", bus },
    });
    const { id, inputs, state } = await vm("bus", { devices: { disks: [disk("virtio")] } });
    const next = { ...inputs, devices: { disks: [disk("scsi")] } };
    const updated = await plugin.update(TYPES.domain, id, inputs, next, state);
    expect(updated.pendingRestart).toMatchObject([{ property: "devices.disks[0].target.bus" }]);
    daemon.virsh("destroy", "bus");
    daemon.virsh("start", "bus");
    const again = await plugin.read(TYPES.domain, id, next, updated);
    expect([again.inputs, again.properties.pendingRestart]).toEqual([next, []]);
    await plugin.delete(TYPES.domain, id, next, again.properties);
  });

  it("knows a restart by the VM that runs, not by its number, and a saved VM for the same one", async () => {
    const { id, inputs, state } = await vm("number");
    const next = structuredClone(inputs);
    next.devices.watchdogs = [{ model: "i6300esb", action: "reset" }];
    const updated = await plugin.update(TYPES.domain, id, inputs, next, state);
    const waiting = [{ property: "devices.watchdogs[0]", reason: expect.stringContaining("plugged") }];
    expect(updated.pendingRestart).toEqual(waiting);
    expect(daemon.virsh("dumpxml", "number", "--inactive")).not.toContain("waiting");
    // A VM that goes on from a saved state has another number, and QEMU's devices of before.
    daemon.virsh("managedsave", "number");
    daemon.virsh("start", "number");
    expect(daemon.virsh("domid", "number").trim()).not.toBe(String(state.domainId));
    const saved = await plugin.read(TYPES.domain, id, next, updated);
    expect(saved.properties.pendingRestart).toEqual(waiting);
    expect(saved.inputs).toEqual(next);
    // Numbers begin anew with the host, so a VM that was started anew can have the old one.
    daemon.virsh("destroy", "number");
    daemon.virsh("start", "number");
    const domainId = Number(daemon.virsh("domid", "number"));
    const again = await plugin.read(TYPES.domain, id, next, { ...updated, domainId });
    expect(again.properties.pendingRestart).toEqual([]);
    const titled = { ...next, title: "t" };
    const quiet = await plugin.update(TYPES.domain, id, next, titled, { ...updated, domainId });
    expect([quiet.pendingRestart, quiet.domainId]).toEqual([[], domainId]);
    await plugin.delete(TYPES.domain, id, titled, quiet);
  });

  it("changes a saved VM once it runs, as it goes on with the definition that it was saved with", async () => {
    const { id, inputs, state } = await vm("saved");
    daemon.virsh("managedsave", "saved");
    const next: Bag = { ...structuredClone(inputs), memory: 96 };
    next.cpuTune.vcpuPins[1].cpuSet = "0";
    const updated = await plugin.update(TYPES.domain, id, inputs, next, state);
    expect(updated.pendingRestart).toMatchObject([{ property: "memory" }]);
    expect([pin("saved", "--live"), pin("saved", "--config")]).toEqual(["1 0", "1 0"]);
    await plugin.delete(TYPES.domain, id, next, updated);
  });

  it("does not restart a VM twice that has no address after the first time", async () => {
    const { id, inputs, state } = await vm("deaf");
    const next: Bag = structuredClone(inputs);
    next.devices.watchdogs = [{ model: "i6300esb", action: "reset" }];
    next.devices.interfaces[0].waitForIp = { timeout: 1, source: "agent" };
    next.restart = { when: "needed", timeout: 1, onTimeout: "force" };
    type Failure = { message: string; metadata: { get(key: string): unknown[] } };
    const failing = (before: Bag, outputs: Bag): Promise<Failure> =>
      plugin.update(TYPES.domain, id, before, next, outputs).then(
        () => expect.unreachable(),
        (error: Failure) => error,
      );
    const failure = await failing(inputs, state);
    expect(failure.message).toMatch(/VM deaf runs, but .* has no IP address after 1 s/);
    // The engine keeps the new inputs with that, so the next update has nothing to restart for.
    expect(failure.metadata.get("grpc-status-details-bin")).toHaveLength(1);
    const pid = daemon.qemuPid("deaf");
    const known = { ...next, uuid: id, domainId: Number(daemon.virsh("domid", "deaf")), pendingRestart: [] };
    expect((await plugin.update(TYPES.domain, id, next, next, known)).pendingRestart).toEqual([]);
    expect(daemon.qemuPid("deaf")).toBe(pid);
    daemon.virsh("destroy", "deaf");
    const off = await failing({ ...next, running: false }, { ...known, domainId: -1 });
    expect(off.metadata.get("grpc-status-details-bin")).toHaveLength(1);
    await plugin.delete(TYPES.domain, id, next, known);
  });
});
