import { pairOf } from "@/lib/usage/caller";
import { CALLER_KINDS, type CallerKind, OTHER } from "@/lib/usage/kinds";
import { type Outcome, OUTCOMES } from "@/lib/usage/outcome";
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

/** What one batch may have; a single hour has at most 275 details. */
const BATCH = { hours: 1_000, details: 5_000 };

/** An answered call with a key, or by an application, that exists. */
export interface UsageCall {
  readonly tenantId: string;
  readonly credentialId: string;
  /** By the database's clock, epoch milliseconds. */
  readonly atMs: number;
  readonly outcome: Outcome;
  /** Whether the credential was valid. */
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

/** The calls with one credential in one hour. */
class CallsOfHour {
  readonly outcomes: Record<Outcome, number> = { served: 0, client_errors: 0, rate_limited: 0, refused: 0, failed: 0 };
  readonly values: Record<CallerKind, Map<string, Tally>> = {
    address: new Map(),
    denied: new Map(),
    client: new Map(),
    endpoint: new Map(),
    overlap: new Map(),
  };
  readonly refusals: UsageCall[] = [];
  /** The latest call with the credential while it was valid. */
  latest: UsageCall | null = null;
  readonly tenantId: string;
  readonly credentialId: string;
  readonly hour: number;

  constructor(tenantId: string, credentialId: string, hour: number) {
    this.tenantId = tenantId;
    this.credentialId = credentialId;
    this.hour = hour;
  }

  get details(): number {
    return CALLER_KINDS.reduce((sum, kind) => sum + this.values[kind].size, this.refusals.length);
  }

  /** Counts a call. @returns how many more details it has now */
  add(call: UsageCall, hasRoom: boolean): number {
    this.outcomes[call.outcome]++;
    if (call.valid && call.atMs >= (this.latest?.atMs ?? 0)) this.latest = call;
    let more = this.#tally("client", call.client, call.atMs, hasRoom);
    more += this.#tally("endpoint", call.endpoint, call.atMs, hasRoom);
    if (call.address !== null) more += this.#tally(call.valid ? "address" : "denied", call.address, call.atMs, hasRoom);
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

  /** A row of the statement that writes it (lib/usage/write.ts). */
  toJSON() {
    const { latest } = this;
    return {
      tenant_id: this.tenantId,
      credential_id: this.credentialId,
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

/** Counts calls in memory, by credential and hour. Adding one allocates next to nothing and waits for nothing. */
export class UsageCounter {
  /** By hour, then by credential. */
  readonly #hours = new Map<number, Map<string, CallsOfHour>>();
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

  add(call: UsageCall): void {
    const hour = Math.floor(call.atMs / HOUR_MS);
    const found = this.#hours.get(hour)?.get(call.credentialId) ?? this.#open(call, hour);
    if (!found) return;
    const hasRoom = this.#details < this.#limits.details;
    this.#details += found.add(call, hasRoom);
    if (!hasRoom) this.#report("details");
  }

  #open({ tenantId, credentialId }: UsageCall, hour: number): CallsOfHour | null {
    if (this.#size >= this.#limits.hours) {
      this.#lost++;
      this.#report("hours");
      return null;
    }
    this.#size++;
    const made = new CallsOfHour(tenantId, credentialId, hour);
    const keys = this.#hours.get(hour);
    if (keys) keys.set(credentialId, made);
    else this.#hours.set(hour, new Map([[credentialId, made]]));
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
    const hours: CallsOfHour[] = [];
    let details = 0;
    for (const [hour, keys] of this.#hours) {
      for (const [credentialId, one] of keys) {
        if (hours.length >= BATCH.hours || details >= BATCH.details) break;
        hours.push(one);
        details += one.details;
        keys.delete(credentialId);
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
