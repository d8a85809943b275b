import { compareText } from "../../model/finding.ts";
import type { Host } from "../../model/host.ts";
import type { Bytes } from "../../model/quantity.ts";
import { effective } from "../host/effective.ts";
import type { AskedDisk } from "./demand.ts";
import { compareScores, type Share, score } from "./score.ts";

/** A host's pools, and which of them share room. */
export interface PoolTable {
  readonly pools: readonly {
    readonly name: string;
    readonly class: string;
    /** What may be promised of it. */
    readonly limit: Bytes;
    /** True: it is under pressure, and takes no new disk. */
    readonly excluded: boolean;
    /** Those of `stores` that its disks take room of. */
    readonly stores: readonly number[];
  }[];
  /** Room that pools share: each pool is one alone, and so are a file system that several
   * pools lie on, and a host whose limit is configured. */
  readonly stores: readonly Bytes[];
  /** What each of them has, before the ratio. */
  readonly capacities: readonly Bytes[];
  /** What each of them is, for people: `pool fast (ssd)`. */
  readonly titles: readonly string[];
}

export interface FitOptions {
  /** What would fit if nothing were under pressure: asked only to tell why nothing fits. */
  readonly passPressure?: boolean;
}

/** A search among pools that takes longer is given up: as many disks in as many pools are nobody's. */
const MOST_STEPS = 20_000;

export function poolTable(host: Host, ratio: number, excluded: (pool: string) => boolean): PoolTable {
  const capacities = host.pools.map((pool) => pool.capacity);
  const titles = host.pools.map((pool) => `pool ${pool.name} (${pool.class})`);
  const shared = new Map<string, number>();
  const members = Map.groupBy(host.pools, (pool) => pool.filesystem ?? "");
  for (const [filesystem, list] of members) {
    if (filesystem === "" || list.length < 2) continue;
    shared.set(filesystem, capacities.length);
    capacities.push(Math.max(...list.map((pool) => pool.capacity)));
    titles.push(`the file system ${filesystem}`);
  }
  const whole = capacities.length;
  if (host.limits?.disk !== undefined) {
    capacities.push(host.limits.disk);
    titles.push("its limits.disk");
  }
  const stores = capacities.map((capacity) => effective(capacity, ratio));
  return {
    pools: host.pools.map((pool, p) => {
      const store = shared.get(pool.filesystem ?? "");
      return {
        name: pool.name,
        class: pool.class,
        limit: stores[p] as Bytes,
        excluded: excluded(pool.name),
        stores: [p, ...(store === undefined ? [] : [store]), ...(whole < stores.length ? [whole] : [])],
      };
    }),
    stores,
    capacities,
    titles,
  };
}

/** What is taken of a host's pools. */
export class PoolRoom {
  readonly table: PoolTable;
  /** Whether a pool may be filled beyond its limit: disk does not count. */
  readonly #unbounded: boolean;
  readonly #used: number[];
  /** Files by pool; null until one is asked for. */
  readonly #files = new Map<number, Set<string>>();

  constructor(table: PoolTable, unbounded: boolean) {
    this.table = table;
    this.#unbounded = unbounded;
    this.#used = table.stores.map(() => 0);
  }

  /** Room of a pool, as far as every store that it takes of has it; negative where one is overfull. */
  left(pool: number): Bytes {
    let least = Number.POSITIVE_INFINITY;
    for (const store of this.table.pools[pool]?.stores ?? []) least = Math.min(least, this.leftOf(store));
    return least;
  }

  /** Room of one of `stores`; negative where it is overfull. */
  leftOf(store: number): Bytes {
    return (this.table.stores[store] as number) - (this.#used[store] as number);
  }

  /**
   * What a pool is short of first: itself, its file system, or the host's limit, as one of `stores`. Of equals the pool,
   * unless others of its class could take the disk: then it is what they share.
   */
  tightest(pool: number): number {
    const { pools } = this.table;
    const isOnly = pools.filter((p) => p.class === pools[pool]?.class).length === 1;
    const [first, ...others] = pools[pool]?.stores ?? [];
    return others.reduce((least, store) => {
      const more = this.leftOf(least) - this.leftOf(store);
      return more > 0 || (more === 0 && !isOnly) ? store : least;
    }, first as number);
  }

  /** What is taken of one of `stores`, of which the pools are the first. */
  used(store: number): Bytes {
    return this.#used[store] as number;
  }

  take(pool: number, { size, file }: Pick<AskedDisk, "size" | "file">): void {
    this.#add(pool, size);
    const files = this.#files.get(pool);
    if (files) files.add(file);
    else this.#files.set(pool, new Set([file]));
  }

  #add(pool: number, size: Bytes): void {
    for (const store of this.table.pools[pool]?.stores ?? []) {
      this.#used[store] = (this.#used[store] as number) + size;
    }
  }

  holds(pool: number, file: string): boolean {
    return this.#files.get(pool)?.has(file) ?? false;
  }

  /**
   * A pool for each disk: of all choices the one that leaves the fullest of these pools the largest share, and of equal
   * ones the first, disk after disk, by share and by name. Undefined if no choice has room for all.
   */
  choose(disks: readonly AskedDisk[], options: FitOptions = {}): readonly number[] | undefined {
    const [only, ...others] = disks;
    if (only === undefined) return [];
    if (others.length === 0) {
      const [pool] = this.#candidates(only, [], disks, options);
      return pool === undefined ? undefined : [pool];
    }
    const chosen: number[] = [];
    let best: { readonly chosen: readonly number[]; readonly least: Share } | undefined;
    let steps = 0;
    const next = (d: number): void => {
      const disk = disks[d] as AskedDisk;
      for (const pool of this.#candidates(disk, chosen, disks, options)) {
        if (++steps > MOST_STEPS) return;
        chosen.push(pool);
        this.#add(pool, disk.size);
        // Further disks only make it less.
        const least = this.#least(chosen);
        if (best === undefined || compareScores(score([least]), score([best.least])) < 0) {
          if (d + 1 < disks.length) next(d + 1);
          else best = { chosen: [...chosen], least };
        }
        this.#add(pool, -disk.size);
        chosen.pop();
      }
    };
    next(0);
    return best?.chosen;
  }

  /** The least share that is left of one of these pools. */
  #least(chosen: readonly number[]): Share {
    let least: Share | undefined;
    for (const pool of new Set(chosen)) {
      const share = { left: this.left(pool), limit: this.table.pools[pool]?.limit as number };
      if (least === undefined || compareScores(score([share]), score([least])) > 0) least = share;
    }
    return least as Share;
  }

  #candidates(
    disk: AskedDisk,
    chosen: readonly number[],
    disks: readonly AskedDisk[],
    { passPressure = false }: FitOptions,
  ): readonly number[] {
    const { pools } = this.table;
    const fitting: number[] = [];
    for (let p = 0; p < pools.length; p++) {
      const pool = pools[p] as (typeof pools)[number];
      if (pool.class !== disk.class || (pool.excluded && !passPressure)) continue;
      if (disk.pool !== undefined && disk.pool !== pool.name) continue;
      if (!this.#unbounded && this.left(p) < disk.size) continue;
      if (this.holds(p, disk.file) || disks.some((d, i) => chosen[i] === p && d.file === disk.file)) continue;
      fitting.push(p);
    }
    if (fitting.length < 2) return fitting;
    const shares = new Map(
      fitting.map((p) => [p, score([{ left: this.left(p) - disk.size, limit: pools[p]?.limit as number }])]),
    );
    return fitting.sort(
      (a, b) =>
        compareScores(shares.get(a) as never, shares.get(b) as never) ||
        compareText(pools[a]?.name as string, pools[b]?.name as string),
    );
  }

  /** The least share that the disks leave of one of their pools: the fullest is what stops the next VM. */
  share(disks: readonly AskedDisk[], chosen: readonly number[]): Share | undefined {
    disks.forEach((disk, d) => {
      this.#add(chosen[d] as number, disk.size);
    });
    const least = chosen.length === 0 ? undefined : this.#least(chosen);
    disks.forEach((disk, d) => {
      this.#add(chosen[d] as number, -disk.size);
    });
    return least;
  }

  /** Whether as much is left of each pool that these disks may go to: of another host's of the same make. */
  isLevel(other: PoolRoom, disks: readonly AskedDisk[]): boolean {
    return this.table.pools.every(
      (pool, p) => this.left(p) === other.left(p) || !disks.some((disk) => disk.class === pool.class),
    );
  }

  /** All that decides what fits, but for the names of files. */
  get state(): string {
    return this.#used.join();
  }
}
