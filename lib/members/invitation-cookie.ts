import "server-only";

import { cookies } from "next/headers";

import { isHttps } from "@/lib/config/env";

/** How long signing in with Microsoft may take: the lifetime of NextAuth's own cookies. */
const SECONDS = 15 * 60;

/** Sent with sign-in requests only. */
const PATH = "/api/auth";

const cookieName = () => `${isHttps() ? "__Secure-" : ""}neo.invitation`;

/** Keeps the invitation's token in this browser until it returns from Microsoft. */
export async function rememberInvitation(token: string): Promise<void> {
  (await cookies()).set(cookieName(), token, {
    path: PATH,
    maxAge: SECONDS,
    httpOnly: true,
    secure: isHttps(),
    // Lax cookies are sent when Microsoft redirects people back.
    sameSite: "lax",
  });
}

/** The token in this browser, removed once read; null without one. */
export async function takeInvitation(): Promise<string | null> {
  const jar = await cookies();
  const token = jar.get(cookieName())?.value ?? null;
  if (token !== null) jar.set(cookieName(), "", { path: PATH, maxAge: 0 });
  return token;
}
