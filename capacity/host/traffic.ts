import { compareText, type Finding, finding } from "../../model/finding.ts";
import { formatBandwidth } from "../../model/format.ts";
import type { Host } from "../../model/host.ts";
import type { BitsPerSecond } from "../../model/quantity.ts";
import type { VM } from "../../model/vm.ts";
import { type Amount, amount } from "../capacity.ts";
import { effective } from "./effective.ts";
import type { Machine } from "./machine.ts";
import { listVms } from "./names.ts";

/**
 * Network and disk I/O: what each VM may take, and what the host has. A VM without a limit takes no part in the sums,
 * since nothing bounds it; with default limits every VM has one.
 */

/**
 * A host's disk I/O where it states none, in bits per second: 1 GB/s. Source: the resources document, DISK_IO_LIMIT.
 * It holds only where default limits are asked for.
 */
export const DEFAULT_DISK_IO: BitsPerSecond = 8_000_000_000;

/**
 * A burst is so many times the rate: upload's ceiling, download's bucket, disk I/O's burst. Source: the resources
 * document, UPLOAD_BURST_MULTIPLIER, DOWNLOAD_BURST_MULTIPLIER and "Burst: 4x sustained rate".
 */
export const BURST = 4;

/** Most that a VM may take. A rate is `set` by the VM itself, or a `default` in proportion to its vCPUs. */
export interface TrafficLimit {
  readonly rate: BitsPerSecond;
  /** `rate × BURST` of a default; a rate that is set has no burst. */
  readonly burst: BitsPerSecond | undefined;
  readonly source: "set" | "default";
}

/** The limits of one VM; undefined where nothing limits it. */
export interface TrafficLimits {
  readonly download: TrafficLimit | undefined;
  readonly upload: TrafficLimit | undefined;
  readonly diskIo: TrafficLimit | undefined;
}

/** What the host's network can carry: the configured limit, else the uplinks of its bridges; undefined if unknown. */
export function networkCapacity({ limits, bridges }: Host): BitsPerSecond | undefined {
  if (limits?.network !== undefined) return limits.network;
  const speeds = bridges.flatMap((b) => b.bandwidth ?? []);
  return speeds.length === 0 ? undefined : speeds.reduce((sum, speed) => sum + speed, 0);
}

/** What the bridge that the VM joins can carry, at most what the host may. */
export function uplink(host: Host, vm: VM): BitsPerSecond | undefined {
  const bridge = host.bridges.find((b) => b.name === vm.bridge)?.bandwidth;
  const most = host.limits?.network;
  if (bridge === undefined) return most;
  return most === undefined ? bridge : Math.min(bridge, most);
}

/** The limits of a VM on its host: its own, else by default `(vcpus / host CPUs) × capacity × ratio`. */
export function trafficLimits(
  {
    host,
    cpuCount,
    ratios,
    hasDefaultLimits,
  }: Pick<Machine, "host" | "cpuCount" | "ratios" | "hasDefaultLimits">,
  vm: VM,
): TrafficLimits {
  const share = (capacity: BitsPerSecond | undefined, ratio: number) =>
    capacity === undefined || cpuCount === 0
      ? undefined
      : Number((BigInt(effective(capacity, ratio)) * BigInt(vm.vcpus)) / BigInt(cpuCount));
  const limit = (
    set: BitsPerSecond | undefined,
    capacity: BitsPerSecond | undefined,
    ratio: number,
  ): TrafficLimit | undefined => {
    if (set !== undefined) return { rate: set, burst: undefined, source: "set" };
    const rate = hasDefaultLimits ? share(capacity, ratio) : undefined;
    return rate === undefined ? undefined : { rate, burst: rate * BURST, source: "default" };
  };
  const network = vm.bridge === undefined ? undefined : uplink(host, vm);
  const none = vm.bridge === undefined;
  return {
    download: none ? undefined : limit(vm.bandwidth?.download, network, ratios.network),
    upload: none ? undefined : limit(vm.bandwidth?.upload, network, ratios.network),
    diskIo:
      vm.disks.length === 0
        ? undefined
        : limit(vm.diskBandwidth, host.diskBandwidth ?? DEFAULT_DISK_IO, ratios.diskIo),
  };
}

/** What a VM takes of the physical link, which both directions share: the larger of them. */
export function networkShare({ download, upload }: TrafficLimits): BitsPerSecond {
  return Math.max(download?.rate ?? 0, upload?.rate ?? 0);
}

/** Whether the host's network figure is about a VM: one on a bridge of unknown speed takes nothing of the others'. */
export function sharesNetwork({ limits, bridges }: Pick<Host, "limits" | "bridges">, vm: VM): boolean {
  if (vm.bridge === undefined) return false;
  return (
    limits?.network !== undefined || bridges.some((b) => b.name === vm.bridge && b.bandwidth !== undefined)
  );
}

/**
 * What may be promised of each bridge's uplink, where its speed is known: what one has left is nothing for the VMs of
 * another.
 */
export function uplinkLimits({ bridges }: Host, ratio: number): Map<string, BitsPerSecond> {
  return new Map(
    bridges.flatMap(({ name, bandwidth }) =>
      bandwidth === undefined ? [] : [[name, effective(bandwidth, ratio)] as const],
    ),
  );
}

/** The limits of all VMs of a host against what it has. */
export function placeTraffic(machine: Machine): {
  readonly network: Amount | null;
  readonly diskIo: Amount | null;
  readonly findings: Finding[];
} {
  const { host, guests, ratios, path } = machine;
  const limits = guests.map((guest) => ({ guest, limits: trafficLimits(machine, guest.vm) }));
  const rate = (of: (limits: TrafficLimits, vm: VM) => BitsPerSecond, own: "bandwidth" | "diskBandwidth") =>
    limits
      .map(({ guest, limits: l }) => ({
        name: guest.vm.name,
        rate: of(l, guest.vm),
        isShare: machine.hasDefaultLimits && guest.vm[own] === undefined,
      }))
      .filter((e) => e.rate > 0);
  const settle = (
    what: string,
    at: string,
    rule: string,
    capacity: BitsPerSecond,
    ratio: number,
    asked: readonly { readonly name: string; readonly rate: BitsPerSecond; readonly isShare: boolean }[],
  ): { readonly sum: Amount; readonly findings: Finding[] } => {
    const limit = effective(capacity, ratio);
    const need = asked.reduce((total, entry) => total + entry.rate, 0);
    const sum = amount(capacity, 0, need, limit);
    if (need <= limit) return { sum, findings: [] };
    const names = [...asked]
      .sort((a, b) => b.rate - a.rate || compareText(a.name, b.name))
      .map((e) => e.name);
    const promised = limit === capacity ? "" : ` (${formatBandwidth(capacity)} at ratio ${ratio})`;
    return {
      sum,
      findings: [
        finding({
          rule,
          path: `${path}.${at}`,
          subject: `host ${host.name}`,
          have: limit,
          need,
          limit,
          unit: "bits per second",
          message: `Host ${host.name} cannot give ${listVms(names)} the ${what} that ${names.length === 1 ? "it" : "they"} may take: requested ${formatBandwidth(need)}, available ${formatBandwidth(limit)}${promised}, short by ${formatBandwidth(need - limit)}.`,
          remedy: remedyOf(
            names.length,
            asked.some((e) => e.isShare),
          ),
        }),
      ],
    };
  };
  const capacity = networkCapacity(host);
  const NETWORK = "host/network-bandwidth";
  const network =
    capacity === undefined
      ? undefined
      : settle(
          "network bandwidth",
          "limits.network",
          NETWORK,
          capacity,
          ratios.network,
          rate((l, vm) => (sharesNetwork(host, vm) ? networkShare(l) : 0), "bandwidth"),
        );
  const uplinks = host.bridges.flatMap(({ name, bandwidth }, b) =>
    bandwidth === undefined
      ? []
      : settle(
          `network bandwidth over bridge ${name}`,
          `bridges[${b}].bandwidth`,
          NETWORK,
          bandwidth,
          ratios.network,
          rate((l, vm) => (vm.bridge === name ? networkShare(l) : 0), "bandwidth"),
        ).findings,
  );
  const disks =
    host.diskBandwidth ?? (limits.some((l) => l.limits.diskIo !== undefined) ? DEFAULT_DISK_IO : undefined);
  const diskIo =
    disks === undefined
      ? undefined
      : settle(
          "disk bandwidth",
          "diskBandwidth",
          "host/disk-bandwidth",
          disks,
          ratios.diskIo,
          rate((l) => l.diskIo?.rate ?? 0, "diskBandwidth"),
        );
  return {
    network: network?.sum ?? null,
    diskIo: diskIo?.sum ?? null,
    findings: [
      // Without a limit of its own the host has what its uplinks have, and each of them is judged.
      ...(host.limits?.network === undefined ? [] : (network?.findings ?? [])),
      ...uplinks,
      ...(diskIo?.findings ?? []),
    ],
  };
}

/**
 * Ways out. Shares by vCPU grow with the ratio as what may be promised does: where a host has more vCPUs than CPUs they
 * add up to more than that, whatever the ratio is.
 */
function remedyOf(vms: number, hasShares: boolean): string {
  const one = vms === 1;
  const move = `move ${one ? "it" : "one of them"} to another host`;
  return hasShares
    ? `Give ${one ? "it a limit" : "them limits"} of ${one ? "its" : "their"} own, ${move}, or switch \`placement.defaultLimits\` off: shares by vCPU exceed it at any ratio once there are more vCPUs than CPUs.`
    : `Lower ${one ? "its limit" : "their limits"}, ${move}, or raise the ratio in \`placement.resources\`.`;
}
