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

/** Weight of a cgroup that none was given, and what stands for it in cgroup v1 (kernel/cgroup, kernel/sched/core.c). */
const DEFAULT_WEIGHT = 100;
const DEFAULT_SHARES = 1024;
/**
 * The least that cgroup v1 takes, and that libvirt before 9.1 takes in a definition for either version: its
 * virDomainDefCputuneValidate wants 2 to 262144. virCgroupV2SetCpuShares writes 1 to 10000 to `cpu.weight` as they are.
 */
const LEAST_SHARES = 2;

/**
 * What libvirt is given for a weight. cgroup v2 takes it as it is, but 2 for 1. v1 counts in shares, 1024 of which are a
 * weight of 100, as the kernel converts them. Of a host that is not recorded with either, what both take.
 */
export function sharesOf(value: number, cgroup: Cgroup | undefined): number {
  const shares = cgroup === "v1" ? Math.round((value * DEFAULT_SHARES) / DEFAULT_WEIGHT) : value;
  return Math.max(LEAST_SHARES, shares);
}

/**
 * The fleet with the ledger's weights in its VMs. Where one has a weight, the others have theirs written out on hosts
 * whose cgroups are not recorded: with cgroup v1 they would have 1024 there, and outweigh a VM that is given 400.
 */
export function withWeights(fleet: Fleet): Fleet {
  const { weights: ledger, hosts, vms } = fleet;
  if (Object.keys(ledger).length === 0 && vms.every((vm) => vm.weight === undefined)) return fleet;
  const isKnown = new Map(hosts.map(({ name, cgroup }) => [name, cgroup !== undefined]));
  const areAllKnown = hosts.every(({ cgroup }) => cgroup !== undefined);
  return {
    ...fleet,
    vms: vms.map((vm) => {
      const given = Object.hasOwn(ledger, vm.name) ? ledger[vm.name] : vm.weight;
      // Others look after a VM that is not managed, and give it what they want.
      const isLeftOut = vm.managed === false || (vm.host ? isKnown.get(vm.host) : areAllKnown);
      const value = given ?? (isLeftOut ? undefined : DEFAULT_WEIGHT);
      return value === undefined ? vm : { ...vm, weight: value };
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
