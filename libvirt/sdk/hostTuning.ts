// Generated from libvirt/schema by `node libvirt/schema/generate.ts`; do not edit.
import * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "./inputs.ts";
import { registration } from "./registration.ts";
import type * as types from "./types/index.ts";

const TYPE = "libvirt:index/hostTuning:HostTuning";
const KIND = {
  properties: [
    "governor",
    "numaBalancing",
    "transparentHugepages",
    "hugepages",
    "allowDisruption",
    "before",
    "live",
    "pending",
  ],
  secrets: [],
  unique: true,
};

/** Arguments of a HostTuning. */
export interface HostTuningArgs {
  /** Governor of the CPUs' frequency, on all of them. Default: left as it is. Any but `performance` can hurt running guests. */
  readonly governor?: Inputs<string> | undefined;
  /** `kernel.numa_balancing`: 0 leaves memory where it was placed. Default: left as it is. More than 0 can hurt running guests. */
  readonly numaBalancing?: Inputs<number> | undefined;
  /** Transparent huge pages. Default: left as they are. A change from or to `never`, and to a `defrag` that waits, can hurt running guests. */
  readonly transparentHugepages?: Inputs<types.HostTuningTransparentHugepages> | undefined;
  /** Hugepages by NUMA cell and size; what is not listed is left as it is. Fewer than are in use, and more than fit into free memory, can hurt running guests. */
  readonly hugepages?: Inputs<readonly types.HostTuningHugepages[]> | undefined;
  /** Whether a change that can hurt running guests is made while guests run. Without it such a change is written for the next boot and listed in `pending`, with a warning. Default: false. */
  readonly allowDisruption?: Inputs<boolean> | undefined;
}

/** Settings of the host's kernel that pinned VMs want: set at once, kept over a reboot, compared at each refresh, and set back to what they were when the resource is deleted. One for each host. It needs root on the host, by the connection's user or by sudo without a password, and a connection that carries commands (local, or qemu+ssh). */
export class HostTuning extends pulumi.CustomResource {
  /** Governor of the CPUs' frequency, on all of them. Default: left as it is. Any but `performance` can hurt running guests. */
  declare readonly governor: pulumi.Output<string | undefined>;
  /** `kernel.numa_balancing`: 0 leaves memory where it was placed. Default: left as it is. More than 0 can hurt running guests. */
  declare readonly numaBalancing: pulumi.Output<number | undefined>;
  /** Transparent huge pages. Default: left as they are. A change from or to `never`, and to a `defrag` that waits, can hurt running guests. */
  declare readonly transparentHugepages: pulumi.Output<types.HostTuningTransparentHugepages | undefined>;
  /** Hugepages by NUMA cell and size; what is not listed is left as it is. Fewer than are in use, and more than fit into free memory, can hurt running guests. */
  declare readonly hugepages: pulumi.Output<readonly types.HostTuningHugepages[] | undefined>;
  /** Whether a change that can hurt running guests is made while guests run. Without it such a change is written for the next boot and listed in `pending`, with a warning. Default: false. */
  declare readonly allowDisruption: pulumi.Output<boolean | undefined>;
  /** What the declared settings were before; a setting that is no longer declared is set back to it. */
  declare readonly before: pulumi.Output<types.HostTuningValues>;
  /** What the declared settings are. */
  declare readonly live: pulumi.Output<types.HostTuningValues>;
  /** Settings that wait for the next boot or for `allowDisruption`, and why. */
  declare readonly pending: pulumi.Output<readonly string[]>;

  constructor(name: string, args: HostTuningArgs, opts?: pulumi.CustomResourceOptions) {
    const { inputs, options } = registration(KIND, args, opts);
    super(TYPE, name, inputs, options);
  }

  /** The HostTuning that the host has under an id; it is read and never changed. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): HostTuning {
    return new HostTuning(name, {} as HostTuningArgs, { ...opts, id });
  }

  /** Whether a value is a HostTuning, also one of another copy of this package. */
  static override isInstance(value: unknown): value is HostTuning {
    return (value as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === TYPE;
  }
}
