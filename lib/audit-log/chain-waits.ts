import "server-only";

import { processWide } from "@/lib/config/process-wide";
import { prisma } from "@/lib/db/client";
import type { HangUp } from "@/lib/http/reply";

/** The ends of these tenants' chains, by tenant. */
type ReadEnds = (tenantIds: readonly string[]) => Promise<ReadonlyMap<string, bigint>>;

/** How many may wait at a time, in the process and for one tenant, and how often the ends are read, in milliseconds. */
interface WaitLimits {
  readonly total: number;
  readonly each: number;
  readonly intervalMs: number;
}

/** Each wait holds a connection and some 30 kB, and they may all read at the same time. A tenant needs few: one for each follower. */
export const WAIT_LIMITS: WaitLimits = { total: 500, each: 50, intervalMs: 1_000 };

interface Waiter {
  readonly place: bigint;
  /** @param error why the wait fails; it ends without one */
  readonly end: (error?: Error) => void;
}

/**
 * Requests that wait for the next event of a chain. While any do, one statement per interval reads the ends of all their chains. It compares
 * places, so an event that was written before the wait began ends it too (docs/decisions/063).
 */
export class ChainWaits {
  readonly #readEnds: ReadEnds;
  readonly #limits: WaitLimits;
  readonly #waiters = new Map<string, Set<Waiter>>();
  #count = 0;
  #reading = false;
  #stopped = false;

  constructor(readEnds: ReadEnds, limits: WaitLimits) {
    this.#readEnds = readEnds;
    this.#limits = limits;
  }

  /** Whether one more request of this tenant may wait: not beyond the limits, nor while the process ends. */
  hasRoom(tenantId: string): boolean {
    const { total, each } = this.#limits;
    return !this.#stopped && this.#count < total && (this.#waiters.get(tenantId)?.size ?? 0) < each;
  }

  /**
   * Waits until a chain ends elsewhere than at `place`, or the time is over.
   * @param patienceMs how long at most
   * @returns false, immediately, when there is no room
   * @throws the database's error; an AbortError when the client hangs up
   */
  async until(tenantId: string, place: bigint, patienceMs: number, signal: HangUp): Promise<boolean> {
    signal.throwIfAborted();
    if (!this.hasRoom(tenantId)) return false;
    await new Promise<void>((resolve, reject) => {
      const hungUp = () => waiter.end(new DOMException("The client hung up.", "AbortError"));
      const waiter: Waiter = {
        place,
        end: (error) => {
          clearTimeout(timer);
          signal.removeEventListener("abort", hungUp);
          this.#remove(tenantId, waiter);
          if (error) reject(error);
          else resolve();
        },
      };
      const timer = setTimeout(waiter.end, patienceMs);
      signal.addEventListener("abort", hungUp);
      this.#add(tenantId, waiter);
    });
    return true;
  }

  /** The process is ending: every wait ends, and none begins. */
  stop(): void {
    this.#stopped = true;
    for (const waiters of this.#waiters.values()) for (const waiter of waiters) waiter.end();
  }

  #add(tenantId: string, waiter: Waiter): void {
    const waiters = this.#waiters.get(tenantId) ?? new Set();
    this.#waiters.set(tenantId, waiters.add(waiter));
    this.#count++;
    if (!this.#reading) void this.#readWhileAwaited();
  }

  #remove(tenantId: string, waiter: Waiter): void {
    const waiters = this.#waiters.get(tenantId);
    if (!waiters?.delete(waiter)) return;
    this.#count--;
    if (waiters.size === 0) this.#waiters.delete(tenantId);
  }

  async #readWhileAwaited(): Promise<void> {
    this.#reading = true;
    while (this.#count > 0) {
      await new Promise((resolve) => setTimeout(resolve, this.#limits.intervalMs).unref());
      if (this.#count > 0) await this.#read();
    }
    this.#reading = false;
  }

  /** Ends the waits for chains that moved; all of them when the database fails. */
  async #read(): Promise<void> {
    const asked = [...this.#waiters.keys()];
    let ends: Awaited<ReturnType<ReadEnds>> | undefined;
    let failure: Error | undefined;
    try {
      ends = await this.#readEnds(asked);
    } catch (error) {
      failure = error instanceof Error ? error : new Error("the ends of chains were not read", { cause: error });
    }
    for (const tenantId of asked) {
      for (const waiter of this.#waiters.get(tenantId) ?? [])
        if (ends?.get(tenantId) !== waiter.place) waiter.end(failure);
    }
  }
}

async function readEnds(tenantIds: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
  const rows = await prisma().$queryRaw<{ tenant_id: string; seq: bigint }[]>`
    select tenant_id, seq from audit_chains where tenant_id = any(${tenantIds}::uuid[])`;
  return new Map(rows.map(({ tenant_id, seq }) => [tenant_id, seq]));
}

/** The waits of this process. */
export const chainWaits = processWide("audit chain waits", () => new ChainWaits(readEnds, WAIT_LIMITS));
