import { compareText, type Finding, finding } from "../../model/finding.ts";
import type { Node } from "../../model/node.ts";
import { formatTaint } from "../../model/taint.ts";
import type { VM } from "../../model/vm.ts";
import { listNames } from "../host/names.ts";

/** k3s gives it to every server, and to no agent. */
const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

/** Keys that Kubernetes, k3s and their controllers write on their own. */
const MANAGED = /^([a-z0-9.-]+\.)?(kubernetes|k8s|k3s|cattle)\.io\//;

/**
 * What the VM will register as against what the cluster was seen to hold. k3s applies taints and labels only
 * when a node first registers, so the two drift apart in silence. Warnings: placement goes by the record.
 */
export function checkRegistration(node: Node, vm: VM, path: string): Finding[] {
  return [...checkRole(node, vm, path), ...checkTaints(node, vm, path), ...checkLabels(node, vm, path)];
}

function warn(node: Node, rule: string, path: string, message: string, remedy: string): Finding {
  return finding({
    rule,
    severity: "warn",
    path,
    subject: `node ${node.name} in cluster ${node.cluster}`,
    message,
    remedy,
  });
}

function checkRole(node: Node, vm: VM, path: string): Finding[] {
  const where = `Node ${node.name} in cluster ${node.cluster}`;
  if (vm.role === undefined) {
    return [
      warn(
        node,
        "layers/node-role",
        `${path}.vm`,
        `${where} runs in VM ${vm.name}, which has no k3s role and would not join a cluster.`,
        `Give VM ${vm.name} the role k3s-server or k3s-agent.`,
      ),
    ];
  }
  const labelled = Object.hasOwn(node.labels, CONTROL_PLANE);
  // A label that a person did not write down proves nothing; one that an audit did not see does.
  const contradicts = vm.role === "k3s-agent" ? labelled : !labelled && node.recorded.source === "detected";
  if (!contradicts) return [];
  return [
    warn(
      node,
      "layers/node-role",
      `${path}.labels`,
      `${where} is recorded ${labelled ? "with" : "without"} the label ${CONTROL_PLANE}, but its VM ${vm.name} has the role ${vm.role}.`,
      "Correct the VM's role, or audit the node again.",
    ),
  ];
}

function checkTaints(node: Node, vm: VM, path: string): Finding[] {
  const recorded = new Set(
    node.taints.filter((t) => !t.key.startsWith("node.kubernetes.io/")).map(formatTaint),
  );
  const declared = new Set(vm.taints.map(formatTaint));
  return disagreement(node, vm, `${path}.taints`, "layers/node-taints", "taint", declared, recorded);
}

function checkLabels(node: Node, vm: VM, path: string): Finding[] {
  const pairs = (labels: Readonly<Record<string, string>>, keep: (key: string) => boolean) =>
    new Set(
      Object.entries(labels)
        .filter(([key]) => keep(key))
        .map(([key, value]) => `${key}=${value}`),
    );
  const declared = pairs(vm.labels, () => true);
  const recorded = pairs(node.labels, (key) => Object.hasOwn(vm.labels, key) || !MANAGED.test(key));
  return disagreement(node, vm, `${path}.labels`, "layers/node-labels", "label", declared, recorded);
}

function disagreement(
  node: Node,
  vm: VM,
  path: string,
  rule: string,
  noun: string,
  declared: ReadonlySet<string>,
  recorded: ReadonlySet<string>,
): Finding[] {
  const list = (texts: ReadonlySet<string>, without: ReadonlySet<string>) =>
    [...texts].filter((text) => !without.has(text)).sort(compareText);
  const lost = list(recorded, declared);
  const missing = list(declared, recorded);
  const nouns = (texts: readonly string[]) => `${noun}${texts.length === 1 ? "" : "s"} ${listNames(texts)}`;
  const parts = [
    ...(missing.length === 0 ? [] : [`lacks the ${nouns(missing)} of its VM ${vm.name}`]),
    ...(lost.length === 0 ? [] : [`carries the ${nouns(lost)}, which VM ${vm.name} does not declare`]),
  ];
  if (parts.length === 0) return [];
  return [
    warn(
      node,
      rule,
      path,
      `Node ${node.name} in cluster ${node.cluster} ${parts.join(" and ")}; k3s applies them only when a node first registers.`,
      `Make the VM's ${noun}s and the node's agree, and set them on the node itself.`,
    ),
  ];
}
