import "server-only";

import type { RevokeKeysInput } from "@/lib/api-keys/schemas";
import { distinctIds } from "@/lib/api-keys/selection-rules";
import { isInUse, keyRefusal } from "@/lib/api-keys/status";
import { AppError } from "@/lib/errors/app-error";
import type { ApiKey, Prisma } from "@/lib/generated/prisma/client";

type LockedKey = Pick<
  ApiKey,
  "id" | "name" | "last4" | "lastUsedAt" | "expiresAt" | "rotatedAt" | "graceEndsAt" | "revokedAt"
>;

/** What was shown of the keys before they are revoked: the ones in use, and the old keys of rotations. */
type Shown = Pick<RevokeKeysInput, "knownInUse" | "knownRetiring">;

/** Refuses a revocation whose keys came into use or were rotated after its preview. */
function assertAsShown(working: readonly LockedKey[], { knownInUse, knownRetiring }: Shown, now: Date): void {
  const changes = [
    ["come into use", working.filter((key) => isInUse(key.lastUsedAt, now)), knownInUse],
    // The successor would keep working, though nobody was told of it.
    ["been rotated", working.filter((key) => key.rotatedAt !== null), knownRetiring],
  ] as const;
  for (const [change, keys, shown] of changes) {
    const known = new Set(distinctIds(shown));
    const count = keys.filter(({ id }) => !known.has(id)).length;
    if (count === 0) continue;
    const came = count === 1 ? `1 key has ${change}` : `${String(count)} keys have ${change}`;
    throw new AppError(
      "CONFLICT",
      `${came} since you opened this. Nothing was revoked. Check the list, then try again.`,
    );
  }
}

/**
 * Locks the keys to revoke until the transaction ends.
 * @param shown what the preview said of the keys
 * @param now the database's clock
 * @returns the keys that work, and how many don't
 * @throws AppError NOT_FOUND when any id is another organisation's or no key; CONFLICT when a key is in use, or was rotated, that was not shown
 *   as such
 */
export async function lockForRevocation(
  tx: Prisma.TransactionClient,
  tenantId: string,
  { keyIds, ...shown }: Pick<RevokeKeysInput, "keyIds"> & Shown,
  now: Date,
): Promise<{ working: readonly LockedKey[]; stopped: number }> {
  const ids = distinctIds(keyIds);
  // In the order of ids, so that two admins' transactions never wait for each other.
  const keys = await tx.$queryRaw<LockedKey[]>`
    select id, name, last4, last_used_at as "lastUsedAt", expires_at as "expiresAt", rotated_at as "rotatedAt",
           grace_ends_at as "graceEndsAt", revoked_at as "revokedAt"
      from api_keys where tenant_id = ${tenantId}::uuid and id = any(${ids}::uuid[])
     order by id for no key update`;
  if (keys.length < ids.length) {
    throw new AppError("NOT_FOUND", "Some of these keys don’t exist. Nothing was revoked.");
  }
  const working = keys.filter((key) => keyRefusal(key, now) === null);
  assertAsShown(working, shown, now);
  return { working, stopped: keys.length - working.length };
}
