import type { K3s } from "../model/k3s.ts";

/** Arguments of a node's kubelet, as k3s hands them on from `kubelet-arg`: `NAME=VALUE`. */

/** What k3s itself evicts for. An own `eviction-hard` replaces it as a whole, so it is repeated there. */
const STORAGE_EVICTION = "5%";

/** The arguments that a VM's settings ask for; none where it leaves them to k3s. */
export function kubeletArgs(k3s: K3s | undefined): string[] {
  if (k3s === undefined) return [];
  const { reserved, evictionHard, cpuManager, topologyManager } = k3s;
  const threshold = evictionHard?.ephemeralStorage ?? STORAGE_EVICTION;
  return [
    ...listArg("system-reserved", reservation(reserved.system)),
    ...listArg("kube-reserved", reservation(reserved.kube)),
    ...(evictionHard === undefined
      ? []
      : listArg("eviction-hard", [
          ...(evictionHard.memory === undefined ? [] : [`memory.available<${evictionHard.memory}`]),
          `nodefs.available<${threshold}`,
          `imagefs.available<${threshold}`,
        ])),
    ...(cpuManager === undefined ? [] : [`cpu-manager-policy=${cpuManager}`]),
    ...(topologyManager === undefined ? [] : [`topology-manager-policy=${topologyManager}`]),
  ];
}

/** The kubelet takes quantities of Kubernetes: bytes, and thousandths of a CPU. */
function reservation(part: K3s["reserved"]["system"]): string[] {
  return [
    ...(part?.cpu === undefined ? [] : [`cpu=${part.cpu}m`]),
    ...(part?.memory === undefined ? [] : [`memory=${part.memory}`]),
    ...(part?.ephemeralStorage === undefined ? [] : [`ephemeral-storage=${part.ephemeralStorage}`]),
  ];
}

function listArg(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${name}=${values.join(",")}`];
}
