/** What became of a call with a key or by an application: the columns of its counts, in this order. */
export const OUTCOMES = ["served", "client_errors", "rate_limited", "refused", "failed"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Reasons for which a credential is refused although it is valid. */
const NOT_ALLOWED: readonly (string | undefined)[] = ["key_not_allowed", "key_read_only", "application_role"];

/**
 * The outcome of an answered call, as docs/api.md describes it.
 * @param valid whether the credential was valid
 * @param reason of the refusal, if any
 */
export function outcomeOf(status: number, valid: boolean, reason: string | undefined): Outcome {
  if (status >= 500) return "failed";
  if (!valid || NOT_ALLOWED.includes(reason)) return "refused";
  if (status === 429) return "rate_limited";
  return status >= 400 ? "client_errors" : "served";
}
