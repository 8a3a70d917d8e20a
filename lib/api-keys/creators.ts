import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import { NEEDS_ADMIN } from "@/lib/api-keys/service";
import { prisma } from "@/lib/db/client";

/** Most people that the filter offers. */
const MOST = 500;

/** Someone who created a key of the organisation. */
export interface Creator {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly removed: boolean;
}

/**
 * The people who created the organisation's keys, members and former members, by name; up to {@link MOST}.
 * @param chosen the id of a person to include even beyond that, if they created a key
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function listCreators(actor: MemberActor, chosen: string | null): Promise<Creator[]> {
  assertAdmin(actor, NEEDS_ADMIN);
  return prisma().$queryRaw<Creator[]>`
    select id, name, email, removed from (
      select id, name, name_sort, email, removed_at is not null as removed from members m
      where tenant_id = ${actor.tenantId}::uuid
        and exists (select from api_keys k where k.tenant_id = m.tenant_id and k.created_by_id = m.id)
      order by (id::text = ${chosen}) is true desc, name_sort, id limit ${MOST}) as people
    order by name_sort, id`;
}
