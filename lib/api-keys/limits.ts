import "server-only";

import type { MemberActor } from "@/lib/actor";
import { env } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";
import type { Prisma } from "@/lib/generated/prisma/client";

/** What the limit on new keys is counted over, in milliseconds. */
const WINDOW_MS = 60_000;

interface Room {
  /** Keys in use, the new one included; counted to one beyond the limit. */
  readonly inUse: number;
  /** When the key was made that must have left the window for there to be room; null while there is room. */
  readonly fullSince: Date | null;
}

/**
 * Refuses a key that is one too many for its organisation (docs/decisions/029). To be called in the transaction that made it,
 * after recordAudit, which lets one writer of an organisation go on at a time: so no two of them count the same room.
 * @param kind a successor takes the place of a key in use, so a rotation is never refused for how many there are
 * @param now the database's clock
 * @throws AppError CONFLICT when the organisation has as many keys in use as it may; RATE_LIMITED, with the seconds to wait, when
 *   it made as many within a minute as it may
 */
export async function assertRoom(
  tx: Pick<Prisma.TransactionClient, "$queryRaw">,
  { tenantId }: MemberActor,
  kind: "new" | "successor",
  now: Date,
): Promise<void> {
  const { KEYS_IN_USE_LIMIT: most, NEW_KEYS_PER_MINUTE: perMinute } = env();
  const since = new Date(now.getTime() - WINDOW_MS);
  // What is further ahead was made by a clock that has gone back since, as in a failover.
  const until = new Date(now.getTime() + WINDOW_MS);
  const [room] = await tx.$queryRaw<[Room]>`
    select (select count(*)::int from (
        select from api_keys
         where tenant_id = ${tenantId}::uuid and revoked_at is null and rotated_at is null
           and (expires_at is null or expires_at > ${now}::timestamptz) limit ${most + 1}) used) as "inUse",
      (select created_at from api_keys where tenant_id = ${tenantId}::uuid and created_at > ${since}::timestamptz
          and created_at < ${until}::timestamptz
        order by created_at desc offset ${perMinute} limit 1) as "fullSince"`;
  if (room.fullSince) {
    const wait = Math.max(1, Math.ceil((room.fullSince.getTime() - since.getTime()) / 1000));
    throw new AppError(
      "RATE_LIMITED",
      `Your organisation made ${perMinute} API keys within a minute, the maximum. Try again in ${wait} ${wait === 1 ? "second" : "seconds"}.`,
      { reason: "new_key_limit", retryAfterSeconds: wait },
    );
  }
  if (kind === "new" && room.inUse > most) {
    throw new AppError(
      "CONFLICT",
      `Your organisation has ${most} API keys in use, the maximum. Revoke one you no longer need, then try again.`,
      { reason: "key_limit_reached" },
    );
  }
}
