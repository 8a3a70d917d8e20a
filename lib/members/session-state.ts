import type { SessionModel } from "@/lib/generated/prisma/models";
import { DAY_MS, HOUR_MS } from "@/lib/text/time-units";

/** `last_seen_at` is written at most this often, so the idle limit is exact to one minute. */
export const LAST_SEEN_EVERY_MS = 60_000;

/** How long a session may last, in milliseconds: `idleMs` without activity, and `maxMs` since sign-in, used or not. */
export function sessionLimits(settings: { SESSION_IDLE_HOURS: number; SESSION_MAX_DAYS: number }) {
  return { idleMs: settings.SESSION_IDLE_HOURS * HOUR_MS, maxMs: settings.SESSION_MAX_DAYS * DAY_MS };
}

/**
 * The timestamps that decide a session's state, by the database's clock. `expiresAt` was set at sign-in: a limit lowered since
 * applies too; a raised one does not extend it.
 */
export type SessionTimes = Pick<SessionModel, "createdAt" | "lastSeenAt" | "expiresAt" | "endedAt">;

/** Why a session is over at `now`, or `live`. A session that expires at T is expired at T. */
export function sessionState(session: SessionTimes, limits: ReturnType<typeof sessionLimits>, now: Date) {
  if (session.endedAt) return "ended";
  if (now >= session.expiresAt || now.getTime() - session.createdAt.getTime() >= limits.maxMs) return "expired";
  if (now.getTime() - session.lastSeenAt.getTime() >= limits.idleMs) return "idle";
  return "live";
}

/** Whether `last_seen_at` is due to be written at `now`. */
export function lastSeenIsDue(session: Pick<SessionTimes, "lastSeenAt">, now: Date): boolean {
  return now.getTime() - session.lastSeenAt.getTime() >= LAST_SEEN_EVERY_MS;
}
