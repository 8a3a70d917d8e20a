import "server-only";

import { v7 as uuidv7 } from "uuid";

import { type Actor, assertAdmin, type KeyActor, type MemberActor } from "@/lib/actor";
import { type AuditAction, NO_ID, type RequestContext, USER_AGENT_MAX } from "@/lib/audit-log/actions";
import { type ChainedRow, rowHash } from "@/lib/audit-log/chain";
import type { ExportedChain } from "@/lib/audit-log/export";
import type { filtersOf } from "@/lib/audit-log/list-url";
import { prisma } from "@/lib/db/client";
import type { PrismaClient } from "@/lib/generated/prisma/client";
import type { AuditActorKind, Role } from "@/lib/generated/prisma/enums";
import type { AuditEventModel, AuditEventWhereInput } from "@/lib/generated/prisma/models";
import { log } from "@/lib/logging/log";
import { escapeLike } from "@/lib/text/like";
import { isUuid } from "@/lib/text/uuid";

/** A stored event without its hashes. */
export type AuditEvent = Omit<AuditEventModel, "prevHash" | "hash">;

/** What happened to what. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly target: { readonly id: string; readonly name: string };
  /** Never a secret, a hash, or the contents of an agent. */
  readonly details?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}

/**
 * Which events to list; an absent filter matches all. An `actor` that is no UUID matches nothing. `from` is inclusive, `to`
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

/** Who acted: a member, a key, or a Microsoft account that is not a member. */
export type AuditActor =
  | Pick<MemberActor, "kind" | "tenantId" | "memberId" | "name">
  | KeyActor
  | { readonly kind: "person"; readonly tenantId: string; readonly oid: string; readonly name: string };

function who(actor: AuditActor): { actorKind: AuditActorKind; actorId: string; actorName: string } {
  const actorName = actor.name;
  switch (actor.kind) {
    case "member":
      return { actorKind: "MEMBER", actorId: actor.memberId, actorName };
    case "key":
      return { actorKind: "API_KEY", actorId: actor.keyId, actorName };
    case "person":
      return { actorKind: "PERSON", actorId: actor.oid, actorName };
  }
}

/**
 * Appends an event to the tenant's chain (docs/decisions/015). Until the transaction ends, the tenant's other writers wait. So call
 * it last: afterwards take no lock that a waiting transaction may hold. A tenant's row may be locked FOR NO KEY UPDATE, never FOR
 * UPDATE.
 * @param tx the transaction of the change: no change without its event, no event without its change
 * @param now when it happened, by the database's clock
 * @throws Error when the tenant has no chain, or its next event was written concurrently (outside a transaction nothing is locked)
 */
export async function recordAudit(
  tx: Pick<PrismaClient, "$queryRaw" | "$executeRaw">,
  actor: AuditActor,
  { action, target, details = {} }: AuditEntry,
  { now, ...origin }: RequestContext,
): Promise<void> {
  const { tenantId } = actor;
  // The hash covers the database's JSON text of the details.
  const [end] = await tx.$queryRaw<{ seq: bigint; hash: Uint8Array; details: string }[]>`
    select seq, hash, ${JSON.stringify(details)}::jsonb::text as details
      from audit_chains where tenant_id = ${tenantId}::uuid for update`;
  if (!end) throw new Error(`The tenant ${tenantId} has no audit chain`);
  const row: ChainedRow = {
    ...who(actor),
    tenantId,
    seq: Number(end.seq) + 1,
    id: uuidv7(),
    at: now.getTime(),
    action,
    targetType: action.slice(0, action.indexOf(".")),
    targetId: target.id.toLowerCase(),
    targetName: target.name.toWellFormed(),
    requestId: origin.requestId.toLowerCase(),
    clientAddress: origin.clientAddress,
    userAgent: origin.userAgent?.slice(0, USER_AGENT_MAX).toWellFormed() ?? null,
    details: end.details,
  };
  const hash = Buffer.from(rowHash(Buffer.from(end.hash).toString("hex"), row), "hex");
  const written = await tx.$executeRaw`
    with event as (
      insert into audit_events (id, tenant_id, seq, at, action, actor_kind, actor_id, actor_name, target_type, target_id,
        target_name, request_id, client_address, user_agent, details, prev_hash, hash)
      values (${row.id}::uuid, ${tenantId}::uuid, ${row.seq}::bigint, ${now}::timestamptz, ${action},
        ${row.actorKind}::audit_actor_kind, ${row.actorId}::uuid, ${row.actorName}, ${row.targetType}, ${row.targetId}::uuid,
        ${row.targetName}, ${row.requestId}::uuid, ${row.clientAddress}, ${row.userAgent}, ${row.details}::jsonb,
        ${end.hash}, ${hash}))
    update audit_chains set seq = ${row.seq}::bigint, hash = ${hash}
     where tenant_id = ${tenantId}::uuid and seq = ${end.seq}::bigint`;
  if (written !== 1) throw new Error("The audit chain moved on while its next row was made");
}

/** Longest stored path of a refusal, in characters. */
const NAME_MAX = 200;

/**
 * Records a refusal for a missing role. Errors are logged, not thrown: the refusal stands either way.
 * @param what the page's path or the endpoint, without a query
 * @param needs the required role; null where no role would do
 */
export async function recordRefusal(actor: Actor, what: string, needs: Role | null, context: RequestContext) {
  const details = { needs, ...(actor.kind === "member" && { role: actor.role }) };
  const target = { id: NO_ID, name: what.slice(0, NAME_MAX) };
  try {
    await prisma().$transaction((tx) => recordAudit(tx, actor, { action: "access.refused", target, details }, context));
  } catch (err) {
    log().error({ err, requestId: context.requestId }, "a refusal was not written to the audit log");
  }
}

/** The filters as a database condition, within the actor's organisation. */
function whereFilters(
  { tenantId }: MemberActor,
  { action, actor, target, from, to, q }: AuditFilters,
): AuditEventWhereInput {
  const text = q?.trim().normalize("NFC");
  const contains = { contains: escapeLike(text ?? ""), mode: "insensitive" } as const;
  const columns = ["actorName", "targetName", "clientAddress", "userAgent"].map((name) => ({ [name]: contains }));
  const isId = text && isUuid(text.toLowerCase());
  const ids = isId ? ["actorId", "targetId", "requestId", "id"].map((name) => ({ [name]: text })) : [];
  return {
    tenantId,
    action,
    actorId: actor === undefined || isUuid(actor.toLowerCase()) ? actor : { in: [] },
    targetType: target,
    at: { gte: from, lt: to },
    ...(text && { OR: [...columns, ...ids] }),
  };
}

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
  actor: MemberActor,
  filters: AuditFilters,
  page: { readonly size: number; readonly after?: AuditPosition; readonly before?: AuditPosition },
): Promise<{ rows: AuditEvent[]; hasMore: boolean }> {
  assertAdmin(actor);
  const order = page.before ? "asc" : "desc";
  const beyond = page.before ? whereBeyond(page.before, "gt") : page.after && whereBeyond(page.after, "lt");
  const rows = await prisma().auditEvent.findMany({
    omit: { prevHash: true, hash: true },
    where: { AND: [whereFilters(actor, filters), beyond ?? {}] },
    orderBy: [{ at: order }, { id: order }],
    take: page.size + 1,
  });
  const shown = rows.slice(0, page.size);
  return { rows: page.before ? shown.reverse() : shown, hasMore: rows.length > page.size };
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
  actor: MemberActor,
  filters: AuditFilters,
): AsyncGenerator<AuditEventModel[], ExportedChain, undefined> {
  assertAdmin(actor);
  const { tenantId } = actor;
  const chain = await prisma().auditChain.findUniqueOrThrow({ where: { tenantId }, select: { seq: true, hash: true } });
  const { seq } = chain;
  let last: AuditPosition | undefined;
  for (;;) {
    const rows = await prisma().auditEvent.findMany({
      where: { AND: [whereFilters(actor, filters), { seq: { lte: seq } }, last ? whereBeyond(last, "lt") : {}] },
      orderBy: [{ at: "desc" }, { id: "desc" }],
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
