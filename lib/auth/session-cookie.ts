import "server-only";

import { decode } from "next-auth/jwt";
import { cookies } from "next/headers";

import { env } from "@/lib/config/env";

/** The name of NextAuth's session cookie: `__Secure-` when people come by https. */
export function sessionCookieName(nextAuthUrl: string): string {
  return `${nextAuthUrl.startsWith("https://") ? "__Secure-" : ""}next-auth.session-token`;
}

/**
 * The session id in this request's cookie, or null when there is none or it was not made by us.
 * It proves nothing by itself: the row decides (`findLiveSession`).
 */
export async function readSessionId(): Promise<string | null> {
  const { NEXTAUTH_URL, NEXTAUTH_SECRET } = env();
  const cookie = (await cookies()).get(sessionCookieName(NEXTAUTH_URL))?.value;
  if (!cookie) return null;
  try {
    const token = await decode({ token: cookie, secret: NEXTAUTH_SECRET });
    return typeof token?.sid === "string" ? token.sid : null;
  } catch {
    // Expired, forged, or sealed with another secret: to us these are all "not signed in".
    return null;
  }
}
