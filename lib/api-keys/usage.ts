import "server-only";

import type { KeyManager } from "@/lib/actor";
import { getKeyMetadata } from "@/lib/api-keys/metadata";
import { prisma } from "@/lib/db/client";
import { parsePair } from "@/lib/usage/caller";
import type { LatestUse } from "@/lib/usage/latest";
import { firstCallersDay, INTERVAL_MS, type UsageRange } from "@/lib/usage/range";
import { readLatest, readUsage, type Usage, type UsageCaller } from "@/lib/usage/read";
import { KEY_USAGE } from "@/lib/usage/tables";

/** Callers of an old key that are listed. */
export const OVERLAP_TOP = 20;

/** Who called with the old key of a rotation, and how often since it was rotated. */
export interface OverlapCaller {
  /** Null where addresses aren't stored. */
  readonly address: string | null;
  /** `other` stands for all those beyond the first 50 of a day. */
  readonly client: string;
  readonly calls: number;
  readonly lastSeen: Date;
}

/** The usage of a key. */
export interface KeyUsage extends Usage {
  /** Of a key that was rotated, since then. */
  readonly overlapCallers: readonly OverlapCaller[];
}

/**
 * Who called with each of these keys since it was rotated, while it still worked: those seen within the last hour first, then those that
 * called most.
 * @param now the database's clock
 */
export async function readOverlapCallers(tenantId: string, keyIds: readonly string[], now: Date) {
  const recent = new Date(now.getTime() - INTERVAL_MS.hour);
  const rows = await prisma().$queryRaw<(UsageCaller & { readonly keyId: string; readonly total: number })[]>`
    select key_id as "keyId", value, calls, last_seen as "lastSeen", total from (
      select key_id, value, sum(calls)::float8 as calls, max(last_seen) as last_seen, (count(*) over (partition by key_id))::int as total,
        row_number() over (partition by key_id
          order by max(last_seen) > ${recent}::timestamptz desc, sum(calls) desc, value) as place
      from key_usage_callers
      where tenant_id = ${tenantId}::uuid and key_id = any(${keyIds}::uuid[]) and day >= ${firstCallersDay(now)} and kind = 'overlap'
      group by key_id, value) as placed
    where place <= ${OVERLAP_TOP} order by place`;
  return (keyId: string) => {
    const own = rows.filter((row) => row.keyId === keyId);
    const callers: OverlapCaller[] = own.map(({ value, calls, lastSeen }) => ({
      ...parsePair(value),
      calls,
      lastSeen,
    }));
    return { callers, more: (own[0]?.total ?? 0) - own.length };
  };
}

/**
 * The latest call with a key while it was valid, in the last 30 days; null for none.
 * @param keyId any text; not found unless it is a UUID
 * @throws AppError FORBIDDEN and NOT_FOUND as {@link readKeyUsage}
 */
export async function readLatestUse(actor: KeyManager, keyId: string): Promise<LatestUse | null> {
  const { id } = await getKeyMetadata(actor, keyId);
  return readLatest({ tables: KEY_USAGE, tenantId: actor.tenantId, id });
}

/**
 * What a key was used for.
 * @param keyId any text; not found unless it is a UUID
 * @param now the database's clock
 * @throws AppError FORBIDDEN as {@link getKeyMetadata}; NOT_FOUND, the same for a missing key and another organisation's
 */
export async function readKeyUsage(actor: KeyManager, keyId: string, range: UsageRange, now: Date): Promise<KeyUsage> {
  const { id, lastUsedAt } = await getKeyMetadata(actor, keyId);
  const { tenantId } = actor;
  const [usage, overlapCallersOf] = await Promise.all([
    readUsage({ tables: KEY_USAGE, tenantId, id }, lastUsedAt, range, now),
    readOverlapCallers(tenantId, [id], now),
  ]);
  return { ...usage, overlapCallers: overlapCallersOf(id).callers };
}
