import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider.js";
import { PriorityClass } from "@pulumi/kubernetes/scheduling/v1/priorityClass.js";
import type * as pulumi from "@pulumi/pulumi";
import { ArcAdmission } from "../components/arcAdmission.ts";
import type { ArcCharts } from "../components/arcCharts.ts";
import { ArcController } from "../components/arcController.ts";
import { ArcScaleSet } from "../components/arcScaleSet.ts";
import { ClusterNode, marksOf } from "../components/clusterNode.ts";
import { controllerServiceAccount } from "../components/controllerValues.ts";
import { DEFAULT_CONTROLLER } from "../model/arc.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Node } from "../model/node.ts";
import type { VM } from "../model/vm.ts";
import { credentialsOf } from "./githubCredentials.ts";
import type { Settings } from "./settings.ts";

/** Registers what a fleet has in its clusters: marks of nodes, then what scale sets need, then these. */
export function registerClusters(
  fleet: Fleet,
  settings: Settings,
  charts: ArcCharts,
  opts: pulumi.ComponentResourceOptions,
): void {
  const marked = markedNodes(fleet);
  const names = [...marked.map(({ node }) => node.cluster), ...fleet.scaleSets.map((s) => s.cluster)];
  const clusters = new Set([...names, ...fleet.clusters.filter(makesSomething).map((c) => c.name)]);
  for (const cluster of clusters) {
    const kubeconfig = settings.kubeconfig === undefined ? {} : { kubeconfig: settings.kubeconfig };
    const provider = new KubernetesProvider(cluster, { context: cluster, ...kubeconfig }, opts);
    const qualified = (name: string) => `${cluster}/${name}`;
    for (const { node, vm } of marked.filter((m) => m.node.cluster === cluster)) {
      new ClusterNode(qualified(node.name), { node, vm, provider }, opts);
    }
    const declared = fleet.clusters.find((c) => c.name === cluster);
    const outlivedBy = registerBase(fleet, cluster, declared, { provider, charts }, opts);
    const controller = controllerServiceAccount(declared?.controller ?? DEFAULT_CONTROLLER);
    const secret = settings.githubSecret === undefined ? {} : { githubSecret: settings.githubSecret };
    for (const scaleSet of fleet.scaleSets.filter((s) => s.cluster === cluster)) {
      const credentials = credentialsOf(settings.githubCredentials, scaleSet);
      const isBudgeted = declared?.admissionPolicy === true;
      const args = { scaleSet, provider, ...secret, credentials, controller, charts, outlivedBy, isBudgeted };
      new ArcScaleSet(qualified(scaleSet.name), args, opts);
    }
  }
}

/** What scale sets need to be there before them, and to be gone after them. */
function registerBase(
  fleet: Fleet,
  name: string,
  cluster: Cluster | undefined,
  { provider, charts }: { readonly provider: KubernetesProvider; readonly charts: ArcCharts },
  opts: pulumi.ComponentResourceOptions,
): pulumi.Resource[] {
  if (cluster === undefined) return [];
  const { controller, priorityClasses, admissionPolicy } = cluster;
  const classes = priorityClasses.map(
    (c) =>
      new PriorityClass(
        `${name}/${c.name}`,
        {
          metadata: { name: c.name },
          value: c.value,
          preemptionPolicy: c.preempts ? "PreemptLowerPriority" : "Never",
        },
        { ...opts, provider },
      ),
  );
  const installed =
    controller?.install === true
      ? [
          new ArcController(
            `${name}/controller`,
            { controller, provider, charts, outlivedBy: classes },
            // Named by its release once: another release was another controller, whose CRDs and namespace went.
            { ...opts, aliases: [{ name: `${name}/${controller.release}` }] },
          ).release,
        ]
      : [];
  const admission = admissionPolicy
    ? [new ArcAdmission(`${name}/budgets`, { fleet, provider }, opts).binding]
    : [];
  return [...classes, ...installed, ...admission];
}

function makesSomething({ controller, priorityClasses, admissionPolicy }: Cluster): boolean {
  return controller?.install === true || priorityClasses.length > 0 || admissionPolicy;
}

/** Nodes on which the program keeps taints or labels. */
function markedNodes(fleet: Fleet): { node: Node; vm: VM | undefined }[] {
  const backing = new Map<string, VM>(fleet.vms.map((vm) => [vm.name, vm]));
  return fleet.nodes.flatMap((node) => {
    const vm = node.vm === undefined ? undefined : backing.get(node.vm);
    // A node that was only written down need not have joined yet; k3s gives it taints and labels when it does.
    if (node.vm !== undefined && node.recorded.source !== "detected") return [];
    const { taints, labels } = marksOf(node, vm);
    return taints.length > 0 || Object.keys(labels).length > 0 ? [{ node, vm }] : [];
  });
}
