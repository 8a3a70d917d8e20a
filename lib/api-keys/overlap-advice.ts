import type { Refusal } from "@/lib/api-keys/status";
import { HOUR_MS, MINUTE_MS } from "@/lib/text/time-units";

/** Without a call for this long, the old key counts as quiet: one hour. */
export const SILENCE_MS = HOUR_MS;

/** Figures older than this say nothing about the present. */
export const FRESH_MS = MINUTE_MS;

/** Whether the old key of a rotation is in use, as far as its calls were seen. */
export type OldKeyUse = "in_use" | "quiet" | "unknown";

/** What was seen of an old key; all times by the database's clock. */
export interface Seen {
  /** Its latest call while it was valid; null for none. */
  readonly lastUse: Date | null;
  readonly createdAt: Date;
  /** When this was read. */
  readonly readAt: Date;
}

/** How long the key had no call when that was read, in milliseconds; since it exists if it never had one. */
export const silenceOf = ({ lastUse, createdAt, readAt }: Seen) => readAt.getTime() - (lastUse ?? createdAt).getTime();

/**
 * Whether an old key is in use: `in_use` with a call within the last hour, `quiet` without one for an hour, `unknown` if it is too young
 * to tell, or if the figures aren't updating.
 * @param now by the database's clock
 */
export function oldKeyUse(seen: Seen, now: Date): OldKeyUse {
  if (now.getTime() - seen.readAt.getTime() > FRESH_MS) return "unknown";
  if (silenceOf(seen) >= SILENCE_MS) return "quiet";
  return seen.lastUse ? "in_use" : "unknown";
}

/** What the admin of a rotation should know before ending its overlap, the most urgent first. */
export type OverlapAdvice = "new_key_stopped" | "in_use" | "unknown" | "new_key_unused" | "recommended";

/**
 * Advice on ending an overlap. Recommended only once the old key is quiet and the new one was used.
 * @param newKey why it is refused, and whether it was used yet
 */
export function overlapAdvice(
  use: OldKeyUse,
  newKey: { readonly refusal: Refusal | null; readonly isUsed: boolean },
): OverlapAdvice {
  if (newKey.refusal) return "new_key_stopped";
  if (use !== "quiet") return use;
  return newKey.isUsed ? "recommended" : "new_key_unused";
}
