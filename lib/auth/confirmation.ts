import "server-only";

import { decode, encode } from "next-auth/jwt";
import { cookies } from "next/headers";
import { z } from "zod";

import { type NotConfirmed, outcomeFragment } from "@/lib/auth/confirmation-outcome";
import type { SignedIn } from "@/lib/auth/guard";
import { safeLocalPath } from "@/lib/auth/safe-path";
import { env, isHttps } from "@/lib/config/env";

/** Remembers whose confirmation a callback belongs to. Encrypted, and bound to that callback by its `state`. */
const COOKIE = "neo-confirming";

/** As long as NextAuth remembers the state, in seconds. */
const KEPT_SECONDS = 900;

const confirmationSchema = z.object({ state: z.string(), sessionId: z.guid(), memberId: z.guid() });

/** A member at Microsoft, to confirm that it's them. */
type Confirmation = z.output<typeof confirmationSchema>;

const setCookie = (value: string, seconds: number) =>
  `${COOKIE}=${value}; Path=/api/auth/callback; Max-Age=${String(seconds)}; HttpOnly; SameSite=Lax${isHttps() ? "; Secure" : ""}`;

/** The `Set-Cookie` value that ends a confirmation, whatever came of it. */
export const endedConfirmation = () => setCookie("", 0);

/**
 * The `Set-Cookie` value that begins a confirmation.
 * @param address Microsoft's, with the `state` that NextAuth chose
 */
export async function begunConfirmation({ actor }: SignedIn, address: string): Promise<string> {
  const state = URL.canParse(address) ? new URL(address).searchParams.get("state") : null;
  const token = { state, sessionId: actor.sessionId, memberId: actor.memberId };
  return setCookie(
    await encode({ token, secret: env().NEXTAUTH_SECRET, salt: COOKIE, maxAge: KEPT_SECONDS }),
    KEPT_SECONDS,
  );
}

/** The confirmation that a callback belongs to; null for a sign-in. @param state the callback's */
export async function readConfirmation(state: string | null): Promise<Confirmation | null> {
  const value = (await cookies()).get(COOKIE)?.value;
  if (!value) return null;
  const token = await decode({ token: value, secret: env().NEXTAUTH_SECRET, salt: COOKIE }).catch(() => null);
  const read = confirmationSchema.safeParse(token);
  return read.success && read.data.state === state ? read.data : null;
}

/**
 * How Microsoft is asked to have a person sign in again (OpenID Connect Core, 3.1.2.1): `prompt=login` makes it ask, `max_age` makes it
 * say when that was.
 */
export function confirmationParameters({ actor }: SignedIn): Record<string, string> {
  const { FRESH_SIGN_IN_SECONDS } = env();
  return {
    prompt: "login",
    ...(FRESH_SIGN_IN_SECONDS > 0 && { max_age: String(FRESH_SIGN_IN_SECONDS) }),
    ...(actor.email && { login_hint: actor.email }),
  };
}

/**
 * Where the browser returns to from a confirmation: the page that asked for it.
 * @param refused why it did not happen; null if it did
 * @param as the name of the other account
 */
export async function confirmationLocation(refused: NotConfirmed | null, as?: string): Promise<string> {
  // NextAuth's name for the cookie.
  const page = (await cookies()).get(`${isHttps() ? "__Secure-" : ""}next-auth.callback-url`)?.value;
  const [path = "/"] = safeLocalPath(page, env().NEXTAUTH_URL).split("#", 1);
  return path + outcomeFragment(refused, as);
}
