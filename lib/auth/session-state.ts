/** A session ends after this long without a request: 8 hours (a working day). */
export const SESSION_IDLE_MS = 8 * 3_600_000;

/** A session ends this long after the sign-in, used or not: 7 days. */
export const SESSION_LIFETIME_MS = 7 * 24 * 3_600_000;

/** `last_seen_at` is written at most this often, so the idle limit is exact to one minute. */
export const LAST_SEEN_EVERY_MS = 60_000;

/** The moments that decide what a session is worth. Dates of the database's clock. */
export interface SessionMoments {
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
}

/** Why a session no longer counts, or `live`. */
export type SessionState = "live" | "ended" | "expired" | "idle";

/** What this session is worth at `now`. A moment belongs to what comes after it: a session that expires at T is expired at T. */
export function sessionState(session: SessionMoments, now: Date): SessionState {
  if (session.endedAt) return "ended";
  if (now >= session.expiresAt) return "expired";
  if (now.getTime() - session.lastSeenAt.getTime() >= SESSION_IDLE_MS) return "idle";
  return "live";
}

/** Whether `last_seen_at` is old enough at `now` to be written again. */
export function lastSeenIsDue(session: Pick<SessionMoments, "lastSeenAt">, now: Date): boolean {
  return now.getTime() - session.lastSeenAt.getTime() >= LAST_SEEN_EVERY_MS;
}
