import "server-only";

import type { MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import type { MemberModel } from "@/lib/generated/prisma/models";
import { accountProblems } from "@/lib/microsoft/directory";
import { ownTenant } from "@/lib/tenants/service";

/**
 * Asks the directory which of these members' accounts were deleted or disabled. Without any it asks about the actor's own account,
 * so that the result always shows whether the directory is available.
 * @returns problems by object id, or why the directory is unavailable
 */
export async function readAccounts(actor: MemberActor, members: readonly Pick<MemberModel, "oid" | "removedAt">[]) {
  const { entraTenantId } = await ownTenant(actor);
  const oids = members.flatMap(({ oid, removedAt }) => (oid && !removedAt ? [oid] : []));
  if (oids.length === 0) {
    const { tenantId, memberId } = actor;
    const own = await prisma().member.findUnique({ where: { id: memberId, tenantId }, select: { oid: true } });
    if (own?.oid) oids.push(own.oid);
  }
  return accountProblems(entraTenantId, oids);
}

/** Problems of members' accounts by object id, or why the directory is unavailable. */
export type Accounts = Awaited<ReturnType<typeof readAccounts>>;
