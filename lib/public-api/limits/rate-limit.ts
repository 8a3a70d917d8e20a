import "server-only";

import { LIMIT_WINDOW_MS } from "@/lib/config/env";

/** How finely the window slides, in milliseconds: a call is forgotten 60 to 60.25 s after it was made, never earlier. */
export const SLOT_MS = 250;

/** Slots that a call can be in while it counts: those of the window, and the one that has only partly left it. */
export const SLOTS = LIMIT_WINDOW_MS / SLOT_MS + 1;

/**
 * SQL that counts calls towards their tenant's limit, within the statement that looks up credentials. It locks the tenant's row,
 * so it is exact across statements and processes; `order by` prevents deadlocks.
 * @param valid the condition on the columns of `found` under which a call counts
 * @param limit the parameter with the tenant's limit, e.g. `$3`
 */
export function countCalls(valid: string, limit: string): string {
  // A window that starts more than its length in the future means that the clock went back, as after a failover: it restarts.
  const head = `case when r.head - excluded.head >= ${SLOTS} then excluded.head - ${SLOTS} else r.head end`;
  return `
    insert into rate_limits as r (tenant_id, ring, head, oldest, used, granted)
    select tenant_id, '{}', floor(min(now) / ${SLOT_MS})::int8, floor(min(now) / ${SLOT_MS})::int8,
      least(sum(calls), ${limit})::int4, least(sum(calls), ${limit})::int4
    from found where ${valid} group by tenant_id order by tenant_id
    on conflict (tenant_id) do update set (ring, head, oldest, used, granted) = (
      select t.ring, t.head, t.oldest, t.used, t.granted
      from rate_limit_take(r.ring, ${head}, least(r.oldest, excluded.head), r.used, excluded.head, excluded.granted, ${limit}, ${SLOTS}) t)
    returning tenant_id, granted, used, oldest::float8 as oldest`;
}

/** What the database says of a tenant's window once it has counted the calls of one statement. */
export interface Window {
  /** Calls in the window, those just let through included. */
  readonly used: number;
  /** Calls of this statement that were let through. */
  readonly granted: number;
  /** The oldest slot with a call in it, counted from 1970. */
  readonly oldest: number;
  /** The database's clock, epoch milliseconds. */
  readonly nowMs: number;
}

/** What one call has of its tenant's limit. */
export interface Allowance {
  readonly refused: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** When the next call of the window is forgotten, so that there is more again; epoch milliseconds. */
  readonly resetMs: number;
  readonly nowMs: number;
}

/**
 * The part of one call in what its statement was granted.
 * @param turn how many calls of the same tenant came before it in that statement
 */
export function allowance(window: Window, limit: number, turn: number): Allowance {
  const refused = turn >= window.granted;
  const remaining = refused ? 0 : Math.max(0, limit - (window.used - window.granted) - turn - 1);
  return { refused, limit, remaining, resetMs: (window.oldest + SLOTS) * SLOT_MS, nowMs: window.nowMs };
}

/**
 * The fields of every authenticated response: the documented `X-` ones and those of the IETF's draft 10.
 * A refused one also says after how many whole seconds there is room.
 */
export function limitHeaders({ refused, limit, remaining, resetMs, nowMs }: Allowance): Record<string, string> {
  const seconds = String(Math.max(1, Math.ceil((resetMs - nowMs) / 1000)));
  return {
    "X-RateLimit-Limit": String(limit),
    "X-RateLimit-Remaining": String(remaining),
    "X-RateLimit-Reset": String(Math.ceil(resetMs / 1000)),
    // The window slides in slots, so a call may be forgotten up to one slot after the window that the field states.
    RateLimit: `"default";r=${remaining};t=${Math.min(Number(seconds), LIMIT_WINDOW_MS / 1000)}`,
    "RateLimit-Policy": `"default";q=${limit};w=${LIMIT_WINDOW_MS / 1000}`,
    ...(refused && { "Retry-After": seconds }),
  };
}
