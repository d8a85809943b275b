import { z } from "zod";
import { type Finding, finding } from "./finding.ts";
import type { Fleet } from "./fleet.ts";
import type { Outline } from "./outline.ts";

/** CPU weights of VMs, and the ledger that holds them. */

const EXPECTED_WEIGHT = "expected a CPU weight from 1 to 10000 (cgroup v2)";

export const weight = z
  .int({ error: () => EXPECTED_WEIGHT })
  .min(1, { error: () => EXPECTED_WEIGHT })
  .max(10_000, { error: () => EXPECTED_WEIGHT });

export const weights = z.record(z.string(), weight.meta({ description: "CPU weight of this VM." })).meta({
  description:
    "Ledger of CPU weights: VM by name, 1 to 10000, 100 being that of a VM which none is given. Under contention vCPU time is shared in proportion; without contention all run at full speed. It has the say: a VM's own `weight` may repeat it, and nothing else. None by default. A change is made live.",
  examples: [{ "k3s-worker-slm": 400 }],
});
export type Weights = z.output<typeof weights>;

export const CGROUPS = ["v1", "v2"] as const;
export type Cgroup = (typeof CGROUPS)[number];

/** Weight of a cgroup that none was given, and what stands for it in cgroup v1 (kernel/sched/core.c). */
const DEFAULT_WEIGHT = 100;
const DEFAULT_SHARES = 1024;
/** The least that libvirt takes for a host with cgroup v1. */
const LEAST_SHARES = 2;

/**
 * What libvirt is given for a weight. cgroup v2 takes it as it is. v1 counts in shares, 1024 of which are a weight of
 * 100, as the kernel converts them. Of a host that is not recorded with either, what both take: 2 for 1.
 */
export function sharesOf(value: number, cgroup: Cgroup | undefined): number {
  if (cgroup === "v2") return value;
  const shares = cgroup === "v1" ? Math.round((value * DEFAULT_SHARES) / DEFAULT_WEIGHT) : value;
  return Math.max(LEAST_SHARES, shares);
}

/** The fleet with the ledger's weights in its VMs. */
export function withWeights(fleet: Fleet): Fleet {
  if (Object.keys(fleet.weights).length === 0) return fleet;
  return {
    ...fleet,
    vms: fleet.vms.map((vm) => {
      const ledger = Object.hasOwn(fleet.weights, vm.name) ? fleet.weights[vm.name] : undefined;
      return ledger === undefined ? vm : { ...vm, weight: ledger };
    }),
  };
}

/** A VM's own weight beside another one in the ledger: one of the two is not meant. */
export function checkWeight(
  vm: Outline<Fleet["vms"][number]>,
  at: string,
  ledger: Outline<Weights> | undefined,
): Finding[] {
  if (vm.name === undefined || vm.weight === undefined) return [];
  const other = ledger && Object.hasOwn(ledger, vm.name) ? ledger[vm.name] : undefined;
  if (other === undefined || other === vm.weight) return [];
  return [
    finding({
      rule: "model/invalid-value",
      path: `${at}.weight`,
      subject: `VM ${vm.name}`,
      have: vm.weight,
      limit: other,
      message: `\`${at}.weight\` is ${vm.weight}, but \`weights\` gives VM ${vm.name} ${other}.`,
      remedy: "Remove the VM's own weight: the ledger has the say.",
    }),
  ];
}
