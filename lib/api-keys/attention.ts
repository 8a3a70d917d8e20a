import "server-only";

import { assertAdmin, type MemberActor, NEEDS_ADMIN } from "@/lib/actor";
import {
  ATTENTION_REASONS,
  type AttentionReason,
  attentionMoments,
  DISMISSED_MS,
} from "@/lib/api-keys/attention-reasons";
import { whereCreatorRemoved } from "@/lib/api-keys/creators";
import { isContactGone, whereContactGone } from "@/lib/api-keys/owner";
import { findOwnKey, working } from "@/lib/api-keys/service";
import { KEY_WORKS_SQL } from "@/lib/api-keys/status";
import type { RequestContext } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/record";
import { listPool, prisma } from "@/lib/db/client";
import { preparedQuery } from "@/lib/db/prepared-query";
import { Prisma } from "@/lib/generated/prisma/client";

/**
 * The keys that need attention for a reason, as a filter: those that work and weren't rotated. {@link countAttention} counts
 * them; an integration test compares the two.
 */
export async function whereNeedsAttention(
  tenantId: string,
  reason: AttentionReason,
  now: Date,
): Promise<Prisma.ApiKeyWhereInput> {
  const { expiresBy, usedBy, createdBy, dismissedAfter } = attentionMoments(now);
  const conditions: Record<AttentionReason, () => Prisma.ApiKeyWhereInput | Promise<Prisma.ApiKeyWhereInput>> = {
    expiring: () => ({ expiresAt: { lte: expiresBy } }),
    contact_gone: () => whereContactGone(tenantId),
    unused: () => ({ lastUsedAt: { lte: usedBy } }),
    never_used: () => ({ lastUsedAt: null, createdAt: { lte: createdBy } }),
    no_expiry: () => ({ expiresAt: null }),
    creator_removed: () => whereCreatorRemoved(tenantId),
  };
  const condition = await conditions[reason]();
  const dismissals = { none: { reason, dismissedAt: { gt: dismissedAfter } } };
  // The second alternative never holds. Alone, the first becomes a join that can compare every key with every dismissal.
  const isKept = { OR: [{ dismissals }, { rotatedAt: { not: null } }] };
  return { AND: [working(now), { rotatedAt: null }, condition, isKept] };
}

/** How many keys need attention, by reason. */
export type AttentionCounts = Readonly<Record<AttentionReason, number>>;

/** Counts of an organisation's keys: those that need attention, and the entries of the whole list. */
export type KeyCounts = AttentionCounts & { readonly listed: number };

/**
 * Counts the keys that need attention, and those that the list shows as entries of their own, in one statement that reads each
 * key once.
 * @param now the database's clock
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function countAttention(actor: MemberActor, now: Date): Promise<KeyCounts> {
  assertAdmin(actor, NEEDS_ADMIN);
  const tenant = Prisma.sql`${actor.tenantId}::uuid`;
  const { expiresBy, usedBy, createdBy, dismissedAfter } = attentionMoments(now);
  const conditions: Record<AttentionReason, Prisma.Sql> = {
    expiring: Prisma.sql`expires_at <= ${expiresBy}::timestamptz`,
    contact_gone: isContactGone(tenant),
    unused: Prisma.sql`last_used_at <= ${usedBy}::timestamptz`,
    never_used: Prisma.sql`last_used_at is null and created_at <= ${createdBy}::timestamptz`,
    no_expiry: Prisma.sql`expires_at is null`,
    creator_removed: Prisma.sql`(created_by_id in (select id from members where tenant_id = ${tenant} and removed_at is not null)
      or created_by_application_id in (select id from applications where tenant_id = ${tenant} and unbound_at is not null))`,
  };
  const count = (wanted: (reason: AttentionReason) => Prisma.Sql) =>
    Prisma.join(
      ATTENTION_REASONS.map(
        (reason) => Prisma.sql`count(*) filter (where ${wanted(reason)})::int as ${Prisma.raw(reason)}`,
      ),
    );
  const keys = Prisma.sql`(
    select *, rotated_at is null and ${Prisma.raw(KEY_WORKS_SQL)} as live,
      grace_ends_at is null or grace_ends_at <= now or revoked_at is not null as listed
    from api_keys cross join (select ${now}::timestamptz as now) as clock where tenant_id = ${tenant}) as keys`;
  // Dismissals are counted apart: looking for those of each key would take most of the time.
  const { text, values } = Prisma.sql`
    select ${Prisma.raw(ATTENTION_REASONS.map((reason) => `needing.${reason} - dismissed.${reason} as ${reason}`).join())}, listed
    from (select ${count((reason) => Prisma.sql`live and ${conditions[reason]}`)},
        count(*) filter (where listed)::int as listed from ${keys}) as needing,
      (select ${count((reason) => Prisma.sql`live and dismissals.reason = ${reason} and ${conditions[reason]}`)}
       from key_warning_dismissals as dismissals join ${keys} on id = key_id and keys.tenant_id = dismissals.tenant_id
       where dismissals.tenant_id = ${tenant} and dismissed_at > ${dismissedAfter}::timestamptz) as dismissed`;
  const [row] = await preparedQuery<KeyCounts>(listPool(), "key_attention", text, values);
  if (!row) throw new Error("counting returned no row");
  return row;
}

/**
 * Dismisses a warning for the whole organisation, until {@link DISMISSED_MS} from now.
 * @param keyId any text; not found unless it is a UUID
 * @returns whether this call dismissed it; false when the key doesn't need attention for this reason, or no longer does
 * @throws AppError FORBIDDEN for anyone but an admin; NOT_FOUND for another organisation's or no key
 */
export async function dismissWarning(
  actor: MemberActor,
  keyId: string,
  reason: AttentionReason,
  context: RequestContext,
): Promise<{ dismissed: boolean }> {
  assertAdmin(actor, NEEDS_ADMIN);
  const { tenantId, memberId } = actor;
  const { now } = context;
  const { id, name, last4 } = await findOwnKey(actor, keyId);
  const isDue = await prisma().apiKey.count({
    where: { id, tenantId, ...(await whereNeedsAttention(tenantId, reason, now)) },
  });
  if (!isDue) return { dismissed: false };
  return prisma().$transaction(async (tx) => {
    const written = await tx.$executeRaw`
      insert into key_warning_dismissals as d (tenant_id, key_id, reason, dismissed_at, dismissed_by_id)
      values (${tenantId}::uuid, ${id}::uuid, ${reason}, ${now}::timestamptz, ${memberId}::uuid)
      on conflict (tenant_id, key_id, reason) do update
        set dismissed_at = excluded.dismissed_at, dismissed_by_id = excluded.dismissed_by_id
        where d.dismissed_at <= ${attentionMoments(now).dismissedAfter}::timestamptz`;
    // Somebody else dismissed it concurrently, and that is recorded.
    if (written === 0) return { dismissed: false };
    const details = { last4, reason, until: new Date(now.getTime() + DISMISSED_MS).toISOString() };
    await recordAudit(tx, actor, { action: "api_key.warning_dismissed", target: { id, name }, details }, context);
    return { dismissed: true };
  });
}

/**
 * Takes a dismissal back: the key needs attention again while the reason holds.
 * @param keyId any text; not found unless it is a UUID
 * @returns whether this call took it back; false when the warning wasn't dismissed, or no longer is
 * @throws AppError as {@link dismissWarning}
 */
export async function restoreWarning(
  actor: MemberActor,
  keyId: string,
  reason: AttentionReason,
  context: RequestContext,
): Promise<{ restored: boolean }> {
  assertAdmin(actor, NEEDS_ADMIN);
  const { id, name, last4 } = await findOwnKey(actor, keyId);
  return prisma().$transaction(async (tx) => {
    const dismissedAt = { gt: attentionMoments(context.now).dismissedAfter };
    const where = { tenantId: actor.tenantId, keyId: id, reason, dismissedAt };
    const { count } = await tx.keyWarningDismissal.deleteMany({ where });
    if (count === 0) return { restored: false };
    const entry = { action: "api_key.warning_restored", target: { id, name }, details: { last4, reason } } as const;
    await recordAudit(tx, actor, entry, context);
    return { restored: true };
  });
}
