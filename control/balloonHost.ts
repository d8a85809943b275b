/** The balloons of one host: what is read and what is done, over the connection that the provider has too. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellPools, type Stranger } from "../capacity/balloon/cells.ts";
import { boundsOf, isBallooned } from "../capacity/balloon/floors.ts";
import type { GuestSample, LiveGuest, PoolSample } from "../capacity/balloon/sample.ts";
import type { Guest, Machine } from "../capacity/host/machine.ts";
import { hugepageBytes } from "../capacity/host/memory.ts";
import { type BalloonStats, parseBalloonStats, parseHostMemory } from "../facts/balloonTexts.ts";
import { UnreadableAnswer } from "../facts/virshTexts.ts";
import { Host, type Options } from "../libvirt/virsh/host.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";
import { parseDocument, type XmlElement } from "../libvirt/xml/element.ts";
import type { Bytes } from "../model/quantity.ts";
import { balloonDefinition } from "./balloonDefinition.ts";
import { type DomainMemory, domainMemory } from "./domainMemory.ts";

/** What the controller asks of a host and does on it; nothing else, and nothing inside a guest. */
export interface BalloonHost {
  sample(): Promise<PoolSample>;
  /** Lets a guest's driver report every so many seconds. */
  report(uuid: string, seconds: number): Promise<void>;
  /** Tells a guest's driver what to leave the guest. */
  move(uuid: string, bytes: Bytes): Promise<void>;
  close(): Promise<void>;
}

const STOPPED = new Set(["shut off", "crashed", "no state"]);

export async function connectBalloons(machine: Machine, timeoutMs: number): Promise<BalloonHost> {
  const cacheDir = await mkdtemp(join(tmpdir(), "numafleet-balloon-"));
  try {
    const settings = { timeoutMs, connectMs: timeoutMs, cacheDir, maxConcurrency: 1 };
    return new LibvirtBalloons(machine, await Host.connect(machine.host.uri, settings), cacheDir);
  } catch (failure) {
    await rm(cacheDir, { recursive: true, force: true });
    throw failure;
  }
}

class LibvirtBalloons implements BalloonHost {
  readonly #machine: Machine;
  readonly #host: Host;
  readonly #cacheDir: string;

  constructor(machine: Machine, host: Host, cacheDir: string) {
    this.#machine = machine;
    this.#host = host;
    this.#cacheDir = cacheDir;
  }

  async sample(): Promise<PoolSample> {
    const { host, guests } = this.#machine;
    // nowait: a domain whose QEMU is busy is told with what is known of it, and holds nobody up.
    const text = await this.#run("domstats", { state: true, balloon: true, nowait: true });
    const atMs = performance.now();
    const stats = parseBalloonStats(text).filter(({ state }) => !STOPPED.has(state));
    const uuids = new Map((await this.#host.domains()).map(({ name, uuid }) => [name, uuid]));
    const running = new Map<string, Running>();
    for (const entry of stats) {
      const xml = await this.#definition(uuids.get(entry.name));
      if (xml !== undefined) running.set(entry.name, { stats: entry, xml, memory: memoryOf(entry, xml) });
    }
    const samples = guests.map((guest): GuestSample => {
      const { name } = guest.vm;
      const live = liveGuest(guest, running.get(name));
      return { name, uuid: uuids.get(name) ?? name, bounds: boundsOf(guest), live };
    });
    const hugepages = host.cells.reduce((sum, _, c) => sum + hugepageBytes(this.#machine, c), 0);
    const shared = [...running.values()].reduce(
      (sum, { stats: { resident = 0 }, memory }) => sum + (memory.isShared ? resident : 0),
      0,
    );
    const memory = parseHostMemory(await this.#run("nodememstats", {}), shared);
    const cells = host.cells.reduce((sum, cell) => sum + cell.memory, 0);
    const declared = new Set(guests.map(({ vm }) => vm.name));
    const strangers = [...running].flatMap(([name, domain]) =>
      declared.has(name) ? [] : [strangerOf(domain.memory, hugepages)],
    );
    return {
      atMs,
      physical: Math.min(cells, memory.total),
      free: memory.free,
      kept: host.cells.length * host.reserved.memoryPerCell + hugepages,
      hugepages,
      guests: samples,
      cells: cellPools(this.#machine, samples, strangers),
      others: strangers.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  async report(uuid: string, seconds: number): Promise<void> {
    await this.#run("dommemstat", { domain: uuid, period: seconds, live: true });
  }

  async move(uuid: string, bytes: Bytes): Promise<void> {
    await this.#run("setmem", { domain: uuid, size: `${bytes}b`, live: true });
  }

  async close(): Promise<void> {
    this.#host.close();
    await rm(this.#cacheDir, { recursive: true, force: true });
  }

  /** Undefined: the domain has ended since. */
  async #definition(uuid: string | undefined): Promise<XmlElement | undefined> {
    if (uuid === undefined) return undefined;
    try {
      return parseDocument(await this.#run("dumpxml", { domain: uuid }));
    } catch (failure) {
      if (failure instanceof HostError && failure.code === "not-found") return undefined;
      throw failure;
    }
  }

  #run(command: string, options: Options): Promise<string> {
    return this.#host.run(command, options, command);
  }
}

/** A domain that holds memory. */
interface Running {
  readonly stats: BalloonStats;
  readonly xml: XmlElement;
  readonly memory: DomainMemory;
}

function memoryOf({ name }: BalloonStats, xml: XmlElement): DomainMemory {
  const memory = domainMemory(xml);
  if (memory === undefined) throw new UnreadableAnswer("dumpxml", `no memory of ${name}`);
  return memory;
}

function liveGuest({ vm }: Guest, domain: Running | undefined): LiveGuest | undefined {
  if (domain === undefined) return undefined;
  const { stats, xml, memory } = domain;
  return {
    current: stats.current ?? memory.whole,
    whole: memory.whole,
    onHugepages: memory.onHugepages,
    report: stats.report,
    running: stats.state === "running" && stats.current !== undefined,
    ...(isBallooned(vm) ? balloonDefinition(xml) : { obstacles: [], period: 0 }),
  };
}

/** What is on hugepages is in what is kept already, if so many are recorded. */
function strangerOf({ whole, onHugepages, overhead, nodeset }: DomainMemory, hugepages: Bytes): Stranger {
  return { bytes: overhead + (onHugepages && whole <= hugepages ? 0 : whole), nodeset };
}
