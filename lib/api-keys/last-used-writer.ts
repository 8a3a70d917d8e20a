import "server-only";

import { type KeyUse, writeLastUsed } from "@/lib/api-keys/last-used";
import { log } from "@/lib/logging/log";

/** A key's last use is written at most this often, in milliseconds. */
export const WRITE_INTERVAL_MS = 60_000;
/** How often what is due is written, in milliseconds. */
const TICK_MS = 2_000;
/** Keys in one statement. */
const BATCH = 1_000;
/** Writes tried while the process ends; then it is given up, and logged. */
const FINAL_TRIES = 2;

interface Entry {
  /** The latest use that is not yet written, by the database's clock; null once it is. */
  usedAtMs: number | null;
  /** Not to be written before this moment of the process's own clock. */
  dueAt: number;
  /** The row was not written when it was due: it is busy, revoked or newer. Tried once more, then dropped. */
  passedOver: boolean;
}

/** What the writer depends on, so that a test can turn the clock. */
export interface LastUsedParts {
  write(uses: readonly KeyUse[], minAgeMs: number): Promise<readonly string[]>;
  /** Milliseconds of a clock that never goes back. */
  clock(): number;
  failed(error: unknown, keys: number): void;
}

/**
 * Collects the uses of keys and writes them off the request path: a key at most once a minute, its latest use.
 * A write that fails is logged and tried again; it never reaches a request.
 */
export class LastUsedWriter {
  readonly #parts: LastUsedParts;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #stopping = false;
  #idle: PromiseWithResolvers | undefined;
  /** Asked to keep the process alive until the promise resolves; set at boot. */
  hold: (untilIdle: Promise<void>) => void = () => undefined;

  constructor(parts: LastUsedParts) {
    this.#parts = parts;
  }

  /**
   * Notes a use. Costs a map access; what it starts runs later.
   * @param usedAtMs the database's clock at this request, epoch milliseconds
   * @param writtenAtMs what the row says, by the same clock; null for never
   */
  note(keyId: string, usedAtMs: number, writtenAtMs: number | null): void {
    const entry = this.#entries.get(keyId);
    if (entry) {
      if (entry.usedAtMs === null || usedAtMs > entry.usedAtMs) entry.usedAtMs = usedAtMs;
    } else {
      const wait = writtenAtMs === null ? 0 : Math.max(0, writtenAtMs + WRITE_INTERVAL_MS - usedAtMs);
      this.#entries.set(keyId, { usedAtMs, dueAt: this.#parts.clock() + wait, passedOver: false });
    }
    if (!this.#idle) this.#begin();
    if (this.#stopping) void this.flush();
  }

  #begin(): void {
    this.#idle = withResolvers();
    this.hold(this.#idle.promise);
    this.#timer ??= setInterval(() => void this.flush(), TICK_MS).unref();
  }

  /** Writes what is due, or all once the process is ending. Resolves when written or given up; never rejects. */
  flush(): Promise<void> {
    return (this.#writing = this.#writing.then(() => this.#write()));
  }

  /** The process is ending: from now on every use is written at once. Resolves when those so far are. */
  stop(): Promise<void> {
    this.#stopping = true;
    return this.flush();
  }

  #due(now: number): (KeyUse & { entry: Entry })[] {
    const due = [];
    for (const [keyId, entry] of this.#entries) {
      if (entry.usedAtMs === null) {
        if (entry.dueAt <= now) this.#entries.delete(keyId);
      } else if (this.#stopping || entry.dueAt <= now) {
        due.push({ keyId, usedAtMs: entry.usedAtMs, entry });
      }
    }
    return due;
  }

  async #write(): Promise<void> {
    const due = this.#due(this.#parts.clock());
    for (let start = 0; start < due.length; start += BATCH) await this.#writeBatch(due.slice(start, start + BATCH));
    this.#rest();
  }

  async #writeBatch(batch: readonly (KeyUse & { entry: Entry })[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        // A little less than the minute, for the two clocks do not run alike.
        const minAge = this.#stopping ? 0 : WRITE_INTERVAL_MS - TICK_MS;
        const written = new Set(await this.#parts.write(batch, minAge));
        const now = this.#parts.clock();
        for (const use of batch) this.#settle(use, written.has(use.keyId), now);
        return;
      } catch (error) {
        this.#parts.failed(error, batch.length);
        if (!this.#stopping) return;
        if (tries < FINAL_TRIES) continue;
        for (const use of batch) this.#entries.delete(use.keyId);
        return;
      }
    }
  }

  #settle({ keyId, usedAtMs, entry }: KeyUse & { entry: Entry }, written: boolean, now: number): void {
    if (!written && (entry.passedOver || this.#stopping)) {
      this.#entries.delete(keyId);
      return;
    }
    entry.passedOver = !written;
    if (written && entry.usedAtMs === usedAtMs) entry.usedAtMs = null;
    entry.dueAt = now + WRITE_INTERVAL_MS;
  }

  #rest(): void {
    for (const entry of this.#entries.values()) if (entry.usedAtMs !== null) return;
    this.#idle?.resolve();
    this.#idle = undefined;
    if (this.#entries.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

interface PromiseWithResolvers {
  promise: Promise<void>;
  resolve(): void;
}

function withResolvers(): PromiseWithResolvers {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

// One writer a process, however often a bundler or the development server loads this module.
const holder = globalThis as typeof globalThis & { neoLastUsed?: LastUsedWriter };

/** The writer of this process. */
export function lastUsed(): LastUsedWriter {
  return (holder.neoLastUsed ??= new LastUsedWriter({
    write: writeLastUsed,
    clock: () => performance.now(),
    failed: (err, keys) => log().error({ err, keys }, "writing when keys were last used failed; it is tried again"),
  }));
}

/** Notes that a key was used; see {@link LastUsedWriter.note}. */
export function noteKeyUse(keyId: string, usedAtMs: number, writtenAtMs: number | null): void {
  lastUsed().note(keyId, usedAtMs, writtenAtMs);
}
