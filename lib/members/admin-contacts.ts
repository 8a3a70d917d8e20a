import "server-only";

import type { MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import { ACTIVE } from "@/lib/members/service";

/** An admin who can grant access. */
export interface AdminContact {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
}

/** Most admins listed: the recently active ones respond soonest. */
const MAX_ADMINS = 5;

/**
 * The admins of the actor's own organisation.
 * @returns how many there are, and up to 5, most recently active first
 */
export async function listAdmins(actor: MemberActor): Promise<{ total: number; admins: AdminContact[] }> {
  const where = { tenantId: actor.tenantId, role: "Admin", ...ACTIVE } as const;
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
