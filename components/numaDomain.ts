import { CloudinitDisk, Domain, type Provider, Volume } from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../model/host.ts";
import type { Rehearsal } from "../model/rehearsal.ts";
import type { VM } from "../model/vm.ts";
import { type GuestRole, metaData, NO_ROLE, networkConfig, userData } from "./cloudConfig.ts";
import { type PlannedDisk, planDisks } from "./diskArgs.ts";
import { type DomainType, domainArgs } from "./domainArgs.ts";
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
  /** The machine that plays the host in a rehearsal; by default it is the host itself. */
  readonly rehearsal?: Rehearsal | undefined;
  /**
   * What the guest becomes at first boot; nothing by default. It may hold secrets, so the whole user-data is
   * one. A change is written into the seed and takes effect in a VM that is made anew.
   */
  readonly role?: pulumi.Input<GuestRole>;
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

    const disks = planDisks(vm, host);
    const seed = seedPlan(vm, host);

    const documents = seed && seedImage(name, seed, vm, args.role ?? NO_ROLE, child);
    // A guest reads its seed at the first boot of its system disk: where another seed is to take effect, the VM and
    // its disks are made anew with it.
    const generation = documents?.path;
    const volumes = disks.map((disk) => volumeOf(name, disk, generation, child));
    if (documents) volumes.push(seedVolume(name, seed, documents, child));
    const domain = new Domain(
      name,
      {
        ...domainArgs(vm, {
          host,
          type: args.type ?? "kvm",
          disks: disks.map((d) => d.device),
          seed,
          sharedCpus: args.sharedCpus ?? [],
          rehearsal: args.rehearsal,
        }),
        generation,
      },
      { ...child, dependsOn: volumes },
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

// Two slashes: no disk, whose name has none, can be called the same.
const seedName = (name: string): string => `${name}/cloud-init/seed`;

/** The seed, on this machine. What is made from it goes before it does: the VM, its disks, and the seed's volume. */
function seedImage(
  name: string,
  { volume }: SeedPlan,
  vm: VM,
  role: pulumi.Input<GuestRole>,
  child: pulumi.CustomResourceOptions,
): CloudinitDisk {
  return new CloudinitDisk(
    seedName(name),
    {
      name: volume,
      onSeedChange: vm.cloudInit?.onSeedChange,
      userData: pulumi.secret(role).apply((r) => renderCloudConfig(userData(vm, r))),
      metaData: renderYaml(metaData(vm)),
      ...(vm.bridge === undefined ? {} : { networkConfig: renderYaml(networkConfig(vm)) }),
    },
    { ...child, deleteBeforeReplace: true },
  );
}

/** The seed in a pool of the host; both bear the same name, so the old one goes first. */
function seedVolume(
  name: string,
  { pool, volume }: SeedPlan,
  documents: CloudinitDisk,
  child: pulumi.CustomResourceOptions,
): Volume {
  return new Volume(
    seedName(name),
    {
      name: volume,
      pool,
      capacity: SEED_BYTES,
      // No format is declared: it is written as raw bytes, and libvirt then finds an ISO 9660 image in them.
      create: { content: { url: documents.path } },
    },
    { ...child, deleteBeforeReplace: true },
  );
}
