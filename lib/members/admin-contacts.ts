import "server-only";

import type { MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import { ACTIVE } from "@/lib/members/service";

/** Most admins listed: the recently active ones respond soonest. */
const MAX_ADMINS = 5;

/**
 * The admins of the actor's own organisation, who can grant access.
 * @returns how many there are, and up to 5, most recently active first
 */
export async function listAdmins({ tenantId }: MemberActor) {
  const where = { tenantId, role: "Admin", ...ACTIVE } as const;
  const [total, admins] = await Promise.all([
    prisma().member.count({ where }),
    prisma().member.findMany({
      where,
      select: { id: true, name: true, email: true },
      orderBy: [{ lastActiveAt: { sort: "desc", nulls: "last" } }, { name: "asc" }, { id: "asc" }],
      take: MAX_ADMINS,
    }),
  ]);
  return { total, admins };
}
