import "server-only";

import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { after } from "next/server";
import { cache } from "react";

import { type MemberActor, roleReaches } from "@/lib/actor";
import { recordRefusal } from "@/lib/audit-log/refusals";
import { BACKGROUND_FIELD } from "@/lib/auth/background";
import { isOtherSession, RELOAD_PATH, RENDERED_FOR_FIELD, signedInNow } from "@/lib/auth/rendered-for";
import { requestOrigin } from "@/lib/auth/request-context";
import { safePath } from "@/lib/auth/safe-path";
import { readSessionId } from "@/lib/auth/session-cookie";
import { findLiveSession, touchSession } from "@/lib/auth/sessions";
import { AppError } from "@/lib/errors/app-error";
import type { Role } from "@/lib/generated/prisma/enums";
import { log } from "@/lib/logging/log";

/** A role that a page, action or handler may ask for. Every member is at least a Viewer. */
export type RequiredRole = Exclude<Role, "Viewer">;

/** Whether `role` includes what `required` may do: Admin includes User, User includes Viewer (docs/api.md, "Roles"). */
export function roleIncludes(role: Role, required: RequiredRole | undefined): boolean {
  return required === undefined || roleReaches(role, required);
}

/**
 * The signed-in member of this request, or null. Read from the database once per request: role, tenant and
 * the session itself are of this moment, never from the cookie.
 * @throws AppError UNAVAILABLE when the database does not answer
 */
export const currentMember = cache(async (): Promise<MemberActor | null> => {
  const sessionId = await readSessionId();
  if (!sessionId) return null;
  const session = await findLiveSession(sessionId);
  if (!session) return null;
  // What a page does by itself is nobody's activity.
  if (session.touchDue && !(await headers()).has(BACKGROUND_FIELD)) {
    after(() => touchSession(sessionId).catch((err: unknown) => log().warn({ err }, "last_seen_at was not written")));
  }
  return session.actor;
});

/**
 * Guards an action or a route handler. A role that is too small is written to the audit log.
 * @param role what the caller must at least be; left out, any member
 * @param what the action or the path, as the audit log calls it
 * @param page for whom the page was rendered that asks, where the address says so; otherwise the request's header field does
 * @throws AppError UNAUTHORIZED when nobody is signed in, CONFLICT when the page is another session's, FORBIDDEN when the role is too small, UNAVAILABLE when the database is down
 */
export async function requireRole(
  role?: RequiredRole,
  what = "a dashboard action",
  page?: string | null,
): Promise<MemberActor> {
  const member = await currentMember();
  if (!member) throw new AppError("UNAUTHORIZED", "You are signed out. Sign in again to continue.");
  assertOwnPage(member, page ?? (await headers()).get(RENDERED_FOR_FIELD));
  if (!roleIncludes(member.role, role)) {
    await recordRefusal(member, what, role ?? null, await requestOrigin());
    throw new AppError("FORBIDDEN", `This requires the ${role} role. You are ${member.role}.`);
  }
  return member;
}

/**
 * Refuses what comes from a page that was rendered for somebody else, whose organisation or name is still on it, or that does
 * not say for whom.
 * @param sent for whom the page says it was rendered; null when it says nothing
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
 * Guards a page: sends whoever is signed out to the sign-in page and whoever may not see it to the page that says so,
 * and writes that to the audit log.
 * @param path the page's own path, to come back to
 * @param role what the visitor must at least be; left out, any member
 * @throws AppError UNAVAILABLE when the database is down; the page's error.tsx shows it with a retry
 */
export async function guardPage(path: string, role?: RequiredRole): Promise<MemberActor> {
  const member = await currentMember();
  if (!member) redirect(`/sign-in?callbackUrl=${encodeURIComponent(safePath(path))}`);
  // Shown inside a page of another session, this would be one organisation's data under another's name.
  const page = (await headers()).get(RENDERED_FOR_FIELD);
  if (page !== null && isOtherSession(page, member)) redirect(`${RELOAD_PATH}?to=${encodeURIComponent(path)}`);
  if (!roleIncludes(member.role, role)) {
    // Without the query: it may say what was searched for.
    await recordRefusal(member, path.split(/[?#]/, 1)[0] ?? "", role ?? null, await requestOrigin());
    redirect(`/access-denied?from=${encodeURIComponent(safePath(path))}`);
  }
  return member;
}
