import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Explanation } from "../../capacity/explain/explain.ts";
import { runFleetCommand } from "../../cli/fleetcommand.ts";
import type { FleetInput } from "../../model/fleet.ts";
import { type HostInput, host as small, type VmInput } from "../capacity/host/fleet.ts";
import { captured } from "./captured.ts";

const folder = mkdtempSync(join(tmpdir(), "numafleet-explain-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
function file(content: FleetInput): string {
  const path = join(folder, `${files++}.yaml`);
  writeFileSync(path, stringify(content));
  return path;
}

const explain = (...args: string[]) => captured((streams) => runFleetCommand(["explain", ...args], streams));

async function json(vm: string, fleet: FleetInput): Promise<Explanation & { version: number; code: number }> {
  const { code, out } = await explain(vm, "--fleet", file(fleet), "--json");
  return { ...JSON.parse(out), code };
}

const host = (name: string, facts: Partial<HostInput> = {}): HostInput => ({
  ...small,
  name,
  bridges: [{ name: "br0", bandwidth: "10Gbps" }],
  ...facts,
});
const vm = (name: string, facts: Partial<VmInput> = {}): VmInput => ({
  name,
  vcpus: 4,
  memory: "8 GiB",
  ...facts,
});

/** Three hosts of which one has no room and one is cordoned; limits by default, a GPU, a ledger, hugepages. */
const fleet: FleetInput = {
  hosts: [
    host("full", {
      cells: [{ id: 0, cores: ["0,8"], memory: "4 GiB" }],
      reserved: { memoryPerCell: "1 GiB" },
    }),
    host("roomy", {
      cells: [
        { id: 0, cores: ["0,8", "1,9", "2,10", "3,11"], memory: "16 GiB" },
        { id: 1, cores: ["4,12", "5,13", "6,14", "7,15"], memory: "16 GiB", hugepages: { "1GiB": 4 } },
      ],
      gpus: [{ address: "0000:65:00.0", mode: "passthrough", iommuGroup: 7, cell: 1 }],
    }),
    host("away", { cordoned: true }),
  ],
  vms: [
    vm("db", {
      iothreads: [{}],
      bridge: "br0",
      minimumMemory: "4 GiB",
      headroom: { memory: "8 GiB" },
      disks: [
        { name: "os", class: "ssd", size: "20 GB", iops: 500 },
        { name: "lake", class: "hdd", size: "100 GB", pool: "slow", file: "lake.qcow2" },
      ],
      cloudInit: {},
    }),
    vm("web", {
      cpuPolicy: "shared",
      vcpus: 2,
      memory: "2 GiB",
      bridge: "br0",
      bandwidth: { download: "1Gbps" },
    }),
    vm("wide", { guestCells: 2, memory: "4 GiB", vcpus: 2, exclusiveCores: false }),
    vm("gpu", {
      host: "roomy",
      vcpus: 2,
      memory: "2 GiB",
      pins: ["7", "15"],
      emulator: "3",
      numa: { nodeset: "1" },
      hugepages: "1GiB",
      gpus: [{ address: "0000:65:00.0" }],
    }),
    vm("kept"),
    vm("giant", { vcpus: 64, memory: "8 GiB" }),
  ],
  placement: { preset: "resources" },
  placements: [
    { vm: "kept", host: "away", cells: "1", pins: ["4", "12", "5", "13"], emulator: "7,15", pools: {} },
  ],
  weights: { db: 300 },
};

describe("fleet explain", () => {
  it.each(["k3s-worker-slm-heavy", "k3s-worker-data", "k3s-worker-slm", "k3s-server-tasks"])(
    "derives every number of the default stack's %s",
    async (name) => {
      const { code, out, err } = await explain(name);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      await expect(out).toMatchFileSnapshot(`explanations/${name}.txt`);
    },
  );

  it.each([
    ["db", 0],
    ["web", 0],
    ["wide", 0],
    ["gpu", 0],
    ["kept", 0],
    ["giant", 1],
  ])("derives every number of VM %s", async (name, exit) => {
    const { code, out, err } = await explain(name, "--fleet", file(fleet));
    expect({ code, err }).toEqual({ code: exit, err: "" });
    await expect(out).toMatchFileSnapshot(`explanations/${name}.txt`);
  });

  it("tells who says a figure: the fleet, a default, placement now, or its record", async () => {
    const by = async (name: string) => {
      const { figures } = await json(name, fleet);
      return Object.fromEntries(
        ["host", "pins", "emulator set", "cells", "memory", "hugepages"].map((figure) => [
          figure,
          figures.find((f) => f.name === figure)?.by,
        ]),
      );
    };
    const rest = { memory: "set", hugepages: "default" };
    expect(await by("db")).toEqual({
      host: "placed",
      pins: "placed",
      "emulator set": "placed",
      cells: "placed",
      ...rest,
    });
    expect(await by("kept")).toEqual({
      host: "recorded",
      pins: "recorded",
      "emulator set": "recorded",
      cells: "recorded",
      ...rest,
    });
    expect(await by("gpu")).toEqual({
      host: "set",
      pins: "set",
      "emulator set": "set",
      cells: "set",
      ...rest,
      hugepages: "set",
    });
  });

  it("takes a value for set only where the fleet has it, even if it is the default's", async () => {
    const by = async (facts: Partial<VmInput>) => {
      const { figures } = await json("v", { hosts: [host("h")], vms: [vm("v", facts)] });
      return figures.find((f) => f.name === "idle siblings")?.by;
    };
    expect(await by({})).toBe("default");
    expect(await by({ exclusiveCores: true })).toBe("set");
  });

  it("has the same as data, with scores and what keeps each host off", async () => {
    const { version, code, host: on, place } = await json("db", fleet);
    expect({ version, code, on }).toEqual({ version: 1, code: 0, on: "roomy" });
    expect(place.hosts.map(({ host: name, chosen, why }) => [name, chosen, why])).toEqual([
      ["roomy", true, null],
      ["away", false, "is cordoned"],
      ["full", false, "has at most 2 free CPUs in whole cores in one cell, 4 wanted"],
    ]);
    expect(place.hosts[0]?.shares.map((s) => s.resource)).toEqual([
      "cpu",
      "memory",
      "disk",
      "network",
      "diskIo",
    ]);
  });

  it("knows what the stack remembers, and what is under pressure", async () => {
    const path = file({ hosts: [host("h"), host("i")], vms: [vm("v")] });
    const outputs = join(folder, "outputs.json");
    const record = {
      vm: "v",
      host: "i",
      cells: "1",
      pins: ["4", "12", "5", "13"],
      emulator: "7,15",
      pools: {},
    };
    writeFileSync(outputs, JSON.stringify({ placements: [record] }));
    const { out } = await explain("v", "--fleet", path, "--outputs", outputs, "--json");
    const { host: on, figures } = JSON.parse(out);
    expect(on).toBe("i");
    expect(figures[0]).toMatchObject({
      name: "host",
      by: "recorded",
      source: "the stack's output placements",
    });
    writeFileSync(outputs, JSON.stringify({ placements: [{ ...record, host: "gone" }] }));
    const lost = await explain("v", "--fleet", path, "--outputs", outputs);
    expect(lost.code).toBe(2);
    expect(lost.err).toContain("VM v is on host gone, which the fleet no longer has");
    const missing = await explain("v", "--fleet", path, "--pressure", join(folder, "none.json"));
    expect(missing.code).toBe(2);
    expect(missing.err).toContain("none.json");
  });

  it("leaves the score out where the fewest VMs decide", async () => {
    const { place } = await json("db", { ...fleet, placement: { algorithm: "least_vm_count" } });
    expect(place.hosts[0]).toMatchObject({ host: "roomy", score: null, shares: [], vms: 2 });
  });

  it.each([
    [
      ["k3s-worker-slim"],
      '"k3s-worker-slim" names no VM of the fleet; did you mean k3s-worker-slm? Name a VM as the fleet does.',
    ],
    [[], "name the VM first, as in: fleet explain VM --fleet FILE"],
    [["--json"], "name the VM first, as in: fleet explain VM --fleet FILE"],
    [["a", "b"], "unexpected argument 'b'; name a file as in: fleet explain VM --fleet FILE"],
  ])("refuses %j", async (args, message) => {
    const { code, out, err } = await explain(...args);
    expect({ code, out, err }).toEqual({ code: 2, out: "", err: `error: ${message}\n` });
  });

  it("tells all that is wrong with the fleet, as data too", async () => {
    const path = file({ vms: [vm("v", { vcpus: 0, memory: "much" })] });
    const { code, out, err } = await explain("v", "--fleet", path, "--json");
    expect(code).toBe(2);
    expect(err.split("\n")).toHaveLength(3);
    expect(JSON.parse(out).findings.map((f: { path: string }) => f.path)).toEqual([
      "vms[0].memory",
      "vms[0].vcpus",
    ]);
  });
});
