/** A domain as it runs: what it was started with bounds what can change. Each fact is read once, when first asked for. */
import type { Host } from "../../virsh/host.ts";
import { HostError } from "../../virsh/hostError.ts";
import { childrenOf, find, parseDocument, type XmlElement } from "../../xml/element.ts";
import { textAt } from "../../xml/location.ts";

/** The guest's memory, in bytes; absent what its balloon driver does not report. */
export interface MemoryStats {
  /** What the balloon leaves the guest. */
  readonly actual?: bigint;
  /** What the guest can use in all. */
  readonly available?: bigint;
  /** What it could use without swapping. */
  readonly usable?: bigint;
  /** What QEMU holds of the host's memory. */
  readonly rss?: bigint;
}

/** The range that the host's cgroups take for a CPU weight, and the weight of one that was never set. */
export interface SharesRange {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

export class RunningDomain {
  readonly uuid: string;
  /** The XML of the running domain. */
  readonly xml: XmlElement;
  readonly #host: Host;
  #hostCpus: Promise<number> | undefined;
  #memoryStats: Promise<MemoryStats> | undefined;
  #shares: Promise<SharesRange | undefined> | undefined;

  constructor(host: Host, uuid: string, xml: XmlElement) {
    this.#host = host;
    this.uuid = uuid;
    this.xml = xml;
  }

  static async read(host: Host, uuid: string): Promise<RunningDomain> {
    const xml = await host.run("dumpxml", { domain: uuid }, "reading a running domain");
    return new RunningDomain(host, uuid, withNetworks(parseDocument(xml)));
  }

  /** vCPUs that the guest can have at most. */
  get vcpus(): number {
    return Number(textAt(this.xml, "vcpu") ?? 1);
  }

  /** vCPUs that it has. */
  get currentVcpus(): number {
    return Number(textAt(this.xml, "vcpu/@current") ?? this.vcpus);
  }

  /** Bytes of memory that the guest can have at most; libvirt prints KiB here. */
  get memory(): bigint {
    return BigInt(textAt(this.xml, "memory") ?? 0) * 1024n;
  }

  /** Number of CPUs of the host. */
  hostCpus(): Promise<number> {
    this.#hostCpus ??= this.#host
      .run("nodeinfo", {}, "reading the host")
      .then((text) => Number(/^CPU\(s\):\s+(\d+)/m.exec(text)?.[1] ?? 1));
    return this.#hostCpus;
  }

  memoryStats(): Promise<MemoryStats> {
    this.#memoryStats ??= this.#host
      .run("dommemstat", { domain: this.uuid }, "reading the memory of a domain")
      .then((text) => {
        const kib = [...text.matchAll(/^(actual|available|usable|rss) (\d+)$/gm)];
        return Object.fromEntries(kib.map(([, name, value]) => [name, BigInt(value ?? 0) * 1024n]));
      });
    return this.#memoryStats;
  }

  /**
   * The range of CPU weights: that of cgroup v1 is 2 to 262144, that of v2 1 to 10000, and nothing says which one a
   * host has but its refusal of 0, which is in neither. Undefined where the refusal does not say.
   */
  sharesRange(): Promise<SharesRange | undefined> {
    this.#shares ??= this.#host
      .run(
        "schedinfo",
        { domain: this.uuid, live: true, set: "cpu_shares=0" },
        "reading the range of CPU weights",
      )
      .then(() => undefined)
      .catch((failure: unknown) => {
        if (!(failure instanceof HostError) || failure.code === "connection-lost") throw failure;
        const [, min, max] = /must be in range \[?(\d+), (\d+)/.exec(failure.message) ?? [];
        if (min === undefined || max === undefined) return undefined;
        // Defaults of the kernel: cpu.shares of cgroup v1, cpu.weight of cgroup v2.
        return { min: Number(min), max: Number(max), default: Number(max) > 10_000 ? 1024 : 100 };
      });
    return this.#shares;
  }
}

/** libvirt shows an interface on a network as the bridge or NIC behind that; here it is on the network again. */
function withNetworks(domain: XmlElement): XmlElement {
  const devices = find(domain, "devices");
  for (const item of devices ? childrenOf(devices, "interface") : []) {
    if (textAt(item, "source/@network") !== undefined) item.attributes.type = "network";
  }
  return domain;
}
