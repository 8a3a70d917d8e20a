import "server-only";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { after } from "next/server";
import { cache } from "react";

import { type MemberActor, roleReaches } from "@/lib/actor";
import { recordAccessRefusal } from "@/lib/audit-log/refusals";
import { BACKGROUND_FIELD } from "@/lib/auth/background";
import { isOtherSession, RELOAD_PATH, RENDERED_FOR_FIELD, signedInNow } from "@/lib/auth/rendered-for";
import { requestContext } from "@/lib/auth/request-context";
import { safePath } from "@/lib/auth/safe-path";
import { readSessionId } from "@/lib/auth/session-cookie";
import { env } from "@/lib/config/env";
import { assertFreshSignIn } from "@/lib/members/fresh-sign-in";
import { findLiveSession, touchSession } from "@/lib/members/sessions";
import { AppError } from "@/lib/errors/app-error";
import type { Role } from "@/lib/generated/prisma/enums";
import { log } from "@/lib/logging/log";

/** A role that a page, action or handler requires. Every member is at least a Viewer. */
export type RequiredRole = Exclude<Role, "Viewer">;

/** The message of a refusal where nobody is signed in. */
export const SIGNED_OUT = "You’re signed out. Sign in again to continue.";

/** The signed-in member of a request, when Microsoft authenticated them, and the database's clock, read with the session. */
export interface SignedIn {
  readonly actor: MemberActor;
  /** Null where Microsoft didn't say. */
  readonly authenticatedAt: Date | null;
  readonly now: Date;
}

/**
 * The signed-in member, or null. Read from the database once per request; role, tenant and session never come from the cookie.
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
  const { actor, authenticatedAt, now } = session;
  return { actor, authenticatedAt, now };
});

/**
 * Guards an action or a route handler. A missing role is recorded in the audit log.
 * @param role the minimum role; any member by default
 * @param what the action or path, for the audit log
 * @param page the member the calling page was rendered for, if the URL contains it; the request header by default
 * @throws AppError UNAUTHORIZED when nobody is signed in, CONFLICT when the page belongs to another session, FORBIDDEN when the role is too low, UNAVAILABLE when the database is down
 */
export async function requireMember(role?: RequiredRole, what = "a dashboard action", page?: string | null) {
  const signedIn = await currentSession();
  if (!signedIn) throw new AppError("UNAUTHORIZED", SIGNED_OUT);
  const { actor, now } = signedIn;
  assertOwnPage(actor, page ?? (await headers()).get(RENDERED_FOR_FIELD));
  if (role && !roleReaches(actor.role, role)) {
    await recordAccessRefusal(actor, what, role, await requestContext(now));
    throw new AppError("FORBIDDEN", `This requires the ${role} role. You are ${actor.role}.`);
  }
  return signedIn;
}

/**
 * Guards what must not be done by somebody who finds an unattended browser (docs/decisions/068).
 * @throws AppError UNAUTHORIZED with the reason `fresh_sign_in_required`, when the last sign-in with Microsoft is too old
 */
export function requireFreshSignIn({ authenticatedAt, now }: SignedIn): void {
  assertFreshSignIn(authenticatedAt, env().FRESH_SIGN_IN_SECONDS, now);
}

/**
 * Refuses a request from a page that was rendered for another member, or that doesn't name one.
 * @param sent the member the page says it was rendered for; null if it names none
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
 * Guards a page: redirects to sign-in when nobody is signed in, and to Access denied when the role is too low. The audit log
 * records a role that is too low.
 * @param path the page's own path, to return to after sign-in
 * @param role the minimum role; any member by default
 * @throws AppError UNAVAILABLE when the database is down; error.tsx offers a retry
 */
export async function requirePageAccess(path: string, role?: RequiredRole): Promise<SignedIn> {
  const signedIn = await currentSession();
  if (!signedIn) redirect(`/sign-in?callbackUrl=${encodeURIComponent(safePath(path))}`);
  const { actor, now } = signedIn;
  // In a page of another session, this would show one organisation's data under another's name.
  const page = (await headers()).get(RENDERED_FOR_FIELD);
  if (page !== null && isOtherSession(page, actor)) redirect(`${RELOAD_PATH}?to=${encodeURIComponent(path)}`);
  if (role && !roleReaches(actor.role, role)) {
    // The query is left out: it may contain the search text.
    await recordAccessRefusal(actor, path.split(/[?#]/, 1)[0] ?? "", role, await requestContext(now));
    redirect(`/access-denied?from=${encodeURIComponent(safePath(path))}`);
  }
  return signedIn;
}
