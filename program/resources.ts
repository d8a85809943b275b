import type * as pulumi from "@pulumi/pulumi";
import { machines } from "../capacity/host/machine.ts";
import { sharedCpus } from "../capacity/host/shared.ts";
import { trafficLimits } from "../capacity/host/traffic.ts";
import type { ArcCharts } from "../components/arcCharts.ts";
import type { DomainNode } from "../components/domainArgs.ts";
import { HypervisorHost } from "../components/hypervisorHost.ts";
import { K3sAgent } from "../components/k3sAgent.ts";
import { K3sServer } from "../components/k3sServer.ts";
import { NumaDomain } from "../components/numaDomain.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Node } from "../model/node.ts";
import type { VM } from "../model/vm.ts";
import { registerClusters } from "./clusters.ts";
import type { Settings } from "./settings.ts";
import { k3sTokens } from "./tokens.ts";

/** Registers everything that a fleet consists of, hosts first. */
export function registerFleet(
  fleet: Fleet,
  settings: Settings,
  charts: ArcCharts,
  opts: pulumi.ComponentResourceOptions,
): void {
  registerVms(fleet, settings, opts);
  registerClusters(fleet, settings, charts, opts);
}

function registerVms(fleet: Fleet, settings: Settings, opts: pulumi.ComponentResourceOptions): void {
  const tokens = k3sTokens(settings);
  const servers = fleet.vms.filter((vm) => vm.role === "k3s-server").map((vm) => vm.name);
  const nodes = new Map(fleet.nodes.map((node) => [node.vm, node]));
  const hasJoined = (vm: string) => nodes.get(vm)?.recorded.source === "detected";
  // A cluster that is there is joined, also by the server that once founded it: made anew, it would found another.
  const members = servers.filter(hasJoined);
  const founder = members[0] ?? servers[0];
  const joinedBy = (vm: string) =>
    members.find((member) => member !== vm) ?? (vm === founder ? undefined : founder);
  const guests = machines(fleet).flatMap((machine) => {
    const isRehearsal = settings.rehearsal !== undefined;
    const host = new HypervisorHost(
      machine.host.name,
      { host: machine.host, isRehearsal, timeouts: settings.timeouts },
      opts,
    );
    const shared = sharedCpus(machine);
    return machine.guests.flatMap(({ vm }) => {
      if (vm.managed === false) return [];
      const leaves = leavesCluster(vm, servers);
      const args = {
        vm,
        host: machine.host,
        provider: host.provider,
        type: settings.domainType,
        sharedCpus: shared,
        limits: trafficLimits(machine, vm),
        rehearsal: settings.rehearsal,
        node: leaves ? domainNode(nodes.get(vm.name), settings) : undefined,
      };
      return [{ vm, host, args }];
    });
  });
  const register = (
    { vm, host, args }: (typeof guests)[number],
    founding?: K3sServer,
  ): K3sServer | undefined => {
    const node = nodes.get(vm.name);
    const nodeName = node?.name ?? vm.name;
    // What leaves a cluster needs its server to the end: it is deleted before that one is.
    const needed = args.node === undefined || founding === undefined ? [] : [founding];
    const joining = { ...args, nodeName, hasJoined: hasJoined(vm.name) };
    const placed = { ...opts, dependsOn: [host, ...needed] };
    switch (vm.role) {
      case "k3s-server": {
        const plan = { joins: joinedBy(vm.name), several: servers.length > 1 };
        return new K3sServer(vm.name, { ...joining, plan, tokens }, placed);
      }
      case "k3s-agent": {
        // An agent without any server is refused (`build/agent-without-server`); a preview names none.
        const token = tokens.apply((t) => t.agent);
        new K3sAgent(vm.name, { ...joining, server: founder ?? "", token }, placed);
        return undefined;
      }
      case undefined:
        new NumaDomain(vm.name, args, placed);
        return undefined;
    }
  };
  const first = guests.find(({ vm }) => vm.name === founder);
  const founding = first && register(first);
  for (const guest of guests) if (guest !== first) register(guest, founding);
}

/** A cluster's only server takes the cluster with it: there is nothing left that it could leave. */
function leavesCluster(vm: VM, servers: readonly string[]): boolean {
  return vm.role === "k3s-agent" || (vm.role === "k3s-server" && servers.length > 1);
}

/** The node of a VM as its deletion needs it; undefined where the fleet names no node, and so no cluster. */
function domainNode(node: Node | undefined, settings: Settings): DomainNode | undefined {
  if (node === undefined) return undefined;
  return {
    name: node.name,
    context: node.cluster,
    ...(settings.kubeconfig === undefined ? {} : { kubeconfig: settings.kubeconfig }),
    whenBlocked: settings.whenDrainBlocked,
  };
}
