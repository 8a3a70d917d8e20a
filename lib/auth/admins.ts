import "server-only";

import type { MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db";
import { ACTIVE } from "@/lib/members/service";

/** Whom to ask for access. */
export interface AdminContact {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
}

/** More admins than this are not listed: any of them can help. */
const MAX_ADMINS = 20;

/** The admins of the actor's own organisation, by name; at most 20. */
export async function listAdmins(actor: MemberActor): Promise<AdminContact[]> {
  return prisma().member.findMany({
    where: { tenantId: actor.tenantId, role: "Admin", ...ACTIVE },
    select: { id: true, name: true, email: true },
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: MAX_ADMINS,
  });
}
