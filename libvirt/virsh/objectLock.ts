/** Locks by name, inside one process: many holders that share, or one that has the object for itself. */

export type LockMode = "shared" | "exclusive";

interface Waiter {
  readonly mode: LockMode;
  readonly enter: () => void;
}

interface Lock {
  /** Holders that share; -1 while one has it for itself. */
  holders: number;
  /** In the order in which they came, so that nobody waits for ever. */
  readonly waiting: Waiter[];
}

export class ObjectLocks {
  readonly #locks = new Map<string, Lock>();

  /** Does the work while the object is held; what the work throws goes on to the caller. */
  async hold<T>(object: string, mode: LockMode, work: () => Promise<T>): Promise<T> {
    await this.#enter(object, mode);
    try {
      return await work();
    } finally {
      this.#leave(object);
    }
  }

  #enter(object: string, mode: LockMode): Promise<void> {
    const lock = this.#locks.get(object) ?? { holders: 0, waiting: [] };
    this.#locks.set(object, lock);
    return new Promise((enter) => {
      lock.waiting.push({ mode, enter });
      admit(lock);
    });
  }

  #leave(object: string): void {
    const lock = this.#locks.get(object);
    if (!lock) return;
    lock.holders = lock.holders < 0 ? 0 : lock.holders - 1;
    admit(lock);
    if (lock.holders === 0) this.#locks.delete(object);
  }
}

function admit(lock: Lock): void {
  for (let next = lock.waiting[0]; next; next = lock.waiting[0]) {
    if (next.mode === "exclusive" ? lock.holders !== 0 : lock.holders < 0) return;
    lock.holders = next.mode === "exclusive" ? -1 : lock.holders + 1;
    lock.waiting.shift();
    next.enter();
  }
}
