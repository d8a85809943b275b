// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "./inputs.ts";
import { registration } from "./registration.ts";
import type * as types from "./types/index.ts";

const TYPE = "libvirt:index/pool:Pool";
const KIND = {
  properties: [
    "name",
    "type",
    "source",
    "target",
    "capacityUnit",
    "allocationUnit",
    "availableUnit",
    "features",
    "refresh",
    "fsCommandline",
    "rbdCommandline",
    "create",
    "destroy",
    "uuid",
    "capacity",
    "allocation",
    "available",
  ],
  secrets: [],
  unique: true,
};

/** Arguments of a Pool. */
export interface PoolArgs {
  /** Name of the pool on its host. Default: the resource's name and seven random hexadecimal digits. */
  readonly name?: Inputs<string> | undefined;
  /** Kind of pool. One of `dir`, `fs`, `netfs`, `logical`, `disk`, `iscsi`, `zfs`, `rbd`, `scsi`, `mpath`, `iscsi-direct`, `gluster`, `sheepdog`, `vstorage`. */
  readonly type: Inputs<string>;
  /** What the pool is made of. */
  readonly source?: Inputs<types.PoolSource> | undefined;
  /** Where the pool is on its host. */
  readonly target?: Inputs<types.PoolTarget> | undefined;
  /** Unit of the output `capacity`, which is rounded down. Default: B. */
  readonly capacityUnit?: Inputs<string> | undefined;
  /** Unit of the output `allocation`, which is rounded down. Default: B. */
  readonly allocationUnit?: Inputs<string> | undefined;
  /** Unit of the output `available`, which is rounded down. Default: B. */
  readonly availableUnit?: Inputs<string> | undefined;
  /** Features of the pool's file system. */
  readonly features?: Inputs<types.PoolFeatures> | undefined;
  /** What is looked up when the pool is refreshed, for rbd pools. */
  readonly refresh?: Inputs<types.PoolRefresh> | undefined;
  /** Options of mount, for fs and netfs pools, which libvirt passes on unread and does not support. */
  readonly fsCommandline?: Inputs<types.PoolFsCommandline> | undefined;
  /** Options of librados, for rbd pools, which libvirt passes on unread and does not support. */
  readonly rbdCommandline?: Inputs<types.PoolRbdCommandline> | undefined;
  /** How the pool is made. */
  readonly create?: Inputs<types.PoolCreate> | undefined;
  /** How the pool is deleted. */
  readonly destroy?: Inputs<types.PoolDestroy> | undefined;
}

/** A storage pool. */
export class Pool extends pulumi.CustomResource {
  /** Name of the pool on its host. Default: the resource's name and seven random hexadecimal digits. */
  declare readonly name: pulumi.Output<string>;
  /** Kind of pool. One of `dir`, `fs`, `netfs`, `logical`, `disk`, `iscsi`, `zfs`, `rbd`, `scsi`, `mpath`, `iscsi-direct`, `gluster`, `sheepdog`, `vstorage`. */
  declare readonly type: pulumi.Output<string>;
  /** What the pool is made of. */
  declare readonly source: pulumi.Output<types.PoolSource | undefined>;
  /** Where the pool is on its host. */
  declare readonly target: pulumi.Output<types.PoolTarget | undefined>;
  /** Unit of the output `capacity`, which is rounded down. Default: B. */
  declare readonly capacityUnit: pulumi.Output<string | undefined>;
  /** Unit of the output `allocation`, which is rounded down. Default: B. */
  declare readonly allocationUnit: pulumi.Output<string | undefined>;
  /** Unit of the output `available`, which is rounded down. Default: B. */
  declare readonly availableUnit: pulumi.Output<string | undefined>;
  /** Features of the pool's file system. */
  declare readonly features: pulumi.Output<types.PoolFeatures | undefined>;
  /** What is looked up when the pool is refreshed, for rbd pools. */
  declare readonly refresh: pulumi.Output<types.PoolRefresh | undefined>;
  /** Options of mount, for fs and netfs pools, which libvirt passes on unread and does not support. */
  declare readonly fsCommandline: pulumi.Output<types.PoolFsCommandline | undefined>;
  /** Options of librados, for rbd pools, which libvirt passes on unread and does not support. */
  declare readonly rbdCommandline: pulumi.Output<types.PoolRbdCommandline | undefined>;
  /** How the pool is made. */
  declare readonly create: pulumi.Output<types.PoolCreate | undefined>;
  /** How the pool is deleted. */
  declare readonly destroy: pulumi.Output<types.PoolDestroy | undefined>;
  /** UUID of the pool; the resource's id. */
  declare readonly uuid: pulumi.Output<string>;
  /** Size, in `capacityUnit`. */
  declare readonly capacity: pulumi.Output<number>;
  /** Used, in `allocationUnit`. */
  declare readonly allocation: pulumi.Output<number>;
  /** Free, in `availableUnit`. */
  declare readonly available: pulumi.Output<number>;

  constructor(name: string, args: PoolArgs, opts?: pulumi.CustomResourceOptions) {
    const { inputs, options } = registration(KIND, args, opts);
    super(TYPE, name, inputs, options);
  }

  /** The Pool that the host has under an id; it is read and never changed. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Pool {
    return new Pool(name, {} as PoolArgs, { ...opts, id });
  }

  /** Whether a value is a Pool, also one of another copy of this package. */
  static override isInstance(value: unknown): value is Pool {
    return (value as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === TYPE;
  }
}
