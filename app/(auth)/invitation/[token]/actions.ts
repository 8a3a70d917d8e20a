"use server";

import { currentSession } from "@/lib/auth/guard";
import { requireSameOrigin } from "@/lib/auth/same-origin";
import { isOtherSession, signedInNow } from "@/lib/auth/rendered-for";
import { AppError } from "@/lib/errors/app-error";
import { rememberInvitation } from "@/lib/members/invitation-cookie";
import { readInvitation } from "@/lib/members/invitations";

/**
 * Stores an invitation link in a cookie for the sign-in. Anyone may call it: it changes no data, and the sign-in decides. It is
 * refused if someone has signed in since the page was opened: the sign-in would end a session that the page doesn't show.
 * @param page the member the page was rendered for, as `renderedForId` writes it; empty if nobody was signed in
 * @returns null, or why the sign-in can't begin, for the person
 */
export async function takeInvitationAlongAction(token: unknown, page: unknown): Promise<string | null> {
  try {
    await requireSameOrigin();
    const member = (await currentSession())?.actor;
    if (member && isOtherSession(typeof page === "string" ? page : null, member)) {
      return `${signedInNow(member)} Reload the page before you accept the invitation.`;
    }
    const link = typeof token === "string" ? await readInvitation(token) : null;
    if (link?.state !== "open") return "This link no longer works. Reload the page to see why.";
    await rememberInvitation(String(token));
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
