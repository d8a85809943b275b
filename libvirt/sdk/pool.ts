// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "./inputs.ts";
import { registration } from "./registration.ts";
import type * as types from "./types/index.ts";

const TYPE = "libvirt:index/pool:Pool";
const PROPERTIES = [
  "name",
  "type",
  "source",
  "target",
  "create",
  "destroy",
  "uuid",
  "capacity",
  "allocation",
  "available",
] as const;

/** Arguments of a Pool. */
export interface PoolArgs {
  /** Name of the pool on its host. Default: the resource's name and seven random hexadecimal digits. */
  readonly name?: Inputs<string> | undefined;
  /** Kind of pool. One of `dir`, `fs`, `netfs`, `logical`, `disk`, `iscsi`, `zfs`, `rbd`, `scsi`, `mpath`. */
  readonly type: Inputs<string>;
  /** What the pool is made of. */
  readonly source?: Inputs<types.PoolSource> | undefined;
  /** Where the pool is on its host. */
  readonly target?: Inputs<types.PoolTarget> | undefined;
  /** How the pool is made. */
  readonly create?: Inputs<types.PoolCreate> | undefined;
  /** How the pool is deleted. */
  readonly destroy?: Inputs<types.PoolDestroy> | undefined;
}

/** A storage pool. */
export class Pool extends pulumi.CustomResource {
  /** Name of the pool on its host. Default: the resource's name and seven random hexadecimal digits. */
  declare readonly name: pulumi.Output<string>;
  /** Kind of pool. One of `dir`, `fs`, `netfs`, `logical`, `disk`, `iscsi`, `zfs`, `rbd`, `scsi`, `mpath`. */
  declare readonly type: pulumi.Output<string>;
  /** What the pool is made of. */
  declare readonly source: pulumi.Output<types.PoolSource | undefined>;
  /** Where the pool is on its host. */
  declare readonly target: pulumi.Output<types.PoolTarget | undefined>;
  /** How the pool is made. */
  declare readonly create: pulumi.Output<types.PoolCreate | undefined>;
  /** How the pool is deleted. */
  declare readonly destroy: pulumi.Output<types.PoolDestroy | undefined>;
  /** UUID of the pool; the resource's id. */
  declare readonly uuid: pulumi.Output<string>;
  /** Size, in bytes. */
  declare readonly capacity: pulumi.Output<number>;
  /** Used, in bytes. */
  declare readonly allocation: pulumi.Output<number>;
  /** Free, in bytes. */
  declare readonly available: pulumi.Output<number>;

  constructor(name: string, args: PoolArgs, opts?: pulumi.CustomResourceOptions) {
    const { inputs, options } = registration(PROPERTIES, [], args, opts);
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
