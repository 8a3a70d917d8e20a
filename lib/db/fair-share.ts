import "server-only";

/**
 * Shares slots among owners: each has at most its share at a time, and a free slot goes to the longest-waiting of the owners with
 * the fewest. So heavy use by one owner delays only that owner.
 */
export class FairShare {
  /** How many may run concurrently, how many of them one owner may have, and the longest wait, in milliseconds. */
  readonly #places: number;
  readonly #each: number;
  readonly #patienceMs: number;
  readonly #busy: () => Error;
  readonly #running = new Map<string, number>();
  #taken = 0;
  #queue: { readonly owner: string; readonly start: () => void }[] = [];

  /** @param busy the error of a wait that is too long */
  constructor(places: number, each: number, patienceMs: number, busy: () => Error) {
    this.#places = places;
    this.#each = each;
    this.#patienceMs = patienceMs;
    this.#busy = busy;
  }

  /**
   * Runs work when its owner's turn comes.
   * @throws `busy` when the wait is too long; what the work throws
   */
  async run<Result>(owner: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#mayStart(owner)) this.#take(owner);
    else await this.#turn(owner);
    try {
      return await work();
    } finally {
      this.#release(owner);
    }
  }

  #has(owner: string): number {
    return this.#running.get(owner) ?? 0;
  }

  #mayStart(owner: string): boolean {
    return this.#taken < this.#places && this.#has(owner) < this.#each;
  }

  #take(owner: string): void {
    this.#taken++;
    this.#running.set(owner, this.#has(owner) + 1);
  }

  #turn(owner: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#queue = this.#queue.filter((other) => other !== waiting);
        reject(this.#busy());
      }, this.#patienceMs);
      const waiting = {
        owner,
        start: () => {
          clearTimeout(timer);
          this.#take(owner);
          resolve();
        },
      };
      this.#queue.push(waiting);
    });
  }

  #release(owner: string): void {
    this.#taken--;
    if (this.#has(owner) > 1) this.#running.set(owner, this.#has(owner) - 1);
    else this.#running.delete(owner);
    const startable = this.#queue.filter((waiting) => this.#mayStart(waiting.owner));
    const [next] = startable.sort((a, b) => this.#has(a.owner) - this.#has(b.owner));
    if (!next) return;
    this.#queue.splice(this.#queue.indexOf(next), 1);
    next.start();
  }
}
