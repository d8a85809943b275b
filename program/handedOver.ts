import { compareText, type Finding, finding } from "../model/finding.ts";
import type { Fleet } from "../model/fleet.ts";
import { stateResources } from "./previous.ts";
import { type ResourceName, readUrn } from "./urn.ts";

/**
 * VMs and pools that the stack has made and that the fleet now calls somebody else's: what the program no longer
 * registers, the engine deletes, disks and all. They have to leave the state first.
 */
export async function checkHandedOver(
  fleet: Fleet,
  read: () => Promise<readonly string[] | undefined> = stateResources,
): Promise<Finding[]> {
  const isOthers = ({ managed }: { readonly managed?: boolean | undefined }) => managed === false;
  // Only then is the state asked for: it may be large.
  if (!fleet.vms.some(isOthers) && !fleet.hosts.some(({ pools }) => pools.some(isOthers))) return [];
  return judgeHandedOver(fleet, await read());
}

/** @param urns of all that is in the stack's state; undefined where there is none to be had */
export function judgeHandedOver({ vms, hosts }: Fleet, urns: readonly string[] = []): Finding[] {
  const made = urns.map(resourceOf);
  const ofVms = vms.flatMap((vm, i): Finding[] => {
    const own = vm.managed === false ? made.filter((resource) => isOf(resource, vm.name)) : [];
    if (own.length === 0) return [];
    const commands = own
      .sort((a, b) => a.turn - b.turn || compareText(a.urn, b.urn))
      .map(({ urn }) => `pulumi state delete '${urn}'`);
    return [
      finding({
        rule: "build/would-delete",
        path: `vms[${i}].managed`,
        subject: `VM ${vm.name}`,
        message: `VM ${vm.name} is \`managed: false\`, but this stack has made it: an update would delete it, and its disks with it.`,
        remedy: `Take it out of the state first, which touches nothing on the host (--force where a disk is protected): ${commands.join("; ")}. Or remove \`managed\`.`,
      }),
    ];
  });
  const ofPools = hosts.flatMap((host, h) =>
    host.pools.flatMap((pool, p): Finding[] => {
      const isMade = made.some(
        ({ types, name }) => types.includes(POOL) && name === `${host.name}/${pool.name}`,
      );
      if (pool.managed !== false || !isMade) return [];
      return [
        finding({
          rule: "build/would-delete",
          path: `hosts[${h}].pools[${p}].managed`,
          subject: `pool ${pool.name} of host ${host.name}`,
          message: `Pool ${pool.name} of host ${host.name} is \`managed: false\`, but this stack has made it: an update would take it away from the VMs whose disks are in it.`,
          remedy:
            "Remove `managed`: the stack leaves the pool as it is. To hand it over, hand over the VMs with disks in it first.",
        }),
      ];
    }),
  );
  return [...ofVms, ...ofPools];
}

const POOL = "libvirt:index/pool:Pool";
/** Components of a VM, each with all that is the VM's in it. */
const VM = /^numafleet:(libvirt:NumaDomain|k3s:Agent|k3s:Server)$/;
/** Who needs others comes first, as the engine wants it; then what is not named here, and components, inner ones first. */
const ORDER = [
  "libvirt:index/guestFile:GuestFile",
  "libvirt:index/domain:Domain",
  "libvirt:index/volume:Volume",
];
const LAST = 100;

interface Resource extends ResourceName {
  readonly urn: string;
  readonly turn: number;
}

function resourceOf(urn: string): Resource {
  const { types, name } = readUrn(urn);
  const own = types.at(-1) as string;
  const at = ORDER.indexOf(own);
  const turn = VM.test(own) ? LAST - types.length : at < 0 ? ORDER.length : at;
  return { urn, types, name, turn };
}

function isOf({ types, name }: Resource, vm: string): boolean {
  return VM.test(types[0] as string) && (name === vm || name.startsWith(`${vm}/`));
}
