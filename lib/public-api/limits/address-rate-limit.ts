import "server-only";

import { env, LIMIT_WINDOW_MS } from "@/lib/config/env";
import { processWide } from "@/lib/config/process-wide";
import { addressGroup } from "@/lib/http/client-address";

/** The window, in whole seconds, and what it slides by: one second. */
const WINDOW_S = LIMIT_WINDOW_MS / 1000;
const SLOTS = WINDOW_S + 1;

/** Addresses remembered; beyond that the one that failed longest ago is forgotten. About 3 MB. */
const MAX_ADDRESSES = 10_000;

/**
 * Counts the calls without a valid credential, by client address, in the memory of this process: what an attacker costs is
 * this process's time, and the tenants' limits do not depend on it (docs/decisions/009).
 */
export class FailureCounter {
  readonly #limit: () => number;
  readonly #maxAddresses: number;
  readonly #addresses = new Map<string, { readonly slots: Uint32Array; head: number; total: number }>();

  constructor(limit: () => number, maxAddresses = MAX_ADDRESSES) {
    this.#limit = limit;
    this.#maxAddresses = maxAddresses;
  }

  /**
   * Counts a failure.
   * @param nowMs milliseconds of a clock that never goes back
   * @returns null while the address is within its limit, else after how many seconds it is again; then it was not counted
   */
  fail(address: string, nowMs: number): number | null {
    const now = Math.floor(nowMs / 1000);
    const group = addressGroup(address);
    const failures = this.#addresses.get(group) ?? { slots: new Uint32Array(SLOTS), head: now, total: 0 };
    for (; failures.head < now && failures.total > 0; failures.head++) {
      const next = (failures.head + 1) % SLOTS;
      failures.total -= failures.slots[next] ?? 0;
      failures.slots[next] = 0;
    }
    failures.head = now;
    if (failures.total >= this.#limit()) {
      let oldest = Math.max(0, now - WINDOW_S);
      while (failures.slots[oldest % SLOTS] === 0) oldest++;
      return oldest + SLOTS - now;
    }
    failures.slots[now % SLOTS] = (failures.slots[now % SLOTS] ?? 0) + 1;
    failures.total++;
    // The map keeps the order of the last failures: the first is the one to forget.
    this.#addresses.delete(group);
    this.#addresses.set(group, failures);
    for (const oldest of this.#addresses.keys()) {
      if (this.#addresses.size <= this.#maxAddresses) break;
      this.#addresses.delete(oldest);
    }
    return null;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#addresses.size;
  }
}

/** The counter of this process. */
export const failureCounter = processWide(
  "failures by address",
  () => new FailureCounter(() => env().UNAUTHENTICATED_LIMIT_PER_MINUTE),
);
