/** `last_seen_at` is written at most this often, so the idle limit is exact to one minute. */
export const LAST_SEEN_EVERY_MS = 60_000;

/** How long a session may last, in milliseconds. */
export interface SessionLimits {
  /** Without a request of the person's own. */
  readonly idleMs: number;
  /** After the sign-in, used or not. */
  readonly maxMs: number;
}

/** The limits as the settings SESSION_IDLE_HOURS and SESSION_MAX_DAYS say them. */
export function sessionLimits(settings: { SESSION_IDLE_HOURS: number; SESSION_MAX_DAYS: number }): SessionLimits {
  return { idleMs: settings.SESSION_IDLE_HOURS * 3_600_000, maxMs: settings.SESSION_MAX_DAYS * 24 * 3_600_000 };
}

/** The moments that decide what a session is worth. Dates of the database's clock. */
export interface SessionMoments {
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** Written at the sign-in; a limit that was lowered since counts too, one that was raised does not. */
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
}

/** Why a session no longer counts, or `live`. */
export type SessionState = "live" | "ended" | "expired" | "idle";

/** What this session is worth at `now`. A moment belongs to what comes after it: a session that expires at T is expired at T. */
export function sessionState(session: SessionMoments, limits: SessionLimits, now: Date): SessionState {
  if (session.endedAt) return "ended";
  if (now >= session.expiresAt || now.getTime() - session.createdAt.getTime() >= limits.maxMs) return "expired";
  if (now.getTime() - session.lastSeenAt.getTime() >= limits.idleMs) return "idle";
  return "live";
}

/** Whether `last_seen_at` is old enough at `now` to be written again. */
export function lastSeenIsDue(session: Pick<SessionMoments, "lastSeenAt">, now: Date): boolean {
  return now.getTime() - session.lastSeenAt.getTime() >= LAST_SEEN_EVERY_MS;
}
