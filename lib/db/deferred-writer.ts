import "server-only";

/** That a row was used, and when by the database's clock (epoch milliseconds). */
export interface Use {
  readonly id: string;
  readonly usedAtMs: number;
}

/** A row is written at most this often, in milliseconds. */
export const WRITE_INTERVAL_MS = 60_000;
/** How often what is due is written, in milliseconds. */
const TICK_MS = 2_000;
/** Rows in one statement. */
const BATCH = 1_000;
/** Attempts while the process ends; then the write is given up and logged. */
const FINAL_TRIES = 2;

interface Entry {
  /** The latest use not yet written, by the database's clock; null once it is. */
  usedAtMs: number | null;
  /** Not written before this time of the process's own clock. */
  dueAt: number;
  /** The row was skipped when it was due: busy, revoked or newer. Tried once more, then dropped. */
  skipped: boolean;
}

type Due = Use & { readonly entry: Entry };

interface Writing {
  /** Writes uses, at most one of each row, where the row's last use is at least `minAgeMs` old. @returns the ids written */
  write(uses: readonly Use[], minAgeMs: number): Promise<readonly string[]>;
  failed(error: unknown, rows: number): void;
  /** Milliseconds of a monotonic clock; tests pass their own. */
  clock?(): number;
}

/**
 * Collects uses of rows and writes them off the request path: each row at most once a minute, with its latest use.
 * A write that fails is logged and retried; it never reaches a request.
 */
export class DeferredWriter {
  readonly #writing: Writing;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;
  #lastWrite: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(writing: Writing) {
    this.#writing = writing;
  }

  readonly #now = () => this.#writing.clock?.() ?? performance.now();

  /**
   * Notes a use. Costs a map access; the write runs later.
   * @param usedAtMs the database's clock at this request, epoch milliseconds
   * @param writtenAtMs the last use in the row, by the same clock; null for never
   */
  note(id: string, usedAtMs: number, writtenAtMs: number | null): void {
    const entry = this.#entries.get(id);
    if (entry) {
      if (entry.usedAtMs === null || usedAtMs > entry.usedAtMs) entry.usedAtMs = usedAtMs;
    } else {
      const wait = writtenAtMs === null ? 0 : Math.max(0, writtenAtMs + WRITE_INTERVAL_MS - usedAtMs);
      this.#entries.set(id, { usedAtMs, dueAt: this.#now() + wait, skipped: false });
    }
    this.#timer ??= setInterval(() => void this.flush(), TICK_MS).unref();
    if (this.#stopping) void this.flush();
  }

  /** Writes what is due, or everything once the process is ending. Resolves when written or given up; never rejects. */
  flush(): Promise<void> {
    return (this.#lastWrite = this.#lastWrite.then(() => this.#write()));
  }

  /** The process is ending: every later use is written immediately. Resolves when those so far are written. */
  stop(): Promise<void> {
    this.#stopping = true;
    return this.flush();
  }

  #due(now: number): Due[] {
    const due = [];
    for (const [id, entry] of this.#entries) {
      if (entry.usedAtMs === null) {
        if (entry.dueAt <= now) this.#entries.delete(id);
      } else if (this.#stopping || entry.dueAt <= now) {
        due.push({ id, usedAtMs: entry.usedAtMs, entry });
      }
    }
    return due;
  }

  async #write(): Promise<void> {
    const due = this.#due(this.#now());
    for (let start = 0; start < due.length; start += BATCH) await this.#writeBatch(due.slice(start, start + BATCH));
    if (this.#entries.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #writeBatch(batch: readonly Due[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        // A tick less than the interval, because the database's clock and this process's differ slightly.
        const minAge = this.#stopping ? 0 : WRITE_INTERVAL_MS - TICK_MS;
        const written = new Set(await this.#writing.write(batch, minAge));
        const now = this.#now();
        for (const use of batch) this.#settle(use, written.has(use.id), now);
        return;
      } catch (error) {
        this.#writing.failed(error, batch.length);
        if (!this.#stopping) return;
        if (tries < FINAL_TRIES) continue;
        for (const use of batch) this.#entries.delete(use.id);
        return;
      }
    }
  }

  #settle({ id, usedAtMs, entry }: Due, written: boolean, now: number): void {
    if (!written && (entry.skipped || this.#stopping)) {
      this.#entries.delete(id);
      return;
    }
    entry.skipped = !written;
    if (written && entry.usedAtMs === usedAtMs) entry.usedAtMs = null;
    entry.dueAt = now + WRITE_INTERVAL_MS;
  }
}
