import "server-only";

import type { MemberActor } from "@/lib/actor";
import { AppError } from "@/lib/errors/app-error";
import { claim, whileClaimed, type Claim } from "@/lib/db/idempotency";
import { findLostKey } from "@/lib/api-keys/lost-key";
import type { Alongside } from "@/lib/api-keys/service";

/** The new key, or the one that an earlier attempt issued in a response that never arrived. */
export type IssuedOnce<Key> = { readonly issued: Key } | { readonly lost: Awaited<ReturnType<typeof findLostKey>> };

/** The path of stored attempts, distinct from those of the public API. */
const PATH = "/roles-access/api-keys";

/**
 * Issues a key at most once for all attempts of one opened dialog.
 * @param attempt identifies the opened dialog; undefined issues a key without this protection
 * @param now the database's clock
 * @param issue creates the key, and calls `alongside` in the same transaction
 * @returns the key, or what is known of the one that an earlier attempt created: its plaintext cannot be shown again
 * @throws AppError CONFLICT while the first attempt is running; and as `issue`
 */
export async function issueOnce<Key>(
  actor: MemberActor,
  attempt: string | undefined,
  now: Date,
  issue: (alongside?: Alongside) => Promise<Key>,
): Promise<IssuedOnce<Key>> {
  if (!attempt) return { issued: await issue() };
  const claimed = await claimAttempt(actor, attempt, now);
  if (typeof claimed === "string") return { lost: await findLostKey(actor, claimed, now) };
  const issued = await whileClaimed(claimed, () => issue((tx, { id }) => claimed.remember(tx, { madeId: id })));
  return { issued };
}

/** A claim, or the id of what an earlier attempt created. Only the attempt counts: changed input after a lost response creates no second key. */
async function claimAttempt(actor: MemberActor, attempt: string, now: Date): Promise<Claim | string> {
  try {
    const claimed = await claim(actor, PATH, attempt, new TextEncoder().encode(attempt), now);
    if ("data" in claimed) throw new Error("an attempt stores only the id of a key");
    return claimed;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "CONFLICT") throw error;
    if (typeof error.details?.id === "string") return error.details.id;
    throw new AppError("CONFLICT", "Your first attempt is still running. Try again in a moment.");
  }
}
