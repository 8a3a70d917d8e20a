import "server-only";

import type { MemberActor } from "@/lib/actor";
import { type AuditFilters, followAuditEvents, listAuditEvents } from "@/lib/audit-log/list";
import { cursorPage, decodePlace, encodePlace, invalidCursor } from "@/lib/public-api/cursor";
import type { Output } from "@/lib/public-api/operation";
import { serializeAuditEvent } from "@/lib/public-api/serializers/audit-event";

/** A page of the audit log, newest first. */
export async function readNewestEvents(
  actor: MemberActor,
  filters: AuditFilters,
  { size, cursor }: { readonly size: number; readonly cursor: string | undefined },
): Promise<Output> {
  const page = cursorPage({ list: "audit-events", tenantId: actor.tenantId, filters }, size, cursor);
  const { rows, hasMore } = await listAuditEvents(actor, filters, page);
  const last = hasMore ? rows.at(-1) : undefined;
  return {
    data: rows.map(serializeAuditEvent),
    pagination: page.next(last && { createdAt: last.at, id: last.id }),
  };
}

/**
 * The next events in the order of the chain, with a cursor to continue later (docs/api.md, "Follow the audit log").
 * @param page its size, and the cursor of the previous response; from the first event without one
 * @throws AppError BAD_REQUEST for a cursor that is not this feed's
 */
export async function readAuditFeed(
  actor: MemberActor,
  filters: AuditFilters,
  { size, after }: { readonly size: number; readonly after: string | undefined },
): Promise<Output> {
  const scope = { list: "audit-events by place", tenantId: actor.tenantId, filters };
  const page = await followAuditEvents(actor, filters, { size, after: after ? decodePlace(after, scope) : 0n });
  if (!page) {
    throw invalidCursor(
      "after",
      "This cursor is beyond the end of the audit log, which was restored. Start without one.",
    );
  }
  return {
    data: page.rows.map(serializeAuditEvent),
    pagination: { has_more: page.hasMore, next_cursor: encodePlace(page.place, scope) },
    cursorParameter: "after",
  };
}
