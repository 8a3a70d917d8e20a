import "server-only";

import type { RequestOrigin } from "@/lib/audit-log/actions";
import { type AuditEntry, microsoft, recordAudits } from "@/lib/audit-log/record";
import { databaseNow, prisma } from "@/lib/db/client";
import type { Prisma } from "@/lib/generated/prisma/client";
import { ACTIVE } from "@/lib/members/service";
import { endSessionsOf } from "@/lib/members/sessions";
import type { AccountState } from "@/lib/microsoft/directory";

/** What Microsoft said of members' accounts, by the members' ids. */
type States = ReadonlyMap<string, AccountState>;

/**
 * Stores what Microsoft said of accounts: a member whose account is disabled or deleted loses sessions and tokens until it is enabled
 * again. Locks the organisation's row, as a sign-in does. What is stored already changes nothing.
 * @returns whose state changed, and whether an admin is left who can sign in
 */
export function storeAccountStates(tenantId: string, states: States, origin: RequestOrigin) {
  return prisma().$transaction((tx) => store(tx, tenantId, states, origin));
}

async function store(tx: Prisma.TransactionClient, tenantId: string, states: States, origin: RequestOrigin) {
  await tx.$queryRaw`select 1 from tenants where id = ${tenantId}::uuid for no key update`;
  const now = await databaseNow(tx);
  const found = await tx.member.findMany({
    where: { tenantId, id: { in: [...states.keys()] }, removedAt: null },
    select: { id: true, name: true, role: true, accountGoneAt: true },
    orderBy: { id: "asc" },
  });
  const changed = found.filter(({ id, accountGoneAt }) => (accountGoneAt === null) === (states.get(id) !== "enabled"));
  const gone = changed.filter(({ id }) => states.get(id) !== "enabled").map(({ id }) => id);
  const restored = changed.filter(({ id }) => states.get(id) === "enabled").map(({ id }) => id);
  // Sessions first: a request locks session and member in this order, and the reverse could deadlock.
  const ended = await endSessionsOf(tx, gone, now);
  await tx.member.updateMany({ where: { tenantId, id: { in: gone } }, data: { accountGoneAt: now } });
  await tx.$executeRaw`update members set tokens_valid_from = account_gone_at, account_gone_at = null
    where tenant_id = ${tenantId}::uuid and id = any(${restored}::uuid[])`;
  const isAdminLeft = (await tx.member.count({ where: { tenantId, role: "Admin", ...ACTIVE } })) > 0;
  const entries = changed.map((member): AuditEntry => {
    const { role } = member;
    const state = states.get(member.id);
    if (state === "enabled") return { action: "member.account_restored", target: member, details: { role } };
    const action = state === "deleted" ? "member.account_deleted" : "member.account_disabled";
    return { action, target: member, details: { role, sessions_ended: ended.get(member.id) ?? 0 } };
  });
  if (entries.length > 0) await recordAudits(tx, microsoft(tenantId), entries, { now, ...origin });
  return { gone, restored, isAdminLeft };
}
