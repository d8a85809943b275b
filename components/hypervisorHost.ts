import { HostTuning, Pool, Provider } from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../model/host.ts";
import { poolArgs } from "./poolArgs.ts";
import { tuningArgs } from "./tuningArgs.ts";

/** Arguments of a HypervisorHost. */
export interface HypervisorHostArgs {
  /** The host, checked. Its `uri` is used as it is, by the system's own `virsh` and `ssh`. */
  readonly host: Host;
  /** Whether another machine plays the host: its kernel is then left as it is. Default: false. */
  readonly isRehearsal?: boolean;
  /** How long the host may take to answer. Default: the provider's, 10 seconds to connect and 120 for a request. */
  readonly timeouts?: HostTimeouts;
}

/** Seconds. */
export interface HostTimeouts {
  readonly connect?: number;
  readonly command?: number;
}

/**
 * A hypervisor host: one connection, its storage pools, and what its kernel is set to. Nothing connects before something has to be
 * created, so a preview of a new stack needs no host. Removing the host from the program leaves the pools'
 * directories and files where they are.
 */
export class HypervisorHost extends pulumi.ComponentResource {
  /** The connection, for everything that lives on this host. */
  readonly provider: Provider;
  /** The pools that the program looks after, by name; what lies in a pool waits for it. */
  readonly pools: ReadonlyMap<string, Pool>;
  /** What the kernel is set to, where the host declares that; VMs that wait for the host wait for it. */
  readonly tuning: HostTuning | undefined;

  constructor(
    name: string,
    { host, isRehearsal = false, timeouts = {} }: HypervisorHostArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("numafleet:libvirt:HypervisorHost", name, {}, opts);

    const { connect, command } = timeouts;
    const settings = {
      // A rehearsal has another machine's disks.
      ...(host.limits === undefined || isRehearsal ? {} : { imageReserve: host.limits.imageReserve }),
      ...(connect === undefined ? {} : { connectTimeout: connect }),
      ...(command === undefined ? {} : { commandTimeout: command }),
    };
    this.provider = new Provider(name, { uri: host.uri, ...settings }, { parent: this });
    const child = { parent: this, provider: this.provider };
    this.pools = new Map(
      host.pools
        .filter((pool) => pool.managed !== false)
        .map((pool) => [pool.name, new Pool(`${name}/${pool.name}`, poolArgs(pool), child)]),
    );
    const tuning = isRehearsal ? undefined : tuningArgs(host);
    this.tuning = tuning && new HostTuning(name, tuning, child);

    this.registerOutputs({ uri: host.uri, pools: [...this.pools.keys()] });
  }
}
