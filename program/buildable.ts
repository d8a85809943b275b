import { needsSeed } from "../components/cloudConfig.ts";
import { planDisks } from "../components/diskArgs.ts";
import { seedPlan } from "../components/seedPlan.ts";
import { tuningArgs } from "../components/tuningArgs.ts";
import { targetOf } from "../libvirt/transport/target.ts";
import { type Finding, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import type { Host } from "../model/host.ts";
import type { VM } from "../model/vm.ts";

/** The secrets of the stack's config; only whether they are there is looked at. */
export type GivenSecrets = Readonly<Record<"k3sToken" | "k3sServerToken", unknown>>;

/**
 * What capacity has no opinion on, and creating would stumble over: a seed that no pool holds, or
 * that another image lies over, a host to tune that no commands reach, an agent without a server, a token that is not
 * there. A missing token refuses
 * an update; a preview shows it as a warning, so that the embedded default can be looked at without any secret.
 */
export function checkBuildable(fleet: Fleet, given: GivenSecrets, isPreview: boolean): Finding[] {
  return [
    ...fleet.vms.flatMap((vm, i) => checkSeed(fleet, vm, `vms[${i}].cloudInit.seed`)),
    ...fleet.hosts.flatMap((host) => checkSeedFiles(fleet, host)),
    ...fleet.hosts.flatMap((host, i) => checkTuning(host, `hosts[${i}].uri`)),
    ...checkAgents(fleet),
    ...checkTokens(fleet, given, isPreview),
  ];
}

function checkSeed(fleet: Fleet, vm: VM, path: string): Finding[] {
  const host = fleet.hosts.find((h) => h.name === vm.host);
  if (!host || !needsSeed(vm) || seedPlan(vm, host)) return [];
  const given = vm.cloudInit?.seed;
  const pools = host.pools.map((p) => p.path).join(", ") || "none";
  return [
    finding({
      rule: "build/seed-outside-pools",
      path,
      subject: `VM ${vm.name}`,
      message:
        given === undefined
          ? `VM ${vm.name} needs a cloud-init image, but host ${host.name} has no pool to hold it.`
          : `\`${path}\` is ${JSON.stringify(given)}, which is in the directory of no pool of host ${host.name} (pools: ${pools}).`,
      remedy: "Put the image into the directory of a pool, or declare a pool there.",
    }),
  ];
}

/** Two VMs that write one image destroy it. Two disks in one file are capacity's `host/disk-file-twice`. */
function checkSeedFiles({ vms }: Fleet, host: Host): Finding[] {
  const first = new Map<string, { path: string; isSeed: boolean }>();
  return vms.flatMap((vm, i) => {
    if (vm.host !== host.name) return [];
    const seed = seedPlan(vm, host);
    const volumes = [
      ...planDisks(vm, host).map(({ disk, volume }) => ({
        ...volume,
        path: `vms[${i}].disks[${vm.disks.indexOf(disk)}].file`,
        isSeed: false,
      })),
      ...(seed
        ? [{ pool: seed.pool, name: seed.volume, path: `vms[${i}].cloudInit.seed`, isSeed: true }]
        : []),
    ];
    return volumes.flatMap(({ pool, name, path, isSeed }) => {
      const earlier = first.get(`${pool}/${name}`);
      if (earlier === undefined) {
        first.set(`${pool}/${name}`, { path, isSeed });
        return [];
      }
      if (!isSeed && !earlier.isSeed) return [];
      return [
        finding({
          rule: "build/volume-twice",
          path,
          subject: `VM ${vm.name}`,
          message: `\`${path}\` is the file ${JSON.stringify(name)} in pool ${pool} of host ${host.name}, which \`${earlier.path}\` is already.`,
          remedy: "Give one of them another file.",
        }),
      ];
    });
  });
}

/** libvirt has no request for the settings of a kernel: they take commands on the host. */
function checkTuning(host: Host, path: string): Finding[] {
  if (tuningArgs(host) === undefined) return [];
  try {
    targetOf(host.uri);
    return [];
  } catch (failure) {
    const message = `Host ${host.name} is to be tuned, but ${(failure as Error).message}.`;
    return [
      finding({
        rule: "build/tuning-unreachable",
        path,
        subject: `host ${host.name}`,
        message,
        remedy: "Give it a URI that carries commands, or leave `tuning` out.",
      }),
    ];
  }
}

function checkAgents({ vms }: Fleet): Finding[] {
  if (vms.some((vm) => vm.role === "k3s-server")) return [];
  return vms.flatMap((vm, i) =>
    vm.role !== "k3s-agent"
      ? []
      : [
          finding({
            rule: "build/agent-without-server",
            path: `vms[${i}].role`,
            subject: `VM ${vm.name}`,
            message: `VM ${vm.name} is a k3s agent, but no VM of the fleet is a k3s server that it could join.`,
            remedy: "Give one VM the role k3s-server.",
          }),
        ],
  );
}

function checkTokens({ vms }: Fleet, given: GivenSecrets, isPreview: boolean): Finding[] {
  const servers = vms.filter((vm) => vm.role === "k3s-server").length;
  const members = vms.filter((vm) => vm.role !== undefined).length;
  const missing = [
    ...(members > 0 && given.k3sToken === undefined ? [{ key: "k3sToken", what: "agents join by" }] : []),
    ...(servers > 1 && given.k3sServerToken === undefined
      ? [{ key: "k3sServerToken", what: "further servers join by" }]
      : []),
  ];
  return missing.map(({ key, what }) =>
    finding({
      rule: "config/missing-token",
      severity: isPreview ? "warn" : "refuse",
      path: `numafleet:${key}`,
      subject: `config numafleet:${key}`,
      message: `\`numafleet:${key}\` is missing, the secret that the k3s ${what}; ${members} VM${members === 1 ? "" : "s"} of the fleet need${members === 1 ? "s" : ""} it.`,
      remedy: `Set it before the update: pulumi config set --secret numafleet:${key} "$(openssl rand -hex 32)".`,
    }),
  );
}
