import "server-only";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { after } from "next/server";
import { cache } from "react";

import { type MemberActor, roleReaches } from "@/lib/actor";
import { recordRefusal } from "@/lib/audit-log/refusals";
import { BACKGROUND_FIELD } from "@/lib/auth/background";
import { isOtherSession, RELOAD_PATH, RENDERED_FOR_FIELD, signedInNow } from "@/lib/auth/rendered-for";
import { requestContext } from "@/lib/auth/request-context";
import { safePath } from "@/lib/auth/safe-path";
import { readSessionId } from "@/lib/auth/session-cookie";
import { findLiveSession, touchSession } from "@/lib/auth/sessions";
import { AppError } from "@/lib/errors/app-error";
import type { Role } from "@/lib/generated/prisma/enums";
import { log } from "@/lib/logging/log";

/** A role that a page, action or handler requires. Every member is at least a Viewer. */
export type RequiredRole = Exclude<Role, "Viewer">;

/** The signed-in member of a request, and the database's clock as read with the session. */
export interface SignedIn {
  readonly actor: MemberActor;
  readonly now: Date;
}

/**
 * Who is signed in, or null. Read from the database once per request: role, tenant and session are never taken from the cookie.
 * @throws AppError UNAVAILABLE when the database does not respond
 */
export const currentSession = cache(async (): Promise<SignedIn | null> => {
  const sessionId = await readSessionId();
  if (!sessionId) return null;
  const session = await findLiveSession(sessionId);
  if (!session) return null;
  // A page's own background refresh is not the person's activity.
  if (session.touchDue && !(await headers()).has(BACKGROUND_FIELD)) {
    after(() => touchSession(sessionId).catch((err: unknown) => log().warn({ err }, "last_seen_at was not written")));
  }
  return { actor: session.actor, now: session.now };
});

/**
 * Guards an action or a route handler. A missing role is recorded in the audit log.
 * @param role the least role; left out, any member
 * @param what the action or path, as the audit log names it
 * @param page whom the calling page was rendered for, where the address says so; by default the request header
 * @throws AppError UNAUTHORIZED when nobody is signed in, CONFLICT when the page belongs to another session, FORBIDDEN when the role is too low, UNAVAILABLE when the database is down
 */
export async function requireMember(
  role?: RequiredRole,
  what = "a dashboard action",
  page?: string | null,
): Promise<SignedIn> {
  const signedIn = await currentSession();
  if (!signedIn) throw new AppError("UNAUTHORIZED", "You are signed out. Sign in again to continue.");
  const { actor } = signedIn;
  assertOwnPage(actor, page ?? (await headers()).get(RENDERED_FOR_FIELD));
  if (role && !roleReaches(actor.role, role)) {
    await recordRefusal(actor, what, role, await requestContext());
    throw new AppError("FORBIDDEN", `This requires the ${role} role. You are ${actor.role}.`);
  }
  return signedIn;
}

/**
 * Refuses a request from a page that was rendered for someone else, or that does not say for whom.
 * @param sent whom the page says it was rendered for; null when it says nothing
 * @throws AppError CONFLICT with reason `other_session`, naming who is signed in now
 */
export function assertOwnPage(
  member: Pick<MemberActor, "tenantId" | "memberId" | "name" | "tenantName">,
  sent: string | null,
): void {
  if (!isOtherSession(sent, member)) return;
  throw new AppError("CONFLICT", signedInNow(member), { details: { reason: "other_session" } });
}

/**
 * Guards a page: redirects to sign-in when nobody is signed in, and to Access denied when the role is too low, which the audit
 * log records.
 * @param path the page's own path, to come back to
 * @param role the least role; left out, any member
 * @throws AppError UNAVAILABLE when the database is down; error.tsx offers a retry
 */
export async function requirePageAccess(path: string, role?: RequiredRole): Promise<SignedIn> {
  const signedIn = await currentSession();
  if (!signedIn) redirect(`/sign-in?callbackUrl=${encodeURIComponent(safePath(path))}`);
  const { actor } = signedIn;
  // Inside a page of another session, this would show one organisation's data under another's name.
  const page = (await headers()).get(RENDERED_FOR_FIELD);
  if (page !== null && isOtherSession(page, actor)) redirect(`${RELOAD_PATH}?to=${encodeURIComponent(path)}`);
  if (role && !roleReaches(actor.role, role)) {
    // Without the query: it may contain the search text.
    await recordRefusal(actor, path.split(/[?#]/, 1)[0] ?? "", role, await requestContext());
    redirect(`/access-denied?from=${encodeURIComponent(safePath(path))}`);
  }
  return signedIn;
}
