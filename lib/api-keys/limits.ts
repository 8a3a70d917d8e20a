import "server-only";

import type { KeyManager } from "@/lib/actor";
import { KEY_WORKS_SQL } from "@/lib/api-keys/status";
import { env, LIMIT_WINDOW_MS } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";
import { Prisma } from "@/lib/generated/prisma/client";

/**
 * Refuses a key beyond its organisation's limits (docs/decisions/029). Call it in the transaction that created the key, after
 * recordAudit: its lock lets one writer of an organisation count at a time.
 * @param kind a successor replaces a key in use, so the number in use never refuses a rotation
 * @param now the database's clock
 * @throws AppError CONFLICT when too many keys are in use; RATE_LIMITED, with the seconds to wait, when too many were created
 *   within a minute
 */
export async function assertWithinKeyLimits(
  tx: Pick<Prisma.TransactionClient, "$queryRaw">,
  { tenantId }: KeyManager,
  kind: "new" | "successor",
  now: Date,
): Promise<void> {
  const { KEYS_IN_USE_LIMIT: most, NEW_KEYS_PER_MINUTE: perMinute } = env();
  const since = new Date(now.getTime() - LIMIT_WINDOW_MS);
  // Ignores keys from further ahead: their clock has since gone back, as in a failover.
  const until = new Date(now.getTime() + LIMIT_WINDOW_MS);
  // `inUse` counts the new key too, to one beyond the limit; `fullSince` is when the key was created that must leave the window
  // before another fits, null while one fits.
  const [usage] = await tx.$queryRaw<[{ inUse: number; fullSince: Date | null }]>`
    select (select count(*)::int from (
        select from api_keys cross join (select ${now}::timestamptz as now) clock
         where tenant_id = ${tenantId}::uuid and rotated_at is null and ${Prisma.raw(KEY_WORKS_SQL)}
         limit ${most + 1}) used) as "inUse",
      (select created_at from api_keys where tenant_id = ${tenantId}::uuid and created_at > ${since}::timestamptz
          and created_at < ${until}::timestamptz
        order by created_at desc offset ${perMinute} limit 1) as "fullSince"`;
  if (usage.fullSince) {
    const wait = Math.max(1, Math.ceil((usage.fullSince.getTime() - since.getTime()) / 1000));
    throw new AppError(
      "RATE_LIMITED",
      `Your organisation made ${perMinute} API keys within a minute, the maximum. Try again in ${wait} ${wait === 1 ? "second" : "seconds"}.`,
      { reason: "new_key_limit", retryAfterSeconds: wait },
    );
  }
  if (kind === "new" && usage.inUse > most) {
    throw new AppError(
      "CONFLICT",
      `Your organisation has ${most} API keys in use, the maximum. Revoke one you no longer need, then try again.`,
      { reason: "key_limit_reached" },
    );
  }
}
