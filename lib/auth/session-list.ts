import "server-only";

import type { MemberActor } from "@/lib/actor";
import type { RequestOrigin } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/service";
import { sessionLimits, sessionState } from "@/lib/auth/session-state";
import { prisma } from "@/lib/db/client";
import { env } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";
import type { Prisma } from "@/lib/generated/prisma/client";
import { deviceName } from "@/lib/auth/session-device";
import { type SessionEnd, sessionEnded } from "@/lib/members/session-ended";

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

/** How many sessions a call ended. */
export interface Ended {
  readonly ended: number;
}

/** Sessions that still open a door at `now`: {@link sessionState}, said for the database. An integration test holds the two together. */
function live(now: Date): Prisma.SessionWhereInput {
  const { idleMs, maxMs } = sessionLimits(env());
  return {
    endedAt: null,
    expiresAt: { gt: now },
    createdAt: { gt: new Date(now.getTime() - maxMs) },
    lastSeenAt: { gt: new Date(now.getTime() - idleMs) },
  };
}

/**
 * The actor's own sessions that are still open, the current one first, then the latest used.
 * @param now the database's clock
 */
export async function listOwnSessions(actor: MemberActor, now: Date): Promise<OwnSession[]> {
  const rows = await prisma().session.findMany({
    where: { memberId: actor.memberId, member: { tenantId: actor.tenantId }, ...live(now) },
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
 * Ends what is open among some sessions of one member, with an audit row each.
 * @param of the member whose sessions they are: its id and name; already known to be of the actor's tenant
 */
async function end(
  actor: MemberActor,
  of: { id: string; name: string },
  which: Prisma.SessionWhereInput,
  reason: SessionEnd,
  now: Date,
  origin: RequestOrigin,
): Promise<Ended> {
  return prisma().$transaction(async (tx) => {
    // Whoever ends one at the same time gets it, once: only what this statement changed is told of.
    const rows = await tx.session.updateManyAndReturn({
      where: { AND: [which, { memberId: of.id, member: { tenantId: actor.tenantId } }, live(now)] },
      data: { endedAt: now },
      select: { id: true, userAgent: true },
    });
    for (const session of rows) await recordAudit(tx, actor, sessionEnded(of, session, reason), now, origin);
    return { ended: rows.length };
  });
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
  const result = await end(actor, self, { id: sessionId }, "signed_out", now, origin);
  if (result.ended === 0) throw new AppError("NOT_FOUND", "That session has already ended.");
  return result;
}

/**
 * Ends all of the actor's own sessions, the current one included.
 * @param now the database's clock
 */
export async function endOwnSessions(actor: MemberActor, now: Date, origin: RequestOrigin): Promise<Ended> {
  return end(actor, { id: actor.memberId, name: actor.name }, {}, "signed_out_everywhere", now, origin);
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
  if (actor.role !== "Admin") throw new AppError("FORBIDDEN", "Ending other people's sessions requires admin role.");
  const member = await prisma().member.findFirst({
    where: { id: memberId, tenantId: actor.tenantId },
    select: { id: true, name: true },
  });
  if (!member) throw new AppError("NOT_FOUND", "No such member.");
  return end(actor, member, {}, "ended_by_admin", now, origin);
}

/**
 * Ends every session of somebody who is removed, in the transaction of the removal. Those that no limit had ended yet are
 * counted; the others end with them, so that a limit that is raised later brings none back.
 * @param member already known to be of the caller's tenant
 * @param now the database's clock
 * @returns how many were open, for the row in which the removal is told
 */
export async function endSessionsOfRemoved(
  tx: Prisma.TransactionClient,
  member: { readonly id: string },
  now: Date,
): Promise<Ended> {
  const rows = await tx.session.updateManyAndReturn({
    where: { memberId: member.id, endedAt: null },
    data: { endedAt: now },
    select: { createdAt: true, lastSeenAt: true, expiresAt: true },
  });
  const limits = sessionLimits(env());
  const open = rows.filter((row) => sessionState({ ...row, endedAt: null }, limits, now) === "live");
  return { ended: open.length };
}
