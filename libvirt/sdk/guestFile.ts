// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "./inputs.ts";
import { registration } from "./registration.ts";

const TYPE = "libvirt:index/guestFile:GuestFile";
const KIND = {
  properties: ["domain", "path", "content", "pending"],
  secrets: [],
  unique: false,
};

/** Arguments of a GuestFile. */
export interface GuestFileArgs {
  /** UUID or name of the VM. A change makes a new resource; the file in the old VM stays. */
  readonly domain: Inputs<string>;
  /** Path of the file in the guest. */
  readonly path: Inputs<string>;
  /** What the file holds, as UTF-8. A change is written into the running guest. It is kept secret if it is given as a secret. */
  readonly content: Inputs<string>;
}

/** The content of a file inside a guest, kept through QEMU's guest agent while the VM runs: no restart, no new seed. The file has to be there, as cloud-init leaves it; its owner and mode stay. Where the guest cannot be asked (it is off, or its agent is not there), the update succeeds all the same and `pending` says why the file is not written; the next update tries again. Deleting the resource leaves the file. */
export class GuestFile extends pulumi.CustomResource {
  /** UUID or name of the VM. A change makes a new resource; the file in the old VM stays. */
  declare readonly domain: pulumi.Output<string>;
  /** Path of the file in the guest. */
  declare readonly path: pulumi.Output<string>;
  /** What the file holds, as UTF-8. A change is written into the running guest. It is kept secret if it is given as a secret. */
  declare readonly content: pulumi.Output<string>;
  /** Why the file is not as declared yet, and what to do; empty once it is. */
  declare readonly pending: pulumi.Output<readonly string[]>;

  constructor(name: string, args: GuestFileArgs, opts?: pulumi.CustomResourceOptions) {
    const { inputs, options } = registration(KIND, args, opts);
    super(TYPE, name, inputs, options);
  }

  /** The GuestFile that the host has under an id; it is read and never changed. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): GuestFile {
    return new GuestFile(name, {} as GuestFileArgs, { ...opts, id });
  }

  /** Whether a value is a GuestFile, also one of another copy of this package. */
  static override isInstance(value: unknown): value is GuestFile {
    return (value as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === TYPE;
  }
}
