import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import type { RequestOrigin } from "@/lib/audit-log/actions";
import { prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import { type Ended, endSessions, liveSessions } from "@/lib/members/end-sessions";
import { deviceName } from "@/lib/text/device-name";

/** Maximum number of sessions listed; "sign out everywhere" ends the others too. */
const MAX_LISTED = 100;

/** One of the member's sessions, as listed. */
export interface OwnSession {
  readonly id: string;
  /** Whether this request belongs to the session. */
  readonly current: boolean;
  /** "Firefox on Windows". */
  readonly device: string;
  readonly signedInAt: Date;
  readonly lastActivityAt: Date;
  /** The client address of the sign-in, if known. */
  readonly clientAddress: string | null;
}

/**
 * The actor's open sessions, the current one first, then by last use.
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
 * Ends one of the actor's sessions: every copy of its cookie is refused from the next request on.
 * @param now the database's clock
 * @throws AppError NOT_FOUND, indistinguishably, for a session that doesn't exist, has ended, or is another member's
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
 * Ends all of the actor's sessions, the current one included.
 * @param now the database's clock
 */
export async function endOwnSessions(actor: MemberActor, now: Date, origin: RequestOrigin): Promise<Ended> {
  return endSessions(actor, { id: actor.memberId, name: actor.name }, {}, "signed_out_everywhere", now, origin);
}

/**
 * Ends all sessions of a member of the actor's organisation: that person must sign in again on every device.
 * @param now the database's clock
 * @returns how many were open, possibly none
 * @throws AppError FORBIDDEN unless the actor is an admin, NOT_FOUND for a member that doesn't exist in the tenant
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
