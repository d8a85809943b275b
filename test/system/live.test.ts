/** A running VM through the real engine: what is changed live leaves process, domain and boot as they are. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testGuest } from "../../tools/guest/testGuest.ts";
import { untilGuest } from "../guest/guestConsole.ts";
import { guestDomain } from "../guest/guestDomain.ts";
import { LENIENT_TC } from "../libvirt/lenientTc.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { type RecordedVirsh, recordVirsh } from "../libvirt/recordedVirsh.ts";
import { createStack, LIBVIRT_PROJECT, succeeded } from "./engine.ts";
import { type Declared, Look, ROWS, VM } from "./liveRows.ts";

const guest = await testGuest();
const why = whyNoLibvirtd({ bridges: true }) ?? ("skip" in guest ? guest.skip : undefined);
const title = why ? `changes of a running VM (skipped: ${why})` : "changes of a running VM";

/** What would restart a guest, or make another of it. */
const RESTARTS =
  /^(destroy|reset|reboot|shutdown|start|create|undefine|suspend|resume|save|restore|managedsave|migrate)/;

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let recorded: RecordedVirsh;
  let console: string;

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd({ bridges: ["br0"], programs: { tc: LENIENT_TC } });
    recorded = recordVirsh(join(daemon.folder, "bin"));
    console = join(daemon.folder, "console");
  });
  afterAll(() => daemon?.stop());

  function initial(): Declared {
    if ("skip" in guest) throw new Error(guest.skip);
    const vm = guestDomain(guest, { name: VM, console });
    return {
      vm: {
        ...vm,
        vcpu: 3,
        vcpuCurrent: 2,
        currentMemory: 256,
        currentMemoryUnit: "MiB",
        ioThreads: 1,
        cpuTune: {
          vcpuPins: [
            { vcpu: 0, cpuSet: "0" },
            { vcpu: 1, cpuSet: "1" },
          ],
          emulatorPin: { cpuSet: "0-1" },
        },
        devices: {
          ...vm.devices,
          // libvirt makes all ports up to this one: what is plugged in later needs one that is free.
          controllers: [{ type: "pci", index: 12, model: "pcie-root-port" }],
          disks: [
            {
              driver: { name: "qemu", type: "qcow2", ioThread: 1 },
              source: { volume: { pool: "pool", volume: "root" } },
              target: { dev: "vda", bus: "virtio" },
              serial: "root",
            },
          ],
          interfaces: [
            {
              source: { bridge: { bridge: "br0" } },
              mac: { address: "52:54:00:00:00:01" },
              model: { type: "virtio" },
            },
          ],
        },
      },
      root: { capacity: 64 * 1024 ** 2 },
    };
  }

  const program = ({ vm, root }: Declared): string => `
import * as libvirt from "@pulumi/libvirt";

const provider = new libvirt.Provider("host", ${JSON.stringify({
    uri: daemon.uri,
    stateDir: join(daemon.folder, "state"),
  })});
const opts = { provider };
const pool = new libvirt.Pool("pool", ${JSON.stringify({
    name: "pool",
    type: "dir",
    target: { path: join(daemon.folder, "pool") },
  })}, opts);
const inPool = { provider, dependsOn: pool };
const root = new libvirt.Volume("root", ${JSON.stringify({
    name: "root",
    pool: "pool",
    capacity: root.capacity,
    target: { format: { type: "qcow2" } },
  })}, inPool);
const data = new libvirt.Volume("data", { name: "data", pool: "pool", capacity: 8 * 1024 ** 2 }, inPool);
export const { pendingRestart } = new libvirt.Domain("vm", ${JSON.stringify(vm)}, {
  provider,
  dependsOn: [root, data],
});
`;

  it(`keep its process, its domain and its boot: ${ROWS.map((row) => row.name).join("; ")}`, async () => {
    const declared = initial();
    const stack = await createStack({
      files: { "Pulumi.yaml": LIBVIRT_PROJECT, "index.ts": program(declared) },
      env: { PATH: `${recorded.folder}:${process.env.PATH}` },
    });
    const update = async (): Promise<void> => {
      await writeFile(join(stack.directory, "index.ts"), program(declared));
      succeeded(await stack.up());
    };
    const identity = async () => {
      const { boot } = await untilGuest(console, undefined, { what: "anything" });
      return { boot, pid: daemon.qemuPid(VM), id: daemon.virsh("domid", VM).trim() };
    };
    const look = new Look(daemon, console);

    succeeded(await stack.up());
    await untilGuest(console, (facts) => facts.agent, { what: "that it is up" });
    // The recording records: this is what it must not hold from here on.
    expect(recorded.commands()).toContain("start");
    const before = await identity();
    recorded.clear();

    for (const row of ROWS) row.change(declared);
    await update();
    for (const row of ROWS) await labelled(`${row.name}, changed`, () => row.changed(look));
    expect(await identity()).toEqual(before);
    succeeded(await stack.up("--refresh", "--expect-no-changes"));

    for (const row of ROWS) row.reset?.(declared);
    await update();
    for (const row of ROWS) await labelled(`${row.name}, taken back`, () => row.restored?.(look));
    expect(await identity()).toEqual(before);
    succeeded(await stack.up("--refresh", "--expect-no-changes"));

    const outputs = succeeded(await stack.pulumi("stack", "output", "--json", "--stack", "dev"));
    expect(JSON.parse(outputs.stdout)).toEqual({ pendingRestart: [] });
    expect(recorded.commands().filter((command) => RESTARTS.test(command))).toEqual([]);
    expect(recorded.commands()).toContain("vcpupin");
    succeeded(await stack.destroy());
    expect(daemon.virsh("list", "--all").trim()).toBe("");
  });
});

/** Says which row it was. */
async function labelled(name: string, look: () => void | Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
