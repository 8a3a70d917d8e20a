import { pairOf } from "@/lib/api-keys/usage/caller";
import { CALLER_KINDS, type CallerKind, OTHER } from "@/lib/api-keys/usage/kinds";
import { type Outcome, OUTCOMES } from "@/lib/api-keys/usage/outcome";
import { HOUR_MS } from "@/lib/text/time-units";

/** Refusals that are kept of a key. */
export const REFUSALS_KEPT = 20;

/** Values of a kind that are kept of a key's day; of an hour, also in memory. */
export const VALUES_KEPT = 50;

/** The most that waits in memory while the database is unavailable; each takes a few hundred bytes. */
const LIMITS = {
  /** Hours of keys. Beyond them calls aren't counted. */
  hours: 50_000,
  /** Their addresses, clients, endpoints and refusals. Beyond them only outcomes are counted in full. */
  details: 50_000,
};
export type CounterLimits = typeof LIMITS;

/** What one batch may have; a single hour has at most 224 details. */
const BATCH = { hours: 1_000, details: 5_000 };

/** An answered call with a key that exists. */
export interface KeyCall {
  readonly tenantId: string;
  readonly keyId: string;
  /** By the database's clock, epoch milliseconds. */
  readonly atMs: number;
  readonly outcome: Outcome;
  /** Whether the key was valid. */
  readonly valid: boolean;
  /** Whether it was the old key of a rotation, and still valid. */
  readonly inOverlap: boolean;
  /** As it is stored; null where it isn't. */
  readonly address: string | null;
  readonly client: string;
  /** Method and path, as the contract writes it. */
  readonly endpoint: string;
  readonly status: number;
  readonly requestId: string;
  /** Of the refusal; undefined for a call that was served, or failed. */
  readonly reason: string | undefined;
}

/** How often a value occurred, and when last. */
interface Tally {
  calls: number;
  at: number;
}

/** The calls with one key in one hour. */
class KeyHour {
  readonly outcomes: Record<Outcome, number> = { served: 0, client_errors: 0, rate_limited: 0, refused: 0, failed: 0 };
  readonly values: Record<CallerKind, Map<string, Tally>> = {
    address: new Map(),
    client: new Map(),
    endpoint: new Map(),
    overlap: new Map(),
  };
  readonly refusals: KeyCall[] = [];
  /** The latest call with the key while it was valid. */
  latest: KeyCall | null = null;
  readonly tenantId: string;
  readonly keyId: string;
  readonly hour: number;

  constructor(tenantId: string, keyId: string, hour: number) {
    this.tenantId = tenantId;
    this.keyId = keyId;
    this.hour = hour;
  }

  get details(): number {
    return CALLER_KINDS.reduce((sum, kind) => sum + this.values[kind].size, this.refusals.length);
  }

  /** Counts a call. @returns how many more details it has now */
  add(call: KeyCall, hasRoom: boolean): number {
    this.outcomes[call.outcome]++;
    if (call.valid && call.atMs >= (this.latest?.atMs ?? 0)) this.latest = call;
    let more = this.#tally("client", call.client, call.atMs, hasRoom);
    more += this.#tally("endpoint", call.endpoint, call.atMs, hasRoom);
    if (call.address !== null) more += this.#tally("address", call.address, call.atMs, hasRoom);
    if (call.inOverlap) more += this.#tally("overlap", pairOf(call.address, call.client), call.atMs, hasRoom);
    if (call.reason === undefined || call.status >= 500) return more;
    if (this.refusals.length === REFUSALS_KEPT) this.refusals.shift();
    else if (hasRoom) more++;
    else return more;
    this.refusals.push(call);
    return more;
  }

  #tally(kind: CallerKind, value: string, atMs: number, hasRoom: boolean): 0 | 1 {
    const tallies = this.values[kind];
    let tally = tallies.get(value);
    if (!tally && (!hasRoom || tallies.size >= VALUES_KEPT)) tally = tallies.get((value = OTHER));
    if (tally) {
      tally.calls++;
      if (atMs > tally.at) tally.at = atMs;
      return 0;
    }
    tallies.set(value, { calls: 1, at: atMs });
    return 1;
  }

  /** A row of the statement that writes it (lib/api-keys/usage/write.ts). */
  toJSON() {
    const { latest } = this;
    return {
      tenant_id: this.tenantId,
      key_id: this.keyId,
      hour: this.hour,
      ...this.outcomes,
      details: CALLER_KINDS.flatMap((kind) =>
        Array.from(this.values[kind], ([value, tally]) => ({ kind, value, ...tally })),
      ),
      latest: latest && { at: latest.atMs, address: latest.address, client: latest.client, endpoint: latest.endpoint },
      refusals: this.refusals.map(({ atMs, requestId, reason, status, endpoint, address }) => ({
        at: atMs,
        request_id: requestId,
        reason,
        status,
        endpoint,
        address,
      })),
    };
  }
}

/** Part of what was counted, to be written as a whole. */
export interface UsageBatch {
  readonly calls: number;
  /** Whether nothing was left when it was taken. */
  readonly isLast: boolean;
  /** For {@link JSON.stringify}. */
  readonly hours: readonly unknown[];
}

/** Counts calls in memory, by key and hour. Adding one allocates next to nothing and waits for nothing. */
export class UsageCounter {
  /** By hour, then by key. */
  readonly #hours = new Map<number, Map<string, KeyHour>>();
  readonly #limits: CounterLimits;
  #size = 0;
  #details = 0;
  /** Calls that weren't counted for lack of room. */
  #lost = 0;
  readonly #full: (what: keyof CounterLimits) => void;
  #reported: Partial<Record<keyof CounterLimits, true>> = {};

  /** @param full called when a limit is reached, once until there is room again */
  constructor(full: (what: keyof CounterLimits) => void, limits: CounterLimits = LIMITS) {
    this.#full = full;
    this.#limits = limits;
  }

  add(call: KeyCall): void {
    const hour = Math.floor(call.atMs / HOUR_MS);
    const found = this.#hours.get(hour)?.get(call.keyId) ?? this.#open(call, hour);
    if (!found) return;
    const hasRoom = this.#details < this.#limits.details;
    this.#details += found.add(call, hasRoom);
    if (!hasRoom) this.#report("details");
  }

  #open({ tenantId, keyId }: KeyCall, hour: number): KeyHour | null {
    if (this.#size >= this.#limits.hours) {
      this.#lost++;
      this.#report("hours");
      return null;
    }
    this.#size++;
    const made = new KeyHour(tenantId, keyId, hour);
    const keys = this.#hours.get(hour);
    if (keys) keys.set(keyId, made);
    else this.#hours.set(hour, new Map([[keyId, made]]));
    return made;
  }

  #report(what: keyof CounterLimits): void {
    if (this.#reported[what]) return;
    this.#reported[what] = true;
    this.#full(what);
  }

  /** Calls that weren't counted since this was last asked. */
  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  /** Removes one batch, the oldest hours first; null when there is nothing. */
  take(): UsageBatch | null {
    const hours: KeyHour[] = [];
    let details = 0;
    for (const [hour, keys] of this.#hours) {
      for (const [keyId, one] of keys) {
        if (hours.length >= BATCH.hours || details >= BATCH.details) break;
        hours.push(one);
        details += one.details;
        keys.delete(keyId);
      }
      if (keys.size === 0) this.#hours.delete(hour);
    }
    if (hours.length === 0) return null;
    this.#size -= hours.length;
    this.#details -= details;
    if (this.#size === 0) this.#reported = {};
    return {
      calls: hours.reduce((sum, { outcomes }) => sum + OUTCOMES.reduce((n, one) => n + outcomes[one], 0), 0),
      isLast: this.#size === 0,
      hours,
    };
  }
}
