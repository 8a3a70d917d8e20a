import "server-only";

import { v7 as uuidv7, validate as isUuid } from "uuid";

import type { Actor, MemberActor } from "@/lib/actor";
import { type AuditAction, type RequestOrigin, USER_AGENT_MAX } from "@/lib/audit/actions";
import { prisma } from "@/lib/db";
import { AppError } from "@/lib/errors";
import type { PrismaClient } from "@/lib/generated/prisma/client";
import type { AuditEventModel } from "@/lib/generated/prisma/models";

/** An event as it is stored. */
export type AuditEvent = AuditEventModel;

/** What happened to what. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly target: { readonly id: string; readonly name: string };
  /** More about it. Never a secret, a hash, or the contents of an agent. */
  readonly details?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}

/** Which events to list; an absent filter lets all pass. */
export interface AuditFilters {
  readonly action?: AuditAction | undefined;
  /** A member's or a key's id; what is no UUID is nobody. */
  readonly actor?: string | undefined;
  /** From this moment on, itself included. */
  readonly from?: Date | undefined;
  /** Before this moment, itself excluded. */
  readonly to?: Date | undefined;
}

/**
 * Writes that something happened.
 * @param tx the transaction of the change itself: no change without its row, no row without its change
 * @param now the moment of the change, of the database's clock
 */
export async function recordAudit(
  tx: Pick<PrismaClient, "auditEvent">,
  actor: Actor,
  { action, target, details = {} }: AuditEntry,
  now: Date,
  origin: RequestOrigin,
): Promise<void> {
  const who =
    actor.kind === "member"
      ? { actorKind: "MEMBER" as const, actorId: actor.memberId, actorName: actor.name }
      : { actorKind: "API_KEY" as const, actorId: actor.keyId, actorName: actor.name };
  await tx.auditEvent.create({
    data: {
      ...who,
      id: uuidv7(),
      tenantId: actor.tenantId,
      at: now,
      action,
      targetType: action.slice(0, action.indexOf(".")),
      targetId: target.id,
      targetName: target.name,
      requestId: origin.requestId,
      clientAddress: origin.clientAddress,
      userAgent: origin.userAgent?.slice(0, USER_AGENT_MAX).toWellFormed() ?? null,
      details,
    },
  });
}

/**
 * Lists what happened in the actor's organisation, newest first. Keyset: events that are added meanwhile move nothing.
 * @param page its size, and the last event already seen: its moment as epoch milliseconds and its id
 * @returns up to `page.size` events, and whether more follow
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function listAuditEvents(
  actor: MemberActor,
  filters: AuditFilters,
  page: { readonly size: number; readonly after?: { readonly at: number; readonly id: string } | undefined },
): Promise<{ rows: AuditEvent[]; hasMore: boolean }> {
  if (actor.role !== "Admin") throw new AppError("FORBIDDEN", "Reading the audit log requires admin role.");
  if (filters.actor !== undefined && !isUuid(filters.actor)) return { rows: [], hasMore: false };
  const after = page.after && { at: new Date(page.after.at), id: page.after.id };
  const rows = await prisma().auditEvent.findMany({
    where: {
      tenantId: actor.tenantId,
      action: filters.action,
      actorId: filters.actor,
      at: { gte: filters.from, lt: filters.to },
      // The first condition repeats what the second implies, in a form that the index can start from.
      ...(after && { AND: [{ at: { lte: after.at } }, { OR: [{ at: { lt: after.at } }, { id: { lt: after.id } }] }] }),
    },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: page.size + 1,
  });
  const hasMore = rows.length > page.size;
  return { rows: hasMore ? rows.slice(0, page.size) : rows, hasMore };
}
