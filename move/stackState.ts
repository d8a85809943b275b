/**
 * The stack's state after a move. The engine would make everything anew that has another connection than before, so
 * the state is told where the VM is now: connection, pools, paths and what the host decides. Every other field stays,
 * secrets among them, which stay encrypted. What comes out is for `pulumi stack import`.
 */
import type { MovedVolume } from "./journal.ts";
import { type Item, placedOn } from "./placed.ts";

/** A resource of an exported stack, as far as it is looked at. */
interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly inputs?: Item;
  readonly outputs?: Item;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly deletedWith?: string;
  readonly replaceWith?: readonly string[];
  /** Left to be deleted after its replacement was made. */
  readonly delete?: boolean;
}

/** Where a VM has gone. */
export interface Arrival {
  readonly vm: string;
  readonly from: string;
  readonly to: string;
  /** What the program gives its domain there. */
  readonly args: Item;
  /** Whether the stack is a rehearsal. */
  readonly isRehearsal: boolean;
  /** Its files with their paths on the target. */
  readonly volumes: readonly (Pick<MovedVolume, "from" | "to"> & { readonly path: string })[];
}

export type Rewritten =
  | { readonly deployment: Item; readonly changed: readonly string[]; readonly why?: undefined }
  | {
      readonly deployment?: undefined;
      readonly changed?: undefined;
      readonly why: string;
      readonly remedy: string;
    };

const PROVIDER = "pulumi:providers:libvirt";
const STACK = "pulumi:pulumi:Stack";
const DOMAIN = "libvirt:index/domain:Domain";
const VOLUME = "libvirt:index/volume:Volume";

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

/** The deployment of an export with the VM at its new place; `why` tells what it lacks for that. */
export function withArrival(deployment: Item, arrival: Arrival): Rewritten {
  const { vm, from, to, volumes } = arrival;
  const resources = (deployment.resources ?? []) as readonly Resource[];
  const operations = deployment.pending_operations ?? deployment.pendingOperations;
  if (Array.isArray(operations) && operations.length > 0) {
    return {
      why: "an update was cut off, and what it was at is not known",
      remedy: "Run pulumi refresh, and export the stack then.",
    };
  }
  const providerOf = (host: string): string | undefined => {
    const found = resources.find((r) => r.type === PROVIDER && nameOf(r.urn) === host && r.delete !== true);
    return found && `${found.urn}::${found.id}`;
  };
  const [old, now] = [providerOf(from), providerOf(to)];
  const domain = resources.find((r) => r.type === DOMAIN && nameOf(r.urn) === vm && r.delete !== true);
  if (domain === undefined) {
    return { why: `it has no VM ${vm}`, remedy: "Export the stack that the VM belongs to." };
  }
  if (now === undefined) {
    return {
      why: `it has no host ${to} yet`,
      remedy: `Declare ${to}, run pulumi up with the VM still on ${from}, and export the stack then.`,
    };
  }
  if (domain.provider === undefined || (domain.provider !== old && domain.provider !== now)) {
    return {
      why: `its VM ${vm} is on neither ${from} nor ${to}`,
      remedy: "Export the stack that the VM belongs to, as it is now.",
    };
  }
  const isOurs = (resource: Resource): boolean =>
    (resource.provider === old || resource.provider === now) &&
    resource.provider !== undefined &&
    (resource === domain || isPartOf(resource, vm, resources));
  const places = new Map(volumes.map((v) => [`${v.from.pool}/${v.from.vol}`, v]));
  const changed: string[] = [];
  const moved = resources.map((resource): Resource => {
    if (resource.type === STACK) return withResident(resource, arrival);
    if (!isOurs(resource)) return resource;
    const there = { ...arrived(resource, places, arrival), provider: now };
    if (JSON.stringify(there) !== JSON.stringify(resource)) changed.push(resource.urn);
    return there;
  });
  return { deployment: { ...deployment, resources: inOrder(moved) }, changed };
}

/** Components that stand for a VM. A host may bear the same name. */
const VM_COMPONENTS: ReadonlySet<string> = new Set([
  "numafleet:libvirt:NumaDomain",
  "numafleet:k3s:Server",
  "numafleet:k3s:Agent",
]);

function isPartOf(resource: Resource, vm: string, resources: readonly Resource[]): boolean {
  const byUrn = new Map(resources.map((r) => [r.urn, r]));
  for (let at = byUrn.get(resource.parent ?? ""); at; at = byUrn.get(at.parent ?? "")) {
    if (VM_COMPONENTS.has(at.type) && nameOf(at.urn) === vm) return true;
  }
  return false;
}

/** By the stack output `vms` the next update knows that the VM is no new one on its host. */
function withResident(stack: Resource, { vm, to, volumes }: Arrival): Resource {
  const { vms } = (stack.outputs ?? {}) as { readonly vms?: Item };
  const found = vms && Object.hasOwn(vms, vm) ? (vms[vm] as Item) : undefined;
  if (found === undefined) return stack;
  const disks = Object.entries((found.disks ?? {}) as Record<string, Item>).map(([name, disk]) => {
    const there = volumes.filter(({ from }) => from.pool === disk.pool);
    const own = there.find(({ from }) => from.vol.startsWith(`${vm}-${name}.`)) ?? there[0];
    return [name, own === undefined ? disk : { ...disk, pool: own.to.pool }];
  });
  const now = {
    ...found,
    host: to,
    ...(found.disks === undefined ? {} : { disks: Object.fromEntries(disks) }),
  };
  return { ...stack, outputs: { ...stack.outputs, vms: { ...vms, [vm]: now } } };
}

function arrived(
  resource: Resource,
  places: ReadonlyMap<string, { readonly to: { pool: string; vol: string }; readonly path: string }>,
  { args, isRehearsal }: Arrival,
): Resource {
  const { inputs = {}, outputs = {} } = resource;
  if (resource.type === DOMAIN) {
    const at = (properties: Item) => placedOn(properties, args, isRehearsal);
    return { ...resource, inputs: at(inputs), outputs: at(outputs) };
  }
  const place =
    resource.type === VOLUME ? places.get(`${String(inputs.pool)}/${String(inputs.name)}`) : undefined;
  if (!place) return resource;
  const { pool, vol: name } = place.to;
  const known = { key: place.path, path: place.path };
  return {
    ...resource,
    id: place.path,
    inputs: { ...inputs, pool, name },
    outputs: { ...outputs, pool, name, ...known },
  };
}

/** The engine wants a resource behind all that it needs; the order stays otherwise. */
function inOrder(resources: readonly Resource[]): readonly Resource[] {
  const left = [...resources];
  const urns = new Set(resources.map(({ urn }) => urn));
  const done = new Set<string>();
  const out: Resource[] = [];
  while (left.length > 0) {
    const index = left.findIndex((r) => needsOf(r).every((urn) => done.has(urn) || !urns.has(urn)));
    const [next] = left.splice(Math.max(0, index), 1);
    if (!next) break;
    out.push(next);
    done.add(next.urn);
  }
  return out;
}

function needsOf(resource: Resource): string[] {
  const provider = resource.provider?.split("::").slice(0, -1).join("::");
  return [
    ...(resource.parent === undefined ? [] : [resource.parent]),
    ...(provider === undefined ? [] : [provider]),
    ...(resource.dependencies ?? []),
    ...Object.values(resource.propertyDependencies ?? {}).flatMap((list) => list ?? []),
    ...(resource.deletedWith === undefined ? [] : [resource.deletedWith]),
    ...(resource.replaceWith ?? []),
  ].filter((urn) => urn !== resource.urn);
}
