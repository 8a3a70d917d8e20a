import { EXPIRY_WARNING_MS } from "@/lib/api-keys/status";
import { DAY_MS } from "@/lib/text/time-units";

/** A key whose last call is this long ago is "not used for 90 days". */
export const UNUSED_MS = 90 * DAY_MS;

/** A key without a call is "never used" from this age on, so that nobody is warned of a key that is still being installed: 7 days. */
export const NEVER_USED_MS = 7 * DAY_MS;

/** How long a dismissed warning stays away: 30 days. */
export const DISMISSED_MS = 30 * DAY_MS;

/** Why a key needs attention, most urgent first (docs/decisions/054). */
export const ATTENTION_REASONS = [
  "expiring",
  "contact_gone",
  "unused",
  "never_used",
  "no_expiry",
  "creator_removed",
] as const;
export type AttentionReason = (typeof ATTENTION_REASONS)[number];

/**
 * The moments that decide at `now`: a key needs attention that expires at `expiresBy` or earlier, was last used at `usedBy` or
 * earlier, or was created at `createdBy` or earlier and not used since. A warning dismissed after `dismissedAfter` stays away.
 */
export function attentionMoments(now: Date) {
  const at = now.getTime();
  return {
    expiresBy: new Date(at + EXPIRY_WARNING_MS),
    usedBy: new Date(at - UNUSED_MS),
    createdBy: new Date(at - NEVER_USED_MS),
    dismissedAfter: new Date(at - DISMISSED_MS),
  };
}
