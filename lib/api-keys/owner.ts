import "server-only";

import type { KeyManager } from "@/lib/actor";
import type { KeyOwner } from "@/lib/api-keys/schemas";
import { AppError } from "@/lib/errors/app-error";
import { listPool } from "@/lib/db/client";
import { preparedQuery } from "@/lib/db/prepared-query";
import { Prisma } from "@/lib/generated/prisma/client";
import { escapeLike } from "@/lib/text/like";

/**
 * The columns that say whose a key is. The address of exactly one member means that member.
 * @throws AppError UNPROCESSABLE for somebody who is no member (any more)
 */
export async function ownerColumns(tx: Prisma.TransactionClient, { tenantId }: KeyManager, owner: KeyOwner) {
  if (owner === null) return { ownerId: null, ownerEmail: null };
  const who =
    "email" in owner
      ? { email: { equals: escapeLike(owner.email), mode: "insensitive" as const } }
      : { id: owner.member_id.toLowerCase() };
  const [member, ...others] = await tx.member.findMany({
    where: { tenantId, removedAt: null, ...who },
    select: { id: true },
    take: 2,
  });
  if (member && others.length === 0) return { ownerId: member.id, ownerEmail: null };
  if ("email" in owner) return { ownerId: null, ownerEmail: owner.email };
  const message = "Choose a member of your organisation.";
  throw new AppError("UNPROCESSABLE", message, { fields: { owner: message } });
}

/** The member to ask about a key: its owner or, without one, the member who created it. Null for a mailbox. */
export const contactOf = <Id>(key: { ownerId: Id | null; ownerEmail: string | null; createdById: Id }) =>
  key.ownerId ?? (key.ownerEmail === null ? key.createdById : null);

/** {@link contactOf} in SQL. An integration test compares the two. */
const CONTACT = Prisma.sql`coalesce(owner_id, case when owner_email is null then created_by_id end)`;

/** The members whom nobody can ask: removed, or with an account that is disabled or deleted. */
const goneMembers = (tenant: Prisma.Sql) =>
  Prisma.sql`select id from members where tenant_id = ${tenant} and (removed_at is not null or account_gone_at is not null)`;

/** Whether the contact of a row of `api_keys` is gone, as a condition. */
export const isContactGone = (tenant: Prisma.Sql) => Prisma.sql`${CONTACT} in (${goneMembers(tenant)})`;

/** The keys whose contacts are gone, as a filter. It names these people: of thousands of former members, few are contacts. */
export async function whereContactGone(tenantId: string): Promise<Prisma.ApiKeyWhereInput> {
  const tenant = Prisma.sql`${tenantId}::uuid`;
  const { text, values } = Prisma.sql`
    ${goneMembers(tenant)} and id in (select ${CONTACT} from api_keys where tenant_id = ${tenant})`;
  const people = await preparedQuery<{ id: string }>(listPool(), "key_contacts_gone", text, values);
  const gone = { in: people.map(({ id }) => id) };
  return { OR: [{ ownerId: gone }, { ownerId: null, ownerEmail: null, createdById: gone }] };
}
