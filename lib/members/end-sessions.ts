import "server-only";

import type { MemberActor } from "@/lib/actor";
import type { RequestOrigin } from "@/lib/audit-log/actions";
import { type AuditEntry, recordAudit } from "@/lib/audit-log/service";
import { env } from "@/lib/config/env";
import { prisma } from "@/lib/db/client";
import type { Prisma } from "@/lib/generated/prisma/client";
import { sessionLimits, sessionState } from "@/lib/members/session-state";
import { deviceName } from "@/lib/text/device-name";

/** Why a session ended. Removing a member ends sessions too, and says so in its own audit event. */
export type SessionEnd = "signed_out" | "signed_in_again" | "signed_out_everywhere" | "ended_by_admin";

/** How many sessions a call ended. */
export interface Ended {
  readonly ended: number;
}

/** The audit entry of an ended session. @param of the member whose session it was */
export function sessionEnded(
  of: { readonly id: string; readonly name: string },
  session: { readonly id: string; readonly userAgent: string | null },
  reason: SessionEnd,
): AuditEntry {
  return {
    action: "session.ended",
    target: { id: session.id, name: `${of.name}, ${deviceName(session.userAgent)}` },
    details: { member_id: of.id, reason },
  };
}

/** Live sessions as a database filter: {@link sessionState} in SQL. An integration test compares the two. */
export function liveSessions(now: Date): Prisma.SessionWhereInput {
  const { idleMs, maxMs } = sessionLimits(env());
  return {
    endedAt: null,
    expiresAt: { gt: now },
    createdAt: { gt: new Date(now.getTime() - maxMs) },
    lastSeenAt: { gt: new Date(now.getTime() - idleMs) },
  };
}

/**
 * Ends a member's live sessions, with an audit event each.
 * @param of the member, of the actor's organisation
 * @param which narrows the sessions down; `{}` for all
 * @param now the database's clock
 */
export async function endSessions(
  actor: MemberActor,
  of: { readonly id: string; readonly name: string },
  which: Prisma.SessionWhereInput,
  reason: SessionEnd,
  now: Date,
  origin: RequestOrigin,
): Promise<Ended> {
  return prisma().$transaction(async (tx) => {
    // Of two concurrent calls, only the one that changed a session's row records its end.
    const rows = await tx.session.updateManyAndReturn({
      where: { AND: [which, { memberId: of.id, member: { tenantId: actor.tenantId } }, liveSessions(now)] },
      data: { endedAt: now },
      select: { id: true, userAgent: true },
    });
    for (const session of rows) await recordAudit(tx, actor, sessionEnded(of, session, reason), now, origin);
    return { ended: rows.length };
  });
}

/**
 * Ends every session of a removed member, in the transaction of the removal. Sessions past a limit end too, so that raising the
 * limit later revives none.
 * @param memberId already known to be of the caller's tenant
 * @param now the database's clock
 * @returns how many were live
 */
export async function endSessionsOfRemoved(tx: Prisma.TransactionClient, memberId: string, now: Date): Promise<Ended> {
  const rows = await tx.session.updateManyAndReturn({
    where: { memberId, endedAt: null },
    data: { endedAt: now },
    select: { createdAt: true, lastSeenAt: true, expiresAt: true },
  });
  const limits = sessionLimits(env());
  const live = rows.filter((row) => sessionState({ ...row, endedAt: null }, limits, now) === "live");
  return { ended: live.length };
}
