/** The guest that other system tests boot: what it says, and that it obeys, or does not. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { testGuest } from "../../tools/guest/testGuest.ts";
import { untilGuest } from "../guest/guestConsole.ts";
import { guestDomain } from "../guest/guestDomain.ts";
import { ownLibvirt } from "../libvirt/ownLibvirt.ts";
import { type PluginClient, TYPES } from "../libvirt/pluginClient.ts";
import { type PrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";

const guest = await testGuest();
const why = whyNoLibvirtd() ?? ("skip" in guest ? guest.skip : undefined);
const title = why ? `the test guest (skipped: ${why})` : "the test guest";

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let plugin: PluginClient;
  ownLibvirt((own) => {
    ({ daemon, plugin } = own);
  });

  async function boot(name: string, obeys: boolean): Promise<string> {
    if ("skip" in guest) throw new Error(guest.skip);
    const console = join(daemon.folder, `${name}.log`);
    await plugin.create(TYPES.domain, guestDomain(guest, { name, console, obeys }));
    return console;
  }

  it("tells what it sees while that changes, answers the agent and obeys the power button", async () => {
    const console = await boot("obeys", true);
    const first = await untilGuest(console, (facts) => facts.agent, { what: "that its agent runs" });
    expect(first.boot).toMatch(/^[0-9a-f-]{36}$/);
    expect(first.onlineCpus).toBe("0-1");
    expect(first.disks).toEqual({});
    // It was started; that it has opened its channel, libvirt tells.
    const connected = /name='org\.qemu\.guest_agent\.0' state='connected'/;
    for (let i = 0; i < 150 && !connected.test(daemon.virsh("dumpxml", "obeys")); i++) await sleep(200);
    expect(daemon.virsh("qemu-agent-command", "obeys", '{"execute":"guest-ping"}')).toContain('"return"');

    daemon.virsh("setmem", "obeys", "160MiB", "--live");
    const smaller = await untilGuest(console, (facts) => facts.memTotalKiB < first.memTotalKiB - 80_000, {
      what: "that the balloon took memory",
    });
    expect(smaller.boot).toBe(first.boot);

    const pid = daemon.qemuPid("obeys");
    daemon.virsh("shutdown", "obeys", "--mode", "acpi");
    for (let i = 0; i < 150 && existsSync(`/proc/${pid}`); i++) await sleep(200);
    expect(daemon.virsh("domstate", "obeys").trim()).toBe("shut off");
  });

  it("obeys nobody where its command line says so", async () => {
    const console = await boot("stubborn", false);
    await untilGuest(console, (facts) => facts.agent, { what: "that its agent runs" });
    daemon.virsh("shutdown", "stubborn", "--mode", "acpi");
    await untilGuest(console, (facts) => facts.ignoredShutdowns === 1, {
      what: "that it ignored the button",
    });
    expect(daemon.virsh("domstate", "stubborn").trim()).toBe("running");
  });
});
