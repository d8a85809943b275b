import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider.js";
import type * as pulumi from "@pulumi/pulumi";
import { machines } from "../capacity/host/machine.ts";
import { sharedCpus } from "../capacity/host/shared.ts";
import { ArcScaleSet } from "../components/arcScaleSet.ts";
import { ClusterNode } from "../components/clusterNode.ts";
import { HypervisorHost } from "../components/hypervisorHost.ts";
import { K3sAgent } from "../components/k3sAgent.ts";
import { K3sServer } from "../components/k3sServer.ts";
import { NumaDomain } from "../components/numaDomain.ts";
import type { Fleet } from "../model/fleet.ts";
import type { VM } from "../model/vm.ts";
import type { Settings } from "./settings.ts";
import { k3sTokens } from "./tokens.ts";

/** Registers everything that a fleet consists of, hosts first. */
export function registerFleet(fleet: Fleet, settings: Settings, opts: pulumi.ComponentResourceOptions): void {
  registerVms(fleet, settings, opts);
  registerClusters(fleet, settings, opts);
}

function registerVms(fleet: Fleet, settings: Settings, opts: pulumi.ComponentResourceOptions): void {
  const tokens = k3sTokens(settings);
  const servers = fleet.vms.filter((vm) => vm.role === "k3s-server").map((vm) => vm.name);
  const founder = servers[0];
  const nodeNames = new Map(fleet.nodes.map((node) => [node.vm, node.name]));
  for (const machine of machines(fleet)) {
    const isRehearsal = settings.rehearsal !== undefined;
    const host = new HypervisorHost(machine.host.name, { host: machine.host, isRehearsal }, opts);
    const shared = sharedCpus(machine);
    for (const { vm } of machine.guests) {
      const args = {
        vm,
        host: machine.host,
        provider: host.provider,
        type: settings.domainType,
        sharedCpus: shared,
        rehearsal: settings.rehearsal,
      };
      const nodeName = nodeNames.get(vm.name) ?? vm.name;
      const placed = { ...opts, dependsOn: [host] };
      switch (vm.role) {
        case "k3s-server": {
          const plan = { joins: vm.name === founder ? undefined : founder, several: servers.length > 1 };
          new K3sServer(vm.name, { ...args, nodeName, plan, tokens }, placed);
          break;
        }
        case "k3s-agent":
          // An agent without any server is refused (`build/agent-without-server`); a preview names none.
          new K3sAgent(
            vm.name,
            { ...args, nodeName, server: founder ?? "", token: tokens.apply((t) => t.agent) },
            placed,
          );
          break;
        case undefined:
          new NumaDomain(vm.name, args, placed);
      }
    }
  }
}

function registerClusters(fleet: Fleet, settings: Settings, opts: pulumi.ComponentResourceOptions): void {
  const backing = new Map<string, VM>(fleet.vms.map((vm) => [vm.name, vm]));
  const backed = fleet.nodes.flatMap((node) => {
    // A node that was only written down need not have joined yet; k3s gives it taints and labels when it does.
    const vm =
      node.vm === undefined || node.recorded.source !== "detected" ? undefined : backing.get(node.vm);
    return vm && (vm.taints.length > 0 || Object.keys(vm.labels).length > 0) ? [{ node, vm }] : [];
  });
  const clusters = [
    ...new Set([...backed.map(({ node }) => node), ...fleet.scaleSets].map((x) => x.cluster)),
  ];
  for (const cluster of clusters) {
    const kubeconfig = settings.kubeconfig === undefined ? {} : { kubeconfig: settings.kubeconfig };
    const provider = new KubernetesProvider(cluster, { context: cluster, ...kubeconfig }, opts);
    const qualified = (name: string) => `${cluster}/${name}`;
    for (const { node, vm } of backed.filter((b) => b.node.cluster === cluster)) {
      new ClusterNode(qualified(node.name), { node, vm, provider }, opts);
    }
    for (const scaleSet of fleet.scaleSets.filter((s) => s.cluster === cluster)) {
      const secret = settings.githubSecret === undefined ? {} : { githubSecret: settings.githubSecret };
      new ArcScaleSet(qualified(scaleSet.name), { scaleSet, provider, ...secret }, opts);
    }
  }
}
