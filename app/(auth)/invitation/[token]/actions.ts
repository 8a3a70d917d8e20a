"use server";

import { currentSession } from "@/lib/auth/guard";
import { requireSameOrigin } from "@/lib/auth/same-origin";
import { isOtherSession, signedInNow } from "@/lib/auth/rendered-for";
import { AppError } from "@/lib/errors/app-error";
import { rememberInvitation } from "@/lib/members/invitation-cookie";
import { readInvitation } from "@/lib/members/invitations";

/**
 * Has the browser bring a link along to the sign-in. Anybody may call it: it changes nothing, and the sign-in decides. It is
 * refused where somebody has signed in since the page was opened: the sign-in would end a session that the page doesn't show.
 * @param page for whom the page was rendered, as `renderedForId` writes it; nothing where nobody was signed in
 * @returns null, or why the sign-in cannot begin, for the person
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
