import { type Finding, finding } from "./finding.ts";
import type { Fleet } from "./fleet.ts";
import { eachSound, type Outline } from "./outline.ts";
import { mountPlace } from "./vm.ts";

/** Lists in which an entry may stand once: names are compared, and what libvirt or Kubernetes takes once. */

/** The entries of a list by what makes them one; undefined where an entry is not sound. */
type Keys = readonly (string | undefined)[];

/** Where a list stands, what its entries are called, and which of their properties are compared. */
interface List {
  readonly path: string;
  readonly what: string;
  readonly field: string;
  /** What one of them is to be given another of; a name by default. */
  readonly other?: string;
}

/** Whatever the fleet lists twice. */
export function checkDuplicates(fleet: Outline<Fleet>): Finding[] {
  const { hosts, vms, clusters, nodes, scaleSets, placements, policy } = fleet;
  return [
    ...repeated(
      { path: "hosts", what: "host", field: "name" },
      keys(hosts, (h) => h.name),
    ),
    ...repeated(
      { path: "vms", what: "VM", field: "name" },
      keys(vms, (v) => v.name),
    ),
    ...repeated(
      { path: "clusters", what: "cluster", field: "name" },
      keys(clusters, (c) => c.name),
    ),
    ...eachSound(clusters, "clusters", (cluster, at) =>
      repeated(
        { path: `${at}.priorityClasses`, what: "priority class", field: "name" },
        keys(cluster.priorityClasses, (p) => p.name),
      ),
    ),
    ...repeatedInCluster({ path: "nodes", what: "node", field: "name" }, nodes),
    ...repeatedInCluster({ path: "scaleSets", what: "scale set", field: "name" }, scaleSets),
    ...repeated(
      { path: "placements", what: "placement of VM", field: "vm" },
      keys(placements, (p) => p.vm),
    ),
    ...repeated(
      { path: "nodes", what: "VM of two nodes:", field: "vm" },
      keys(nodes, (n) => n.vm),
    ),
    ...eachSound(hosts, "hosts", (host, at) => [
      ...repeated(
        { path: `${at}.cells`, what: "cell", field: "id", other: "id" },
        keys(host.cells, (c) => c.id?.toString()),
        (i) => `${host.cells?.[i]?.id}`,
      ),
      ...repeated(
        { path: `${at}.pools`, what: "pool", field: "name" },
        keys(host.pools, (p) => p.name),
      ),
      ...repeated(
        { path: `${at}.pools`, what: "directory", field: "path", other: "path" },
        keys(host.pools, (p) => p.path),
      ),
      ...repeated(
        { path: `${at}.bridges`, what: "bridge", field: "name" },
        keys(host.bridges, (b) => b.name),
      ),
      ...repeated(
        { path: `${at}.gpus`, what: "GPU", field: "address", other: "address" },
        keys(host.gpus, (g) => g.address),
      ),
      ...repeatedCpus(host, at),
    ]),
    ...eachSound(vms, "vms", (vm, at) => [
      ...repeated(
        { path: `${at}.disks`, what: "disk", field: "name" },
        keys(vm.disks, (d) => d.name),
      ),
      ...repeated(
        { path: `${at}.disks`, what: "mount", field: "mount", other: "mount" },
        keys(vm.disks, (d) => (d.mount === undefined ? undefined : mountPlace(d.mount))),
        (i) => JSON.stringify(vm.disks?.[i]?.mount),
      ),
      ...repeated(
        { path: `${at}.cloudInit.users`, what: "user", field: "name" },
        keys(vm.cloudInit?.users, (u) => u.name),
      ),
      ...repeatedTaints(vm.taints, `${at}.taints`),
    ]),
    ...eachSound(nodes, "nodes", (node, at) => repeatedTaints(node.taints, `${at}.taints`)),
    ...eachSound(scaleSets, "scaleSets", (set, at) => [
      ...repeated(
        { path: `${at}.containers`, what: "container", field: "name" },
        keys(set.containers, (c) => c.name),
      ),
      ...repeated(
        { path: `${at}.initContainers`, what: "init container", field: "name" },
        keys(set.initContainers, (c) => c.name),
      ),
    ]),
    ...checkDecisions(policy),
  ];
}

function checkDecisions(policy: Outline<Fleet["policy"]> | undefined): Finding[] {
  const at = "policy";
  return [
    ...repeated(
      { path: `${at}.labels`, what: "label budget", field: "label" },
      keys(policy?.labels, (l) => l.label),
    ),
    ...repeated(
      { path: `${at}.ownerBudgets`, what: "owner budget", field: "scaleSet" },
      keys(policy?.ownerBudgets, (b) => b.scaleSet),
    ),
    ...repeated(
      { path: `${at}.warmPools`, what: "warm pool", field: "scaleSet" },
      keys(policy?.warmPools, (w) => w.scaleSet),
    ),
    ...repeated(
      { path: `${at}.overflow`, what: "overflow node", field: "node" },
      keys(policy?.overflow, (o) => o.node),
    ),
    ...eachSound(policy?.overflow, `${at}.overflow`, (overflow, node) => [
      ...repeated(
        { path: `${node}.lanes`, what: "lane", field: "scaleSet" },
        keys(overflow.lanes, (l) => l.scaleSet),
      ),
      ...eachSound(overflow.lanes, `${node}.lanes`, (lane, path) =>
        repeated(
          { path: `${path}.gates`, what: "gate", field: "gate", other: "gate" },
          keys(lane.gates, (g) => g.gate),
        ),
      ),
    ]),
  ];
}

function keys<E>(
  list: readonly (E | undefined)[] | undefined,
  key: (entry: E) => string | undefined,
): readonly (string | undefined)[] {
  return (list ?? []).map((entry) => entry && key(entry));
}

/** `shown` tells what an entry is, where the key says more or less than its property does. */
function repeated(list: List, entries: Keys, shown?: (index: number) => string): Finding[] {
  const first = new Map<string, number>();
  return entries.flatMap((key, i) => {
    if (key === undefined) return [];
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, i);
      return [];
    }
    const path = `${list.path}[${i}].${list.field}`;
    return [
      finding({
        rule: "model/duplicate-name",
        path,
        subject: `${list.what} ${key}`,
        message: `\`${path}\` is ${shown?.(i) ?? JSON.stringify(key)}, which \`${list.path}[${earlier}]\` has already.`,
        remedy: `Give one of them another ${list.other ?? "name"}, or remove it.`,
      }),
    ];
  });
}

/** Names that are one only within a cluster. */
function repeatedInCluster(
  list: List,
  entries: readonly (
    | { readonly name?: string | undefined; readonly cluster?: string | undefined }
    | undefined
  )[] = [],
): Finding[] {
  const known = entries.map((e) =>
    e?.name === undefined || e.cluster === undefined ? undefined : `${e.cluster}/${e.name}`,
  );
  const shown = (i: number) =>
    `${JSON.stringify(entries[i]?.name)} in the cluster ${JSON.stringify(entries[i]?.cluster)}`;
  return repeated(list, known, shown);
}

/** Kubernetes takes one taint of a key and effect; a second one with another value would replace it. */
function repeatedTaints(
  taints: Outline<Fleet["nodes"][number]["taints"]> | undefined,
  path: string,
): Finding[] {
  const known = (taints ?? []).map((t) =>
    t?.key === undefined || t.effect === undefined ? undefined : `${t.key}:${t.effect}`,
  );
  const shown = (i: number) =>
    `${JSON.stringify(taints?.[i]?.key)} with the effect ${JSON.stringify(taints?.[i]?.effect)}`;
  return repeated({ path, what: "taint", field: "key", other: "effect" }, known, shown);
}

function repeatedCpus(host: Outline<Fleet["hosts"][number]>, at: string): Finding[] {
  const seen = new Map<number, string>();
  return eachSound(host.cells, `${at}.cells`, (cell, path) =>
    eachSound(cell.cores, `${path}.cores`, (cpus, core) =>
      cpus.flatMap((cpu) => {
        const earlier = seen.get(cpu);
        if (earlier === undefined) {
          seen.set(cpu, core);
          return [];
        }
        return [
          finding({
            rule: "model/duplicate-cpu",
            path: core,
            subject: `host ${host.name ?? at}`,
            message: `\`${core}\` lists CPU ${cpu}, which \`${earlier}\` lists already.`,
            remedy: "List each CPU of the host once, beside its siblings.",
          }),
        ];
      }),
    ),
  );
}
