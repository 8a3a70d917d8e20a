"use server";

import { requireSameOrigin } from "@/lib/auth/origin";
import { AppError } from "@/lib/errors";
import { rememberInvitation } from "@/lib/members/invitation-cookie";
import { readInvitation } from "@/lib/members/invitations";

/**
 * Has the browser bring a link along to the sign-in. Anybody may call it: it changes nothing, and the sign-in decides.
 * @returns false when the link does not work, or the database does not answer
 */
export async function takeInvitationAlongAction(token: unknown): Promise<boolean> {
  try {
    await requireSameOrigin();
    const link = typeof token === "string" ? await readInvitation(token) : null;
    if (link?.state !== "open") return false;
    await rememberInvitation(String(token));
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
