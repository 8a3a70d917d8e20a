import "server-only";

import { assertKeyManager, type KeyManager } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import { type ApiKey, Prisma } from "@/lib/generated/prisma/client";
import { NO_SUCH_KEY } from "@/lib/api-keys/service";
import { isUuid } from "@/lib/text/uuid";

type By = `${"created" | "rotated" | "revoked"}By${"" | "Application"}Id`;
type Unshown = "hash" | "tenantId" | "lineageId" | "nameSort" | "endsAt" | By;

/** What the API shows of a key: no hash, no secret. */
export interface KeyMetadata extends Omit<ApiKey, Unshown> {
  readonly createdBy: { readonly kind: "member" | "application"; readonly id: string; readonly name: string };
  readonly ownerName: string | null;
  readonly replacedById: string | null;
}

/** One statement per API request. */
const SELECT = Prisma.sql`
  select k.id, k.name, k.environment, k.last4, k.created_at as "createdAt",
         json_build_object('kind', case when m.id is null then 'application' else 'member' end,
           'id', coalesce(m.id, a.id), 'name', coalesce(m.name, a.name)) as "createdBy", k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt",
         k.rotated_at as "rotatedAt", k.grace_ends_at as "graceEndsAt", k.revoked_at as "revokedAt",
         k.replaces_id as "replacesId", s.id as "replacedById", k.note, k.read_only as "readOnly", k.networks, k.owner_id as "ownerId", k.owner_email as "ownerEmail",
         o.name as "ownerName"
    from api_keys k
    left join members m on m.id = k.created_by_id
    left join applications a on a.id = k.created_by_application_id
    left join members o on o.id = k.owner_id
    left join api_keys s on s.replaces_id = k.id`;

/**
 * Lists the keys of the actor's organisation, revoked and expired ones included, newest first, by keyset: new keys
 * do not shift pages.
 * @param page its size, and the last key already seen: creation time in epoch milliseconds, and id
 * @returns up to `page.size` keys, and whether more follow
 * @throws AppError FORBIDDEN as {@link assertKeyManager}
 */
export async function listKeyMetadata(
  actor: KeyManager,
  page: { readonly size: number; readonly after?: { readonly at: number; readonly id: string } | undefined },
): Promise<{ rows: KeyMetadata[]; hasMore: boolean }> {
  assertKeyManager(actor);
  const after = page.after
    ? Prisma.sql`and (k.created_at, k.id) < (${new Date(page.after.at)}::timestamptz, ${page.after.id}::uuid)`
    : Prisma.empty;
  const rows = await prisma().$queryRaw<KeyMetadata[]>`${SELECT}
   where k.tenant_id = ${actor.tenantId}::uuid ${after}
   order by k.created_at desc, k.id desc limit ${page.size + 1}`;
  return { rows: rows.slice(0, page.size), hasMore: rows.length > page.size };
}

/**
 * The metadata of one key.
 * @param keyId any text; not found unless it is a UUID
 * @throws AppError FORBIDDEN as {@link assertKeyManager}; NOT_FOUND, the same for a missing key and another organisation's
 */
export async function getKeyMetadata(actor: KeyManager, keyId: string): Promise<KeyMetadata> {
  assertKeyManager(actor);
  const [key] = isUuid(keyId.toLowerCase())
    ? await prisma().$queryRaw<KeyMetadata[]>`${SELECT}
       where k.tenant_id = ${actor.tenantId}::uuid and k.id = ${keyId}::uuid`
    : [];
  if (!key) throw new AppError("NOT_FOUND", NO_SUCH_KEY);
  return key;
}
