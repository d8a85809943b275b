import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testGuest } from "../../tools/guest/testGuest.ts";
import { guestReports, untilGuest } from "../guest/guestConsole.ts";
import { GUEST_KERNEL } from "../guest/guestDomain.ts";
import { inGuest, untilAgent } from "../guest/guestShell.ts";
import { whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { type MoveHosts, makeImage, startMoveHosts } from "./moveHosts.ts";

/** A guest that boots, writes, is moved, and finds what it has written. */

const guest = await testGuest();
const why = whyNoLibvirtd() ?? ("skip" in guest ? guest.skip : undefined);

describe.skipIf(why !== undefined)(`a guest that moves${why ? ` (skipped: ${why})` : ""}`, () => {
  let hosts: MoveHosts;
  beforeAll(async () => {
    hosts = await startMoveHosts();
  });
  afterAll(() => hosts?.stop());

  test("is asked to shut down, and finds its data and itself on the other host", async () => {
    if ("skip" in guest) throw new Error(guest.skip);
    const { left, right } = hosts;
    const console = join(hosts.folder, "console.log");
    const file = hosts.write({ memory: "256 MiB" });
    makeImage(join(left.folder, "left", "web-os.qcow2"), "1G", ["0", "1M"]);
    hosts.define(
      left,
      "left",
      { memory: "256 MiB" },
      {
        os: {
          type: "hvm",
          typeArch: "x86_64",
          typeMachine: "q35",
          kernel: guest.kernel,
          initrd: guest.initrd,
          cmdline: GUEST_KERNEL,
        },
      },
    );
    // Its console in a file: both hosts have this machine's files.
    const log = `<serial type='file'><source path='${console}' append='on'/><target port='0'/></serial>`;
    hosts.edit(left, (xml) =>
      xml.replace(/<console[\s\S]*?<\/console>/, "").replace(/<serial type='pty'>[\s\S]*?<\/serial>/, log),
    );
    left.virsh("start", "web");
    const before = await untilGuest(console);
    await untilAgent(left, "web");
    const shell = (command: string) => ["/bin/sh", "-c", command];
    await inGuest(left, "web", ...shell("echo written-before-the-move | dd of=/dev/vda bs=512 conv=fsync"));
    const uuid = left.virsh("domuuid", "web").trim();

    const moved = await hosts.move("web", "--to", "right", "--fleet", file, "--shutdown", "--write");
    expect(moved.err).toContain("shutting down web on left");
    expect(moved.code).toBe(0);
    expect(left.virsh("domstate", "web").trim()).toBe("shut off");
    const seen = guestReports(console).length;
    const after = await untilGuest(console, ({ boot }) => boot !== before.boot, { what: "another boot" });
    expect(seen).toBeGreaterThan(0);
    await untilAgent(right, "web");
    const read = await inGuest(right, "web", ...shell("dd if=/dev/vda bs=512 count=1 | tr -d '\\0'"));
    expect(read.split("\n")[0]).toBe("written-before-the-move");
    expect([after.disks, after.interfaces]).toEqual([before.disks, before.interfaces]);
    expect(right.virsh("domuuid", "web").trim()).toBe(uuid);
    expect(() => left.virsh("start", "web")).toThrow(/moved-to-right/);
  });
});
