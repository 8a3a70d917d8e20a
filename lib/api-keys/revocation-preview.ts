import "server-only";

import { assertAdmin, type MemberActor, NEEDS_ADMIN } from "@/lib/actor";
import { displayKey } from "@/lib/api-keys/format";
import { distinctIds } from "@/lib/api-keys/selection-rules";
import { isInUse, KEY_WORKS_SQL, keyRefusal, type Refusal } from "@/lib/api-keys/status";
import { prisma } from "@/lib/db/client";
import { type ApiKey, Prisma } from "@/lib/generated/prisma/client";
import { DAY_MS } from "@/lib/text/time-units";

const WEEK_MS = 7 * DAY_MS;

/** Most other keys that are named for a key. */
const SPARED_MAX = 10;

/** How lately a key was used: within 24 hours, within 7 days, earlier, or never. */
export type Recency = "day" | "week" | "earlier" | "never";

function recencyOf(lastUsedAt: Date | null, now: Date): Recency {
  if (lastUsedAt === null) return "never";
  if (isInUse(lastUsedAt, now)) return "day";
  return now.getTime() - lastUsedAt.getTime() < WEEK_MS ? "week" : "earlier";
}

type PreviewedKey = Pick<
  ApiKey,
  "id" | "name" | "environment" | "last4" | "lastUsedAt" | "expiresAt" | "rotatedAt" | "graceEndsAt" | "revokedAt"
> & {
  readonly address: string | null;
  readonly client: string | null;
  readonly spared: readonly Pick<ApiKey, "environment" | "last4">[] | null;
  readonly sparedCount: number | null;
};

/** A key that a revocation would stop. */
export interface WorkingKey {
  readonly id: string;
  readonly name: string;
  readonly display: string;
  readonly use: Recency;
  readonly lastUsedAt: Date | null;
  /** Where the latest call came from; null when that isn't known. */
  readonly address: string | null;
  readonly client: string | null;
  /** The old key of a rotation. */
  readonly retiring: boolean;
  /** The other keys of its rotations, as displayed, that keep working because they aren't selected: the newest {@link SPARED_MAX}. */
  readonly spared: readonly string[];
  /** How many more there are. */
  readonly moreSpared: number;
}

/** What revoking a selection would do. */
export interface RevocationPreview {
  /** Latest use first. */
  readonly works: readonly WorkingKey[];
  /** Keys that no longer work; revoking leaves them as they are. */
  readonly stopped: readonly {
    readonly id: string;
    readonly name: string;
    readonly display: string;
    readonly refusal: Refusal;
  }[];
  /** How many ids are another organisation's or no key. */
  readonly missing: number;
}

/**
 * What revoking these keys would do, in one statement; changes nothing.
 * @param keyIds UUIDs
 * @param now the database's clock
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function previewRevocation(
  actor: MemberActor,
  keyIds: readonly string[],
  now: Date,
): Promise<RevocationPreview> {
  assertAdmin(actor, NEEDS_ADMIN);
  const { tenantId } = actor;
  const ids = distinctIds(keyIds);
  // Once for each lineage, of which all the keys may be selected.
  const keys = await prisma().$queryRaw<PreviewedKey[]>`
    with selected as materialized (
      select * from api_keys where tenant_id = ${tenantId}::uuid and id = any(${ids}::uuid[])
    ), spared as (
      select lineage_id, count(*)::int as count,
             (array_agg(json_build_object('environment', environment, 'last4', last4) order by created_at desc))[1:${SPARED_MAX}] as newest
        from api_keys cross join (select ${now}::timestamptz as now) as clock
       where tenant_id = ${tenantId}::uuid and id <> all(${ids}::uuid[]) and ${Prisma.raw(KEY_WORKS_SQL)}
         and lineage_id = any(array(select lineage_id from selected where rotated_at is not null or replaces_id is not null))
       group by lineage_id
    )
    select k.id, k.name, k.environment, k.last4, k.last_used_at as "lastUsedAt", k.expires_at as "expiresAt",
           k.rotated_at as "rotatedAt", k.grace_ends_at as "graceEndsAt", k.revoked_at as "revokedAt", u.address, u.client,
           s.newest as spared, s.count as "sparedCount"
      from selected k
      left join key_usage_latest u on u.tenant_id = k.tenant_id and u.key_id = k.id
      left join spared s on s.lineage_id = k.lineage_id
     order by k.last_used_at desc nulls last, lower(k.name), k.id`;
  const judged = keys.map((key) => ({ key, refusal: keyRefusal(key, now) }));
  return {
    works: judged.flatMap(({ key, refusal }) => (refusal === null ? [toWorking(key, now)] : [])),
    stopped: judged.flatMap(({ key, refusal }) =>
      refusal === null ? [] : [{ id: key.id, name: key.name, display: displayKey(key), refusal }],
    ),
    missing: ids.length - keys.length,
  };
}

function toWorking(key: PreviewedKey, now: Date): WorkingKey {
  const { id, name, lastUsedAt, address, client, sparedCount } = key;
  const spared = (key.spared ?? []).map(displayKey);
  const use = recencyOf(lastUsedAt, now);
  return {
    id,
    name,
    display: displayKey(key),
    use,
    lastUsedAt,
    address,
    client,
    retiring: key.rotatedAt !== null,
    spared,
    moreSpared: (sparedCount ?? 0) - spared.length,
  };
}
