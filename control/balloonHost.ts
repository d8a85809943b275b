/** The balloons of one host: what is read and what is done, over the connection that the provider has too. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellPools } from "../capacity/balloon/cells.ts";
import { boundsOf, isBallooned } from "../capacity/balloon/floors.ts";
import type { GuestSample, LiveGuest, PoolSample } from "../capacity/balloon/sample.ts";
import type { Guest, Machine } from "../capacity/host/machine.ts";
import { hugepageBytes } from "../capacity/host/memory.ts";
import { overhead } from "../capacity/host/overhead.ts";
import { type BalloonStats, parseBalloonStats, parseHostMemory } from "../facts/balloonTexts.ts";
import { UnreadableAnswer } from "../facts/virshTexts.ts";
import { Host, type Options } from "../libvirt/virsh/host.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";
import { parseDocument } from "../libvirt/xml/element.ts";
import type { Bytes } from "../model/quantity.ts";
import { balloonDefinition } from "./balloonDefinition.ts";

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
    const uuids = new Map((await this.#host.domains()).map(({ name, uuid }) => [name, uuid]));
    // nowait: a domain whose QEMU is busy is told with what is known of it, and holds nobody up.
    const text = await this.#run("domstats", { state: true, balloon: true, nowait: true });
    const atMs = performance.now();
    const stats = new Map(parseBalloonStats(text).map((entry) => [entry.name, entry]));
    const memory = parseHostMemory(await this.#run("nodememstats", {}));
    const samples: GuestSample[] = [];
    for (const guest of guests) {
      const { name } = guest.vm;
      const uuid = uuids.get(name) ?? name;
      const live = await this.#live(guest, uuid, stats.get(name));
      samples.push({ name, uuid, bounds: boundsOf(guest), live });
    }
    const declared = new Set(guests.map(({ vm }) => vm.name));
    const strangers = [...stats.values()].filter((entry) => !declared.has(entry.name));
    const cells = host.cells.reduce((sum, cell) => sum + cell.memory, 0);
    return {
      atMs,
      physical: Math.min(cells, memory.total),
      free: memory.free,
      kept: host.cells.reduce(
        (sum, _, c) => sum + host.reserved.memoryPerCell + hugepageBytes(this.#machine, c),
        0,
      ),
      guests: samples,
      cells: cellPools(this.#machine, samples),
      others: strangers.reduce((sum, entry) => sum + mostOf(entry), 0),
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

  /** A VM without a floor is not looked at any closer: it is never moved. */
  async #live({ vm }: Guest, uuid: string, stats: BalloonStats | undefined): Promise<LiveGuest | undefined> {
    if (stats === undefined || STOPPED.has(stats.state)) return undefined;
    const whole = stats.whole ?? vm.memory;
    const common = { current: stats.current ?? whole, whole, report: stats.report };
    const running = stats.state === "running" && stats.current !== undefined && stats.whole !== undefined;
    if (!isBallooned(vm)) return { ...common, running, obstacles: [], period: 0 };
    try {
      const xml = await this.#run("dumpxml", { domain: uuid });
      return { ...common, running, ...balloonDefinition(parseDocument(xml)) };
    } catch (failure) {
      // It has ended since.
      if (failure instanceof HostError && failure.code === "not-found") return undefined;
      throw failure;
    }
  }

  #run(command: string, options: Options): Promise<string> {
    return this.#host.run(command, options, command);
  }
}

/** What a domain that nobody declared can take at most. */
function mostOf({ state, name, whole }: BalloonStats): Bytes {
  if (STOPPED.has(state)) return 0;
  if (whole === undefined) throw new UnreadableAnswer("domstats", `no memory of ${name}`);
  return whole + overhead({ memory: whole, vcpus: 1, iothreads: [] }).bytes;
}
