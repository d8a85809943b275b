import { createHash } from "node:crypto";
import { CloudinitDisk, Domain, type Provider, type types, Volume } from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import type { TrafficLimits } from "../capacity/host/traffic.ts";
import type { Host } from "../model/host.ts";
import type { Rehearsal } from "../model/rehearsal.ts";
import type { VM } from "../model/vm.ts";
import { type GuestRole, metaData, NO_ROLE, networkConfig, userData } from "./cloudConfig.ts";
import { type PlannedDisk, planDisks } from "./diskArgs.ts";
import { type DomainNode, type DomainType, domainArgs } from "./domainArgs.ts";
import { type LiveFiles, markLiveFiles, NO_LIVE_FILES } from "./liveFiles.ts";
import { SEED_BYTES, type SeedPlan, seedPlan } from "./seedPlan.ts";
import { renderCloudConfig, renderYaml } from "./yaml.ts";

/** Arguments of a NumaDomain. */
export interface NumaDomainArgs {
  /** The VM, checked: sizes in bytes, CPU sets as lists. Plain data, so that it can be judged before it exists. */
  readonly vm: VM;
  /** The host it runs on; its cells give the guest's topology, its pools take the disks. */
  readonly host: Host;
  /** The connection to that host. */
  readonly provider: Provider;
  /** `kvm` (default), or `qemu` where there is no hardware virtualisation. A change replaces the VM. */
  readonly type?: DomainType;
  /** Host CPUs that an unpinned VM floats over; without any it may run on every CPU of the host. Live. */
  readonly sharedCpus?: readonly number[];
  /** Most that its interface and its disks may take; no limits by default. Live. */
  readonly limits?: TrafficLimits;
  /** The machine that plays the host in a rehearsal; by default it is the host itself. */
  readonly rehearsal?: Rehearsal | undefined;
  /**
   * What the guest becomes at first boot; nothing by default. It may hold secrets, so the whole user-data is
   * one. A change is written into the seed and takes effect in a VM that is made anew.
   */
  readonly role?: pulumi.Input<GuestRole>;
  /** Files of the role that change while the guest runs; none by default. */
  readonly liveFiles?: LiveFiles;
  /** The cluster's node in the VM: it is drained and leaves the cluster before the VM is deleted. */
  readonly node?: DomainNode | undefined;
}

/**
 * A VM bound to the NUMA cells of its host: volumes, cloud-init seed, and a domain with every pin. Changing
 * pins, emulator set, iothread pins or weight is live; memory and vCPU number wait for the next boot. Disks
 * that hold precious data are protected, and stay on the host if they leave the program.
 */
export class NumaDomain extends pulumi.ComponentResource {
  /** Name of the domain in libvirt, and host name of the guest. */
  readonly domainName: pulumi.Output<string>;
  /** UUID that libvirt knows the domain by. */
  readonly uuid: pulumi.Output<string>;

  constructor(name: string, args: NumaDomainArgs, opts?: pulumi.ComponentResourceOptions) {
    super("numafleet:libvirt:NumaDomain", name, {}, opts);
    const { vm, host } = args;
    const child = { parent: this, provider: args.provider };

    const disks = planDisks(vm, host, args.limits);
    const seed = seedPlan(vm, host);

    const documents = seed && seedDocuments(args);
    // Where a changed seed is to take effect, the VM and its system disk are made anew with it.
    const generation = vm.cloudInit?.onSeedChange === "replace" ? documents?.digest : undefined;
    const volumes = disks.map((disk) => volumeOf(name, disk, generation, child));
    const image = documents && seedVolume(name, seed, documents, vm, { child, system: volumes[0] });
    const domain = new Domain(
      name,
      {
        ...domainArgs(vm, {
          host,
          type: args.type ?? "kvm",
          disks: disks.map((d) => d.device),
          seed,
          sharedCpus: args.sharedCpus ?? [],
          limits: args.limits,
          rehearsal: args.rehearsal,
          node: args.node,
        }),
        generation,
      },
      // A disk is not made anew under a VM that runs: the engine deletes the VM before it.
      { ...child, dependsOn: image ? [...volumes, image] : volumes, replaceWith: volumes },
    );

    this.domainName = domain.name;
    this.uuid = domain.uuid;
    this.registerOutputs({ domainName: this.domainName, uuid: this.uuid });
  }
}

function volumeOf(
  name: string,
  { disk, volume }: PlannedDisk,
  generation: pulumi.Output<string> | undefined,
  child: pulumi.CustomResourceOptions,
): Volume {
  const title = `${name}/${disk.name}`;
  return disk.precious
    ? new Volume(title, volume, { ...child, protect: true, retainOnDelete: true })
    : new Volume(title, { ...volume, generation }, child);
}

/** The documents of a seed. */
interface SeedDocuments {
  readonly userData: pulumi.Output<string>;
  readonly metaData: string;
  readonly networkConfig: string | undefined;
  /** Texts of the user-data that change in the guest, by their marks; none where there are none. */
  readonly texts: pulumi.Output<readonly types.CloudinitDiskText[]> | undefined;
  /** Stands for all of them but the texts. As it follows from secrets, it is one. */
  readonly digest: pulumi.Output<string>;
}

function seedDocuments({ vm, role = NO_ROLE, liveFiles = NO_LIVE_FILES }: NumaDomainArgs): SeedDocuments {
  const marked = pulumi.output(role).apply((r) => markLiveFiles(r, liveFiles));
  const userDocument = pulumi.secret(marked).apply((m) => renderCloudConfig(userData(vm, m.role)));
  const metaDocument = renderYaml(metaData(vm));
  const network = vm.bridge === undefined ? undefined : renderYaml(networkConfig(vm));
  return {
    userData: userDocument,
    metaData: metaDocument,
    networkConfig: network,
    // The role is secret for its tokens; these files hold none.
    texts: liveFiles.paths.length === 0 ? undefined : pulumi.unsecret(marked.apply((m) => m.texts)),
    digest: userDocument.apply((user) =>
      createHash("sha256")
        .update(JSON.stringify([user, metaDocument, network]))
        .digest("hex"),
    ),
  };
}

/** The seed is made here and written into the pool; both bear the same name, so the old one goes first. */
function seedVolume(
  name: string,
  { pool, volume }: SeedPlan,
  { userData, metaData, networkConfig, texts }: SeedDocuments,
  vm: VM,
  { child, system }: { readonly child: pulumi.CustomResourceOptions; readonly system: Volume | undefined },
): Volume {
  // Two slashes: no disk, whose name has none, can be called the same.
  const seedName = `${name}/cloud-init/seed`;
  const seed = new CloudinitDisk(
    seedName,
    { name: volume, onSeedChange: vm.cloudInit?.onSeedChange, userData, metaData, networkConfig, texts },
    // A first boot reads the seed, and a new system disk has one before it: the seed is then as it is declared now.
    // Its volume follows by the image's path. The engine deletes what is replaced with another thing in no certain
    // order, so the volume must not be part of that: a VM that may not be deleted yet would have lost it.
    { ...child, replaceWith: system === undefined ? [] : [system] },
  );
  return new Volume(
    seedName,
    {
      name: volume,
      pool,
      capacity: SEED_BYTES,
      // No format is declared: it is written as raw bytes, and libvirt then finds an ISO 9660 image in them.
      create: { content: { url: seed.path } },
    },
    { ...child, deleteBeforeReplace: true },
  );
}
