import { MINUTE_MS } from "@/lib/text/time-units";

/** What is known of a key's latest call. */
export interface LatestUse {
  readonly at: Date;
  /** Null where it isn't known, as are the others: after 30 days, or where the usage of that call was lost. */
  readonly address: string | null;
  readonly client: string | null;
  readonly endpoint: string | null;
}

/** Further apart than this, usage and `last_used_at` are of two calls: one minute. */
const APART_MS = MINUTE_MS;

/**
 * The latest call with a key while it was valid. Usage and `last_used_at` are written apart and either can be lost, so neither is
 * believed about silence.
 * @param stored from the usage of the key
 * @param lastUsedAt the key's own column
 */
export function latestUse(stored: LatestUse | null, lastUsedAt: Date | null): LatestUse | null {
  if (!lastUsedAt || (stored && stored.at >= lastUsedAt)) return stored;
  if (stored && lastUsedAt.getTime() - stored.at.getTime() < APART_MS) return { ...stored, at: lastUsedAt };
  return { at: lastUsedAt, address: null, client: null, endpoint: null };
}
