import { expect, test } from "vitest";
import { judgeHosts } from "../../../capacity/host/host.ts";
import { machines } from "../../../capacity/host/machine.ts";
import { networkShare, trafficLimits } from "../../../capacity/host/traffic.ts";
import { diskIoTune, interfaceBandwidth, throttleGroups } from "../../../components/trafficArgs.ts";
import { type FleetInput, parseFleet } from "../../../model/fleet.ts";
import { fleetOf, floating, type HostInput, host as small, texts, type VmInput } from "./fleet.ts";

const Gbps = 1_000_000_000;

/** The resources document's host: 16 cores, a NIC of 10 Gbps, disk I/O of 1 GB/s by default. */
const document: Partial<HostInput> = {
  cells: [{ id: 0, cores: Array.from({ length: 16 }, (_, i) => `${i}`), memory: "64 GiB" }],
  reserved: { memoryPerCell: "1 GiB" },
  bridges: [{ name: "br0", bandwidth: "10Gbps" }],
};
const resources: Partial<FleetInput> = { placement: { preset: "resources" } };
const disks = [{ name: "os", class: "ssd" as const, size: "20 GB" }];
const member = (name: string, facts: Partial<VmInput> = {}) =>
  floating(name, { bridge: "br0", disks, ...facts });

const limitsOf = (vm: VmInput, host: Partial<HostInput> = document, more = resources) => {
  const fleet = fleetOf([vm], host, more);
  const [machine] = machines(fleet);
  if (!machine) throw new Error("no host");
  return trafficLimits(machine, fleet.vms[0] as (typeof fleet.vms)[number]);
};

test("the document's example: 2 vCPUs of 16 on 10 Gbps", () => {
  const limits = limitsOf(member("a"));
  expect(limits).toEqual({
    download: { rate: 2.5 * Gbps, burst: 10 * Gbps, source: "default" },
    upload: { rate: 2.5 * Gbps, burst: 10 * Gbps, source: "default" },
    diskIo: { rate: 2 * Gbps, burst: 8 * Gbps, source: "default" },
  });
  // 2.5 Gbps are 312.5 MB/s; the disks 250 MB/s, for a moment 1 GB/s.
  expect(interfaceBandwidth(limits)).toEqual({
    inbound: { average: 312_500, burst: 1_220_703 },
    outbound: { average: 312_500, peak: 1_250_000, burst: 1_220_703 },
  });
  expect(diskIoTune({}, limits)).toEqual({
    totalBytesSec: 250_000_000,
    totalBytesSecMax: 1_000_000_000,
    groupName: "vm",
  });
});

test("a ratio for network and disk I/O stretches the shares", () => {
  const more = { placement: { defaultLimits: true } };
  expect(limitsOf(member("a"), document, more).download?.rate).toBe(1.25 * Gbps);
  expect(limitsOf(member("a"), document, more).diskIo?.rate).toBe(Gbps);
});

test("without default limits nothing limits a VM but what it says itself", () => {
  const strict = { placement: {} };
  expect(limitsOf(member("a"), document, strict)).toEqual({
    download: undefined,
    upload: undefined,
    diskIo: undefined,
  });
  const own = member("a", { bandwidth: { download: "1Gbps" }, diskBandwidth: "125MB/s" });
  const limits = limitsOf(own, document, strict);
  expect(limits).toEqual({
    download: { rate: Gbps, burst: undefined, source: "set" },
    upload: undefined,
    diskIo: { rate: Gbps, burst: undefined, source: "set" },
  });
  expect(interfaceBandwidth(limits)).toEqual({ inbound: { average: 125_000 } });
  expect(diskIoTune({}, limits)).toEqual({ totalBytesSec: 125_000_000, groupName: "vm" });
});

test("a limit of the VM's own wins over its share", () => {
  const limits = limitsOf(member("a", { bandwidth: { upload: "100Mbps" }, diskBandwidth: "10MB/s" }));
  expect(limits.upload).toEqual({ rate: 100_000_000, burst: undefined, source: "set" });
  expect(limits.download?.source).toBe("default");
  expect(limits.diskIo?.rate).toBe(80_000_000);
});

test("a configured network limit wins over the uplink", () => {
  const limited = { ...document, limits: { network: "4Gbps" } };
  expect(limitsOf(member("a"), limited).download?.rate).toBe(Gbps);
  const unknown = { ...document, bridges: [{ name: "br0" }] };
  expect(limitsOf(member("a"), unknown).download).toBeUndefined();
  expect(limitsOf(member("a"), { ...unknown, limits: { network: "4Gbps" } }).download?.rate).toBe(Gbps);
});

test("a VM without an interface or without disks has nothing to limit", () => {
  expect(limitsOf(floating("a"))).toEqual({ download: undefined, upload: undefined, diskIo: undefined });
});

test("a disk with a limit of its own number of operations stands alone", () => {
  const limits = limitsOf(member("a"));
  expect(diskIoTune({ iops: 500 }, limits)).toEqual({
    totalBytesSec: 250_000_000,
    totalBytesSecMax: 1_000_000_000,
    totalIopsSec: 500,
  });
  expect(diskIoTune({ iops: 500 }, limitsOf(floating("a")))).toEqual({ totalIopsSec: 500 });
  expect(diskIoTune({}, limitsOf(floating("a")))).toBeUndefined();
});

test("disks that stand alone and the group of the others keep to the VM's limit together", () => {
  expect(throttleGroups([{}, {}])).toBe(1);
  expect(throttleGroups([{ iops: 5 }])).toBe(1);
  expect(throttleGroups([{}, { iops: 5 }, {}, { iops: 9 }])).toBe(3);
  const limits = limitsOf(member("a", { diskBandwidth: "90MB/s" }));
  expect(diskIoTune({}, limits, 3)).toEqual({ totalBytesSec: 30_000_000, groupName: "vm" });
  expect(diskIoTune({ iops: 5 }, limits, 3)).toEqual({ totalBytesSec: 30_000_000, totalIopsSec: 5 });
});

test("a bucket stays within what tc takes: 32 bits of bytes", () => {
  // 8 of 16 vCPUs of a 100 Gbps link are 50 Gbps, of which four seconds are 25 GB.
  const bandwidth = interfaceBandwidth(
    limitsOf(member("a", { vcpus: 8 }), { ...document, bridges: [{ name: "br0", bandwidth: "100Gbps" }] }),
  );
  expect(bandwidth).toEqual({
    inbound: { average: 12_500_000, burst: 4_194_303 },
    outbound: { average: 12_500_000, peak: 50_000_000, burst: 4_194_303 },
  });
});

test.each(["0Gbps", "0.0 MB/s", "7999bps"])("%s is refused: libvirt takes no rate for no limit", (rate) => {
  const { findings } = parseFleet({
    hosts: [{ ...small, bridges: document.bridges ?? [], limits: { network: rate }, diskBandwidth: rate }],
    vms: [{ ...member("a"), bandwidth: { download: rate, upload: "8kbps" }, diskBandwidth: rate }],
  });
  expect(findings.map(({ path }) => path)).toEqual([
    "hosts[0].diskBandwidth",
    "hosts[0].limits.network",
    "vms[0].bandwidth.download",
    "vms[0].diskBandwidth",
  ]);
  expect(findings[0]?.message).toContain(
    'expected a bandwidth with its unit, like "10Gbps" (bits) or "125MB/s" (bytes), of at least 8kbps',
  );
});

test("each bridge carries what its own uplink does", () => {
  const two = {
    ...document,
    bridges: [{ name: "br0", bandwidth: "1Gbps" }, { name: "br1", bandwidth: "10Gbps" }, { name: "br2" }],
  };
  const ask = (bridge: string, download: string, host: Partial<HostInput> = two) =>
    judgeHosts(fleetOf([member("a", { bridge, bandwidth: { download } })], host));
  expect(texts(ask("br0", "2Gbps").findings)).toEqual([
    "refuse host/network-bandwidth hosts[0].bridges[0].bandwidth: Host h cannot give VM a the network bandwidth over bridge br0 that it may take: requested 2Gbps, available 1Gbps, short by 1Gbps. | Lower its limit, move it to another host, or raise the ratio in `placement.resources`.",
  ]);
  expect(ask("br1", "2Gbps").findings).toEqual([]);
  // Of a bridge whose speed nobody knows nothing is short, and it takes nothing of the others'.
  const unknown = ask("br2", "40Gbps");
  expect(unknown.findings).toEqual([]);
  expect(unknown.hosts[0]?.network).toMatchObject({ capacity: 11 * Gbps, committed: 0 });
  // A limit for the whole host counts every VM.
  const limited = ask("br2", "40Gbps", { ...two, limits: { network: "5Gbps" } });
  expect(limited.findings.map(({ path, need }) => [path, need])).toEqual([
    ["hosts[0].limits.network", 40 * Gbps],
  ]);
});

test("both directions share the link, so the larger one counts", () => {
  const own = member("a", { bandwidth: { download: "1Gbps", upload: "3Gbps" } });
  expect(networkShare(limitsOf(own))).toBe(3 * Gbps);
});

test("limits that add up to more than there is are refused", () => {
  const vms = [
    member("a", { bandwidth: { download: "6Gbps" }, diskBandwidth: "800MB/s" }),
    member("b", { bandwidth: { upload: "5Gbps" }, diskBandwidth: "300MB/s" }),
  ];
  const { findings, hosts } = judgeHosts(fleetOf(vms, { ...document, diskBandwidth: "1GB/s" }));
  expect(texts(findings)).toEqual([
    "refuse host/network-bandwidth hosts[0].bridges[0].bandwidth: Host h cannot give VMs a and b the network bandwidth over bridge br0 that they may take: requested 11Gbps, available 10Gbps, short by 1Gbps. | Lower their limits, move one of them to another host, or raise the ratio in `placement.resources`.",
    "refuse host/disk-bandwidth hosts[0].diskBandwidth: Host h cannot give VMs a and b the disk bandwidth that they may take: requested 8.8Gbps, available 8Gbps, short by 800Mbps. | Lower their limits, move one of them to another host, or raise the ratio in `placement.resources`.",
  ]);
  expect(hosts[0]?.network).toMatchObject({ capacity: 10 * Gbps, committed: 11 * Gbps, free: -Gbps });
  const wider = {
    placement: { resources: { network: { overcommitRatio: 1.1 }, diskIo: { overcommitRatio: 1.1 } } },
  };
  expect(judgeHosts(fleetOf(vms, { ...document, diskBandwidth: "1GB/s" }, wider)).findings).toEqual([]);
});

test("default limits of all VMs together never exceed what is promised", () => {
  const vms = Array.from({ length: 8 }, (_, i) => member(`vm${i}`, { memory: "1 GiB", disks: [] }));
  const { findings, hosts } = judgeHosts(fleetOf(vms, document, resources));
  expect(findings).toEqual([]);
  expect(hosts[0]?.network).toMatchObject({ committed: 20 * Gbps, effective: 20 * Gbps, free: 0 });
});

test("shares of more vCPUs than CPUs are refused with a way out that is one: no ratio would do", () => {
  const vms = Array.from({ length: 9 }, (_, i) => member(`vm${i}`, { memory: "1 GiB", disks: [] }));
  const told = (ratio: number) =>
    judgeHosts(
      fleetOf(vms, document, {
        placement: { preset: "resources", resources: { network: { overcommitRatio: ratio } } },
      }),
    ).findings;
  expect(told(2).map(({ rule, remedy }) => [rule, remedy])).toEqual([
    [
      "host/network-bandwidth",
      "Give them limits of their own, move one of them to another host, or switch `placement.defaultLimits` off: shares by vCPU exceed it at any ratio once there are more vCPUs than CPUs.",
    ],
  ]);
  expect(told(50)).toHaveLength(1);
  const off = { placement: { preset: "resources" as const, defaultLimits: false } };
  expect(judgeHosts(fleetOf(vms, document, off)).findings).toEqual([]);
});
