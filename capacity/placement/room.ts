import { distribute } from "../host/flow.ts";

/** Part of a demand for memory or pages, and the cells that may hold it; undefined for any cell of the host. */
export interface Claim {
  readonly amount: number;
  readonly cells: readonly number[] | undefined;
}

/**
 * Memory, or pages of one size, over a host's cells. What is bound to one cell is a figure, and so is what may lie
 * anywhere; only claims on some of several cells need the flow that the judgement settles all of them with.
 */
export class Room {
  readonly #capacity: readonly number[];
  readonly #bound: number[];
  /** Sum of what the cells have left beside what is bound to them. */
  #free: number;
  #anywhere = 0;
  #some: Claim[] = [];

  /** @param capacity per cell; a negative one counts as none */
  constructor(capacity: readonly number[]) {
    this.#capacity = capacity.map((c) => Math.max(0, c));
    this.#bound = capacity.map(() => 0);
    this.#free = this.#capacity.reduce((sum, c) => sum + c, 0);
  }

  /** All cells together, whatever is taken. */
  get capacity(): number {
    return this.#capacity.reduce((sum, c) => sum + c, 0);
  }

  /** True where a claim may lie in some of several cells: what fits into one then depends on the others. */
  get isEntangled(): boolean {
    return this.#some.length > 0;
  }

  /** What a cell has left beside what is bound to it. */
  leftIn(cell: number): number {
    return Math.max(0, (this.#capacity[cell] as number) - (this.#bound[cell] as number));
  }

  /** The most that fits into one cell. */
  inCell(cell: number): number {
    if (this.#some.length > 0) {
      const amount = this.#capacity[cell] as number;
      return amount - (this.#short([{ amount, cells: [cell] }]) - this.#short([]));
    }
    return Math.min(this.leftIn(cell), Math.max(0, this.#free - this.#anywhere));
  }

  /** The most that fits somewhere. */
  anywhere(): number {
    if (this.#some.length > 0) {
      const amount = this.capacity;
      return amount - (this.#short([{ amount, cells: undefined }]) - this.#short([]));
    }
    return Math.max(0, this.#free - this.#anywhere);
  }

  /** Whether all of these fit beside what is there already. */
  fits(claims: readonly Claim[]): boolean {
    if (this.#some.length > 0 || claims.some((c) => c.cells !== undefined && c.cells.length !== 1)) {
      return this.#short(claims) === this.#short([]);
    }
    let total = 0;
    for (const { amount, cells } of claims) {
      total += amount;
      // Claims of one VM lie in different cells, or anywhere.
      if (cells !== undefined && amount > this.leftIn(cells[0] as number)) return false;
    }
    return total <= Math.max(0, this.#free - this.#anywhere);
  }

  take(claims: readonly Claim[]): void {
    for (const claim of claims) {
      const { amount, cells } = claim;
      if (cells === undefined || cells.length === this.#capacity.length) {
        if (this.#capacity.length > 1) {
          this.#anywhere += amount;
          continue;
        }
      } else if (cells.length > 1) {
        this.#some.push(claim);
        continue;
      }
      const cell = cells?.[0] ?? 0;
      const before = this.leftIn(cell);
      this.#bound[cell] = (this.#bound[cell] as number) + amount;
      this.#free -= before - this.leftIn(cell);
    }
  }

  /** What no cell has room for, of all that is there and of these. */
  #short(claims: readonly Claim[]): number {
    const all = this.#capacity.map((_, cell) => cell);
    const demands = [
      ...this.#bound.map((amount, cell) => ({ amount, places: [cell] })),
      { amount: this.#anywhere, places: all },
      ...[...this.#some, ...claims].map(({ amount, cells }) => ({ amount, places: cells ?? all })),
    ];
    return distribute(demands, this.#capacity).shortages.reduce(
      (sum, { requested, available }) => sum + requested - available,
      0,
    );
  }

  /** All that decides what fits, but for what is left of the cells. */
  get state(): string {
    return this.#some.length === 0
      ? `${this.#anywhere}`
      : `${this.#anywhere};${this.#some.map(({ amount, cells }) => `${cells?.join("+")}=${amount}`).join()};${this.#bound.join()}`;
  }
}
