import "server-only";

import { v7 as uuidv7 } from "uuid";

import { type CounterLimits, type UsageCall, type UsageBatch, UsageCounter } from "@/lib/usage/counter";
import { APPLICATION_USAGE, KEY_USAGE, type UsageTables } from "@/lib/usage/tables";
import { writeUsage } from "@/lib/usage/write";
import { processWide } from "@/lib/config/process-wide";
import { log } from "@/lib/logging/log";

/** How often counts are written, in milliseconds: what a killed process loses. */
const TICK_MS = 5_000;
/** Attempts while the process ends; then what is left is given up and logged. */
const FINAL_TRIES = 2;

const FULL: Readonly<Record<keyof CounterLimits, string>> = {
  details: "usage waits for the database: further addresses, clients and endpoints are counted as other",
  hours: "usage waits for the database: calls with further credentials are not counted",
};

/** Counts calls with one kind of credential, and writes the counts off the request path (docs/decisions/052). */
export class UsageRecorder {
  readonly #counter = new UsageCounter((what) => log().warn(FULL[what]));
  /** What is being written, and its id. It is not changed any more: it may be in the database already. */
  #sent: { readonly id: string; readonly batch: UsageBatch } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isWriting = false;
  #lastFlush: Promise<void> = Promise.resolve();
  readonly #tables: UsageTables;

  constructor(tables: UsageTables) {
    this.#tables = tables;
  }

  /** Counts a call; waits for nothing. */
  record(call: UsageCall): void {
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref();
    this.#counter.add(call);
  }

  /** A database that doesn't answer is asked once at a time, so that the process can end. */
  #tick(): void {
    if (!this.#isWriting) void this.flush();
  }

  /** Writes what was counted so far. Resolves when it is written or has failed, to be written later; never rejects. */
  flush(): Promise<void> {
    return this.#enqueue(1);
  }

  /** The process is ending: writes what was counted so far, or gives it up. Never rejects. */
  stop(): Promise<void> {
    return this.#enqueue(FINAL_TRIES);
  }

  #enqueue(tries: number): Promise<void> {
    return (this.#lastFlush = this.#lastFlush.then(async () => {
      this.#isWriting = true;
      await this.#write(tries);
      this.#isWriting = false;
    }));
  }

  async #write(tries: number): Promise<void> {
    const lost = this.#counter.takeLost();
    if (lost > 0) log().error({ calls: lost }, this.#tables.messages.incomplete);
    for (let failures = 0; failures < tries;) {
      const repeated = this.#sent?.batch;
      const batch = repeated ?? this.#counter.take();
      if (!batch) return;
      this.#sent ??= { id: uuidv7(), batch };
      try {
        await writeUsage(this.#tables, this.#sent.id, batch);
        this.#sent = null;
        // What was counted meanwhile waits for the next flush, or flushes would follow one another under load.
        if (!repeated && batch.isLast) return;
      } catch (err) {
        failures++;
        log().error({ err, calls: batch.calls }, this.#tables.messages.notWritten);
      }
    }
  }
}

export const usage = processWide("usage of keys", () => new UsageRecorder(KEY_USAGE));
export const applicationUsage = processWide("usage of applications", () => new UsageRecorder(APPLICATION_USAGE));
