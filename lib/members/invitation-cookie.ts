import "server-only";

import { cookies } from "next/headers";

import { isHttps } from "@/lib/config/env";

/** How long the way by Microsoft may take: as long as NextAuth's own cookies last. */
const SECONDS = 15 * 60;

/** Sent with the sign-in only. */
const PATH = "/api/auth";

const cookieName = () => `${isHttps() ? "__Secure-" : ""}neo.invitation`;

/** Has this browser bring the link's token along when it comes back from Microsoft. */
export async function rememberInvitation(token: string): Promise<void> {
  (await cookies()).set(cookieName(), token, {
    path: PATH,
    maxAge: SECONDS,
    httpOnly: true,
    secure: isHttps(),
    // Microsoft sends people back by a link, with which Lax cookies come along.
    sameSite: "lax",
  });
}

/** The token that this browser brings along, which it then forgets; null without one. */
export async function takeInvitation(): Promise<string | null> {
  const jar = await cookies();
  const token = jar.get(cookieName())?.value ?? null;
  if (token !== null) jar.set(cookieName(), "", { path: PATH, maxAge: 0 });
  return token;
}
