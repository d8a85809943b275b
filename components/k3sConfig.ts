import { formatTaint, type Taint } from "../model/taint.ts";
import type { VM } from "../model/vm.ts";
import type { GuestFile, GuestRole } from "./cloudConfig.ts";
import { K3S_SERVICE, type K3sMode, k3sInstallFiles } from "./k3sInstall.ts";
import { kubeletArgs } from "./kubeletArgs.ts";
import { renderYaml } from "./yaml.ts";

/** Port of the k3s supervisor and API server. Source: k3s' documentation, "Networking". */
export const K3S_PORT = 6443;

const FOLDER = "/etc/rancher/k3s";
/** k3s reads tokens from files, so that no command line and no process list shows them. */
const AGENT_TOKEN_FILE = `${FOLDER}/agent-token`;
const SERVER_TOKEN_FILE = `${FOLDER}/server-token`;
/** k3s reads the files of this folder after its config file. */
const SERVER_TOKEN_CONFIG = `${FOLDER}/config.yaml.d/server-token.yaml`;

/** Tokens of a k3s cluster. */
export interface K3sTokens {
  /** With it an agent joins; it does not open the servers. */
  readonly agent: string;
  /** With it a further server joins; undefined in a cluster of one server, which makes its own. */
  readonly server: string | undefined;
}

/** What a k3s server is told. */
export interface K3sServerPlan {
  /** The server to join, by host name; undefined for one that founds the cluster. */
  readonly joins: string | undefined;
  /** True if there are several servers, which then share an embedded etcd. */
  readonly several: boolean;
}

/** A VM as it joins a cluster. */
export interface K3sNode extends Pick<VM, "taints" | "labels" | "k3s"> {
  /** Name of the node; the VM's by default. */
  readonly name: string;
}

/** How a node joins: as a server, or as an agent of the server with that host name. */
export type K3sMembership =
  | (K3sServerPlan & { readonly role: "k3s-server" })
  | { readonly role: "k3s-agent"; readonly server: string };

/**
 * The node's k3s configuration, in one file that holds no secret. Taints and labels in it count when the node first
 * registers; everything else whenever k3s starts. It is kept up to date in a guest that runs, so it names no file that
 * a guest may lack: the servers' token came later, maybe, and k3s would not start again.
 */
export function k3sConfigFile(node: K3sNode, membership: K3sMembership): GuestFile {
  const config = { "node-name": node.name, ...membershipConfig(membership), ...nodeConfig(node) };
  return { path: `${FOLDER}/config.yaml`, content: renderYaml(config) };
}

/** Files and service of a k3s server. */
export function k3sServerRole(node: K3sNode, plan: K3sServerPlan, tokens: K3sTokens): GuestRole {
  const withServerToken = [
    { path: SERVER_TOKEN_CONFIG, content: renderYaml({ "token-file": SERVER_TOKEN_FILE }) },
    { path: SERVER_TOKEN_FILE, content: `${tokens.server}\n` },
  ];
  return installed(node, "server", [
    k3sConfigFile(node, { role: "k3s-server", ...plan }),
    { path: AGENT_TOKEN_FILE, content: `${tokens.agent}\n` },
    ...(tokens.server === undefined ? [] : withServerToken),
  ]);
}

/** Files and service of a k3s agent, which joins a server by its host name. */
export function k3sAgentRole(node: K3sNode, server: string, tokens: Pick<K3sTokens, "agent">): GuestRole {
  return installed(node, "agent", [
    k3sConfigFile(node, { role: "k3s-agent", server }),
    { path: AGENT_TOKEN_FILE, content: `${tokens.agent}\n` },
  ]);
}

/** k3s comes with the base image, or is installed before its service first starts. */
function installed(node: K3sNode, mode: K3sMode, files: readonly GuestFile[]): GuestRole {
  const install = node.k3s?.install;
  return {
    files: [...files, ...(install === undefined ? [] : k3sInstallFiles(install, mode))],
    services: [K3S_SERVICE[mode]],
  };
}

function membershipConfig(membership: K3sMembership): Record<string, unknown> {
  if (membership.role === "k3s-agent") {
    return { server: serverUrl(membership.server), "token-file": AGENT_TOKEN_FILE };
  }
  const { joins, several } = membership;
  return {
    ...(joins === undefined ? {} : { server: serverUrl(joins) }),
    ...(several && joins === undefined ? { "cluster-init": true } : {}),
    "agent-token-file": AGENT_TOKEN_FILE,
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

function nodeConfig({ taints, labels, k3s }: K3sNode): Record<string, readonly string[]> {
  const pairs = Object.entries(labels)
    .filter(([key]) => isKubeletLabel(key))
    .map(([key, value]) => `${key}=${value}`);
  const kubelet = kubeletArgs(k3s);
  return {
    ...(taints.length === 0 ? {} : { "node-taint": taints.map((t: Taint) => formatTaint(t)) }),
    ...(pairs.length === 0 ? {} : { "node-label": pairs }),
    ...(kubelet.length === 0 ? {} : { "kubelet-arg": kubelet }),
  };
}

function serverUrl(hostName: string): string {
  return `https://${hostName}:${K3S_PORT}`;
}
