import "server-only";

import type { MemberActor } from "@/lib/actor";
import type { KeyOwner } from "@/lib/api-keys/schemas";
import { AppError } from "@/lib/errors/app-error";
import type { Prisma } from "@/lib/generated/prisma/client";
import { escapeLike } from "@/lib/text/like";

/**
 * The columns that say whose a key is. The address of exactly one member means that member.
 * @throws AppError UNPROCESSABLE for somebody who is no member (any more)
 */
export async function ownerColumns(tx: Prisma.TransactionClient, { tenantId }: MemberActor, owner: KeyOwner) {
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
