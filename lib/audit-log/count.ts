import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import { type AuditFilters, NEWEST_FIRST, whereFilters } from "@/lib/audit-log/list";
import { prisma } from "@/lib/db/client";

/** The number of matching events: exact, more than `count`, or at least `count`. */
export interface AuditTotal {
  readonly count: number;
  readonly precision: "exact" | "more" | "least";
}

/** The limits of a count. */
const LIMITS = {
  /** Matching events, exactly. */
  counted: 10_000,
  /** Events read, the newest first, where no index finds those that match. They take about a quarter of a second. */
  searched: 50_000,
};

/**
 * Counts the matching events of the actor's organisation. The work is bounded, however long the log is: by the events counted, and for
 * filters without an index by the events read.
 * @param read how many matching events are known, and whether these are all: then nothing is counted
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function countAuditEvents(
  actor: MemberActor,
  filters: AuditFilters,
  read: { readonly rows: number; readonly isAll: boolean },
  limits = LIMITS,
): Promise<AuditTotal> {
  assertAdmin(actor);
  if (read.isAll) return { count: read.rows, precision: "exact" };
  const { q, target, ...indexed } = filters;
  const events = prisma().auditEvent;
  const edge =
    q || target
      ? await events.findFirst({
          where: whereFilters(actor, indexed),
          orderBy: NEWEST_FIRST,
          skip: limits.searched,
          select: { at: true },
        })
      : null;
  const where = whereFilters(actor, edge ? { ...filters, from: edge.at } : filters);
  // Without an order Prisma adds one by id, which no filter's index has.
  const count = await events.count({ where, orderBy: NEWEST_FIRST, take: limits.counted + 1 });
  if (count > limits.counted) return { count: limits.counted, precision: "more" };
  return { count: Math.max(count, read.rows), precision: edge ? "least" : "exact" };
}
