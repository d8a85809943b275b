/** What libvirt says of its host: every question is one that changes nothing. */
import { type Asked, isUnknown, type Unknown, unknown } from "../facts/asked.ts";
import type {
  CellFacts,
  Definition,
  DomainFacts,
  DomainSample,
  DomainTuning,
  PoolFacts,
} from "../facts/hostFacts.ts";
import type { HostUse } from "../facts/hostUse.ts";
import { type PressureFigures, parseNodeMemory } from "../facts/pressureText.ts";
import {
  type DomainStats,
  parseAffinity,
  parseCpuMap,
  parseDomainStats,
  parseEmulatorPin,
  parseNumaTune,
  parsePins,
  parseVersions,
  parseWeight,
} from "../facts/virshTexts.ts";
import type { Host, Listed, Options } from "../libvirt/virsh/host.ts";
import { HostError } from "../libvirt/virsh/hostError.ts";
import { parseDocument, type XmlElement } from "../libvirt/xml/element.ts";
import { compareText } from "../model/finding.ts";
import { cellsOf, poolOf } from "./capabilities.ts";
import { definitionOf, pendingParts } from "./definition.ts";
import { POOLS_SILENT } from "./poolsSilent.ts";
import type { KernelReader } from "./readKernel.ts";
import { readUse } from "./readUse.ts";

/** What libvirt says of the host itself. */
export interface LibvirtHost {
  readonly versions: string;
  readonly cells: Asked<readonly CellFacts[]>;
  readonly onlineCpus: Asked<readonly number[]>;
  readonly pools: Asked<readonly PoolFacts[]>;
}

export interface LibvirtFacts extends LibvirtHost {
  readonly domains: readonly DomainFacts[];
}

/** One connection's questions. A connection that is lost ends them all. */
export class LibvirtReader {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The counters of all domains by UUID, in one answer. */
  async sample(): Promise<ReadonlyMap<string, DomainSample>> {
    const [stats, listed] = [await this.#stats(), await this.#host.domains()];
    const uuids = new Map(listed.map(({ name, uuid }) => [name, uuid]));
    return new Map(
      stats.flatMap((entry) => {
        const uuid = uuids.get(entry.name);
        return uuid === undefined ? [] : [[uuid, entry] as const];
      }),
    );
  }

  async host(): Promise<LibvirtHost> {
    return {
      versions: parseVersions(await this.#run("version", { daemon: true })),
      cells: await this.#ask(async () => cellsOf(await this.#xml("capabilities", {}))),
      onlineCpus: await this.#ask(async () => parseCpuMap(await this.#run("nodecpumap", {}))),
      pools: await this.pools(),
    };
  }

  /** Its memory without the hugepages, as far as libvirt alone can tell. */
  memory(): Promise<Asked<PressureFigures["memory"]>> {
    return this.#ask(async () => {
      const cells = cellsOf(await this.#xml("capabilities", {}));
      const pages = cells.flatMap(({ hugepages }) => [...hugepages].map(([size, count]) => size * count));
      return parseNodeMemory(
        await this.#run("nodememstats", {}),
        pages.reduce((sum, bytes) => sum + bytes, 0),
      );
    });
  }

  /** What its VMs take. */
  use(kernel: KernelReader): Promise<HostUse> {
    return readUse(this.#host, kernel);
  }

  async facts(): Promise<LibvirtFacts> {
    const stats = new Map((await this.#stats()).map((entry) => [entry.name, entry]));
    const autostart = await this.#names({ all: true, autostart: true });
    const persistent = await this.#names({ all: true, persistent: true });
    const domains: DomainFacts[] = [];
    for (const listed of await this.#host.domains()) {
      // A domain that has come since is the next verification's.
      const entry = stats.get(listed.name);
      if (entry) {
        domains.push({
          ...listed,
          state: entry.state,
          autostart: autostart.has(listed.uuid),
          persistent: persistent.has(listed.uuid),
          ...(await this.#domain(listed, isActive(entry), persistent.has(listed.uuid))),
        });
      }
    }
    return {
      ...(await this.host()),
      domains: domains.sort((a, b) => compareText(a.name, b.name)),
    };
  }

  async #domain(
    { uuid }: Listed,
    active: boolean,
    persistent: boolean,
  ): Promise<{
    definition: Asked<Definition>;
    pendingRestart: DomainFacts["pendingRestart"];
    tuning: Asked<DomainTuning>;
  }> {
    const shown = await this.#ask(() => this.#xml("dumpxml", { domain: uuid }));
    const next =
      active && persistent
        ? await this.#ask(() => this.#xml("dumpxml", { domain: uuid, inactive: true }))
        : shown;
    return {
      definition: isUnknown(shown) ? shown : definitionOf(shown),
      pendingRestart: isUnknown(shown) ? shown : isUnknown(next) ? next : pendingParts(shown, next),
      tuning: await this.#ask(() => this.#tuning(uuid, active)),
    };
  }

  async #tuning(uuid: string, active: boolean): Promise<DomainTuning> {
    const of = { domain: uuid, ...(active ? { live: true as const } : { config: true as const }) };
    const vcpus = parsePins("vcpupin", await this.#run("vcpupin", of));
    return {
      vcpuPins: [...vcpus].sort(([a], [b]) => a - b).map(([, cpus]) => cpus),
      vcpuAffinity: active ? parseAffinity(await this.#run("vcpuinfo", { domain: uuid, pretty: true })) : [],
      emulatorPin: parseEmulatorPin(await this.#run("emulatorpin", of)),
      iothreadPins: parsePins("iothreadinfo", await this.#run("iothreadinfo", of)),
      numa: parseNumaTune(await this.#run("numatune", of)),
      weight: parseWeight(await this.#run("schedinfo", of)),
    };
  }

  /** All pools, by name. With one whose server is gone libvirt may answer for none of them, and for all else. */
  pools(): Promise<Asked<readonly PoolFacts[]>> {
    return this.#ask(() => this.#pools(), POOLS_SILENT);
  }

  async #pools(): Promise<PoolFacts[]> {
    const active = new Set(
      (await this.#run("pool-list", { uuid: true })).split("\n").map((line) => line.trim()),
    );
    const pools: PoolFacts[] = [];
    for (const { uuid } of await this.#host.pools()) {
      // One that has gone since is none of them.
      const shown = await this.#host.tryRun("pool-dumpxml", { pool: uuid }, "pool-dumpxml");
      if (shown !== undefined) pools.push(poolOf(parseDocument(shown), active.has(uuid)));
    }
    return pools.sort((a, b) => compareText(a.name, b.name));
  }

  async #names(options: Options): Promise<ReadonlySet<string>> {
    const text = await this.#run("list", { ...options, uuid: true });
    return new Set(text.split("\n").map((line) => line.trim()));
  }

  async #stats(): Promise<DomainStats[]> {
    // nowait: a domain whose QEMU is busy is told with what is known of it, and holds nobody up.
    const groups = { state: true, "cpu-total": true, balloon: true, vcpu: true, block: true } as const;
    return parseDomainStats(await this.#run("domstats", { ...groups, nowait: true }));
  }

  async #xml(command: string, options: Options): Promise<XmlElement> {
    return parseDocument(await this.#run(command, options));
  }

  #run(command: string, options: Options): Promise<string> {
    return this.#host.run(command, options, command);
  }

  /**
   * An answer, or why there is none; once the connection fails, nothing of the host is known.
   * @param silent what is told of a question that takes too long, where others may be answered all the same
   */
  async #ask<T>(question: () => Promise<T>, silent?: Unknown): Promise<Asked<T>> {
    try {
      return await question();
    } catch (failure) {
      if (!(failure instanceof Error)) throw failure;
      if (!(failure instanceof HostError)) return unknown(failure.message);
      if (failure.code === "not-found") return unknown("it is gone since");
      if (failure.code === "timeout" && silent) return silent;
      if (failure.code !== "failed") throw failure;
      return unknown(failure.message);
    }
  }
}

function isActive({ state }: DomainStats): boolean {
  return !["shut off", "crashed", "no state"].includes(state);
}
