import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import { NEEDS_ADMIN } from "@/lib/api-keys/service";
import { listPool } from "@/lib/db/client";
import { preparedQuery } from "@/lib/db/prepared-query";
import { Prisma } from "@/lib/generated/prisma/client";

/** Most people that the filter offers. */
const MOST = 500;

/** Someone who created a key of the organisation. */
export interface Creator {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly removed: boolean;
}

/** The ids of those who created keys, each found by one look into the index by creator: `distinct` would read every key. */
function creatorsOf(tenantId: string): Prisma.Sql {
  const next = (after: Prisma.Sql) => Prisma.sql`(
    select created_by_id from api_keys where tenant_id = ${tenantId}::uuid ${after} order by created_by_id limit 1)`;
  return Prisma.sql`with recursive creators(id) as (
    ${next(Prisma.empty)}
    union all select ${next(Prisma.sql`and created_by_id > creators.id`)} from creators where creators.id is not null)`;
}

/**
 * The people who created the organisation's keys, members and former members, by name; up to {@link MOST}.
 * @param chosen the id of a person to include even beyond that, if they created a key
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function listCreators(actor: MemberActor, chosen: string | null): Promise<Creator[]> {
  assertAdmin(actor, NEEDS_ADMIN);
  const { text, values } = Prisma.sql`
    ${creatorsOf(actor.tenantId)}
    select id, name, email, removed from (
      select id, name, name_sort, email, removed_at is not null as removed from members join creators using (id)
      where tenant_id = ${actor.tenantId}::uuid
      order by (id::text = ${chosen}) is true desc, name_sort, id limit ${MOST}) as people
    order by name_sort, id`;
  return preparedQuery<Creator>(listPool(), "key_creators", text, values);
}

/**
 * The keys whose creators are no longer members, as a filter. It names these people, so that the index by creator finds their keys: a
 * join would read every key of the organisation.
 */
export async function whereCreatorRemoved(tenantId: string): Promise<Prisma.ApiKeyWhereInput> {
  const { text, values } = Prisma.sql`
    ${creatorsOf(tenantId)}
    select id from members join creators using (id) where tenant_id = ${tenantId}::uuid and removed_at is not null`;
  const people = await preparedQuery<{ id: string }>(listPool(), "key_creators_removed", text, values);
  return { createdById: { in: people.map(({ id }) => id) } };
}
