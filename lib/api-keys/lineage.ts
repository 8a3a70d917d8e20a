import "server-only";

import { assertAdmin, type MemberActor, NEEDS_ADMIN } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import { type KeyRow, peopleOf, type StoredKey, toRow } from "@/lib/api-keys/list";
import { NO_SUCH_KEY } from "@/lib/api-keys/service";
import { isUuid } from "@/lib/text/uuid";

/** Most keys that are listed before the key, and after it. */
const NEIGHBOURS = 25;

type LineageKey = StoredKey & { readonly place: number; readonly length: number };

/** The key and its neighbours in the lineage, in one statement over the lineage's index. */
const readNeighbours = ({ tenantId }: MemberActor, keyId: string) => prisma().$queryRaw<LineageKey[]>`
  with placed as (
    select k.*, (row_number() over (order by k.created_at, k.id))::int as place, (count(*) over ())::int as length
      from api_keys k
     where k.tenant_id = ${tenantId}::uuid
       and k.lineage_id = (select lineage_id from api_keys where tenant_id = ${tenantId}::uuid and id = ${keyId}::uuid)
  )
  select id, name, environment, last4, created_at as "createdAt", created_by_id as "createdById",
         created_by_application_id as "createdByApplicationId", expires_at as "expiresAt",
         lineage_id as "lineageId", replaces_id as "replacesId", rotated_at as "rotatedAt", rotated_by_id as "rotatedById",
         rotated_by_application_id as "rotatedByApplicationId", revoked_by_application_id as "revokedByApplicationId",
         grace_ends_at as "graceEndsAt", revoked_at as "revokedAt", revoked_by_id as "revokedById",
         last_used_at as "lastUsedAt", owner_id as "ownerId", owner_email as "ownerEmail", note, read_only as "readOnly", networks, place, length
    from placed
   where abs(place - (select place from placed where id = ${keyId}::uuid)) <= ${NEIGHBOURS}
   order by place`;

/** A key and its lineage. */
export interface KeyInLineage {
  readonly key: KeyRow;
  /** Oldest first, the key among them; those farther away than {@link NEIGHBOURS} are left out. */
  readonly lineage: readonly KeyRow[];
  /** How many older and newer keys of the lineage are left out. */
  readonly leftOut: { readonly older: number; readonly newer: number };
}

/**
 * A key with the keys it replaced and those that replaced it, in two statements.
 * @param keyId any text; not found unless it is a UUID
 * @param now the database's clock
 * @throws AppError FORBIDDEN for anyone but an admin; NOT_FOUND, the same for a missing key and another organisation's
 */
export async function readLineage(actor: MemberActor, keyId: string, now: Date): Promise<KeyInLineage> {
  assertAdmin(actor, NEEDS_ADMIN);
  const id = keyId.toLowerCase();
  const keys = isUuid(id) ? await readNeighbours(actor, id) : [];
  const related = {
    people: await peopleOf(actor.tenantId, keys),
    byId: new Map(keys.map((key) => [key.id, key])),
    byReplaced: new Map(keys.map((key) => [key.replacesId, key])),
  };
  const lineage = keys.map((key) => toRow(key, related, now));
  const key = lineage.find((row) => row.id === id);
  const [first, last] = [keys.at(0), keys.at(-1)];
  if (!key || !first || !last) throw new AppError("NOT_FOUND", NO_SUCH_KEY);
  return { key, lineage, leftOut: { older: first.place - 1, newer: last.length - last.place } };
}
