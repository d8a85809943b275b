/** Taking a VM out of its cluster before it is deleted, so that one of the same name can join again. */
import type { Log } from "../provider/engineLog.ts";
import { ApiServer, type ClusterAddress, ClusterError, refused } from "./apiServer.ts";
import { drain, nodePath } from "./drain.ts";

/** The cluster's node that runs in a VM. */
export interface VmNode extends ClusterAddress {
  readonly name: string;
  /** UUID that the guest sees in its SMBIOS, by which the node is known to be this VM's. */
  readonly machine: string;
  /** Seconds that its pods may take to leave. */
  readonly timeout: number;
  /** What a cluster that does not answer, or a node that does not get empty, means for the VM's deletion. */
  readonly whenBlocked: "refuse" | "proceed";
}

export interface Surroundings {
  /** Throws once the update is cancelled. */
  readonly checkCancelled: () => Promise<unknown>;
  readonly log: Log;
}

/** Where k3s keeps what a node proves itself by. Source: k3s' documentation, "Node registration". */
const PASSWORDS = "/api/v1/namespaces/kube-system/secrets";
/** A k3s server with embedded etcd has this label; its member leaves the cluster with its Node. */
const ETCD_LABEL = "node-role.kubernetes.io/etcd";

/**
 * The steps of a retirement, in the order of their use: `empty` while the VM runs, `remove` once it is off. A k3s
 * that still runs starts anew when its Node goes, and makes Node and password again: a password without its Node
 * then keeps the name taken for ever (k3s-io/k3s#13072). So they go when nobody can make them again.
 */
export class NodeRetirement {
  readonly #node: VmNode;
  readonly #around: Surroundings;
  #server: ApiServer | undefined;

  constructor(node: VmNode, around: Surroundings) {
    this.#node = node;
    this.#around = around;
  }

  /** Cordons and drains the node of a running VM; one that is not there, or is another machine's, is let be. */
  empty(): Promise<void> {
    return this.#attempt("was not drained", async (server) => {
      const node = await this.#find(server);
      if (!node || this.#isForeign(node)) return;
      await drain(server, this.#node.name, {
        timeout: this.#node.timeout,
        goesAnyway: this.#node.whenBlocked === "proceed",
        checkCancelled: this.#around.checkCancelled,
        progress: (text) => this.#around.log("info", text, { ephemeral: true }),
      });
      // With two of these the cluster cannot lose a member that is off: it leaves while it can still agree to it.
      if (node.metadata?.labels?.[ETCD_LABEL] === "true") await this.#removeFrom(server, node);
    });
  }

  /** Removes Node and node password of a VM that is off. */
  remove(): Promise<void> {
    return this.#attempt("was not removed from its cluster", async (server) => {
      const node = await this.#find(server);
      if (node && this.#isForeign(node)) {
        this.#around.log(
          "warning",
          `node ${this.#node.name} runs on another machine (system UUID ${systemUuid(node)}), so it stays in the cluster`,
        );
        return;
      }
      await this.#removeFrom(server, node);
    });
  }

  async #removeFrom(server: ApiServer, node: NodeObject | undefined): Promise<void> {
    const { name } = this.#node;
    if (node) {
      const options = { kind: "DeleteOptions", apiVersion: "v1", preconditions: { uid: node.metadata?.uid } };
      const answer = await server.request("DELETE", nodePath(name), options);
      if (answer.code >= 300 && answer.code !== 404) throw refused(`to delete node ${name}`, answer);
    }
    const secret = `${PASSWORDS}/${encodeURIComponent(`${name}.node-password.k3s`)}`;
    const answer = await server.request("DELETE", secret);
    if (answer.code >= 300 && answer.code !== 404) {
      throw refused(`to delete the Secret kube-system/${name}.node-password.k3s`, answer);
    }
  }

  async #find(server: ApiServer): Promise<NodeObject | undefined> {
    const answer = await server.request("GET", nodePath(this.#node.name));
    if (answer.code === 404) return undefined;
    if (answer.code >= 300) throw refused(`to read node ${this.#node.name}`, answer);
    return answer.body as NodeObject;
  }

  #isForeign(node: NodeObject): boolean {
    const theirs = systemUuid(node);
    const ours = this.#node.machine.toLowerCase();
    return theirs !== "" && theirs !== ours && theirs !== swapped(ours);
  }

  async #attempt(what: string, step: (server: ApiServer) => Promise<void>): Promise<void> {
    try {
      this.#server ??= await ApiServer.find(this.#node);
      await step(this.#server);
    } catch (failure) {
      if (!(failure instanceof ClusterError)) throw failure;
      const text = `node ${this.#node.name} ${what}: ${failure.message}`;
      if (this.#node.whenBlocked === "proceed") {
        this.#around.log(
          "warning",
          `${text}. The VM is deleted all the same, as destroy.kubernetesNode says`,
        );
        return;
      }
      throw new ClusterError(
        `${text}. So the VM is not deleted. Mend that and run the update again; or set destroy.kubernetesNode.whenBlocked to "proceed" in an update of its own`,
      );
    }
  }
}

interface NodeObject {
  readonly metadata?: { readonly uid?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly status?: { readonly nodeInfo?: { readonly systemUUID?: string } };
}

function systemUuid(node: NodeObject): string {
  return (node.status?.nodeInfo?.systemUUID ?? "").toLowerCase();
}

/** The same UUID as firmware before SMBIOS 2.6 tells it: the first three groups in the other byte order. */
function swapped(uuid: string): string {
  const groups = uuid.split("-");
  const reversed = groups.slice(0, 3).map((group) => (group.match(/../g) ?? []).toReversed().join(""));
  return [...reversed, ...groups.slice(3)].join("-");
}
