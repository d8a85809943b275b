import { describe, expect, test } from "vitest";
import { machines } from "../../capacity/host/machine.ts";
import { placeMemory } from "../../capacity/host/memory.ts";
import { cpuTopology } from "../../components/cpuTopology.ts";
import { planDisks } from "../../components/diskArgs.ts";
import { domainArgs } from "../../components/domainArgs.ts";
import { parseFleet, requireFleet } from "../../model/fleet.ts";
import { host, type VmInput, vm } from "../capacity/host/fleet.ts";

/** Two cells of the guest on the two cells of the host. */
const wide = (facts: Partial<VmInput> = {}) =>
  vm("w", {
    vcpus: 4,
    guestCells: 2,
    memory: "8 GiB",
    pins: ["0", "8", "4", "12"],
    numa: { nodeset: "0-1" },
    ...facts,
  });
const fleetWith = (facts: Partial<VmInput> = {}) => requireFleet({ hosts: [host], vms: [wide(facts)] });
const argsOf = (facts: Partial<VmInput> = {}) => {
  const { hosts, vms } = fleetWith(facts);
  const [h, v] = [hosts[0], vms[0]];
  if (!h || !v) throw new Error("no VM");
  return domainArgs(v, { host: h, type: "kvm", disks: [], seed: undefined, sharedCpus: [] });
};

describe("a guest of several cells", () => {
  test("has each on a host cell of its own, vCPUs and memory in equal parts", () => {
    const args = argsOf();
    expect(args.cpu).toMatchObject({
      topology: { sockets: 2, cores: 1, threads: 2 },
      numa: {
        cells: [
          { id: 0, cpus: "0-1", memory: 4096, unit: "MiB" },
          { id: 1, cpus: "2-3", memory: 4096, unit: "MiB" },
        ],
      },
    });
    expect(args.numaTune).toEqual({
      memory: { mode: "strict", nodeset: "0-1" },
      memNodes: [
        { cellId: 0, mode: "strict", nodeset: "0" },
        { cellId: 1, mode: "strict", nodeset: "1" },
      ],
    });
    expect(args).not.toHaveProperty("maximumMemory");
  });

  test("gets vCPUs that come later in its last cell", () => {
    expect(argsOf({ headroom: { vcpus: 4 } }).cpu).toMatchObject({
      numa: { cells: [{ cpus: "0-1" }, { cpus: "2-7" }] },
    });
    expect(cpuTopology(fleetWith({ headroom: { vcpus: 1 } }).vms[0] as never, host as never)).toEqual({
      sockets: 1,
      cores: 5,
      threads: 1,
    });
  });

  test("takes half of its memory and overhead of each cell", () => {
    const [machine] = machines(fleetWith());
    if (!machine) throw new Error("no host");
    const { shares } = placeMemory(machine);
    const overhead = (machine.guests[0]?.overhead ?? 0) / 2;
    expect(shares.map((s) => [s.place, s.memory, s.overhead])).toEqual([
      [0, 4 * 1024 ** 3, overhead],
      [1, 4 * 1024 ** 3, overhead],
    ]);
  });

  test.each<[string, Partial<VmInput>, string[]]>([
    [
      "an odd number of vCPUs",
      { vcpus: 5, pins: ["0", "8", "4", "12", "5"] },
      ["`vms[0].guestCells` is 2, and 5 vCPUs do not come out even over them."],
    ],
    [
      "memory that does not come out even",
      { memory: "8193 MiB" },
      ["`vms[0].guestCells` is 2, and 8.00Gi of memory do not come out even over them in whole MiB."],
    ],
    [
      "pages that do not come out even",
      { memory: "7 GiB", hugepages: "1GiB" },
      ["`vms[0].guestCells` is 2, and 7Gi of memory do not come out even over them in whole pages of 1GiB."],
    ],
    [
      "another number of host cells",
      { numa: { nodeset: "0" } },
      ["`vms[0].guestCells` is 2, but `numa.nodeset` names 1 of the host's."],
    ],
    [
      "memory to be added",
      { headroom: { memory: "1 GiB" } },
      ["`vms[0].guestCells` is 2, and memory can be added to a running guest of one cell only."],
    ],
  ])("is refused with %s", (_, facts, expected) => {
    const { findings } = parseFleet({ hosts: [host], vms: [wide(facts)] });
    expect(findings.map((f) => f.message)).toEqual(expected);
  });

  test("is refused where nothing tells its host cells", () => {
    const { numa: _, ...unbound } = wide();
    const { findings } = parseFleet({ hosts: [host], vms: [unbound] });
    expect(findings.map((f) => f.message)).toEqual([
      "`vms[0].guestCells` is 2, but no `numa` tells which cells of the host they lie on.",
    ]);
  });
});

test("limits reach interface and disks", () => {
  const limits = {
    download: { rate: 8_000_000, burst: 32_000_000, source: "default" as const },
    upload: undefined,
    diskIo: { rate: 8_000_000, burst: undefined, source: "set" as const },
  };
  const { hosts, vms } = requireFleet({
    hosts: [{ ...host, bridges: [{ name: "br0" }] }],
    vms: [vm("a", { bridge: "br0", disks: [{ name: "os", class: "ssd", size: "1 GB" }] })],
  });
  const [h, v] = [hosts[0], vms[0]];
  if (!h || !v) throw new Error("no VM");
  const disks = planDisks(v, h, limits);
  expect(disks[0]?.device.ioTune).toEqual({ totalBytesSec: 1_000_000, groupName: "vm" });
  const args = domainArgs(v, { host: h, type: "kvm", disks: [], seed: undefined, sharedCpus: [], limits });
  expect(args.devices).toMatchObject({
    interfaces: [{ bandwidth: { inbound: { average: 1000, burst: 3906 } } }],
  });
});
