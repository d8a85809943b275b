import type { Finding } from "../../model/finding.ts";
import type { Placement } from "../../model/placement.ts";

/** The resource that a refusal is about, where a fleet may say that it does not count. */
const RESOURCES: Readonly<Record<string, keyof Placement["resources"]>> = {
  "host/shared-cpus": "cpu",
  "host/cell-memory": "memory",
  "host/pool-capacity": "disk",
  "host/filesystem-capacity": "disk",
  "host/disk-limit": "disk",
  "host/network-bandwidth": "network",
  "host/disk-bandwidth": "diskIo",
};

/**
 * What is short of a resource that the fleet does not count is told and refuses nothing. Pins, hugepages and what
 * does not exist stay refused: no setting makes them possible, and neither can VMs float where no CPU is shared.
 */
export function withoutUncounted(findings: readonly Finding[], resources: Placement["resources"]): Finding[] {
  return findings.map((found) => {
    const resource = Object.hasOwn(RESOURCES, found.rule) ? RESOURCES[found.rule] : undefined;
    if (resource === undefined || resources[resource].enabled) return found;
    return resource === "cpu" && found.have === 0 ? found : { ...found, severity: "warn" };
  });
}
