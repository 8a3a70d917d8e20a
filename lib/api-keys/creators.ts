import "server-only";

import { assertAdmin, type MemberActor, NEEDS_ADMIN } from "@/lib/actor";
import { APPLICATION_NAME } from "@/lib/api-keys/acted-by";
import { listPool, prisma } from "@/lib/db/client";
import { preparedQuery } from "@/lib/db/prepared-query";
import { Prisma } from "@/lib/generated/prisma/client";

/** Most people that the filter offers. */
const MOST = 500;

/** A person or an application that created a key of the organisation. */
export interface Creator {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly removed: boolean;
}

/** The ids in a column of creators, each found by one look into its index: `distinct` would read every key. */
function idsIn(name: string, column: string, tenantId: string): Prisma.Sql {
  const [ids, creator] = [Prisma.raw(name), Prisma.raw(column)];
  const next = (after: Prisma.Sql) => Prisma.sql`(
    select ${creator} from api_keys where tenant_id = ${tenantId}::uuid ${after} order by ${creator} limit 1)`;
  return Prisma.sql`${ids}(id) as (
    ${next(Prisma.empty)}
    union all select ${next(Prisma.sql`and ${creator} > ${ids}.id`)} from ${ids} where ${ids}.id is not null)`;
}

/** Those who created keys. */
const creatorsOf = (tenantId: string) => Prisma.sql`
  with recursive ${idsIn("member_ids", "created_by_id", tenantId)}, ${idsIn("application_ids", "created_by_application_id", tenantId)},
  creators as (
    select id, name, name_sort, email, removed_at is not null as removed, false as is_application
      from members join member_ids using (id) where tenant_id = ${tenantId}::uuid
    union all select id, ${Prisma.raw(APPLICATION_NAME)}, name_sort, null, unbound_at is not null, true
      from applications join application_ids using (id) where tenant_id = ${tenantId}::uuid)`;

/**
 * Who created the organisation's keys, by name, former members and unbound applications too; up to {@link MOST}.
 * @param chosen the id of one to include even beyond that, if they created a key
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function listCreators(actor: MemberActor, chosen: string | null): Promise<Creator[]> {
  assertAdmin(actor, NEEDS_ADMIN);
  const { text, values } = Prisma.sql`
    ${creatorsOf(actor.tenantId)}
    select id, name, email, removed from (
      select * from creators order by (id::text = ${chosen}) is true desc, name_sort, id limit ${MOST}) as offered
    order by name_sort, id`;
  return preparedQuery<Creator>(listPool(), "key_creators", text, values);
}

/** The keys that a person or an application created, as a filter. */
export async function whereCreatedBy(tenantId: string, id: string): Promise<Prisma.ApiKeyWhereInput> {
  const isApplication = (await prisma().application.count({ where: { tenantId, id } })) > 0;
  return isApplication ? { createdByApplicationId: id } : { createdById: id };
}

/**
 * The keys whose creators are no longer members, or no longer bound, as a filter. It names these creators, so that the index by creator
 * finds their keys: a join would read every key of the organisation.
 */
export async function whereCreatorRemoved(tenantId: string): Promise<Prisma.ApiKeyWhereInput> {
  const { text, values } = Prisma.sql`
    ${creatorsOf(tenantId)}
    select id, is_application as "isApplication" from creators where removed`;
  const removed = await preparedQuery<{ id: string; isApplication: boolean }>(
    listPool(),
    "key_creators_removed",
    text,
    values,
  );
  const ids = (isApplication: boolean) => ({
    in: removed.filter((creator) => creator.isApplication === isApplication).map(({ id }) => id),
  });
  const [people, applications] = [ids(false), ids(true)];
  if (applications.in.length === 0) return { createdById: people };
  return { OR: [{ createdById: people }, { createdByApplicationId: applications }] };
}
