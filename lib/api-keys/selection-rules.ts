/** Most keys in a selection, and so in one bulk revocation or export of a selection. */
export const SELECTION_MAX = 1_000;

/** What is wrong with the number of keys that was typed to confirm; null when nothing is. "1,000" is a number too. */
export const typedCountProblem = (typed: string, count: number): string | null =>
  typed.replaceAll(/[\s,.]/g, "") === String(count) ? null : "The number doesn’t match.";

/** Each of these UUIDs once, as the database writes it. */
export const distinctIds = (ids: readonly string[]): string[] => [...new Set(ids.map((id) => id.toLowerCase()))];
