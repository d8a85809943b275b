import { type Finding, finding } from "./finding.ts";
import type { Fleet } from "./fleet.ts";
import { formatBytes } from "./format.ts";
import type { Host } from "./host.ts";
import type { VM } from "./vm.ts";

/**
 * What a fleet says about itself has to agree: names are unique, and what is named exists.
 * Whether it *fits* is capacity's question, not this file's.
 */
export function checkReferences(fleet: Fleet): Finding[] {
  const hosts = new Map(fleet.hosts.map((h) => [h.name, h]));
  const vms = new Set(fleet.vms.map((v) => v.name));
  return [
    ...duplicates(
      "hosts",
      "host",
      fleet.hosts.map((h) => h.name),
    ),
    ...duplicates(
      "vms",
      "VM",
      fleet.vms.map((v) => v.name),
    ),
    ...duplicates(
      "nodes",
      "node",
      fleet.nodes.map((n) => `${n.cluster}/${n.name}`),
    ),
    ...duplicates(
      "scaleSets",
      "scale set",
      fleet.scaleSets.map((s) => `${s.cluster}/${s.name}`),
    ),
    ...fleet.hosts.flatMap(checkHost),
    ...fleet.vms.flatMap((vm, i) => checkVm(vm, `vms[${i}]`, hosts)),
    ...fleet.nodes.flatMap((n, i) =>
      n.vm === undefined || vms.has(n.vm) ? [] : [unknownName(`nodes[${i}].vm`, "VM", n.vm, vms)],
    ),
    ...duplicates(
      "nodes",
      "VM of two nodes:",
      fleet.nodes.flatMap((n) => (n.vm === undefined ? [] : [n.vm])),
      ".vm",
    ),
    ...checkScaleSets(fleet),
    ...checkPolicy(fleet),
  ];
}

function duplicates(list: string, what: string, names: readonly string[], field = ".name"): Finding[] {
  const first = new Map<string, number>();
  return names.flatMap((name, i) => {
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, i);
      return [];
    }
    return [
      finding({
        rule: "model/duplicate-name",
        path: `${list}[${i}]${field}`,
        subject: `${what} ${name}`,
        message: `\`${list}[${i}]${field}\` is ${JSON.stringify(name)}, which \`${list}[${earlier}]\` has already.`,
        remedy: "Give one of them another name, or remove it.",
      }),
    ];
  });
}

function unknownName(path: string, what: string, given: string, known: Iterable<string>): Finding {
  const names = [...known].sort();
  const list =
    names.length === 0
      ? "none is declared"
      : `known: ${names.slice(0, 5).join(", ")}${names.length > 5 ? `, and ${names.length - 5} more` : ""}`;
  return finding({
    rule: "model/unknown-name",
    path,
    subject: `${what} ${given}`,
    message: `\`${path}\` is ${JSON.stringify(given)}, but there is no ${what} of that name (${list}).`,
    remedy: `Name a declared ${what}, or declare it.`,
  });
}

function checkHost(host: Host, index: number): Finding[] {
  const at = `hosts[${index}]`;
  const findings = [
    ...duplicates(
      `${at}.cells`,
      "cell",
      host.cells.map((c) => String(c.id)),
      ".id",
    ),
    ...duplicates(
      `${at}.pools`,
      "pool",
      host.pools.map((p) => p.name),
    ),
    ...duplicates(
      `${at}.bridges`,
      "bridge",
      host.bridges.map((b) => b.name),
    ),
  ];
  const seen = new Map<number, string>();
  host.cells.forEach((cell, c) => {
    cell.cores.forEach((cpus, k) => {
      const path = `${at}.cells[${c}].cores[${k}]`;
      for (const cpu of cpus) {
        const earlier = seen.get(cpu);
        if (earlier === undefined) seen.set(cpu, path);
        else {
          findings.push(
            finding({
              rule: "model/duplicate-cpu",
              path,
              subject: `host ${host.name}`,
              message: `\`${path}\` lists CPU ${cpu}, which \`${earlier}\` lists already.`,
              remedy: "List each CPU of the host once, beside its siblings.",
            }),
          );
        }
      }
    });
  });
  return findings;
}

function checkVm(vm: VM, at: string, hosts: ReadonlyMap<string, Host>): Finding[] {
  const host = hosts.get(vm.host);
  if (!host) return [unknownName(`${at}.host`, "host", vm.host, hosts.keys())];
  const findings = duplicates(
    `${at}.disks`,
    "disk",
    vm.disks.map((d) => d.name),
  );
  if (vm.bridge !== undefined && !host.bridges.some((b) => b.name === vm.bridge)) {
    findings.push(
      unknownName(
        `${at}.bridge`,
        "bridge",
        vm.bridge,
        host.bridges.map((b) => b.name),
      ),
    );
  }
  vm.disks.forEach((d, i) => {
    if (d.pool === undefined || host.pools.some((p) => p.name === d.pool)) return;
    findings.push(
      unknownName(
        `${at}.disks[${i}].pool`,
        "pool",
        d.pool,
        host.pools.map((p) => p.name),
      ),
    );
  });
  if (vm.minimumMemory !== undefined && vm.minimumMemory > vm.memory) {
    findings.push(
      finding({
        rule: "model/invalid-value",
        path: `${at}.minimumMemory`,
        subject: `VM ${vm.name}`,
        have: vm.minimumMemory,
        limit: vm.memory,
        unit: "bytes",
        message: `\`${at}.minimumMemory\` is ${formatBytes(vm.minimumMemory)}, above the VM's memory ${formatBytes(vm.memory)}.`,
        remedy: "Lower minimumMemory, or raise memory.",
      }),
    );
  }
  return findings;
}

function checkScaleSets(fleet: Fleet): Finding[] {
  return fleet.scaleSets.flatMap((set, i) => {
    const at = `scaleSets[${i}]`;
    const findings = duplicates(
      `${at}.containers`,
      "container",
      set.containers.map((c) => c.name),
    );
    if (set.minRunners > set.maxRunners) {
      findings.push(
        finding({
          rule: "model/invalid-value",
          path: `${at}.minRunners`,
          subject: `scale set ${set.name}`,
          have: set.minRunners,
          limit: set.maxRunners,
          unit: "runners",
          message: `\`${at}.minRunners\` is ${set.minRunners}, above maxRunners ${set.maxRunners}.`,
          remedy: "Lower minRunners, or raise maxRunners.",
        }),
      );
    }
    return findings;
  });
}

function checkPolicy({ policy, hosts, nodes, scaleSets }: Fleet): Finding[] {
  const hostNames = new Set(hosts.map((h) => h.name));
  const nodeNames = new Set(nodes.map((n) => n.name));
  const setNames = new Set(scaleSets.map((s) => s.name));
  const known = (path: string, what: string, given: string, names: ReadonlySet<string>) =>
    names.has(given) ? [] : [unknownName(path, what, given, names)];
  return [
    ...duplicates(
      "policy.labels",
      "label budget",
      policy.labels.map((l) => l.label),
      ".label",
    ),
    ...duplicates(
      "policy.ownerBudgets",
      "owner budget",
      policy.ownerBudgets.map((b) => b.scaleSet),
      ".scaleSet",
    ),
    ...duplicates(
      "policy.overflow",
      "overflow node",
      policy.overflow.map((o) => o.node),
      ".node",
    ),
    ...duplicates(
      "policy.warmPools",
      "warm pool",
      policy.warmPools.map((w) => w.scaleSet),
      ".scaleSet",
    ),
    ...policy.overflow.flatMap((o, i) =>
      duplicates(
        `policy.overflow[${i}].lanes`,
        "lane",
        o.lanes.map((l) => l.scaleSet),
        ".scaleSet",
      ),
    ),
    ...Object.keys(policy.oversubscription)
      .sort()
      .flatMap((h) => known(`policy.oversubscription[${JSON.stringify(h)}]`, "host", h, hostNames)),
    ...policy.overflow.flatMap((o, i) => [
      ...known(`policy.overflow[${i}].node`, "node", o.node, nodeNames),
      ...o.lanes.flatMap((lane, k) => [
        ...known(`policy.overflow[${i}].lanes[${k}].scaleSet`, "scale set", lane.scaleSet, setNames),
        ...known(`policy.overflow[${i}].lanes[${k}].rollbackNode`, "node", lane.rollbackNode, nodeNames),
      ]),
    ]),
  ];
}
