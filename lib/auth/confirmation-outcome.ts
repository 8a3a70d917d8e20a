import type { ConfirmationRefusal } from "@/lib/auth/sign-in";

/** The header field by which a page asks that its member confirms at Microsoft that it's them, rather than for a sign-in. */
export const CONFIRM_FIELD = "x-neo-confirm";

/** Why a confirmation did not happen; `failed` for what the sign-in page would explain. */
export type NotConfirmed = ConfirmationRefusal | "cancelled" | "failed";

/**
 * The fragment with which the browser returns from a confirmation.
 * @param refused why it did not happen; null if it did
 * @param as the name of the other account
 */
export function outcomeFragment(refused: NotConfirmed | null, as?: string): string {
  const outcome = new URLSearchParams({ confirmed: refused ?? "yes", ...(as && { as }) });
  return `#${outcome.toString()}`;
}
