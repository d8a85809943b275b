import { type Finding, finding } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import { formatBytes } from "../../model/format.ts";
import type { Host } from "../../model/host.ts";
import { type Placement, type RatioResource, ratiosOf } from "../../model/placement.ts";
import type { Bytes } from "../../model/quantity.ts";
import { effective } from "../host/effective.ts";

/**
 * What overcommitting risks, told on every judgement, so that nobody forgets what was opted into. The scheduler guide's
 * startup warnings.
 */

/** A ratio above it is told in stronger words. Source: the scheduler guide, "Ratios above 2.0". */
const EXTREME = 2;

const RISKS: Readonly<Record<RatioResource, { readonly what: string; readonly risk: string }>> = {
  cpu: { what: "CPU", risk: "VMs wait for each other's CPU time" },
  memory: { what: "memory", risk: "the kernel kills a QEMU process when the host runs out of memory" },
  disk: { what: "disk", risk: "guests lose writes when thin disks fill their pool" },
  network: { what: "network", risk: "VMs slow each other down when they send at once" },
  diskIo: { what: "disk I/O", risk: "VMs slow each other down when they read and write at once" },
};

/** The three that the score is made of. */
const SCORED = ["cpu", "memory", "disk"] as const;

/** A warning for each ratio above 1.0, and one where nothing is counted at all. None for the default. */
export function checkOvercommit({ hosts, placement, policy }: Fleet): Finding[] {
  if (hosts.length === 0) return [];
  const { memory } = ratiosOf(placement);
  return [
    ...overcommitted(placement),
    ...Object.entries(policy.oversubscription).flatMap(([host, ratio]) => ofHost(host, ratio)),
    ...uncounted(placement),
    ...hosts.flatMap((host, i) => checkSwap(host, `hosts[${i}]`, memory)),
  ];
}

/** Swap by the rule of thumb: `(ratio - 1) × memory`. Source: the scheduler guide, "Provision adequate swap". */
export function swapWanted({ cells }: Pick<Host, "cells">, ratio: number): Bytes {
  const memory = cells.reduce((sum, cell) => sum + cell.memory, 0);
  return Math.max(0, effective(memory, ratio) - memory);
}

/** Only of a host whose swap is recorded; `fleet verify` asks the others. */
function checkSwap(host: Host, at: string, ratio: number): Finding[] {
  const wanted = swapWanted(host, ratio);
  if (host.swap === undefined || host.swap >= wanted) return [];
  return [
    finding({
      rule: "placement/swap",
      severity: "warn",
      path: `${at}.swap`,
      subject: `host ${host.name}`,
      have: host.swap,
      need: wanted,
      limit: host.swap,
      unit: "bytes",
      message: `Host ${host.name} has ${formatBytes(host.swap)} of swap; with memory promised ${twoPlaces(ratio)} times over it wants ${formatBytes(wanted)}, short by ${formatBytes(wanted - host.swap)}.`,
      remedy: "Add swap and record it, or lower the memory ratio.",
    }),
  ];
}

function overcommitted(placement: Placement): Finding[] {
  const ratios = ratiosOf(placement);
  return (Object.keys(RISKS) as RatioResource[]).flatMap((name) => {
    const ratio = ratios[name];
    if (ratio <= 1) return [];
    const { what, risk } = RISKS[name];
    const own = placement.resources[name].overcommitRatio !== undefined;
    const path = own ? `placement.resources.${name}.overcommitRatio` : "placement.preset";
    const from = own ? "" : ` by the preset ${placement.preset}`;
    return [
      finding({
        rule: "placement/overcommit",
        severity: "warn",
        path,
        subject: what,
        need: ratio,
        limit: 1,
        unit: "",
        message: `${what === "CPU" ? what : `${what[0]?.toUpperCase()}${what.slice(1)}`} is promised ${twoPlaces(ratio)} times over${from} (${degreeOf(ratio)}): ${risk}.`,
        remedy: `Set \`placement.resources.${name}.overcommitRatio\` to 1.0, or accept it; docs/hosts.md tells what to watch.`,
      }),
    ];
  });
}

/** A host's own CPU ratio, which counts there in place of the fleet's. */
function ofHost(host: string, ratio: number): Finding[] {
  if (ratio <= 1) return [];
  return [
    finding({
      rule: "placement/overcommit",
      severity: "warn",
      path: `policy.oversubscription.${host}`,
      subject: `CPU of host ${host}`,
      need: ratio,
      limit: 1,
      unit: "",
      message: `CPU of host ${host} is promised ${twoPlaces(ratio)} times over (${degreeOf(ratio)}): ${RISKS.cpu.risk}.`,
      remedy: `Take the host out of \`policy.oversubscription\`, or accept it; docs/hosts.md tells what to watch.`,
    }),
  ];
}

function degreeOf(ratio: number): string {
  return ratio > EXTREME ? "extreme overcommit" : "overcommit";
}

/** Under least_vm_count too: nobody is to find out only after having switched back. */
function uncounted({ algorithm, resources }: Placement): Finding[] {
  if (SCORED.some((name) => resources[name].enabled)) return [];
  const byTraffic = resources.network.enabled || resources.diskIo.enabled;
  return [
    finding({
      rule: "placement/nothing-counted",
      severity: "warn",
      path: "placement.resources",
      subject: "placement",
      message: `CPU, memory and disk are all disabled: ${byTraffic ? "but for the bandwidth of VMs with limits " : ""}nothing is scored, and a VM goes to the host with the fewest VMs, as with least_vm_count.`,
      remedy:
        algorithm === "least_vm_count"
          ? "Enable one of them: they count nothing under resource_aware either."
          : "Enable one of them, or set `placement.algorithm` to least_vm_count.",
    }),
  ];
}

function twoPlaces(ratio: number): string {
  return ratio.toFixed(2);
}
