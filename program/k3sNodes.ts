import { type Finding, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";

/** A VM of a cluster, as the next update has to know it: the stack output `k3sNodes`, by VM. */
export interface K3sNodeOutput {
  /** Name of the node; the VM's where the fleet names none. */
  readonly node: string;
  /** Context of the cluster that it leaves by itself; absent where the fleet names no node for the VM. */
  readonly cluster?: string;
  readonly service: "k3s" | "k3s-agent";
  readonly vcpus: number;
  readonly cpuManager: string;
}

export type K3sNodeOutputs = Readonly<Record<string, K3sNodeOutput>>;

/** The VMs with a role in a cluster. */
export function k3sNodeOutputs(fleet: Fleet): K3sNodeOutputs {
  const nodes = new Map(fleet.nodes.map((node) => [node.vm, node]));
  return Object.fromEntries(
    fleet.vms.flatMap((vm) => {
      if (vm.role === undefined) return [];
      const node = nodes.get(vm.name);
      const output: K3sNodeOutput = {
        node: node?.name ?? vm.name,
        ...(node === undefined ? {} : { cluster: node.cluster }),
        service: vm.role === "k3s-server" ? "k3s" : "k3s-agent",
        vcpus: vm.vcpus,
        cpuManager: vm.k3s?.cpuManager ?? "none",
      };
      return [[vm.name, output]];
    }),
  );
}

/**
 * What an update does not do by itself, as steps with their commands: taking a node out of a cluster that the fleet
 * does not name, and the kubelet's checkpoint after a change of CPU manager or vCPUs.
 * @param previous the stack output of the last update; anything else counts as none
 */
export function tellDayTwo(previous: unknown, fleet: Fleet): Finding[] {
  const after = k3sNodeOutputs(fleet);
  return Object.entries(readOutputs(previous)).flatMap(([vm, before]) => {
    const now = Object.hasOwn(after, vm) ? after[vm] : undefined;
    if (now === undefined) return before.cluster === undefined ? [leaves(vm, before)] : [];
    return hasStaleCheckpoint(before, now) ? [checkpoint(vm, before, now, fleet)] : [];
  });
}

function leaves(vm: string, { node }: K3sNodeOutput): Finding {
  return finding({
    rule: "day-two/node-left-behind",
    severity: "warn",
    path: "vms",
    subject: `VM ${vm}`,
    message: `VM ${vm} leaves the fleet, and no entry of \`nodes\` said which cluster its node ${node} is in: it is deleted without being drained, and the cluster keeps its Node and its password.`,
    remedy: steps([
      `before the update: ${DRAIN} ${node}`,
      `after it: kubectl delete node ${node}`,
      `then: kubectl --namespace kube-system delete secret ${node}.node-password.k3s --ignore-not-found`,
    ]),
  });
}

const DRAIN = "kubectl drain --ignore-daemonsets --delete-emptydir-data";
/** k3s leaves the kubelet's folder where it is without k3s. */
const CHECKPOINT = "/var/lib/kubelet/cpu_manager_state";

/** A kubelet does not start with the checkpoint of another policy, nor of other CPUs under `static`. */
function hasStaleCheckpoint(before: K3sNodeOutput, now: K3sNodeOutput): boolean {
  if (before.cpuManager !== now.cpuManager) return true;
  return now.cpuManager === "static" && before.vcpus !== now.vcpus;
}

function checkpoint(vm: string, before: K3sNodeOutput, now: K3sNodeOutput, fleet: Fleet): Finding {
  const moves = [
    ...(before.cpuManager === now.cpuManager
      ? []
      : [`its CPU manager changes from ${before.cpuManager} to ${now.cpuManager}`]),
    ...(before.vcpus === now.vcpus ? [] : [`its vCPUs change from ${before.vcpus} to ${now.vcpus}`]),
  ];
  const { node, service } = now;
  return finding({
    rule: "day-two/cpu-manager-checkpoint",
    severity: "warn",
    path: `vms[${fleet.vms.findIndex((each) => each.name === vm)}].k3s.cpuManager`,
    subject: `VM ${vm}`,
    message: `VM ${vm}: ${moves.join(", and ")}. Its kubelet does not start with the checkpoint that it has; the update leaves that alone.`,
    remedy: steps([
      `drain: ${DRAIN} ${node}`,
      `stop, in the guest: systemctl stop ${service}`,
      `remove the checkpoint, in the guest: rm -f ${CHECKPOINT}`,
      "update: pulumi up, and restart the VM if it waits for that",
      `check, in the guest: grep cpu-manager-policy /etc/rancher/k3s/config.yaml`,
      `start, in the guest: systemctl start ${service}`,
      `uncordon: kubectl uncordon ${node}`,
    ]),
  });
}

function steps(all: readonly string[]): string {
  return all.map((step, i) => `(${i + 1}) ${step}`).join("; ");
}

/** Outputs of another shape are those of another version, and tell nothing. */
function readOutputs(outputs: unknown): K3sNodeOutputs {
  if (typeof outputs !== "object" || outputs === null) return {};
  return Object.fromEntries(
    Object.entries(outputs).filter(([, each]) => {
      const { node, service, vcpus, cpuManager } = (each ?? {}) as Record<string, unknown>;
      return (
        typeof node === "string" &&
        (service === "k3s" || service === "k3s-agent") &&
        typeof vcpus === "number" &&
        typeof cpuManager === "string"
      );
    }),
  ) as K3sNodeOutputs;
}
