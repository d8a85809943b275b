import { type Finding, finding } from "../../model/finding.ts";
import { formatBytes, formatCpu, formatStorage } from "../../model/format.ts";
import { keptBack } from "../../model/k3s.ts";
import type { Node } from "../../model/node.ts";
import { guestMemory } from "../../model/virtioMem.ts";
import type { Disk, VM } from "../../model/vm.ts";
import { listNames } from "../host/names.ts";

/** The kubelet's root directory: the file system under it is what pods get as ephemeral storage. */
const KUBELET_ROOT = "/var/lib/kubelet";

interface Resource {
  readonly id: "cpu" | "memory" | "ephemeralStorage";
  readonly rule: string;
  /** `allocatable memory`. */
  readonly what: string;
  readonly unit: "millicores" | "bytes";
  readonly format: (figure: number) => string;
  /** What the VM has, and where from. */
  readonly has: (vm: VM) => { figure: number; source: string };
  readonly remedy: (vm: VM) => string;
}

const RESOURCES: readonly Resource[] = [
  {
    id: "cpu",
    rule: "layers/node-cpu",
    what: "CPUs",
    unit: "millicores",
    format: formatCpu,
    has: (vm) => ({ figure: vm.vcpus * 1000, source: "vCPUs" }),
    remedy: (vm) => `Audit the node again, or raise the vcpus of VM ${vm.name}.`,
  },
  {
    id: "memory",
    rule: "layers/node-memory",
    what: "memory",
    unit: "bytes",
    format: formatBytes,
    has: (vm) => ({ figure: guestMemory(vm), source: "memory" }),
    remedy: (vm) => `Audit the node again, or raise the memory of VM ${vm.name}.`,
  },
  {
    id: "ephemeralStorage",
    rule: "layers/node-ephemeral-storage",
    what: "ephemeral storage",
    unit: "bytes",
    format: formatBytes,
    has: (vm) => {
      const disk = kubeletDisk(vm);
      return disk === undefined
        ? { figure: 0, source: "no disk" }
        : { figure: disk.size, source: `disk ${disk.name} of ${formatStorage(disk.size)}` };
    },
    remedy: (vm) => `Audit the node again, or give VM ${vm.name} a larger disk for ${KUBELET_ROOT}.`,
  },
];

/**
 * A node cannot offer more than its VM has, less what the VM tells its kubelet to keep back. Less again is usual:
 * the guest's kernel and its file systems take their part first.
 */
export function checkOffer(node: Node, vm: VM, path: string): Finding[] {
  const unknown = RESOURCES.filter((r) => node.allocatable[r.id] === undefined);
  return [
    ...(unknown.length === 0 ? [] : [unknownFinding(node, vm, path, unknown)]),
    ...RESOURCES.flatMap((resource) => compare(node, vm, path, resource)),
  ];
}

/** The disk mounted nearest above the kubelet's root, else the first one, which holds the root file system. */
export function kubeletDisk(vm: VM): Disk | undefined {
  const above = vm.disks.filter(
    (d) => d.mount !== undefined && `${KUBELET_ROOT}/`.startsWith(d.mount === "/" ? "/" : `${d.mount}/`),
  );
  const [nearest] = above.sort((a, b) => (b.mount ?? "").length - (a.mount ?? "").length);
  return nearest ?? vm.disks[0];
}

function compare(node: Node, vm: VM, path: string, resource: Resource): Finding[] {
  const offered = node.allocatable[resource.id];
  const { format } = resource;
  const { figure: whole, source } = resource.has(vm);
  const kept = keptBack(vm.k3s)[resource.id];
  const figure = Math.max(0, whole - kept);
  if (offered === undefined || offered <= figure) return [];
  const from = kept === 0 ? source : `${source}, less ${format(kept)} that its kubelet keeps back`;
  return [
    finding({
      rule: resource.rule,
      path: `${path}.allocatable.${resource.id}`,
      subject: `node ${node.name} in cluster ${node.cluster}`,
      have: figure,
      need: offered,
      limit: figure,
      unit: resource.unit,
      message: `Node ${node.name} in cluster ${node.cluster} offers more ${resource.what} than its VM ${vm.name} on host ${vm.host} has: requested ${format(offered)}, available ${format(figure)} (${from}), short by ${format(offered - figure)}.`,
      remedy: resource.remedy(vm),
    }),
  ];
}

const NAMES = { cpu: "CPU", memory: "memory", ephemeralStorage: "ephemeral storage" } as const;

function unknownFinding(node: Node, vm: VM, path: string, unknown: readonly Resource[]): Finding {
  const names = listNames(unknown.map((r) => NAMES[r.id]));
  return finding({
    rule: "layers/node-unknown",
    path: `${path}.allocatable`,
    subject: `node ${node.name} in cluster ${node.cluster}`,
    message: `Cannot prove that node ${node.name} in cluster ${node.cluster} fits into its VM ${vm.name} on host ${vm.host}: its record lacks allocatable ${names}.`,
    remedy: "Record the node's status.allocatable with the date of the audit.",
  });
}
