import "server-only";

import { v7 as uuidv7 } from "uuid";

import type { ApplicationActor, KeyActor, MemberActor } from "@/lib/actor";
import { type AuditAction, NO_ID, type RequestContext, USER_AGENT_MAX } from "@/lib/audit-log/actions";
import { type ChainedRow, rowHash } from "@/lib/audit-log/chain";
import type { PrismaClient } from "@/lib/generated/prisma/client";
import type { AuditActorKind } from "@/lib/generated/prisma/enums";
import { hex } from "@/lib/text/hex";

/** What happened to what. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly target: { readonly id: string; readonly name: string };
  /** Never a secret, a hash, or the contents of an agent. */
  readonly details?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
}

/** Who acted: a member, a key, an application, or a Microsoft account that is not a member. */
export type AuditActor =
  | Pick<MemberActor, "kind" | "tenantId" | "memberId" | "name">
  | KeyActor
  | ApplicationActor
  | { readonly kind: "person"; readonly tenantId: string; readonly oid: string; readonly name: string };

/** Who disables accounts, as far as it is known here: no account, so its id is that of nothing. */
export const microsoft = (tenantId: string): AuditActor => ({
  kind: "person",
  tenantId,
  oid: NO_ID,
  name: "Microsoft Entra ID",
});

/** An actor's columns of an event. */
export function who(actor: AuditActor): { actorKind: AuditActorKind; actorId: string; actorName: string } {
  const actorName = actor.name;
  switch (actor.kind) {
    case "member":
      return { actorKind: "MEMBER", actorId: actor.memberId, actorName };
    case "key":
      return { actorKind: "API_KEY", actorId: actor.keyId, actorName };
    case "application":
      return { actorKind: "APPLICATION", actorId: actor.applicationId, actorName };
    case "person":
      return { actorKind: "PERSON", actorId: actor.oid, actorName };
  }
}

/** The part of the database client that {@link recordAudit} uses. */
type AuditClient = Pick<PrismaClient, "$queryRaw" | "$executeRaw">;

/**
 * Appends an event to the tenant's chain (docs/decisions/015). Until the transaction ends, the tenant's other writers wait. So call
 * it last: afterwards take no lock that a waiting transaction may hold. A tenant's row may be locked FOR NO KEY UPDATE, never FOR
 * UPDATE.
 * @param tx the transaction of the change: no change without its event, no event without its change
 * @param now when it happened, by the database's clock
 * @throws Error when the tenant has no chain, or its next event was written concurrently (outside a transaction nothing is locked)
 */
export async function recordAudit(
  tx: AuditClient,
  actor: AuditActor,
  entry: AuditEntry,
  context: RequestContext,
): Promise<void> {
  await recordAudits(tx, actor, [entry], context);
}

/** {@link recordAudit} for several events, chained in their order; two statements for any number. */
export async function recordAudits(
  tx: AuditClient,
  actor: AuditActor,
  entries: readonly AuditEntry[],
  { now, ...origin }: RequestContext,
): Promise<void> {
  const { tenantId } = actor;
  const texts = entries.map(({ details = {} }) => JSON.stringify(details));
  // The hash covers the database's JSON text of the details.
  const [end] = await tx.$queryRaw<{ seq: bigint; hash: Uint8Array; details: string[] }[]>`
    select seq, hash, array(select d::jsonb::text from unnest(${texts}::text[]) with ordinality as t(d, n) order by n) as details
      from audit_chains where tenant_id = ${tenantId}::uuid for update`;
  if (!end) throw new Error(`The tenant ${tenantId} has no audit chain`);
  const shared = {
    ...who(actor),
    tenantId,
    at: now.getTime(),
    requestId: origin.requestId.toLowerCase(),
    clientAddress: origin.clientAddress,
    userAgent: origin.userAgent?.slice(0, USER_AGENT_MAX).toWellFormed() ?? null,
  };
  let last = hex(end.hash);
  const rows = entries.map(({ action, target }, n) => {
    const row: ChainedRow = {
      ...shared,
      seq: Number(end.seq) + n + 1,
      id: uuidv7(),
      action,
      targetType: action.slice(0, action.indexOf(".")),
      targetId: target.id.toLowerCase(),
      targetName: target.name.toWellFormed(),
      details: end.details[n] ?? "{}",
    };
    const prevHash = last;
    last = rowHash(prevHash, row);
    return { ...row, prevHash, hash: last };
  });
  const column = <Name extends keyof (typeof rows)[number]>(name: Name) => rows.map((row) => row[name]);
  const written = await tx.$executeRaw`
    with event as (
      insert into audit_events (id, tenant_id, seq, at, action, actor_kind, actor_id, actor_name, target_type, target_id,
        target_name, request_id, client_address, user_agent, details, prev_hash, hash)
      select id, ${tenantId}::uuid, seq, ${now}::timestamptz, action, ${shared.actorKind}::audit_actor_kind,
        ${shared.actorId}::uuid, ${shared.actorName}, target_type, target_id, target_name, ${shared.requestId}::uuid,
        ${shared.clientAddress}, ${shared.userAgent}, details::jsonb, decode(prev_hash, 'hex'), decode(hash, 'hex')
      from unnest(${column("id")}::uuid[], ${column("seq")}::bigint[], ${column("action")}::text[],
        ${column("targetType")}::text[], ${column("targetId")}::uuid[], ${column("targetName")}::text[],
        ${column("details")}::text[], ${column("prevHash")}::text[], ${column("hash")}::text[])
        as rows(id, seq, action, target_type, target_id, target_name, details, prev_hash, hash))
    update audit_chains set seq = ${Number(end.seq) + rows.length}::bigint, hash = decode(${last}, 'hex')
     where tenant_id = ${tenantId}::uuid and seq = ${end.seq}::bigint`;
  if (written !== 1) throw new Error("The audit chain moved on while its next row was made");
}
