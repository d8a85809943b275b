// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "./inputs.ts";
import { registration } from "./registration.ts";
import type * as types from "./types/index.ts";

const TYPE = "libvirt:index/cloudinitDisk:CloudinitDisk";
const KIND = {
  properties: ["name", "userData", "metaData", "networkConfig", "texts", "onSeedChange", "path", "size"],
  secrets: ["userData", "networkConfig"],
  unique: false,
};

/** Arguments of a CloudinitDisk. */
export interface CloudinitDiskArgs {
  /** Name of the seed. Default: the resource's name and seven random hexadecimal digits. */
  readonly name?: Inputs<string> | undefined;
  /** The user-data document. A secret. */
  readonly userData: Inputs<string>;
  /** The meta-data document, with the instance-id. */
  readonly metaData: Inputs<string>;
  /** The network-config document. A secret. */
  readonly networkConfig?: Inputs<string> | undefined;
  /** Texts that userData has markers for. */
  readonly texts?: Inputs<readonly types.CloudinitDiskText[]> | undefined;
  /** What a changed document does. `ignore`: the documents are noted, and the image, the volume and the VM stay as they are. `replace`: there is a new image with a new path, so that the volume made of it is replaced too. Default: a changed document is refused until this says what it does. One of `ignore`, `replace`. */
  readonly onSeedChange?: Inputs<string> | undefined;
}

/** A cloud-init seed: a NoCloud image with the label cidata, in a private folder of the machine that runs Pulumi. Upload it with a Volume whose `create.content.url` is its `path`. What a changed document does, `onSeedChange` says. */
export class CloudinitDisk extends pulumi.CustomResource {
  /** Name of the seed. Default: the resource's name and seven random hexadecimal digits. */
  declare readonly name: pulumi.Output<string>;
  /** The user-data document. A secret. */
  declare readonly userData: pulumi.Output<string>;
  /** The meta-data document, with the instance-id. */
  declare readonly metaData: pulumi.Output<string>;
  /** The network-config document. A secret. */
  declare readonly networkConfig: pulumi.Output<string | undefined>;
  /** Texts that userData has markers for. */
  declare readonly texts: pulumi.Output<readonly types.CloudinitDiskText[] | undefined>;
  /** What a changed document does. `ignore`: the documents are noted, and the image, the volume and the VM stay as they are. `replace`: there is a new image with a new path, so that the volume made of it is replaced too. Default: a changed document is refused until this says what it does. One of `ignore`, `replace`. */
  declare readonly onSeedChange: pulumi.Output<string | undefined>;
  /** Path of the image on the machine that runs Pulumi. */
  declare readonly path: pulumi.Output<string>;
  /** Its size, in bytes. */
  declare readonly size: pulumi.Output<number>;

  constructor(name: string, args: CloudinitDiskArgs, opts?: pulumi.CustomResourceOptions) {
    const { inputs, options } = registration(KIND, args, opts);
    super(TYPE, name, inputs, options);
  }

  /** The CloudinitDisk that the host has under an id; it is read and never changed. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): CloudinitDisk {
    return new CloudinitDisk(name, {} as CloudinitDiskArgs, { ...opts, id });
  }

  /** Whether a value is a CloudinitDisk, also one of another copy of this package. */
  static override isInstance(value: unknown): value is CloudinitDisk {
    return (value as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === TYPE;
  }
}
