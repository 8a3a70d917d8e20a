import "server-only";

import { v7 as uuidv7 } from "uuid";

import type { MemberActor } from "@/lib/actor";
import { type RequestOrigin, USER_AGENT_MAX } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/service";
import { lastSeenIsDue, sessionLimits, sessionState } from "@/lib/members/session-state";
import { prisma } from "@/lib/db/client";
import { env } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";
import type { PrismaClient } from "@/lib/generated/prisma/client";
import type { Role } from "@/lib/generated/prisma/enums";
import { type SessionEnd, sessionEnded } from "@/lib/members/end-sessions";
import { isUuid } from "@/lib/text/uuid";

/** A live session's member, and whether its `last_seen_at` is due to be written. */
export interface LiveSession {
  readonly actor: MemberActor;
  readonly touchDue: boolean;
  /** The database's clock, read with the session. */
  readonly now: Date;
}

interface SessionRow {
  member_id: string;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  ended_at: Date | null;
  tenant_id: string;
  role: Role;
  name: string;
  email: string | null;
  tenant_name: string;
  enabled: boolean;
  now: Date;
}

/**
 * Begins a session with a new id, never one the browser sent (session fixation).
 * @param client the sign-in's transaction
 * @param now the database's clock
 * @param from the browser and the address that the list of sessions shows
 * @returns the new session's id, a UUIDv7
 */
export async function beginSession(
  client: Pick<PrismaClient, "session">,
  memberId: string,
  now: Date,
  from: Pick<RequestOrigin, "clientAddress" | "userAgent">,
): Promise<string> {
  const id = uuidv7();
  const { maxMs } = sessionLimits(env());
  await client.session.create({
    data: {
      id,
      memberId,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + maxMs),
      userAgent: from.userAgent?.slice(0, USER_AGENT_MAX).toWellFormed() ?? null,
      clientAddress: from.clientAddress,
    },
  });
  return id;
}

/**
 * Looks up a session with its member and tenant in one query on the primary. Only this function decides whether a cookie's
 * holder is signed in.
 * @param at the time to judge it at; the database's clock by default
 * @returns null for an unknown, ended, expired or idle session, a removed member or a disabled tenant
 * @throws AppError UNAVAILABLE when the database doesn't respond: access fails closed
 */
export async function findLiveSession(sessionId: string, at?: Date): Promise<LiveSession | null> {
  if (!isUuid(sessionId)) return null;
  let rows: SessionRow[];
  try {
    rows = await prisma().$queryRaw<SessionRow[]>`
      select s.member_id, s.created_at, s.last_seen_at, s.expires_at, s.ended_at,
             m.tenant_id, m.role::text as role, m.name, m.email, t.name as tenant_name, t.enabled,
             date_trunc('milliseconds', clock_timestamp()) as now
        from sessions s
        join members m on m.id = s.member_id
        join tenants t on t.id = m.tenant_id
       where s.id = ${sessionId}::uuid and m.removed_at is null`;
  } catch (cause) {
    throw new AppError("UNAVAILABLE", "The database does not answer. Try again in a moment.", { cause });
  }
  const row = rows[0];
  if (!row?.enabled) return null;
  const now = at ?? row.now;
  const moments = {
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
  };
  if (sessionState(moments, sessionLimits(env()), now) !== "live") return null;
  return {
    actor: {
      kind: "member",
      tenantId: row.tenant_id,
      memberId: row.member_id,
      role: row.role,
      name: row.name,
      email: row.email,
      tenantName: row.tenant_name,
      sessionId,
    },
    touchDue: lastSeenIsDue(moments, now),
    now,
  };
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

/**
 * Permanently ends a session, which also invalidates copied cookies. Ending it again keeps the first end time and writes no
 * second audit row.
 * @param reason what the person did
 */
export async function endSession(
  sessionId: string,
  reason: Extract<SessionEnd, "signed_out" | "signed_in_again">,
  origin: RequestOrigin,
): Promise<void> {
  if (!isUuid(sessionId)) return;
  await prisma().$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<
      { id: string; name: string; tenant_id: string; user_agent: string | null; at: Date }[]
    >`
      update sessions s
         set ended_at = date_trunc('milliseconds', clock_timestamp())
        from members m
       where s.id = ${sessionId}::uuid and s.ended_at is null and m.id = s.member_id
      returning m.id, m.name, m.tenant_id, s.user_agent, s.ended_at as at`;
    if (!row) return;
    const person = { kind: "member", tenantId: row.tenant_id, memberId: row.id, name: row.name } as const;
    const session = { id: sessionId, userAgent: row.user_agent };
    await recordAudit(tx, person, sessionEnded(row, session, reason), row.at, origin);
  });
}
