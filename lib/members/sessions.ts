import "server-only";

import { v7 as uuidv7 } from "uuid";
import { z } from "zod";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import { type RequestContext, type RequestOrigin, USER_AGENT_MAX } from "@/lib/audit-log/actions";
import { type AuditEntry, recordAudit } from "@/lib/audit-log/record";
import { env } from "@/lib/config/env";
import { prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import type { Member, Prisma } from "@/lib/generated/prisma/client";
import { lastSeenIsDue, sessionLimits, sessionState, type SessionTimes } from "@/lib/members/session-state";
import { deviceName } from "@/lib/text/device-name";
import { isUuid } from "@/lib/text/uuid";

/** The session to end, one of the actor's own. */
export const endSessionInput = z.strictObject({ sessionId: z.guid() });

/** An action without input. */
export const endOwnSessionsInput = z.strictObject({});

/**
 * Begins a session with a new id, never one the browser sent (session fixation).
 * @param tx the sign-in's transaction
 * @param context the browser and the address that the list of sessions shows
 * @param authenticatedAt when Microsoft authenticated the person; null where it didn't say
 * @returns the new session's id, a UUIDv7
 */
export async function beginSession(
  tx: Pick<Prisma.TransactionClient, "session">,
  memberId: string,
  { now, clientAddress, userAgent }: Omit<RequestContext, "requestId">,
  authenticatedAt: Date | null = null,
): Promise<string> {
  const id = uuidv7();
  await tx.session.create({
    data: {
      id,
      memberId,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + sessionLimits(env()).maxMs),
      userAgent: userAgent?.slice(0, USER_AGENT_MAX).toWellFormed() ?? null,
      clientAddress,
      authenticatedAt,
    },
  });
  return id;
}

type FoundSession = Omit<MemberActor, "kind" | "sessionId"> &
  SessionTimes & { enabled: boolean; authenticatedAt: Date | null; now: Date };

/**
 * Looks up a session with its member and tenant in one query on the primary. Only this function decides whether a cookie's
 * holder is signed in.
 * @param at the time to judge it at; the database's clock by default
 * @returns the member, when Microsoft authenticated them, and whether `last_seen_at` is due to be written; null for an unknown, ended, expired or idle session, a
 *   removed member, a disabled account or a disabled tenant
 * @throws AppError UNAVAILABLE when the database doesn't respond: access fails closed
 */
export async function findLiveSession(sessionId: string, at?: Date) {
  if (!isUuid(sessionId)) return null;
  let found: FoundSession | undefined;
  try {
    [found] = await prisma().$queryRaw<FoundSession[]>`
      select s.created_at as "createdAt", s.last_seen_at as "lastSeenAt", s.expires_at as "expiresAt", s.ended_at as "endedAt",
             s.authenticated_at as "authenticatedAt", s.member_id as "memberId", m.tenant_id as "tenantId", m.role::text as role, m.name, m.email,
             t.name as "tenantName", t.enabled, date_trunc('milliseconds', clock_timestamp()) as now
        from sessions s
        join members m on m.id = s.member_id
        join tenants t on t.id = m.tenant_id
       where s.id = ${sessionId}::uuid and m.removed_at is null and m.account_gone_at is null`;
  } catch (cause) {
    throw new AppError("UNAVAILABLE", "The database does not answer. Try again in a moment.", { cause });
  }
  if (!found?.enabled) return null;
  const { memberId, tenantId, role, name, email, tenantName, authenticatedAt, now: read, ...times } = found;
  const now = at ?? read;
  if (sessionState(times, sessionLimits(env()), now) !== "live") return null;
  const actor: MemberActor = { kind: "member", tenantId, memberId, role, name, email, tenantName, sessionId };
  return { actor, authenticatedAt, touchDue: lastSeenIsDue(times, now), now };
}

/**
 * Writes `last_seen_at` and the member's last activity by the database's clock: at most once a minute, never backwards, and
 * never to an ended session.
 */
export async function touchSession(sessionId: string): Promise<void> {
  await prisma().$executeRaw`
    with seen as (
      update sessions
         set last_seen_at = date_trunc('milliseconds', clock_timestamp())
       where id = ${sessionId}::uuid
         and ended_at is null
         and last_seen_at <= clock_timestamp() - interval '1 minute'
      returning member_id, last_seen_at)
    update members m
       set last_active_at = greatest(m.last_active_at, seen.last_seen_at)
      from seen where m.id = seen.member_id`;
}

/** Live sessions as a database filter: {@link sessionState} in SQL. An integration test compares the two. */
function liveSessions(now: Date): Prisma.SessionWhereInput {
  const { idleMs, maxMs } = sessionLimits(env());
  return {
    endedAt: null,
    expiresAt: { gt: now },
    createdAt: { gt: new Date(now.getTime() - maxMs) },
    lastSeenAt: { gt: new Date(now.getTime() - idleMs) },
  };
}

/** Maximum number of sessions listed; "sign out everywhere" ends the others too. */
const MAX_LISTED = 100;

/** The actor's open sessions, the current one first, then by last use. @param now the database's clock */
export async function listOwnSessions(actor: MemberActor, now: Date) {
  const rows = await prisma().session.findMany({
    where: { memberId: actor.memberId, member: { tenantId: actor.tenantId }, ...liveSessions(now) },
    orderBy: [{ lastSeenAt: "desc" }, { id: "desc" }],
    take: MAX_LISTED,
  });
  return rows
    .map(({ id, userAgent, createdAt, lastSeenAt, clientAddress }) => ({
      id,
      current: id === actor.sessionId,
      device: deviceName(userAgent),
      signedInAt: createdAt,
      lastActivityAt: lastSeenAt,
      /** The client address of the sign-in, if known. */
      clientAddress,
    }))
    .sort((a, b) => Number(b.current) - Number(a.current));
}

/** Why a session ended. Removing a member or disabling an account ends sessions too, and says so in its own audit event. */
type SessionEnd = "signed_out" | "signed_in_again" | "signed_out_everywhere" | "ended_by_admin";

/** The member whose session it is. */
type Owner = Pick<Member, "id" | "name">;

/** The audit entry of an ended session. @param of the member whose session it was */
function sessionEnded(of: Owner, session: { id: string; userAgent: string | null }, reason: SessionEnd): AuditEntry {
  return {
    action: "session.ended",
    target: { id: session.id, name: `${of.name}, ${deviceName(session.userAgent)}` },
    details: { member_id: of.id, reason },
  };
}

/**
 * Permanently ends a session, which also invalidates copied cookies. Ending it again keeps the first end time and writes no
 * second audit row.
 * @param reason what the person did
 */
export async function endSession(sessionId: string, reason: "signed_out" | "signed_in_again", origin: RequestOrigin) {
  if (!isUuid(sessionId)) return;
  await prisma().$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<(Owner & { tenantId: string; userAgent: string | null; now: Date })[]>`
      update sessions s
         set ended_at = date_trunc('milliseconds', clock_timestamp())
        from members m
       where s.id = ${sessionId}::uuid and s.ended_at is null and m.id = s.member_id
      returning m.id, m.name, m.tenant_id as "tenantId", s.user_agent as "userAgent", s.ended_at as now`;
    if (!row) return;
    const { id, name, tenantId, userAgent, now } = row;
    const entry = sessionEnded(row, { id: sessionId, userAgent }, reason);
    await recordAudit(tx, { kind: "member", tenantId, memberId: id, name }, entry, { ...origin, now });
  });
}

/**
 * Ends a member's live sessions, with an audit event each.
 * @param of the member, of the actor's organisation
 * @param which narrows the sessions down; `{}` for all
 * @returns how many ended
 */
async function endSessions(
  actor: MemberActor,
  of: Owner,
  which: Prisma.SessionWhereInput,
  reason: SessionEnd,
  context: RequestContext,
) {
  return prisma().$transaction(async (tx) => {
    // Of two concurrent calls, only the one that changed a session's row records its end.
    const rows = await tx.session.updateManyAndReturn({
      where: { AND: [which, { memberId: of.id, member: { tenantId: actor.tenantId } }, liveSessions(context.now)] },
      data: { endedAt: context.now },
      select: { id: true, userAgent: true },
    });
    for (const session of rows) await recordAudit(tx, actor, sessionEnded(of, session, reason), context);
    return { ended: rows.length };
  });
}

const self = ({ memberId, name }: MemberActor): Owner => ({ id: memberId, name });

/**
 * Ends one of the actor's sessions: every copy of its cookie is refused from the next request on.
 * @throws AppError NOT_FOUND, indistinguishably, for a session that doesn't exist, has ended, or is another member's
 */
export async function endOwnSession(actor: MemberActor, sessionId: string, context: RequestContext) {
  const result = await endSessions(actor, self(actor), { id: sessionId }, "signed_out", context);
  if (result.ended === 0) throw new AppError("NOT_FOUND", "That session has already ended.");
  return result;
}

/** Ends all of the actor's sessions, the current one included. */
export async function endOwnSessions(actor: MemberActor, context: RequestContext) {
  return endSessions(actor, self(actor), {}, "signed_out_everywhere", context);
}

/**
 * Ends all sessions of a member of the actor's organisation: that person must sign in again on every device.
 * @returns how many were open, possibly none
 * @throws AppError FORBIDDEN unless the actor is an admin, NOT_FOUND for a member that doesn't exist in the tenant
 */
export async function endMemberSessions(actor: MemberActor, memberId: string, context: RequestContext) {
  assertAdmin(actor);
  const member = await prisma().member.findFirst({
    where: { id: memberId, tenantId: actor.tenantId },
    select: { id: true, name: true },
  });
  if (!member) throw new AppError("NOT_FOUND", "No such member.");
  return endSessions(actor, member, {}, "ended_by_admin", context);
}

/**
 * Ends every session of members who were removed or whose accounts are gone, in the transaction of that. Sessions past a limit end too,
 * so that raising the limit later revives none.
 * @param memberIds already known to be of one tenant
 * @param now the database's clock
 * @returns how many were live, by member
 */
export async function endSessionsOf(tx: Prisma.TransactionClient, memberIds: readonly string[], now: Date) {
  const rows = await tx.session.updateManyAndReturn({
    where: { memberId: { in: [...memberIds] }, endedAt: null },
    data: { endedAt: now },
    select: { memberId: true, createdAt: true, lastSeenAt: true, expiresAt: true },
  });
  const limits = sessionLimits(env());
  const ended = new Map(memberIds.map((id) => [id, 0]));
  for (const { memberId, ...times } of rows) {
    if (sessionState({ ...times, endedAt: null }, limits, now) !== "live") continue;
    ended.set(memberId, (ended.get(memberId) ?? 0) + 1);
  }
  return ended;
}
