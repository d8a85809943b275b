/** `fleet status` against a real libvirt: what its VMs hold, and what a declared VM will. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runStatusCommand, type StatusReport } from "../../cli/statuscommand.ts";
import { type FleetInput, requireFleet } from "../../model/fleet.ts";
import { checkLiveImages } from "../../program/imageStorage.ts";
import { type PrivateLibvirtd, startPrivateLibvirtd, whyNoLibvirtd } from "../libvirt/privateLibvirtd.ts";

const why = whyNoLibvirtd();
const title = why ? `fleet status on a real libvirt (skipped: ${why})` : "fleet status on a real libvirt";

const MIB = 1024 ** 2;

const domain = (name: string, disks: string) => `
<domain type='qemu'>
  <name>${name}</name>
  <memory unit='MiB'>64</memory>
  <vcpu>2</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>${disks}</devices>
</domain>`;

const disk = (file: string, target: string, more = "") => `
<disk type='file' device='disk'>
  <driver name='qemu' type='qcow2'/><source file='${file}'/><target dev='${target}' bus='virtio'/>${more}
</disk>`;

const LIMIT = `<iotune><total_bytes_sec>${100 * MIB}</total_bytes_sec><group_name>vm</group_name></iotune>`;

describe.skipIf(why !== undefined)(title, () => {
  let daemon: PrivateLibvirtd;
  let pool: string;

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    pool = join(daemon.folder, "pool");
    mkdirSync(pool);
    const image = (name: string, ...args: string[]) => {
      const file = join(pool, name);
      execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", ...args.slice(1), file, ...args.slice(0, 1)]);
      return file;
    };
    const base = image("base.qcow2", "200M");
    const overlay = image("overlay.qcow2", "300M", "-b", base, "-F", "qcow2");
    const data = image("data.qcow2", "500M");
    image("unused.qcow2", "700M");
    daemon.virsh("pool-define-as", "fast", "dir", "--target", pool);
    daemon.virsh("pool-start", "fast");
    // A pool that the fleet does not know, with a disk over an image of the pool that it knows.
    const other = join(daemon.folder, "other");
    mkdirSync(other);
    image("../other/stray.qcow2", "900M", "-b", base, "-F", "qcow2");
    image("../other/plain.qcow2", "900M");
    daemon.virsh("pool-define-as", "other", "dir", "--target", other);
    daemon.virsh("pool-start", "other");
    const define = (name: string, disks: string) => {
      const file = join(daemon.folder, `${name}.xml`);
      writeFileSync(file, domain(name, disks));
      daemon.virsh("define", file);
    };
    define("runs", disk(overlay, "vda", LIMIT) + disk(data, "vdb", LIMIT));
    define("waits", "");
    define("off", "");
    daemon.virsh("start", "runs");
    daemon.virsh("start", "waits");
    daemon.virsh("suspend", "waits");
  });
  afterAll(() => daemon?.stop());

  const fleetOf = (uri: string): FleetInput => ({
    hosts: [
      {
        name: "lab",
        uri,
        recorded: { source: "detected", date: "2026-11-21" },
        cells: [{ id: 0, cores: ["0", "1", "2", "3", "4", "5", "6", "7"], memory: "8 GiB" }],
        reserved: { memoryPerCell: "1 GiB" },
        pools: [{ name: "fast", class: "ssd", path: pool, capacity: "10 GB" }],
        bridges: [{ name: "br0", bandwidth: "10Gbps" }],
        diskBandwidth: "1GB/s",
      },
    ],
    vms: [
      { name: "runs", host: "lab", vcpus: 2, memory: "64 MiB" },
      { name: "comes", host: "lab", vcpus: 1, memory: "128 MiB" },
    ],
    placement: { resources: { cpu: { overcommitRatio: 2 } } },
  });

  async function status(...args: string[]) {
    const file = join(daemon.folder, "fleet.json");
    writeFileSync(file, JSON.stringify(fleetOf(daemon.uri)));
    let out = "";
    let err = "";
    const code = await runStatusCommand(["--fleet", file, ...args], {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    });
    return { code, out, err };
  }

  it("tells what running and paused VMs hold, and what a declared one will", async () => {
    const { code, out } = await status("--json");
    expect(code).toBe(0);
    const [host] = (JSON.parse(out) as StatusReport).hosts;
    if (!host || "unknown" in host) throw new Error(out);
    expect(host.allocations).toMatchObject([
      {
        instance_id: daemon.virsh("domuuid", "runs").trim(),
        instance_name: "runs",
        cpu: 2,
        memory_bytes: 64 * MIB,
        disk_bytes: 800 * MIB,
        disk_io_bps: 100 * MIB,
      },
      { instance_name: "waits", cpu: 2, disk_bytes: 0, disk_io_bps: 0 },
    ]);
    expect(host.pending).toEqual(["comes"]);
    expect(host.cpu).toMatchObject({
      capacity: 8,
      effective_limit: 16,
      allocated: 4,
      available: 12,
      oversub_ratio: 2,
      source: "detected",
      pending: 1,
      effective_available: 11,
    });
    expect(host.memory).toMatchObject({ allocated: 128 * MIB, pending: 128 * MIB });
    expect(host.disk_io).toMatchObject({ allocated: 100 * MIB, source: "configured" });
    expect(host.disk_breakdown).toMatchObject({
      overlays_bytes: 300 * MIB,
      volumes_bytes: 500 * MIB,
    });
    // Images as they are: empty ones take little, but not nothing.
    for (const bytes of [host.disk_breakdown.images_bytes, host.disk_breakdown.oci_cache_bytes]) {
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThan(MIB);
    }
    expect(host.image_storage.blocked).toBe("");
  });

  it("is warned of by a preview where images take their share", async () => {
    const input = fleetOf(daemon.uri);
    const settings = { liveHosts: "detected", rehearsal: undefined, timeouts: {} } as const;
    const rules = async (imageStorage: number) => {
      const [lab] = input.hosts ?? [];
      const limits = { imageStorage };
      const fleet = requireFleet({ ...input, hosts: [{ ...lab, limits } as NonNullable<typeof lab>] });
      return (await checkLiveImages(fleet, settings)).map(({ rule, subject }) => [rule, subject]);
    };
    expect(await rules(0.2)).toEqual([]);
    // The images are empty ones, of some hundred kilobytes.
    expect(await rules(0.000_01)).toEqual([["host/image-storage", "host lab"]]);
  });

  it("counts a VM no more once it is off", async () => {
    daemon.virsh("destroy", "waits");
    const { out } = await status("--json");
    const [host] = (JSON.parse(out) as StatusReport).hosts;
    if (!host || "unknown" in host) throw new Error(out);
    expect(host.allocations.map((a) => a.instance_name)).toEqual(["runs"]);
    expect(host.cpu.allocated).toBe(2);
  });

  it("shows raw and effective free", async () => {
    const { code, out } = await status();
    expect(code).toBe(0);
    const lines = out.split("\n").map((line) => line.replace(/ {2,}/g, " | "));
    expect(lines.slice(0, 5)).toEqual([
      "host lab | source | have | kept | ratio | may promise | promised | free",
      "CPU | detected | 8 | 2.00 | 16 | 2 | 14 (effective 13 free)",
      "memory | detected | 8Gi | 1Gi | 1.00 | 7Gi | 64Mi | 6.94Gi (effective 6.81Gi free)",
      expect.stringMatching(/^disk \| detected \| 10 GB \| 1\.00 \| 10 GB \| 839\.\d\d MB \| 9\.16 GB$/),
      "network | detected | 10Gbps | 1.00 | 10Gbps | 0bps | 10Gbps",
    ]);
    expect(out).toContain("not there yet: comes");
  });

  it("says which host does not answer, and shows the others", async () => {
    const { code, out } = await status("--uri", "lab=qemu+unix:///system?socket=/nowhere/libvirt-sock");
    expect(code).toBe(2);
    expect(out).toMatch(/^host lab: unknown: .*\/nowhere\/libvirt-sock/);
  });

  it("names a host that the fleet has not", async () => {
    const { code, err } = await status("--host", "labb");
    expect(code).toBe(2);
    expect(err).toContain('"labb" names no host of the fleet; did you mean lab?');
  });
});
