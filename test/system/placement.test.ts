/**
 * VMs that name no host, on two real libvirts through the real engine and the policy pack: where they go, that they stay
 * there when others come, that default limits are what libvirt keeps, changed live, and that no VM is deleted that others
 * are to look after.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FleetInput } from "../../model/fleet.ts";
import { ROOT } from "../../tools/engine/engine.ts";
import { LENIENT_TC } from "../libvirt/lenientTc.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";
import { createStack, succeeded } from "./engine.ts";

const why = whyNoLibvirtd({ bridges: true });
const title = why ? `VMs without a host (skipped: ${why})` : "VMs without a host";

/** Of a host of 16 CPUs and 8 GiB in the file: what a VM asks for there is an eighth of it here. */
const MACHINE = { cpus: 2, memory: "1 GiB" };

type VmInput = NonNullable<FleetInput["vms"]>[number];
const vm = (name: string, facts: Partial<VmInput> = {}): VmInput => ({
  name,
  vcpus: 2,
  memory: "1 GiB",
  bridge: "br0",
  disks: [{ name: "os", class: "ssd", size: "64 MB" }],
  ...facts,
});

describe.skipIf(why !== undefined)(title, () => {
  const daemons: PrivateLibvirtd[] = [];
  const at = (host: "a" | "b") => daemons[host === "a" ? 0 : 1] as PrivateLibvirtd;

  beforeAll(async () => {
    for (const _ of ["a", "b"])
      daemons.push(await startPrivateLibvirtd({ bridges: ["br0"], programs: { tc: LENIENT_TC } }));
  });
  afterAll(async () => {
    for (const daemon of daemons) await daemon.stop();
  });

  const fleetOf = (vms: VmInput[], more: Partial<FleetInput> = {}): FleetInput => ({
    hosts: (["a", "b"] as const).map((name) => ({
      name,
      uri: at(name).uri,
      recorded: { source: "configured", date: "2026-05-03" },
      cells: [{ id: 0, cores: Array.from({ length: 8 }, (_, i) => `${i},${i + 8}`), memory: "8 GiB" }],
      reserved: { cpus: "7,15", memoryPerCell: "1 GiB" },
      pools: [{ name: "fast", class: "ssd", path: join(at(name).folder, "fast"), capacity: "10 GB" }],
      bridges: [{ name: "br0", bandwidth: "10Gbps" }],
    })),
    vms,
    ...more,
  });
  const names = (host: "a" | "b") =>
    at(host).virsh("list", "--all", "--name").split("\n").filter(Boolean).sort();
  const processes = () => [
    ["db", at("a").qemuPid("db")],
    ["web", at("b").qemuPid("web")],
  ];

  it("go where there is most left, stay there, and are limited in proportion to their vCPUs", async () => {
    for (const host of ["a", "b"] as const) mkdirSync(join(at(host).folder, "fast"));
    const file = join(at("a").folder, "fleet.json");
    const write = (fleet: FleetInput) => writeFileSync(file, JSON.stringify(fleet));
    write(fleetOf([vm("db", { memory: "2 GiB" }), vm("web")]));
    const stack = await createStack({
      directory: ROOT,
      policyPack: "policy",
      env: { XDG_STATE_HOME: join(at("a").folder, "state") },
      config: {
        "numafleet:fleet": file,
        "numafleet:today": "2026-05-06",
        "numafleet:domainType": "qemu",
        "numafleet:rehearsal": JSON.stringify(MACHINE),
      },
    });

    const preview = await stack.preview();
    expect(preview.stdout + preview.stderr).toContain(
      "VM db is placed on host a: cell 0, CPUs 0,8, emulator on 7,15, disk os in pool fast.",
    );
    succeeded(await stack.up());
    expect([names("a"), names("b")]).toEqual([["db"], ["web"]]);
    const before = processes();

    // Another one, larger and earlier in the file, moves none of them; the plan is refused by nobody.
    const three = [vm("big", { memory: "4 GiB", vcpus: 4 }), vm("web"), vm("db", { memory: "2 GiB" })];
    write(fleetOf(three));
    const second = succeeded(await stack.up());
    expect(second.stdout + second.stderr).toMatch(/VM big is placed on host b: /);
    expect(second.stdout + second.stderr).not.toContain("VM db is placed");
    expect([names("a"), names("b")]).toEqual([["db"], ["big", "web"]]);
    expect(processes()).toEqual(before);
    succeeded(await stack.preview("--expect-no-changes"));

    // Default limits, switched on while the VMs run: 2 of 16 CPUs, of 10 Gbps and of 1 GB/s.
    const limited = { placement: { defaultLimits: true } };
    write(fleetOf(three, limited));
    succeeded(await stack.up());
    expect(processes()).toEqual(before);
    const device = /^\s*(vnet\S+|\S+)\s+bridge/m.exec(at("a").virsh("domiflist", "db"))?.[1] ?? "";
    expect(at("a").virsh("domiftune", "db", device)).toMatch(
      /inbound\.average: 156250\n[\s\S]*inbound\.burst *: 610351\n[\s\S]*outbound\.average: 156250\n/,
    );
    expect(at("a").virsh("blkdeviotune", "db", "vda")).toMatch(
      /total_bytes_sec: 125000000\n[\s\S]*total_bytes_sec_max: 500000000\n/,
    );
    expect(at("b").virsh("blkdeviotune", "big", "vda")).toMatch(/total_bytes_sec: 250000000\n/);

    // A host is not let go while a VM is placed there.
    const { hosts = [], ...rest } = fleetOf(three, limited);
    write({ ...rest, hosts: hosts.filter((host) => host.name === "b") });
    const refused = await stack.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain("placement/host-gone: VM db is on host a");
    expect([names("a"), names("b")]).toEqual([["db"], ["big", "web"]]);

    // Nor is a VM that the stack has made handed over to others before it has left the state: it would be deleted.
    const others = vm("web", { host: "b", cpuPolicy: "shared", managed: false });
    const handed = fleetOf([...three.filter(({ name }) => name !== "web"), others], limited);
    write(handed);
    const kept = await stack.up();
    expect(kept.exitCode).not.toBe(0);
    expect(kept.stdout + kept.stderr).toContain("build/would-delete: VM web is `managed: false`");
    const urns = [...(kept.stdout + kept.stderr).matchAll(/pulumi state delete '([^']+)'/g)].map(
      ([, urn]) => urn,
    );
    expect(urns).toHaveLength(3);
    for (const urn of urns)
      succeeded(await stack.pulumi("state", "delete", urn as string, "--yes", "--stack", "dev"));
    succeeded(await stack.up());
    expect(processes()).toEqual(before);

    // The pool does not go while its disk is in use.
    at("b").virsh("destroy", "web");
    succeeded(await stack.destroy());
    expect([names("a"), names("b")]).toEqual([[], ["web"]]);
  });
});
