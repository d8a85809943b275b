/** What a change says and does to a VM whose guest runs: live, at the next boot, and by a restart that is allowed. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testGuest } from "../../tools/guest/testGuest.ts";
import { guestFacts, untilGuest } from "../guest/guestConsole.ts";
import { guestDomain } from "../guest/guestDomain.ts";
import type { Bag } from "../libvirt/pluginClient.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { createStack, LIBVIRT_PROJECT, succeeded, type TestStack } from "./engine.ts";

const guest = await testGuest();
const why = whyNoLibvirtd() ?? ("skip" in guest ? guest.skip : undefined);

const program = (uri: string, inputs: Bag): string => `
import * as libvirt from "@pulumi/libvirt";
const provider = new libvirt.Provider("host", { uri: ${JSON.stringify(uri)} });
const vm = new libvirt.Domain("vm", ${JSON.stringify(inputs)}, { provider });
export const waits = vm.pendingRestart.apply((all) => all.map((item) => item.property));
`;

describe.skipIf(why !== undefined)(`a running guest${why ? ` (skipped: ${why})` : ""}`, () => {
  let daemon: PrivateLibvirtd;
  let stack: TestStack;
  let console: string;
  let inputs: Bag;

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
  });
  afterAll(() => daemon?.stop());

  const declare = (next: Bag) => {
    inputs = next;
    return writeFile(path.join(stack.directory, "index.ts"), program(daemon.uri, next));
  };
  const waits = async () => {
    const { deployment } = await stack.exportStack();
    const vm = deployment.resources?.find(({ type }) => type === "libvirt:index/domain:Domain");
    const waiting = (vm?.outputs?.pendingRestart ?? []) as { property: string }[];
    return waiting.map(({ property }) => property);
  };

  it("keeps running, grows, and restarts only where that is allowed", async () => {
    if ("skip" in guest) throw new Error(guest.skip);
    console = path.join(daemon.folder, "console.log");
    const base = guestDomain(guest, { name: "vm", console, obeys: false });
    const room = {
      maximumMemory: 1,
      maximumMemoryUnit: "GiB",
      maximumMemorySlots: 4,
      vcpu: 2,
      vcpuCurrent: 1,
      cpu: {
        mode: "maximum",
        topology: { sockets: 1, cores: 2, threads: 1 },
        numa: { cells: [{ id: 0, cpus: "0-1", memory: 256, unit: "MiB" }] },
      },
      clock: { offset: "utc" },
    };
    inputs = { ...base, ...room };
    inputs.os.cmdline += " memhp_default_state=online_movable";
    stack = await createStack({
      files: { "Pulumi.yaml": LIBVIRT_PROJECT, "index.ts": program(daemon.uri, inputs) },
    });
    succeeded(await stack.up());
    const first = await untilGuest(console);
    const pid = daemon.qemuPid("vm");

    // Growth is live; a clock is not.
    const grown = structuredClone(inputs);
    Object.assign(grown, { memory: 384, vcpuCurrent: 2, title: "grown", clock: { offset: "localtime" } });
    grown.cpu.numa.cells[0].memory = 384;
    await declare(grown);
    const { stdout: preview } = succeeded(await stack.preview());
    expect(preview).toMatch(
      /changes live, without a restart: .*cpu\.numa\.cells\[0\]\.memory.*memory, |changes live, without a restart: title/,
    );
    expect(preview).toMatch(
      /changes at the next boot, and nothing restarts the VM: clock\.offset \(the guest sees the machine as it was started\)/,
    );
    succeeded(await stack.up());
    const second = await untilGuest(
      console,
      (facts) => facts.memTotalKiB >= first.memTotalKiB + 131072 && facts.onlineCpus === "0-1",
      { what: "384 MiB and two CPUs" },
    );
    expect([second.boot, daemon.qemuPid("vm")]).toEqual([first.boot, pid]);
    expect(await waits()).toEqual(["clock.offset"]);
    expect(
      succeeded(
        await stack.pulumi("refresh", "--stack", "dev", "--yes", "--skip-preview", "--expect-no-changes"),
      ).stdout,
    ).toBeTruthy();
    expect(succeeded(await stack.preview("--expect-no-changes")).stdout).toBeTruthy();

    // A restart that is allowed, and a guest that does not obey: it goes on running, and the change waits on.
    await declare({ ...inputs, restart: { when: "needed", timeout: 2 } });
    const refused = await stack.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain(
      "domain vm did not shut down within 2 s, and goes on running as it was",
    );
    expect(guestFacts(console)?.boot).toBe(first.boot);
    expect([daemon.qemuPid("vm"), await waits()]).toEqual([pid, ["clock.offset"]]);

    // Told to, it is ended and started again, with all that waited.
    await declare({
      ...inputs,
      os: { ...inputs.os, cmdline: String(inputs.os.cmdline).replace(" guest.obeys=no", "") },
      restart: { when: "needed", timeout: 2, onTimeout: "force" },
    });
    expect(succeeded(await stack.preview()).stdout).toMatch(
      /restarts the VM if it runs, as `restart` allows: os\.cmdline/,
    );
    succeeded(await stack.up());
    const third = await untilGuest(console);
    expect(third.boot).not.toBe(first.boot);
    // What it had grown by is its own from the boot on; it only takes a balloon driver longer to say so.
    await untilGuest(console, (facts) => facts.memTotalKiB >= first.memTotalKiB + 120_000, {
      what: "384 MiB",
    });
    expect(daemon.virsh("dumpxml", "vm", "--inactive")).toContain("<currentMemory unit='KiB'>393216<");
    expect(await waits()).toEqual([]);
    expect(daemon.virsh("dumpxml", "vm")).toContain("<clock offset='localtime'");

    // A guest that obeys needs no force.
    await declare({ ...inputs, clock: { offset: "utc" }, restart: { when: "needed", timeout: 60 } });
    succeeded(await stack.up());
    expect((await untilGuest(console, ({ boot }) => boot !== third.boot)).boot).not.toBe(third.boot);
    expect(await waits()).toEqual([]);
    succeeded(await stack.preview("--expect-no-changes"));
    succeeded(await stack.destroy());
    expect(daemon.virsh("list", "--all").trim()).toBe("");
  });
});
