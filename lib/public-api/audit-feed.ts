import "server-only";

import type { AuditReader } from "@/lib/actor";
import { chainWaits } from "@/lib/audit-log/chain-waits";
import { type AuditFeedPage, type AuditFilters, followAuditEvents, listAuditEvents } from "@/lib/audit-log/list";
import type { HangUp } from "@/lib/http/reply";
import { cursorPage, decodePlace, encodePlace, invalidCursor } from "@/lib/public-api/cursor";
import type { Input, Output } from "@/lib/public-api/operation";
import type { QuerySchema } from "@/lib/public-api/query";
import { type EventFormat, FORMATS } from "@/lib/public-api/serializers/event-format";

/** Which events to list, and as what. */
export interface EventList {
  readonly filters: AuditFilters;
  readonly size: number;
  readonly format: EventFormat;
}

/** A page of the audit log, newest first. */
export async function readNewestEvents(
  actor: AuditReader,
  { filters, size, format }: EventList,
  cursor: string | undefined,
): Promise<Output> {
  const page = cursorPage({ list: "audit-events", tenantId: actor.tenantId, filters }, size, cursor);
  const { rows, hasMore } = await listAuditEvents(actor, filters, page);
  const last = hasMore ? rows.at(-1) : undefined;
  return {
    data: rows.map(FORMATS[format]),
    pagination: page.next(last && { createdAt: last.at, id: last.id }),
  };
}

/** Reads the events after a place, and waits for one while there is none and time is left. The last page is read after the wait. */
async function waitForEvents(
  read: (after: bigint) => Promise<AuditFeedPage | null>,
  { tenantId }: AuditReader,
  { place, waitMs, signal }: { readonly place: bigint; readonly waitMs: number; readonly signal: HangUp },
): Promise<AuditFeedPage | null> {
  const until = performance.now() + waitMs;
  for (let after = place; ;) {
    await chainWaits.until(tenantId, after, until - performance.now(), signal);
    const page = await read(after);
    const isOver = performance.now() >= until || !chainWaits.hasRoom(tenantId);
    // Otherwise the filters don't match what was written.
    if (isOver || page?.rows.length !== 0) return page;
    after = page.place;
  }
}

/** What the feed needs of its request. */
type FeedRequest = Pick<Input<"anyone", undefined, QuerySchema, undefined>, "whileWaiting" | "request">;

/**
 * The next events in the order of the chain, with a cursor to continue later (docs/api.md, "Follow the audit log").
 * @param page the cursor of the previous response, from the first event without one; and how long to wait for an event
 * @throws AppError BAD_REQUEST for a cursor that is not this feed's, FORBIDDEN for a caller who lost the role during the wait
 */
export async function readAuditFeed(
  actor: AuditReader,
  { filters, size, format }: EventList,
  { after, waitMs }: { readonly after: string | undefined; readonly waitMs: number },
  { whileWaiting, request: { signal } }: FeedRequest,
): Promise<Output> {
  const scope = { list: "audit-events by place", tenantId: actor.tenantId, filters };
  const read = (place: bigint) => followAuditEvents(actor, filters, { size, after: place });
  let page = await read(after ? decodePlace(after, scope) : 0n);
  if (page?.rows.length === 0 && waitMs > 0 && chainWaits.hasRoom(actor.tenantId)) {
    const { place } = page;
    page = await whileWaiting(() => waitForEvents(read, actor, { place, waitMs, signal }));
  }
  if (!page) {
    throw invalidCursor(
      "after",
      "This cursor is beyond the end of the audit log, which was restored. Start without one.",
    );
  }
  return {
    data: page.rows.map(FORMATS[format]),
    pagination: { has_more: page.hasMore, next_cursor: encodePlace(page.place, scope) },
    cursorParameter: "after",
  };
}
