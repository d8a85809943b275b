import { formatTaint, type Taint } from "../model/taint.ts";
import type { VM } from "../model/vm.ts";
import type { GuestRole } from "./cloudConfig.ts";
import { renderYaml } from "./yaml.ts";

/** Port of the k3s supervisor and API server. Source: k3s' documentation, "Networking". */
export const K3S_PORT = 6443;

const FOLDER = "/etc/rancher/k3s";
/** k3s reads tokens from files, so that no command line and no process list shows them. */
const AGENT_TOKEN_FILE = `${FOLDER}/agent-token`;
const SERVER_TOKEN_FILE = `${FOLDER}/server-token`;

/** Tokens of a k3s cluster. */
export interface K3sTokens {
  /** With it an agent joins; it does not open the servers. */
  readonly agent: string;
  /** With it a further server joins; undefined in a cluster of one server, which makes its own. */
  readonly server: string | undefined;
}

/** What a k3s server is told. */
export interface K3sServerPlan {
  /** The server to join, by host name; undefined for the first one. */
  readonly joins: string | undefined;
  /** True if there are several servers, which then share an embedded etcd. */
  readonly several: boolean;
}

/** A VM as it joins a cluster. */
export interface K3sNode extends Pick<VM, "taints" | "labels"> {
  /** Name of the node; the VM's by default. */
  readonly name: string;
}

/** Files and service of a k3s server. Taints and labels count when the node first registers. */
export function k3sServerRole(node: K3sNode, plan: K3sServerPlan, tokens: K3sTokens): GuestRole {
  const config = {
    "node-name": node.name,
    ...(plan.joins === undefined ? {} : { server: serverUrl(plan.joins) }),
    ...(plan.several && plan.joins === undefined ? { "cluster-init": true } : {}),
    ...(tokens.server === undefined ? {} : { "token-file": SERVER_TOKEN_FILE }),
    "agent-token-file": AGENT_TOKEN_FILE,
    ...nodeConfig(node),
  };
  return {
    files: [
      { path: `${FOLDER}/config.yaml`, content: renderYaml(config) },
      { path: AGENT_TOKEN_FILE, content: `${tokens.agent}\n` },
      ...(tokens.server === undefined ? [] : [{ path: SERVER_TOKEN_FILE, content: `${tokens.server}\n` }]),
    ],
    services: ["k3s"],
  };
}

/** Files and service of a k3s agent, which joins a server by its host name. */
export function k3sAgentRole(node: K3sNode, server: string, tokens: Pick<K3sTokens, "agent">): GuestRole {
  const config = {
    "node-name": node.name,
    server: serverUrl(server),
    "token-file": AGENT_TOKEN_FILE,
    ...nodeConfig(node),
  };
  return {
    files: [
      { path: `${FOLDER}/config.yaml`, content: renderYaml(config) },
      { path: AGENT_TOKEN_FILE, content: `${tokens.agent}\n` },
    ],
    services: ["k3s-agent"],
  };
}

/** Labels below these that a kubelet may give itself. Source: Kubernetes' documentation, kubelet `--node-labels`. */
const KUBELETS_OWN = [
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/instance-type",
  "beta.kubernetes.io/os",
  "failure-domain.beta.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "kubernetes.io/arch",
  "kubernetes.io/hostname",
  "kubernetes.io/os",
  "node.kubernetes.io/instance-type",
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
];

/**
 * Whether a kubelet may give itself a label. With one that it may not (`node-role.kubernetes.io/worker`, say) it
 * does not start at all, and the node would never join: such a label is `ClusterNode`'s alone.
 */
export function isKubeletLabel(key: string): boolean {
  const prefix = key.includes("/") ? key.slice(0, key.indexOf("/")) : "";
  const within = (domain: string) => prefix === domain || prefix.endsWith(`.${domain}`);
  if (!within("kubernetes.io") && !within("k8s.io")) return true;
  return KUBELETS_OWN.includes(key) || within("kubelet.kubernetes.io") || within("node.kubernetes.io");
}

function nodeConfig({ taints, labels }: K3sNode): Record<string, readonly string[]> {
  const pairs = Object.entries(labels)
    .filter(([key]) => isKubeletLabel(key))
    .map(([key, value]) => `${key}=${value}`);
  return {
    ...(taints.length === 0 ? {} : { "node-taint": taints.map((t: Taint) => formatTaint(t)) }),
    ...(pairs.length === 0 ? {} : { "node-label": pairs }),
  };
}

function serverUrl(hostName: string): string {
  return `https://${hostName}:${K3S_PORT}`;
}
