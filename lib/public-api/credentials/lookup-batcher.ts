import { databaseUnavailable } from "@/lib/errors/app-error";
import { type Allowance, allowance, type Window } from "@/lib/public-api/limits/rate-limit";
import { counts } from "@/lib/telemetry/counts";

/** Maximum number of concurrent statements; while all are running, new lookups wait for the next one. */
const MAX_STATEMENTS = 2;

/** Timeout of a lookup, in milliseconds. */
const DEADLINE_MS = 3_000;

/** What a statement found for one credential. */
export interface Found<R> {
  readonly record: R;
  readonly tenantId: string;
  /** The tenant's window after counting the calls; null for an invalid credential, whose calls don't count. */
  readonly window: Window | null;
}

/** One call's result: the record, and its allowance unless the credential is invalid. */
export interface Lookup<R> {
  readonly record: R;
  readonly allowance: Allowance | null;
}

interface Waiter<R> {
  readonly id: string;
  readonly resolve: (lookup: Lookup<R> | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs one statement for these credentials, each with its number of calls; returns the records found, by id. */
export type Fetch<R> = (calls: ReadonlyMap<string, number>) => Promise<ReadonlyMap<string, Found<R>>>;

/**
 * Batches the lookups of one event loop turn into one statement (docs/decisions/006), which also counts them towards their
 * tenants' limits (docs/decisions/009). A lookup never joins a statement that was already sent, so its snapshot is always taken
 * after the call.
 */
export class LookupBatcher<R> {
  readonly #fetch: Fetch<R>;
  readonly #limit: () => number;
  readonly #maxStatements: number;
  /** The lookups of the next statement, and their timeout. */
  #gathering: { readonly waiters: Waiter<R>[]; readonly timer: NodeJS.Timeout } | undefined;
  #statements = 0;
  #scheduled = false;

  /** @param limit the calls that a tenant may make per window */
  constructor(fetch: Fetch<R>, limit: () => number, maxStatements = MAX_STATEMENTS) {
    this.#fetch = fetch;
    this.#limit = limit;
    this.#maxStatements = maxStatements;
  }

  /**
   * @param id the credential's lookup key
   * @returns its record and allowance; null if it is unknown
   * @throws the statement's error; AppError UNAVAILABLE after the timeout
   */
  find(id: string): Promise<Lookup<R> | null> {
    return new Promise((resolve, reject) => {
      this.#gathering ??= this.#newBatch();
      this.#gathering.waiters.push({ id, resolve, reject });
      this.#schedule();
    });
  }

  #newBatch() {
    const waiters: Waiter<R>[] = [];
    const timer = setTimeout(() => {
      if (this.#gathering?.waiters === waiters) this.#gathering = undefined;
      const late = databaseUnavailable(new Error(`no answer to a lookup in ${DEADLINE_MS} ms`));
      for (const waiter of waiters) waiter.reject(late);
    }, DEADLINE_MS);
    return { waiters, timer };
  }

  #schedule(): void {
    if (!this.#gathering || this.#scheduled || this.#statements >= this.#maxStatements) return;
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
      counts.lookedUp(batch.waiters.length, performance.now() - sent);
      clearTimeout(batch.timer);
      this.#statements--;
      this.#schedule();
    }
  }

  /** Allowances are granted in order of arrival, across the tenant's credentials. */
  #answer(found: Found<R> | undefined, turns: Map<string, number>): Lookup<R> | null {
    if (!found) return null;
    const { record, tenantId, window } = found;
    if (!window) return { record, allowance: null };
    const turn = turns.get(tenantId) ?? 0;
    turns.set(tenantId, turn + 1);
    return { record, allowance: allowance(window, this.#limit(), turn) };
  }
}
