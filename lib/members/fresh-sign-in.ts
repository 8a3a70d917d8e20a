import { AppError } from "@/lib/errors/app-error";

/** How far Microsoft's clock may be ahead of the database's, in milliseconds. A moment later than that is not believed. */
const SKEW_MS = 5 * 60_000;

/**
 * When Microsoft authenticated the person.
 * @param authTime the claim `auth_time` of a verified token, in seconds (OpenID Connect Core, 2), or whatever is in its place
 * @returns null where the token doesn't say
 */
export function authenticatedAt(authTime: unknown): Date | null {
  if (typeof authTime !== "number" || !Number.isInteger(authTime)) return null;
  const at = new Date(authTime * 1000);
  return authTime > 0 && !Number.isNaN(at.getTime()) ? at : null;
}

/**
 * Whether a sign-in is recent enough for what requires a fresh one (docs/decisions/068). It is until it is older than that many seconds.
 * @param at when Microsoft authenticated the person; null where it didn't say
 * @param seconds the setting FRESH_SIGN_IN_SECONDS; 0 accepts every sign-in
 * @param now the database's clock
 */
export function isFreshSignIn(at: Date | null, seconds: number, now: Date): boolean {
  if (seconds === 0) return true;
  if (at === null) return false;
  const age = now.getTime() - at.getTime();
  return age <= seconds * 1000 && age >= -SKEW_MS;
}

/**
 * Refuses where a fresh sign-in is required and this one is not. Parameters as for {@link isFreshSignIn}.
 * @param unknown the message where Microsoft didn't say when it was
 * @throws AppError UNAUTHORIZED with the reason `fresh_sign_in_required`
 */
export function assertFreshSignIn(at: Date | null, seconds: number, now: Date, unknown?: string): void {
  if (isFreshSignIn(at, seconds, now)) return;
  const message =
    at === null && unknown !== undefined
      ? unknown
      : `This requires that you signed in with Microsoft in the last ${String(seconds)} seconds. Sign in again.`;
  throw new AppError("UNAUTHORIZED", message, { reason: "fresh_sign_in_required", details: { max_age: seconds } });
}
