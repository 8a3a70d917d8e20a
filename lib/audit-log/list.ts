import "server-only";

import { assertAdmin, assertAuditReader, type AuditReader, type MemberActor } from "@/lib/actor";
import type { ExportedChain } from "@/lib/audit-log/export";
import type { filtersOf } from "@/lib/audit-log/list-url";
import { prisma } from "@/lib/db/client";
import type { AuditActorKind } from "@/lib/generated/prisma/enums";
import type {
  AuditEventModel,
  AuditEventOrderByWithRelationInput,
  AuditEventWhereInput,
} from "@/lib/generated/prisma/models";
import { escapeLike } from "@/lib/text/like";
import { isUuid } from "@/lib/text/uuid";

/** A stored event without its hashes. */
export type AuditEvent = Omit<AuditEventModel, "prevHash" | "hash">;

/**
 * Which events to list; an absent filter matches all. An `actor` or `targetId` that is no UUID matches nothing. `from` is inclusive, `to`
 * exclusive. `q` is found in the name of actor or target, the client address or the user agent, case-insensitive; or it is one of
 * the event's ids.
 */
export type AuditFilters = Partial<ReturnType<typeof filtersOf>>;

/** An event's position in the log, which is ordered by time. */
export interface AuditPosition {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly id: string;
}

/** Matches an id; nothing if it is no UUID, and everything if it is absent. */
const uuidFilter = (id: string | undefined) => (id === undefined || isUuid(id.toLowerCase()) ? id : { in: [] });

/** The filters as a database condition, within the actor's organisation. */
export function whereFilters(
  { tenantId }: AuditReader,
  { action, actor, target, targetId, from, to, q }: AuditFilters,
): AuditEventWhereInput {
  const text = q?.trim().normalize("NFC");
  const contains = { contains: escapeLike(text ?? ""), mode: "insensitive" } as const;
  const columns = ["actorName", "targetName", "clientAddress", "userAgent"].map((name) => ({ [name]: contains }));
  const isId = text && isUuid(text.toLowerCase());
  const ids = isId ? ["actorId", "targetId", "requestId", "id"].map((name) => ({ [name]: text })) : [];
  return {
    tenantId,
    action,
    actorId: uuidFilter(actor),
    targetType: target,
    targetId: uuidFilter(targetId),
    at: { gte: from, lt: to },
    ...(text && { OR: [...columns, ...ids] }),
  };
}

/** The order of the log. */
export const NEWEST_FIRST = [{ at: "desc" }, { id: "desc" }] satisfies AuditEventOrderByWithRelationInput[];

/** The rows beyond a position. The first condition is redundant, but lets the index scan start there. */
function whereBeyond({ at, id }: AuditPosition, way: "lt" | "gt"): AuditEventWhereInput {
  const moment = new Date(at);
  return {
    AND: [
      { at: { [way === "lt" ? "lte" : "gte"]: moment } },
      { OR: [{ at: { [way]: moment } }, { id: { [way]: id } }] },
    ],
  };
}

/**
 * Lists what happened in the actor's organisation, newest first, by keyset: new events do not shift pages.
 * @param page its size, and the event it continues after (older events) or before (newer ones)
 * @returns up to `page.size` events, and whether more follow in that direction
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function listAuditEvents(
  actor: AuditReader,
  filters: AuditFilters,
  page: { readonly size: number; readonly after?: AuditPosition; readonly before?: AuditPosition },
): Promise<{ rows: AuditEventModel[]; hasMore: boolean }> {
  assertAuditReader(actor);
  const order = page.before ? "asc" : "desc";
  const beyond = page.before ? whereBeyond(page.before, "gt") : page.after && whereBeyond(page.after, "lt");
  const rows = await prisma().auditEvent.findMany({
    where: { AND: [whereFilters(actor, filters), beyond ?? {}] },
    orderBy: [{ at: order }, { id: order }],
    take: page.size + 1,
  });
  const shown = rows.slice(0, page.size);
  return { rows: page.before ? shown.reverse() : shown, hasMore: rows.length > page.size };
}

/** A part of the log in the order of the chain. */
export interface AuditFeedPage {
  readonly rows: AuditEventModel[];
  /** Whether more events match already. */
  readonly hasMore: boolean;
  /** The place in the chain up to which everything that matches has been listed. */
  readonly place: bigint;
}

/**
 * Lists what happened in the actor's organisation in the order of its chain, oldest first. That is the order of the commits, because a
 * writer holds the chain until its transaction ends (docs/decisions/015): nothing appears later before what was listed.
 * @param page its size, and the place that it continues after
 * @returns null when the log ends before that place
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function followAuditEvents(
  actor: AuditReader,
  filters: AuditFilters,
  { size, after }: { readonly size: number; readonly after: bigint },
): Promise<AuditFeedPage | null> {
  assertAuditReader(actor);
  const { tenantId } = actor;
  // Read first: what is committed from now on is beyond this place.
  const { seq: end } = await prisma().auditChain.findUniqueOrThrow({ where: { tenantId }, select: { seq: true } });
  if (end < after) return null;
  if (end === after) return { rows: [], hasMore: false, place: after };
  const found = await prisma().auditEvent.findMany({
    where: { AND: [whereFilters(actor, filters), { seq: { gt: after, lte: end } }] },
    orderBy: { seq: "asc" },
    take: size + 1,
  });
  const rows = found.slice(0, size);
  const hasMore = found.length > size;
  return { rows, hasMore, place: hasMore ? (rows.at(-1)?.seq ?? after) : end };
}

/** Rows per query of an export. */
const BATCH = 1_000;

/**
 * Reads all matching events written before this call, newest first, in batches. Each batch is its own query, so a slow reader holds
 * no transaction or connection; as rows never change, the batches form one snapshot (docs/decisions/017).
 * @returns the end of the chain at the time of the call
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function* readAuditEvents(
  actor: AuditReader,
  filters: AuditFilters,
): AsyncGenerator<AuditEventModel[], ExportedChain, undefined> {
  assertAuditReader(actor);
  const { tenantId } = actor;
  const chain = await prisma().auditChain.findUniqueOrThrow({ where: { tenantId }, select: { seq: true, hash: true } });
  const { seq } = chain;
  let last: AuditPosition | undefined;
  for (;;) {
    const rows = await prisma().auditEvent.findMany({
      where: { AND: [whereFilters(actor, filters), { seq: { lte: seq } }, last ? whereBeyond(last, "lt") : {}] },
      orderBy: NEWEST_FIRST,
      take: BATCH,
    });
    const end = rows.at(-1);
    if (!end) return chain;
    yield rows;
    if (rows.length < BATCH) return chain;
    last = { at: end.at.getTime(), id: end.id };
  }
}

/** Most actors offered; the search finds the others. */
const ACTORS_MAX = 100;

/**
 * The actors in the organisation's log, by their latest names. Reads one index entry per actor, not the log.
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function listAuditActors(actor: MemberActor) {
  assertAdmin(actor);
  const { tenantId } = actor;
  return prisma().$queryRaw<{ id: string; name: string; kind: AuditActorKind }[]>`
    with recursive known as (
      (select actor_id from audit_events where tenant_id = ${tenantId}::uuid order by actor_id limit 1)
      union all
      select (select e.actor_id from audit_events e
               where e.tenant_id = ${tenantId}::uuid and e.actor_id > known.actor_id order by e.actor_id limit 1)
        from known where known.actor_id is not null
    )
    select last.actor_id as id, last.actor_name as name, last.actor_kind::text as kind
      from (select actor_id from known where actor_id is not null limit ${ACTORS_MAX}::int) as people
     cross join lateral (
       select * from audit_events e where e.tenant_id = ${tenantId}::uuid and e.actor_id = people.actor_id
        order by e.at desc, e.id desc limit 1) as last
     order by lower(last.actor_name), last.actor_id`;
}
