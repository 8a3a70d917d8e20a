import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import {
  ATTENTION_REASONS,
  type AttentionReason,
  attentionMoments,
  DISMISSED_MS,
} from "@/lib/api-keys/attention-reasons";
import { findOwnKey, NEEDS_ADMIN, working } from "@/lib/api-keys/service";
import { KEY_WORKS_SQL } from "@/lib/api-keys/status";
import type { RequestContext } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/record";
import { prisma } from "@/lib/db/client";
import { Prisma } from "@/lib/generated/prisma/client";

/**
 * The keys that need attention for a reason, as a filter: those that work and weren't rotated. {@link countAttention} counts
 * them; an integration test compares the two.
 */
export function whereNeedsAttention(reason: AttentionReason, now: Date): Prisma.ApiKeyWhereInput {
  const { expiresBy, usedBy, createdBy, dismissedAfter } = attentionMoments(now);
  const conditions: Record<AttentionReason, Prisma.ApiKeyWhereInput> = {
    expiring: { expiresAt: { lte: expiresBy } },
    unused: { lastUsedAt: { lte: usedBy } },
    never_used: { lastUsedAt: null, createdAt: { lte: createdBy } },
    no_expiry: { expiresAt: null },
    creator_removed: { createdBy: { removedAt: { not: null } } },
  };
  const dismissals = { none: { reason, dismissedAt: { gt: dismissedAfter } } };
  return { AND: [working(now), { rotatedAt: null, dismissals }, conditions[reason]] };
}

/** How many keys need attention, by reason. */
export type AttentionCounts = Readonly<Record<AttentionReason, number>>;

/**
 * Counts the keys that need attention, in one statement.
 * @param now the database's clock
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function countAttention(actor: MemberActor, now: Date): Promise<AttentionCounts> {
  assertAdmin(actor, NEEDS_ADMIN);
  const tenant = Prisma.sql`${actor.tenantId}::uuid`;
  const { expiresBy, usedBy, createdBy, dismissedAfter } = attentionMoments(now);
  const conditions: Record<AttentionReason, Prisma.Sql> = {
    expiring: Prisma.sql`expires_at <= ${expiresBy}::timestamptz`,
    unused: Prisma.sql`last_used_at <= ${usedBy}::timestamptz`,
    never_used: Prisma.sql`last_used_at is null and created_at <= ${createdBy}::timestamptz`,
    no_expiry: Prisma.sql`expires_at is null`,
    creator_removed: Prisma.sql`created_by_id in (select id from members where tenant_id = ${tenant} and removed_at is not null)`,
  };
  const counts = ATTENTION_REASONS.map(
    (reason) =>
      Prisma.sql`count(*) filter (where ${conditions[reason]} and coalesce(${reason} <> all(dismissed.reasons), true))::int
        as ${Prisma.raw(reason)}`,
  );
  const [row] = await prisma().$queryRaw<[AttentionCounts]>`
    select ${Prisma.join(counts)}
    from api_keys cross join (select ${now}::timestamptz as now) as clock
      left join (
        select key_id, array_agg(reason) as reasons from key_warning_dismissals
        where tenant_id = ${tenant} and dismissed_at > ${dismissedAfter}::timestamptz group by key_id
      ) as dismissed on dismissed.key_id = id
    where tenant_id = ${tenant} and rotated_at is null and ${Prisma.raw(KEY_WORKS_SQL)}`;
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
  const isDue = await prisma().apiKey.count({ where: { id, tenantId, ...whereNeedsAttention(reason, now) } });
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
