import "server-only";

import { decode } from "next-auth/jwt";
import { cookies } from "next/headers";

import { env, isHttps } from "@/lib/config/env";

/**
 * The session id in this request's cookie, or null if the cookie is missing or invalid.
 * It doesn't authenticate: the session's row does (`findLiveSession`).
 */
export async function readSessionId(): Promise<string | null> {
  // NextAuth's name for the cookie.
  const cookie = (await cookies()).get(`${isHttps() ? "__Secure-" : ""}next-auth.session-token`)?.value;
  if (!cookie) return null;
  try {
    const token = await decode({ token: cookie, secret: env().NEXTAUTH_SECRET });
    return typeof token?.sid === "string" ? token.sid : null;
  } catch {
    // Expired, forged, or encrypted with another secret.
    return null;
  }
}
