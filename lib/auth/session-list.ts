import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import type { RequestOrigin } from "@/lib/audit-log/actions";
import { prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import { type Ended, endSessions, liveSessions } from "@/lib/members/end-sessions";
import { deviceName } from "@/lib/text/device-name";

/** More sessions than this are not listed; "sign out everywhere" ends them all the same. */
const MAX_LISTED = 100;

/** One of a person's own sessions, as its list shows it. */
export interface OwnSession {
  readonly id: string;
  /** The session that this very request belongs to. */
  readonly current: boolean;
  /** "Firefox on Windows". */
  readonly device: string;
  readonly signedInAt: Date;
  readonly lastActivityAt: Date;
  /** Where the sign-in came from, as far as the server knew. */
  readonly clientAddress: string | null;
}

/**
 * The actor's own sessions that are still open, the current one first, then the latest used.
 * @param now the database's clock
 */
export async function listOwnSessions(actor: MemberActor, now: Date): Promise<OwnSession[]> {
  const rows = await prisma().session.findMany({
    where: { memberId: actor.memberId, member: { tenantId: actor.tenantId }, ...liveSessions(now) },
    orderBy: [{ lastSeenAt: "desc" }, { id: "desc" }],
    take: MAX_LISTED,
  });
  return rows
    .map((row) => ({
      id: row.id,
      current: row.id === actor.sessionId,
      device: deviceName(row.userAgent),
      signedInAt: row.createdAt,
      lastActivityAt: row.lastSeenAt,
      clientAddress: row.clientAddress,
    }))
    .sort((a, b) => Number(b.current) - Number(a.current));
}

/**
 * Ends one of the actor's own sessions: every copy of its cookie is refused from the next request on.
 * @param now the database's clock
 * @throws AppError NOT_FOUND for a session that is absent, over already, or somebody else's: all the same
 */
export async function endOwnSession(
  actor: MemberActor,
  sessionId: string,
  now: Date,
  origin: RequestOrigin,
): Promise<Ended> {
  const self = { id: actor.memberId, name: actor.name };
  const result = await endSessions(actor, self, { id: sessionId }, "signed_out", now, origin);
  if (result.ended === 0) throw new AppError("NOT_FOUND", "That session has already ended.");
  return result;
}

/**
 * Ends all of the actor's own sessions, the current one included.
 * @param now the database's clock
 */
export async function endOwnSessions(actor: MemberActor, now: Date, origin: RequestOrigin): Promise<Ended> {
  return endSessions(actor, { id: actor.memberId, name: actor.name }, {}, "signed_out_everywhere", now, origin);
}

/**
 * Ends all sessions of a member of the actor's organisation: that person must sign in again on every device.
 * @param now the database's clock
 * @returns how many were open; none is no error
 * @throws AppError FORBIDDEN for anyone but an admin, NOT_FOUND for a member that is absent or another tenant's
 */
export async function endMemberSessions(
  actor: MemberActor,
  memberId: string,
  now: Date,
  origin: RequestOrigin,
): Promise<Ended> {
  assertAdmin(actor);
  const member = await prisma().member.findFirst({
    where: { id: memberId, tenantId: actor.tenantId },
    select: { id: true, name: true },
  });
  if (!member) throw new AppError("NOT_FOUND", "No such member.");
  return endSessions(actor, member, {}, "ended_by_admin", now, origin);
}
