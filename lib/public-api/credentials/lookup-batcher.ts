import { databaseUnavailable } from "@/lib/errors/app-error";
import { type Allowance, allowance, type Window } from "@/lib/public-api/limits/rate-limit";

/** Concurrent statements; while all are busy, new lookups gather for the next one. */
const MAX_STATEMENTS = 2;

/** How long a lookup waits for its answer, in milliseconds. */
const DEADLINE_MS = 3_000;

/** What a statement found for one credential. */
export interface Found<R> {
  readonly record: R;
  readonly tenantId: string;
  /** The tenant's window once the calls were counted; null for a credential that is not valid, which counts nothing. */
  readonly window: Window | null;
}

/** What one call gets: the record, and its part of the tenant's limit unless the credential is not valid. */
export interface Lookup<R> {
  readonly record: R;
  readonly allowance: Allowance | null;
}

interface Waiter<R> {
  readonly id: string;
  readonly resolve: (lookup: Lookup<R> | null) => void;
  readonly reject: (error: unknown) => void;
}

/** What goes into one statement, and the timer that ends the wait for its answer. */
interface Batch<R> {
  readonly waiters: Waiter<R>[];
  readonly timer: NodeJS.Timeout;
}

/** Called after each statement with how many requests it served and how many milliseconds it took. */
export type Counted = (calls: number, milliseconds: number) => void;

/** Runs one statement for these credentials, each with how many calls present it; returns what it found, by id. */
export type Fetch<R> = (calls: ReadonlyMap<string, number>) => Promise<ReadonlyMap<string, Found<R>>>;

/**
 * Gathers the lookups of one turn of the event loop into one statement (docs/decisions/006), which also counts them
 * towards their tenants' limits (docs/decisions/009).
 * A lookup never joins a statement that was already sent: its answer is always a snapshot taken after it was asked.
 */
export class LookupBatcher<R> {
  readonly #fetch: Fetch<R>;
  readonly #limit: () => number;
  readonly #counted: Counted;
  readonly #maxStatements: number;
  #gathering: Batch<R> | undefined;
  #statements = 0;
  #scheduled = false;

  /** @param limit the calls that a tenant may make in the window */
  constructor(
    fetch: Fetch<R>,
    limit: () => number,
    maxStatements = MAX_STATEMENTS,
    counted: Counted = () => undefined,
  ) {
    this.#fetch = fetch;
    this.#limit = limit;
    this.#counted = counted;
    this.#maxStatements = maxStatements;
  }

  /**
   * @param id what the credential is looked up by
   * @returns what is known of it, null when nothing is
   * @throws whatever the statement failed with; AppError UNAVAILABLE when there was no answer in time
   */
  find(id: string): Promise<Lookup<R> | null> {
    return new Promise((resolve, reject) => {
      this.#gathering ??= this.#newBatch();
      this.#gathering.waiters.push({ id, resolve, reject });
      this.#schedule();
    });
  }

  #newBatch(): Batch<R> {
    const waiters: Waiter<R>[] = [];
    const timer = setTimeout(() => {
      if (this.#gathering?.waiters === waiters) this.#gathering = undefined;
      const late = databaseUnavailable(new Error(`no answer to a lookup in ${DEADLINE_MS} ms`));
      for (const waiter of waiters) waiter.reject(late);
    }, DEADLINE_MS);
    return { waiters, timer };
  }

  #schedule(): void {
    if (this.#scheduled || this.#statements >= this.#maxStatements) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const batch = this.#gathering;
    if (!batch) return;
    this.#gathering = undefined;
    this.#statements++;
    const sent = performance.now();
    try {
      const calls = new Map<string, number>();
      for (const { id } of batch.waiters) calls.set(id, (calls.get(id) ?? 0) + 1);
      const found = await this.#fetch(calls);
      const turns = new Map<string, number>();
      for (const { id, resolve } of batch.waiters) resolve(this.#answer(found.get(id), turns));
    } catch (error) {
      for (const waiter of batch.waiters) waiter.reject(error);
    } finally {
      this.#counted(batch.waiters.length, performance.now() - sent);
      clearTimeout(batch.timer);
      this.#statements--;
      if (this.#isWaitedFor()) this.#schedule();
    }
  }

  #isWaitedFor(): boolean {
    return this.#gathering !== undefined;
  }

  /** First come, first served, whatever credential of the tenant a call presents. */
  #answer(found: Found<R> | undefined, turns: Map<string, number>): Lookup<R> | null {
    if (!found) return null;
    const { record, tenantId, window } = found;
    if (!window) return { record, allowance: null };
    const turn = turns.get(tenantId) ?? 0;
    turns.set(tenantId, turn + 1);
    return { record, allowance: allowance(window, this.#limit(), turn) };
  }
}
