import "server-only";

import type { MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import type { GraphResult } from "@/lib/microsoft/graph-client";
import { accountProblems, type AccountProblem } from "@/lib/microsoft/directory";
import { ownTenant } from "@/lib/tenants/service";

/** Problems of members' accounts by object id, or why the directory is unavailable. */
export type Accounts = GraphResult<ReadonlyMap<string, AccountProblem>>;

/**
 * Asks the directory which of these members' accounts were deleted or disabled. Without any it asks about the actor's own account,
 * so that the result always shows whether the directory is available.
 */
export async function readAccounts(
  actor: MemberActor,
  members: readonly { readonly oid: string | null; readonly removedAt: Date | null }[],
): Promise<Accounts> {
  const { entraTenantId } = await ownTenant(actor);
  const oids = members.flatMap(({ oid, removedAt }) => (oid && !removedAt ? [oid] : []));
  if (oids.length > 0) return accountProblems(entraTenantId, oids);
  const own = await prisma().member.findUnique({
    where: { id: actor.memberId, tenantId: actor.tenantId },
    select: { oid: true },
  });
  return accountProblems(entraTenantId, own?.oid ? [own.oid] : []);
}
