import "server-only";

import { v7 as uuidv7 } from "uuid";

import { assertAdmin, type KeyActor, type MemberActor } from "@/lib/actor";
import { type AuditAction, type RequestOrigin, type TargetKind, USER_AGENT_MAX } from "@/lib/audit-log/actions";
import { type ChainedRow, rowHash } from "@/lib/audit-log/chain";
import type { ExportedChain } from "@/lib/audit-log/export";
import { prisma } from "@/lib/db/client";
import type { PrismaClient } from "@/lib/generated/prisma/client";
import type { AuditActorKind } from "@/lib/generated/prisma/enums";
import type { AuditEventModel, AuditEventWhereInput } from "@/lib/generated/prisma/models";
import { escapeLike } from "@/lib/text/like";
import { isUuid } from "@/lib/text/uuid";

/** An event as it is stored, without its hashes. */
export type AuditEvent = Omit<AuditEventModel, "prevHash" | "hash">;

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
  readonly target?: TargetKind | undefined;
  /** From this moment on, itself included. */
  readonly from?: Date | undefined;
  /** Before this moment, itself excluded. */
  readonly to?: Date | undefined;
  /** Found in the name of actor or target, the client address or the user agent, in any case; or one of the row's ids. */
  readonly q?: string | undefined;
}

/** A row's place in the log, which is in the order of moments. */
export interface AuditPosition {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly id: string;
}

/** Who did it: a member, a key, or an account of Microsoft's that is no member here. */
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
 * Writes that something happened, at the end of the tenant's chain (docs/decisions/015). From here until the transaction
 * ends the tenant's other writers wait, so it comes last: after it, take no lock that another transaction may hold while it
 * waits here. A tenant's row may be held FOR NO KEY UPDATE, never FOR UPDATE.
 * @param tx the transaction of the change itself: no change without its row, no row without its change
 * @param now the moment of the change, of the database's clock
 * @throws Error when the tenant has no chain, or somebody else wrote its next row (without a transaction nothing is held)
 */
export async function recordAudit(
  tx: Pick<PrismaClient, "$queryRaw" | "$executeRaw">,
  actor: AuditActor,
  { action, target, details = {} }: AuditEntry,
  now: Date,
  origin: RequestOrigin,
): Promise<void> {
  const { tenantId } = actor;
  // The database's own text of the details is what is hashed.
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

/** Which rows of the actor's organisation pass the filters, said for the database. */
function whereFilters({ tenantId }: MemberActor, filters: AuditFilters): AuditEventWhereInput {
  const text = filters.q?.trim().normalize("NFC");
  const contains = { contains: escapeLike(text ?? ""), mode: "insensitive" } as const;
  const columns = [
    { actorName: contains },
    { targetName: contains },
    { clientAddress: contains },
    { userAgent: contains },
  ];
  const ids =
    text && isUuid(text.toLowerCase())
      ? [{ actorId: text }, { targetId: text }, { requestId: text }, { id: text }]
      : [];
  return {
    tenantId,
    action: filters.action,
    actorId: filters.actor,
    targetType: filters.target,
    at: { gte: filters.from, lt: filters.to },
    ...(text && { OR: [...columns, ...ids] }),
  };
}

/** The rows beyond a place. The first condition repeats what the second implies, in a form that the index can start from. */
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
 * Lists what happened in the actor's organisation, newest first. Keyset: events that are added meanwhile move nothing.
 * @param page its size, and the event that it is to follow (`after`: older ones) or to precede (`before`: newer ones)
 * @returns up to `page.size` events, and whether more follow that way
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function listAuditEvents(
  actor: MemberActor,
  filters: AuditFilters,
  page: {
    readonly size: number;
    readonly after?: AuditPosition | undefined;
    readonly before?: AuditPosition | undefined;
  },
): Promise<{ rows: AuditEvent[]; hasMore: boolean }> {
  assertAdmin(actor);
  if (filters.actor !== undefined && !isUuid(filters.actor.toLowerCase())) return { rows: [], hasMore: false };
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

/** Rows that an export reads at a time. */
const BATCH = 1_000;

/**
 * Reads all events that pass the filters and were written before this call, newest first, some at a time. Each batch is a
 * query of its own that begins where the last one ended: a reader that is slow holds no transaction and no connection, and
 * since no row ever changes all of them together are one snapshot (docs/decisions/017).
 * @returns at last, where the chain ended when the call was made
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function* readAuditEvents(
  actor: MemberActor,
  filters: AuditFilters,
): AsyncGenerator<AuditEventModel[], ExportedChain, undefined> {
  assertAdmin(actor);
  const { tenantId } = actor;
  const chain = await prisma().auditChain.findUniqueOrThrow({ where: { tenantId }, select: { seq: true, hash: true } });
  if (filters.actor !== undefined && !isUuid(filters.actor.toLowerCase())) return chain;
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

/** Somebody who did something, as a filter offers it. */
export interface AuditActorName {
  readonly id: string;
  readonly name: string;
  readonly kind: AuditActorKind;
}

/** More actors than this are not offered; the search finds the others. */
const ACTORS_MAX = 100;

/**
 * Who is in the organisation's log, by their latest names. Reads one row of the index for each, not the log.
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function listAuditActors(actor: MemberActor): Promise<AuditActorName[]> {
  assertAdmin(actor);
  const { tenantId } = actor;
  return prisma().$queryRaw<AuditActorName[]>`
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
