/**
 * Hosts that are alike: what fits on one fits on the others, and scores the same. Of each kind the host of the lowest
 * rank is preferred.
 */
export class Alike {
  readonly #stateOf: string[];
  readonly #kinds = new Map<string, Kind>();

  /** @param states by rank */
  constructor(states: readonly string[]) {
    this.#stateOf = [...states];
    // Ascending ranks are a heap already.
    states.forEach((state, rank) => {
      const kind = this.#kinds.get(state);
      if (kind) {
        kind.ranks.push(rank);
        kind.members++;
      } else this.#kinds.set(state, { ranks: [rank], members: 1 });
    });
  }

  isPreferred(rank: number): boolean {
    return this.#first(this.#stateOf[rank] as string) === rank;
  }

  /** The preferred host of each kind. */
  preferred(): number[] {
    return [...this.#kinds.keys()].map((state) => this.#first(state) as number);
  }

  /** A host has become of another kind. Gives the hosts that are now preferred or no longer are, itself among them. */
  change(rank: number, state: string): readonly number[] {
    const before = this.#stateOf[rank] as string;
    if (before === state) return [rank];
    const touched = [rank];
    this.#stateOf[rank] = state;
    const old = this.#kinds.get(before) as Kind;
    if (--old.members === 0) this.#kinds.delete(before);
    else touched.push(this.#first(before) as number);
    const kind = this.#kinds.get(state);
    if (kind === undefined) {
      this.#kinds.set(state, { ranks: [rank], members: 1 });
      return touched;
    }
    touched.push(this.#first(state) as number);
    kind.members++;
    push(kind.ranks, rank);
    return touched;
  }

  /** The lowest rank of a kind: those that have left it are dropped as they come up. */
  #first(state: string): number | undefined {
    const ranks = this.#kinds.get(state)?.ranks;
    if (ranks === undefined) return undefined;
    while (ranks.length > 0 && this.#stateOf[ranks[0] as number] !== state) pop(ranks);
    return ranks[0];
  }
}

interface Kind {
  /** A heap, the lowest first; it may hold hosts that have left. */
  readonly ranks: number[];
  members: number;
}

function push(heap: number[], value: number): void {
  let at = heap.length;
  heap.push(value);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if ((heap[parent] as number) <= value) break;
    heap[at] = heap[parent] as number;
    at = parent;
  }
  heap[at] = value;
}

function pop(heap: number[]): void {
  const value = heap.pop() as number;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
    if ((heap[child] as number) >= value) break;
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = value;
}
