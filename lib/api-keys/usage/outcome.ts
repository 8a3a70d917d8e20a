/** What became of a call with a key: the columns of its counts, in this order. */
export const OUTCOMES = ["served", "client_errors", "rate_limited", "refused", "failed"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * The outcome of an answered call, as docs/api.md describes it.
 * @param valid whether the key was valid
 * @param reason of the refusal, if any
 */
export function outcomeOf(status: number, valid: boolean, reason: string | undefined): Outcome {
  if (status >= 500) return "failed";
  if (!valid || reason === "key_not_allowed") return "refused";
  if (status === 429) return "rate_limited";
  return status >= 400 ? "client_errors" : "served";
}
