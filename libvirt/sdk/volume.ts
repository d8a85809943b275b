// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "./inputs.ts";
import { registration } from "./registration.ts";
import type * as types from "./types/index.ts";

const TYPE = "libvirt:index/volume:Volume";
const KIND = {
  properties: [
    "name",
    "pool",
    "type",
    "capacity",
    "capacityUnit",
    "allocationUnit",
    "physicalUnit",
    "target",
    "backingStore",
    "create",
    "generation",
    "precious",
    "key",
    "path",
    "allocation",
    "physical",
  ],
  secrets: [],
  unique: true,
};

/** Arguments of a Volume. */
export interface VolumeArgs {
  /** Name of the volume in its pool. Default: the resource's name and seven random hexadecimal digits. */
  readonly name?: Inputs<string> | undefined;
  /** Name of the pool. */
  readonly pool: Inputs<string>;
  /** Kind of volume. Default: the pool's. One of `file`, `block`, `dir`, `network`, `netdir`, `ploop`. */
  readonly type?: Inputs<string> | undefined;
  /** Size the guest sees, in `capacityUnit`. Grows in place, also while a VM runs with it. Default: the size of the content, of the copied volume, or of the base image. */
  readonly capacity?: Inputs<number> | undefined;
  /** Unit of `capacity`. Default: B. */
  readonly capacityUnit?: Inputs<string> | undefined;
  /** Unit of the output `allocation`, which is rounded down. Default: B. */
  readonly allocationUnit?: Inputs<string> | undefined;
  /** Unit of the output `physical`, which is rounded down. Default: B. */
  readonly physicalUnit?: Inputs<string> | undefined;
  /** Format and place. */
  readonly target?: Inputs<types.VolumeTarget> | undefined;
  /** Base image that this volume holds the differences to; for qcow2. It has to be there, of this format, and no larger than `capacity`. */
  readonly backingStore?: Inputs<types.VolumeBackingStore> | undefined;
  /** Content of a new volume. A change replaces it. */
  readonly create?: Inputs<types.VolumeCreate> | undefined;
  /** Any text that stands for what the volume is made from, such as the path of the seed that its guest was set up by. Another text makes the volume anew; to set or drop it changes nothing. */
  readonly generation?: Inputs<string> | undefined;
  /** Whether the data must not be lost. A change that would replace or delete the volume is refused until this is false in an update of its own. Default: false. */
  readonly precious?: Inputs<boolean> | undefined;
}

/** A volume of a storage pool. It grows in place; shrinking is refused. */
export class Volume extends pulumi.CustomResource {
  /** Name of the volume in its pool. Default: the resource's name and seven random hexadecimal digits. */
  declare readonly name: pulumi.Output<string>;
  /** Name of the pool. */
  declare readonly pool: pulumi.Output<string>;
  /** Kind of volume. Default: the pool's. One of `file`, `block`, `dir`, `network`, `netdir`, `ploop`. */
  declare readonly type: pulumi.Output<string | undefined>;
  /** Size the guest sees, in `capacityUnit`. Grows in place, also while a VM runs with it. Default: the size of the content, of the copied volume, or of the base image. */
  declare readonly capacity: pulumi.Output<number | undefined>;
  /** Unit of `capacity`. Default: B. */
  declare readonly capacityUnit: pulumi.Output<string | undefined>;
  /** Unit of the output `allocation`, which is rounded down. Default: B. */
  declare readonly allocationUnit: pulumi.Output<string | undefined>;
  /** Unit of the output `physical`, which is rounded down. Default: B. */
  declare readonly physicalUnit: pulumi.Output<string | undefined>;
  /** Format and place. */
  declare readonly target: pulumi.Output<types.VolumeTarget | undefined>;
  /** Base image that this volume holds the differences to; for qcow2. It has to be there, of this format, and no larger than `capacity`. */
  declare readonly backingStore: pulumi.Output<types.VolumeBackingStore | undefined>;
  /** Content of a new volume. A change replaces it. */
  declare readonly create: pulumi.Output<types.VolumeCreate | undefined>;
  /** Any text that stands for what the volume is made from, such as the path of the seed that its guest was set up by. Another text makes the volume anew; to set or drop it changes nothing. */
  declare readonly generation: pulumi.Output<string | undefined>;
  /** Whether the data must not be lost. A change that would replace or delete the volume is refused until this is false in an update of its own. Default: false. */
  declare readonly precious: pulumi.Output<boolean | undefined>;
  /** Key of the volume; the resource's id. */
  declare readonly key: pulumi.Output<string>;
  /** Path on the host. */
  declare readonly path: pulumi.Output<string>;
  /** Used, in `allocationUnit`. */
  declare readonly allocation: pulumi.Output<number>;
  /** Size of the file or device, in `physicalUnit`. */
  declare readonly physical: pulumi.Output<number>;

  constructor(name: string, args: VolumeArgs, opts?: pulumi.CustomResourceOptions) {
    const { inputs, options } = registration(KIND, args, opts);
    super(TYPE, name, inputs, options);
  }

  /** The Volume that the host has under an id; it is read and never changed. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): Volume {
    return new Volume(name, {} as VolumeArgs, { ...opts, id });
  }

  /** Whether a value is a Volume, also one of another copy of this package. */
  static override isInstance(value: unknown): value is Volume {
    return (value as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === TYPE;
  }
}
