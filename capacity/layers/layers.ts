import type { Finding } from "../../model/finding.ts";
import type { Fleet } from "../../model/fleet.ts";
import { checkOffer } from "./offer.ts";
import { checkRegistration } from "./registration.ts";

/**
 * The link between hosts and cluster: a node that runs in a VM of the fleet. VMs are judged against their
 * host and runner pods against their node; with the node judged against its VM here, no pod is counted on
 * memory, CPU or disk that the host does not have. Nodes outside of the fleet's VMs are not concerned.
 */
export function judgeLayers(fleet: Fleet): Finding[] {
  const vms = new Map(fleet.vms.map((vm) => [vm.name, vm]));
  return fleet.nodes.flatMap((node, i) => {
    const vm = node.vm === undefined ? undefined : vms.get(node.vm);
    if (vm === undefined) return [];
    const path = `nodes[${i}]`;
    return [...checkOffer(node, vm, path), ...checkRegistration(node, vm, path)];
  });
}
