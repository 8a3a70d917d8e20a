/**
 * What callers are counted by. `address` is of calls with a valid key, `denied` of those that the key or its networks refused; `overlap` is who still calls with the old key of a rotation, an address and a client
 * (lib/usage/caller.ts).
 */
export const CALLER_KINDS = ["address", "denied", "client", "endpoint", "overlap"] as const;
export type CallerKind = (typeof CALLER_KINDS)[number];

/** Stands for all values of a kind beyond those that are kept. */
export const OTHER = "other";
